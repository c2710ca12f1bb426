"""Reads of panel cases. Nothing is written here."""

from collections.abc import Sequence

from app import database
from app.panels.cases.rules import CaseFacts

CASE = """
    SELECT id, panel AS panel_id, child AS child_id, recall_of, accepted_on, first_meeting_on, last_reviewed_on,
           next_review_on, closed_on, closure_reason, risk_at_start, risk_at_close, version
    FROM panel_case
"""


async def case_facts(case_id: int) -> CaseFacts | None:
    rows = await database.fetch_as(CaseFacts, CASE + "WHERE id = $1", case_id)
    return rows[0] if rows else None


async def cases_on_panel(panel_id: int, child_ids: Sequence[int]) -> dict[int, CaseFacts]:
    """The open case of each of these children on a panel, else the one closed last."""
    rows = await database.fetch_as(
        CaseFacts,
        "SELECT DISTINCT ON (child_id) * FROM ("
        + CASE
        + "WHERE panel = $1 AND child = ANY($2)) c ORDER BY child_id, closed_on DESC NULLS FIRST, accepted_on DESC",
        panel_id,
        list(child_ids),
    )
    return {row.child_id: row for row in rows}


async def open_case_counts(panel_ids: Sequence[int]) -> dict[int, int]:
    """How many cases are open on each panel."""
    rows = await database.fetch(
        "SELECT panel, count(*) AS cases FROM panel_case WHERE panel = ANY($1) AND closed_on IS NULL GROUP BY panel",
        list(panel_ids),
    )
    return {row["panel"]: row["cases"] for row in rows}
