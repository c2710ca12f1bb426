"""Handing an action over: to whom, what is kept, who is told."""

from typing import Any

from app import database
from tests import builders
from tests.actions.conftest import MakeAction, Room, stored
from tests.conftest import Cast, SignIn, TestClock


def given(to: int, **changed: Any) -> dict[str, Any]:
    return {"to": to, "reason": "On leave from Monday", "version": 1, "submission_key": "once"} | changed


async def a_colleague(cast: Cast, name: str = "Percy Patrol", **columns: Any) -> int:
    number = next(builders.numbers)
    return await builders.insert(
        "person",
        **{"email": f"p{number}@cast.example.org", "name": name, "agency": cast.police.agency_id} | columns,
    )


async def test_a_colleague_gets_it_is_told_and_the_old_owner_follows_it(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    action, colleague = await police_action(status="acknowledged"), await a_colleague(cast)
    police = await sign_in("police")
    assert "Percy Patrol" in (await police.get(f"/actions/{action}/handover")).text
    assert (await police.post(f"/actions/{action}/handover", given(colleague))).status_code == 303
    assert (await police.post(f"/actions/{action}/handover", given(colleague))).status_code == 303
    now = await stored(action)
    assert (now["owner"], now["status"], now["version"]) == (colleague, "issued", 2)
    mail = await database.fetch("SELECT person_id, subject, body FROM outbox_message")
    assert [one["person_id"] for one in mail] == [colleague]
    assert "On leave" not in mail[0]["body"]
    mine = (await police.get("/actions")).text
    assert "Handed over to Percy Patrol, who has not acknowledged it yet" in mine
    shown = (await police.get(f"/actions/{action}")).text
    assert "Handed over to Percy Patrol" in shown
    assert "On leave from Monday" in shown


async def test_it_goes_to_the_posts_cover_but_not_outside_the_agency_nor_past_a_restriction(
    sign_in: SignIn, cast: Cast, police_action: MakeAction, clock: TestClock, room: Room
) -> None:
    action, left = await police_action(), await a_colleague(cast, disabled_at=clock.now)
    police = await sign_in("police")
    for to in (left, cast.health.person_id, cast.police.person_id, 987654):
        answer = await police.post(f"/actions/{action}/handover", given(to))
        assert answer.status_code == 422
        assert "Choose somebody from the list" in answer.text
    assert "Say why" in (await police.post(f"/actions/{action}/handover", given(left, reason=" "))).text
    cover = await a_colleague(cast, "Cora Cover")
    post = await builders.insert(
        "post", agency=cast.police.agency_id, name="Duty desk", holder=cast.police.person_id, cover=cover
    )
    theirs = await police_action(owner=None, post=post)
    assert "Cora Cover, covers Duty desk" in (await police.get(f"/actions/{theirs}/handover")).text
    assert (await police.post(f"/actions/{theirs}/handover", given(cover))).status_code == 303
    assert (await stored(theirs))["owner"] == cover
    kept = await database.fetch_one("SELECT from_owner, from_post, to_owner FROM action_handover")
    assert kept == {"from_owner": None, "from_post": post, "to_owner": cover}
    await database.execute(
        "UPDATE agenda_item SET restricted = true, allowed_people = $2 WHERE id = $1",
        room.item,
        [cast.police.person_id],
    )
    past = await police.post(f"/actions/{action}/handover", given(cover, submission_key="past"))
    assert past.status_code == 422
    assert (await stored(action))["owner"] == cast.police.person_id


async def test_whoever_comes_second_is_told_of_the_handover(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    action, colleague = await police_action(), await a_colleague(cast)
    officer, police = await sign_in("officer"), await sign_in("police")
    await officer.post(f"/actions/{action}/handover", given(colleague))
    told = await database.fetch("SELECT person_id FROM outbox_message ORDER BY person_id")
    assert {one["person_id"] for one in told} == {colleague, cast.police.person_id}
    mine = given(colleague, submission_key="mine")
    assert (await police.post(f"/actions/{action}/handover", mine)).status_code == 403
    late = await officer.post(
        f"/actions/{action}/updates", {"move": "complete", "version": 1, "note": "Done"}
    )
    assert late.status_code == 409
    assert f"{cast.officer.name} handed this over on" in late.text
