"""What becomes of the pool and of a transaction when a connection dies in it."""

import asyncio
import contextvars

import pytest

from app import database

pytestmark = pytest.mark.usefixtures("db")


async def kill(pid: int) -> None:
    """Ends a connection from outside, as a restart of the server does."""
    await asyncio.get_running_loop().create_task(
        database.fetch_value("SELECT pg_terminate_backend($1, 5000)", pid), context=contextvars.Context()
    )


async def kill_myself(then: str = "") -> None:
    """A transaction whose connection dies before its end."""
    async with database.transaction():
        await database.execute("INSERT INTO child (child_ref) VALUES ('C1')")
        await kill(await database.fetch_value("SELECT pg_backend_pid()"))
        if then:
            await database.fetch_value(then)


async def test_connections_that_die_in_a_transaction_give_their_places_back():
    for number in range(15):  # more than the pool holds
        with pytest.raises(Exception, match=r"(?i)terminat|closed|connection"):
            await kill_myself("SELECT 1" if number % 2 else "")
    async with asyncio.timeout(5):
        assert await database.fetch_value("SELECT 1") == 1


async def test_after_a_connection_died_the_next_transaction_is_a_new_one():
    with pytest.raises(Exception, match=r"(?i)terminat|closed|connection"):
        await kill_myself()
    async with database.transaction():
        await database.execute("INSERT INTO child (child_ref) VALUES ('C2')")
    assert await database.fetch("SELECT child_ref FROM child") == [{"child_ref": "C2"}]


async def test_a_commit_that_fails_gives_its_place_back():
    await database.execute("CREATE TABLE late (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")

    async def commit_in_vain() -> None:
        async with database.transaction():
            await database.execute("INSERT INTO late VALUES (1), (1)")

    for _ in range(15):
        with pytest.raises(Exception, match="late_n_key"):
            await commit_in_vain()
    async with asyncio.timeout(5):
        assert await database.fetch_value("SELECT count(*) FROM late") == 0
