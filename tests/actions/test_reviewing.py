"""Earlier actions at a panel's next meetings: what comes, what is said of each, what the record keeps."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import database
from app.access import Identity
from app.actions.carried.queries import actions_of
from app.actions.imports import ACTIONS
from app.actions.queries import action_for
from app.actions.reviewing.changes import review_action
from app.actions.reviewing.queries import actions_to_review, carried_to_meeting, reviewed_for_minutes
from app.actions.reviewing.rules import Said, ToReview
from app.actions.timeline.queries import moments_of_action
from app.actions.updates.changes import Word, update_action
from app.episodes.imports.running import run_import
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused
from app.minutes.discussion.rules import Said as Discussed
from app.minutes.fixed_text.rules import MinutedItem, MinutesHead, content_of, without
from app.minutes.reviewed.rules import ReviewedAction, sources_of_reviews
from app.panels.handed_in import handed_in
from app.panels.meetings.queries import meeting_for
from tests import builders
from tests.actions.conftest import MakeAction, Room, stored
from tests.conftest import Cast, SignIn, TestClock

BASE = "http://testserver"
NEXT = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)


@pytest.fixture
async def following(room: Room) -> int:
    """The panel's next meeting, begun an hour ago, with the same child on its agenda."""
    await database.execute(
        "UPDATE meeting SET status = 'held', ended_at = starts_at WHERE id = $1", room.meeting
    )
    meeting = await builders.a_meeting("mace", NEXT, status="agenda-issued")
    await builders.an_item(meeting, room.child)
    return meeting


async def say(
    who: Identity, meeting: int, action: int, said: Said, clock: TestClock, version: int = 0
) -> None:
    await review_action(who, meeting, action, said, version, now=clock.now, base_url=BASE)


async def coming(who: Identity, meeting: int) -> list[ToReview]:
    return await actions_to_review(who, await meeting_for(who, meeting))


async def messages() -> list[dict[str, Any]]:
    return await database.fetch("SELECT * FROM outbox_message ORDER BY id")


async def test_an_unfinished_action_comes_with_its_whole_history(
    cast: Cast, room: Room, following: int, police_action: MakeAction, clock: TestClock
) -> None:
    action = await police_action(issued_at=datetime(2026, 6, 9, 9, 30, tzinfo=UTC))
    word = Word("start", "Visited, nobody in", 1)
    await update_action(cast.police, action, word, now=datetime(2026, 6, 9, 15, tzinfo=UTC))
    await say(cast.chair, following, action, Said("chased", "Try in the evening"), clock)
    await database.execute("UPDATE meeting SET status = 'held', ended_at = $2 WHERE id = $1", following, NEXT)
    passed_over = await builders.a_meeting("mace", NEXT + timedelta(days=7), status="held", ended_at=NEXT)
    later = await builders.a_meeting("mace", NEXT + timedelta(days=14))
    [one] = await carried_to_meeting(cast.health, later, date(2026, 6, 24))
    assert one.history == (
        f"9 June 2026: Issued to {cast.police.name}, {cast.police.agency_name}, due 20 June 2026",
        f"9 June 2026: In progress – Visited, nobody in ({cast.police.name})",
        "10 June 2026: Meeting: Chased – Try in the evening",
    )
    assert (one.not_looked_at, one.is_overdue, one.said) == ("Not looked at on 17 June", True, "")
    assert one.url == f"/actions/{action}"
    assert passed_over
    assert await handed_in.actions_looked_at(cast.health, later) == "0 of 1 action looked at"


async def test_it_stands_under_its_child_its_place_or_the_open_actions(
    sign_in: SignIn, cast: Cast, room: Room, following: int, police_action: MakeAction
) -> None:
    await builders.an_item(following, None, kind="place", title="Harbour  car park")
    await builders.an_item(
        following, None, kind="standing", title="Open actions", standing_key="open-actions"
    )
    place = await builders.an_item(room.meeting, None, kind="place", title="harbour car park")
    elsewhere = await builders.a_child()
    await police_action(text="Of the child")
    await police_action(text="Of the place", child=None, agenda_item=place)
    await police_action(text="Of a closed case", child=elsewhere, agenda_item=None)
    await police_action(text="Of nothing", child=None, agenda_item=None)
    page = (await (await sign_in("chair")).get(f"/meetings/{following}/action-reviews")).text
    under = {part.split("<span")[0].strip().split(">")[-1].strip(): part for part in page.split("<h2")[1:]}
    name = await database.fetch_value("SELECT name FROM child WHERE id = $1", room.child)
    assert "Of the child" in under[name]
    assert "Of the place" in under["Harbour  car park"]
    assert "Of a closed case" in under["Open actions"]
    assert "Of nothing" in under["Open actions"]
    assert "0 of 4 actions looked at" in page


async def test_each_view_does_what_it_says(
    cast: Cast, room: Room, following: int, police_action: MakeAction, clock: TestClock
) -> None:
    accepted, chased, moved, dropped, left = [await police_action() for _ in range(5)]
    await say(cast.minute_taker, following, accepted, Said("accepted"), clock)
    await say(cast.chair, following, chased, Said("chased", "By Friday"), clock)
    to_health = f"person-{cast.health.person_id}"
    said = Said("re-set", "Moved to health", date(2026, 7, 1), to_health)
    await say(cast.officer, following, moved, said, clock)
    await say(cast.chair, following, dropped, Said("dropped", "The child has moved away"), clock)
    await say(cast.chair, following, left, Said("left", "The officer is ill"), clock)
    found = {one.action.id: one for one in await coming(cast.chair, following)}
    assert {one.review.view for one in found.values() if one.review} == {
        "accepted",
        "chased",
        "re-set",
        "dropped",
        "left",
    }
    assert found[left].review
    assert found[left].review.words == f"Left for the next meeting by {cast.chair.name}"
    row = await stored(moved)
    assert (row["due_on"], row["original_due_on"], row["owner"], row["agency"]) == (
        date(2026, 7, 1),
        date(2026, 6, 20),
        cast.health.person_id,
        cast.health.agency_id,
    )
    assert (await stored(dropped))["status"] == "not-done"
    told_there = [one.title for one in await moments_of_action(moved)]
    assert told_there == [
        f"The panel re-set it: now due Wednesday 1 July 2026, now with {cast.health.name}, {cast.health.agency_name}"
    ]
    assert (await stored(accepted))["status"] == (await stored(left))["status"] == "issued"
    told = [(one["recipient"], one["subject"]) for one in await messages()]
    assert told == [
        (cast.police.email, f"The panel asks after action {chased}"),
        (cast.health.email, f"Changed: action {moved}"),
        (cast.police.email, f"Dropped: action {dropped}"),
    ]
    assert not any("Friday" in one["body"] or "moved" in one["body"] for one in await messages())


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said("praised"), "view"),
        (Said("left"), "note"),
        (Said("dropped", " "), "note"),
        (Said("re-set", "why"), "due_on"),
        (Said("re-set", "", date(2026, 7, 1)), "note"),
        (Said("re-set", "why", date(2026, 6, 9)), "due_on"),
        (Said("re-set", "why", date(2036, 7, 1)), "due_on"),
        (Said("re-set", "why", None, "person-99999"), "owner"),
        (Said("re-set", "why", None, "somebody"), "owner"),
        (Said("chased", "x" * 2001), "note"),
    ],
)
async def test_what_cannot_be_said_names_the_field_and_changes_nothing(
    cast: Cast, following: int, police_action: MakeAction, clock: TestClock, said: Said, field: str
) -> None:
    action = await police_action()
    with pytest.raises(Refused) as refused:
        await say(cast.chair, following, action, said, clock)
    assert list(refused.value.errors) == [field]
    assert (await stored(action))["version"] == 1
    assert not await messages()


async def test_a_draft_can_say_something_else_and_takes_back_what_it_had_moved(
    cast: Cast, following: int, police_action: MakeAction, clock: TestClock
) -> None:
    action = await police_action(status="in-progress")
    owner = f"agency-{cast.health.agency_id}"
    await say(cast.chair, following, action, Said("re-set", "why", date(2026, 7, 1), owner), clock)
    with pytest.raises(MovedOn, match="Re-set"):
        await say(cast.minute_taker, following, action, Said("accepted"), clock)
    await say(cast.minute_taker, following, action, Said("accepted"), clock, version=1)
    row = await stored(action)
    assert (row["due_on"], row["owner"], row["agency"], row["status"]) == (
        date(2026, 6, 20),
        cast.police.person_id,
        cast.police.agency_id,
        "in-progress",
    )
    await say(cast.chair, following, action, Said("dropped", "Not needed"), clock, version=2)
    with pytest.raises(MovedOn, match="issue it again"):
        await say(cast.chair, following, action, Said("accepted"), clock, version=3)
    await say(cast.chair, following, action, Said("dropped", "Not needed any more"), clock, version=3)
    await builders.insert("minutes", meeting=following, status="with-chair")
    with pytest.raises(MovedOn, match="with the chair"):
        await say(cast.chair, following, action, Said("dropped", "Again"), clock, version=4)
    past = await database.fetch_value("SELECT count(*) FROM action_review_past")
    assert past == 3, "whatever was recorded before is kept"


async def test_what_was_accepted_and_then_left_comes_to_the_next_meeting_after_all(
    cast: Cast, following: int, police_action: MakeAction, clock: TestClock
) -> None:
    action = await police_action()
    await update_action(cast.police, action, Word("complete", "Done", 1), now=clock.now)
    await say(cast.chair, following, action, Said("accepted"), clock)
    await database.execute("UPDATE meeting SET status = 'held', ended_at = $2 WHERE id = $1", following, NEXT)
    later = await builders.a_meeting("mace", NEXT + timedelta(days=7))
    assert await coming(cast.chair, later) == []
    await say(cast.chair, following, action, Said("left", "Nobody had seen it"), clock, version=1)
    assert [one.action.id for one in await coming(cast.chair, later)] == [action]


async def test_nothing_is_recorded_before_or_without_a_meeting_nor_by_others(
    cast: Cast, room: Room, following: int, police_action: MakeAction, clock: TestClock
) -> None:
    action = await police_action()
    for who in (cast.police, cast.manager):
        with pytest.raises(Forbidden):
            await say(who, following, action, Said("accepted"), clock)
    with pytest.raises(Invisible):
        await say(cast.chair, room.meeting, action, Said("accepted"), clock)
    clock.now = NEXT - timedelta(hours=1)
    with pytest.raises(MovedOn, match="at the meeting"):
        await say(cast.chair, following, action, Said("accepted"), clock)
    clock.now = NEXT + timedelta(hours=1)
    await say(cast.chair, following, action, Said("dropped", "Not needed"), clock)
    await database.execute("UPDATE meeting SET status = 'cancelled' WHERE id = $1", following)
    assert await coming(cast.chair, following) == []
    later = await builders.a_meeting("mace", NEXT + timedelta(days=7))
    assert [one.action.id for one in await coming(cast.chair, later)] == [action], (
        "what it said settles nothing"
    )


async def test_the_minutes_tell_what_was_said_and_the_earlier_ones_stay_as_they_were(
    cast: Cast, room: Room, following: int, police_action: MakeAction, clock: TestClock
) -> None:
    action = await police_action()
    before = await actions_of(room.meeting)
    await builders.insert(
        "action_handover",
        action=action,
        person=cast.police.person_id,
        made_at=NEXT - timedelta(hours=2),
        from_owner=cast.police.person_id,
        to_owner=cast.officer.person_id,
        reason="On leave",
    )
    await database.execute("UPDATE action SET owner = $2 WHERE id = $1", action, cast.officer.person_id)
    said = Said("re-set", "More time", date(2026, 7, 1), f"person-{cast.health.person_id}")
    await say(cast.chair, following, action, said, clock)
    assert await actions_of(room.meeting) == before
    [told] = await reviewed_for_minutes(following)
    assert (told.whose, told.due_on, told.note) == (
        f"{cast.officer.name}, {cast.police.agency_name}",
        "2026-06-20",
        "More time",
    )
    assert told.view == (
        "Re-set: due 1 July 2026 instead of 20 June 2026 and now with "
        f"{cast.health.name}, {cast.health.agency_name}"
    )
    current = await action_for(cast.chair, action)
    word = Word("complete", "Done by health", current.version)
    await update_action(cast.health, action, word, now=clock.now)
    assert await reviewed_for_minutes(following) == [told]


def test_minutes_leave_out_what_was_said_of_actions_behind_closed_doors() -> None:
    head = MinutesHead(1, "MACE", "mace", NEXT, False, None, "", "", "", "", ())
    item = MinutedItem(5, 1, "child", "", 3, "CH-1", "", "", Discussed(outcome="not-reached"))
    open_one, closed, apart = (
        ReviewedAction(number, item_id, source, "Text", "Police", "2026-06-20", "Accepted")
        for number, item_id, source in ((1, 5, 50), (2, 5, 60), (3, None, 70))
    )
    content = content_of(head, [item], [], None, [open_one, closed, apart])
    assert sources_of_reviews(content) == {50, 60, 70}
    seen = without(content, {}, [], lambda mark: True, {60, 70})
    assert [one["id"] for one in seen["items"][0]["reviews"]] == [1]
    assert "reviews" not in seen
    hidden = without(content, {5: "Item"}, [], lambda mark: True)
    assert "reviews" not in hidden["items"][0]
    plain = json.dumps(content_of(head, [item], [], None))
    assert "reviews" not in plain, "minutes without any read and hash as before"


async def test_actions_of_a_restricted_item_come_only_to_those_who_may_see_it(
    sign_in: SignIn, cast: Cast, room: Room, following: int, police_action: MakeAction, clock: TestClock
) -> None:
    closed = await builders.an_item(
        room.meeting, None, kind="standing", title="Behind the door", restricted=True
    )
    action = await police_action(
        agenda_item=closed, child=None, owner=None, agency=cast.outsider.agency_id, text="Secret step"
    )
    assert [one.action.id for one in await coming(cast.chair, following)] == [action]
    assert await coming(cast.health, following) == []
    with pytest.raises(Invisible):
        await say(cast.minute_taker, following, action, Said("accepted"), clock)
    health = await sign_in("health")
    assert "Secret step" not in (await health.get(f"/meetings/{following}/action-reviews")).text
    assert (await health.get(f"/meetings/{following}/action-reviews/{action}")).status_code == 404
    assert "Secret step" not in (await health.get(f"/meetings/{following}/agenda")).text


async def test_what_stands_under_a_restricted_item_alone_is_shown_under_no_other_line(
    sign_in: SignIn, cast: Cast, room: Room, following: int, police_action: MakeAction
) -> None:
    await builders.an_item(
        following, None, kind="standing", title="Open actions", standing_key="open-actions"
    )
    place = await builders.an_item(room.meeting, None, kind="place", title="harbour car park")
    of_child = await police_action(text="Agreed in the open")
    of_place = await police_action(text="Light the car park", child=None, agenda_item=place)
    assert [one.action.id for one in await coming(cast.health, following)] == [of_child, of_place]
    await builders.an_item(following, None, kind="place", title="Harbour car park", restricted=True)
    await database.execute(
        "UPDATE agenda_item SET restricted = true WHERE meeting = $1 AND child = $2", following, room.child
    )
    assert [one.action.id for one in await coming(cast.chair, following)] == [of_child, of_place]
    assert await coming(cast.health, following) == []


async def test_the_form_keeps_what_was_typed_and_is_taken_once(
    sign_in: SignIn, cast: Cast, room: Room, following: int, police_action: MakeAction
) -> None:
    action = await police_action()
    taker = await sign_in("minute_taker")
    address = f"/meetings/{following}/action-reviews/{action}"
    wrong = await taker.post(address, {"view": "re-set", "note": "Because of school", "due_on": "2026-06-01"})
    assert wrong.status_code == 422
    assert "Because of school" in wrong.text
    assert "on or after the meeting" in wrong.text
    form = {"view": "chased", "note": "Please call", "submission_key": "once"}
    for _ in range(2):
        answer = await taker.post(address, form)
        assert (answer.status_code, answer.headers["location"].split("#")[0]) == (
            303,
            f"/meetings/{following}/action-reviews",
        )
    assert len(await messages()) == 1
    stale = await taker.post(address, {"view": "accepted", "note": "My words", "version": "0"})
    assert stale.status_code == 409
    assert "Chased" in stale.text
    assert "My words" in stale.text
    part = await taker.post(
        address, {"view": "accepted", "version": "1"}, headers={"HX-Request": "true", "Accept": "text/html"}
    )
    assert part.status_code == 200
    assert "1 of 1 action looked at" in part.text
    assert "<h1" not in part.text
    item = await database.fetch_value("SELECT id FROM agenda_item WHERE meeting = $1", following)
    assert (
        "Visit at the placement"
        in (await taker.get(f"/meetings/{following}/items/{item}/action-reviews")).text
    )
    meeting_page = (await taker.get(f"/meetings/{following}")).text
    assert "1 of 1 action looked at" in meeting_page


async def test_an_older_log_does_not_undo_what_a_meeting_set(
    cast: Cast, room: Room, following: int, police_action: MakeAction, clock: TestClock
) -> None:
    action = await police_action(action_ref="A-1")
    said = Said("re-set", "why", date(2026, 7, 1), f"person-{cast.health.person_id}")
    await say(cast.chair, following, action, said, clock)
    header = "action_ref,panel,action,owner_email,agency,issued_on,due_on"
    line = f"A-1,mace,Visit at home,{cast.police.email},Exampleshire Police,2026-06-09,2026-06-20"
    await run_import(ACTIONS, f"{header}\n{line}\n".encode(), who_id=None, now=clock.now, dry_run=False)
    row = await stored(action)
    assert (row["due_on"], row["owner"], row["agency"], row["text"]) == (
        date(2026, 7, 1),
        cast.health.person_id,
        cast.health.agency_id,
        "Visit at home",
    )
