"""The statements that write staged episodes: those known are updated, the others added."""

from collections.abc import Sequence

from app import database
from app.episodes.imports.kinds import ImportContext
from app.episodes.imports.staging import returned_ids

# What a kept record has from a report that was merged into it: another file's empty cell does not say otherwise.
_FROM_REPORTS = """LEFT JOIN (SELECT g.kept, array_agg(DISTINCT name) AS names FROM merge g,
    jsonb_object_keys(g.moved -> 'filled') name WHERE g.kind = 'episode' AND g.undone_at IS NULL GROUP BY g.kept
) f ON f.kept = e.id"""


async def reopened() -> list[int]:
    """The rows that say that a child is still missing whose return is stored, save where a merged report told it."""
    return await returned_ids(
        f"SELECT s.row FROM staged_episode s JOIN episode e ON e.id = s.episode {_FROM_REPORTS} "
        "WHERE s.refused IS NULL AND e.returned_at IS NOT NULL AND s.returned_at IS NULL AND e.merged_into IS NULL "
        "AND ('returned_at' = ANY(f.names)) IS NOT TRUE"
    )


async def update(brought: Sequence[str], source: str) -> list[int]:
    """Writes the columns that the file sets into the episodes known; returns those that changed."""
    told = [f"'{name}'" for name in ("started_at", *brought) if name.endswith("_at")]
    sets = {
        name: f"CASE WHEN ({_is_blank(name)}) AND '{name}' = ANY(f.names) THEN e.{name} ELSE s.{name} END"
        for name in brought
    }
    sets["started_at"] = "s.started_at"
    sets["episode_ref"] = "coalesce(s.episode_ref, e.episode_ref)"
    kept = f"x <> ALL (ARRAY[{', '.join(told)}]) OR (x = ANY(f.names) AND "
    kept += f"CASE x {' '.join(f'WHEN {n} THEN s.{n[1:-1]} IS NULL' for n in told)} END)"
    if source == "ssda903":
        sets["returned_at"] = "coalesce(s.returned_at, e.returned_at)"
        sets["end_unknown_after"] = (
            "CASE WHEN e.source <> 'ssda903' THEN e.end_unknown_after "
            "WHEN coalesce(s.returned_at, e.returned_at) IS NULL THEN s.end_unknown_after END"
        )
        kept += " OR (x = 'returned_at' AND s.returned_at IS NULL)"
    elif "returned_at" in brought:
        sets["end_unknown_after"] = "NULL::date"
    sets["date_only"] = (
        f"ARRAY(SELECT x FROM unnest(e.date_only) x WHERE {kept} UNION SELECT unnest(s.date_only) ORDER BY 1)"
    )
    return await returned_ids(
        f"UPDATE episode SET {', '.join(f'{n} = n.{n}' for n in sets)}, version = episode.version + 1 "
        f"FROM (SELECT e.id, {', '.join(f'{value} AS {name}' for name, value in sets.items())} "
        f"FROM staged_episode s JOIN episode e ON e.id = s.episode {_FROM_REPORTS} WHERE s.refused IS NULL) n "
        "WHERE episode.id = n.id "
        f"AND ROW({', '.join(f'episode.{n}' for n in sets)}) "
        f"IS DISTINCT FROM ROW({', '.join(f'n.{n}' for n in sets)}) RETURNING episode.id"
    )


def _is_blank(name: str) -> str:
    return (
        f"s.{name} IS NULL" if name.endswith("_at") and name != "found_at" else f"coalesce(s.{name}, '') = ''"
    )


async def add(brought: Sequence[str], source: str, context: ImportContext) -> list[int]:
    """Adds the others; returns their ids."""
    into = ["child", "episode_ref", "started_at", "date_only", "end_unknown_after", *brought]
    added = await returned_ids(
        f"INSERT INTO episode ({', '.join(into)}, source, first_recorded_at) "
        f"SELECT {', '.join(into)}, $1, $2 FROM staged_episode "
        "WHERE refused IS NULL AND episode IS NULL ORDER BY row RETURNING id",
        source,
        context.now,
    )
    await database.execute(
        "UPDATE staged_episode s SET episode = e.id FROM episode e WHERE s.refused IS NULL AND s.episode IS NULL "
        "AND e.child = s.child AND e.started_at = s.started_at AND e.category = s.key_category"
    )
    return added
