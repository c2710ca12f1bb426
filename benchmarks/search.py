"""The search among the minutes of five thousand meetings, in an authority of their own: nobody else has so many."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import asyncpg

from app import database, migrating
from app.embedded import start_embedded
from app.house import create_house
from app.london import london_date
from app.main import create_app
from benchmarks.measuring import Measured, timed
from benchmarks.pages import Reader, begin_session, settings_for

MEETINGS, ITEMS = 5_000, 18
TITLE = f"{MEETINGS:,} meetings of {ITEMS} items, minuted in 200 words each"
AIM = 50
CHAIR, MANAGER, POLICE = 1, 2, 3
STEPS = Path(__file__).with_name("search.sql")
SEARCHES = (
    ("search, a rare word", CHAIR, {"words": "rare77"}),
    ("search, two words of the work", CHAIR, {"words": "theme400 police"}),
    ("search, a word of every item", CHAIR, {"words": "plan"}),
    ("search, a phrase, best first", MANAGER, {"words": '"safety plan"', "order": "best"}),
    ("search, one child, no words", POLICE, {"child": "77"}),
)


def measure_search(folder: Path, only: str) -> Iterator[Measured]:
    """Each search as it is read: the page of what was found, its reads recorded."""
    if any(only in what for what, _, _ in SEARCHES):
        dsn = start_embedded(folder, "search")
        yield from asyncio.run(_measured(dsn, folder, only))


async def _measured(dsn: str, folder: Path, only: str) -> list[Measured]:
    database.DB.config = {"dsn": dsn}
    await database.open_pool()
    try:
        now = await _built(dsn)
        return [one async for one in _searches(folder, only, now)]
    finally:
        await database.close_pool()


async def _built(dsn: str) -> datetime:
    """The instant of measuring; builds the authority unless a folder that was kept has it."""
    await migrating.migrate()
    kept: datetime | None = await database.fetch_value("SELECT min(recorded_at) FROM person")
    if kept is not None:
        return kept
    now = datetime.now(UTC)
    words = {
        "now": now.isoformat(),
        "today": london_date(now).isoformat(),
        "meetings": MEETINGS,
        "items": ITEMS,
    }
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            await connection.execute("SELECT setseed(0.1729)")
            await connection.execute(STEPS.read_text().format(**words))
            # at once, as a migration does it; the saves alone would be looked through by the jobs, bit by bit
            await connection.execute("TRUNCATE searchable_waiting")
            await connection.execute("SELECT make_searchable(ARRAY(SELECT id FROM agenda_item))")
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
    return now


async def _searches(folder: Path, only: str, now: datetime) -> AsyncIterator[Measured]:
    settings = settings_for(folder)
    app = create_app(create_house(settings, lambda: now))
    for what, person, form in SEARCHES:
        if only not in what:
            continue
        reader = Reader(app, settings, await begin_session(person, now))
        try:
            answer = await reader.client.post("/search", data={"csrf_token": reader.csrf_token, **form})
            path = answer.headers["location"]
            page = (await reader.get(path)).text
            heading = page.partition('id="found">')[2].partition("</h2>")[0].strip()
            yield await timed(what, partial(reader.get, path), AIM, heading)
        finally:
            await reader.client.aclose()
