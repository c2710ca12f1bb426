"""A line that cannot be trusted: it cuts, delays, doubles and truncates requests, by a seed."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator

FATES = {
    "pass": 55,
    "cut before": 7,
    "cut after": 9,
    "truncate": 7,
    "double": 8,
    "double at once": 5,
    "late": 5,
    "cut answer": 4,
}


class Proxy:
    """Listens on a port of this machine and passes each request on to another, or does worse.

    `is_kind` makes it an honest line; `fates` counts what it did.
    """

    def __init__(self, onward: int, seed: int, late: float) -> None:
        self.onward = onward
        self.late = late
        self.is_kind = False
        self.fates: Counter[str] = Counter()
        self.port = 0
        self._dice = random.Random(seed)
        self._under_way: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator["Proxy"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def quiet(self) -> None:
        """Waits until whatever it holds back has arrived."""
        while self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(_length(head))
            await self._meet(head, body, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self._under_way.discard(task)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _meet(self, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> None:
        fate = "pass" if self.is_kind else self._dice.choices(list(FATES), list(FATES.values()))[0]
        self.fates[fate] += 1
        if fate == "cut before":
            return
        if fate == "truncate":
            await self._ask(head, body[: self._dice.randrange(max(1, len(body)))])
            return
        if fate == "late":
            await asyncio.sleep(self.late)
        if fate == "double at once":
            answers = await asyncio.gather(self._ask(head, body), self._ask(head, body))
            answer = self._dice.choice(answers)
        else:
            answer = await self._ask(head, body)
        if fate == "double":
            await self._ask(head, body)
        if fate == "cut after":
            return
        writer.write(answer[: len(answer) // 2] if fate == "cut answer" else answer)
        await writer.drain()

    async def _ask(self, head: bytes, body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.onward)
        try:
            writer.write(head + body)
            await writer.drain()
            if len(body) < _length(head):
                return b""
            answer = await reader.readuntil(b"\r\n\r\n")
            return answer + await reader.readexactly(_length(answer))
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0
