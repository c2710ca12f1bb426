"""A small example authority, loaded once for the tests that only look at it."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from app import database
from app.example.changes import load_example
from app.example.rules import SMALL
from app.settings import Settings
from tests import builders
from tests.conftest import Server

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)

HERE = Settings(
    data_dir=Path("/nonexistent"),
    database_url=None,
    secret_key="a key for tests alone",
    base_url="http://testserver",
    smtp_url=None,
    authority_names=("Exampleshire",),
)


async def load(now: datetime = NOW) -> None:
    await load_example(HERE, lambda: now, SMALL)


@pytest.fixture(scope="module")
async def example(server: Server) -> AsyncIterator[None]:
    """The database of this module with the example in it, and the pool open on it."""
    name = f"e_{os.getpid()}_{next(builders.numbers)}"
    admin = await asyncpg.connect(server.dsn)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {server.template}")
    database.DB.config = {"dsn": server.dsn_of(name)}
    await database.open_pool(most=4)
    try:
        await load()
        yield
    finally:
        await database.close_pool()
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()
