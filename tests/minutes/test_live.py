"""Two or more at work: who is on which item, what changed, told in time, and nothing to whom it does not concern."""

import asyncio
import json
from datetime import timedelta

import pytest

from app import database
from app.minutes.discussion.changes import save_discussion
from app.minutes.discussion.rules import Said
from app.minutes.live.changes import be_present
from app.minutes.live.rules import Mark, Present, told
from app.minutes.revisions.rules import Attempt
from app.people.changes import disable_person
from app.web.sessions import cookie_name, hash_token

PATIENCE = 20


def here(news: dict) -> dict[int, list[str]]:
    return {item["id"]: item["here"] for item in news["items"] if item["here"]}


async def beat(browser, meeting, index: int | None = 0, page: str = "page", **fields: str) -> dict:
    item = "" if index is None else str(meeting.items[index])
    answer = await browser.post(f"{meeting.path}/live", {"page": page, "item": item} | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def hide(meeting, index: int = 0) -> None:
    await database.execute(
        "UPDATE agenda_item SET restricted = true, open_title = 'An item' WHERE id = $1", meeting.items[index]
    )


def test_nobody_is_named_at_an_item_that_the_reader_may_not_see():
    news = told(
        1, [Present(2, "Otis", 7), Present(1, "Me", 8)], [Mark(7, 1, "", ""), Mark(8, 0, "", "")], {7}
    )
    assert "Otis" not in json.dumps(news)
    assert [item["id"] for item in news["items"]] == [8]
    assert news["total"] == 2


async def test_each_sees_where_the_others_are_until_they_leave(sign_in, make_meeting):
    meeting = await make_meeting(2)
    taker, officer = await sign_in("minute_taker"), await sign_in("officer")
    await beat(taker, meeting, 0)
    assert here(await beat(officer, meeting, 1, "other")) == {meeting.items[0]: ["Minna Takewright"]}
    await beat(taker, meeting, 1)
    assert here(await beat(officer, meeting, 1, "other")) == {meeting.items[1]: ["Minna Takewright"]}
    await beat(taker, meeting, 1, leaving="1")
    assert here((await officer.get(f"{meeting.path}/live")).json()) == {}


@pytest.mark.parametrize(("seconds", "is_there"), [(29, True), (31, False), (-29, True), (-31, False)])
async def test_a_page_that_is_not_heard_of_lapses_also_when_the_clock_goes_back(
    sign_in, clock, make_meeting, seconds, is_there
):
    meeting = await make_meeting(1)
    await beat(await sign_in("minute_taker"), meeting)
    officer = await sign_in("officer")
    clock.now += timedelta(seconds=seconds)
    assert bool(here(await beat(officer, meeting, page="other"))) == is_there


async def test_a_page_cannot_be_taken_over_and_goes_with_its_session(sign_in, cast, clock, make_meeting):
    meeting = await make_meeting(2)
    taker, officer = await sign_in("minute_taker"), await sign_in("officer")
    await beat(taker, meeting, 0)
    await beat(officer, meeting, 1)  # gives the same name to its page
    seen = await database.fetch("SELECT person, item FROM presence")
    assert [(row["person"], row["item"]) for row in seen] == [(cast.minute_taker.person_id, meeting.items[0])]
    await taker.post("/sign-out")
    assert await database.fetch_value("SELECT count(*) FROM presence") == 0
    await be_present(cast.minute_taker, hash_token("no session"), "p", meeting.id, None, now=clock.now)
    assert await database.fetch_value("SELECT count(*) FROM presence") == 0


@pytest.mark.parametrize("path", ["live", "items/{}/latest"])
@pytest.mark.parametrize(("name", "status"), [("chair", 403), ("police", 403), ("outsider", 403)])
async def test_only_who_takes_minutes_is_told(sign_in, make_meeting, path, name, status):
    meeting = await make_meeting(1)
    browser = await sign_in(name)
    answer = await browser.get(f"{meeting.path}/{path.format(meeting.items[0])}")
    assert answer.status_code == status


async def test_a_restricted_item_is_neither_listed_nor_read_nor_entered(sign_in, cast, make_meeting, discuss):
    meeting = await make_meeting(2)
    await discuss(meeting, 0, text="Not for everybody")
    await hide(meeting)
    taker = await sign_in("minute_taker")
    assert (await taker.get(f"{meeting.item_path(0)}/latest")).status_code == 404
    item = {"page": "p", "item": str(meeting.items[0])}
    assert (await taker.post(f"{meeting.path}/live", item)).status_code == 404
    news = (await taker.get(f"{meeting.path}/live")).json()
    assert [one["id"] for one in news["items"]] == meeting.items[1:]


async def test_the_latest_text_is_read_field_by_field_and_the_reading_recorded(
    sign_in, make_meeting, discuss
):
    meeting = await make_meeting(1)
    await discuss(meeting, text="Seen at school")
    officer = await sign_in("officer")
    latest = (await officer.get(f"{meeting.item_path()}/latest")).json()
    assert (latest["version"], latest["by"]) == (1, "Minna Takewright")
    assert (latest["fields"]["child_views"], latest["fields"]["strengths"]) == ("Seen at school", "")
    read = await database.fetch_one("SELECT child_ids FROM history_entry WHERE kind = 'minutes read'")
    assert read["child_ids"] == meeting.children


async def test_a_page_that_asks_by_itself_keeps_no_session_alive(sign_in, clock, make_meeting):
    meeting = await make_meeting(1)
    taker = await sign_in("minute_taker")
    for _ in range(29):
        clock.now += timedelta(minutes=1)
        await beat(taker, meeting)
        assert (await taker.get(f"{meeting.item_path()}/latest")).status_code == 200
    assert (await taker.get("/session")).json() == {"left": 60, "final": False}
    assert (await taker.post("/session")).json() == {"left": 1800, "final": False}
    clock.now += timedelta(minutes=30)
    assert (await taker.post(f"{meeting.path}/live")).status_code == 401


async def test_a_session_says_when_it_has_lasted_its_longest(sign_in, clock):
    taker = await sign_in("minute_taker")
    for _ in range(35):
        clock.now += timedelta(minutes=20)
        await taker.post("/session")
    clock.now += timedelta(minutes=15)
    assert (await taker.post("/session")).json() == {"left": 300, "final": True}


async def news_of(stream) -> dict:
    while True:
        kind, words = await asyncio.wait_for(stream.next(), PATIENCE)
        assert kind != "ended", words
        if kind == "news":
            return json.loads(words)


@pytest.fixture
def token_of(settings):
    return lambda browser: browser.client.cookies[cookie_name(settings)]


async def test_a_stream_tells_of_saves_and_ends_when_its_person_is_disabled(
    app, sign_in, cast, clock, make_meeting, token_of
):
    meeting = await make_meeting(2)
    streams = app.state.streams
    officer = await sign_in("officer")
    with streams.joined(token_of(officer), meeting.id) as stream:
        assert [item["version"] for item in (await news_of(stream))["items"]] == [0, 0]
        attempt = Attempt(0, Said({"child_views": "x"}, outcome="discussed"), cast.minute_taker.person_id)
        await save_discussion(cast.minute_taker, meeting.id, meeting.items[1], attempt, now=clock.now)
        news = await news_of(stream)
        assert [(item["version"], item["shown"]) for item in news["items"]] == [(0, ""), (1, "Discussed")]
        assert (news["done"], news["total"]) == (1, 2)
        await beat(officer, meeting)
        await disable_person(cast.admin, cast.officer.person_id, now=clock.now)
        async with asyncio.timeout(PATIENCE):
            while (told := await stream.next())[0] != "ended":
                pass
        assert told == ("ended", "signed-out")


async def test_one_connection_listens_however_many_pages_are_open(app, sign_in, make_meeting, token_of):
    first, second = await make_meeting(1), await make_meeting(1, slug="multiple-missing-hotspots")
    taker, officer = await sign_in("minute_taker"), await sign_in("officer")
    listening = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'listen%'"
    )
    streams = app.state.streams
    with (
        streams.joined(token_of(taker), first.id) as one,
        streams.joined(token_of(taker), second.id) as two,
        streams.joined(token_of(officer), first.id) as three,
    ):
        for stream in (one, two, three):
            await news_of(stream)
        assert await database.fetch_value(listening) == 1
        await database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query ILIKE 'listen%' AND pid <> pg_backend_pid()"
        )
        await beat(officer, first, page="theirs")
        assert here(await news_of(one)) == {first.items[0]: ["Otis Panelby"]}
        streams.end_all()
        assert await asyncio.wait_for(three.next(), PATIENCE) in [("ended", "away"), ("", "")]
