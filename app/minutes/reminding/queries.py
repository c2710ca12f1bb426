"""Reads what reminders went already and who is told of the week. Nothing is written here."""

from collections.abc import Collection
from datetime import date
from typing import Any

from app import database
from app.access import Role


async def reminders_gone(meeting_ids: Collection[int]) -> set[tuple[int, str, str]]:
    """Meeting, standard and moment of every reminder that went about these meetings."""
    rows = await database.fetch(
        "SELECT meeting, standard, moment FROM minutes_reminder WHERE meeting = ANY($1::bigint[])",
        sorted(meeting_ids),
    )
    return {(row["meeting"], row["standard"], row["moment"]) for row in rows}


async def week_is_summed(monday: date) -> bool:
    return bool(
        await database.fetch_value("SELECT EXISTS (SELECT FROM promptness_summary WHERE week = $1)", monday)
    )


async def managers() -> list[dict[str, Any]]:
    """Person id and e-mail of every safeguarding manager who can sign in."""
    return await database.fetch(
        "SELECT id, email FROM person WHERE disabled_at IS NULL AND $1 = ANY(roles) ORDER BY id",
        Role.SAFEGUARDING_MANAGER.value,
    )
