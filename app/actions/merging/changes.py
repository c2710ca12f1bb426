"""Actions about the merged record of a child become actions about the kept one, and go back when that is undone."""

from app import database
from app.episodes.handed_in import Moved, Mover


async def move_child(kept: int, merged: int) -> Moved:
    rows = await database.fetch("UPDATE action SET child = $1 WHERE child = $2 RETURNING id", kept, merged)
    return {"action": sorted(row["id"] for row in rows)}


async def move_child_back(kept: int, merged: int, moved: Moved) -> None:
    await database.execute(
        "UPDATE action SET child = $2 WHERE child = $1 AND id = ANY($3::bigint[])",
        kept,
        merged,
        moved.get("action", []),
    )


OF_CHILDREN = Mover(move_child, move_child_back)
