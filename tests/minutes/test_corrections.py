"""Corrections of circulated minutes: who asks until when, what the chair makes of them, and what stays as it was."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from app import database
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused
from app.minutes.acceptance.changes import record_acceptance
from app.minutes.changes import approve_minutes, circulate_minutes, send_to_chair
from app.minutes.corrections.changes import accept_correction, ask_for_correction, decline_correction
from app.minutes.corrections.queries import addenda_of
from app.minutes.corrections.rules import Request, window_of
from tests import builders

from .conftest import STARTS, version_of

BASE = "http://testserver"
TOLD = {"now": datetime(2026, 6, 10, 9, 0, tzinfo=UTC), "base_url": BASE, "submission_key": None}


@pytest.fixture
def circulated(cast, clock, make_meeting, complete):
    async def make():
        meeting = await make_meeting(2)
        await complete(meeting)
        who, told = cast.minute_taker, {"now": clock.now}
        await send_to_chair(who, meeting.id, await version_of(meeting), **told, base_url=BASE)
        await approve_minutes(cast.chair, meeting.id, await version_of(meeting), **told)
        await circulate_minutes(who, meeting.id, await version_of(meeting), **told, base_url=BASE)
        await database.execute("DELETE FROM outbox_message")
        return meeting

    return make


async def test_a_correction_becomes_an_addendum_and_the_text_stays(cast, clock, sign_in, circulated):
    meeting = await circulated()
    before = await database.fetch_one("SELECT content, sha256 FROM minutes")
    police, chair, health = await sign_in("police"), await sign_in("chair"), await sign_in("health")
    path = f"{meeting.path}/corrections"
    empty = await police.post(path, {"item_id": meeting.items[0]})
    assert empty.status_code == 422
    form = {
        "item_id": meeting.items[0],
        "stands": "Seen and heard.",
        "should_say": "Seen, not heard.",
        "submission_key": "once",
    }
    for _ in range(2):
        assert (await police.post(path, form)).status_code == 303
    asked = await database.fetch_value("SELECT id FROM minutes_correction")
    assert await database.fetch_value("SELECT count(*) FROM minutes_correction") == 1
    assert "Seen, not heard." not in (await health.get(path)).text
    assert "1 correction to decide on" in (await chair.get(meeting.path)).text
    waits = "Corrections to decide"
    assert [waits in (await one.get("/")).text for one in (chair, police)] == [True, False]
    assert (await police.post(f"{path}/{asked}/acceptance", {"words": "x"})).status_code == 403
    assert (await chair.post(f"{path}/{asked}/acceptance", {"words": " "})).status_code == 422
    done = await chair.post(f"{path}/{asked}/acceptance", {"words": "The child was seen, not heard."})
    assert done.status_code == 303
    assert waits not in (await chair.get("/")).text
    read = await health.get(meeting.path)
    assert "Addendum 1" in read.text
    assert "The child was seen, not heard." in read.text
    assert await database.fetch_one("SELECT content, sha256 FROM minutes") == before
    mails = await database.fetch("SELECT recipient, subject || body AS words FROM outbox_message ORDER BY id")
    assert [mail["recipient"].split("@")[0] for mail in mails] == ["chair", "police"]
    assert not any("heard" in mail["words"] or "Testname" in mail["words"] for mail in mails)
    searched = await health.post("/search", {"words": "child not heard", "kinds": ["minutes"]})
    found = (await health.get(searched.headers["location"])).text
    assert "Addendum 1" in found
    assert 'not <mark class="hw-found">heard</mark>' in found
    with pytest.raises(MovedOn, match="decided on this correction"):
        await decline_correction(cast.chair, meeting.id, asked, "No", **TOLD)
    for statement in ("UPDATE minutes_correction SET words = 'x'", "DELETE FROM minutes_correction"):
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await database.execute(statement)


async def test_after_the_window_a_sentence_says_whom_to_ask(cast, clock, sign_in, circulated):
    meeting = await circulated()  # on Wednesday 10 June: five working days end on the 17th
    asked = Request(None, "x", "y")
    clock.now = datetime(2026, 6, 17, 22, 59, tzinfo=UTC)  # a minute before midnight in London
    told = {"base_url": BASE, "submission_key": None}
    assert await ask_for_correction(cast.police, meeting.id, asked, now=clock.now, **told)
    late = clock.now + timedelta(minutes=1)
    with pytest.raises(Refused, match=r"until the end of Wednesday 17 June 2026\. Turn to"):
        await ask_for_correction(cast.police, meeting.id, asked, now=late, **told)
    clock.now = late
    health = await sign_in("health")
    page = await health.get(f"{meeting.path}/corrections")
    assert "Turn to" in page.text
    assert "Ask for this correction" not in page.text
    assert (
        await health.post(f"{meeting.path}/corrections", {"stands": "a", "should_say": "b"})
    ).status_code == 422


async def test_who_neither_attended_nor_was_asked_cannot_ask(cast, circulated):
    meeting = await circulated()
    with pytest.raises(Refused, match="attended the meeting"):
        await ask_for_correction(cast.manager, meeting.id, Request(None, "x", "y"), **TOLD)
    with pytest.raises(Invisible):
        await ask_for_correction(cast.outsider, meeting.id, Request(None, "x", "y"), **TOLD)


async def test_a_correction_of_a_restricted_item_is_seen_by_those_who_see_the_item_alone(
    cast, sign_in, circulated
):
    meeting = await circulated()
    await database.execute(
        "UPDATE agenda_item SET restricted = true, open_title = 'Closed', allowed_people = ARRAY[$2::bigint] "
        "WHERE id = $1",
        meeting.items[0],
        cast.police.person_id,
    )
    about = Request(meeting.items[0], "x", "y")
    with pytest.raises(Invisible):
        await ask_for_correction(cast.health, meeting.id, about, **TOLD)
    asked = await ask_for_correction(cast.police, meeting.id, about, **TOLD)
    with pytest.raises(Forbidden):
        await accept_correction(cast.minute_taker, meeting.id, asked, "Words", **TOLD)
    await accept_correction(cast.chair, meeting.id, asked, "Only for some", **TOLD)
    minutes = await database.fetch_value("SELECT id FROM minutes")
    assert [one["words"] for one in await addenda_of(minutes, cast.police)] == ["Only for some"]
    for name in ("health", "minute_taker", "manager"):
        assert await addenda_of(minutes, getattr(cast, name)) == []
        browser = await sign_in(name)
        for path in (meeting.path, f"{meeting.path}/corrections"):
            assert "Only for some" not in (await browser.get(path)).text


def test_the_window_counts_working_days_from_circulation_and_is_closed_before_it():
    late_friday = datetime(2026, 6, 12, 22, 30, tzinfo=UTC)  # still Friday in London
    assert window_of(late_friday, 5).last_on == date(2026, 6, 19)
    assert not window_of(None, 5).is_open(date(2026, 6, 19))


async def test_the_next_meeting_records_whether_it_accepts_the_minutes(
    cast, clock, sign_in, circulated, make_meeting
):
    first = await circulated()
    second = await make_meeting(
        1, starts_at=STARTS + timedelta(days=14), status="agenda-issued", ended_at=None
    )
    item = await builders.an_item(
        second.id,
        None,
        kind="standing",
        title="Minutes of the last meeting",
        standing_key="previous-minutes",
        position=0,
    )
    taker, health = await sign_in("minute_taker"), await sign_in("health")
    path = f"{second.path}/acceptance"
    assert "Record whether the meeting accepts" in (await taker.get(f"{second.path}/items/{item}")).text
    assert "Minutes of Wednesday 10 June 2026" in (await taker.get(path)).text
    minutes = await database.fetch_value("SELECT id FROM minutes WHERE meeting = $1", first.id)
    bare = await taker.post(f"{path}/{minutes}", {"verdict": "not-accepted", "version": "0"})
    assert bare.status_code == 422
    form = {
        "verdict": "with-corrections",
        "remarks": "The school is Hilltop.",
        "version": "0",
        "submission_key": "k",
    }
    for _ in range(2):
        assert (await taker.post(f"{path}/{minutes}", form)).status_code == 303
    read = await health.get(first.path)
    assert "Accepted with corrections at the meeting of Wednesday 24 June 2026" in read.text
    whole = await taker.get(f"{second.path}/text")
    assert "Accepted with corrections. The school is Hilltop." in whole.text
    with pytest.raises(MovedOn):  # begun before the other was saved
        await record_acceptance(
            cast.minute_taker, second.id, minutes, "accepted", "", 0, now=clock.now, submission_key=None
        )
    nobody = replace(cast.minute_taker, seats=())
    with pytest.raises((Forbidden, Invisible)):
        await record_acceptance(
            nobody, second.id, minutes, "accepted", "", 1, now=clock.now, submission_key=None
        )
