"""The job loop: runs every room's recurring jobs, round after round, until told to stop. Holds no job itself."""

import asyncio
import contextvars
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from app.door import Door, Job

log = logging.getLogger("homeward.jobs")

PAUSE = 5.0
"""Seconds between two rounds."""
LONGEST_PAUSE = 60.0
GRACE = 5.0
"""Seconds that a round under way is given to finish when the loop is told to stop."""


@dataclass
class JobLoop:
    """Several processes may each run one: every job takes its work under a lock or a lease.

    `last_round_at` is when a round last ended without a problem.
    """

    door: Door
    jobs: Sequence[Job]
    pause: float = PAUSE
    last_round_at: datetime | None = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def run_once(self) -> dict[str, int]:
        """Every job once, in order; how much each did. A job that fails does not keep the next from running.

        Raises the first failure after all have run.
        """
        done: dict[str, int] = {}
        failure: Exception | None = None
        for job in self.jobs:
            name = getattr(job, "__name__", "job")
            try:
                done[name] = await job(self.door)
            except Exception as problem:
                # the words of a database error may hold a row's values: only its kind goes to the log
                log.error("the job %s failed: %s", name.replace("_", " "), type(problem).__name__)
                failure = failure or problem
        if failure is not None:
            raise failure
        self.last_round_at = self.door.clock()
        return done

    async def run(self) -> None:
        """Round after round; after failures the pause grows to a minute."""
        failures = 0
        while not self._stop.is_set():
            try:
                await self.run_once()
                failures = 0
            except Exception:
                failures += 1  # run_once has named it in the log
            pause = min(self.pause * 2 ** min(failures, 10), LONGEST_PAUSE)
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)

    def stop(self) -> None:
        """Lets the round under way finish, then ends `run`."""
        self._stop.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["JobLoop"]:
        """The loop as a task beside the web server, stopped gently at the end."""
        # a fresh context: a task begun inside a transaction would inherit it
        task = asyncio.create_task(self.run(), context=contextvars.Context())
        try:
            yield self
        finally:
            self.stop()
            try:
                await asyncio.wait_for(asyncio.shield(task), GRACE)
            except TimeoutError:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
