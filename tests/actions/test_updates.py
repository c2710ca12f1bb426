"""What owners say of their actions: who may, what is kept, and who was first."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app import database
from tests.actions.conftest import MakeAction, Room, stored
from tests.conftest import Cast, SignIn, TestClock

HTMX = {"HX-Request": "true"}


def word(move: str = "complete", **changed: Any) -> dict[str, Any]:
    return {"move": move, "version": 1, "note": "Visited on Tuesday", "submission_key": "once"} | changed


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("police", 303),  # the owner
        ("officer", 303),
        ("chair", 403),
        ("minute_taker", 403),
        ("health", 403),
        ("manager", 403),
        ("admin", 404),
        ("outsider", 404),
    ],
)
async def test_who_may_update(sign_in: SignIn, police_action: MakeAction, name: str, status: int) -> None:
    action = await police_action()
    answer = await (await sign_in(name)).post(f"/actions/{action}/updates", word())
    assert answer.status_code == status
    assert (await stored(action))["status"] == ("completed" if status == 303 else "issued")


async def test_a_colleague_of_the_owning_agency_may_update(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    action = await police_action(owner=None, agency=cast.outsider.agency_id)
    answer = await (await sign_in("outsider")).post(f"/actions/{action}/updates", word())
    assert answer.status_code == 303
    assert (await stored(action))["status"] == "completed"


@pytest.mark.parametrize(
    ("name", "status"), [("admin", 404), ("outsider", 404), ("health", 200), ("police", 200)]
)
async def test_who_may_see(sign_in: SignIn, police_action: MakeAction, name: str, status: int) -> None:
    action = await police_action()
    assert (await (await sign_in(name)).get(f"/actions/{action}")).status_code == status


@pytest.mark.parametrize(
    ("move", "status", "finished_on"),
    [
        ("start", "in-progress", None),
        ("complete", "completed", date(2026, 6, 10)),
        ("find-not-possible", "not-possible", date(2026, 6, 10)),
        ("leave-undone", "not-done", date(2026, 6, 10)),
    ],
)
async def test_a_word_is_kept_with_who_and_when(
    sign_in: SignIn,
    cast: Cast,
    police_action: MakeAction,
    clock: TestClock,
    move: str,
    status: str,
    finished_on: date | None,
) -> None:
    action = await police_action()
    await (await sign_in("police")).post(f"/actions/{action}/updates", word(move))
    now = await stored(action)
    assert (now["status"], now["finished_on"], now["version"]) == (status, finished_on, 2)
    said = await database.fetch("SELECT * FROM action_update WHERE action = $1", action)
    assert [(one["person"], one["status"], one["note"], one["made_at"]) for one in said] == [
        (cast.police.person_id, status, "Visited on Tuesday", clock.now)
    ]
    past = await database.fetch("SELECT row FROM action_past WHERE id = $1", action)
    assert [one["row"]["status"] for one in past] == ["issued"]


async def test_acknowledging_is_one_press(sign_in: SignIn, police_action: MakeAction) -> None:
    action = await police_action()
    answer = await (await sign_in("police")).post(
        f"/actions/{action}/updates", {"acknowledge": "yes", "version": 1, "note": ""}
    )
    assert answer.status_code == 303
    assert (await stored(action))["status"] == "acknowledged"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (word("find-not-possible", note=" "), "Say what changed"),
        (word("leave-undone", note=""), "Say why this was not done."),
        (word("complete", note="x" * 2001), "Use 2000 characters or fewer."),
        (word(""), "Choose what happened"),
        (word("explode"), "Choose what happened"),
        (word(version=""), "Choose what happened"),
    ],
)
@pytest.mark.parametrize("back", ["list", "action"])
async def test_bad_input_is_answered_with_a_sentence_and_kept(
    sign_in: SignIn, police_action: MakeAction, given: dict[str, Any], sentence: str, back: str
) -> None:
    action = await police_action()
    answer = await (await sign_in("police")).post(f"/actions/{action}/updates", given | {"back": back})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert given["note"].strip()[:30] in answer.text
    assert (await stored(action))["status"] == "issued"


@pytest.mark.parametrize("back", ["list", "action"])
async def test_two_finishing_at_once_the_second_learns_who_was_first_and_keeps_the_text(
    sign_in: SignIn, cast: Cast, police_action: MakeAction, back: str
) -> None:
    action = await police_action()
    police, officer = await sign_in("police"), await sign_in("officer")
    filters = "/actions?whose=panels"
    answers = await asyncio.gather(
        police.post(
            f"/actions/{action}/updates",
            word(note="Done by police", submission_key="p", back=back, filters=filters),
        ),
        officer.post(
            f"/actions/{action}/updates",
            word("leave-undone", note="Nobody went", submission_key="o", back=back, filters=filters),
        ),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    first, second = sorted(answers, key=lambda answer: answer.status_code)
    winner, loser_note = (
        (cast.police.name, "Nobody went") if first is answers[0] else (cast.officer.name, "Done by police")
    )
    assert f"{winner} marked this as" in second.text
    assert loser_note in second.text
    assert await database.fetch_value("SELECT count(*) FROM action_update WHERE action = $1", action) == 1
    assert (await stored(action))["version"] == 2


async def test_a_stale_word_on_an_open_action_can_be_sent_again(
    sign_in: SignIn, police_action: MakeAction
) -> None:
    action = await police_action()
    police, officer = await sign_in("police"), await sign_in("officer")
    await officer.post(f"/actions/{action}/updates", word("start", note="Phoned", submission_key="o"))
    answer = await police.post(
        f"/actions/{action}/updates", word("complete", submission_key="p", back="list"), headers=HTMX
    )
    assert answer.status_code == 409
    assert "updated this on Wednesday 10 June 2026 at 10am: “Phoned”" in answer.text
    assert "Visited on Tuesday" in answer.text
    assert 'name="version" value="2"' in answer.text
    again = await police.post(f"/actions/{action}/updates", word(version=2, submission_key="p"))
    assert again.status_code == 303
    assert (await stored(action))["status"] == "completed"


async def test_the_same_form_twice_is_one_word_and_no_conflict(
    sign_in: SignIn, police_action: MakeAction
) -> None:
    action = await police_action()
    police = await sign_in("police")
    answers = await asyncio.gather(*(police.post(f"/actions/{action}/updates", word()) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {303}
    assert await database.fetch_value("SELECT count(*) FROM action_update WHERE action = $1", action) == 1


async def test_another_word_from_the_same_page_is_not_taken_for_the_first(
    sign_in: SignIn, police_action: MakeAction
) -> None:
    action = await police_action()
    police = await sign_in("police")
    await police.post(f"/actions/{action}/updates", word("start"))
    answer = await police.post(f"/actions/{action}/updates", word("complete"))
    assert answer.status_code == 409
    assert (await stored(action))["status"] == "in-progress"


async def test_a_finished_action_takes_no_further_word(sign_in: SignIn, police_action: MakeAction) -> None:
    action = await police_action(status="not-done", finished_on=date(2026, 6, 10))
    answer = await (await sign_in("police")).post(f"/actions/{action}/updates", word())
    assert answer.status_code == 409
    assert (await stored(action))["status"] == "not-done"


async def test_finished_on_is_the_london_day(
    sign_in: SignIn, police_action: MakeAction, clock: TestClock
) -> None:
    clock.now = datetime(2026, 6, 20, 23, 30, tzinfo=UTC)
    action = await police_action(due_on=date(2026, 6, 20))
    await (await sign_in("police")).post(f"/actions/{action}/updates", word())
    assert (await stored(action))["finished_on"] == date(2026, 6, 21)


async def test_reading_an_action_is_recorded_with_its_child(
    sign_in: SignIn, cast: Cast, police_action: MakeAction, room: Room
) -> None:
    action = await police_action()
    await (await sign_in("police")).get(f"/actions/{action}")
    read = await database.fetch_one("SELECT * FROM history_entry WHERE kind = 'action read'")
    assert read is not None
    assert (read["person_id"], read["about_ids"], read["child_ids"]) == (
        cast.police.person_id,
        [action],
        [room.child],
    )


async def test_an_unknown_action_is_not_found(sign_in: SignIn) -> None:
    police = await sign_in("police")
    assert (await police.get("/actions/424242")).status_code == 404
    assert (await police.post("/actions/424242/updates", word())).status_code == 404


async def test_the_page_tells_every_word_and_who_said_it(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    action = await police_action()
    police, officer = await sign_in("police"), await sign_in("officer")
    await police.post(f"/actions/{action}/updates", word("start", note="Rang twice", submission_key="a"))
    await officer.post(
        f"/actions/{action}/updates", word("complete", note="Seen", version=2, submission_key="b")
    )
    shown = (await (await sign_in("chair")).get(f"/actions/{action}")).text
    for said in ("Rang twice", "Seen", cast.police.name, cast.officer.name, "Achieved (fully)"):
        assert said in shown
    assert "How does it stand?" not in shown


async def test_a_person_disabled_meanwhile_cannot_update(
    sign_in: SignIn, cast: Cast, police_action: MakeAction, clock: TestClock
) -> None:
    action = await police_action()
    police = await sign_in("police")
    await database.execute(
        "UPDATE person SET disabled_at = $2 WHERE id = $1", cast.police.person_id, clock.now
    )
    assert (await police.post(f"/actions/{action}/updates", word())).status_code == 401
    assert (await stored(action))["status"] == "issued"


async def test_a_word_from_the_list_goes_back_to_the_list_with_its_filters(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    action = await police_action()
    police = await sign_in("police")
    here = "/actions?whose=agency&panel=mace"
    answer = await police.post(f"/actions/{action}/updates", word(back="list", filters=here))
    assert answer.headers["location"] == here
    other = await police_action()
    away = await police.post(
        f"/actions/{other}/updates", word(back="list", filters="https://example.com/?whose=panels")
    )
    assert away.headers["location"] == "/actions"


async def test_htmx_gets_the_list_with_the_finished_action_where_it_stood(
    sign_in: SignIn, police_action: MakeAction
) -> None:
    first = await police_action(due_on=date(2026, 6, 1))
    await police_action(due_on=date(2026, 6, 5))
    police = await sign_in("police")
    answer = await police.post(f"/actions/{first}/updates", word(back="list"), headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="my-actions">')
    assert f'hw-act--just" id="action-{first}"' in answer.text
    assert "1 overdue" in answer.text
