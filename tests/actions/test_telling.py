"""How owners hear of actions: one mail for each of them and item, posts and covers, mending and withdrawing."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app import database
from app.actions.jobs import let_news_of_actions_go
from app.house import House
from app.outbox.changes import lease_messages
from tests import builders
from tests.actions.conftest import Room, stored
from tests.conftest import Browser, Cast, SignIn, TestClock

Issue = Callable[..., Awaitable[int]]


@pytest.fixture
async def issue(sign_in: SignIn, cast: Cast, room: Room) -> Issue:
    """Issues an action to the police member, three working days ahead, and returns its id."""
    taker, made = await sign_in("minute_taker"), iter(range(100))

    async def one(status: int = 303, **changed: Any) -> int:
        form = {
            "text": "Ask the school for attendance since Easter",
            "owner": f"person-{cast.police.person_id}",
            "due_on": "3 working days",
            "submission_key": f"form-{next(made)}",
        }
        answer = await taker.post(room.address, form | changed)
        assert answer.status_code == status, answer.text
        return int(await database.fetch_value("SELECT coalesce(max(id), 0) FROM action"))

    return one


async def messages() -> list[dict[str, Any]]:
    return await database.fetch("SELECT * FROM outbox_message ORDER BY id")


async def due_messages(now: datetime) -> int:
    return int(await database.fetch_value("SELECT count(*) FROM outbox_message WHERE run_at <= $1", now))


async def test_three_actions_to_one_person_under_one_item_make_one_mail(
    issue: Issue, house: House, clock: TestClock, room: Room, cast: Cast
) -> None:
    actions = [await issue() for _ in range(3)]
    await issue(owner=f"person-{cast.health.person_id}")
    [police, health] = await messages()
    assert (police["recipient"], health["recipient"]) == (cast.police.email, cast.health.email)
    assert police["subject"] == "3 actions, the first due Monday 15 June 2026"
    assert all(f"/actions/{action}\n" in police["body"] for action in actions)
    assert await due_messages(clock.now) == await let_news_of_actions_go(house) == 0
    assert await due_messages(clock.now + timedelta(minutes=3)) == 2
    await builders.insert("discussion", agenda_item=room.item, outcome="discussed")
    assert await let_news_of_actions_go(house) == 2
    assert await due_messages(clock.now) == 2


async def test_no_mail_waits_beyond_the_meetings_end_and_urgent_ones_wait_for_nothing(
    issue: Issue, house: House, clock: TestClock, room: Room
) -> None:
    clock.now = datetime(2026, 6, 9, 10, 59, tzinfo=UTC)  # the meeting ends at 11
    await issue()
    assert (await messages())[0]["run_at"] == datetime(2026, 6, 9, 11, 0, tzinfo=UTC)
    await issue(priority="urgent")
    [message] = await messages()
    assert message["subject"].startswith("Urgent: 2 actions")
    assert message["run_at"] == clock.now
    assert len(await lease_messages(clock.now)) == 1
    clock.now += timedelta(seconds=20)
    await issue()
    await database.execute(
        "UPDATE meeting SET status = 'held', ended_at = $2 WHERE id = $1", room.meeting, clock.now
    )
    assert await let_news_of_actions_go(house) == 1
    await issue()
    assert len(await messages()) == 3  # a mail on its way, and one after the end, take no more
    assert (await messages())[2]["run_at"] == clock.now


async def test_a_posts_action_is_with_its_holder_and_open_to_its_cover(
    issue: Issue, sign_in: SignIn, cast: Cast, room: Room, clock: TestClock
) -> None:
    post = await builders.insert(
        "post",
        agency=cast.police.agency_id,
        name="Duty desk",
        holder=cast.police.person_id,
        cover=cast.outsider.person_id,
    )
    action = await issue(owner=f"post-{post}")
    assert [message["recipient"] for message in await messages()] == [cast.police.email]
    page = (await (await sign_in("chair")).get(room.address)).text
    assert f"Duty desk, {cast.police.agency_name} ({cast.police.name}, cover {cast.outsider.name})" in page
    cover = await sign_in("outsider")
    opened = await cover.get(f"/actions/{action}")
    assert opened.text.index("Acknowledge<") < opened.text.index("How does action")
    answer = await cover.post(f"/actions/{action}/updates", {"acknowledge": "yes", "version": 1})
    assert (answer.status_code, (await stored(action))["status"]) == (303, "acknowledged")
    await database.execute(
        "UPDATE person SET disabled_at = $2 WHERE id = $1", cast.police.person_id, clock.now
    )
    await issue(owner=f"post-{post}")
    assert (await messages())[-1]["recipient"] == cast.outsider.email


async def test_what_nobody_would_hear_of_is_not_issued(
    issue: Issue, sign_in: SignIn, cast: Cast, room: Room
) -> None:
    before = await database.fetch_value("SELECT count(*) FROM action")
    agency = cast.outsider.agency_id
    empty_post = await builders.insert("post", agency=agency, name="Night desk")
    chair = await sign_in("chair")
    for owner in (f"agency-{agency}", f"post-{empty_post}"):
        answer = await chair.post(room.address, {"text": "Visit at home", "owner": owner, "due_on": "Friday"})
        assert answer.status_code == 422
        assert "Nobody would hear of it" in answer.text
        assert "ask an administrator to name the agency’s lead" in answer.text
    assert await database.fetch_value("SELECT count(*) FROM action") == before
    assert await messages() == []
    await database.execute("UPDATE person SET roles = '{agency-lead}' WHERE id = $1", cast.outsider.person_id)
    await issue(owner=f"agency-{agency}")
    assert [message["recipient"] for message in await messages()] == [cast.outsider.email]


async def test_a_mistake_is_mended_before_anybody_reads_of_it(
    issue: Issue, sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    action = await issue(text="Ask the scool")
    chair = await sign_in("chair")
    page = await chair.get(f"/actions/{action}/amendment")
    assert "Ask the scool" in page.text
    mended = {
        "text": "Ask the school",
        "owner": f"person-{cast.health.person_id}",
        "due_on": "2 weeks",
        "version": 1,
    }
    assert (await chair.post(f"/actions/{action}/amendment", mended)).status_code == 303
    row = await stored(action)
    assert (row["text"], row["owner"], row["agency"]) == (
        "Ask the school",
        cast.health.person_id,
        cast.health.agency_id,
    )
    assert row["due_on"] == row["original_due_on"] == clock.now.date() + timedelta(days=14)
    [message] = await messages()  # the police never heard of it
    assert (message["recipient"], message["subject"]) == (
        cast.health.email,
        f"Action {action}, due Wednesday 24 June 2026",
    )
    past = await database.fetch_value("SELECT \"row\" ->> 'text' FROM action_past WHERE id = $1", action)
    assert past == "Ask the scool"
    assert "Ask the scool" in (await chair.get(f"/actions/{action}")).text
    stale = await chair.post(f"/actions/{action}/amendment", mended)
    assert (stale.status_code, "changed this action while you were writing" in stale.text) == (409, True)


async def test_after_the_mail_went_everybody_is_told_what_changed(
    issue: Issue, sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    action = await issue()
    clock.now += timedelta(minutes=5)
    await lease_messages(clock.now)
    chair = await sign_in("chair")
    form = {
        "text": "Ask the school",
        "owner": f"person-{cast.health.person_id}",
        "due_on": "Friday",
        "version": 1,
    }
    await chair.post(f"/actions/{action}/amendment", form)
    assert (await chair.post(f"/actions/{action}/withdrawal", {"version": 2})).status_code == 422
    await chair.post(f"/actions/{action}/withdrawal", {"version": 2, "reason": "Agreed at another panel"})
    assert (await stored(action))["status"] == "withdrawn"
    told = [(message["recipient"], message["subject"]) for message in await messages()]
    assert told[1:] == [(cast.police.email, f"Action {action} is no longer with you")]
    assert "Agreed at another panel" in (await (await sign_in("chair")).get(f"/actions/{action}")).text


async def test_nobody_mends_what_was_taken_up(issue: Issue, sign_in: SignIn, cast: Cast) -> None:
    action = await issue()
    await (await sign_in("police")).post(f"/actions/{action}/updates", {"acknowledge": "yes", "version": 1})
    chair = await sign_in("chair")
    sentence = f"{cast.police.name} took this up on"
    assert sentence in (await chair.get(f"/actions/{action}/amendment")).text
    form = {"text": "Other", "owner": f"person-{cast.health.person_id}", "due_on": "Friday", "version": 2}
    for address, given in (("amendment", form), ("withdrawal", {"reason": "why", "version": 2})):
        answer = await chair.post(f"/actions/{action}/{address}", given)
        assert (answer.status_code, sentence in answer.text) == (409, True)
    assert (await (await sign_in("health")).get(f"/actions/{action}/amendment")).status_code == 403


async def test_prompts_come_while_typing_and_never_stand_in_the_way(
    issue: Issue, sign_in: SignIn, room: Room
) -> None:
    taker: Browser = await sign_in("minute_taker")
    typed = {"text": "Ensure she is safe and well", "due_on": "20 June 2026"}
    answer = await taker.post(f"{room.address}/prompts", typed, headers={"HX-Request": "true"})
    assert "“Ensure” can mean many things" in answer.text
    assert "Due Saturday 20 June 2026" in answer.text
    assert "The next working day is Monday 22 June 2026" in answer.text
    await builders.a_meeting("mace", datetime(2026, 6, 23, 9, 0, tzinfo=UTC), status="planned")
    coming = {"text": "Visit at home and at school", "due_on": "before next meeting", "owner": "agency-1"}
    answer = await taker.post(f"{room.address}/prompts", coming, headers={"HX-Request": "true"})
    assert "Due Monday 22 June 2026" in answer.text
    action = await issue(text="Ensure she is safe and well", due_on="before next meeting")
    assert str((await stored(action))["due_on"]) == "2026-06-22"
    await database.execute("UPDATE meeting SET starts_at = '2026-06-16 09:00+00' WHERE id = $1", room.meeting)
    action = await issue(due_on="3 working days")  # written down before the meeting that agrees it
    assert str((await stored(action))["due_on"]) == "2026-06-19"


async def test_an_agency_lead_looks_after_their_own_agency_alone(sign_in: SignIn, cast: Cast) -> None:
    await database.execute("UPDATE person SET roles = '{agency-lead}' WHERE id = $1", cast.police.person_id)
    sergeant = await builders.insert(
        "person", email="sergeant@example.org", name="Sam Sergeant", agency=cast.police.agency_id
    )
    lead = await sign_in("police")
    here = f"/agencies/{cast.police.agency_id}"
    assert "No posts yet" in (await lead.get(here)).text
    assert here in (await lead.get("/account")).text
    assert (await lead.get(f"/agencies/{cast.health.agency_id}")).status_code == 403
    assert (await (await sign_in("health")).get(here)).status_code == 403
    desk = {"name": "Duty desk", "holder": sergeant, "cover": cast.police.person_id}
    assert (await lead.post(f"{here}/posts", desk)).status_code == 303
    again = await lead.post(f"{here}/posts", desk | {"name": "duty DESK"})
    assert (again.status_code, "a post of this name already" in again.text) == (422, True)
    wrong = await lead.post(f"{here}/posts", {"name": "Other", "holder": cast.health.person_id})
    assert "Choose somebody of this agency" in wrong.text
    assert [m["recipient"] for m in await messages()] == ["sergeant@example.org"]
    assert (
        await lead.post(f"{here}/lines", {"person": sergeant, "lead": cast.police.person_id})
    ).status_code == 303
    circle = await lead.post(f"{here}/lines", {"person": cast.police.person_id, "lead": sergeant})
    assert (circle.status_code, "leads Sam Sergeant already" in circle.text) == (422, True)
    post = await database.fetch_value("SELECT id FROM post")
    renamed = desk | {"name": "Front desk", "version": 1, "submission_key": "renamed"}
    ended = {"version": 2, "submission_key": "ended"}
    line = {"person": sergeant, "submission_key": "line"}
    for address, form in ((f"posts/{post}", renamed), ("lines", line), (f"posts/{post}/end", ended)):
        # pressed twice, each is done once and called done both times
        for _ in range(2):
            assert (await lead.post(f"{here}/{address}", form)).status_code == 303
    kinds = ["post changed", "line lead set", "post ended"]
    done = await database.fetch_value("SELECT count(*) FROM history_entry WHERE kind = ANY($1)", kinds)
    assert done == 4  # a line was set before, too
    assert (await lead.get(f"{here}/posts/{post}")).status_code == 404
