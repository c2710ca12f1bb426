"""Temporary tables and the few set-based statements that every kind of import needs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from app import database
from app.episodes.imports.kinds import Problem, Row


async def stage(table: str, columns: Mapping[str, str], records: Sequence[tuple[Any, ...]]) -> None:
    """Copies the records into a temporary table, gone with the transaction. `columns` gives the SQL types."""
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    await database.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
    await database.execute(f"CREATE TEMP TABLE {table} ({declared}) ON COMMIT DROP")
    await database.copy_rows(table, list(columns), records)
    await database.execute(f"ANALYZE {table}")


def keep_last(rows: Iterable[Row], key: Callable[[Row], Any], name: str) -> tuple[list[Row], list[Problem]]:
    """The rows without those that a later row with the same key replaces; a warning for each replaced one.

    `name` is the column that the warning names. A replaced row counts as unchanged.
    """
    last: dict[Any, Row] = {}
    warnings: list[Problem] = []
    for row in rows:
        found = key(row)
        replaced = last.pop(found, None)
        if replaced is not None:
            warnings.append(
                replaced.problem(name, f"Row {row.number} is about the same record; the later row was taken.")
            )
        last[found] = row
    return list(last.values()), warnings


async def child_ids_of(child_refs: Iterable[str]) -> dict[str, int]:
    """The ids of the children with these references; an unknown reference is not in the answer.

    The reference of a record that was merged into another is one of the kept child's.
    """
    found = await database.fetch(
        "SELECT child_ref, coalesce(merged_into, id) AS id FROM child WHERE child_ref = ANY($1::text[])",
        sorted(set(child_refs)),
    )
    return {row["child_ref"]: row["id"] for row in found}


UNKNOWN_CHILD = "No child has this reference. Import the child or its episode first, or mend the reference."


async def returned_ids(sql: str, *values: Any) -> list[int]:
    """The ids that a statement returns, in its only column."""
    return [next(iter(row.values())) for row in await database.fetch(sql, *values)]
