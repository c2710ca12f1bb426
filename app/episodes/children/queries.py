"""The list of children that a person may see: those missing now first, then by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app import database
from app.access import Identity, Permission, Scope, permits
from app.episodes.handed_in import handed_in
from app.episodes.queries import is_ours_in_sql
from app.episodes.rules import Cohort, names_of_ours

PER_PAGE = 50
MOST_FOUND = 50

FINAL_FIRST = "n.outcome = 'completed' DESC, coalesce(n.held_at, n.offered_at) DESC NULLS LAST, n.id DESC"
"""ORDER BY that puts the final one of an episode's interviews `n` first, as `episodes.rules.final_interview`."""

_OPEN = "e.returned_at IS NULL AND e.end_unknown_after IS NULL AND e.merged_into IS NULL AND e.category = 'missing'"
_LINE = f"""
    SELECT c.id, c.name, c.child_ref, c.born_on, c.responsible_authority, c.placed_in, c.legal_status,
           last.started_at AS last_started_at, last.returned_at AS last_returned_at,
           coalesce(last.category, '') AS last_category,
           last.end_unknown_after IS NOT NULL AS last_end_unknown, away.since AS missing_since
    FROM child c LEFT JOIN LATERAL (
        SELECT e.started_at, e.returned_at, e.category, e.end_unknown_after FROM episode e
        WHERE e.child = c.id AND e.merged_into IS NULL ORDER BY e.started_at DESC LIMIT 1
    ) last ON true LEFT JOIN (
        SELECT e.child, min(e.started_at) AS since FROM episode e
        WHERE e.child = ANY($1::bigint[]) AND {_OPEN} GROUP BY e.child
    ) away ON away.child = c.id
"""


@dataclass(frozen=True)
class ChildLine:
    """A child in a list, with the last episode of any category and since when the child is missing now."""

    id: int
    name: str
    child_ref: str
    born_on: date | None
    responsible_authority: str
    placed_in: str
    legal_status: str
    last_started_at: datetime | None
    last_returned_at: datetime | None
    last_category: str
    last_end_unknown: bool
    missing_since: datetime | None


@dataclass(frozen=True)
class ChildFilter:
    """`show`: all, missing (now) or cla; `cohort`: '' or a Cohort. `own_names` are casefolded by the query."""

    show: str = "all"
    cohort: str = ""
    own_names: tuple[str, ...] = ()


async def children_seen_by(who: Identity, chosen: ChildFilter, page: int) -> tuple[list[ChildLine], int, int]:
    """One page of the list, how many there are in all, and how many of them are missing now."""
    where, values = await _where(who, chosen)
    missing = [
        row["child"]
        for row in await database.fetch(
            "SELECT e.child, min(e.started_at) AS since FROM episode e JOIN child c ON c.id = e.child "
            f"WHERE {_OPEN} AND {where} GROUP BY e.child ORDER BY since DESC, e.child",
            *values,
        )
    ]
    first = (page - 1) * PER_PAGE
    shown = missing[first : first + PER_PAGE]
    total = len(missing)
    if chosen.show != "missing":
        total = await database.fetch_value(f"SELECT count(*) FROM child c WHERE {where}", *values)
        others = await database.fetch(
            f"SELECT c.id FROM child c WHERE {where} AND c.id <> ALL(${len(values) + 1}::bigint[]) "
            f"ORDER BY c.name = '', c.name, c.id LIMIT {PER_PAGE - len(shown)} OFFSET {max(0, first - len(missing))}",
            *values,
            missing,
        )
        shown += [row["id"] for row in others]
    return await _lines(shown), total, len(missing)


async def children_found(who: Identity, words: str) -> list[ChildLine]:
    """At most fifty children whose name or reference holds the words, or who bear them as another reference."""
    where, values = await _where(who, ChildFilter())
    like = f"${len(values) + 1}"
    # a record that was merged leads to the kept one
    found = await database.fetch(
        f"SELECT c.id FROM child c WHERE {where} AND c.id IN (SELECT coalesce(m.merged_into, m.id) FROM child m "
        f"WHERE m.name ILIKE {like} OR m.child_ref ILIKE {like} OR ${len(values) + 2} = ANY(m.other_refs)) "
        f"ORDER BY c.name = '', c.name, c.id LIMIT {MOST_FOUND}",
        *values,
        "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%",
        words,
    )
    return await _lines([row["id"] for row in found])


async def _lines(child_ids: Sequence[int]) -> list[ChildLine]:
    found = await database.fetch_as(ChildLine, _LINE + "WHERE c.id = ANY($1::bigint[])", list(child_ids))
    by_id = {line.id: line for line in found}
    return [by_id[child_id] for child_id in child_ids]


async def _where(who: Identity, chosen: ChildFilter) -> tuple[str, list[object]]:
    """The condition on child `c` for what this person may see and has chosen, and its values."""
    clauses, values = ["c.merged_into IS NULL"], list[object]()
    if not permits(who, Permission.SEE_CHILD, Scope()):
        values.append(sorted(await handed_in.children_of_panels(who.seat_panels(), who)))
        clauses.append(f"c.id = ANY(${len(values)}::bigint[])")
    if chosen.show == "cla":
        clauses.append("c.legal_status = 'cla'")
    if chosen.cohort:
        values.append(names_of_ours(chosen.own_names))
        ours, here = (
            is_ours_in_sql(f"c.{column}", f"${len(values)}::text[]")
            for column in ("responsible_authority", "placed_in")
        )
        clauses.append(
            {
                Cohort.OWN_HERE: f"{ours} AND {here}",
                Cohort.OWN_AWAY: f"{ours} AND NOT {here}",
                Cohort.PLACED_BY_OTHERS: f"NOT {ours}",
            }[Cohort(chosen.cohort)]
        )
    return " AND ".join(clauses), values
