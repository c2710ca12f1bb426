"""Real `homeward serve` processes: how much memory one holds after many pages, how soon one answers."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

import httpx
import psutil  # type: ignore[import-untyped]

from app import database
from app.settings import read_settings
from app.web.sessions import cookie_name
from benchmarks.authority import MANAGER, Built
from benchmarks.measuring import Measured, of_runs
from benchmarks.pages import begin_session

MEMORY_AIM = 150
ROUNDS = 30
STARTS = 3
LONGEST_START = 60.0


def measure_memory(built: Built, dsn: str, folder: Path, only: str) -> Iterator[Measured]:
    """Resident megabytes of the process, its jobs running, after the pages have been read many times."""
    what = "memory of one process after its pages"
    if only not in what:
        return
    environment = {"HOMEWARD_DATABASE_URL": dsn, "HOMEWARD_DATA_DIR": str(folder)}
    token = asyncio.run(_session(dsn))
    with _served(environment) as (process, address, _):
        name = cookie_name(read_settings({**environment, "HOMEWARD_BASE_URL": address}))
        reads = _read_pages(built, address, {name: token})
        resident = psutil.Process(process.pid).memory_info().rss / 1e6
    note = f"{reads} pages read" if reads else "no page could be read"
    yield of_runs(what, [resident], MEMORY_AIM, note, unit="MB")


async def _session(dsn: str) -> str:
    database.DB.config = {"dsn": dsn}
    await database.open_pool(most=1)
    try:
        await database.execute("DELETE FROM session")
        return await begin_session(MANAGER, datetime.now(UTC))
    finally:
        await database.close_pool()


def _read_pages(built: Built, address: str, cookies: dict[str, str]) -> int:
    paths = ("/", f"/meetings/{built.held}", "/actions", "/children", f"/children/{built.child}", "/figures")
    read = 0
    with httpx.Client(base_url=address, cookies=cookies, timeout=30) as client:
        for _ in range(ROUNDS):
            read += sum(client.get(path).status_code == 200 for path in paths)
    return read


def measure_start(folder: Path, only: str) -> Iterator[Measured]:
    """From the command to the first answer, with the embedded PostgreSQL to start; the data is there already."""
    what = "second start of `homeward serve`"
    if only not in what:
        return
    own = Path(tempfile.mkdtemp(prefix="hws-", dir="/tmp"))
    environment = {"HOMEWARD_DATA_DIR": str(own)}
    try:
        with _served(environment) as (_, _, first):
            pass
        took = []
        for _ in range(STARTS):
            with _served(environment) as (_, _, seconds):
                took.append(seconds)
        yield of_runs(what, took, None, f"the first, which makes the database, takes {first:.1f} s", unit="s")
    finally:
        rmtree(own, ignore_errors=True)


@contextmanager
def _served(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], str, float]]:
    """A running server: its process, its address, and after how many seconds it answered."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("HOMEWARD_")}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve"],
        env={**plain, **environment, "HOST": "127.0.0.1", "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(process, address)
        yield process, address, time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.perf_counter() + LONGEST_START
    while time.perf_counter() < until:
        if process.poll() is not None:
            raise RuntimeError(f"homeward serve ended with {process.returncode} before it answered")
        try:
            if httpx.get(f"{address}/healthz", timeout=1).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.02)
    raise RuntimeError(f"homeward serve did not answer within {LONGEST_START:.0f} seconds")
