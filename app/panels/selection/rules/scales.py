"""Risk words of an authority's ordered scales: which stand at or above a panel's level, on any date."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol


class NamesLevel(Protocol):
    """A rule with a level: a word of the scale, or its place from the bottom where it names none."""

    @property
    def level(self) -> str: ...

    @property
    def level_from_bottom(self) -> int: ...


@dataclass(frozen=True)
class Scale:
    """`levels` from the lowest up, in force from a London date."""

    levels: tuple[str, ...]
    holds_from: date

    def place(self, level: str) -> int | None:
        """From 1 for the lowest; None for a word that is not of this scale."""
        return self.levels.index(level) + 1 if level in self.levels else None

    def threshold(self, rule: NamesLevel) -> int:
        """The place from which the rule lists a child."""
        return self.place(rule.level) or min(rule.level_from_bottom, len(self.levels))


@dataclass(frozen=True)
class Scales:
    """Every scale the authority has had, earliest first.

    An assessment is read by the scale of its own date; a word that scale does not have, by the scale of the meeting.
    """

    eras: tuple[Scale, ...]

    @cached_property
    def _starts(self) -> list[date]:
        return [era.holds_from for era in self.eras]

    def at(self, day: date) -> Scale:
        """The scale in force on a day; before the first, the first."""
        return self.eras[max(bisect_right(self._starts, day) - 1, 0)]

    def above(self, level: str, assessed_on: date, on: date, rule: NamesLevel) -> int | None:
        """How far an assessment stands above the rule's level: 0 is at it, -1 one below; None for an unknown word."""
        for scale in (self.at(assessed_on), self.at(on)):
            place = scale.place(level)
            if place is not None:
                return place - scale.threshold(rule)
        return None

    def is_top(self, level: str, assessed_on: date, on: date) -> bool:
        for scale in (self.at(assessed_on), self.at(on)):
            place = scale.place(level)
            if place is not None:
                return place == len(scale.levels)
        return False

    def word(self, on: date, rule: NamesLevel) -> str:
        """The word of the level that the rule means on a day."""
        scale = self.at(on)
        return scale.levels[scale.threshold(rule) - 1]

    def standing(self, on: date, rule: NamesLevel, above: Iterable[int]) -> list[tuple[str, date, date]]:
        """The words that stand so far above the rule's level, each with the half-open dates in which it does."""
        wanted = set(above)
        found = []
        now = self.at(on)
        for number, era in enumerate(self.eras):
            start = era.holds_from if number else date.min
            end = self.eras[number + 1].holds_from if number + 1 < len(self.eras) else date.max
            for word in dict.fromkeys((*era.levels, *now.levels)):
                if self.above(word, era.holds_from, on, rule) in wanted:
                    found.append((word, start, end))
        return found
