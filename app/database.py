"""The one engine, transactions, plain SQL into facts, health. Rooms keep their SQL in their `queries`."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from app.embedded import EmbeddedProblem, start_embedded
from app.settings import Settings

Fact = TypeVar("Fact")


class DatabaseProblem(Exception):
    """The database cannot be used; the message is one line that says what to do."""


class _Transaction(PostgresTransaction):
    """Piccolo's transaction, but a connection that dies in it still gives its place in the pool back."""

    async def begin(self) -> None:
        try:
            await super().begin()
        except BaseException:
            await _release(self.connection)
            raise

    async def __aexit__(self, *how: Any) -> bool:
        try:
            return await super().__aexit__(*how)
        except BaseException:
            if self._parent is None:
                await _release(self.connection)
            raise


async def _release(connection: asyncpg.Connection) -> None:
    if DB.pool is not None:
        await DB.pool.release(connection)


class _Engine(PostgresEngine):
    """Piccolo's engine, without the connection that it opens while it is being imported."""

    def transaction(self, allow_nested: bool = True) -> _Transaction:
        return _Transaction(engine=self, allow_nested=allow_nested)

    async def check_version(self) -> None:
        return None

    async def prep_database(self) -> None:
        return None


DB = _Engine(config={})

PLANNING = {
    # compiling a query takes longer than any of ours runs
    "jit": "off",
    # disks of today, and mostly memory: reading here and there costs little more than reading on
    "random_page_cost": "1.1",
    "work_mem": "16MB",
}
"""How PostgreSQL plans for our connections."""


def settle(settings: Settings) -> str:
    """Points the engine at the server by URL, or at the embedded one, which it starts. Returns the address."""
    if settings.database_url:
        dsn = settings.database_url
    else:
        try:
            dsn = start_embedded(settings.data_dir)
        except EmbeddedProblem as problem:
            raise DatabaseProblem(str(problem)) from problem
    DB.config = {"dsn": dsn}
    return dsn


async def open_pool(most: int = 10) -> None:
    """Opens the pool. Raises DatabaseProblem when the server does not answer."""
    if DB.pool is not None:
        return
    try:
        await DB.start_connection_pool(
            min_size=1,
            max_size=most,
            init=_understand_json,
            reset=_as_it_is,
            server_settings=PLANNING,
            command_timeout=60,
            timeout=10,
        )
    except (TimeoutError, OSError, asyncpg.PostgresError) as problem:
        raise DatabaseProblem(
            f"The database does not answer ({type(problem).__name__}). "
            "Check that PostgreSQL runs and that HOMEWARD_DATABASE_URL is right, then start again."
        ) from problem
    version = cast(int, await fetch_value("SELECT current_setting('server_version_num')::int"))
    if version < 150000:
        await close_pool()
        raise DatabaseProblem("PostgreSQL 15 or later is needed.")


async def close_pool() -> None:
    if DB.pool is not None:
        await DB.close_connection_pool()


async def _understand_json(connection: asyncpg.Connection) -> None:
    # Piccolo hands over JSON as text, our SQL as values; both are taken
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + (value if isinstance(value, str) else json.dumps(value)).encode(),
        decoder=lambda value: json.loads(value[1:]),
    )


async def _as_it_is(connection: asyncpg.Connection) -> None:
    """Between two uses a connection needs no more than the end of its transaction, which the pool sees to.

    Whatever we set, lock or make temporary ends with the transaction; asking PostgreSQL to forget would be one more
    round trip for every query of a page.
    """


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """One transaction; inside another it joins that one (a failure inside must leave through both)."""
    before = DB.current_transaction.get()
    try:
        async with DB.transaction():
            yield
    finally:
        # when the connection died Piccolo leaves it in place, and a loop would stumble over it for ever
        DB.current_transaction.set(before)


@asynccontextmanager
async def planned_for_its_values() -> AsyncIterator[None]:
    """A transaction whose queries are planned for what they are asked, each time: for windows and lists of any size.

    After a few runs PostgreSQL would keep one plan for average values, which a window of one week is not.
    """
    async with transaction():
        await execute("SET LOCAL plan_cache_mode = force_custom_plan")
        yield
        await execute("SET LOCAL plan_cache_mode = auto")


@asynccontextmanager
async def connection() -> AsyncIterator[asyncpg.Connection]:
    """The transaction's connection, or one of the pool."""
    current = DB.current_transaction.get()
    if current is not None:
        yield current.connection
        return
    assert DB.pool is not None, "the pool is not open"
    async with DB.pool.acquire() as fresh:
        yield fresh


async def fetch(sql: str, *values: Any) -> list[dict[str, Any]]:
    """The rows of a query with `$1` parameters, each a dict by column name."""
    async with connection() as used:
        return [dict(row) for row in await used.fetch(sql, *values)]


async def fetch_as(fact: type[Fact], sql: str, *values: Any) -> list[Fact]:
    """The rows of a query as frozen facts; the columns bear the names of the fact's fields."""
    return [fact(**row) for row in await fetch(sql, *values)]


async def fetch_one(sql: str, *values: Any) -> dict[str, Any] | None:
    async with connection() as used:
        row = await used.fetchrow(sql, *values)
    return None if row is None else dict(row)


async def fetch_value(sql: str, *values: Any) -> Any:
    async with connection() as used:
        return await used.fetchval(sql, *values)


async def execute(sql: str, *values: Any) -> str:
    """Runs a statement and returns PostgreSQL's command tag, such as `UPDATE 1`."""
    async with connection() as used:
        return cast(str, await used.execute(sql, *values))


async def listen(channel: str, hear: Callable[..., None]) -> asyncpg.Connection:
    """A connection of its own, outside the pool, that calls `hear` for every word on the channel. Close it."""
    own = await asyncpg.connect(DB.config["dsn"], timeout=10)
    await own.add_listener(channel, hear)
    return own


async def copy_rows(table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Many rows at once, by PostgreSQL's COPY."""
    async with connection() as used:
        await used.copy_records_to_table(table, columns=list(columns), records=rows)


@dataclass(frozen=True)
class Health:
    """Whether the database answers and is up to date; `problem` is a sentence when not."""

    answers: bool
    problem: str | None = None


async def health() -> Health:
    try:
        await asyncio.wait_for(fetch_value("SELECT 1"), timeout=3)
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, AssertionError):
        return Health(False, "The database does not answer.")
    return Health(True)
