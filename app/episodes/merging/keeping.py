"""What a kept record takes over from the merged one, written so that it can be given back exactly."""

from collections.abc import Mapping
from typing import Any

from app import database

Filled = dict[str, list[Any]]
"""By column: what it held before the merge, and what since; as JSON values."""


async def take_over(table: str, row_id: int, values: Mapping[str, Any]) -> Filled:
    """Writes the values into the row and returns what to give back."""
    if not values:
        return {}
    before = await _row(table, row_id)
    sets = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, 2))
    await database.execute(
        f"UPDATE {table} SET {sets}, version = version + 1 WHERE id = $1", row_id, *values.values()
    )
    after = await _row(table, row_id)
    return {name: [before[name], after[name]] for name in values}


async def give_back(table: str, row_id: int, filled: Filled) -> None:
    """Sets what the merge filled as it was before, save what was corrected since."""
    if not filled:
        return
    now = await _row(table, row_id)
    held = {
        name: before for name, (before, after) in filled.items() if name != "date_only" and now[name] == after
    }
    if "date_only" in filled:
        before_days, _ = filled["date_only"]
        held["date_only"] = [one for one in now["date_only"] if one not in held or one in before_days]
    if held:
        sets = ", ".join(f"{name} = told.{name}" for name in held)
        await database.execute(
            f"UPDATE {table} SET {sets}, version = {table}.version + 1 "
            f"FROM jsonb_populate_record(NULL::{table}, $2::jsonb) told WHERE {table}.id = $1",
            row_id,
            held,
        )


async def _row(table: str, row_id: int) -> dict[str, Any]:
    found: dict[str, Any] = await database.fetch_value(
        f"SELECT to_jsonb(t) FROM {table} t WHERE t.id = $1", row_id
    )
    return found
