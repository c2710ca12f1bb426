"""Saves of an item while twenty people type into the same meeting's minutes, each with an open stream."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from time import perf_counter

from app import database
from app.house import create_house
from app.main import create_app
from app.web.sessions import hash_token
from benchmarks.authority import MINUTE_TAKER, Built
from benchmarks.measuring import Measured, of_runs
from benchmarks.pages import Reader, settings_for

PEOPLE = 20
SAVES = 12
"""Of each person, about one a second."""
AIM = 25
"""Milliseconds for 95 of 100 saves."""
WORDS_OF_AN_ITEM = "what the worker, the school and the family told " * 75
"""So that thirty items hold 20,000 words."""


async def measure_takers(built: Built, folder: Path, only: str) -> AsyncIterator[Measured]:
    what = f"saving while {PEOPLE} people type"
    if only not in what:
        return
    app = create_app(create_house(settings_for(folder), lambda: built.now))
    took: list[float] = []
    async with AsyncExitStack() as stack:
        typing = []
        for number in range(PEOPLE):
            token = f"token-of-typist-{number}"
            await _begin_session(token, built.now)
            reader = Reader(app, settings_for(folder), token)
            stack.push_async_callback(reader.client.aclose)
            stack.enter_context(app.state.streams.joined(token, built.held))
            typing.append(_type(reader, built, built.items[number % len(built.items)], number, took))
        await asyncio.gather(*typing)
    found = of_runs(what, took, None, "")
    within = "within" if (found.p95 or 0) <= AIM else "MISSES"
    yield of_runs(what, took, AIM, f"20,000 words, an open stream each; 95 % {within} {AIM} ms")


async def _begin_session(token: str, now: datetime) -> None:
    await database.execute(
        "INSERT INTO session (token_hash, person, began_at, last_seen_at) VALUES ($1, $2, $3, $3) "
        "ON CONFLICT (token_hash) DO UPDATE SET began_at = $3, last_seen_at = $3",
        hash_token(token),
        MINUTE_TAKER,
        now,
    )


async def _type(reader: Reader, built: Built, item: int, number: int, took: list[float]) -> None:
    """Saves about once a second, as the page does; the first save of each is not counted."""
    dice = random.Random(number)
    version = await database.fetch_value("SELECT version FROM discussion WHERE agenda_item = $1", item) or 0
    for edits in range(1, SAVES + 2):
        await asyncio.sleep(0.5 + dice.random())
        form = {
            "version": str(version),
            "editing": f"typing-{number}",
            "edits": str(edits),
            "outcome": "discussed",
            "discussion": f"Text {version} of {number}. {WORDS_OF_AN_ITEM}",
        }
        start = perf_counter()
        answer = await reader.post(
            f"/meetings/{built.held}/minutes/items/{item}",
            form,
            {"X-Autosave": "1", "Accept": "application/json"},
        )
        if edits > 1:
            took.append((perf_counter() - start) * 1000)
        version = answer.json()["version"]
