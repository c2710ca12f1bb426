"""The diary of the example: what happens at which instant, done in order. Knows nothing of panels."""

import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime

Work = Callable[[datetime], Awaitable[None]]
"""Is awaited with the instant at which it happens."""


class Diary:
    """Entries may be made while others are being done; what lies after the end never happens."""

    def __init__(self, begins_at: datetime) -> None:
        self.now = begins_at
        self._entries: list[tuple[datetime, int, Work]] = []
        self._made = 0

    def at(self, instant: datetime, work: Work) -> None:
        """Entries of the same instant are done in the order in which they were made."""
        self._made += 1
        heapq.heappush(self._entries, (instant, self._made, work))

    async def live(self, until: datetime) -> None:
        while self._entries and self._entries[0][0] <= until:
            self.now, _, work = heapq.heappop(self._entries)
            await work(self.now)
