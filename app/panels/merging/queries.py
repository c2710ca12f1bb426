"""What on a panel stands against making two records of a child one."""

from datetime import datetime

from app import database


async def cases_open_on_both(one: int, other: int) -> list[str]:
    """The names of the panels on which both have an open case."""
    rows = await database.fetch(
        "SELECT p.name FROM panel_case a JOIN panel_case b ON b.panel = a.panel AND b.child = $2 "
        "AND b.closed_on IS NULL JOIN panel p ON p.id = a.panel "
        "WHERE a.child = $1 AND a.closed_on IS NULL ORDER BY p.name",
        one,
        other,
    )
    return [row["name"] for row in rows]


async def items_on_one_agenda(one: int, other: int) -> list[tuple[str, datetime]]:
    """The meetings to come whose agenda lists both, by panel and start."""
    rows = await database.fetch(
        "SELECT p.name, m.starts_at FROM agenda_item a JOIN agenda_item b ON b.meeting = a.meeting AND b.child = $2 "
        "AND b.status = 'on-agenda' JOIN meeting m ON m.id = a.meeting JOIN panel p ON p.id = m.panel "
        "WHERE a.child = $1 AND a.status = 'on-agenda' AND m.status IN ('planned', 'agenda-issued') "
        "ORDER BY m.starts_at",
        one,
        other,
    )
    return [(row["name"], row["starts_at"]) for row in rows]


async def meetings_at_one_time(one: int, other: int) -> list[tuple[str, datetime]]:
    """Meetings for one child alone that both have, with the same panel at the same time."""
    rows = await database.fetch(
        "SELECT p.name, a.starts_at FROM meeting a JOIN meeting b ON b.panel = a.panel AND b.starts_at = a.starts_at "
        "AND b.child = $2 AND b.status <> 'cancelled' JOIN panel p ON p.id = a.panel "
        "WHERE a.child = $1 AND a.status <> 'cancelled' ORDER BY a.starts_at",
        one,
        other,
    )
    return [(row["name"], row["starts_at"]) for row in rows]
