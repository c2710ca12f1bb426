"""Recurrences in London wall time, and what bank holidays make of them. Nothing is read or written here."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

from app.london import LONDON, add_months, bank_holiday_names, is_working_day
from app.panels.words import clock_of, long_day

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NTHS = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
FURTHEST_MOVE = timedelta(days=7)
"""Further than any run of weekend and bank holidays reaches."""
OLDEST_START = timedelta(days=5 * 366)
"""A rhythm that began before is not going on; the year was mistyped."""


class Frequency(StrEnum):
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


FREQUENCIES = {
    Frequency.WEEKLY.value: "Every week",
    Frequency.FORTNIGHTLY.value: "Every two weeks",
    Frequency.MONTHLY.value: "Every month",
    Frequency.QUARTERLY.value: "Every three months",
}
_BY_MONTH = frozenset({Frequency.MONTHLY.value, Frequency.QUARTERLY.value})
_EVERY: dict[str, tuple[Literal[1, 2], int]] = {
    Frequency.WEEKLY.value: (WEEKLY, 1),
    Frequency.FORTNIGHTLY.value: (WEEKLY, 2),
    Frequency.MONTHLY.value: (MONTHLY, 1),
    Frequency.QUARTERLY.value: (MONTHLY, 3),
}


class HolidayRule(StrEnum):
    BEFORE = "before"
    AFTER = "after"
    SKIP = "skip"


HOLIDAY_RULES = {
    HolidayRule.BEFORE.value: "Meet on the working day before",
    HolidayRule.AFTER.value: "Meet on the working day after",
    HolidayRule.SKIP.value: "Leave the meeting out",
}


@dataclass(frozen=True)
class Recurrence:
    """When a panel meets. `weekday` 0 = Monday; `nth` of the month (-1 = the last) for the kinds of month alone.

    Every second week and every third month count from the first such day on or after `starts_on`; `ends_on` is the
    last day on which the rhythm may still fall.
    """

    frequency: str
    weekday: int
    nth: int | None
    clock: time
    holiday_rule: str
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True)
class RhythmDay:
    """One day of a rhythm. `meets_on` is where the bank-holiday rule puts it, None where it leaves it out.

    `holiday` names the bank holiday that it falls on.
    """

    series_day: date
    meets_on: date | None
    holiday: str = ""

    @property
    def is_moved(self) -> bool:
        return self.meets_on is not None and self.meets_on != self.series_day

    @property
    def why(self) -> str:
        """Why the meeting is not on the rhythm's own day; blank where it is."""
        if not self.holiday:
            return ""
        done = "Left out" if self.meets_on is None else "Moved"
        return f"{done}: {long_day(self.series_day)} is a bank holiday ({self.holiday})"


def days_of(recurrence: Recurrence, first: date, last: date) -> list[date]:
    """The rhythm's own days in [first, last], without what bank holidays make of them."""
    ends = min(last, recurrence.ends_on or last)
    if ends < max(first, recurrence.starts_on):
        return []
    found = _rule(recurrence).between(_midnight(first), _midnight(ends), inc=True)
    return [one.date() for one in found]


def rhythm_days(recurrence: Recurrence, first: date, last: date) -> list[RhythmDay]:
    """The days of the rhythm in [first, last], each where the bank-holiday rule puts it."""
    return [rhythm_day(day, recurrence.holiday_rule) for day in days_of(recurrence, first, last)]


def rhythm_day(day: date, holiday_rule: str) -> RhythmDay:
    holiday = bank_holiday_names(day.year).get(day, "")
    if not holiday:
        return RhythmDay(day, day)
    if holiday_rule == HolidayRule.SKIP:
        return RhythmDay(day, None, holiday)
    step = timedelta(days=1 if holiday_rule == HolidayRule.AFTER else -1)
    meets_on = day + step
    while not is_working_day(meets_on):
        meets_on += step
    return RhythmDay(day, meets_on, holiday)


def _rule(recurrence: Recurrence) -> rrule:
    """On naive days: dateutil knows weekdays and months, and no clock that changes."""
    frequency, interval = _EVERY[recurrence.frequency]
    on = weekday(recurrence.weekday, recurrence.nth) if frequency == MONTHLY else weekday(recurrence.weekday)
    begins = next(iter(rrule(frequency, byweekday=on, dtstart=_midnight(recurrence.starts_on))))
    return rrule(frequency, interval=interval, byweekday=on, dtstart=begins)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


@dataclass(frozen=True)
class ToHold:
    """A meeting that a rhythm asks for: its own day, and the instant at which it starts."""

    series_day: date
    starts_at: datetime


def to_hold(recurrence: Recurrence, first: date, last: date, now: datetime) -> list[ToHold]:
    """The meetings still to come whose own day lies in [first, last]; those left out are left out."""
    found = [
        ToHold(day.series_day, instant_of(day.meets_on, recurrence.clock))
        for day in rhythm_days(recurrence, first, last)
        if day.meets_on is not None
    ]
    return [one for one in found if one.starts_at > now]


def instant_of(day: date, clock: time) -> datetime:
    """The same time on the wall all year."""
    return datetime.combine(day, clock, LONDON).astimezone(UTC)


def year_ahead(today: date) -> date:
    """Until when meetings are made: twelve months on, to the end of that week, so that it is weekly work."""
    year_on = add_months(today, 12)
    return year_on + timedelta(days=6 - year_on.weekday())


def first_to_make(starts_on: date, generated_until: date | None, today: date) -> date:
    """The first own day that has not been turned into a meeting yet; one just past may still be moved to later."""
    if generated_until is not None:
        return generated_until + timedelta(days=1)
    return max(starts_on, today - FURTHEST_MOVE)


def next_day(recurrence: Recurrence, today: date) -> date | None:
    """The rhythm's next own day after today."""
    found = _rule(recurrence).after(_midnight(today), inc=False)
    if found is None or (recurrence.ends_on is not None and found.date() > recurrence.ends_on):
        return None
    day: date = found.date()
    return day


def words_of(recurrence: Recurrence) -> str:
    """every two weeks on Tuesday at 10am; on the last Friday of every month at 2pm"""
    day, at = WEEKDAYS[recurrence.weekday], clock_of(recurrence.clock)
    if recurrence.frequency in _BY_MONTH:
        often = "every month" if recurrence.frequency == Frequency.MONTHLY else "every third month"
        return f"on the {NTHS[recurrence.nth or 1]} {day} of {often} at {at}"
    often = "every week" if recurrence.frequency == Frequency.WEEKLY else "every two weeks"
    return f"{often} on {day} at {at}"


def recurrence_problems(recurrence: Recurrence, today: date) -> dict[str, str]:
    """A sentence by field for whatever keeps a panel from ever meeting so. Empty where it can."""
    problems: dict[str, str] = {}
    if recurrence.frequency not in FREQUENCIES:
        problems["frequency"] = "Choose how often the panel meets"
    if recurrence.weekday not in range(7):
        problems["weekday"] = "Choose the day of the week"
    if recurrence.frequency in _BY_MONTH and recurrence.nth not in NTHS:
        problems["nth"] = "Choose which one of the month: the first to the fourth, or the last"
    if recurrence.holiday_rule not in HOLIDAY_RULES:
        problems["holiday_rule"] = "Choose what happens on a bank holiday"
    if recurrence.weekday == 6 and recurrence.clock.hour == 1:
        problems["starts_time"] = (
            "The clocks change on Sundays between 1am and 2am, so this time is missing once a year "
            "and comes twice once a year. Choose another time."
        )
    if recurrence.starts_on < today - OLDEST_START:
        problems["starts_on"] = (
            "This is more than five years ago. Choose a later day; meetings are made from today on."
        )
    if recurrence.starts_on > add_months(today, 12):
        problems["starts_on"] = (
            "This is more than a year from now. Choose a day within the next twelve months."
        )
    if recurrence.ends_on is not None and recurrence.ends_on < recurrence.starts_on:
        problems["ends_on"] = "The rhythm would end before it starts. Choose a later day, or leave it blank."
    return problems or _never_meets(recurrence, today)


def _never_meets(recurrence: Recurrence, today: date) -> dict[str, str]:
    since = max(today, recurrence.starts_on)
    if recurrence.ends_on is not None and recurrence.ends_on < today:
        return {"ends_on": "The rhythm would have ended already. Choose a day to come, or leave it blank."}
    # a rhythm without an end always has days within two years
    until = recurrence.ends_on or year_ahead(year_ahead(since))
    days = rhythm_days(recurrence, since - FURTHEST_MOVE, until)
    if any(day.meets_on is not None and day.meets_on >= today for day in days):
        return {}
    if any(day.meets_on is None for day in days):
        return {
            "holiday_rule": "Every day of this rhythm is a bank holiday and left out, so the panel would never meet."
        }
    return {
        "ends_on": f"There is no such day until {long_day(until)}, so the panel would never meet. Choose a later day."
    }
