"""A real `homeward serve` on the test's database, killed by its process id alone, and started again."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx

from app.settings import read_settings
from app.web.sessions import cookie_name, form_token, hash_token
from tests import builders

KEY = "a key for torture alone"
LONGEST_START = 60.0
PATIENCE = 1.5
"""Seconds after which a page gives a save up and tries again."""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Service:
    """The server as its own process; `kills` counts how often it was killed with -9."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self.port = free_port()
        self.kills = 0
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HOMEWARD_")},
            "HOMEWARD_DATABASE_URL": dsn,
            "HOMEWARD_DATA_DIR": str(folder),
            "HOMEWARD_SECRET_KEY": KEY,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }
        self.settings = read_settings(self.environment)
        self.log = (folder / "server.log").open("ab")
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        self._begin()
        until = time.monotonic() + LONGEST_START
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as client:
            while time.monotonic() < until:
                assert not self.has_ended, Path(self.log.name).read_text()
                try:
                    if (await client.get("/healthz")).status_code == 200:
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
        raise AssertionError("the server did not start")

    def _begin(self) -> None:
        command = [sys.executable, "-m", "app.cli", "serve", "--no-jobs"]
        self.process = subprocess.Popen(command, env=self.environment, stdout=self.log, stderr=self.log)

    @property
    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def kill(self) -> None:
        """At whatever moment this is."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)
        self.kills += 1

    async def stop(self) -> float:
        """Tells it to stop; the seconds until it has."""
        if self.process is None or self.has_ended:
            return 0.0
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(self.process.wait, 20)
        except subprocess.TimeoutExpired:
            self.kill()
        return time.monotonic() - began

    async def signed_in(self, person: int, port: int) -> tuple[httpx.AsyncClient, str]:
        """A browser of this person that speaks to a port, and the form token of its session."""
        token = f"token-{next(builders.numbers)}"
        now = datetime.now(UTC)
        hashed = hash_token(token)
        await builders.insert("session", token_hash=hashed, person=person, began_at=now, last_seen_at=now)
        client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            cookies={cookie_name(self.settings): token},
            headers={"Sec-Fetch-Site": "same-origin", "Accept": "application/json", "X-Autosave": "1"},
            limits=httpx.Limits(max_keepalive_connections=0),
            timeout=PATIENCE,
        )
        return client, form_token(self.settings, hashed)
