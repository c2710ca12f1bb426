"""The open streams of this process, and the one connection on which it hears that something changed."""

import asyncio
import contextvars
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from app import database
from app.access import Permission, Scope, permits
from app.door import Clock
from app.lifecycle import Forbidden, Invisible
from app.minutes.live.changes import CHANNEL
from app.minutes.live.queries import marks_of, present_in
from app.minutes.live.rules import told
from app.panels.meetings.queries import meeting_for
from app.panels.restricting.queries import hidden_items
from app.web.sessions import Identify

log = logging.getLogger("homeward.live")

TICK = 5.0
"""Seconds after which it is looked again without a word: pages lapse, sessions run out, items are restricted."""
BREATH = 0.2
"""Seconds in which a burst of changes gathers."""
BETWEEN = 1.0
"""Seconds from one telling to the next at least, however many people type."""
QUIET = 15.0
"""Seconds after which an empty line tells proxies that the stream is alive."""


@dataclass(eq=False)
class Stream:
    """One open page; `token` is its session's, asked anew before every word. Not safe across event loops."""

    token: str
    meeting_id: int
    last: str = ""
    quiet_since: float = 0.0
    is_over: bool = False
    _waiting: asyncio.Queue[tuple[str, str]] = field(default_factory=asyncio.Queue)

    def say(self, words: str) -> None:
        self.last = words
        self._put("news", words)

    def breathe(self) -> None:
        self._put("", "")

    def end(self, why: str) -> None:
        """Nothing more will come: `signed-out`, or `away` when the server goes."""
        self.is_over = True
        self._waiting.put_nowait(("ended", why))

    async def next(self) -> tuple[str, str]:
        """What comes next: ("news", JSON), ("", "") for a sign of life, ("ended", why)."""
        return await self._waiting.get()

    def _put(self, kind: str, words: str) -> None:
        if self.is_over:
            return
        self.quiet_since = asyncio.get_running_loop().time()
        while not self._waiting.empty():  # whoever reads slowly needs only how it is now
            self._waiting.get_nowait()
        self._waiting.put_nowait((kind, words))


@dataclass(eq=False)
class _Room:
    """The streams of one meeting and the task that tells them."""

    meeting_id: int
    streams: set[Stream] = field(default_factory=set)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class Streams:
    """Every open stream of this process. However many pages are open, one connection listens.

    `identify` is asked again before every telling, so that nothing reaches a page whose session has ended.
    """

    def __init__(self, identify: Identify, clock: Clock) -> None:
        self._identify = identify
        self._clock = clock
        self._rooms: dict[int, _Room] = {}
        self._ear: asyncpg.Connection | None = None
        self._turn = asyncio.Lock()
        self._is_over = False

    @contextmanager
    def joined(self, token: str, meeting_id: int) -> Iterator[Stream]:
        """A stream for as long as the page is open; how it is now comes first."""
        stream = Stream(token, meeting_id)
        if self._is_over:
            stream.end("away")
            yield stream
            return
        room = self._rooms.get(meeting_id)
        if room is None:
            room = self._rooms[meeting_id] = _Room(meeting_id)
            # a task inherits its starter's open transaction, unless it gets a context of its own
            room.task = asyncio.create_task(self._keep_telling(room), context=contextvars.Context())
        room.streams.add(stream)
        room.changed.set()
        try:
            yield stream
        finally:
            room.streams.discard(stream)
            room.changed.set()

    def end_all(self) -> None:
        """Ends every stream at once, so that the server need not wait for them when it goes."""
        self._is_over = True
        for room in self._rooms.values():
            for stream in room.streams:
                stream.end("away")

    async def _keep_telling(self, room: _Room) -> None:
        try:
            while room.streams:
                room.changed.clear()
                began = asyncio.get_running_loop().time()
                await self._try_to_tell(room)
                with suppress(TimeoutError):
                    await asyncio.wait_for(room.changed.wait(), TICK)
                if room.streams:
                    await asyncio.sleep(max(BREATH, began + BETWEEN - asyncio.get_running_loop().time()))
        finally:
            self._rooms.pop(room.meeting_id, None)
            for stream in room.streams:
                stream.end("away")
            if not self._rooms and self._ear is not None:
                ear, self._ear = self._ear, None
                ear.remove_termination_listener(self._lose)
                await ear.close(timeout=5)

    async def _try_to_tell(self, room: _Room) -> None:
        try:
            await self._listen()
            await self._tell(room)
        except Exception as problem:
            # pages go on without news of each other; their own saves say for themselves how it is
            log.warning("open pages can't be told what changed: %s", type(problem).__name__)

    async def _listen(self) -> None:
        async with self._turn:
            if self._ear is None or self._ear.is_closed():
                self._ear = await database.listen(CHANNEL, self._hear)
                self._ear.add_termination_listener(self._lose)

    def _hear(self, connection: object, process: int, channel: str, words: object) -> None:
        room = self._rooms.get(int(str(words))) if str(words).isdecimal() else None
        if room is not None:
            room.changed.set()

    def _lose(self, connection: object) -> None:
        """The connection broke: every room looks for itself, and listens anew."""
        for room in self._rooms.values():
            room.changed.set()

    async def _tell(self, room: _Room) -> None:
        """One look at the meeting for everybody, and of it to each what this person may know now."""
        async with database.transaction():
            present = await present_in(room.meeting_id, self._clock())
            marks = await marks_of(room.meeting_id)
            scope: Scope | None = None
            for stream in list(room.streams):
                found = await self._identify(stream.token, self._clock(), touch=False)
                try:
                    if found is None:
                        raise Invisible
                    who = found.identity
                    if scope is None or not permits(who, Permission.TAKE_MINUTES, scope):
                        scope = (await meeting_for(who, room.meeting_id, Permission.TAKE_MINUTES)).scope
                except (Invisible, Forbidden):
                    stream.end("signed-out")
                    continue
                is_open = not any(mark.restricted for mark in marks)
                hidden = {} if is_open else await hidden_items(who, room.meeting_id)
                self._say(stream, told(who.person_id, present, marks, hidden))

    def _say(self, stream: Stream, news: dict[str, Any]) -> None:
        words = json.dumps(news, separators=(",", ":"))
        if words != stream.last:
            stream.say(words)
        elif asyncio.get_running_loop().time() - stream.quiet_since > QUIET:
            stream.breathe()
