"""Which child's meeting is due when, and the first time at which it can be held. Nothing is read or written here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.london import add_working_days, is_working_day
from app.panels.meetings.rules import instant_in_london

CLOCKS = tuple(time(hour, minute) for hour in range(10, 17) for minute in (0, 30))
"""When a meeting is proposed to start."""
LATEST_END = time(17, 30)
LONGEST_LOOK = 40
"""Days that are looked at for a free time."""


@dataclass(frozen=True)
class Due:
    """A child whose episodes call for a meeting, as a long list knows it."""

    child_id: int
    triggered_on: date
    due_on: date

    def is_overdue(self, today: date) -> bool:
        """A deadline has passed once its day has ended."""
        return self.due_on < today


@dataclass(frozen=True)
class Called(Due):
    """What calls for the meeting, in words. `answers_until`: the start of the latest episode that is listed."""

    reason: str
    trigger_episode: int
    answers_until: datetime
    missed_triggers: tuple[date, ...] = ()


@dataclass(frozen=True)
class Missed:
    """A child with older triggers about which nobody met."""

    child_id: int
    reason: str


@dataclass(frozen=True)
class Planned:
    """A meeting about one child that is planned and not held yet."""

    meeting_id: int
    child_id: int
    starts_at: datetime


@dataclass(frozen=True)
class LeftOff:
    """A trigger that nobody meets about, and why."""

    id: int
    child_id: int
    reason: str
    decided_at: datetime
    by: str


@dataclass(frozen=True)
class Convening:
    """Who is to be met about: `due` without a meeting, overdue ones first; `planned` with one."""

    due: tuple[Due, ...] = ()
    planned: tuple[tuple[Due, Planned], ...] = ()
    missed: tuple[Missed, ...] = ()
    left_off: tuple[LeftOff, ...] = ()

    def on_page(self, number: int, per_page: int, most: int) -> "Convening":
        """One page of those who are due; on the first one also up to `most` of each of the others."""
        due = self.due[(number - 1) * per_page : number * per_page]
        if number > 1:
            return Convening(due)
        return Convening(due, self.planned[:most], self.missed[:most], self.left_off[:most])

    def overdue(self, today: date) -> int:
        return sum(one.is_overdue(today) for one in self.due)


def convening(
    called: Iterable[Due],
    meetings: Iterable[Planned],
    missed: Iterable[Missed],
    left_off: Iterable[LeftOff] = (),
) -> Convening:
    """The children sorted by what is to be done, each the earliest due first."""
    planned = {meeting.child_id: meeting for meeting in meetings}
    in_order = sorted(called, key=lambda one: (one.due_on, one.triggered_on, one.child_id))
    return Convening(
        tuple(one for one in in_order if one.child_id not in planned),
        tuple((one, planned[one.child_id]) for one in in_order if one.child_id in planned),
        tuple(one for one in missed if one.child_id not in planned),
        tuple(left_off),
    )


def free_slot(
    due_on: date, today: date, length: int, taken: Sequence[tuple[datetime, int]]
) -> tuple[date, time] | None:
    """The first free time on a working day from tomorrow to the due date, else the first after it.

    `taken`: start and minutes of what the panel, its chair and its minute taker have. None where nothing is free.
    """
    busy = [(start, start + timedelta(minutes=minutes)) for start, minutes in taken]
    day = add_working_days(today, 1)
    last = max(due_on, day) + timedelta(days=LONGEST_LOOK)
    while day <= last:
        clock = _free_on(day, length, busy) if is_working_day(day) else None
        if clock is not None:
            return day, clock
        day += timedelta(days=1)
    return None


def _free_on(day: date, length: int, busy: Sequence[tuple[datetime, datetime]]) -> time | None:
    """The first of the clocks from which nothing stands in the way, by a day's latest end."""
    opens, latest = instant_in_london(day, CLOCKS[0]), instant_in_london(day, LATEST_END)
    if opens is None or latest is None:
        return None
    of_day = [(start, end) for start, end in busy if start < latest and opens < end]
    for clock in CLOCKS:
        starts = instant_in_london(day, clock)
        if starts is None or (ends := starts + timedelta(minutes=length)) > latest:
            continue
        if not any(start < ends and starts < end for start, end in of_day):
            return clock
    return None
