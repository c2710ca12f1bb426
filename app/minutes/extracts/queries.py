"""Reads which children a meeting discussed, and which of their extracts are delivered. Nothing is written here."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app import database
from app.access import Identity
from app.lifecycle import Invisible, Refused
from app.minutes.documents.queries import printed_for
from app.minutes.documents.rules import Printed
from app.minutes.extracts.rules import NOT_YET, Delivery, ExtractLine, of_child, progress_of
from app.minutes.queries import MinutesRecord, minutes_for
from app.minutes.rules import MinutesStatus
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import seer, sees_item

# A child who was not reached has nothing to file, and comes forward.
DISCUSSED = """
    FROM agenda_item i JOIN meeting m ON m.id = i.meeting JOIN minutes n ON n.meeting = m.id AND n.content IS NOT NULL
    JOIN discussion d ON d.agenda_item = i.id AND d.outcome = 'discussed' JOIN child c ON c.id = i.child
    WHERE i.meeting = $1 AND i.status = 'on-agenda'
"""


async def extract_lines(who: Identity, meeting_id: int) -> list[ExtractLine]:
    """The children whose extract this person may see, in the order of the agenda."""
    rows = await database.fetch(
        f"SELECT i.child, c.child_ref, c.name, i.id AS item {DISCUSSED} AND {sees_item(2)} ORDER BY i.position, i.id",
        meeting_id,
        *seer(who),
    )
    items: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        items[row["child"]].append(row["item"])
    told = {row["child"]: row for row in rows}
    deliveries = await _deliveries(meeting_id, list(items))
    return [_line(told[child], of_child, deliveries.get(child, [])) for child, of_child in items.items()]


def _line(row: Mapping[str, Any], items: list[int], deliveries: list[Delivery]) -> ExtractLine:
    return ExtractLine(
        child_id=row["child"],
        child_ref=row["child_ref"],
        child_name=row["name"],
        item_ids=tuple(items),
        delivery=next((one for one in deliveries if one.withdrawn_at is None), None),
        past=tuple(one for one in deliveries if one.withdrawn_at),
    )


DELIVERIES = """
    SELECT x.id, x.child AS child_id, x.way, x.note, x.delivered_at, p.name AS delivered_by, x.withdrawn_at,
           coalesce(w.name, '') AS withdrawn_by, x.withdrawn_reason
    FROM extract x JOIN minutes n ON n.id = x.minutes JOIN person p ON p.id = x.delivered_by
    LEFT JOIN person w ON w.id = x.withdrawn_by
    WHERE n.meeting = $1 AND x.child = ANY($2::bigint[])
    ORDER BY x.delivered_at, x.id
"""


async def _deliveries(meeting_id: int, child_ids: Collection[int]) -> dict[int, list[Delivery]]:
    found: dict[int, list[Delivery]] = defaultdict(list)
    for one in await database.fetch_as(Delivery, DELIVERIES, meeting_id, list(child_ids)):
        found[one.child_id].append(one)
    return found


async def extracts_words(who: Identity, meeting_id: int) -> str:
    """`12 of 14 extracts delivered`, of those that this person may see; blank before there are any."""
    circulated = await database.fetch_value(
        "SELECT status = 'circulated' FROM minutes WHERE meeting = $1", meeting_id
    )
    progress = progress_of(await extract_lines(who, meeting_id)) if circulated else None
    return progress.words if progress and progress.of else ""


async def not_delivered(meeting_id: int) -> int:
    """How many children's extracts are still to be delivered, restricted ones too: never for a page."""
    count: int = await database.fetch_value(
        f"SELECT count(DISTINCT i.child) {DISCUSSED} AND NOT EXISTS ("
        "SELECT FROM extract x WHERE x.minutes = n.id AND x.child = i.child AND x.withdrawn_at IS NULL)",
        meeting_id,
    )
    return count


async def has_extracts(meeting_id: int) -> bool:
    """Whether any child was discussed at this meeting."""
    found: bool = await database.fetch_value(f"SELECT EXISTS (SELECT {DISCUSSED})", meeting_id)
    return found


async def came_for_others(meeting_id: int, item_ids: Collection[int]) -> list[tuple[str, str]]:
    """Name and agency of every guest who was asked to other items only: who they are may tell whom they know."""
    rows = await database.fetch(
        "SELECT p.name, a.name AS agency FROM guest_slot g JOIN person p ON p.id = g.person "
        "JOIN agency a ON a.id = p.agency WHERE g.meeting = $1 "
        "GROUP BY p.id, p.name, a.name HAVING NOT bool_or(g.agenda_item = ANY($2::bigint[]))",
        meeting_id,
        list(item_ids),
    )
    return [(row["name"], row["agency"]) for row in rows]


async def extract_for(
    who: Identity, meeting_id: int, child_id: int
) -> tuple[MeetingFacts, MinutesRecord, ExtractLine, list[ExtractLine]]:
    """A child's extract and those of the other children, as this person may see them.

    Raises Invisible where there is none for this person, Refused before circulation, Forbidden.
    """
    meeting, minutes = await minutes_for(who, meeting_id)
    lines = await extract_lines(who, meeting_id)
    line = next((one for one in lines if one.child_id == child_id), None)
    if line is None:
        raise Invisible
    if minutes.status != MinutesStatus.CIRCULATED:
        raise Refused(NOT_YET)
    return meeting, minutes, line, [one for one in lines if one is not line]


async def printed_of_child(
    who: Identity,
    meeting: MeetingFacts,
    minutes: MinutesRecord,
    line: ExtractLine,
    authority: str,
    now: datetime,
) -> Printed:
    """What this reader is given of the minutes about one child, with the addenda to the child's items."""
    whole = await printed_for(who, meeting, minutes, authority, now)
    not_there = await came_for_others(meeting.id, line.item_ids)
    return replace(
        whole,
        content=of_child(whole.content, line.item_ids, not_there),
        left_out=0,
        addenda=tuple(one for one in whole.addenda if one.item_id in line.item_ids),
    )
