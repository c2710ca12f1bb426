"""Real `homeward jobs run` processes on the test's database, killed by their process ids alone; and their mail server."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP

from tests.outbox.conftest import Postbox
from tests.torture.service import free_port


class MailServer:
    """An SMTP server that can go away and come back under the same address."""

    def __init__(self, postbox: Postbox) -> None:
        self.postbox = postbox
        self.port = free_port()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self.postbox), "127.0.0.1", self.port)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


class Sender:
    """One process that runs the jobs; `kills` counts over all that were started here."""

    kills = 0

    def __init__(self, dsn: str, folder: Path, mail: MailServer) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HOMEWARD_")},
            "HOMEWARD_DATABASE_URL": dsn,
            "HOMEWARD_DATA_DIR": str(folder),
            "HOMEWARD_SECRET_KEY": "a key for torture alone",
            "HOMEWARD_SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
        }
        self.log = (folder / "sender.log").open("ab")
        command = [sys.executable, "-m", "app.cli", "jobs", "run"]
        self.process = subprocess.Popen(command, env=environment, stdout=self.log, stderr=self.log)

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def kill(self) -> None:
        """At whatever moment this is."""
        self.process.kill()
        self.process.wait(10)
        Sender.kills += 1

    async def stop(self) -> int:
        """Tells it to stop; how it ended."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self.process.wait, 30)
