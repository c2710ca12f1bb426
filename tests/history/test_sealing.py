"""The record is sealed: whatever is edited, deleted or cut off is found."""

import asyncio

import pytest

from app import database
from app.history.changes import record
from app.history.sealing import seal_entries, verify
from tests import builders
from tests.conftest import NOW

KEY = "a key for tests alone"


@pytest.fixture
async def sealed(db, tmp_path):
    for number in range(5):
        await record(None, "thing changed", "thing", [number], now=NOW, details={"number": number})
    await _seal(tmp_path, 5)
    await record(None, "thing changed", "thing", [9], now=NOW)
    await _seal(tmp_path, 1)
    return tmp_path


async def _seal(folder, count):
    """Seals `count` entries: running transactions of other tests on the same server may hold some back for a while."""
    sealed = 0
    for _ in range(600):
        sealed += await seal_entries(KEY, folder)
        if sealed >= count:
            break
        await asyncio.sleep(0.05)
    assert sealed == count


async def _tamper(statement: str) -> None:
    async with database.transaction():
        await database.execute("SET LOCAL session_replication_role = replica")
        await database.execute(statement)


async def test_an_untouched_record_verifies_and_says_what_is_not_sealed_yet(sealed):
    await record(None, "thing changed", "thing", [10], now=NOW)
    assert await verify(KEY, sealed) == (None, 6, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_entry SET kind = 'other' WHERE id = 3",
        "UPDATE history_entry SET happened_at = happened_at + interval '1 second' WHERE id = 3",
        "UPDATE history_entry SET details = '{\"number\": 7}' WHERE id = 3",
        "DELETE FROM history_entry WHERE id = 3",
        "DELETE FROM history_entry WHERE id = 6",
        "UPDATE history_seal SET seal = repeat('0', 64) WHERE id = 1",
        "DELETE FROM history_seal WHERE id = 1",
    ],
)
async def test_a_changed_or_deleted_entry_or_seal_is_found(sealed, statement):
    await _tamper(statement)
    broken, _, _ = await verify(KEY, sealed)
    assert broken is not None


async def test_a_missing_entry_is_named(sealed):
    await _tamper("DELETE FROM history_entry WHERE id = 3")
    broken, _, _ = await verify(KEY, sealed)
    assert broken.entry_id == 3


async def test_cutting_off_the_end_is_found_by_the_copy_outside_the_database(sealed):
    await _tamper("DELETE FROM history_entry WHERE id = 6")
    await _tamper("DELETE FROM history_seal WHERE id = 2")
    broken, _, _ = await verify(KEY, sealed)
    assert "copy outside" in broken.sentence


async def test_another_key_does_not_verify(sealed):
    broken, _, _ = await verify("another key", sealed)
    assert broken is not None


async def test_entries_of_a_running_transaction_hold_the_seal_back(db, tmp_path):
    import asyncpg

    other = await asyncpg.connect(**database.DB.config)
    running = other.transaction()
    await running.start()
    await other.execute("INSERT INTO history_entry (kind, about) VALUES ('slow change', 'thing')")
    await record(None, "quick change", "thing", [1], now=NOW)
    assert await seal_entries(KEY, tmp_path) == 0
    await running.commit()
    await other.close()
    await _seal(tmp_path, 2)
    assert await verify(KEY, tmp_path) == (None, 2, 0)


async def test_a_gap_left_by_an_undone_change_is_normal(db, tmp_path):
    await record(None, "thing changed", "thing", [1], now=NOW)
    with pytest.raises(RuntimeError):
        await _change_that_fails()
    await record(None, "thing changed", "thing", [3], now=NOW)
    await _seal(tmp_path, 2)
    assert await verify(KEY, tmp_path) == (None, 2, 0)


async def test_every_replaced_or_deleted_row_is_kept_with_the_time_it_held(db):
    child = await builders.a_child(name="First Name")
    await database.execute("UPDATE child SET name = 'Second Name' WHERE id = $1", child)
    await database.execute("DELETE FROM child WHERE id = $1", child)
    rows = await database.fetch(
        "SELECT * FROM child_past WHERE id = $1 ORDER BY held_until, held_from", child
    )
    assert [row["row"]["name"] for row in rows] == ["First Name", "Second Name"]
    assert rows[0]["held_until"] == rows[1]["held_from"]


async def _change_that_fails():
    async with database.transaction():
        await record(None, "thing changed", "thing", [2], now=NOW)
        raise RuntimeError
