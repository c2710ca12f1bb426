"""Two reports of one episode become one, and two again. Runs inside the transaction of the change that asks."""

import json
from datetime import datetime
from typing import Any

from app import database
from app.access import Identity
from app.episodes.handed_in import handed_in
from app.episodes.merging.keeping import give_back, take_over
from app.episodes.merging.queries import MergeFacts
from app.episodes.merging.rules import taken_over
from app.episodes.rules import EpisodeFacts


async def join_episodes(
    who: Identity, kept: EpisodeFacts, other: EpisodeFacts, reason: str, now: datetime
) -> int:
    """Merges `other` into `kept` and returns the merge's id. Both must be locked and unmerged."""
    filled = await take_over("episode", kept.id, taken_over(kept, other))
    await database.execute(
        "UPDATE episode SET merged_into = $1, version = version + 1 WHERE id = $2", kept.id, other.id
    )
    moved: dict[str, Any] = {
        "filled": filled,
        "episode": await _ids(
            "UPDATE episode SET merged_into = $1 WHERE merged_into = $2 RETURNING id", kept.id, other.id
        ),
        "interview_episode": await _ids(
            "UPDATE interview_episode l SET episode = $1 WHERE l.episode = $2 AND NOT EXISTS "
            "(SELECT FROM interview_episode k WHERE k.interview = l.interview AND k.episode = $1) RETURNING id",
            kept.id,
            other.id,
        ),
        # an interview that covers both covers the one episode once
        "links_dropped": [
            [row["id"], row["interview"]]
            for row in await database.fetch(
                "DELETE FROM interview_episode WHERE episode = $1 RETURNING id, interview", other.id
            )
        ],
        "by_room": [await mover.move(kept.id, other.id) for mover in handed_in.episode_movers],
    }
    return await write_merge("episode", kept.id, other.id, moved, reason, who, now)


async def part_episodes(merge: MergeFacts) -> None:
    """Undoes `join_episodes`: every row goes back that is still where the merge put it."""
    kept, other, moved = merge.kept, merge.merged, merge.moved
    await database.execute(
        "UPDATE episode SET merged_into = NULL, version = version + 1 WHERE id = $1 AND merged_into = $2",
        other,
        kept,
    )
    await database.execute(
        "UPDATE episode SET merged_into = $2 WHERE merged_into = $1 AND id = ANY($3::bigint[])",
        kept,
        other,
        moved["episode"],
    )
    await database.execute(
        "UPDATE interview_episode SET episode = $2 WHERE episode = $1 AND id = ANY($3::bigint[])",
        kept,
        other,
        moved["interview_episode"],
    )
    for link, interview in moved["links_dropped"]:
        await database.execute(
            "INSERT INTO interview_episode (id, interview, episode) SELECT $1, $2, $3 "
            "WHERE EXISTS (SELECT FROM interview_episode WHERE interview = $2 AND episode = $4) "
            "ON CONFLICT DO NOTHING",
            link,
            interview,
            other,
            kept,
        )
    for mover, rows in zip(handed_in.episode_movers, moved["by_room"], strict=True):
        await mover.move_back(kept, other, rows)
    await give_back("episode", kept, moved["filled"])


async def write_merge(
    kind: str, kept: int, merged: int, moved: dict[str, Any], reason: str, who: Identity, now: datetime
) -> int:
    """The row that remembers a merge."""
    made: int = await database.fetch_value(
        "INSERT INTO merge (kind, kept, merged, moved, reason, merged_by, merged_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        kind,
        kept,
        merged,
        json.dumps(moved, default=str),
        reason,
        who.person_id,
        now,
    )
    return made


async def _ids(sql: str, *values: Any) -> list[int]:
    return sorted(row["id"] for row in await database.fetch(sql, *values))
