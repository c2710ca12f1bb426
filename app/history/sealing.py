"""Seals new entries and checks the chain; copies every seal to a file outside the database."""

from pathlib import Path

from app import database
from app.history import queries
from app.history.rules import MOST_IN_A_SEAL, Break, copies_break, first_break, key_for_seals, seal_of

THE_SEALING_LOCK = 43


def copies_path(data_dir: Path) -> Path:
    return data_dir / "history-seals"


async def seal_entries(secret_key: str, data_dir: Path) -> int:
    """Seals what can be sealed now and returns how many entries that were. Several processes take turns."""
    key, sealed = key_for_seals(secret_key), 0
    while True:
        async with database.transaction():
            await database.fetch_value("SELECT pg_advisory_xact_lock($1)::text", THE_SEALING_LOCK)
            entries = await queries.unsealed(MOST_IN_A_SEAL)
            if not entries:
                return sealed
            seal = seal_of(key, await queries.last_seal(), entries)
            ids = [entry.id for entry in entries]
            await database.execute(
                "INSERT INTO history_seal (first_id, last_id, entries, entry_ids, seal) VALUES ($1, $2, $3, $4, $5)",
                ids[0],
                ids[-1],
                len(ids),
                ids,
                seal,
            )
        sealed += len(ids)
        with copies_path(data_dir).open("a") as copies:
            copies.write(f"{seal}\n")


async def verify(secret_key: str, data_dir: Path) -> tuple[Break | None, int, int]:
    """The first break of the chain if there is one, how many entries are sealed, and how many are not yet."""
    key, before, last, sealed = key_for_seals(secret_key), "", 0, 0
    chain: list[str] = []
    while seals := await queries.seals_after(last):
        for seal in seals:
            broken = first_break(key, before, seal, await queries.entries_of(seal))
            if broken:
                return broken, sealed, await queries.unsealed_count()
            before, last, sealed = seal.seal, seal.id, sealed + len(seal.entry_ids)
            chain.append(seal.seal)
    path = copies_path(data_dir)
    copies = path.read_text().split() if path.exists() else []
    return copies_break(copies, chain), sealed, await queries.unsealed_count()
