"""Reads of the record with people's names beside the entries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import database

PER_PAGE = 50


@dataclass(frozen=True)
class EntryFacts:
    id: int
    happened_at: datetime
    kind: str
    about: str
    about_ids: list[int]
    child_ids: list[int]
    details: dict[str, Any]
    person: str | None


async def entries(
    *, child_id: int | None, person_id: int | None, only: str, page: int
) -> tuple[list[EntryFacts], int]:
    """One page of entries, newest first, and how many there are. `only` is 'reads', 'changes' or ''."""
    where = (
        "($1::bigint IS NULL OR h.child_ids @> ARRAY[$1::bigint] "
        "OR (h.about = 'child' AND h.about_ids @> ARRAY[$1::bigint])) "
        "AND ($2::bigint IS NULL OR h.person_id = $2) "
        "AND ($3 = '' OR ($3 = 'reads') = (h.kind LIKE '% read'))"
    )
    total: int = await database.fetch_value(
        f"SELECT count(*) FROM history_entry h WHERE {where}", child_id, person_id, only
    )
    found = await database.fetch_as(
        EntryFacts,
        "SELECT h.id, h.happened_at, h.kind, h.about, h.about_ids, h.child_ids, h.details, p.name AS person "
        f"FROM history_entry h LEFT JOIN person p ON p.id = h.person_id WHERE {where} "
        "ORDER BY h.id DESC LIMIT $4 OFFSET $5",
        child_id,
        person_id,
        only,
        PER_PAGE,
        (page - 1) * PER_PAGE,
    )
    return found, total
