"""What earlier rooms ask of minutes: items not reached, how far minutes are, what was decided last. No writes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from app import database
from app.access import Identity
from app.panels.cases.rules import CLOSURE_REASONS
from app.panels.restricting.queries import seer, sees_item


async def items_not_reached(meeting_id: int) -> set[int]:
    """The agenda items of a meeting that the minutes say were not reached."""
    rows = await database.fetch(
        "SELECT i.id FROM agenda_item i JOIN meeting m ON m.id = i.meeting "
        "LEFT JOIN discussion d ON d.agenda_item = i.id "
        "WHERE i.meeting = $1 AND i.status = 'on-agenda' AND d.outcome = 'not-reached'",
        meeting_id,
    )
    return {row["id"] for row in rows}


async def minutes_status(meeting_ids: Collection[int]) -> dict[int, str]:
    """How far the minutes of these meetings are, in the words of the tags; meetings without a word are left out."""
    rows = await database.fetch(
        "SELECT meeting, CASE WHEN status = 'draft' AND remarks <> '' THEN 'sent-back' "
        "WHEN filed_at IS NOT NULL THEN 'filed' ELSE status END AS status "
        "FROM minutes WHERE meeting = ANY($1)",
        list(meeting_ids),
    )
    return {row["meeting"]: row["status"] for row in rows}


async def last_outcomes(
    panel_id: int, child_ids: Collection[int], before: datetime, who: Identity | None = None
) -> dict[int, str]:
    """What the panel's latest meeting that discussed each child decided, in one short phrase.

    Of restricted items only what `who` may see; without a person none of them.
    """
    rows = await database.fetch(
        "SELECT DISTINCT ON (i.child) i.child, d.case_decision, d.closure_reason, d.risk_before, d.risk_after "
        "FROM agenda_item i JOIN meeting m ON m.id = i.meeting JOIN discussion d ON d.agenda_item = i.id "
        "WHERE m.panel = $1 AND i.child = ANY($2) AND m.status = 'held' AND m.starts_at < $3 "
        f"AND i.status = 'on-agenda' AND d.outcome = 'discussed' AND {sees_item(4)} "
        "ORDER BY i.child, m.starts_at DESC, m.id DESC",
        panel_id,
        list(child_ids),
        before,
        *seer(who),
    )
    return {row["child"]: _phrase(row) for row in rows}


def _phrase(row: dict[str, Any]) -> str:
    parts = []
    if row["case_decision"] == "close":
        parts.append(f"case closed ({CLOSURE_REASONS.get(row['closure_reason'], 'no reason given').lower()})")
    elif row["case_decision"] == "keep-open":
        parts.append("case kept open")
    if row["risk_after"] and row["risk_after"] != row["risk_before"]:
        parts.append(f"risk {row['risk_before'] or 'not known'} to {row['risk_after']}")
    elif row["risk_after"]:
        parts.append(f"risk {row['risk_after']}")
    return ", ".join(parts) or "discussed"
