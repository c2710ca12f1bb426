"""Issuing an action from an agenda item in the room."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app import database
from tests import builders
from tests.actions.conftest import Room, stored
from tests.conftest import Cast, SignIn, TestClock


def form(cast: Cast, **changed: Any) -> dict[str, Any]:
    return {
        "text": "Ask the school for attendance since Easter",
        "owner": f"person-{cast.police.person_id}",
        "due_on": "2026-06-20",
        "strand": "protect",
        "submission_key": "one-form",
    } | changed


async def actions() -> list[dict[str, Any]]:
    return await database.fetch("SELECT * FROM action ORDER BY id")


async def messages() -> list[dict[str, Any]]:
    return await database.fetch("SELECT * FROM outbox_message ORDER BY id")


async def test_an_action_is_live_as_soon_as_it_is_issued(
    sign_in: SignIn, cast: Cast, room: Room, clock: TestClock
) -> None:
    taker = await sign_in("minute_taker")
    answer = await taker.post(room.address, form(cast))
    assert (answer.status_code, answer.headers["location"]) == (303, room.address)
    [action] = await actions()
    assert (action["status"], action["owner"], action["agency"]) == (
        "issued",
        cast.police.person_id,
        cast.police.agency_id,
    )
    assert (action["meeting"], action["agenda_item"], action["child"]) == (
        room.meeting,
        room.item,
        room.child,
    )
    assert (action["issued_on"], action["issued_at"]) == (date(2026, 6, 10), clock.now)
    assert action["due_on"] == action["original_due_on"] == date(2026, 6, 20)
    police = await sign_in("police")
    assert "attendance since Easter" in (await police.get("/actions")).text


async def test_the_owner_is_told_by_reference_and_link_without_any_name(
    sign_in: SignIn, cast: Cast, room: Room
) -> None:
    await (await sign_in("chair")).post(room.address, form(cast))
    [action], [message] = await actions(), await messages()
    child = await database.fetch_one("SELECT name, child_ref FROM child WHERE id = $1", room.child)
    assert child is not None
    assert (message["recipient"], message["person_id"]) == (cast.police.email, cast.police.person_id)
    said = message["subject"] + message["body"]
    assert f"http://testserver/actions/{action['id']}" in said
    assert f"Action {action['id']}" in message["subject"]
    for secret in (child["name"], child["child_ref"], "attendance", "MACE", cast.police.name):
        assert secret not in said


async def test_an_agency_can_be_given_an_action_and_its_seats_are_told(
    sign_in: SignIn, cast: Cast, room: Room
) -> None:
    await (await sign_in("chair")).post(room.address, form(cast, owner=f"agency-{cast.health.agency_id}"))
    [action], [message] = await actions(), await messages()
    assert (action["owner"], action["agency"]) == (None, cast.health.agency_id)
    assert message["recipient"] == cast.health.email
    assert "Your agency" in message["body"]


async def test_ten_equal_forms_at_once_make_one_action_and_one_mail(
    sign_in: SignIn, cast: Cast, room: Room
) -> None:
    taker = await sign_in("minute_taker")
    answers = await asyncio.gather(*(taker.post(room.address, form(cast)) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {303}
    assert len(await actions()) == 1
    assert len(await messages()) == 1
    assert await database.fetch_value("SELECT count(*) FROM action_update") == 1
    assert await database.fetch_value("SELECT count(*) FROM history_entry WHERE kind = 'action issued'") == 1


async def test_two_forms_with_their_own_keys_make_two_actions(
    sign_in: SignIn, cast: Cast, room: Room
) -> None:
    taker = await sign_in("minute_taker")
    await taker.post(room.address, form(cast))
    await taker.post(room.address, form(cast, submission_key="another-form"))
    assert len(await actions()) == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": " \u200b\u202e "}, "Say what is to be done"),
        ({"text": "x" * 2001}, "Use 2000 characters or fewer"),
        ({"owner": ""}, "Choose who will do it: a person, or an agency"),
        ({"owner": "person-"}, "Choose somebody from the list"),
        ({"owner": "person-999999"}, "Choose somebody from the list"),
        ({"owner": "agency-999999"}, "Choose an agency from the list"),
        ({"owner": "chair"}, "Choose somebody from the list"),
        ({"due_on": ""}, "Enter the date by which it is to be done"),
        ({"due_on": "soon"}, "Enter the due date with day, month and year"),
        ({"due_on": "2026-06-08"}, "Enter a date on or after the meeting, Tuesday 9 June 2026"),
        ({"due_on": "2062-06-20"}, "Check the year"),
        ({"strand": "pretend"}, "Choose Prepare, Prevent, Protect or Pursue"),
    ],
)
async def test_bad_input_is_answered_with_a_sentence_and_kept(
    sign_in: SignIn, cast: Cast, room: Room, changed: dict[str, str], sentence: str
) -> None:
    taker = await sign_in("minute_taker")
    answer = await taker.post(room.address, form(cast, **changed))
    assert answer.status_code == 422
    assert sentence in answer.text
    kept = {"text": "Ask the school", "due_on": 'value="2026-06-20"', "strand": 'value="protect" selected'}
    for name, shown in kept.items():
        assert name in changed or shown in answer.text
    assert await actions() == await messages() == []


async def test_an_action_may_be_due_on_the_day_of_the_meeting(
    sign_in: SignIn, cast: Cast, room: Room
) -> None:
    answer = await (await sign_in("chair")).post(room.address, form(cast, due_on="2026-06-09"))
    assert answer.status_code == 303


async def test_a_disabled_owner_is_refused_by_name_and_not_offered(
    sign_in: SignIn, cast: Cast, room: Room, clock: TestClock
) -> None:
    await database.execute(
        "UPDATE person SET disabled_at = $2 WHERE id = $1", cast.police.person_id, clock.now
    )
    taker = await sign_in("minute_taker")
    assert cast.police.name not in (await taker.get(room.address)).text
    answer = await taker.post(room.address, form(cast))
    assert answer.status_code == 422
    assert f"{cast.police.name} can no longer sign in. Choose someone else." in answer.text


async def test_an_item_of_another_meeting_is_not_found(sign_in: SignIn, cast: Cast, room: Room) -> None:
    other = await builders.a_meeting("repeat-missing", status="agenda-issued")
    taker = await sign_in("minute_taker")
    address = f"/meetings/{other}/items/{room.item}/actions"
    assert (await taker.get(address)).status_code == 404
    assert (await taker.post(address, form(cast))).status_code == 404
    assert (await taker.post(f"/meetings/999/items/{room.item}/actions", form(cast))).status_code == 404
    assert await actions() == []


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("chair", 303),
        ("minute_taker", 303),
        ("officer", 303),
        ("police", 403),
        ("health", 403),
        ("manager", 403),
        ("admin", 403),
        ("outsider", 403),
    ],
)
async def test_who_may_issue(sign_in: SignIn, cast: Cast, room: Room, name: str, status: int) -> None:
    answer = await (await sign_in(name)).post(room.address, form(cast))
    assert answer.status_code == status
    assert len(await actions()) == (status == 303)


async def test_a_minute_taker_of_another_panel_finds_nothing(sign_in: SignIn, cast: Cast, room: Room) -> None:
    mace = await builders.panel_id("mace")
    await database.execute(
        "UPDATE seat SET ended_at = now() WHERE panel = $1 AND person = $2", mace, cast.minute_taker.person_id
    )
    taker = await sign_in("minute_taker")
    assert (await taker.get(room.address)).status_code == 404
    assert (await taker.post(room.address, form(cast))).status_code == 404


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("planned", "The agenda of this meeting is not issued yet"),
        ("cancelled", "This meeting was cancelled"),
    ],
)
async def test_a_meeting_that_does_not_meet_issues_nothing(
    sign_in: SignIn, cast: Cast, room: Room, status: str, sentence: str
) -> None:
    await database.execute(
        "UPDATE meeting SET status = $2, cancelled_reason = 'snow' WHERE id = $1", room.meeting, status
    )
    taker = await sign_in("minute_taker")
    assert sentence in (await taker.get(room.address)).text
    answer = await taker.post(room.address, form(cast))
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert await actions() == []


async def test_an_item_that_was_left_off_issues_nothing(sign_in: SignIn, cast: Cast, room: Room) -> None:
    await database.execute("UPDATE agenda_item SET status = 'left-off' WHERE id = $1", room.item)
    answer = await (await sign_in("chair")).post(room.address, form(cast))
    assert answer.status_code == 422
    assert "no longer on the agenda" in answer.text


async def test_an_htmx_form_gets_the_part_with_the_new_action(
    sign_in: SignIn, cast: Cast, room: Room
) -> None:
    taker = await sign_in("minute_taker")
    answer = await taker.post(room.address, form(cast), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section id="item-actions"')
    assert "<html" not in answer.text
    assert "Ask the school for attendance" in answer.text
    again = await taker.post(room.address, form(cast), headers={"HX-Request": "true"})
    assert again.status_code == 200
    assert len(await actions()) == 1


async def test_text_is_shown_as_text(sign_in: SignIn, cast: Cast, room: Room) -> None:
    taker = await sign_in("minute_taker")
    await taker.post(room.address, form(cast, text="<script>alert(1)</script> & co"))
    shown = (await taker.get(room.address)).text
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in shown
    await taker.post(room.address, form(cast, text="Tell \u202eecilop eht\u202c", submission_key="turned"))
    assert (await actions())[-1]["text"] == "Tell ecilop eht"


async def test_issued_on_is_the_london_day(sign_in: SignIn, cast: Cast, room: Room, clock: TestClock) -> None:
    clock.now = datetime(2026, 6, 10, 23, 30, tzinfo=UTC)
    await (await sign_in("chair")).post(room.address, form(cast))
    [action] = await actions()
    assert (await stored(action["id"]))["issued_on"] == date(2026, 6, 11)
