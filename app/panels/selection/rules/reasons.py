"""The words of reasons: dates in a month, spans of missing time, how often."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from app.london import day_end, london_date
from app.panels.words import counted, day_and_month, listed

_TIMES = {1: "once", 2: "twice"}


@dataclass(frozen=True)
class Spell:
    """One episode as reasons tell it. `returned_at` is None while open, and where the end is unknown.

    `return_untimed`: only the day of the return is known; the child counts as missing until that day ends.
    """

    id: int
    child: int
    started_at: datetime
    returned_at: datetime | None = None
    end_unknown: bool = False
    late: bool = False
    return_untimed: bool = False

    @property
    def back_by(self) -> datetime | None:
        """The instant by which the child was back."""
        if self.returned_at is not None and self.return_untimed:
            return day_end(london_date(self.returned_at))
        return self.returned_at


def times(number: int) -> str:
    """once, twice, 3 times"""
    return _TIMES.get(number, f"{number} times")


@lru_cache(4096)
def full_day(day: date) -> str:
    """3 December 2026"""
    return f"{day.day} {day:%B %Y}"


@lru_cache(4096)
def _day_and_month(day: date) -> str:
    return day_and_month(day)


@lru_cache(4096)
def ordinal(day: date) -> str:
    """1st, 22nd, 13th"""
    ending = "th" if 10 <= day.day <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return f"{day.day}{ending}"


def days_of_month(days: Iterable[date]) -> str:
    """1st, 4th twice, 9th"""
    found = Counter(days)
    return ", ".join(
        ordinal(day) if found[day] == 1 else f"{ordinal(day)} {times(found[day])}" for day in sorted(found)
    )


def full_days(days: Sequence[date]) -> str:
    """2 September, 5 and 9 October 2026: months and years once where they repeat."""
    ordered = sorted(days)
    words = []
    for day, following in zip(ordered, [*ordered[1:], None], strict=True):
        if following is None or following.year != day.year:
            words.append(full_day(day))
        elif following.month != day.month:
            words.append(_day_and_month(day))
        else:
            words.append(str(day.day))
    return listed(words)


def missing_in_month(counted_as: str, month: date, days: Sequence[date]) -> str:
    """missing 6 times in October 2026: 1st, 4th, …"""
    return f"{counted_as} {times(len(days))} in {month:%B %Y}: {days_of_month(days)}"


def span(spell: Spell, known_at: datetime) -> str:
    """from 5 to 7 October 2026; since 9 October 2026, still missing"""
    start = london_date(spell.started_at)
    if spell.end_unknown:
        return f"from {full_day(start)}, return not known"
    if is_still_missing(spell, known_at):
        return f"since {full_day(start)}, still missing"
    assert spell.returned_at is not None
    end = london_date(spell.returned_at)
    if end == start:
        return f"on {full_day(start)}"
    if (end.year, end.month) == (start.year, start.month):
        return f"from {start.day} to {full_day(end)}"
    if end.year == start.year:
        return f"from {start.day} {start:%B} to {full_day(end)}"
    return f"from {full_day(start)} to {full_day(end)}"


def is_still_missing(spell: Spell, known_at: datetime) -> bool:
    return not spell.end_unknown and (spell.back_by is None or spell.back_by > known_at)


def episodes(number: int) -> str:
    return counted(number, "episode")
