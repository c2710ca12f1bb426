"""Puts a panel's standing items on agendas; used inside the transaction of a change.

They stand before and after the children. Which ones a panel has is in its terms of reference.
"""

from collections.abc import Collection, Sequence

from app import database
from app.panels.kinds import AFTER_CHILDREN, StandingItem
from app.panels.terms.rules import Terms

PUT_ON = """
    INSERT INTO agenda_item (meeting, kind, title, standing_key, position, minutes, added_by)
    SELECT m.id, 'standing', s.title, s.key, s.place, s.minutes, 'rule'
    FROM unnest($1::bigint[]) AS m(id)
    CROSS JOIN unnest($2::text[], $3::text[], $4::int[], $5::int[]) AS s(key, title, minutes, place)
    ON CONFLICT DO NOTHING
"""


async def put_standing_on(meeting_ids: Collection[int], terms: Terms) -> None:
    """Puts the standing items of these terms on agendas that have nothing else on them yet."""
    await _put(meeting_ids, terms.standing, first=1)


async def add_standing_items(meeting_id: int, items: Sequence[StandingItem]) -> None:
    """Puts these on an agenda in the making: the opening ones first, the closing ones last."""
    opening = [item for item in items if item.key not in AFTER_CHILDREN]
    closing = [item for item in items if item.key in AFTER_CHILDREN]
    await database.execute(
        "UPDATE agenda_item SET position = position + $2 WHERE meeting = $1", meeting_id, len(opening)
    )
    await _put([meeting_id], opening, first=1)
    last = await database.fetch_value(
        "SELECT coalesce(max(position), 0) FROM agenda_item WHERE meeting = $1", meeting_id
    )
    await _put([meeting_id], closing, first=last + 1)


async def _put(meeting_ids: Collection[int], items: Sequence[StandingItem], *, first: int) -> None:
    if not items or not meeting_ids:
        return
    await database.execute(
        PUT_ON,
        list(meeting_ids),
        [item.key for item in items],
        [item.title for item in items],
        [item.minutes for item in items],
        list(range(first, first + len(items))),
    )


async def make_room(meeting_id: int, number: int) -> int:
    """Moves the closing items back by this many places; returns the place before the first that is free."""
    last: int = await database.fetch_value(
        "SELECT coalesce(max(position), 0) FROM agenda_item WHERE meeting = $1 AND standing_key <> ALL($2)",
        meeting_id,
        sorted(AFTER_CHILDREN),
    )
    await database.execute(
        "UPDATE agenda_item SET position = position + $3 "
        "WHERE meeting = $1 AND standing_key = ANY($2) AND position > $4",
        meeting_id,
        sorted(AFTER_CHILDREN),
        number,
        last,
    )
    return last
