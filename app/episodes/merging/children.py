"""Two records of one child become one, and two again. Runs inside the transaction of the change that asks."""

from datetime import datetime
from typing import Any

from app import database
from app.access import Identity
from app.episodes.handed_in import handed_in
from app.episodes.merging.episodes import join_episodes, part_episodes, write_merge
from app.episodes.merging.keeping import give_back, take_over
from app.episodes.merging.queries import MergeFacts, merge_with
from app.episodes.merging.rules import taken_over_of_child
from app.episodes.queries import EPISODE_COLUMNS, episode_facts
from app.episodes.rules import ChildFacts
from app.lifecycle import Refused

SAME_START = "Both records of the child had this episode."


async def join_children(
    who: Identity, kept: ChildFacts, other: ChildFacts, reason: str, now: datetime
) -> int:
    """Merges `other` into `kept` and returns the merge's id. Both must be locked and unmerged.

    Raises Refused, with a way out, where the two cannot become one as they stand.
    """
    await _refuse_other_assessments(kept.id, other.id)
    await _refuse_mistake_of_one(kept.id, other.id)
    by_room = [await mover.move(kept.id, other.id) for mover in handed_in.child_movers]
    joined = await _join_same_starts(who, kept.id, other.id, now)
    moved: dict[str, Any] = {
        "by_room": by_room,
        "merge": joined,
        "episode": await _ids(
            "UPDATE episode e SET child = $1 WHERE e.child = $2 AND NOT EXISTS (SELECT FROM episode k "
            "WHERE k.child = $1 AND k.started_at = e.started_at AND k.category = e.category) RETURNING id",
            kept.id,
            other.id,
        ),
        "interview": await _ids(
            "UPDATE interview SET child = $1 WHERE child = $2 RETURNING id", kept.id, other.id
        ),
        # the same assessment on both records: the merged one's is put aside
        "assessments_dropped": [
            row["held"]
            for row in await database.fetch(
                "DELETE FROM risk_assessment r USING risk_assessment k WHERE r.child = $2 AND k.child = $1 "
                "AND k.assessed_on = r.assessed_on AND k.tool = r.tool RETURNING to_jsonb(r) AS held",
                kept.id,
                other.id,
            )
        ],
        "risk_assessment": await _ids(
            "UPDATE risk_assessment SET child = $1 WHERE child = $2 RETURNING id", kept.id, other.id
        ),
        # an episode that both records have stays with the merged one, and so does its withdrawal
        "withdrawal": await _ids(
            "UPDATE withdrawal w SET child = $1 WHERE w.child = $2 AND NOT (w.kind = 'episode' "
            "AND EXISTS (SELECT FROM episode e WHERE e.id = w.record AND e.child = $2)) RETURNING id",
            kept.id,
            other.id,
        ),
        "filled": await take_over("child", kept.id, taken_over_of_child(kept, other)),
        "child": await _ids(
            "UPDATE child SET merged_into = $1 WHERE merged_into = $2 RETURNING id", kept.id, other.id
        ),
    }
    await database.execute(
        "UPDATE child SET merged_into = $1, version = version + 1 WHERE id = $2", kept.id, other.id
    )
    return await write_merge("child", kept.id, other.id, moved, reason, who, now)


async def part_children(merge: MergeFacts) -> list[int]:
    """Undoes `join_children` and returns the merges of episodes that came with it and are undone as well.

    What was recorded since stays with the kept record, save interviews about the episodes that go back.
    Raises Refused where an interview or a merge made since ties the episodes of both together.
    """
    kept, other, moved = merge.kept, merge.merged, merge.moved
    going = moved["episode"]
    await _refuse_tied(kept, going, merge.id)
    await database.execute("UPDATE child SET merged_into = NULL, version = version + 1 WHERE id = $1", other)
    await _back("child", "merged_into", kept, other, moved["child"])
    await _back("episode", "child", kept, other, going)
    await _back("interview", "child", kept, other, [*moved["interview"], *await _interviews_of(going)])
    await _back("risk_assessment", "child", kept, other, moved["risk_assessment"])
    await _back("withdrawal", "child", kept, other, await _withdrawals_of(merge))
    for held in moved["assessments_dropped"]:
        await database.execute(
            "INSERT INTO risk_assessment SELECT * FROM jsonb_populate_record(NULL::risk_assessment, $1::jsonb)",
            held,
        )
    for merge_id in reversed(moved["merge"]):
        joined = await merge_with(merge_id)
        if joined is not None and joined.undone_at is None:
            await part_episodes(joined)
    for mover, rows in zip(handed_in.child_movers, moved["by_room"], strict=True):
        await mover.move_back(kept, other, rows)
    await give_back("child", kept, moved["filled"])
    tied = await database.fetch_value(
        "SELECT EXISTS (SELECT FROM interview i JOIN interview_episode l ON l.interview = i.id "
        "JOIN episode e ON e.id = l.episode WHERE i.child = ANY($1::bigint[]) AND e.child <> i.child)",
        [kept, other],
    )
    if tied:
        raise Refused(TIED_BY_INTERVIEW)
    return list(moved["merge"])


TIED_BY_INTERVIEW = (
    "An interview recorded since the merge is about episodes of both records. Correct which episodes it is about, "
    "then undo the merge."
)


async def _refuse_tied(kept: int, going: list[int], merge_id: int) -> None:
    tied = await database.fetch_value(
        "SELECT EXISTS (SELECT FROM merge WHERE kind = 'episode' AND undone_at IS NULL AND id > $2 "
        "AND (kept = ANY($1::bigint[])) <> (merged = ANY($1::bigint[])))",
        going,
        merge_id,
    )
    if tied:
        raise Refused(
            "Episodes of both records were merged with each other since. Undo that merge first, then this one."
        )


async def _refuse_other_assessments(kept: int, other: int) -> None:
    found = await database.fetch_one(
        "SELECT r.tool, to_char(r.assessed_on, 'FMDD FMMonth YYYY') AS day FROM risk_assessment r "
        "JOIN risk_assessment k ON k.child = $1 AND k.assessed_on = r.assessed_on AND k.tool = r.tool "
        "WHERE r.child = $2 AND (k.level, k.flags, k.next_review_on) "
        "IS DISTINCT FROM (r.level, r.flags, r.next_review_on) ORDER BY r.assessed_on LIMIT 1",
        kept,
        other,
    )
    if found is not None:
        raise Refused(
            f"Both have a risk assessment of {found['day']}{' with ' + found['tool'] if found['tool'] else ''}, and "
            "they differ. Correct one of them first, its date or its tool, then merge."
        )


async def _refuse_mistake_of_one(kept: int, other: int) -> None:
    """The same episode counts on one record and was withdrawn from the other: a person has to say which is right."""
    day = await database.fetch_value(
        "SELECT to_char(e.started_at AT TIME ZONE 'Europe/London', 'FMDD FMMonth YYYY') FROM episode e "
        "JOIN episode k ON k.child = $1 AND k.started_at = e.started_at AND k.category = e.category "
        # what each counts as: the record it was merged into, or itself
        "JOIN episode counted_e ON counted_e.id = coalesce(e.merged_into, e.id) "
        "JOIN episode counted_k ON counted_k.id = coalesce(k.merged_into, k.id) "
        "WHERE e.child = $2 AND (counted_e.merged_into IS NULL) <> (counted_k.merged_into IS NULL)"
        " ORDER BY e.started_at LIMIT 1",
        kept,
        other,
    )
    if day is not None:
        raise Refused(
            f"The episode that began on {day} was withdrawn from one of them as recorded by mistake, and counts on "
            "the other. Put it back, or withdraw the other one, then merge."
        )


async def _join_same_starts(who: Identity, kept: int, other: int, now: datetime) -> list[int]:
    """The same episode on both records: the merged one's is merged into the kept one's. Returns these merges."""
    pairs = await database.fetch(
        "SELECT e.id AS other, coalesce(k.merged_into, k.id) AS kept FROM episode e JOIN episode k ON k.child = $1 "
        "AND k.started_at = e.started_at AND k.category = e.category "
        "WHERE e.child = $2 AND e.merged_into IS NULL ORDER BY e.id",
        kept,
        other,
    )
    made = []
    for pair in pairs:
        rows = {
            row["id"]: episode_facts(row)
            for row in await database.fetch(
                f"SELECT {EPISODE_COLUMNS} FROM episode e WHERE e.id = ANY($1::bigint[])", list(pair.values())
            )
        }
        made.append(await join_episodes(who, rows[pair["kept"]], rows[pair["other"]], SAME_START, now))
    return made


async def _interviews_of(episodes: list[int]) -> list[int]:
    """Interviews that are about these episodes and no other."""
    return await _ids(
        "SELECT l.interview AS id FROM interview_episode l GROUP BY l.interview "
        "HAVING bool_and(l.episode = ANY($1::bigint[])) AND count(*) > 0 "
        "AND l.interview IN (SELECT interview FROM interview_episode WHERE episode = ANY($1::bigint[]))",
        episodes,
    )


async def _withdrawals_of(merge: MergeFacts) -> list[int]:
    """Those that the merge moved, and those made since of records that it moved."""
    return await _ids(
        "SELECT id FROM withdrawal w WHERE w.child = $1 AND (w.id = ANY($2::bigint[]) "
        "OR (w.kind = 'episode' AND w.record = ANY($3::bigint[])) "
        "OR (w.kind = 'interview' AND w.record = ANY($4::bigint[])) "
        "OR (w.kind = 'risk_assessment' AND w.record = ANY($5::bigint[])))",
        merge.kept,
        merge.moved.get("withdrawal", []),
        *(merge.moved[table] for table in ("episode", "interview", "risk_assessment")),
    )


async def _back(table: str, column: str, kept: int, other: int, ids: list[int]) -> None:
    await database.execute(
        f"UPDATE {table} SET {column} = $2 WHERE {column} = $1 AND id = ANY($3::bigint[])", kept, other, ids
    )


async def _ids(sql: str, *values: Any) -> list[int]:
    return sorted(row["id"] for row in await database.fetch(sql, *values))
