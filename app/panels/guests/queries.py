"""Reads of guests. `slots_for` is the only way of a guest to a meeting."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from app import database
from app.access import Identity
from app.lifecycle import Invisible
from app.panels.guests.rules import SlotFacts, slot_time
from app.panels.meetings.queries import MEETING
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import seer, sees_item

SLOT = f"""
    SELECT mm.*, g.id AS slot_id, g.agenda_item AS item_id, i.kind AS item_kind, i.title AS item_title,
           i.child AS slot_child_id, coalesce(c.name, '') AS slot_child_name, g.person AS person_id,
           p.name AS person_name, p.email AS person_email, y.name AS agency_name, g.capacity,
           p.password_hash IS NOT NULL AS has_password, g.invited_at,
           (SELECT v.items FROM agenda_version v WHERE v.meeting = g.meeting ORDER BY v.number DESC LIMIT 1) AS issued,
           (SELECT jsonb_agg(jsonb_build_object('item', o.id, 'minutes', o.minutes) ORDER BY o.position, o.id)
            FROM agenda_item o WHERE o.meeting = g.meeting AND o.status = 'on-agenda') AS as_it_stands,
           coalesce(a.status, 'invited') AS answer, a.confidentiality_at
    FROM guest_slot g
    JOIN ({MEETING}) mm ON mm.id = g.meeting
    JOIN agenda_item i ON i.id = g.agenda_item
    JOIN person p ON p.id = g.person
    JOIN agency y ON y.id = p.agency
    LEFT JOIN child c ON c.id = i.child
    LEFT JOIN attendance a ON a.meeting = g.meeting AND a.person = g.person
    WHERE g.ended_at IS NULL AND p.disabled_at IS NULL
"""
# An item that was left off or deferred is the guest's no longer, before the agenda without it is issued too.
STILL_ON = "AND i.status = 'on-agenda'"
MEETING_FIELDS = tuple(field.name for field in fields(MeetingFacts))


async def slots_of_meeting(meeting_id: int) -> list[SlotFacts]:
    """Everybody who is asked to an item of this meeting, in the order of their turns."""
    return await _slots("AND g.meeting = $1", meeting_id)


async def slots_of_person(person_id: int, since: datetime) -> list[SlotFacts]:
    """What a person is asked to from an instant on."""
    return await _slots(f"AND g.person = $1 AND mm.starts_at > $2 {STILL_ON}", person_id, since)


async def slots_for(who: Identity, meeting_id: int) -> list[SlotFacts]:
    """The items of a meeting to which this person is asked as a guest. Raises Invisible when there is none."""
    found = await _slots(f"AND g.meeting = $1 AND g.person = $2 {STILL_ON}", meeting_id, who.person_id)
    if not found:
        raise Invisible
    return found


async def slot_of_meeting(meeting_id: int, slot_id: int) -> SlotFacts:
    """One slot of this meeting. Raises Invisible for another meeting's."""
    found = await _slots("AND g.meeting = $1 AND g.id = $2", meeting_id, slot_id)
    if not found:
        raise Invisible
    return found[0]


async def _slots(condition: str, *values: Any) -> list[SlotFacts]:
    rows = await database.fetch(SLOT + condition, *values)
    slots = [_slot(row) for row in rows]
    return sorted(slots, key=lambda slot: (slot.time is None, slot.time or (slot.invited_at, 0), slot.id))


def _slot(row: dict[str, Any]) -> SlotFacts:
    meeting = MeetingFacts(**{name: row[name] for name in MEETING_FIELDS})
    settled = slot_time(meeting.starts_at, row["item_id"], row["issued"] or [])
    return SlotFacts(
        id=row["slot_id"],
        meeting=meeting,
        item_id=row["item_id"],
        item_kind=row["item_kind"],
        item_title=row["item_title"],
        child_id=row["slot_child_id"],
        child_name=row["slot_child_name"],
        person_id=row["person_id"],
        person_name=row["person_name"],
        person_email=row["person_email"],
        agency_name=row["agency_name"],
        capacity=row["capacity"],
        has_password=row["has_password"],
        invited_at=row["invited_at"],
        time=settled or slot_time(meeting.starts_at, row["item_id"], row["as_it_stands"] or []),
        settled=settled,
        answer=row["answer"],
        confidentiality_at=row["confidentiality_at"],
    )


async def items_to_ask_to(who: Identity, meeting_id: int) -> list[dict[str, Any]]:
    """Id, title and child of what stands on the agenda and this person may see, in its order."""
    return await database.fetch(
        "SELECT i.id, i.kind, i.title, i.child AS child_id, coalesce(c.name, '') AS child_name, "
        "coalesce(c.child_ref, '') AS child_ref FROM agenda_item i JOIN meeting m ON m.id = i.meeting "
        "LEFT JOIN child c ON c.id = i.child WHERE i.meeting = $1 AND i.status = 'on-agenda' "
        f"AND {sees_item(2)} ORDER BY i.position, i.id",
        meeting_id,
        *seer(who),
    )


async def holds_a_seat(panel_id: int, person_id: int) -> bool:
    found: bool = await database.fetch_value(
        "SELECT EXISTS (SELECT FROM seat WHERE panel = $1 AND person = $2 AND ended_at IS NULL)",
        panel_id,
        person_id,
    )
    return found
