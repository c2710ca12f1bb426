"""Three people type while the server is killed and the line cuts, doubles, delays and truncates what they send.

`make torture` does for minutes what this does for seconds: HOMEWARD_TORTURE_KILLS says how often it is killed.
"""

import asyncio
import contextlib
import os
import random
from itertools import pairwise

import httpx
import pytest

from app import database
from app.minutes.discussion.rules import said_from_text
from tests.minutes.conftest import make_meeting  # noqa: F401 - a fixture
from tests.torture.proxy import Proxy
from tests.torture.service import PATIENCE, Service
from tests.torture.takers import Page

KILLS = int(os.environ.get("HOMEWARD_TORTURE_KILLS", "3"))
LONGEST = float(os.environ.get("HOMEWARD_TORTURE_MINUTES", "10")) * 60
SEED = int(os.environ.get("HOMEWARD_TORTURE_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
SECTIONS = ("child_views", "carer_views", "strengths")


@pytest.fixture
async def service(db, tmp_path):
    running = Service(str(database.DB.config["dsn"]), tmp_path)
    await running.start()
    yield running
    await running.stop()


async def revisions(item: int) -> list[dict]:
    rows = await database.fetch(
        "SELECT r.version, r.text, r.saved_by FROM discussion_revision r JOIN discussion d ON d.id = r.discussion "
        "WHERE d.agenda_item = $1 ORDER BY r.version",
        item,
    )
    return [row | {"fields": said_from_text(row["text"]).flat()} for row in rows]


async def test_nothing_is_lost_doubled_or_overwritten(cast, service, make_meeting):  # noqa: F811
    meeting = await make_meeting(4)
    shared, people = meeting.items[0], (cast.minute_taker, cast.officer, cast.minute_taker)
    async with Proxy(service.port, SEED, late=PATIENCE * 1.2).listening() as proxy:
        together, alone = [], []
        for number, (who, section) in enumerate(zip(people, SECTIONS, strict=True)):
            client, token = await service.signed_in(who.person_id, proxy.port)
            for pages, item in ((together, shared), (alone, meeting.items[number + 1])):
                path = f"{meeting.path}/items/{item}"
                pages.append(Page(client, token, path, section, random.Random(SEED + number)))
        pages = [*together, *alone]
        await torture(service, pages)
        await proxy.quiet()
        proxy.is_kind = True
        await asyncio.gather(*(page.finish() for page in pages))
        for page in pages:
            await page.client.aclose()
    told = f"seed {SEED}, {service.kills} kills, {dict(proxy.fates)}"
    for page in together:
        check(page, await revisions(shared), told)
    check_nothing_was_overwritten(await revisions(shared), told)
    for page, item in zip(alone, meeting.items[1:], strict=True):
        check(page, await revisions(item), told)
        check_nothing_was_overwritten(await revisions(item), told)
    assert sum(page.refusals for page in together) > 0, f"{told}: the three never met"
    saves = await database.fetch_value("SELECT count(*) FROM history_entry WHERE kind = 'discussion saved'")
    assert saves == await database.fetch_value("SELECT count(*) FROM discussion_revision"), told


async def torture(service: Service, pages: list[Page]) -> None:
    """Kills the server again and again at no particular moment while everybody types."""
    enough, dice = asyncio.Event(), random.Random(SEED)
    typing = [asyncio.create_task(page.work(enough, 0.1)) for page in pages]
    until = asyncio.get_running_loop().time() + LONGEST
    while service.kills < KILLS and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(0.3 + dice.random())
        service.kill()
        await service.start()
    await asyncio.sleep(0.5)
    enough.set()
    await asyncio.gather(*typing)


def check(page: Page, saved: list[dict], told: str) -> None:
    """What was typed stands, and every text that was answered as saved is among the saved ones."""
    assert saved[-1]["fields"].get(page.section, "") == page.typed.strip(), told
    by_version = {one["version"]: one["fields"].get(page.section, "") for one in saved}
    for version, text in page.acknowledged:
        assert by_version[version].startswith(text), (
            f"{told}: version {version} lacks what it was said to hold"
        )


def check_nothing_was_overwritten(saved: list[dict], told: str) -> None:
    """Typing only ever adds, so a text that was shorter later would be one that somebody's save went over."""
    assert [one["version"] for one in saved] == list(range(1, len(saved) + 1)), told
    for before, after in pairwise(saved):
        for section in SECTIONS:
            was, now = before["fields"].get(section, ""), after["fields"].get(section, "")
            assert now.startswith(was), f"{told}: version {after['version']} lost words of {section}"
        changed = [key for key in SECTIONS if before["fields"].get(key) != after["fields"].get(key)]
        assert len(changed) == 1, f"{told}: version {after['version']} changed {changed}"


async def test_a_sign_out_in_flight_ends_saving_and_the_server_goes_with_pages_open(
    cast,
    service,
    make_meeting,  # noqa: F811
):
    meeting = await make_meeting(1)
    path = f"{meeting.path}/items/{meeting.items[0]}"
    client, token = await service.signed_in(cast.minute_taker.person_id, service.port)
    page = Page(client, token, path, "child_views", random.Random(SEED))

    async def sign_out() -> None:
        await asyncio.sleep(0.15)
        await client.post("/sign-out", data={"csrf_token": token})

    async def type_on() -> None:
        while not page.is_out:
            page.type()
            await page.save()

    await asyncio.wait_for(asyncio.gather(type_on(), sign_out()), 20)
    assert await database.fetch_value("SELECT count(*) FROM session") == 0
    saved = await revisions(meeting.items[0])
    assert [text for _, text in page.acknowledged] == [one["fields"]["child_views"] for one in saved]
    assert (await client.get(path)).status_code in (303, 401)
    await client.aclose()

    other, _ = await service.signed_in(cast.officer.person_id, service.port)
    headers = {"Accept": "text/event-stream"}
    async with other.stream("GET", f"{meeting.path}/live", headers=headers, timeout=20) as stream:
        lines = stream.aiter_lines()
        while not (await anext(lines)).startswith("data: {"):
            pass
        stopping = asyncio.create_task(service.stop())
        with contextlib.suppress(httpx.RemoteProtocolError):
            assert "data: away" in [line async for line in lines]
    assert await stopping < 10
    await other.aclose()
