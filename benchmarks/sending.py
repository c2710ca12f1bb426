"""How fast messages of the outbox leave over SMTP, to a real server on this machine; undone in the end."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP

from app import database
from app.house import House, create_house
from app.outbox.changes import write_message
from app.outbox.jobs import send_messages
from benchmarks.authority import Built
from benchmarks.measuring import Measured, of_runs
from benchmarks.pages import settings_for

MESSAGES = 100
RUNS = 5


class _Undone(Exception):
    """Takes everything back."""


async def measure_sending(built: Built, folder: Path, only: str) -> AsyncIterator[Measured]:
    what = f"sending {MESSAGES} messages"
    if only not in what:
        return
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Sink()), "127.0.0.1", 0)
    settings = replace(
        settings_for(folder), smtp_url=f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    )
    house = create_house(settings, lambda: built.now)
    took: list[float] = []
    try:
        async with database.transaction():
            # what the building of the authority left waiting is not measured
            await database.execute("UPDATE outbox_message SET sent_at = $1 WHERE sent_at IS NULL", built.now)
            for _ in range(RUNS):
                took.append(await _one_run(built, house))
            raise _Undone
    except _Undone:
        note = "each noted as sent by itself; the mail server is in the same process"
        yield of_runs(what, took, note=note)
    finally:
        server.close()


async def _one_run(built: Built, house: House) -> float:
    for number in range(MESSAGES):
        await write_message(
            person_id=None,
            recipient=f"somebody{number}@bench.example.org",
            subject=f"Action {number}",
            body=f"https://homeward.example.org/actions/{number}\n" * 5,
            now=built.now,
        )
    start = perf_counter()
    sent = await send_messages(house)
    took = (perf_counter() - start) * 1000
    assert sent == MESSAGES
    return took
