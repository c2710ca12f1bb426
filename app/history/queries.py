"""Reads of entries and seals for sealing and for checking the chain."""

from app import database
from app.history.rules import Entry, Seal

ENTRY = (
    "SELECT id, happened_at, person_id, kind, about, about_ids, child_ids, details, submission_key "
    "FROM history_entry"
)


async def unsealed(most: int) -> list[Entry]:
    """The oldest entries without a seal whose transaction is older than every running one, in order.

    Ids are given before transactions end, so a gap may still be filled; an entry is only taken once none can be.
    """
    return await database.fetch_as(
        Entry,
        ENTRY + " WHERE id > (SELECT coalesce(max(last_id), 0) FROM history_seal) "
        "AND id < coalesce((SELECT min(id) FROM history_entry "
        "  WHERE id > (SELECT coalesce(max(last_id), 0) FROM history_seal) "
        "  AND age(xmin) <= age(pg_snapshot_xmin(pg_current_snapshot())::xid)), 9223372036854775807) "
        "ORDER BY id LIMIT $1",
        most,
    )


async def unsealed_count() -> int:
    """How many entries no seal covers yet."""
    found: int = await database.fetch_value(
        "SELECT (SELECT count(*) FROM history_entry) - (SELECT coalesce(sum(entries), 0) FROM history_seal)"
    )
    return found


async def last_seal() -> str:
    """The seal that the next one builds on; the first builds on an empty text."""
    found: str | None = await database.fetch_value("SELECT seal FROM history_seal ORDER BY id DESC LIMIT 1")
    return found or ""


async def seals_after(seal_id: int, most: int = 100) -> list[Seal]:
    return await database.fetch_as(
        Seal, "SELECT id, entry_ids, seal FROM history_seal WHERE id > $1 ORDER BY id LIMIT $2", seal_id, most
    )


async def entries_of(seal: Seal) -> list[Entry]:
    return await database.fetch_as(Entry, ENTRY + " WHERE id = ANY($1) ORDER BY id", seal.entry_ids)
