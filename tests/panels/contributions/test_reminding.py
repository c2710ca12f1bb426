"""Who has not answered, and reminding them: once a day, by reference alone."""

import asyncio
from datetime import timedelta

import pytest

from app import database
from app.history.changes import AlreadySubmitted
from app.lifecycle import Forbidden, MovedOn, Refused
from app.panels.contributions.changes import remind_agencies, say_nothing_known
from tests.conftest import Cast, SignIn, TestClock
from tests.panels.contributions.agendas import issued

ADDRESS = "https://homeward.example.org"


async def messages() -> list[dict[str, str]]:
    return await database.fetch("SELECT recipient, subject, body FROM outbox_message ORDER BY id")


async def test_only_agencies_that_owe_an_answer_are_reminded_and_no_child_is_named(
    cast: Cast, clock: TestClock
) -> None:
    meeting, items = await issued({}, {})
    await say_nothing_known(cast.health, meeting, items, now=clock.now)
    assert await remind_agencies(cast.chair, meeting, address=ADDRESS, now=clock.now) == 2
    sent = await messages()
    assert {one["recipient"] for one in sent} == {"police@cast.example.org", "chair@cast.example.org"}
    children = await database.fetch("SELECT name, child_ref FROM child")
    for one in sent:
        text = one["subject"] + one["body"]
        assert f"{ADDRESS}/meetings/{meeting}/contributions" in text
        assert "2 items" in text
        assert not any(child["name"] in text or child["child_ref"] in text for child in children)


async def test_an_agency_is_reminded_once_a_day_however_often_it_is_pressed(
    cast: Cast, clock: TestClock
) -> None:
    meeting, _ = await issued()

    def press(at: object = clock.now) -> object:
        return remind_agencies(cast.chair, meeting, [cast.police.agency_id], address=ADDRESS, now=at)  # type: ignore[arg-type]

    outcomes = await asyncio.gather(*(press() for _ in range(6)), return_exceptions=True)
    assert outcomes.count(1) == 1
    assert sum(isinstance(one, Refused) for one in outcomes) == 5
    assert len(await messages()) == 1
    assert await remind_agencies(cast.chair, meeting, address=ADDRESS, now=clock.now) == 2, (
        "the others still may be"
    )
    assert await press(clock.now + timedelta(days=1)) == 1


async def test_one_form_makes_one_reminder(cast: Cast, clock: TestClock) -> None:
    meeting, _ = await issued()
    await remind_agencies(cast.chair, meeting, address=ADDRESS, now=clock.now, submission_key="once")
    with pytest.raises(AlreadySubmitted):
        await remind_agencies(cast.chair, meeting, address=ADDRESS, now=clock.now, submission_key="once")


async def test_members_remind_nobody_and_a_meeting_that_was_held_neither(
    cast: Cast, clock: TestClock
) -> None:
    meeting, _ = await issued()
    with pytest.raises(Forbidden):
        await remind_agencies(cast.police, meeting, address=ADDRESS, now=clock.now)
    await database.execute("UPDATE meeting SET status = 'held'")
    with pytest.raises(MovedOn):
        await remind_agencies(cast.chair, meeting, address=ADDRESS, now=clock.now)


async def test_a_restricted_item_is_not_counted_for_who_is_not_named(cast: Cast, clock: TestClock) -> None:
    meeting, _ = await issued(
        {}, {"restricted": True, "allowed_people": [cast.chair.person_id, cast.police.person_id]}
    )
    await remind_agencies(cast.chair, meeting, address=ADDRESS, now=clock.now)
    told = {one["recipient"].split("@")[0]: one["body"] for one in await messages()}
    assert "about 2 items" in told["police"]
    assert "about 1 item " in told["health"]


async def test_the_chair_sees_who_has_not_answered_and_reminds_with_one_press(
    cast: Cast, clock: TestClock, sign_in: SignIn
) -> None:
    meeting, items = await issued({}, {})
    await say_nothing_known(cast.health, meeting, items, now=clock.now)
    chair, address = await sign_in("chair"), f"/meetings/{meeting}/contributions"
    shown = (await chair.get(address)).text
    assert "2 of 3 required agencies have not answered everything" in shown
    assert "Remind all 2 agencies" in shown
    done = await chair.post(f"{address}/reminders", {"submission_key": "press"})
    assert done.status_code == 303
    shown = (await chair.get(address)).text
    assert "2 agencies are reminded" in shown
    assert "Remind all" not in shown
    assert (await chair.post(f"{address}/reminders", {})).status_code == 422
    assert "Who has answered" not in (await (await sign_in("police")).get(address)).text


async def test_a_required_agency_without_a_seat_is_named(cast: Cast, sign_in: SignIn) -> None:
    meeting, _ = await issued()
    await database.execute("UPDATE seat SET ended_at = now() WHERE person = $1", cast.health.person_id)
    assert (
        "Nobody on this panel speaks for health"
        in (await (await sign_in("chair")).get(f"/meetings/{meeting}/contributions")).text
    )


async def test_home_and_meeting_say_what_is_owed(cast: Cast, clock: TestClock, sign_in: SignIn) -> None:
    meeting, items = await issued({}, {})
    await say_nothing_known(cast.health, meeting, items[:1], now=clock.now)
    for name, words in (
        ("chair", "3 of 3 required agencies have not answered everything"),
        ("health", "1 child to research"),
        ("police", "2 children to research"),
    ):
        browser = await sign_in(name)
        for address in ("/", f"/meetings/{meeting}"):
            assert words in (await browser.get(address)).text, f"{name} {address}"


async def test_what_was_sent_stands_on_the_agenda_and_beside_the_minutes(
    cast: Cast, clock: TestClock, sign_in: SignIn
) -> None:
    meeting, (item,) = await issued()
    police = await sign_in("police")
    await police.post(
        f"/meetings/{meeting}/contributions/{item}", {"version": "0", "known": "Stopped in the park"}
    )
    health = await sign_in("health")
    assert "Stopped in the park" in (await health.get(f"/meetings/{meeting}/agenda")).text
    clock.now += timedelta(days=7, hours=1)
    taker = await sign_in("minute_taker")
    minuting = f"/meetings/{meeting}/minutes/items/{item}"
    assert "Stopped in the park" in (await taker.get(minuting)).text
    brought = await taker.post(minuting, {"version": "0", "contributions": "Said first.", "go": "bring-in"})
    assert brought.status_code == 303
    shown = (await taker.get(minuting)).text
    assert "Said first.\n\nFrom Exampleshire Police:\nWhat is known: Stopped in the park</textarea>" in shown
    again = await taker.post(
        minuting,
        {
            "version": "1",
            "contributions": "Said first.\n\nFrom Exampleshire Police:\nWhat is known: Stopped in the park",
            "go": "bring-in",
        },
    )
    assert again.status_code == 303
    assert (await taker.get(minuting)).text.count("From Exampleshire Police:") == 1
