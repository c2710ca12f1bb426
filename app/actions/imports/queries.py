"""Reads for an action log: panels by name, owners by e-mail, agencies by name, meetings by day, items by child."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app import database


@dataclass(frozen=True)
class Owner:
    id: int
    agency_id: int
    agency_name: str
    left: bool


async def panels_by_name() -> dict[str, int]:
    """Panel ids by slug and by name, case-folded."""
    rows = await database.fetch("SELECT id, slug, name FROM panel")
    return {row["name"].casefold(): row["id"] for row in rows} | {row["slug"]: row["id"] for row in rows}


async def owners_by_email(emails: Iterable[str]) -> dict[str, Owner]:
    """People by e-mail in lower case, also those who can no longer sign in: old logs name them."""
    rows = await database.fetch(
        "SELECT lower(p.email) AS email, p.id, g.id AS agency_id, g.name AS agency_name, "
        "p.disabled_at IS NOT NULL AS left FROM person p "
        "JOIN agency g ON g.id = p.agency WHERE lower(p.email) = ANY($1::text[])",
        sorted({email.casefold() for email in emails}),
    )
    return {row["email"]: Owner(row["id"], row["agency_id"], row["agency_name"], row["left"]) for row in rows}


async def agencies_by_name() -> dict[str, int]:
    """Agency ids by case-folded name."""
    rows = await database.fetch("SELECT id, name FROM agency")
    return {row["name"].casefold(): row["id"] for row in rows}


async def meetings_by_day(days: Iterable[date]) -> dict[tuple[int, date], list[int]]:
    """Meetings that were not cancelled, by panel and London date, the earliest of the day first."""
    rows = await database.fetch(
        "SELECT panel, (starts_at AT TIME ZONE 'Europe/London')::date AS day, id FROM meeting "
        "WHERE status <> 'cancelled' AND (starts_at AT TIME ZONE 'Europe/London')::date = ANY($1::date[]) "
        "ORDER BY starts_at, id",
        sorted(set(days)),
    )
    found: dict[tuple[int, date], list[int]] = {}
    for row in rows:
        found.setdefault((row["panel"], row["day"]), []).append(row["id"])
    return found


async def items_of_children(meeting_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """Agenda items by meeting and child."""
    rows = await database.fetch(
        "SELECT meeting, child, id FROM agenda_item WHERE meeting = ANY($1::bigint[]) AND child IS NOT NULL",
        sorted(set(meeting_ids)),
    )
    return {(row["meeting"], row["child"]): row["id"] for row in rows}
