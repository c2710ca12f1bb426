"""Reads of schedules, of what went out, and of who may be told."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from app import database
from app.episodes.handed_in import handed_in
from app.episodes.schedules.kinds import Scheduled
from app.episodes.schedules.rules import ROLES_TOLD, Schedule


@dataclass(frozen=True)
class Reader:
    """Somebody who may open what goes out."""

    id: int
    name: str
    email: str
    agency_name: str


@dataclass(frozen=True)
class Sent:
    """When something went out, for which day, and how many were told."""

    due_on: date
    sent_at: datetime
    told: int


async def schedule_of(kind: Scheduled) -> Schedule:
    """What was chosen for it; where nobody has, its default."""
    row = await database.fetch_one(
        "SELECT is_on, weekdays, hour, roles, people, holds_from, version FROM schedule WHERE kind = $1",
        kind.slug,
    )
    if row is None:
        return kind.default
    lists = {name: tuple(row[name]) for name in ("weekdays", "roles", "people")}
    return replace(kind.default, **row | lists)


async def sent_lately(kind: Scheduled, most: int = 8) -> list[Sent]:
    """The latest ones first."""
    return await database.fetch_as(
        Sent,
        "SELECT due_on, sent_at, cardinality(told) AS told FROM scheduled_message WHERE kind = $1 "
        "ORDER BY due_on DESC LIMIT $2",
        kind.slug,
        most,
    )


async def last_sent_for(kind: Scheduled) -> date | None:
    found: date | None = await database.fetch_value(
        "SELECT max(due_on) FROM scheduled_message WHERE kind = $1", kind.slug
    )
    return found


async def readers(kind: Scheduled) -> list[Reader]:
    """Everybody who can sign in and open it: by role, and where that is enough by a seat on a panel."""
    return await _readers(kind, "true")


async def readers_told(kind: Scheduled, schedule: Schedule) -> list[Reader]:
    """Who is told as it is chosen; of those named, who can open it still."""
    return await _readers(
        kind, "p.roles && $3::varchar[] OR p.id = ANY($4::bigint[])", schedule.roles, schedule.people
    )


async def _readers(kind: Scheduled, chosen: str, *values: object) -> list[Reader]:
    return await database.fetch_as(
        Reader,
        "SELECT p.id, p.name, p.email, a.name AS agency_name FROM person p JOIN agency a ON a.id = p.agency "
        "WHERE p.disabled_at IS NULL AND (p.roles && $1::varchar[] OR p.id = ANY($2::bigint[])) "
        f"AND ({chosen}) ORDER BY p.name, p.id",
        [role.value for role in ROLES_TOLD],
        sorted(await handed_in.people_seated()) if kind.seats_read else [],
        *values,
    )
