"""Trying a panel's thresholds: which may be tried, and what comes of each meeting. Nothing is read or written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.panels.terms.rules import Setting, StandingPanel, Terms, merged_terms, read_overrides, settings_of
from app.panels.words import counted

MEETINGS_BACK = 12
MOST_SECONDS = 2.0
"""How long a page counts; the earliest meetings are left out when the records are too many for that."""


@dataclass(frozen=True)
class Load:
    """What a rule would put before a meeting: children, places, and the minutes of these and of the standing items."""

    children: int
    places: int
    minutes: int


@dataclass(frozen=True)
class Tried:
    """One meeting under the present terms and under those that are tried. `is_next`: it is still to come."""

    starts_at: datetime
    length: int
    is_next: bool
    present: Load
    other: Load

    @property
    def difference(self) -> str:
        """2 children more; empty where nothing differs."""
        more = self.other.children + self.other.places - self.present.children - self.present.places
        if not more:
            return ""
        noun = "item" if self.present.places or self.other.places else "child"
        many = "items" if noun == "item" else "children"
        return f"{counted(abs(more), noun, many)} {'more' if more > 0 else 'fewer'}"


def triable(panel: StandingPanel) -> list[Setting]:
    """The numbers of the panel's selection rule, and the minutes of an item: what decides how full a meeting is."""
    return [
        setting
        for setting in settings_of(panel.kind)
        if setting.is_number and (setting.path.startswith("rule.") or setting.path == "minutes_per_item")
    ]


def read_tried(panel: StandingPanel, given: Mapping[str, str]) -> tuple[dict[str, int], dict[str, str]]:
    """The numbers that are tried, by path, and a sentence for each that makes no sense; others are passed over."""
    known = {setting.path for setting in triable(panel)}
    asked = {path: text for path, text in given.items() if path in known and text.strip()}
    _, problems = read_overrides(panel.kind, asked)
    return {path: int(text) for path, text in asked.items() if path not in problems}, problems


def with_tried(terms: Terms, present: Mapping[str, Any], tried: Mapping[str, int]) -> Terms:
    """Terms with these numbers in place of the present ones; `present`: the present overrides by path."""
    overrides, _ = read_overrides(terms.kind, {**present, **tried})
    return merged_terms(terms.kind, overrides, terms_id=terms.terms_id, holds_from=terms.holds_from)


def load_of(children: int, places: int, terms: Terms) -> Load:
    """What so many items make of a meeting; its standing items take their minutes too, as on the agenda."""
    standing = sum(item.minutes for item in terms.standing)
    return Load(children, places, standing + (children + places) * terms.minutes_per_item)


def total(loads: Sequence[Load]) -> Load:
    return Load(
        sum(load.children for load in loads),
        sum(load.places for load in loads),
        sum(load.minutes for load in loads),
    )
