"""Reads of what a guest is asked to say. A guest gets at an item by their slot alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app import database
from app.access import Identity
from app.lifecycle import Invisible
from app.panels.contributions.queries import (
    contribution_of_guest,
    items_asked_about,
    told_by_guests,
)
from app.panels.contributions.rules import ContributionFacts, due_at
from app.panels.guests.queries import slots_for
from app.panels.guests.rules import SlotFacts
from app.panels.guests.telling.rules import Asking
from app.panels.meetings.rules import MeetingFacts

REMINDED = "guests reminded"
"""The history entry of a reminder; when a guest was last reminded is read from it."""


async def asking_for(who: Identity, meeting_id: int, slot_id: int) -> Asking:
    """What this guest is asked for by this slot of theirs. Raises Invisible for any other."""
    for slot in await slots_for(who, meeting_id):
        if slot.id == slot_id:
            return await asking_of(slot)
    raise Invisible


async def asking_of(slot: SlotFacts) -> Asking:
    """The item as it was issued, if it was, and what the guest wrote so far."""
    items = (await items_asked_about([slot.meeting.id]))[slot.meeting.id]
    item = next((one for one in items if one.id == slot.item_id), None)
    written = await contribution_of_guest(slot.item_id, slot.person_id) if item else None
    if item is None or written is None or written.submitted_at is None:
        return Asking(slot, item, written)
    due = due_at(slot.meeting.starts_at, item.issued_at)
    return Asking(slot, item, replace(written, is_late=written.submitted_at >= due))


async def told_of(
    meeting: MeetingFacts, slots: Sequence[SlotFacts]
) -> dict[tuple[int, int], ContributionFacts]:
    """What the guests of these slots sent, by item and person. Drafts are nobody's but theirs."""
    items = (await items_asked_about([meeting.id]))[meeting.id]
    wanted = {slot.item_id for slot in slots}
    sent = await told_by_guests(meeting, [item for item in items if item.id in wanted])
    return {(one.item_id, one.guest_id or 0): one for one in sent}


async def reminded_at(meeting_id: int) -> dict[int, datetime]:
    """When the guest of each slot was reminded last, by slot."""
    rows = await database.fetch(
        "SELECT slot::bigint, max(h.happened_at) AS at FROM history_entry h "
        "CROSS JOIN LATERAL jsonb_array_elements_text(h.details -> 'slots') AS slot "
        "WHERE h.about = 'meeting' AND h.about_ids @> ARRAY[$1::bigint] AND h.kind = $2 GROUP BY 1",
        meeting_id,
        REMINDED,
    )
    return {row["slot"]: row["at"] for row in rows}
