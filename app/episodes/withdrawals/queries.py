"""Reads of what was recorded by mistake; and, for files, of what they must not bring back."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from app import database
from app.access import Identity, Permission
from app.episodes.queries import (
    EPISODE_COLUMNS,
    INTERVIEW_COLUMNS,
    RISK_COLUMNS,
    child_for,
    episode_facts,
    with_tuples,
)
from app.episodes.rules import ChildFacts, InterviewFacts, RiskFacts, interview_key
from app.episodes.withdrawals.rules import Withdrawn
from app.lifecycle import Invisible

_WITHDRAWAL = """
    SELECT w.id, w.kind, w.record, w.child AS child_id, w.reason, w.withdrawn_at, p.name AS withdrawn_by,
           w.undone_at, coalesce(u.name, '') AS undone_by, w.held
    FROM withdrawal w JOIN person p ON p.id = w.withdrawn_by LEFT JOIN person u ON u.id = w.undone_by
"""
_EPISODES_OF_HELD = """ARRAY(SELECT DISTINCT coalesce(e.merged_into, e.id)
    FROM jsonb_to_recordset(w.held -> 'interview_episode') l (interview bigint, episode bigint)
    JOIN episode e ON e.id = l.episode WHERE l.interview = i.id ORDER BY 1)"""


async def withdrawal_for(
    who: Identity, withdrawal_id: int, permission: Permission = Permission.SEE_CHILD
) -> tuple[ChildFacts, Withdrawn]:
    """A withdrawal with its child. Raises as `child_for`."""
    found = await _withdrawals("w.id = $1", withdrawal_id)
    if not found:
        raise Invisible
    return await child_for(who, found[0].child_id, permission), found[0]


async def withdrawn_of(child_id: int) -> list[Withdrawn]:
    """What is withdrawn of a child's records."""
    return await _withdrawals("w.child = $1 AND w.undone_at IS NULL", child_id)


async def _withdrawals(where: str, value: Any) -> list[Withdrawn]:
    rows = await database.fetch(f"{_WITHDRAWAL} WHERE {where} ORDER BY w.id", value)
    ids = [row["id"] for row in rows]
    if not ids:
        return []
    episodes = await database.fetch(
        f"SELECT w.id AS withdrawal, {EPISODE_COLUMNS} FROM withdrawal w JOIN episode e ON e.id = w.record "
        "WHERE w.kind = 'episode' AND w.id = ANY($1::bigint[])",
        ids,
    )
    interviews = await database.fetch(
        f"SELECT w.id AS withdrawal, {INTERVIEW_COLUMNS}, {_EPISODES_OF_HELD} AS episode_ids FROM withdrawal w "
        "CROSS JOIN LATERAL jsonb_populate_recordset(NULL::interview, w.held -> 'interview') i "
        "WHERE w.id = ANY($1::bigint[]) ORDER BY i.id",
        ids,
    )
    risks = await database.fetch(
        f"SELECT w.id AS withdrawal, {RISK_COLUMNS} FROM withdrawal w "
        "CROSS JOIN LATERAL jsonb_populate_recordset(NULL::risk_assessment, w.held -> 'risk_assessment') r "
        "WHERE w.id = ANY($1::bigint[])",
        ids,
    )
    found = {row["id"]: Withdrawn(**row) for row in rows}
    for row in episodes:
        of = row.pop("withdrawal")
        found[of] = replace(found[of], episode=episode_facts(row))
    for row in interviews:
        of = row.pop("withdrawal")
        told = InterviewFacts(**with_tuples(row, "episode_ids", "date_only"))
        found[of] = replace(found[of], interviews=(*found[of].interviews, told))
    for row in risks:
        of = row.pop("withdrawal")
        found[of] = replace(found[of], risk=RiskFacts(**with_tuples(row, "flags")))
    return list(found.values())


async def keys_of_withdrawn_interviews(child_ids: Collection[int]) -> set[str]:
    """What makes each interview of these children that is set aside the same one, as `rules.interview_key`."""
    rows = await database.fetch(
        f"SELECT i.offered_at, i.held_at, {_EPISODES_OF_HELD} AS episodes FROM withdrawal w "
        "CROSS JOIN LATERAL jsonb_populate_recordset(NULL::interview, w.held -> 'interview') i "
        "WHERE w.undone_at IS NULL AND w.child = ANY($1::bigint[])",
        list(child_ids),
    )
    return {interview_key(row["episodes"], row["offered_at"], row["held_at"]) for row in rows}


async def withdrawn_assessments(child_ids: Collection[int]) -> set[tuple[int, date, str]]:
    """The child, day and tool of each assessment of these children that is set aside and was not recorded anew."""
    rows = await database.fetch(
        "SELECT w.child, r.assessed_on, r.tool FROM withdrawal w "
        "CROSS JOIN LATERAL jsonb_populate_recordset(NULL::risk_assessment, w.held -> 'risk_assessment') r "
        "WHERE w.undone_at IS NULL AND w.child = ANY($1::bigint[]) AND NOT EXISTS (SELECT FROM risk_assessment k "
        "WHERE k.child = w.child AND k.assessed_on = r.assessed_on AND k.tool = r.tool)",
        list(child_ids),
    )
    return {(row["child"], row["assessed_on"], row["tool"]) for row in rows}
