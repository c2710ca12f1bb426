"""How large the example is, which days matter in it, and chance that is the same every time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TypeVar

from app.london import LONDON, add_working_days, day_start, is_working_day, london_date

SEED = "homeward example 1"
DAYS_BACK = 548

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Size:
    """`told_weeks`: how far back meetings reach; `held_weeks`: how many of them were held in this service."""

    children: int = 400
    episodes: int = 2500
    told_weeks: int = 52
    held_weeks: int = 8


FULL = Size()
SMALL = Size(children=70, episodes=420, told_weeks=14, held_weeks=4)
"""Enough of everything for a test."""


def chance(topic: str) -> Random:
    """Chance of its own for each topic, so that one more draw in one place moves nothing in another."""
    return Random(f"{SEED}: {topic}")


def choose(luck: Random, weighted: Sequence[tuple[Thing, float]]) -> Thing:
    """One of the things, each as often as its weight says."""
    return luck.choices([thing for thing, _ in weighted], [weight for _, weight in weighted])[0]


def london(day: date, hour: int, minute: int = 0) -> datetime:
    """The instant of a London wall-clock time."""
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


@dataclass(frozen=True)
class Present:
    """The instant at which the example is loaded; all of its dates follow from it."""

    now: datetime

    @property
    def day(self) -> date:
        return london_date(self.now)

    @property
    def last_night(self) -> datetime:
        """Days of the example end here: only what is missing now is of today."""
        return day_start(self.day)

    def days_ago(self, days: int) -> date:
        return self.day - timedelta(days=days)

    @property
    def next_working_day(self) -> date:
        return add_working_days(self.day, 1)

    def working_days_on(self, count: int) -> date:
        return add_working_days(self.day, count)

    @property
    def last_morning(self) -> date:
        """The latest working day on which a meeting at half past nine has begun."""
        day = self.day
        while not is_working_day(day) or london(day, 9, 30) > self.now:
            day -= timedelta(days=1)
        return day
