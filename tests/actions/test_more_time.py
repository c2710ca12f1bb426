"""More time: who asks, who decides, what moves and who is told."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from app import database
from tests.actions.conftest import MakeAction, stored
from tests.conftest import Cast, SignIn, TestClock

WHY = "The school is closed until Monday"


def asked(until: str = "2026-06-30", **changed: Any) -> dict[str, Any]:
    return {"until": until, "why": WHY, "submission_key": "ask"} | changed


async def waiting_on(action: int) -> int:
    found: int = await database.fetch_value(
        "SELECT id FROM action_extension WHERE action = $1 AND answer = ''", action
    )
    return found


@pytest.mark.parametrize(
    ("decision", "due_on", "told"),
    [
        ({"answer": "yes"}, date(2026, 6, 30), "now due Tuesday 30 June 2026"),
        ({"answer": "other", "other": "25/6/2026"}, date(2026, 6, 25), "now due Thursday 25 June 2026"),
        ({"answer": "no", "note": "It cannot wait"}, date(2026, 6, 20), "still due Saturday 20 June 2026"),
    ],
)
async def test_the_due_date_moves_by_the_decision_alone_and_the_owner_is_told(
    sign_in: SignIn,
    cast: Cast,
    police_action: MakeAction,
    decision: dict[str, Any],
    due_on: date,
    told: str,
) -> None:
    action = await police_action()
    police, chair = await sign_in("police"), await sign_in("chair")
    assert (await police.post(f"/actions/{action}/more-time", asked())).status_code == 303
    assert (await stored(action))["due_on"] == date(2026, 6, 20)
    assert "You asked for more time until" in (await police.get("/actions")).text
    assert "Requests for more time" in (await chair.get("/")).text
    assert WHY in (await chair.get("/actions/more-time")).text
    address = f"/actions/{action}/more-time/{await waiting_on(action)}"
    assert (await chair.post(address, decision | {"back": "list"})).status_code == 303
    now = await stored(action)
    assert (now["due_on"], now["original_due_on"]) == (due_on, date(2026, 6, 20))
    mail = await database.fetch("SELECT person_id, subject, body FROM outbox_message")
    assert [(one["person_id"], told in one["subject"]) for one in mail] == [(cast.police.person_id, True)]
    assert WHY not in mail[0]["body"]
    assert "Sample Child" not in mail[0]["body"] + mail[0]["subject"]
    shown = (await police.get(f"/actions/{action}")).text
    assert "More time asked for, until Tuesday 30 June 2026" in shown
    assert cast.chair.name in shown


BAD = [
    (asked("2026-06-20"), "Enter a date after Saturday 20 June 2026"),
    (asked("2036-06-20"), "Check the year"),
    (asked("soon"), "Enter a real date, such as"),
    (asked(why=" "), "Say why more time is needed"),
]


async def test_a_bad_request_and_a_second_one_while_one_waits_are_refused_with_a_sentence(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    action = await police_action()
    police, officer = await sign_in("police"), await sign_in("officer")
    for given, sentence in BAD:
        answer = await police.post(f"/actions/{action}/more-time", given)
        assert answer.status_code == 422
        assert sentence in answer.text
    await police.post(f"/actions/{action}/more-time", asked())
    assert (
        await police.post(f"/actions/{action}/more-time", asked())
    ).status_code == 303  # the same form again
    again = await officer.post(f"/actions/{action}/more-time", asked(submission_key="other"))
    assert again.status_code == 422
    assert f"{cast.police.name} asked for more time until Tuesday 30 June 2026 already" in again.text
    assert await database.fetch_value("SELECT count(*) FROM action_extension") == 1


async def test_of_two_who_decide_at_once_the_second_is_told_what_the_first_said(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    action = await police_action()
    await (await sign_in("police")).post(f"/actions/{action}/more-time", asked())
    chair, officer = await sign_in("chair"), await sign_in("officer")
    address = f"/actions/{action}/more-time/{await waiting_on(action)}"
    answers = await asyncio.gather(
        chair.post(address, {"answer": "yes", "submission_key": "c"}),
        officer.post(address, {"answer": "no", "note": "Too late", "submission_key": "o"}),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    second = next(answer for answer in answers if answer.status_code == 409)
    first = cast.officer if second is answers[0] else cast.chair
    assert first.name in second.text
    assert "Nothing was changed" in second.text


async def test_who_may_ask_and_who_may_decide(
    sign_in: SignIn, police_action: MakeAction, clock: TestClock
) -> None:
    action = await police_action()
    for name, status in (("health", 403), ("chair", 403), ("manager", 403), ("outsider", 404)):
        answer = await (await sign_in(name)).post(f"/actions/{action}/more-time", asked())
        assert answer.status_code == status, name
    police = await sign_in("police")
    await police.post(f"/actions/{action}/more-time", asked())
    address = f"/actions/{action}/more-time/{await waiting_on(action)}"
    for name in ("police", "health", "minute_taker", "manager", "outsider"):
        assert (await (await sign_in(name)).post(address, {"answer": "yes"})).status_code == 403, name
    clock.now += timedelta(minutes=1)
    await police.post(f"/actions/{action}/updates", {"move": "complete", "version": 1, "note": "Seen"})
    late = await (await sign_in("chair")).post(address, {"answer": "yes"})
    assert late.status_code == 409
    assert "marked this as done" in late.text
