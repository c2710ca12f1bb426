"""Reads of standing panels, their seats and their terms. `panel_for` is the only way to one panel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app import database
from app.access import Identity, Permission, SeatHeld, permits
from app.lifecycle import Forbidden, Invisible
from app.panels.standing.rules import SeatFacts, scope_of
from app.panels.terms.queries import standing_panel
from app.panels.terms.rules import StandingPanel


@dataclass(frozen=True)
class TermsRow:
    """One version of a panel's terms of reference. `overrides` is nested, as it is stored."""

    id: int
    holds_from: date
    overrides: dict[str, Any]
    recorded_at: datetime


@dataclass(frozen=True)
class Seatable:
    """Somebody who may be given a seat."""

    id: int
    name: str
    agency_id: int
    agency_name: str


async def seats_of(person_id: int) -> tuple[SeatHeld, ...]:
    """The seats a person holds now: what an Identity carries."""
    rows = await database.fetch(
        "SELECT panel, role, agency FROM seat WHERE person = $1 AND ended_at IS NULL ORDER BY panel",
        person_id,
    )
    return tuple(SeatHeld(row["panel"], row["role"], row["agency"]) for row in rows)


async def people_seated() -> set[int]:
    """Everybody who holds a seat on any panel now."""
    rows = await database.fetch("SELECT DISTINCT person FROM seat WHERE ended_at IS NULL")
    return {row["person"] for row in rows}


async def panel_for(who: Identity, slug: str, doing: Permission = Permission.SEE_PANEL) -> StandingPanel:
    """The panel, if this person may know of it (else Invisible) and may do this with it (else Forbidden)."""
    panel = await standing_panel(slug)
    if panel is None or not permits(who, Permission.SEE_PANEL, scope_of(panel.id)):
        raise Invisible
    if not permits(who, doing, scope_of(panel.id)):
        raise Forbidden(doing)
    return panel


SEAT = """
    SELECT s.id, s.panel AS panel_id, s.person AS person_id, p.name, p.email, s.agency AS agency_id,
           a.name AS agency_name, a.kind AS agency_kind, s.role, p.disabled_at IS NOT NULL AS is_disabled, s.ended_at
    FROM seat s JOIN person p ON p.id = s.person JOIN agency a ON a.id = s.agency
"""
IN_ORDER = (
    " ORDER BY array_position(ARRAY['chair', 'vice-chair', 'minute-taker', 'member', 'observer'], s.role::text),"
    " p.name, s.id"
)


async def seats_on(panel_id: int, with_disabled: bool = False) -> list[SeatFacts]:
    """The seats held on a panel now; those of disabled people only when asked for."""
    return await database.fetch_as(
        SeatFacts,
        SEAT + "WHERE s.panel = $1 AND s.ended_at IS NULL AND ($2 OR p.disabled_at IS NULL)" + IN_ORDER,
        panel_id,
        with_disabled,
    )


async def chairs_of(panel_ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of each panel's chairs."""
    rows = await database.fetch_as(
        SeatFacts,
        SEAT
        + "WHERE s.panel = ANY($1) AND s.role = 'chair' AND s.ended_at IS NULL AND p.disabled_at IS NULL"
        + IN_ORDER,
        list(panel_ids),
    )
    chairs: dict[int, list[str]] = {}
    for row in rows:
        chairs.setdefault(row.panel_id, []).append(row.name)
    return chairs


async def seat_facts(panel_id: int, seat_id: int) -> SeatFacts:
    """A seat of this panel. Raises Invisible for another panel's."""
    rows = await database.fetch_as(SeatFacts, SEAT + "WHERE s.id = $1 AND s.panel = $2", seat_id, panel_id)
    if not rows:
        raise Invisible
    return rows[0]


async def seatable_people(panel_id: int) -> list[Seatable]:
    """People who can sign in or be invited to, and hold no seat on this panel yet."""
    return await database.fetch_as(
        Seatable,
        "SELECT p.id, p.name, a.id AS agency_id, a.name AS agency_name FROM person p JOIN agency a ON a.id = p.agency "
        "WHERE p.disabled_at IS NULL AND NOT EXISTS (SELECT FROM seat s WHERE s.person = p.id AND s.panel = $1 "
        "AND s.ended_at IS NULL) ORDER BY p.name, p.id",
        panel_id,
    )


async def versions_of_terms(panel_id: int) -> list[TermsRow]:
    """Every version of a panel's terms, latest first."""
    return await database.fetch_as(
        TermsRow,
        "SELECT id, holds_from, overrides, recorded_at FROM terms_of_reference WHERE panel = $1 "
        "ORDER BY holds_from DESC",
        panel_id,
    )


async def last_held_start(panel_id: int) -> datetime | None:
    found: datetime | None = await database.fetch_value(
        "SELECT max(starts_at) FROM meeting WHERE panel = $1 AND status = 'held'", panel_id
    )
    return found
