"""Reads of replies. `asked_to` is the only way of somebody who is asked to their own reply."""

from app import database
from app.access import Identity, Permission, permits
from app.lifecycle import Forbidden, Invisible
from app.panels.guests.queries import slots_for
from app.panels.meetings.queries import MEETING
from app.panels.meetings.rules import MeetingFacts
from app.panels.replies.rules import Asked

OWN = """
    SELECT y.id AS agency_id, y.name AS agency_name, coalesce(a.status, 'invited') AS status,
           coalesce(a.deputy_name, '') AS deputy_name, a.replied_at, a.confidentiality_at
    FROM agency y LEFT JOIN attendance a ON a.meeting = $1 AND a.person = $2
    WHERE y.id = $3
"""


async def asked_to(who: Identity, meeting_id: int) -> tuple[MeetingFacts, Asked]:
    """The meeting and this person's place in it, by a seat or as a guest.

    Raises Invisible for whoever may not know of the meeting, Forbidden for whoever knows of it but is not asked.
    """
    meetings = await database.fetch_as(MeetingFacts, MEETING + "WHERE m.id = $1", meeting_id)
    if not meetings:
        raise Invisible
    meeting = meetings[0]
    agency_id = next((seat.agency_id for seat in who.seats if seat.panel_id == meeting.panel_id), None)
    starts_at, is_guest = meeting.starts_at, agency_id is None
    if agency_id is None:
        try:
            slots = await slots_for(who, meeting_id)
        except Invisible:
            if permits(who, Permission.SEE_MEETING, meeting.scope):
                raise Forbidden("reply") from None
            raise
        agency_id = who.agency_id
        starts_at = min((slot.time[0] for slot in slots if slot.time), default=meeting.starts_at)
    row = await database.fetch_one(OWN, meeting_id, who.person_id, agency_id)
    assert row is not None, "every agency that is named exists"
    return meeting, Asked(person_id=who.person_id, is_guest=is_guest, starts_at=starts_at, **row)


async def own_place(who: Identity, meeting: MeetingFacts) -> Asked | None:
    """This person's place in a meeting they see; None for whoever is not asked, as a panel officer."""
    if meeting.panel_id not in who.seat_panels():
        return None
    return (await asked_to(who, meeting.id))[1]
