"""Keeps a search so that its words need no address, and looks through what was saved since the last one."""

from datetime import datetime, timedelta

from app import database
from app.access import Identity
from app.minutes.search.rules import Asked

KEPT_FOR = timedelta(days=1)
"""After this a search is forgotten: its words may be a child's name."""
THE_LOCK = 16
AT_ONCE = 200


async def keep_search(who: Identity, asked: Asked, *, now: datetime) -> int:
    """Keeps what was asked for this person alone and returns its number."""
    kept: int = await database.fetch_value(
        "INSERT INTO search_asked (person, asked, asked_at) VALUES ($1, $2, $3) RETURNING id",
        who.person_id,
        asked.as_kept(),
        now,
    )
    return kept


async def forget_searches(now: datetime) -> int:
    """Forgets searches of more than a day ago; returns how many."""
    done = await database.execute("DELETE FROM search_asked WHERE asked_at < $1", now - KEPT_FOR)
    return int(done.rpartition(" ")[2])


async def catch_up(most: int = AT_ONCE) -> int:
    """Makes the items that were changed last searchable as they stand, `most` at the most; returns how many.

    One at a time, whoever comes second waits: what it then finds done need not be done again. An item that is saved
    meanwhile waits anew.
    """
    async with database.transaction():
        await database.fetch_value("SELECT pg_advisory_xact_lock($1)::text", THE_LOCK)
        items: list[int] = await database.fetch_value(
            "WITH next AS (SELECT agenda_item FROM searchable_waiting GROUP BY agenda_item "
            "ORDER BY max(id) DESC LIMIT $1), taken AS (DELETE FROM searchable_waiting w USING next "
            "WHERE w.agenda_item = next.agenda_item RETURNING w.agenda_item) "
            "SELECT coalesce(array_agg(DISTINCT agenda_item), '{}') FROM taken",
            most,
        )
        if items:
            await database.fetch_value("SELECT make_searchable($1::bigint[])::text", items)
    return len(items)
