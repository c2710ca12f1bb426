"""Reads who holds the seats that make minutes, and who is named for meetings. Nothing is written here."""

from collections.abc import Collection

from app import database
from app.access import SeatRole
from app.minutes.turns.rules import Holder

HOLDERS = """
    SELECT p.id, p.name, p.email, p.roles,
           array_agg(s.panel) FILTER (WHERE s.id IS NOT NULL) AS panels,
           array_agg(s.role) FILTER (WHERE s.id IS NOT NULL) AS seats
    FROM person p LEFT JOIN seat s ON s.person = p.id AND s.ended_at IS NULL AND s.role = ANY($2::text[])
    WHERE p.disabled_at IS NULL AND (s.id IS NOT NULL OR p.id = ANY($1::bigint[]))
    GROUP BY p.id ORDER BY p.name, p.id
"""


async def holders(named: Collection[int]) -> list[Holder]:
    """Everybody who chairs a panel or takes its minutes, and these people, by name; without whom is disabled."""
    seats = [SeatRole.CHAIR, SeatRole.VICE_CHAIR, SeatRole.MINUTE_TAKER]
    return [
        Holder(
            row["id"],
            row["name"],
            row["email"],
            frozenset(zip(row["panels"] or (), row["seats"] or (), strict=True)),
            frozenset(row["roles"]),
        )
        for row in await database.fetch(HOLDERS, sorted(set(named)), seats)
    ]
