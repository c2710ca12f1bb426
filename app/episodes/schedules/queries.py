"""Reads of schedules, of what went out, and of who may be told."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from app import database
from app.episodes.handed_in import handed_in
from app.episodes.lists.rules import ListKind
from app.episodes.schedules.rules import DEFAULTS, ROLES_TOLD, Schedule

_SCHEDULE = ", ".join(one.name for one in fields(Schedule))


@dataclass(frozen=True)
class Reader:
    """Somebody who may open the lists."""

    id: int
    name: str
    email: str
    agency_name: str


@dataclass(frozen=True)
class SentList:
    """A list that went out, and how many were told."""

    due_on: date
    sent_at: datetime
    told: int


async def schedules() -> dict[ListKind, Schedule]:
    """Every list's schedule; where nobody has chosen, the default."""
    rows = await database.fetch(f"SELECT {_SCHEDULE} FROM list_schedule")
    return DEFAULTS | {ListKind(row["kind"]): _schedule(row) for row in rows}


def _schedule(row: dict[str, Any]) -> Schedule:
    lists = {name: tuple(row[name]) for name in ("weekdays", "roles", "people")}
    return Schedule(**row | lists | {"kind": ListKind(row["kind"])})


async def sent_lists(kind: ListKind, most: int = 8) -> list[SentList]:
    """The latest ones first."""
    return await database.fetch_as(
        SentList,
        "SELECT due_on, sent_at, cardinality(told) AS told FROM scheduled_message WHERE kind = $1 "
        "ORDER BY due_on DESC LIMIT $2",
        kind.value,
        most,
    )


async def last_sent_for(kind: ListKind) -> date | None:
    found: date | None = await database.fetch_value(
        "SELECT max(due_on) FROM scheduled_message WHERE kind = $1", kind.value
    )
    return found


async def readers() -> list[Reader]:
    """Everybody who can sign in and open the lists: by role, or by a seat on a panel."""
    return await _readers("true")


async def readers_told(schedule: Schedule) -> list[Reader]:
    """Who is sent the list as it is chosen; of those named, who can open it still."""
    return await _readers(
        "p.roles && $3::varchar[] OR p.id = ANY($4::bigint[])", schedule.roles, schedule.people
    )


async def _readers(chosen: str, *values: object) -> list[Reader]:
    return await database.fetch_as(
        Reader,
        "SELECT p.id, p.name, p.email, a.name AS agency_name FROM person p JOIN agency a ON a.id = p.agency "
        "WHERE p.disabled_at IS NULL AND (p.roles && $1::varchar[] OR p.id = ANY($2::bigint[])) "
        f"AND ({chosen}) ORDER BY p.name, p.id",
        [role.value for role in ROLES_TOLD],
        sorted(await handed_in.people_seated()),
        *values,
    )
