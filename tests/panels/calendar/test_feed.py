"""The private address: whoever has it reads what its owner's pages show, until it is revoked."""

import logging
import re
from datetime import timedelta

import httpx
import pytest

from app import database
from app.panels.calendar.queries import entries_of
from app.panels.calendar.rules import calendar_text
from tests import builders
from tests.conftest import Browser, Cast, SignIn, TestClock
from tests.panels.calendar.readers import READERS, by_icalendar


async def an_address(browser: Browser) -> str:
    """Makes a private address and returns its path."""
    answer = await browser.post("/calendar/address")
    assert answer.status_code == 200
    found = re.search(r"http://testserver(/calendar/[\w-]{40,}\.ics)", answer.text)
    assert found is not None
    return found[1]


async def test_a_feed_holds_the_meetings_of_the_panels_one_sits_on(
    sign_in: SignIn, anonymous: httpx.AsyncClient, cast: Cast, clock: TestClock
) -> None:
    child = await builders.a_child(name="Saffron Sampleworth")
    mine = await builders.a_meeting("mace", clock.now + timedelta(days=3), place="Civic Centre")
    alone = await builders.a_meeting("repeat-missing", clock.now + timedelta(days=4), child=child)
    await builders.an_item(alone, child, first_issued_in=1)
    gone = await builders.a_meeting(
        "mace", clock.now + timedelta(days=5), status="cancelled", cancelled_reason="x"
    )
    await builders.a_meeting("mace", clock.now - timedelta(days=90))
    answer = await anonymous.get(await an_address(await sign_in("police")))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "METHOD" not in answer.text
    assert "Saffron" not in answer.text
    for reader in READERS.values():
        events = reader(answer.text)
        assert [event.uid for event in events] == [f"meeting-{m}@testserver" for m in (mine, alone, gone)]
        assert events[2].summary.startswith("Cancelled: ")


async def test_a_feed_that_did_not_change_is_not_sent_again(
    sign_in: SignIn, anonymous: httpx.AsyncClient, clock: TestClock
) -> None:
    meeting = await builders.a_meeting("mace")
    path = await an_address(await sign_in("police"))
    first = await anonymous.get(path)
    mark = first.headers["etag"]
    clock.now += timedelta(hours=1)
    again = await anonymous.get(path, headers={"If-None-Match": f'"else", {mark}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    await database.execute("UPDATE meeting SET place = 'Elsewhere', version = 2 WHERE id = $1", meeting)
    changed = await anonymous.get(path, headers={"If-None-Match": mark})
    assert changed.status_code == 200
    assert changed.headers["etag"] != mark


async def test_a_seat_that_ended_takes_its_meetings_out_of_the_feed(
    sign_in: SignIn, anonymous: httpx.AsyncClient, cast: Cast
) -> None:
    await builders.a_meeting("mace")
    path = await an_address(await sign_in("police"))
    assert len(by_icalendar((await anonymous.get(path)).text)) == 1
    await database.execute("UPDATE seat SET ended_at = now() WHERE person = $1", cast.police.person_id)
    assert by_icalendar((await anonymous.get(path)).text) == []


async def test_a_new_address_ends_the_one_before_and_ending_ends_both(
    sign_in: SignIn, anonymous: httpx.AsyncClient
) -> None:
    browser = await sign_in("police")
    first = await an_address(browser)
    second = await an_address(browser)
    assert (await anonymous.get(first)).status_code == 404
    assert (await anonymous.get(second)).status_code == 200
    assert (await browser.post("/calendar/address/ending")).status_code == 303
    assert (await anonymous.get(second)).status_code == 404
    assert (await browser.post("/calendar/address/ending")).status_code == 303
    kinds = [row["kind"] for row in await database.fetch("SELECT kind FROM history_entry ORDER BY id")]
    assert kinds == ["calendar address made"] * 2 + ["calendar address revoked"]


async def test_a_disabled_person_has_no_feed(
    sign_in: SignIn, anonymous: httpx.AsyncClient, cast: Cast
) -> None:
    path = await an_address(await sign_in("police"))
    await database.execute("UPDATE person SET disabled_at = now() WHERE id = $1", cast.police.person_id)
    assert (await anonymous.get(path)).status_code == 404


@pytest.mark.parametrize(
    "token", ["nothing.ics", ".ics", "x" * 3000 + ".ics", "%00.ics", "..%2F.ics", "address"]
)
async def test_a_token_that_nobody_has_finds_nothing(
    anonymous: httpx.AsyncClient, db: None, token: str
) -> None:
    assert (await anonymous.get(f"/calendar/{token}")).status_code in (404, 405)


async def test_the_token_is_shown_once_and_kept_nowhere(
    sign_in: SignIn, anonymous: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    browser = await sign_in("police")
    with caplog.at_level(logging.DEBUG, logger="homeward"):
        path = await an_address(browser)
        await anonymous.get(path)
        token = path.removeprefix("/calendar/").removesuffix(".ics")
        assert token not in (await browser.get("/calendar")).text
        assert token not in caplog.text
    tables = await database.fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    for table in tables:
        found = await database.fetch_value(
            f"SELECT count(*) FROM \"{table['name']}\" t WHERE t::text LIKE '%' || $1 || '%'", token
        )
        assert found == 0, table["name"]


async def test_reading_a_feed_changes_no_row_but_when_it_was_read_once_an_hour(
    sign_in: SignIn, anonymous: httpx.AsyncClient, clock: TestClock
) -> None:
    browser = await sign_in("police")
    path = await an_address(browser)
    assert "No calendar program has read it yet" in (await browser.get("/calendar")).text
    before = await database.fetch("SELECT id, person, token_hash, made_at, revoked_at FROM calendar_feed")
    entries = await database.fetch_value("SELECT count(*) FROM history_entry")
    first = clock.now
    for minutes, noted in ((0, first), (59, first), (1, first + timedelta(hours=1))):
        clock.now += timedelta(minutes=minutes)
        await anonymous.get(path)
        assert await database.fetch_value("SELECT last_read_at FROM calendar_feed") == noted
    # an hour ends a session that nobody uses
    browser = await sign_in("police")
    assert "Last read by a calendar program on" in (await browser.get("/calendar")).text
    columns = "SELECT id, person, token_hash, made_at, revoked_at FROM calendar_feed"
    assert await database.fetch(columns) == before
    assert await database.fetch_value("SELECT count(*) FROM history_entry") == entries


async def test_one_form_sent_twice_makes_one_address(sign_in: SignIn) -> None:
    browser = await sign_in("police")
    first = await browser.post("/calendar/address", {"submission_key": "k"})
    second = await browser.post("/calendar/address", {"submission_key": "k"})
    assert (first.status_code, second.status_code) == (200, 303)
    assert await database.fetch_value("SELECT count(*) FROM calendar_feed") == 1


async def test_two_hundred_meetings_stand_in_one_feed(cast: Cast, clock: TestClock) -> None:
    panel = await builders.panel_id("mace")
    await database.execute(
        "INSERT INTO meeting (panel, starts_at, place) "
        "SELECT $1, $2::timestamptz + n * interval '1 day', 'Civic Centre' FROM generate_series(1, 200) n",
        panel,
        clock.now,
    )
    entries = await entries_of(cast.police.person_id, "http://testserver", clock.now)
    text = calendar_text(entries)
    assert text.count("BEGIN:VEVENT") == 200
