"""Imports beside each other, cut off in the middle, and beside what is recorded by hand."""

import asyncio
import contextvars
from dataclasses import replace

import pytest

from app import database
from app.episodes.imports.catalogue import import_kind
from app.episodes.imports.episodes import import_episodes
from app.episodes.imports.running import ONE_AT_A_TIME, run_import
from tests import builders
from tests.episodes.files import NOW, bring, counts, csv_file

pytestmark = pytest.mark.usefixtures("db")
LINES = ["episode_ref,child_ref,started_at,returned_at"] + [
    f"E{n},C{n % 7},{1 + n % 28:02}/0{1 + n % 5}/2026 10:{n % 60:02}," for n in range(300)
]


async def rows(table: str) -> int:
    found: int = await database.fetch_value(f"SELECT count(*) FROM {table}")
    return found


async def test_two_people_bringing_the_same_file_at_once_add_it_once():
    results = await asyncio.gather(*(bring("episodes", LINES) for _ in range(4)))
    assert sorted(result.added for result in results) == [0, 0, 0, 300]
    assert all(result.added + result.unchanged == 300 for result in results)
    assert (await rows("episode"), await rows("child")) == (300, 7)


async def test_two_different_files_about_the_same_children_both_get_in():
    other = [LINES[0]] + [line.replace("E", "F", 1).replace(" 10:", " 12:") for line in LINES[1:]]
    first, second = await asyncio.gather(bring("episodes", LINES), bring("episodes", other))
    assert first.added == second.added == 300
    assert (await rows("episode"), await rows("child")) == (600, 7)


async def test_an_import_waits_until_the_one_before_is_through():
    async with database.connection() as other:
        await other.execute("SELECT pg_advisory_lock($1)", ONE_AT_A_TIME)
        waiting = asyncio.create_task(bring("episodes", LINES))
        await asyncio.sleep(0.5)
        assert not waiting.done()
        assert await rows("episode") == 0
        await other.execute("SELECT pg_advisory_unlock($1)", ONE_AT_A_TIME)
        assert (await waiting).added == 300


async def test_a_crash_in_the_middle_leaves_nothing_half_done():
    async def crash(good, context):
        await import_episodes(good, context)
        assert await rows("episode") == 300
        raise ConnectionError("the light went out")

    kind = import_kind("episodes")
    assert kind is not None
    with pytest.raises(ConnectionError):
        await run_import(replace(kind, apply=crash), csv_file(*LINES), who_id=None, now=NOW)
    assert [await rows(table) for table in ("episode", "child", "history_entry", "episode_past")] == [
        0,
        0,
        0,
        0,
    ]
    assert counts(await bring("episodes", LINES))[1] == 300


async def test_a_connection_killed_in_the_middle_leaves_nothing_half_done():
    async def killed(good, context):
        await import_episodes(good, context)
        mine = await database.fetch_value("SELECT pg_backend_pid()")
        kill = asyncio.get_running_loop().create_task(
            database.fetch_value("SELECT pg_terminate_backend($1)", mine), context=contextvars.Context()
        )
        await kill
        await database.fetch_value("SELECT 1")

    kind = import_kind("episodes")
    assert kind is not None
    with pytest.raises(Exception, match=r"terminat|closed|connection"):
        await run_import(replace(kind, apply=killed), csv_file(*LINES), who_id=None, now=NOW)
    assert (await rows("episode"), await rows("child")) == (0, 0)


async def test_an_episode_recorded_by_hand_in_the_same_moment_is_found_by_the_second_try():
    child = await builders.a_child(child_ref="C1")
    kind = import_kind("episodes")
    assert kind is not None
    tries = []

    async def beside(good, context):
        tries.append(1)
        if len(tries) == 1:
            by_hand = builders.an_episode(child, good[0].at("started_at"), episode_ref=None)
            await asyncio.get_running_loop().create_task(by_hand, context=contextvars.Context())
            # what the first look had not seen
            await builders.insert(
                "episode", child=child, started_at=good[0].at("started_at"), first_recorded_at=NOW
            )
        return await import_episodes(good, context)

    content = csv_file("episode_ref,child_ref,started_at", "E1,C1,01/05/2026 10:00")
    ran = await run_import(replace(kind, apply=beside), content, who_id=None, now=NOW)
    assert len(tries) == 2
    assert (ran.result.added, await rows("episode")) == (0, 1)
