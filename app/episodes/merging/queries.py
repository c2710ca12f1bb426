"""Possible duplicates of episodes and of children, and the merges made. Nothing is decided here."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from app import database
from app.episodes.merging.rules import MOST_APART, may_be_one, pairs_among, reasons_alike
from app.episodes.queries import EPISODE_COLUMNS, episode_facts
from app.episodes.rules import EpisodeFacts

MOST_PAIRS = 2000

# Only narrows: an hour more than the rule where days alone are known. Which pairs they are is for the rule to say.
_UNTIL = f"""CASE WHEN {{e}}.end_unknown_after IS NOT NULL THEN {{e}}.started_at + interval '25 hours'
    WHEN {{e}}.returned_at IS NULL THEN 'infinity'
    WHEN 'returned_at' = ANY({{e}}.date_only) OR 'started_at' = ANY({{e}}.date_only)
        THEN greatest({{e}}.returned_at, {{e}}.started_at) + interval '25 hours'
    ELSE {{e}}.returned_at + interval '{int(MOST_APART.total_seconds())} seconds' END"""

_JUDGED = ("id", "category", "started_at", "returned_at", "date_only", "end_unknown_after")
"""What the rule reads of an episode."""


def _judged(alias: str, side: str) -> str:
    return ", ".join(f"{alias}.{name} AS {side}_{name}" for name in _JUDGED)


# Child and later episode are read one by one at the end (OFFSET 0): few pairs are left, more than that are expected.
_PAIRS = f"""
WITH near AS (
    SELECT e.id, e.child, e.started_at, e.category = 'curfew' AS is_curfew,
        max({_UNTIL.format(e="e")}) OVER (PARTITION BY e.child, e.category = 'curfew' ORDER BY e.started_at, e.id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until
    FROM episode e WHERE e.merged_into IS NULL AND e.started_at >= $1
), pair AS MATERIALIZED (
    SELECT b.child, b.id AS later, b.started_at AS later_at, {_judged("a", "one")}
    FROM (SELECT * FROM near WHERE until >= started_at OFFSET 0) b
    JOIN episode a ON a.child = b.child AND a.merged_into IS NULL AND (a.category = 'curfew') = b.is_curfew
        AND a.started_at <= b.started_at AND (a.started_at, a.id) < (b.started_at, b.id)
        AND {_UNTIL.format(e="a")} >= b.started_at
    WHERE NOT EXISTS (
        SELECT FROM no_match n
        WHERE n.kind = 'episode' AND n.one = least(a.id, b.id) AND n.other = greatest(a.id, b.id))
    ORDER BY b.started_at DESC, b.id DESC, a.id LIMIT {MOST_PAIRS}
)
SELECT p.child, c.name, c.child_ref, {", ".join(f"p.one_{name}" for name in _JUDGED)}, {_judged("l", "other")}
FROM pair p CROSS JOIN LATERAL (SELECT name, child_ref FROM child WHERE id = p.child OFFSET 0) c
CROSS JOIN LATERAL (SELECT * FROM episode WHERE id = p.later OFFSET 0) l
ORDER BY p.later_at DESC, p.later DESC, p.one_id
"""

# Pairs that share a date of birth and a whole word of the name, or a date of birth where one is all initials; and
# pairs of which one bears a reference of the other, or both the same. What many bear is no reference of a person.
# `likeness` keeps what a record can share, by triggers on `child`; the rule reads names more closely.
_ALIKE = """
WITH twice AS MATERIALIZED (
    SELECT kind, mark FROM likeness WHERE kind IN ('word', 'bears') GROUP BY kind, mark
    HAVING count(*) > 1 AND (kind = 'word' OR count(*) <= 5)
), pair AS (
    SELECT a.child AS one, b.child AS other, CASE a.kind WHEN 'bears' THEN a.mark ELSE '' END AS shared
    FROM twice t JOIN likeness a ON a.kind = t.kind AND a.mark = t.mark
    JOIN likeness b ON b.kind = t.kind AND b.mark = t.mark AND b.child > a.child
    UNION
    SELECT least(a.child, b.id), greatest(a.child, b.id), '' FROM likeness a
    JOIN child b ON b.born_on = DATE '2000-01-01' + a.mark::int AND b.id <> a.child
    WHERE a.kind = 'initials' AND b.merged_into IS NULL AND b.name <> ''
    UNION
    SELECT least(a.child, b.child), greatest(a.child, b.child), a.mark FROM likeness a
    JOIN likeness b ON b.kind = 'is' AND b.mark = a.mark AND b.child <> a.child WHERE a.kind = 'bears'
), pairs AS MATERIALIZED (
    SELECT one, other, array_remove(array_agg(shared), '') AS shared FROM pair GROUP BY one, other
)
SELECT p.one, p.other, p.shared,
    a.name AS one_name, a.child_ref AS one_ref, a.born_on AS one_born, a.legal_status AS one_legal,
    b.name AS other_name, b.child_ref AS other_ref, b.born_on AS other_born, b.legal_status AS other_legal
FROM pairs p JOIN child a ON a.id = p.one JOIN child b ON b.id = p.other
WHERE NOT EXISTS (SELECT FROM no_match n WHERE n.kind = 'child' AND n.one = p.one AND n.other = p.other)
"""


@dataclass(frozen=True)
class EpisodePair:
    """Two episodes of one child that may be one; `one` starts first."""

    child_id: int
    name: str
    child_ref: str
    one: EpisodeFacts
    other: EpisodeFacts


@dataclass(frozen=True)
class ChildPair:
    """Two records that may be of one child, and why in words."""

    one_id: int
    other_id: int
    one_name: str
    other_name: str
    one_ref: str
    other_ref: str
    one_born: date | None
    other_born: date | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class MergeFacts:
    """A merge that was made. `kind` is episode or child; `moved` lists by table the ids that went over."""

    id: int
    kind: str
    kept: int
    merged: int
    moved: dict[str, Any]
    reason: str
    merged_at: datetime
    merged_by: str
    undone_at: datetime | None
    undone_by: str


async def possible_duplicates(since: datetime) -> list[EpisodePair]:
    """Pairs of which the later episode began at or after `since`, the latest first; at most 2,000.

    Of the episodes they tell what the rule reads; `in_full` tells everything.
    """
    rows = await database.fetch(_PAIRS, since)
    pairs = [
        EpisodePair(
            row["child"], row["name"], row["child_ref"], *(_told(row, side) for side in ("one", "other"))
        )
        for row in rows
    ]
    return [pair for pair in pairs if may_be_one(pair.one, pair.other)]


def _told(row: dict[str, Any], side: str) -> EpisodeFacts:
    told = {name: row[f"{side}_{name}"] for name in _JUDGED}
    return EpisodeFacts(**told | {"date_only": tuple(told["date_only"])})


async def in_full(pairs: list[EpisodePair]) -> list[EpisodePair]:
    """The same pairs with all that is recorded of both episodes."""
    facts = await _episodes(sorted({one.id for pair in pairs for one in (pair.one, pair.other)}))
    return [replace(pair, one=facts[pair.one.id], other=facts[pair.other.id]) for pair in pairs]


async def duplicates_among(episodes: list[EpisodeFacts]) -> list[tuple[EpisodeFacts, EpisodeFacts]]:
    """The pairs among the episodes of one child, without those that were told to be different."""
    pairs = pairs_among(episodes)
    if not pairs:
        return []
    different = {
        (row["one"], row["other"])
        for row in await database.fetch(
            "SELECT one, other FROM no_match WHERE kind = 'episode' AND one = ANY($1::bigint[])",
            [one.id for pair in pairs for one in pair],
        )
    }
    return [pair for pair in pairs if (min(p.id for p in pair), max(p.id for p in pair)) not in different]


async def possible_matches() -> list[ChildPair]:
    """Pairs of records that may be of one child: those that share a reference first, then by name."""
    found = []
    for row in await database.fetch(_ALIKE):
        reasons = reasons_alike(
            row["one_born"], row["other_born"], row["one_name"], row["other_name"], row["shared"]
        )
        if reasons:
            pair = ChildPair(
                row["one"],
                row["other"],
                row["one_name"],
                row["other_name"],
                row["one_ref"],
                row["other_ref"],
                row["one_born"],
                row["other_born"],
                tuple(reasons),
            )
            found.append((not row["shared"], row["one_name"].casefold(), row["one"], row["other"], pair))
    return [one[-1] for one in sorted(found, key=lambda one: one[:-1])]


async def merge_with(merge_id: int) -> MergeFacts | None:
    rows = await _merges("g.id = $1", merge_id)
    return rows[0] if rows else None


async def merge_of(kind: str, merged: int) -> MergeFacts | None:
    """The merge that holds and made this record one of another."""
    rows = await _merges("g.kind = $1 AND g.merged = $2 AND g.undone_at IS NULL", kind, merged)
    return rows[0] if rows else None


async def merges_into(kind: str, kept: int) -> list[MergeFacts]:
    """The merges that hold, into this record, the latest first."""
    return await _merges("g.kind = $1 AND g.kept = $2 AND g.undone_at IS NULL", kind, kept)


async def merges_of_episodes_of(child_id: int) -> list[MergeFacts]:
    """The merges of episodes that hold, of a child's episodes, the latest first."""
    return await _merges(
        "g.kind = 'episode' AND g.undone_at IS NULL AND g.kept IN (SELECT id FROM episode WHERE child = $1)",
        child_id,
    )


async def latest_merges(kind: str, most: int = 20) -> list[MergeFacts]:
    """The latest merges of a kind, undone or not."""
    return await _merges(f"g.kind = $1 AND true ORDER BY g.id DESC LIMIT {most}", kind, ordered=False)


async def later_merge_of(merge: MergeFacts) -> int | None:
    """A merge made after this one that holds and touches one of its two records."""
    found: int | None = await database.fetch_value(
        "SELECT id FROM merge WHERE kind = $1 AND id > $2 AND undone_at IS NULL "
        "AND (kept = ANY($3::bigint[]) OR merged = ANY($3::bigint[])) ORDER BY id DESC LIMIT 1",
        merge.kind,
        merge.id,
        [merge.kept, merge.merged],
    )
    return found


async def _merges(where: str, *values: Any, ordered: bool = True) -> list[MergeFacts]:
    return await database.fetch_as(
        MergeFacts,
        "SELECT g.id, g.kind, g.kept, g.merged, g.moved, g.reason, g.merged_at, p.name AS merged_by, "
        "g.undone_at, coalesce(u.name, '') AS undone_by FROM merge g JOIN person p ON p.id = g.merged_by "
        f"LEFT JOIN person u ON u.id = g.undone_by WHERE {where}"
        + (" ORDER BY g.id DESC" if ordered else ""),
        *values,
    )


async def _episodes(ids: list[int]) -> dict[int, EpisodeFacts]:
    rows = await database.fetch(
        f"SELECT {EPISODE_COLUMNS} FROM episode e WHERE e.id = ANY($1::bigint[])", ids
    )
    return {row["id"]: episode_facts(row) for row in rows}
