"""Who gets which invitation: planned, moved, issued, cancelled, seated, unseated; and never a child in one."""

from datetime import UTC, datetime, timedelta
from email.message import Message

import icalendar
import pytest

from app import database
from app.house import House
from app.outbox.jobs import send_messages
from app.panels.meetings.queries import meeting_for
from app.panels.versions.changes import issue_agenda
from tests import builders
from tests.conftest import Browser, Cast, SignIn, TestClock
from tests.outbox.conftest import Postbox
from tests.panels.calendar.readers import READERS

NEW = "/panels/mace/meetings/new"
GOOD = {"starts_on": "2026-06-24", "starts_time": "10:00", "length_minutes": "120", "place": "Civic Centre"}
ADDRESS = "http://testserver"


async def plan(browser: Browser, slug: str = "mace", **fields: str) -> int:
    answer = await browser.post(f"/panels/{slug}/meetings/new", GOOD | fields)
    assert answer.status_code == 303
    return int(answer.headers["location"].rsplit("/", 1)[1])


async def sent(recipient: str = "police@cast.example.org") -> list[tuple[str, icalendar.Component]]:
    """The method and the event of every invitation to somebody, in the order in which they were written."""
    rows = await database.fetch(
        "SELECT calendar, calendar_method FROM outbox_message WHERE recipient = $1 AND calendar <> '' ORDER BY id",
        recipient,
    )
    found = []
    for row in rows:
        calendar = icalendar.Calendar.from_ical(row["calendar"])
        assert calendar["METHOD"] == row["calendar_method"]
        [event] = calendar.walk("VEVENT")
        assert event["ATTENDEE"] == f"mailto:{recipient}"
        found.append((str(calendar["METHOD"]), event))
    return found


async def test_planned_moved_and_cancelled_is_one_event_with_a_rising_sequence(sign_in: SignIn) -> None:
    browser = await sign_in("chair")
    meeting = await plan(browser)
    moved = GOOD | {"starts_on": "2026-06-25", "version": "1"}
    assert (await browser.post(f"/meetings/{meeting}/change", moved)).status_code == 303
    done = await browser.post(f"/meetings/{meeting}/cancellation", {"reason": "Too few", "version": "2"})
    assert done.status_code == 303
    found = await sent()
    assert [method for method, _ in found] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {str(event["UID"]) for _, event in found} == {f"meeting-{meeting}@testserver"}
    sequences = [int(event["SEQUENCE"]) for _, event in found]
    assert sequences == sorted(set(sequences))
    assert [event["DTSTART"].dt.day for _, event in found] == [24, 25, 25]
    assert [str(event["STATUS"]) for _, event in found] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert str(found[0][1]["LOCATION"]) == "Civic Centre"
    assert str(found[0][1]["DTSTART"].params["TZID"]) == "Europe/London"
    assert len({(await database.fetch_value("SELECT count(DISTINCT recipient) FROM outbox_message"))}) == 1


async def test_a_real_mail_server_sees_the_invitation_beside_the_text(
    sign_in: SignIn, sender: House, postbox: Postbox
) -> None:
    await plan(await sign_in("chair"))
    assert await send_messages(sender) == 4
    letter = postbox.letters[0]
    assert letter.get_content_type() == "multipart/alternative"
    plain, calendar = letter.get_payload()
    assert isinstance(plain, Message)
    assert isinstance(calendar, Message)
    assert plain.get_content_type() == "text/plain"
    assert (calendar.get_content_type(), calendar.get_param("method")) == ("text/calendar", "REQUEST")
    assert calendar.get_param("charset") == "utf-8"
    text = calendar.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert b"\r\n" in text
    assert b"\n" not in text.replace(b"\r\n", b"")
    for reader in READERS.values():
        [event] = reader(text.decode())
        assert event.starts_at == datetime(2026, 6, 24, 9, tzinfo=UTC)


async def test_no_child_stands_in_an_invitation_not_even_of_a_meeting_held_for_one(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    child = await builders.a_child(name="Saffron Sampleworth", child_ref="REF-9")
    for days in (20, 10, 3):
        await builders.an_episode(child, clock.now - timedelta(days=days))
    browser = await sign_in("chair")
    meeting = await plan(browser, "repeat-missing", child=str(child))
    facts = await meeting_for(cast.chair, meeting)
    await issue_agenda(cast.chair, facts, seen=facts.version, address=ADDRESS, now=clock.now)
    after = await meeting_for(cast.chair, meeting)
    await browser.post(
        f"/meetings/{meeting}/cancellation", {"reason": "Saffron is home", "version": str(after.version)}
    )
    rows = await database.fetch("SELECT subject, body, calendar FROM outbox_message")
    assert len(rows) == 12
    for text in (value for row in rows for value in row.values()):
        assert not any(word in text for word in ("Saffron", "Sampleworth", "REF-9", f"CH-{child}"))


async def test_the_issued_agenda_carries_the_meeting_as_it_is(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    meeting = await builders.a_meeting("mace", series=None)
    await builders.an_item(meeting, await builders.a_child())
    facts = await meeting_for(cast.chair, meeting)
    await issue_agenda(cast.chair, facts, seen=facts.version, address=ADDRESS, now=clock.now)
    [(method, event)] = await sent()
    assert (method, int(event["SEQUENCE"])) == ("REQUEST", facts.version + 1)


async def test_who_replied_for_another_time_is_asked_again(sign_in: SignIn) -> None:
    chair, police = await sign_in("chair"), await sign_in("police")
    meeting = await plan(chair)
    await police.post(f"/meetings/{meeting}/reply", {"answer": "accept"})
    await chair.post(f"/meetings/{meeting}/change", GOOD | {"place": "Town Hall", "version": "1"})
    assert (await sent())[-1][1]["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    await chair.post(f"/meetings/{meeting}/change", GOOD | {"starts_on": "2026-06-26", "version": "2"})
    assert (await sent())[-1][1]["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert "You replied on" not in (await police.get(f"/meetings/{meeting}/reply")).text


async def test_a_new_seat_brings_the_coming_meetings_and_its_end_takes_them_back(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    officer, chair = await sign_in("officer"), await sign_in("chair")
    coming = await plan(chair)
    await builders.a_meeting("mace", clock.now - timedelta(days=7), status="held")
    await database.execute("DELETE FROM outbox_message")
    seat = {"person_id": str(cast.outsider.person_id), "role": "member"}
    assert (await officer.post("/panels/mace/seats", seat)).status_code == 303
    [(method, event)] = await sent("outsider@cast.example.org")
    assert (method, str(event["UID"])) == ("REQUEST", f"meeting-{coming}@testserver")
    seat_id = await database.fetch_value(
        "SELECT id FROM seat WHERE person = $1 AND ended_at IS NULL", cast.outsider.person_id
    )
    outsider = await sign_in("outsider")
    assert (await outsider.post(f"/meetings/{coming}/reply", {"answer": "accept"})).status_code == 303
    assert (await officer.post(f"/panels/mace/seats/{seat_id}/ending")).status_code == 303
    methods = [method for method, _ in await sent("outsider@cast.example.org")]
    assert methods == ["REQUEST", "CANCEL"]
    assert "Otto Outsider" not in (await chair.get(f"/meetings/{coming}/attendance")).text


async def test_a_rhythm_is_one_e_mail_and_its_meetings_are_in_the_feed(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    from app.panels.calendar.changes import announce_rhythm

    panel = await builders.panel_id("mace")
    await announce_rhythm(panel, "MACE", "every Tuesday at 10am", address=ADDRESS, now=clock.now)
    rows = await database.fetch("SELECT recipient, body, calendar FROM outbox_message")
    assert len(rows) == 4
    assert all(f"{ADDRESS}/calendar" in row["body"] and row["calendar"] == "" for row in rows)


@pytest.mark.parametrize("name", ["police", "officer", "manager"])
async def test_one_meeting_is_downloaded_by_whoever_sees_it(sign_in: SignIn, name: str) -> None:
    meeting = await builders.a_meeting("mace", place="Civic Centre")
    answer = await (await sign_in(name)).get(f"/meetings/{meeting}/meeting.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert f'filename="meeting-{meeting}.ics"' in answer.headers["content-disposition"]
    [event] = READERS["icalendar"](answer.text)
    assert event.location == "Civic Centre"
    assert "METHOD" not in answer.text


async def test_nobody_else_downloads_it(sign_in: SignIn) -> None:
    meeting = await builders.a_meeting("mace")
    assert (await (await sign_in("admin")).get(f"/meetings/{meeting}/meeting.ics")).status_code == 403
    assert (await (await sign_in("outsider")).get(f"/meetings/{meeting}/meeting.ics")).status_code == 403
