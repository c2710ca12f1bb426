"""The rule of restricted items in SQL, and which of them are hidden from somebody. Nothing is written here."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from app import database
from app.access import Identity
from app.lifecycle import Invisible
from app.panels.restricting.rules import LEADS, MaySee


def sees_item(first: int, item: str = "i", panel: str = "m.panel") -> str:
    """SQL for `rules.may_see_item`, for any query that shows something of agenda items.

    `first`: the number of the first of four arguments, which are `seer(who)`. `item`: the alias of `agenda_item`,
    which may come from a LEFT JOIN. `panel`: an expression for the panel of the item's meeting.
    """
    return (
        f"({item}.restricted IS NOT TRUE OR ${first}::bigint = ANY({item}.allowed_people) "
        f"OR {panel} = ANY(${first + 1}::bigint[]) "
        f"OR EXISTS (SELECT FROM unnest(${first + 2}::bigint[], ${first + 3}::bigint[]) AS held(panel, agency) "
        f"WHERE held.panel = {panel} AND held.agency = ANY({item}.allowed_agencies)))"
    )


def seer(who: Identity | None) -> list[Any]:
    """The four arguments of `sees_item`: the person, the panels led, and the seats' panels and agencies.

    None sees no restricted item at all: what is read for nobody in particular leaves them out.
    """
    if who is None:
        return [0, [], [], []]
    return [
        who.person_id,
        sorted(who.seat_panels(*LEADS)),
        [seat.panel_id for seat in who.seats],
        [seat.agency_id for seat in who.seats],
    ]


async def hidden_items(who: Identity | None, meeting_id: int) -> dict[int, str]:
    """The items of a meeting that this person may not see, by id, with the open title shown instead."""
    rows = await database.fetch(
        "SELECT i.id, i.open_title FROM agenda_item i JOIN meeting m ON m.id = i.meeting "
        f"WHERE i.meeting = $1 AND i.restricted AND NOT {sees_item(2)}",
        meeting_id,
        *seer(who),
    )
    return {row["id"]: row["open_title"] for row in rows}


async def hidden_among(who: Identity | None, item_ids: Collection[int]) -> dict[int, str]:
    """Of these items, of whatever meetings, those that this person may not see, with their open titles."""
    if not item_ids:
        return {}
    rows = await database.fetch(
        "SELECT i.id, i.open_title FROM agenda_item i JOIN meeting m ON m.id = i.meeting "
        f"WHERE i.id = ANY($1::bigint[]) AND i.restricted AND NOT {sees_item(2)}",
        sorted(item_ids),
        *seer(who),
    )
    return {row["id"]: row["open_title"] for row in rows}


async def require_seen_item(who: Identity, item_id: int) -> None:
    """Raises Invisible where the item is restricted and this person may not see it."""
    if await hidden_among(who, [item_id]):
        raise Invisible


@dataclass(frozen=True)
class Nameable:
    """A seat that a restriction may name: its holder, or the agency it is held for."""

    person_id: int
    name: str
    agency_id: int
    agency_name: str
    role: str


async def nameable(panel_id: int) -> list[Nameable]:
    """The seats held on a panel now, but those of its leads, who see every item anyway."""
    return await database.fetch_as(
        Nameable,
        "SELECT s.person AS person_id, p.name, s.agency AS agency_id, a.name AS agency_name, s.role "
        "FROM seat s JOIN person p ON p.id = s.person JOIN agency a ON a.id = s.agency "
        "WHERE s.panel = $1 AND s.ended_at IS NULL AND p.disabled_at IS NULL AND s.role <> ALL($2) "
        "ORDER BY a.name, p.name, p.id",
        panel_id,
        sorted(LEADS),
    )


async def may_be_named(panel_id: int) -> MaySee:
    seats = await nameable(panel_id)
    return MaySee({seat.person_id for seat in seats}, {seat.agency_id for seat in seats})
