"""Correcting a record: guarded by the version it was read at, with the reason kept beside the change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import asyncpg

from app import database
from app.access import Identity
from app.episodes import queries
from app.history.changes import record, refuse_second
from app.lifecycle import MovedOn, Refused, Stale

DOUBLED = {
    "episode": (
        "started_at_date",
        "Another episode of this child with this start and kind is recorded already",
    ),
    "risk_assessment": ("assessed_on", "An assessment of this day with this tool is recorded already"),
    "child": ("child_ref", "Another child has this reference"),
}


async def correct(
    who: Identity,
    table: str,
    row_id: int,
    values: Mapping[str, Any],
    *,
    child_id: int,
    version: int,
    reason: str,
    now: datetime,
    key: str | None,
) -> None:
    """Writes the values over what the record said.

    Raises Stale when it was changed since `version`, MovedOn when it was withdrawn, Refused where another record
    says the same already.
    """
    about = table.replace("_", " ")
    sets = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, 3))
    try:
        async with database.transaction():
            saved = await database.fetch_value(
                f"UPDATE {table} SET {sets}, version = version + 1 WHERE id = $1 AND version = $2 "
                "RETURNING version",
                row_id,
                version,
                *values.values(),
            )
            if saved is None:
                await refuse_second(key)
                stored = await database.fetch_one(f"SELECT * FROM {table} WHERE id = $1", row_id)
                if stored is None:
                    raise MovedOn(queries.WITHDRAWN)
                raise Stale(
                    {name: stored[name] for name in values} | {"date_only": stored.get("date_only", [])},
                    await queries.last_changed_by(about, row_id),
                    stored["version"],
                )
            await record(
                who.person_id,
                f"{about} corrected",
                about,
                [row_id],
                now=now,
                children=[child_id],
                details={"version": saved, "reason": reason},
                submission_key=key,
            )
    except asyncpg.UniqueViolationError as problem:
        await refuse_second(key)
        field, sentence = DOUBLED[table]
        raise Refused(sentence, {field: sentence}) from problem
