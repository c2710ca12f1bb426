"""Places by hand: made of a name, named, merged and taken apart again; who sees them and the children behind them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app import database
from app.access import Identity
from app.episodes.places.changes import (
    add_name,
    change_place,
    make_place,
    merge_place,
    remove_name,
    separate_place,
)
from app.episodes.places.queries import place_for, places_listed
from app.episodes.places.rules import Details, PlaceFacts
from app.lifecycle import Forbidden, MovedOn, Refused, Stale
from tests import builders
from tests.conftest import Cast, SignIn, TestClock

RECENT = datetime(2026, 6, 3, 21, 30, tzinfo=UTC)


async def mentioned(
    child: int, missing_from: str = "", found_at: str = "", days: int = 0, **columns: Any
) -> int:
    return await builders.an_episode(
        child, RECENT - timedelta(days=days), missing_from=missing_from, found_at=found_at, **columns
    )


async def made(who: Identity, clock: TestClock, name: str = "Oak House", **details: str) -> PlaceFacts:
    return await place_for(who, await make_place(who, Details(name, **details), now=clock.now))


async def listed(
    clock: TestClock, words: str = ""
) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
    """Counts of places and of names without one, by what they are called."""
    lines, unknown = await places_listed(clock.now.date(), words)
    return (
        {line.place.name: (line.episodes, line.children) for line in lines},
        {name.said: (name.episodes, name.children) for name in unknown},
    )


async def test_names_come_from_episodes_and_count_with_the_place_they_are_given(
    cast: Cast, clock: TestClock
) -> None:
    one, other = await builders.a_child(), await builders.a_child()
    await mentioned(one, "Oak House", "oak  HOUSE")
    await mentioned(one, found_at="The Oak", days=2)
    await mentioned(other, "the oak", days=3)
    await mentioned(other, "Elsewhere", days=4, category="absent")
    await mentioned(other, "Long ago", days=200)
    assert await listed(clock) == ({}, {"Oak House": (1, 1), "The Oak": (2, 2)})
    place = await made(cast.officer, clock, "Oak House")
    assert await listed(clock) == ({"Oak House": (1, 1)}, {"The Oak": (2, 2)})
    await add_name(cast.officer, place, "  THE   oak ", now=clock.now)
    assert await listed(clock) == ({"Oak House": (3, 2)}, {})
    assert await listed(clock, "the o") == ({"Oak House": (3, 2)}, {})
    assert await listed(clock, "station") == ({}, {})


async def test_merged_duplicates_of_an_episode_count_once(cast: Cast, clock: TestClock) -> None:
    child = await builders.a_child()
    kept = await mentioned(child, "Oak House")
    await mentioned(child, "Oak House", days=1, merged_into=kept)
    assert await listed(clock) == ({}, {"Oak House": (1, 1)})


async def test_two_places_become_one_and_two_again(cast: Cast, clock: TestClock) -> None:
    one, other = await builders.a_child(), await builders.a_child()
    await mentioned(one, "Oak House")
    await mentioned(other, "The Oak", days=1)
    first, second = await made(cast.officer, clock, "Oak House"), await made(cast.officer, clock, "The Oak")
    assert await merge_place(cast.officer, second, first.id, seen=second.version, now=clock.now) == first.id
    assert await listed(clock) == ({"Oak House": (2, 2)}, {})
    await separate_place(cast.officer, await place_for(cast.officer, second.id), now=clock.now)
    assert await listed(clock) == ({"Oak House": (1, 1), "The Oak": (1, 1)}, {})
    kinds = [row["kind"] for row in await database.fetch("SELECT kind FROM history_entry ORDER BY id")]
    assert kinds == ["place made", "place made", "places merged", "merge of places undone"]


async def test_a_place_is_not_merged_into_itself_nor_in_a_ring(cast: Cast, clock: TestClock) -> None:
    first, second = await made(cast.officer, clock, "One"), await made(cast.officer, clock, "Two")
    with pytest.raises(Refused, match="itself"):
        await merge_place(cast.officer, first, first.id, seen=first.version, now=clock.now)
    await merge_place(cast.officer, second, first.id, seen=second.version, now=clock.now)
    with pytest.raises(Refused, match="itself"):
        await merge_place(cast.officer, first, second.id, seen=first.version, now=clock.now)
    with pytest.raises(Refused):
        await merge_place(cast.officer, first, 987_654, seen=first.version, now=clock.now)
    with pytest.raises(MovedOn):
        await merge_place(
            cast.officer,
            await place_for(cast.officer, second.id),
            (await made(cast.officer, clock, "Three")).id,
            seen=2,
            now=clock.now,
        )


async def test_a_name_belongs_to_one_place_at_a_time(cast: Cast, clock: TestClock) -> None:
    first, second = await made(cast.officer, clock, "One"), await made(cast.officer, clock, "Two")
    with pytest.raises(Refused, match="another place"):
        await add_name(cast.officer, second, "ONE", now=clock.now)
    name = await database.fetch_value("SELECT id FROM place_name WHERE place = $1", first.id)
    with pytest.raises(MovedOn):
        await remove_name(cast.officer, second, name, now=clock.now)
    await remove_name(cast.officer, first, name, now=clock.now)
    await add_name(cast.officer, second, "one", now=clock.now)


async def test_a_second_save_of_the_same_version_is_refused(cast: Cast, clock: TestClock) -> None:
    place = await made(cast.officer, clock, "One")
    await change_place(cast.officer, place, Details("First"), seen=place.version, now=clock.now)
    with pytest.raises(Stale, match="Otis"):
        await change_place(cast.manager, place, Details("Second"), seen=place.version, now=clock.now)
    assert (await place_for(cast.officer, place.id)).name == "First"


async def test_only_officers_and_managers_keep_places(cast: Cast, clock: TestClock) -> None:
    place = await made(cast.manager, clock, "One")
    for who in (cast.chair, cast.police, cast.outsider, cast.admin):
        for work in (
            make_place(who, Details("X"), now=clock.now),
            change_place(who, place, Details("X"), seen=1, now=clock.now),
            add_name(who, place, "X", now=clock.now),
            merge_place(who, place, 1, seen=1, now=clock.now),
            separate_place(who, place, now=clock.now),
        ):
            with pytest.raises(Forbidden):
                await work


async def test_the_list_and_the_forms_work_without_javascript(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    child = await builders.a_child(name="Saffron Sampleworth")
    await mentioned(child, "<b>Oak</b> & House")
    episode = await database.fetch_value("SELECT max(id) FROM episode")
    browser = await sign_in("officer")
    page = (await browser.get("/places")).text
    assert "&lt;b&gt;Oak&lt;/b&gt; &amp; House" in page
    address = f"/places/names/{episode}/began"
    assert f'href="{address}"' in page
    form = await browser.get(address)
    assert form.status_code == 200
    assert (await browser.get(f"/places/names/{episode}/ended")).status_code == 404
    answer = await browser.post(address, {"what": "new", "name": ""})
    assert answer.status_code == 422
    assert "Enter what the place is called" in answer.text
    answer = await browser.post(address, {"what": "new", "name": "The Oak", "kind": "residential"})
    assert answer.status_code == 303
    page = (await browser.get(answer.headers["location"])).text
    assert "1 missing episode of 1 child" in page
    assert "Saffron Sampleworth" in page
    answer = await browser.post(address, {"what": "other"})
    assert answer.status_code == 422


async def test_the_children_behind_a_place_are_for_those_who_may_see_them(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    known, unknown = (
        await builders.a_child(name="Known Onpanel"),
        await builders.a_child(name="Quite Unlisted"),
    )
    await mentioned(known, "Oak House")
    await mentioned(unknown, found_at="Oak House", days=2)
    await builders.a_case("mace", known, clock.now.date())
    place = await made(cast.officer, clock, "Oak House")
    officer = (await (await sign_in("officer")).get(f"/places/{place.id}")).text
    assert "Known Onpanel" in officer
    assert "Quite Unlisted" in officer
    member = (await (await sign_in("police")).get(f"/places/{place.id}")).text
    assert "Known Onpanel" in member
    assert "Quite Unlisted" not in member
    assert "1 child whose record is not for you" in member
    read = await database.fetch(
        "SELECT person_id, child_ids FROM history_entry WHERE kind = 'place read' ORDER BY id"
    )
    assert [(row["person_id"], row["child_ids"]) for row in read] == [
        (cast.officer.person_id, sorted([known, unknown])),
        (cast.police.person_id, [known]),
    ]
    assert "Give it a place" not in (await (await sign_in("police")).get("/places")).text
    assert (await (await sign_in("outsider")).get(f"/places/{place.id}")).status_code == 403


async def test_a_merged_place_leads_to_the_one_that_stands_for_it(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    first, second = await made(cast.officer, clock, "One"), await made(cast.officer, clock, "Two")
    browser = await sign_in("officer")
    answer = await browser.post(
        f"/places/{first.id}/merge", {"into": str(first.id), "version": str(first.version)}
    )
    assert answer.status_code == 422
    assert "merged into itself" in answer.text
    answer = await browser.post(
        f"/places/{second.id}/merge", {"into": str(first.id), "version": str(second.version)}
    )
    assert answer.headers["location"] == f"/places/{first.id}"
    assert (await browser.get(f"/places/{second.id}")).headers["location"] == f"/places/{first.id}"
    page = (await browser.get(f"/places/{first.id}")).text
    assert f"/places/{second.id}/separation" in page
    assert (await browser.post(f"/places/{second.id}/separation")).status_code == 303
    assert (await browser.get(f"/places/{second.id}")).status_code == 200
    answer = await browser.post(f"/places/{second.id}/separation")
    assert answer.status_code == 409
