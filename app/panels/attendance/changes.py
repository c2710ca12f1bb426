"""Notes who came to a meeting."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused
from app.panels.attendance.queries import attendees_of
from app.panels.attendance.rules import MOST_GUESTS, STATUS_NAMES, AttendanceStatus, Attendee, Mark
from app.panels.meetings.rules import MeetingFacts, MeetingStatus


async def record_attendance(
    who: Identity,
    meeting: MeetingFacts,
    marks: Sequence[Mark],
    *,
    now: datetime,
    submission_key: str | None = None,
) -> int:
    """Keeps what was changed on the page, one row for each attendee; returns how many were changed.

    Two people may fill in the same meeting: only where both changed the same attendee is the second told, by
    MovedOn, and nothing of hers is saved. Raises Forbidden, Refused for a cancelled meeting, Invisible for a
    stranger's key.
    """
    _check(who, meeting)
    changed = [mark for mark in marks if mark.is_changed]
    async with database.transaction():
        await database.execute("SELECT FROM meeting WHERE id = $1 FOR UPDATE", meeting.id)
        await refuse_second(submission_key)
        known = {one.key: one for one in await attendees_of(meeting)}
        for mark in changed:
            attendee = known.get(mark.key)
            if attendee is None:
                raise Invisible
            await _keep(meeting, attendee, mark)
        if meeting.status == MeetingStatus.HELD or changed:
            await _keep_others(
                meeting, [one for key, one in known.items() if key not in {m.key for m in changed}]
            )
        await record(
            who.person_id,
            "attendance recorded",
            "meeting",
            [meeting.id],
            now=now,
            details={"changed": len(changed)},
            submission_key=submission_key,
        )
    return len(changed)


async def add_guest(
    who: Identity,
    meeting: MeetingFacts,
    *,
    name: str,
    agency_id: int,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Somebody without a seat who came; a guest never makes a quorum. Raises Forbidden or Refused."""
    _check(who, meeting)
    async with database.transaction():
        await database.execute("SELECT FROM meeting WHERE id = $1 FOR UPDATE", meeting.id)
        await refuse_second(submission_key)
        guests = [one for one in await attendees_of(meeting) if one.is_guest]
        if len(guests) >= MOST_GUESTS:
            raise Refused(f"A meeting takes {MOST_GUESTS} guests at most.")
        if any(one.name.casefold() == name.casefold() and one.agency_id == agency_id for one in guests):
            raise Refused("Already there", {"guest_name": "This guest is on the list already"})
        try:
            await database.execute(
                "INSERT INTO attendance (meeting, agency, name, status) VALUES ($1, $2, $3, $4)",
                meeting.id,
                agency_id,
                name,
                AttendanceStatus.PRESENT.value,
            )
        except asyncpg.ForeignKeyViolationError as problem:
            raise Refused("Choose an agency", {"agency_id": "Choose an agency from the list"}) from problem
        await record(
            who.person_id,
            "guest added",
            "meeting",
            [meeting.id],
            now=now,
            submission_key=submission_key,
        )


def _check(who: Identity, meeting: MeetingFacts) -> None:
    if not permits(who, Permission.RECORD_ATTENDANCE, meeting.scope):
        raise Forbidden(Permission.RECORD_ATTENDANCE)
    if meeting.status == MeetingStatus.CANCELLED:
        raise Refused("This meeting was cancelled, so nobody came to it.")


async def _keep(meeting: MeetingFacts, attendee: Attendee, mark: Mark) -> None:
    if (attendee.status, attendee.deputy_name) not in (
        (mark.was_status, mark.was_deputy),
        (mark.status, mark.deputy_name),
    ):
        raise MovedOn(
            f"Someone noted {attendee.name} as “{STATUS_NAMES[attendee.status].lower()}” while you were filling "
            "this in. Nothing of yours was saved; look at the list again."
        )
    if attendee.attendance_id is not None:
        await database.execute(
            "UPDATE attendance SET status = $2, deputy_name = $3 WHERE id = $1",
            attendee.attendance_id,
            mark.status,
            mark.deputy_name,
        )
        return
    await database.execute(
        "INSERT INTO attendance (meeting, person, agency, status, deputy_name) VALUES ($1, $2, $3, $4, $5)",
        meeting.id,
        attendee.person_id,
        attendee.agency_id,
        mark.status,
        mark.deputy_name,
    )


async def _keep_others(meeting: MeetingFacts, others: Sequence[Attendee]) -> None:
    """Once attendance is noted, everybody who was asked has a row: seats that end later take nobody away."""
    for one in others:
        if one.attendance_id is None:
            await database.execute(
                "INSERT INTO attendance (meeting, person, agency, status) VALUES ($1, $2, $3, $4)",
                meeting.id,
                one.person_id,
                one.agency_id,
                one.status,
            )
