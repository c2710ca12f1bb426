"""Reads recall cards: one query for all children asked about, and one for their unfinished actions."""

from collections.abc import Collection
from datetime import date

from app import database
from app.access import Identity, Permission, Scope, permits
from app.london import day_end
from app.panels.handed_in import handed_in
from app.panels.recalls.rules import DAYS_BEFORE, CaseOpenNow, RecallCard, seen_cards

CARDS = f"""
    WITH latest AS (
        SELECT DISTINCT ON (panel, child) id, panel, child, accepted_on, closed_on, recall_of FROM panel_case
        WHERE child = ANY($1::bigint[]) AND ($2::bigint IS NULL OR panel = $2)
        ORDER BY panel, child, closed_on DESC NULLS FIRST, accepted_on DESC, id DESC
    )
    SELECT k.panel AS panel_id, p.name AS panel_name, k.child AS child_id, k.accepted_on, k.closed_on,
           k.closure_reason, k.closure_rationale, k.risk_at_start, k.risk_at_close,
           CASE WHEN l.closed_on IS NULL THEN l.accepted_on END AS recalled_on,
           count(e.id) FILTER (WHERE e.on_day < k.accepted_on) AS episodes_before,
           count(e.id) FILTER (WHERE e.on_day BETWEEN k.accepted_on AND k.closed_on) AS episodes_during,
           count(e.id) FILTER (WHERE e.on_day > k.closed_on) AS episodes_since
    FROM latest l JOIN panel_case k ON k.id = CASE WHEN l.closed_on IS NULL THEN l.recall_of ELSE l.id END
    JOIN panel p ON p.id = k.panel
    LEFT JOIN LATERAL (
        SELECT e.id, (e.started_at AT TIME ZONE 'Europe/London')::date AS on_day FROM episode e
        WHERE e.child = k.child AND e.category = 'missing' AND e.merged_into IS NULL AND e.started_at < $3
          AND e.started_at >= (k.accepted_on - {DAYS_BEFORE})::timestamp AT TIME ZONE 'Europe/London'
    ) e ON true
    WHERE k.closed_on IS NOT NULL
    GROUP BY k.id, p.name, l.closed_on, l.accepted_on ORDER BY k.child, k.closed_on DESC, k.id DESC
"""


async def recall_cards(
    who: Identity, child_ids: Collection[int], as_of: date, panel_id: int | None = None
) -> dict[int, list[RecallCard]]:
    """By child, the cards of the panels whose cases this person may see, the latest closure first.

    A child whose present case is not a recall has no card on that panel. Episodes after the day `as_of` do not count.
    """
    ids = sorted(set(child_ids))
    rows = await database.fetch(CARDS, ids, panel_id, day_end(as_of)) if ids else []
    actions = await handed_in.open_actions({row["child_id"] for row in rows}, who) if rows else {}
    cards = [RecallCard(**row, as_of=as_of, actions=tuple(actions.get(row["child_id"], ()))) for row in rows]
    found: dict[int, list[RecallCard]] = {}
    for card in seen_cards(who, cards):
        found.setdefault(card.child_id, []).append(card)
    return found


async def recalled_on_panel(
    who: Identity, panel_id: int, child_ids: Collection[int], as_of: date
) -> dict[int, RecallCard]:
    """The card of each child whose open case on the panel is a recall."""
    cards = await recall_cards(who, child_ids, as_of, panel_id)
    return {child: found[0] for child, found in cards.items() if found[0].recalled_on is not None}


async def cases_open_now(who: Identity, child_ids: Collection[int]) -> dict[int, list[CaseOpenNow]]:
    """By child, the open cases on panels whose cases this person may see."""
    rows = await database.fetch_as(
        CaseOpenNow,
        "SELECT k.id, k.panel AS panel_id, p.name AS panel_name, k.child AS child_id, k.accepted_on "
        "FROM panel_case k JOIN panel p ON p.id = k.panel WHERE k.child = ANY($1::bigint[]) AND k.closed_on IS NULL "
        "ORDER BY p.name, k.id",
        sorted(set(child_ids)),
    )
    found: dict[int, list[CaseOpenNow]] = {}
    for row in rows:
        if permits(who, Permission.SEE_CASE, Scope(panel_ids=frozenset({row.panel_id}))):
            found.setdefault(row.child_id, []).append(row)
    return found
