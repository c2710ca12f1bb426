"""One word on several actions: checked before, all or none, each with its own entry."""

from datetime import date
from typing import Any

from app import database
from tests import builders
from tests.actions.conftest import MakeAction, stored
from tests.conftest import Cast, SignIn


def said(actions: list[int], move: str = "complete", **changed: Any) -> dict[str, Any]:
    chosen = [f"{action}:1" for action in actions]
    return {"chosen": chosen, "move": move, "note": "Agreed by phone", "submission_key": "k"} | changed


async def test_all_are_updated_after_a_check_each_with_its_own_entry(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    actions = [await police_action() for _ in range(3)]
    officer = await sign_in("officer")
    listed = (await officer.get("/actions/several")).text
    assert all(f'value="{action}:1"' in listed for action in actions)
    check = await officer.post("/actions/several", said(actions))
    assert "Check before 3 actions are updated" in check.text
    assert (await stored(actions[0]))["status"] == "issued"
    for _ in range(2):
        assert (await officer.post("/actions/several/confirmation", said(actions))).status_code == 303
    for action in actions:
        assert (await stored(action))["status"] == "completed"
    entries = await database.fetch("SELECT about_ids FROM history_entry WHERE kind = 'action completed'")
    assert sorted(one["about_ids"] for one in entries) == [[action] for action in actions]
    assert await database.fetch_value("SELECT count(*) FROM action_update WHERE status = 'completed'") == 3


async def test_none_is_updated_when_one_has_moved_and_that_one_is_named(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    actions = [await police_action() for _ in range(3)]
    await (await sign_in("police")).post(
        f"/actions/{actions[1]}/updates", {"move": "complete", "version": 1, "note": "Seen today"}
    )
    officer = await sign_in("officer")
    answer = await officer.post("/actions/several/confirmation", said(actions, "leave-undone"))
    assert answer.status_code == 409
    assert f"because action {actions[1]} has changed meanwhile" in answer.text
    assert f"{cast.police.name} marked this as done" in answer.text
    assert "Agreed by phone" in answer.text
    assert [(await stored(action))["status"] for action in actions] == ["issued", "completed", "issued"]


async def test_more_time_for_several_tells_each_owner_once(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    actions = [await police_action(date(2026, 6, 12)), await police_action(date(2026, 6, 25))]
    officer = await sign_in("officer")
    early = said(actions, "more-time", until="2026-06-20")
    assert (
        f"no more time to action {actions[1]}"
        in (await officer.post("/actions/several/confirmation", early)).text
    )
    await (await sign_in("police")).post(
        f"/actions/{actions[0]}/more-time", {"until": "2026-06-18", "why": "School is closed"}
    )
    done = await officer.post("/actions/several/confirmation", said(actions, "more-time", until="30/6/2026"))
    assert done.status_code == 303
    for action in actions:
        assert (await stored(action))["due_on"] == date(2026, 6, 30)
    assert await database.fetch_value("SELECT count(*) FROM action_extension WHERE answer = ''") == 0
    mail = await database.fetch("SELECT person_id, body FROM outbox_message")
    assert [one["person_id"] for one in mail] == [cast.police.person_id]
    assert all(f"/actions/{action}" in mail[0]["body"] for action in actions)


async def test_what_is_missing_is_asked_for_and_what_is_not_theirs_is_not_found(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    action = await police_action()
    officer = await sign_in("officer")
    for given, sentence in (
        (said([]), "Choose at least one action"),
        (said([action], ""), "Choose what happened"),
        (said([action], "leave-undone", note=""), "Say why this was not done"),
        (said([action], "more-time"), "Enter the date until which"),
    ):
        for address in ("/actions/several", "/actions/several/confirmation"):
            answer = await officer.post(address, given)
            assert answer.status_code == 422
            assert sentence in answer.text
    # where the list stood is sent along: what is no address leads to the list as it opens
    strange = said([action], "start") | {"filters": "http://["}
    assert (await officer.post("/actions/several", strange)).status_code == 200
    assert (await officer.post("/actions/several/confirmation", strange)).status_code == 303
    again = {"back": "list", "filters": "//[x"}
    assert (await officer.post(f"/actions/{action}/updates", again)).status_code == 422
    item = await builders.an_item(await builders.a_meeting(), None, restricted=True)
    hidden = await police_action(agenda_item=item)
    assert (await officer.post("/actions/several", said([action, hidden]))).status_code == 404
    assert (await (await sign_in("chair")).post("/actions/several", said([action]))).status_code == 403
