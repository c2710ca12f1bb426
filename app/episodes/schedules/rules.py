"""On which days a list goes out, to whom it may, and what the e-mail says: a link, never a name or a number. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.access import Role
from app.episodes.lists.rules import LIST_NAMES, MOST_DAYS, ListKind, last_week
from app.london import LONDON, add_working_days, is_working_day, london_date
from app.windows import Window

WEEKDAYS = {1: "Monday", 2: "Tuesday", 3: "Wednesday", 4: "Thursday", 5: "Friday"}
"""As `date.isoweekday` counts. What would fall on a weekend would go on Monday."""
HOURS = range(6, 21)
ROLES_TOLD = (Role.SAFEGUARDING_MANAGER, Role.PANEL_OFFICER)
"""Who sees every child by role; others are named, and see the children that their panels list."""

LOOK_BACK = timedelta(days=21)
"""Longer than any chosen day waits for the next working one, and a week."""


@dataclass(frozen=True)
class Schedule:
    """When and to whom. `hour` is London's; `version` 0 where nobody has chosen yet.

    What was due before `holds_from` is not sent: nobody is told at once of a day that has passed.
    """

    kind: ListKind
    is_on: bool
    weekdays: tuple[int, ...]
    hour: int
    roles: tuple[str, ...]
    people: tuple[int, ...] = ()
    holds_from: datetime | None = None
    version: int = 0

    @property
    def days_in_words(self) -> str:
        return joined([f"{WEEKDAYS[day]}s" for day in sorted(self.weekdays)])

    @property
    def hour_in_words(self) -> str:
        return hour_in_words(self.hour)


DEFAULTS = {
    # the twice-weekly list, and the weekly e-mail
    ListKind.MISSING_NOW: Schedule(
        ListKind.MISSING_NOW, False, (1, 4), 9, (Role.SAFEGUARDING_MANAGER.value,)
    ),
    ListKind.MISSING_THIS_WEEK: Schedule(
        ListKind.MISSING_THIS_WEEK, False, (5,), 9, (Role.SAFEGUARDING_MANAGER.value,)
    ),
}
"""Off until an administrator chooses: nobody is written to unasked."""


def needs_days(chosen: Schedule) -> str | None:
    return "Choose at least one day" if chosen.is_on and not chosen.weekdays else None


def needs_somebody(chosen: Schedule) -> str | None:
    return "Choose a role or a person" if chosen.is_on and not (chosen.roles or chosen.people) else None


def same_times(one: Schedule, other: Schedule) -> bool:
    return (one.is_on, set(one.weekdays), one.hour) == (other.is_on, set(other.weekdays), other.hour)


def sending_days(weekdays: Collection[int], first: date, last: date) -> set[date]:
    """The working days on which what was chosen from `first` to `last` goes out: those days, or the next ones."""
    found, day = set(), first
    while day <= last:
        if day.isoweekday() in weekdays:
            found.add(day if is_working_day(day) else add_working_days(day, 1))
        day += timedelta(days=1)
    return found


def due_day(schedule: Schedule, now: datetime) -> date | None:
    """The day for which the list is to be sent now, whether it was already or not; None where none is due.

    After a standstill the last day that passed is caught up with, on a working day from the hour on, and no earlier
    one: a list tells how things stand when it is opened.
    """
    local = now.astimezone(LONDON)
    today = local.date()
    if not schedule.is_on or not is_working_day(today) or local.hour < schedule.hour:
        return None
    days = [day for day in sending_days(schedule.weekdays, today - LOOK_BACK, today) if day <= today]
    if not days:
        return None
    latest = max(days)
    began = schedule.holds_from
    return latest if began is None or _instant(latest, schedule.hour) > began else None


def next_day(schedule: Schedule, now: datetime, sent_for: date | None) -> date | None:
    """The next day on which the list goes out; None while it is off."""
    if not schedule.is_on or not schedule.weekdays:
        return None
    due = due_day(schedule, now)
    if due is not None and due != sent_for:
        return london_date(now)
    today = london_date(now)
    days = sending_days(schedule.weekdays, today - LOOK_BACK, today + LOOK_BACK)
    return min(day for day in days if _instant(day, schedule.hour) > now)


def _instant(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), LONDON)


def days_listed(today: date, last_for: date | None) -> Window:
    """The days of the weekly list: a week, or back to the list before, so that nobody falls between the two."""
    week = last_week(today)
    first = min(week.first, last_for) if last_for else week.first
    return Window(max(first, week.last - timedelta(days=MOST_DAYS)), week.last)


def list_mail(schedule: Schedule, today: date, last_for: date | None, base_url: str) -> tuple[str, str]:
    """Subject and body."""
    name, path = LIST_NAMES[schedule.kind], schedule.kind.value
    if schedule.kind is ListKind.MISSING_THIS_WEEK:
        window = days_listed(today, last_for)
        what = (
            f"The list of every child who is or was missing from home or care from {window.words} is ready."
        )
        path = f"{path}?from={window.first}&to={window.last}"
    else:
        what = "The list of children who are missing from home or care is ready."
    return (
        f"{name}: the list of {today:%A} {today.day} {today:%B %Y}",
        f"{what} Sign in to read it; it shows how things stand when you open it.\n\n{base_url}/{path}\n\n"
        f"It is sent on {schedule.days_in_words} at {schedule.hour_in_words}, on the next working day where that "
        "is a bank holiday. An administrator chooses who gets it.\n",
    )


def hour_in_words(hour: int) -> str:
    return f"{hour % 12 or 12}{'am' if hour < 12 else 'pm'}"


def joined(words: list[str]) -> str:
    """`Mondays, Tuesdays and Thursdays`"""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
