"""Attendance and meetings read a second time from their definitions, one meeting and one case after the other in plain Python."""

from datetime import date, timedelta
from typing import Any

from tests.figures.histories import Case, History, Meeting
from tests.figures.histories_meetings import KINDS
from tests.figures.oracle import Ask, Said, day_of, deadline, works

REQUIRED = {
    1: {"social-care", "police", "health"},
    2: {"social-care", "police"},
    3: {"social-care", "police"},
}
QUORUM = 3
ASKABLE = ("social-care", "police", "health", "education", "youth-justice", "charity", "other")
WEEKS = {1: 12, 2: None, 3: None}
AGENDA_DAYS = {1: 5, 2: 5, 3: 1}
INITIAL_DAYS = 10


def _in_window(history: History, ask: Ask, *statuses: str) -> list[Meeting]:
    return [
        m
        for m in history.meetings
        if m.status in statuses
        and ask.inside(m.starts_at)
        and ask.happened(m.starts_at)
        and ask.panel in (None, m.panel)
    ]


def attendance(history: History, ask: Ask) -> Said:
    held = _in_window(history, ask, "held")
    shares: dict[str, list[bool]] = {kind: [] for kind in ASKABLE}
    quorate: list[bool] = []
    unknown = 0
    for meeting in held:
        rows = [one for one in history.attended if one.meeting == meeting.id]
        told = ("present", "deputy", "information-sent", "absent")
        if not any(one.status in told or one.replied_at is None for one in rows):
            unknown += 1
            continue
        agencies = {
            one.agency
            for one in rows
            if one.status in ("present", "deputy")
            and one.person is not None
            and _role(history, meeting, one.person) != "observer"
        }
        kinds = {KINDS[agency] for agency in agencies}
        quorate.append(len(agencies) >= QUORUM and kinds >= REQUIRED[meeting.panel])
        for kind in REQUIRED[meeting.panel]:
            shares[kind].append(kind in kinds)
    return {
        "quorate": (sum(quorate), len(quorate)),
        **{f"agency_{kind.replace('-', '_')}": (sum(came), len(came)) for kind, came in shares.items()},
        "held": len(held),
        "not_recorded": unknown,
    }


def _role(history: History, meeting: Meeting, person: int) -> str | None:
    """Of the seat that was held that day: the first to end of those that had not."""
    seats = [
        seat
        for seat in history.seats
        if (seat.panel, seat.person) == (meeting.panel, person)
        and (seat.ended_at is None or seat.ended_at > meeting.starts_at)
    ]
    never = meeting.starts_at + timedelta(days=99_999)
    return min(seats, key=lambda seat: seat.ended_at or never).role if seats else None


def meetings(history: History, ask: Ask) -> Said:
    said: dict[str, Any] = dict.fromkeys(
        (
            "accepted",
            "initial",
            "initial_due",
            "initial_not_due",
            "reviews",
            "reviews_due",
            "reviews_not_due",
        ),
        0,
    )
    for case in history.cases:
        if case.accepted_on > ask.today or ask.panel not in (None, case.panel):
            continue
        agreed = _days_met(history, case, ask)
        days = sorted(agreed)
        if ask.first <= case.accepted_on < ask.after:
            said["accepted"] += 1
            last = deadline(case.accepted_on, INITIAL_DAYS)
            _count(said, "initial", last, days[0] if days else None, ask)
        closed_on = case.closed_on if case.closed_on and case.closed_on <= ask.today else None
        for place, day in enumerate(days):
            weeks = WEEKS[case.panel]
            due_on = agreed[day] or (day + timedelta(days=7 * weeks) if weeks else None)
            following = days[place + 1] if place + 1 < len(days) else None
            if due_on is None or not ask.first <= due_on < ask.after:
                continue
            if following is None and closed_on and closed_on <= due_on:
                continue
            _count(said, "reviews", due_on, following, ask)
    said["initial_in_standard"] = (said.pop("initial"), said.pop("initial_due"))
    said["reviews_on_time"] = (said.pop("reviews"), said.pop("reviews_due"))
    held = _in_window(history, ask, "held")
    agendas = [_agenda_in_time(m, ask) for m in held if m.agenda_issued_at or not m.date_only]
    asked = [in_time for in_time, is_due in agendas if is_due]
    return said | {
        "agendas_in_time": (sum(asked), len(asked)),
        "held": len(held),
        "cancelled": len(_in_window(history, ask, "cancelled")),
        "agenda_not_told": sum(m.date_only and m.agenda_issued_at is None for m in held),
        "agenda_not_asked": 0,
    }


def _count(said: Said, name: str, last: date, done_on: date | None, ask: Ask) -> None:
    if not ask.passed(last):
        said[f"{name}_not_due"] += 1
        return
    said[f"{name}_due"] += 1
    said[name] += done_on is not None and done_on <= last


def _days_met(history: History, case: Case, ask: Ask) -> dict[date, date | None]:
    """The days on which the panel met about a case, with the day agreed for the next review."""
    found: dict[date, date | None] = {}
    by_id = {meeting.id: meeting for meeting in history.meetings}
    for item in sorted(history.items, key=lambda item: (item.meeting, item.id)):
        meeting = by_id[item.meeting]
        if (item.child, meeting.panel) != (case.child, case.panel) or meeting.status != "held":
            continue
        day = day_of(meeting.starts_at)
        in_life = case.accepted_on <= day and (case.closed_on is None or day <= case.closed_on)
        if not in_life or not ask.happened(meeting.starts_at):
            continue
        if item.status != "on-agenda" or item.outcome == "not-reached":
            continue
        approved = ask.happened(meeting.stamps.get("approved_at"))
        written = item.outcome is not None and approved
        found[day] = (item.next_review_on if written else None) or found.get(day)
    told = [day for day in (case.first_meeting_on, case.last_reviewed_on) if day]
    for day in told:
        if day <= ask.today:
            found.setdefault(day, None)
    if told and max(told) <= ask.today and case.next_review_on:
        found[max(told)] = case.next_review_on
    return found


def _agenda_in_time(meeting: Meeting, ask: Ask) -> tuple[bool, bool]:
    """Whether it went out in time, and whether that day has passed."""
    day, left = day_of(meeting.starts_at), AGENDA_DAYS[meeting.panel]
    while left:
        day -= timedelta(days=1)
        left -= works(day)
    issued = meeting.agenda_issued_at
    return issued is not None and ask.happened(issued) and day_of(issued) <= day, ask.passed(day)
