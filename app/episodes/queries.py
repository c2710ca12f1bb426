"""Reads of children, episodes, interviews and risk assessments, as frozen facts; and the one loader of a child."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from app import database
from app.access import Identity, Permission, Scope, permits
from app.episodes.handed_in import handed_in
from app.episodes.rules import ChildFacts, EpisodeFacts, InterviewFacts, RiskFacts, RiskScaleHeld, scale_on
from app.lifecycle import Forbidden, Invisible, MovedOn

_CHILD = ", ".join(f"c.{one.name}" for one in fields(ChildFacts))
EPISODE_COLUMNS = ", ".join(f"e.{one.name}" for one in fields(EpisodeFacts))
INTERVIEW_COLUMNS = ", ".join(f"i.{one.name}" for one in fields(InterviewFacts) if one.name != "episode_ids")
RISK_COLUMNS = ", ".join(f"r.{one.name}" for one in fields(RiskFacts))

WITHDRAWN = (
    "This was recorded by mistake and has been withdrawn. It can be put back from the child’s chronology."
)


def is_ours_in_sql(authority: str, names: str) -> str:
    """SQL for `rules.is_ours`. `authority`: an expression; `names`: an argument with `rules.names_of_ours`."""
    return f"({authority} = '' OR btrim(lower(regexp_replace({authority}, '\\s+', ' ', 'g'))) = ANY({names}))"


async def child_for(
    who: Identity, child_id: int, permission: Permission = Permission.SEE_CHILD
) -> ChildFacts:
    """The one way to a child; for a record that was merged into another, that one answers.

    Raises Invisible where the person may not know of it, Forbidden where not do this.
    """
    kept = await database.fetch_value("SELECT coalesce(merged_into, id) FROM child WHERE id = $1", child_id)
    if kept is None:
        raise Invisible
    return await record_for(who, kept, permission)


async def record_for(
    who: Identity, child_id: int, permission: Permission = Permission.SEE_CHILD
) -> ChildFacts:
    """A child's own record, even where it was merged into another. Raises as `child_for`."""
    scopes = await handed_in.scopes_of_children([child_id], who)
    scope = Scope(panel_ids=scopes.get(child_id, frozenset()))
    if not permits(who, Permission.SEE_CHILD, scope):
        raise Invisible
    row = await database.fetch_one(f"SELECT {_CHILD} FROM child c WHERE c.id = $1", child_id)
    if row is None:
        raise Invisible
    if not permits(who, permission, scope):
        raise Forbidden(permission)
    return ChildFacts(**with_tuples(row, "other_refs"))


async def episode_for(
    who: Identity, episode_id: int, permission: Permission = Permission.SEE_CHILD
) -> tuple[ChildFacts, EpisodeFacts]:
    """An episode with its child; for one that was merged into another, that one answers.

    Raises as `child_for`, and MovedOn for one that was withdrawn: nothing is done with it until it is put back.
    """
    kept = await database.fetch_value(
        "SELECT coalesce(merged_into, id) FROM episode WHERE id = $1", episode_id
    )
    if kept is None:
        raise Invisible
    child, episode = await own_episode_for(who, kept, permission)
    if episode.is_withdrawn:
        raise MovedOn(WITHDRAWN)
    return child, episode


async def own_episode_for(
    who: Identity, episode_id: int, permission: Permission = Permission.SEE_CHILD
) -> tuple[ChildFacts, EpisodeFacts]:
    """An episode's own record, even where it was merged into another or withdrawn. Raises as `child_for`."""
    row = await database.fetch_one(
        f"SELECT e.child, {EPISODE_COLUMNS} FROM episode e WHERE e.id = $1", episode_id
    )
    if row is None:
        raise Invisible
    child = await child_for(who, row.pop("child"), permission)
    return child, episode_facts(row)


async def interview_for(
    who: Identity, interview_id: int, permission: Permission = Permission.SEE_CHILD
) -> tuple[ChildFacts, InterviewFacts]:
    """An interview with its child. Raises as `episode_for`."""
    child_id = await database.fetch_value("SELECT child FROM interview WHERE id = $1", interview_id)
    if child_id is None:
        await _refuse_withdrawn(who, "interview", interview_id, permission)
        raise Invisible
    child = await child_for(who, child_id, permission)
    found = next((one for one in await interviews_of(child.id) if one.id == interview_id), None)
    if found is None:
        raise Invisible
    return child, found


async def risk_for(
    who: Identity, risk_id: int, permission: Permission = Permission.SEE_CHILD
) -> tuple[ChildFacts, RiskFacts]:
    """A risk assessment with its child. Raises as `episode_for`."""
    row = await database.fetch_one(
        f"SELECT r.child, {RISK_COLUMNS} FROM risk_assessment r WHERE r.id = $1", risk_id
    )
    if row is None:
        await _refuse_withdrawn(who, "risk_assessment", risk_id, permission)
        raise Invisible
    child = await child_for(who, row.pop("child"), permission)
    return child, RiskFacts(**with_tuples(row, "flags"))


async def _refuse_withdrawn(who: Identity, kind: str, record: int, permission: Permission) -> None:
    """Tells whoever may see the child why the record is not there."""
    child_id = await database.fetch_value(
        "SELECT child FROM withdrawal WHERE kind = $1 AND record = $2 AND undone_at IS NULL", kind, record
    )
    if child_id is not None:
        await child_for(who, child_id, permission)
        raise MovedOn(WITHDRAWN)


async def episodes_of(child_id: int) -> list[EpisodeFacts]:
    """All episodes of a child, the latest first; merged duplicates and withdrawn ones are left out."""
    rows = await database.fetch(
        f"SELECT {EPISODE_COLUMNS} FROM episode e WHERE e.child = $1 AND e.merged_into IS NULL "
        "ORDER BY e.started_at DESC, e.id DESC",
        child_id,
    )
    return [episode_facts(row) for row in rows]


async def interviews_of(child_id: int) -> list[InterviewFacts]:
    rows = await database.fetch(
        f"SELECT {INTERVIEW_COLUMNS}, array_agg(DISTINCT coalesce(e.merged_into, e.id)) AS episode_ids "
        "FROM interview i JOIN interview_episode ie ON ie.interview = i.id JOIN episode e ON e.id = ie.episode "
        "WHERE i.child = $1 GROUP BY i.id ORDER BY i.id",
        child_id,
    )
    return [InterviewFacts(**with_tuples(row, "episode_ids", "date_only")) for row in rows]


async def risks_of(child_id: int) -> list[RiskFacts]:
    """All risk assessments of a child, the latest first."""
    rows = await database.fetch(
        f"SELECT {RISK_COLUMNS} FROM risk_assessment r WHERE r.child = $1 ORDER BY r.assessed_on DESC, r.id DESC",
        child_id,
    )
    return [RiskFacts(**with_tuples(row, "flags")) for row in rows]


async def child_of_each(kind: str, ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Whom records are about, by their ids: the child's id, and its name or reference. `kind`: child or episode."""
    child = "x.id" if kind == "child" else "x.child"
    rows = await database.fetch(
        f"SELECT x.id, c.id AS child, coalesce(nullif(c.name, ''), c.child_ref) AS known_as FROM {kind} x "
        f"JOIN child c ON c.id = {child} WHERE x.id = ANY($1::bigint[])",
        list(ids),
    )
    return {row["id"]: (row["child"], row["known_as"]) for row in rows}


async def risk_scales() -> list[RiskScaleHeld]:
    """The authority's risk scales, the oldest first."""
    found = await database.fetch("SELECT holds_from, levels FROM risk_scale ORDER BY holds_from")
    return [RiskScaleHeld(row["holds_from"], tuple(row["levels"])) for row in found]


async def levels_on(day: date) -> list[str]:
    """The words of the authority's risk scale on a day, lowest first; before the first scale, the first one's."""
    return list(scale_on(await risk_scales(), day))


async def last_changed_by(about: str, about_id: int) -> str:
    """The name of whoever last changed this by hand; empty where an import did."""
    found = await database.fetch_value(
        "SELECT p.name FROM history_entry h JOIN person p ON p.id = h.person_id "
        "WHERE h.about = $1 AND h.about_ids @> ARRAY[$2::bigint] AND h.kind NOT LIKE '% read' "
        "ORDER BY h.id DESC LIMIT 1",
        about,
        about_id,
    )
    return found or ""


def episode_facts(row: dict[str, Any]) -> EpisodeFacts:
    """A row of EPISODE_COLUMNS."""
    return EpisodeFacts(**with_tuples(row, "date_only"))


def with_tuples(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """The row with the lists of these columns as tuples."""
    lists: dict[str, Sequence[Any]] = {name: tuple(row[name]) for name in names}
    return row | lists
