"""When an initial meeting and each review of a case were due, and whether they were held in time. Pure.

Wolverhampton 3.16 asks that meetings, and not their minutes alone, be organised promptly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.london import add_working_days, day_end


@dataclass(frozen=True)
class CaseMet:
    """A case with the days on which its panel met about it, and the next review that each of them agreed.

    `within`: working days from acceptance to the initial meeting. `weeks`: between reviews where no date was agreed;
    0 where the panel's rule knows no interval.
    """

    id: int
    panel_slug: str
    panel_name: str
    accepted_on: date
    within: int
    weeks: int
    met_on: tuple[date, ...] = ()
    agreed: Mapping[date, date] = field(default_factory=dict)
    closed_on: date | None = None


@dataclass(frozen=True)
class Due:
    """Something that was due on a day, and the day it was done; None while it is not."""

    due_on: date
    done_on: date | None

    @property
    def in_time(self) -> bool:
        return self.done_on is not None and self.done_on <= self.due_on

    def has_passed(self, now: datetime) -> bool:
        """A deadline has passed once its day has ended."""
        return day_end(self.due_on) <= now


def initial_meeting(case: CaseMet) -> Due:
    """The first meeting about the case. A case that was closed without one stays without one."""
    return Due(add_working_days(case.accepted_on, case.within), min(case.met_on) if case.met_on else None)


def reviews(case: CaseMet) -> list[Due]:
    """Every review that fell due: after each meeting on the day it agreed, else after the panel's interval.

    A case closed by then needs no further review.
    """
    days = sorted(set(case.met_on))
    found = []
    for place, day in enumerate(days):
        due_on = case.agreed.get(day) or (day + timedelta(weeks=case.weeks) if case.weeks else None)
        done_on = days[place + 1] if place + 1 < len(days) else None
        if due_on is None or (done_on is None and case.closed_on and case.closed_on <= due_on):
            continue
        found.append(Due(due_on, done_on))
    return found


@dataclass(frozen=True)
class Counted:
    """So many of so many in time."""

    numerator: int
    denominator: int


def in_time(due: Sequence[Due], now: datetime) -> Counted:
    """Of what was due by now, how much was done in time."""
    passed = [one for one in due if one.has_passed(now)]
    return Counted(sum(one.in_time for one in passed), len(passed))


@dataclass(frozen=True)
class MeetingRun:
    """A meeting as it was organised: `agenda_within` working days before it the agenda was due.

    `agenda_is_told`: whether anybody knows when the agenda went out; a file need not say.
    """

    id: int
    panel_slug: str
    panel_name: str
    status: str
    day: date
    agenda_within: int
    agenda_issued_on: date | None
    agenda_is_told: bool = True
    for_one_child: bool = False

    @property
    def agenda(self) -> Due | None:
        """When the agenda was due and went out; None of a meeting of which this is not asked or not known."""
        if self.status != "held" or self.for_one_child or not self.agenda_is_told:
            return None
        return Due(add_working_days(self.day, -self.agenda_within), self.agenda_issued_on)


@dataclass(frozen=True)
class Organised:
    """How promptly meetings of one panel, or of all, were organised."""

    slug: str
    label: str
    initial: Counted
    reviews: Counted
    agendas: Counted
    held: int
    cancelled: int


def organised(
    slug: str,
    label: str,
    cases: Sequence[CaseMet],
    meetings: Sequence[MeetingRun],
    window: tuple[date, date],
    now: datetime,
) -> Organised:
    """Initial meetings of cases accepted in the window, reviews that fell due and meetings that fell in it."""
    first, last = window
    accepted = [case for case in cases if first <= case.accepted_on < last]
    due = [one for case in cases for one in reviews(case) if first <= one.due_on < last]
    agendas = [agenda for meeting in meetings if (agenda := meeting.agenda)]
    return Organised(
        slug,
        label,
        in_time([initial_meeting(case) for case in accepted], now),
        in_time(due, now),
        in_time(agendas, now),
        sum(meeting.status == "held" for meeting in meetings),
        sum(meeting.status == "cancelled" for meeting in meetings),
    )


def organised_by_panel(
    cases: Sequence[CaseMet],
    meetings: Sequence[MeetingRun],
    window: tuple[date, date],
    now: datetime,
) -> list[Organised]:
    """One for each panel that had a case or a meeting, by name."""
    names = {case.panel_slug: case.panel_name for case in cases}
    names |= {meeting.panel_slug: meeting.panel_name for meeting in meetings}
    return [
        organised(
            slug,
            name,
            [case for case in cases if case.panel_slug == slug],
            [meeting for meeting in meetings if meeting.panel_slug == slug],
            window,
            now,
        )
        for slug, name in sorted(names.items(), key=lambda pair: pair[1])
    ]
