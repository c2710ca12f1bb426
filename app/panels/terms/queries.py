"""Reads of standing panels and of the terms of reference that hold for them on a day. Nothing is written here."""

from datetime import date
from typing import Any

from app import database
from app.panels.kinds import KINDS
from app.panels.terms.rules import StandingPanel, Terms, merged_terms

PANEL = "SELECT id, slug, name, kind, active FROM panel "
IN_ORDER = "ORDER BY array_position($1::text[], kind::text), name, id"


async def standing_panels() -> list[StandingPanel]:
    """Every standing panel, in the order of the kinds."""
    rows = await database.fetch(PANEL + IN_ORDER, list(KINDS))
    return [_panel(row) for row in rows]


async def standing_panel(slug: str) -> StandingPanel | None:
    row = await database.fetch_one(PANEL + "WHERE slug = $1", slug)
    return None if row is None else _panel(row)


async def standing_panel_by_id(panel_id: int) -> StandingPanel | None:
    row = await database.fetch_one(PANEL + "WHERE id = $1", panel_id)
    return None if row is None else _panel(row)


def _panel(row: dict[str, Any]) -> StandingPanel:
    return StandingPanel(row["id"], row["slug"], row["name"], KINDS[row["kind"]], row["active"])


async def overrides_at(panel: StandingPanel, day: date) -> dict[str, Any]:
    """What the terms that hold on a London day override, nested as stored."""
    found: dict[str, Any] | None = await database.fetch_value(
        "SELECT overrides FROM terms_of_reference WHERE panel = $1 AND holds_from <= $2 "
        "ORDER BY holds_from DESC LIMIT 1",
        panel.id,
        day,
    )
    return found or {}


async def terms_at(panel: StandingPanel, day: date) -> Terms:
    """The terms that hold on a London day: the latest whose `holds_from` is not after it, else the defaults.

    Raises Refused where stored overrides make no sense.
    """
    row = await database.fetch_one(
        "SELECT id, holds_from, overrides FROM terms_of_reference WHERE panel = $1 AND holds_from <= $2 "
        "ORDER BY holds_from DESC LIMIT 1",
        panel.id,
        day,
    )
    if row is None:
        return merged_terms(panel.kind, {})
    return merged_terms(panel.kind, row["overrides"], terms_id=row["id"], holds_from=row["holds_from"])
