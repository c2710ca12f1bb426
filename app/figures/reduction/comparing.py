"""One child's 90 days before the initial meeting against the 90 after closure. Pure; its words are in the rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 90
"""How many London dates lie on each side; the meeting's own day and the closure's are on neither."""

FALL_PERCENT = 50
FEWER = 2
"""What makes a fall significant: of the rate, and of the episodes themselves."""


@dataclass(frozen=True)
class Away:
    """An episode by its London dates; `to_on` is the day of return, or the last day on which it is known to last."""

    from_on: date
    to_on: date


@dataclass(frozen=True)
class Side:
    """90 dates from `first_on`: by number of the day (0 is the first), where episodes began and where a child was away.

    `away` are the days that began with the child missing: they cannot begin another episode, so they are no exposure.
    """

    first_on: date
    began: tuple[int, ...]
    away: frozenset[int]

    @property
    def episodes(self) -> int:
        return len(self.began)

    @property
    def exposed_days(self) -> int:
        return DAYS - len(self.away)


@dataclass(frozen=True)
class Comparison:
    """Before and after of one case."""

    before: Side
    after: Side

    @property
    def has_baseline(self) -> bool:
        return self.before.episodes > 0

    @property
    def is_reduced(self) -> bool:
        return is_reduced(
            self.before.episodes, self.before.exposed_days, self.after.episodes, self.after.exposed_days
        )


def before_from(first_meeting_on: date) -> date:
    """The first of the 90 dates before the initial meeting."""
    return first_meeting_on - timedelta(days=DAYS)


def after_from(closed_on: date) -> date:
    """The first of the 90 dates after the closure."""
    return closed_on + timedelta(days=1)


def last_day_after(closed_on: date) -> date:
    """The last of the 90 dates after the closure: once it has ended the case can be compared."""
    return closed_on + timedelta(days=DAYS)


def is_reduced(before: int, days_before: int, after: int, days_after: int) -> bool:
    """Whether the episodes for each exposed day fell by half or more, and the episodes by 2 or more.

    Whoever was missing through all the days after had no day on which to stay: that is no reduction.
    """
    if days_after == 0 or before - after < FEWER:
        return False
    return 100 * after * days_before <= (100 - FALL_PERCENT) * before * days_after


def comparison(first_meeting_on: date, closed_on: date, episodes: Iterable[Away]) -> Comparison:
    """The two sides of a case; episodes that overlap take a day away once."""
    found = list(episodes)
    return Comparison(side_of(before_from(first_meeting_on), found), side_of(after_from(closed_on), found))


def side_of(first_on: date, episodes: Iterable[Away]) -> Side:
    """The 90 dates from one on, of any episodes of a child."""
    began: list[int] = []
    away: set[int] = set()
    for episode in episodes:
        start, end = (episode.from_on - first_on).days, (episode.to_on - first_on).days
        if 0 <= start < DAYS:
            began.append(start)
        away.update(range(max(start + 1, 0), min(end + 1, DAYS)))
    return Side(first_on, tuple(sorted(began)), frozenset(away))
