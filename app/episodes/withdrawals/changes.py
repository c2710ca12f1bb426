"""Withdrawing what was recorded by mistake, and putting it back: each in one transaction with its history."""

import json
from datetime import datetime
from typing import Any

import asyncpg

from app import database
from app.access import Identity
from app.episodes.rules import ChildFacts
from app.episodes.withdrawals.rules import NO_REASON, Withdrawn
from app.history.changes import record, refuse_second
from app.lifecycle import MovedOn, Refused

Held = dict[str, list[dict[str, Any]]]
"""Rows that were set aside, by table, as JSON."""

CHANGED = "This record was changed or withdrawn while you wrote. Look at it again; nothing was withdrawn."


async def withdraw(
    who: Identity,
    child: ChildFacts,
    kind: str,
    record_id: int,
    *,
    version: int,
    reason: str,
    now: datetime,
    key: str | None,
) -> int:
    """Takes a record, by the name of its table, out of everything that counts; returns the withdrawal's id.

    Raises Refused without a reason, MovedOn when the record was changed since `version`.
    """
    if not reason.strip():
        raise Refused(NO_REASON, {"reason": NO_REASON})
    async with database.transaction():
        held = await (_lay_aside_episode if kind == "episode" else _lay_aside)(kind, record_id, version)
        if held is None:
            await refuse_second(key)
            raise MovedOn(CHANGED)
        withdrawal: int = await database.fetch_value(
            "INSERT INTO withdrawal (kind, record, child, held, reason, withdrawn_by, withdrawn_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            kind,
            record_id,
            child.id,
            json.dumps(held),
            reason.strip(),
            who.person_id,
            now,
        )
        about = kind.replace("_", " ")
        await record(
            who.person_id,
            f"{about} withdrawn",
            about,
            [record_id],
            now=now,
            children=[child.id],
            details={"withdrawal": withdrawal, "reason": reason.strip()},
            submission_key=key,
        )
    return withdrawal


async def put_back(who: Identity, withdrawn: Withdrawn, *, now: datetime, key: str | None) -> None:
    """Undoes a withdrawal. Raises MovedOn when it was undone before, Refused where something stands in its place."""
    about = withdrawn.kind.replace("_", " ")
    try:
        async with database.transaction():
            # what is held may have grown since the page was shown
            row = await database.fetch_one(
                "UPDATE withdrawal SET undone_by = $2, undone_at = $3 WHERE id = $1 AND undone_at IS NULL "
                "RETURNING held, child",
                withdrawn.id,
                who.person_id,
                now,
            )
            if row is None:
                await refuse_second(key)
                raise MovedOn("This was put back already. Nothing was changed.")
            if withdrawn.kind == "episode":
                await _count_again(withdrawn.record)
            await _bring_back(row["held"], row["child"])
            await record(
                who.person_id,
                f"{about} put back",
                about,
                [withdrawn.record],
                now=now,
                children=[row["child"]],
                details={"withdrawal": withdrawn.id},
                submission_key=key,
            )
    except asyncpg.UniqueViolationError as problem:
        await refuse_second(key)
        raise Refused(
            "The same was recorded again since: an interview with the same offer, or an assessment of the same day "
            "with the same tool. Correct or withdraw that one first."
        ) from problem


async def _lay_aside_episode(kind: str, episode_id: int, version: int) -> Held | None:
    """The episode stays, for agendas and decisions point at it; interviews that are about it alone go with it."""
    taken = await database.fetch_value(
        "UPDATE episode SET merged_into = id, version = version + 1 "
        "WHERE id = $1 AND version = $2 AND merged_into IS NULL RETURNING id",
        episode_id,
        version,
    )
    if taken is None:
        return None
    links = await database.fetch(
        "SELECT to_jsonb(l) AS row FROM interview_episode l WHERE l.episode = $1 ORDER BY l.id", episode_id
    )
    interviews = await database.fetch(
        "DELETE FROM interview i WHERE i.id IN (SELECT interview FROM interview_episode WHERE episode = $1) "
        "AND NOT EXISTS (SELECT FROM interview_episode l WHERE l.interview = i.id AND l.episode <> $1) "
        "RETURNING to_jsonb(i) AS row",
        episode_id,
    )
    await database.execute("DELETE FROM interview_episode WHERE episode = $1", episode_id)
    return {"interview": _rows(interviews), "interview_episode": _rows(links)}


async def _lay_aside(table: str, record_id: int, version: int) -> Held | None:
    """The row leaves its table, an interview with what says which episodes it is about."""
    links = await database.fetch(
        "SELECT to_jsonb(l) AS row FROM interview_episode l WHERE $2 AND l.interview = $1 ORDER BY l.id",
        record_id,
        table == "interview",
    )
    gone = await database.fetch(
        f"DELETE FROM {table} t WHERE t.id = $1 AND t.version = $2 RETURNING to_jsonb(t) AS row",
        record_id,
        version,
    )
    return {table: _rows(gone), "interview_episode": _rows(links)} if gone else None


async def _count_again(episode_id: int) -> None:
    await database.execute(
        "UPDATE episode SET merged_into = NULL, version = version + 1 WHERE id = $1 AND merged_into = id",
        episode_id,
    )
    left_behind = await database.fetch_value(
        "SELECT c.merged_into IS NOT NULL FROM episode e JOIN child c ON c.id = e.child WHERE e.id = $1",
        episode_id,
    )
    if left_behind:
        raise Refused(
            "The child’s record was merged since, and the kept record has this episode. Undo that merge first."
        )


async def _bring_back(held: Held, child_id: int) -> None:
    """The rows go back into their tables, from now on and with the child that the withdrawal is about now."""
    for table in ("interview", "risk_assessment"):
        for row in held.get(table, ()):
            await database.execute(
                f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, $1::jsonb "
                "|| jsonb_build_object('child', $2::bigint, 'recorded_at', now(), 'version', $3::int))",
                row,
                child_id,
                row["version"] + 1,
            )
    for link in held.get("interview_episode", ()):
        await _link_again(link, child_id)
    about_nothing = await database.fetch_value(
        "SELECT EXISTS (SELECT FROM unnest($1::bigint[]) i WHERE NOT EXISTS "
        "(SELECT FROM interview_episode l WHERE l.interview = i))",
        [row["id"] for row in held.get("interview", ())],
    )
    if about_nothing:
        raise Refused(
            "The episode that this interview is about was recorded by mistake too. Put the episode back first."
        )


async def _link_again(link: dict[str, Any], child_id: int) -> None:
    """Where the other end is withdrawn itself, the link waits with it."""
    ends = await database.fetch_one(
        "SELECT EXISTS (SELECT FROM interview WHERE id = $1) AS interview_counts, "
        "coalesce(k.merged_into = k.id, false) AS episode_withdrawn, k.id AS episode, k.child "
        "FROM episode e JOIN episode k ON k.id = coalesce(e.merged_into, e.id) WHERE e.id = $2",
        link["interview"],
        link["episode"],
    )
    assert ends is not None, "episodes are never deleted"
    if ends["interview_counts"] and not ends["episode_withdrawn"]:
        if ends["child"] != child_id:
            raise Refused(
                "It is about an episode that now stands on another record of the child. Merge the records first."
            )
        await database.execute(
            "INSERT INTO interview_episode (id, interview, episode) SELECT $1, $2, $3 "
            "WHERE NOT EXISTS (SELECT FROM interview_episode WHERE interview = $2 AND episode = $3)",
            link["id"],
            link["interview"],
            ends["episode"],
        )
        return
    await database.execute(
        "UPDATE withdrawal SET held = jsonb_set(held, '{interview_episode}', held -> 'interview_episode' || $1::jsonb) "
        "WHERE undone_at IS NULL AND CASE WHEN $2 THEN kind = 'episode' AND record = $3 "
        "ELSE held -> 'interview' @> jsonb_build_array(jsonb_build_object('id', $4::bigint)) END",
        [link],
        ends["interview_counts"],
        ends["episode"],
        link["interview"],
    )


def _rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one["row"] for one in found]
