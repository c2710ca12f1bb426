"""Reads of agendas as they were issued."""

from app import database
from app.panels.versions.rules import VersionFacts

VERSION = """
    SELECT v.number, v.issued_at, v.issued_by AS issued_by_id, coalesce(p.name, '') AS issued_by, v.items
    FROM agenda_version v LEFT JOIN person p ON p.id = v.issued_by
"""


async def versions_of(meeting_id: int) -> list[VersionFacts]:
    """Every issued version of a meeting's agenda, latest first."""
    return await database.fetch_as(
        VersionFacts, VERSION + "WHERE v.meeting = $1 ORDER BY v.number DESC", meeting_id
    )


async def latest_version(meeting_id: int) -> VersionFacts | None:
    rows = await database.fetch_as(
        VersionFacts, VERSION + "WHERE v.meeting = $1 ORDER BY v.number DESC LIMIT 1", meeting_id
    )
    return rows[0] if rows else None
