"""Merging two records, undoing it, and telling two apart: each verb in one transaction with its history."""

from datetime import datetime

from app import database
from app.access import Identity
from app.episodes.merging.children import join_children, part_children
from app.episodes.merging.episodes import join_episodes, part_episodes
from app.episodes.merging.queries import MergeFacts, later_merge_of
from app.episodes.rules import ChildFacts, EpisodeFacts
from app.history.changes import record, refuse_second
from app.lifecycle import MovedOn, Refused

CHANGED = (
    "One of the two records was changed while you compared them. Look at them again; nothing was merged."
)


async def merge_episodes(
    who: Identity,
    child: ChildFacts,
    kept: EpisodeFacts,
    other: EpisodeFacts,
    *,
    reason: str,
    now: datetime,
    key: str | None,
) -> int:
    """Makes `other` a report of `kept`. Raises MovedOn when either was changed or merged since it was read."""
    async with database.transaction():
        await _lock("episode", {kept.id: kept.version, other.id: other.version}, key)
        merge_id = await join_episodes(who, kept, other, reason, now)
        await record(
            who.person_id,
            "episodes merged",
            "episode",
            [kept.id, other.id],
            now=now,
            children=[child.id],
            details={"merge": merge_id, "kept": kept.id, "reason": reason},
            submission_key=key,
        )
    return merge_id


async def merge_children(
    who: Identity, kept: ChildFacts, other: ChildFacts, *, reason: str, now: datetime, key: str | None
) -> int:
    """Makes `other` a record of `kept`, with everything recorded about it.

    Raises MovedOn when either was changed or merged since it was read, Refused where something stands against it.
    """
    async with database.transaction():
        await _lock("child", {kept.id: kept.version, other.id: other.version}, key)
        merge_id = await join_children(who, kept, other, reason, now)
        await record(
            who.person_id,
            "children merged",
            "child",
            [kept.id, other.id],
            now=now,
            children=[kept.id, other.id],
            details={"merge": merge_id, "kept": kept.id, "reason": reason},
            submission_key=key,
        )
    return merge_id


async def undo_merge(
    who: Identity, merge: MergeFacts, *, reason: str, now: datetime, key: str | None
) -> None:
    """Makes two of one again. Raises MovedOn when it was undone before, Refused where a later merge stands on it."""
    async with database.transaction():
        undone = await database.fetch_value(
            "UPDATE merge SET undone_by = $2, undone_at = $3 WHERE id = $1 AND undone_at IS NULL RETURNING id",
            merge.id,
            who.person_id,
            now,
        )
        if undone is None:
            await refuse_second(key)
            raise MovedOn("This merge was undone already. Nothing was changed.")
        if await later_merge_of(merge) is not None:
            raise Refused("One of these records was merged again since. Undo the later merge first.")
        children = await _children_of(merge)
        if merge.kind == "child":
            for with_it in await part_children(merge):
                await database.execute(
                    "UPDATE merge SET undone_by = $2, undone_at = $3 WHERE id = $1 AND undone_at IS NULL",
                    with_it,
                    who.person_id,
                    now,
                )
        elif len(children) > 1:
            raise Refused(
                "These episodes were merged with the records of the child. Undo that merge instead."
            )
        else:
            await part_episodes(merge)
        await record(
            who.person_id,
            "merge undone",
            merge.kind,
            [merge.kept, merge.merged],
            now=now,
            children=children,
            details={"merge": merge.id, "reason": reason},
            submission_key=key,
        )


async def tell_apart(
    who: Identity, kind: str, one: int, other: int, *, children: list[int], now: datetime, key: str | None
) -> None:
    """Remembers that two records, which look alike, are different; they are not shown again."""
    async with database.transaction():
        await database.execute(
            "INSERT INTO no_match (kind, one, other, said_by, said_at) VALUES ($1, $2, $3, $4, $5) "
            "ON CONFLICT DO NOTHING",
            kind,
            min(one, other),
            max(one, other),
            who.person_id,
            now,
        )
        await record(
            who.person_id,
            "records told apart",
            kind,
            [one, other],
            now=now,
            children=children,
            submission_key=key,
        )


async def _children_of(merge: MergeFacts) -> list[int]:
    if merge.kind == "child":
        return [merge.kept, merge.merged]
    rows = await database.fetch(
        "SELECT DISTINCT child FROM episode WHERE id = ANY($1::bigint[])", [merge.kept, merge.merged]
    )
    return [row["child"] for row in rows]


async def _lock(table: str, versions: dict[int, int], key: str | None) -> None:
    """Holds both rows until the end. Raises MovedOn when one is no longer as it was read."""
    rows = await database.fetch(
        f"SELECT id, version, merged_into FROM {table} WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE",
        sorted(versions),
    )
    if any(row["version"] != versions[row["id"]] or row["merged_into"] is not None for row in rows):
        await refuse_second(key)
        raise MovedOn(CHANGED)
