"""On which days something goes out by schedule: chosen days of the week, or the first working day of a period. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.access import Role
from app.london import LONDON, add_working_days, is_working_day, london_date

WEEKDAYS = {1: "Monday", 2: "Tuesday", 3: "Wednesday", 4: "Thursday", 5: "Friday"}
"""As `date.isoweekday` counts. What would fall on a weekend would go on Monday."""
HOURS = range(6, 21)
ROLES_TOLD = (Role.SAFEGUARDING_MANAGER, Role.PANEL_OFFICER)
"""Who sees every child by role; others are named, and see the children that their panels list."""

LOOK_BACK = timedelta(days=21)
"""Longer than any chosen day waits for the next working one, and a week."""
A_YEAR = 366


@dataclass(frozen=True)
class Periods:
    """Periods of the calendar, such as quarters. `began`: the first day of the one that a day is in."""

    noun: str
    began: Callable[[date], date]


@dataclass(frozen=True)
class Schedule:
    """When and to whom. `hour` is London's; `version` 0 where nobody has chosen yet.

    What was due before `holds_from` is not sent: nobody is told at once of a day that has passed. With `periods` it is
    due on the first working day of each, for the one that has ended; else on `weekdays`.
    """

    kind: str
    is_on: bool
    weekdays: tuple[int, ...]
    hour: int
    roles: tuple[str, ...]
    people: tuple[int, ...] = ()
    holds_from: datetime | None = None
    version: int = 0
    periods: Periods | None = None

    @property
    def days_in_words(self) -> str:
        """`Mondays and Thursdays`, `the first working day after every quarter`; blank where no day is chosen."""
        if self.periods:
            return f"the first working day after every {self.periods.noun}"
        return joined([f"{WEEKDAYS[day]}s" for day in sorted(self.weekdays)])

    def is_for(self, day: date) -> bool:
        """Whether it is due on this day, or where that is no working day on the next one."""
        if self.periods:
            return self.periods.began(day) == day
        return day.isoweekday() in self.weekdays

    @property
    def hour_in_words(self) -> str:
        return hour_in_words(self.hour)


def needs_days(chosen: Schedule) -> str | None:
    if not chosen.is_on or chosen.weekdays or chosen.periods:
        return None
    return "Choose at least one day"


def needs_somebody(chosen: Schedule) -> str | None:
    return "Choose a role or a person" if chosen.is_on and not (chosen.roles or chosen.people) else None


def same_times(one: Schedule, other: Schedule) -> bool:
    return (one.is_on, set(one.weekdays), one.hour) == (other.is_on, set(other.weekdays), other.hour)


def sending_days(schedule: Schedule, first: date, last: date) -> set[date]:
    """The working days on which what is chosen for `first` to `last` goes out: those days, or the next ones."""
    found, day = set(), first
    while day <= last:
        if schedule.is_for(day):
            found.add(day if is_working_day(day) else add_working_days(day, 1))
        day += timedelta(days=1)
    return found


def due_day(schedule: Schedule, now: datetime) -> date | None:
    """The day for which it is to be sent now, whether it was already or not; None where none is due.

    After a standstill the last day that passed is caught up with, on a working day from the hour on, and no earlier
    one: a list tells how things stand when it is opened, and of a period long over a report is made by hand.
    """
    local = now.astimezone(LONDON)
    today = local.date()
    if not schedule.is_on or not is_working_day(today) or local.hour < schedule.hour:
        return None
    if schedule.periods:
        began_on = schedule.periods.began(today)
        chosen = sending_days(schedule, began_on, began_on)
    else:
        chosen = sending_days(schedule, today - LOOK_BACK, today)
    days = [day for day in chosen if day <= today]
    if not days:
        return None
    latest = max(days)
    began = schedule.holds_from
    return latest if began is None or _instant(latest, schedule.hour) > began else None


def next_day(schedule: Schedule, now: datetime, sent_for: date | None) -> date | None:
    """The next day on which it goes out; None while it is off."""
    if not schedule.is_on or needs_days(schedule):
        return None
    due = due_day(schedule, now)
    if due is not None and due != sent_for:
        return london_date(now)
    today = london_date(now)
    ahead = timedelta(days=A_YEAR) if schedule.periods else LOOK_BACK
    days = sending_days(schedule, today - LOOK_BACK, today + ahead)
    return min(day for day in days if _instant(day, schedule.hour) > now)


def _instant(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), LONDON)


def sent_when(schedule: Schedule) -> str:
    """The sentence below an e-mail."""
    holiday = "" if schedule.periods else ", on the next working day where that is a bank holiday"
    return f"It is sent on {schedule.days_in_words} at {schedule.hour_in_words}{holiday}."


def hour_in_words(hour: int) -> str:
    return f"{hour % 12 or 12}{'am' if hour < 12 else 'pm'}"


def joined(words: list[str]) -> str:
    """`Mondays, Tuesdays and Thursdays`"""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
