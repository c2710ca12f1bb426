"""Reads of who was asked to a meeting and who came."""

from collections.abc import Sequence

from app import database
from app.panels.attendance.rules import Attendee
from app.panels.meetings.rules import MeetingFacts

ATTENDEES = """
    SELECT CASE WHEN a.id IS NULL OR a.person IS NOT NULL THEN 'p' || coalesce(a.person, s.person) ELSE 'g' || a.id END
               AS key,
           a.id AS attendance_id, coalesce(a.person, s.person) AS person_id,
           coalesce(nullif(a.name, ''), p.name, '') AS name, g.id AS agency_id, g.name AS agency_name,
           g.kind AS agency_kind, coalesce(s.role, CASE WHEN a.person IS NULL THEN '' ELSE 'member' END) AS seat_role,
           coalesce(a.status, 'invited') AS status, coalesce(a.deputy_name, '') AS deputy_name,
           a.replied_at, a.confidentiality_at
    FROM (SELECT * FROM attendance WHERE meeting = $1) a
    FULL JOIN (
        (SELECT DISTINCT ON (seat.person) seat.person, seat.agency, seat.role
        FROM seat JOIN person ON person.id = seat.person
        WHERE seat.panel = $2 AND CASE WHEN $3 THEN seat.ended_at IS NULL AND person.disabled_at IS NULL
            ELSE (seat.ended_at IS NULL OR seat.ended_at > $4)
            AND seat.person IN (SELECT a.person FROM attendance a WHERE a.meeting = $1) END
        ORDER BY seat.person, seat.ended_at NULLS LAST)
        UNION ALL
        SELECT DISTINCT slot.person, person.agency, 'guest' FROM guest_slot slot JOIN person ON person.id = slot.person
        WHERE slot.meeting = $1 AND slot.ended_at IS NULL AND person.disabled_at IS NULL AND NOT EXISTS (
            SELECT FROM seat WHERE seat.panel = $2 AND seat.person = slot.person AND seat.ended_at IS NULL)
        ) s ON s.person = a.person
    LEFT JOIN person p ON p.id = coalesce(a.person, s.person)
    JOIN agency g ON g.id = coalesce(a.agency, s.agency)
    ORDER BY a.person IS NULL AND s.person IS NULL,
             array_position(ARRAY['chair', 'vice-chair', 'minute-taker', 'member', 'observer', 'guest'], s.role::text),
             name, key
"""


async def attendees_of(meeting: MeetingFacts) -> list[Attendee]:
    """Everybody with a seat and every guest; of a meeting that is settled only those who were noted.

    What somebody's seat was then counts for a settled meeting: an observer has not become a member.
    """
    seats_count = meeting.is_open or not await _was_noted(meeting.id)
    return await database.fetch_as(
        Attendee, ATTENDEES, meeting.id, meeting.panel_id, seats_count, meeting.starts_at
    )


async def _was_noted(meeting_id: int) -> bool:
    """Whether somebody noted who came; a reply before the meeting is no such note."""
    found: bool = await database.fetch_value(
        "SELECT EXISTS (SELECT FROM attendance WHERE meeting = $1 AND (status IN ('present', 'deputy', "
        "'information-sent', 'absent') OR (replied_at IS NULL AND confidentiality_at IS NULL)))",
        meeting_id,
    )
    return found


async def agencies_by_name() -> Sequence[tuple[int, str]]:
    rows = await database.fetch("SELECT id, name FROM agency WHERE active ORDER BY name")
    return [(row["id"], row["name"]) for row in rows]
