"""Preparing an agenda: accepted with the reason, left off with one, ordered, timed, and recorded as read."""

from datetime import UTC, datetime

import pytest

from app import database
from app.lifecycle import Forbidden, MovedOn, Refused
from app.panels.agenda.changes import (
    accept_proposed,
    add_child,
    add_standing_item,
    leave_off_proposed,
    move_item,
    set_order,
)
from tests import builders
from tests.conftest import Cast, SignIn, TestClock
from tests.panels.agenda.steps import children_on, count, facts, meeting_tomorrow, missing_child, on_agenda


async def test_an_accepted_child_keeps_the_reason_rule_and_episodes_of_that_moment(
    cast: Cast, clock: TestClock
) -> None:
    child, meeting = await missing_child(), await meeting_tomorrow()
    await accept_proposed(cast.chair, await facts(cast.chair, meeting), children=[child], now=clock.now)
    [item] = await on_agenda(meeting)
    episode = await database.fetch_one("SELECT id, episode_ref FROM episode WHERE child = $1", child)
    assert episode is not None
    assert item.reason == "missing from 8 to 9 June 2026"
    assert item.rule_version.startswith("missing-children-panel/")
    assert item.episode_ids == [episode["id"]]
    assert item.facts["episode_refs"] == [episode["episode_ref"]]
    assert item.added_by == "rule"
    await database.execute("UPDATE episode SET category = 'away' WHERE child = $1", child)
    assert (await on_agenda(meeting))[0].reason == item.reason


async def test_accept_all_takes_everything_that_is_proposed_once(cast: Cast, clock: TestClock) -> None:
    children = {await missing_child() for _ in range(5)}
    meeting = await meeting_tomorrow()
    for _ in range(2):
        await accept_proposed(cast.chair, await facts(cast.chair, meeting), everything=True, now=clock.now)
    assert len(await children_on(meeting)) == 5
    assert set(await children_on(meeting)) == children


async def test_a_child_the_rule_does_not_list_cannot_be_accepted(cast: Cast, clock: TestClock) -> None:
    stranger, meeting = await builders.a_child(), await meeting_tomorrow()
    with pytest.raises(Refused, match="no longer proposes"):
        await accept_proposed(
            cast.chair, await facts(cast.chair, meeting), children=[stranger], now=clock.now
        )
    assert await children_on(meeting) == []


async def test_leaving_a_proposed_child_off_needs_a_reason_and_keeps_both(
    cast: Cast, clock: TestClock
) -> None:
    child, meeting = await missing_child(), await meeting_tomorrow()
    at = await facts(cast.chair, meeting)
    with pytest.raises(Refused):
        await leave_off_proposed(cast.chair, at, field="child", value=str(child), reason=" ", now=clock.now)
    await leave_off_proposed(
        cast.chair, at, field="child", value=str(child), reason="Moved to another area", now=clock.now
    )
    row = await database.fetch_one("SELECT status, reason, left_off_reason FROM agenda_item")
    assert row == {
        "status": "left-off",
        "reason": "missing from 8 to 9 June 2026",
        "left_off_reason": "Moved to another area",
    }


async def test_two_who_decide_on_the_same_child_do_not_undo_each_other(cast: Cast, clock: TestClock) -> None:
    child, meeting = await missing_child(), await meeting_tomorrow()
    at = await facts(cast.chair, meeting)
    await accept_proposed(cast.chair, at, children=[child], now=clock.now)
    with pytest.raises(MovedOn):
        await leave_off_proposed(
            cast.officer, at, field="child", value=str(child), reason="Not ours", now=clock.now
        )
    assert await children_on(meeting) == [child]


async def test_left_off_and_deferred_items_can_be_put_back_at_the_end(cast: Cast, clock: TestClock) -> None:
    children = [await missing_child() for _ in range(3)]
    meeting = await meeting_tomorrow()
    await accept_proposed(cast.chair, await facts(cast.chair, meeting), children=children, now=clock.now)
    first = (await on_agenda(meeting))[0]
    at = await facts(cast.chair, meeting)
    await move_item(cast.chair, at, "defer", key=first.key, now=clock.now)
    assert len(await children_on(meeting)) == 2
    with pytest.raises(MovedOn):
        await move_item(cast.chair, at, "defer", key=first.key, now=clock.now)
    await move_item(cast.chair, at, "put back", key=first.key, now=clock.now)
    assert (await on_agenda(meeting))[-1].id == first.id


async def test_moving_up_and_down_and_timing_leave_nobody_out(cast: Cast, clock: TestClock) -> None:
    for _ in range(4):
        await missing_child()
    meeting = await meeting_tomorrow()
    await accept_proposed(cast.chair, await facts(cast.chair, meeting), everything=True, now=clock.now)
    a, b, c, d = [item.key for item in await on_agenda(meeting)]
    for key, way in [(a, "up"), (d, "up"), (a, "down"), (d, "down"), (d, "down"), (d, "sideways")]:
        await set_order(
            cast.chair,
            await facts(cast.chair, meeting),
            move=(key, way) if way != "sideways" else None,
            minutes={b: 25},
            was={b: 5},
            now=clock.now,
        )
    assert [item.key for item in await on_agenda(meeting)] == [b, a, c, d]
    assert {item.key: item.minutes for item in await on_agenda(meeting)} == {a: 5, b: 25, c: 5, d: 5}


async def test_minutes_that_two_people_changed_are_not_overwritten(cast: Cast, clock: TestClock) -> None:
    await missing_child()
    meeting = await meeting_tomorrow()
    await accept_proposed(cast.chair, await facts(cast.chair, meeting), everything=True, now=clock.now)
    [item] = await on_agenda(meeting)
    at = await facts(cast.chair, meeting)
    await set_order(cast.officer, at, move=None, minutes={item.key: 20}, was={item.key: 5}, now=clock.now)
    with pytest.raises(MovedOn, match="20 minutes"):
        await set_order(cast.chair, at, move=None, minutes={item.key: 30}, was={item.key: 5}, now=clock.now)
    assert (await on_agenda(meeting))[0].minutes == 20


async def test_by_hand_needs_a_reason_and_a_child_comes_once(cast: Cast, clock: TestClock) -> None:
    child, meeting = await builders.a_child(), await meeting_tomorrow()
    at = await facts(cast.chair, meeting)
    with pytest.raises(Refused):
        await add_child(cast.chair, at, child_id=child, reason="", now=clock.now)
    await add_child(cast.chair, at, child_id=child, reason="School is worried", now=clock.now)
    with pytest.raises(Refused, match="already"):
        await add_child(cast.chair, at, child_id=child, reason="Again", now=clock.now)
    await add_standing_item(cast.chair, at, title="Matters arising", minutes=None, now=clock.now)
    assert [(i.kind, i.added_by, i.minutes) for i in await on_agenda(meeting)] == [
        ("child", "hand", 5),
        ("standing", "hand", 5),
    ]


@pytest.mark.parametrize("name", ["minute_taker", "police", "manager", "admin", "outsider"])
async def test_only_chairs_and_officers_prepare(cast: Cast, clock: TestClock, name: str) -> None:
    child, meeting = await missing_child(), await meeting_tomorrow()
    at = await facts(cast.chair, meeting)
    with pytest.raises(Forbidden):
        await accept_proposed(getattr(cast, name), at, children=[child], now=clock.now)
    assert await count("agenda_item") == 0


async def test_a_settled_meeting_takes_no_more_changes(cast: Cast, clock: TestClock) -> None:
    child, meeting = await missing_child(), await meeting_tomorrow()
    before = await facts(cast.chair, meeting)
    await database.execute("UPDATE meeting SET status = 'cancelled' WHERE id = $1", meeting)
    with pytest.raises(MovedOn):
        await accept_proposed(cast.chair, before, children=[child], now=clock.now)
    with pytest.raises(Refused):
        await accept_proposed(cast.chair, await facts(cast.chair, meeting), children=[child], now=clock.now)
    assert await count("agenda_item") == 0


async def test_a_meeting_for_one_child_takes_no_other(cast: Cast, clock: TestClock) -> None:
    child, other = await missing_child(), await missing_child()
    meeting = await meeting_tomorrow(child=child)
    at = await facts(cast.chair, meeting)
    await accept_proposed(cast.chair, at, everything=True, now=clock.now)
    assert await children_on(meeting) == [child]
    with pytest.raises(Refused, match="one child"):
        await add_child(cast.chair, at, child_id=other, reason="As well", now=clock.now)


# The pages


async def test_the_page_names_children_with_reasons_and_records_the_read(sign_in: SignIn, cast: Cast) -> None:
    child = await missing_child(name="Saffron Sampleworth")
    meeting = await meeting_tomorrow()
    answer = await (await sign_in("chair")).get(f"/meetings/{meeting}/agenda")
    assert answer.status_code == 200
    assert "Saffron Sampleworth" in answer.text
    assert "Missing from 8 to 9 June 2026" in answer.text
    entry = await database.fetch_one(
        "SELECT about_ids, child_ids FROM history_entry WHERE kind = 'agenda read'"
    )
    assert entry == {"about_ids": [meeting], "child_ids": [child]}


async def test_what_is_proposed_comes_fifty_a_page_and_no_child_is_overlooked(sign_in: SignIn) -> None:
    children = {await missing_child() for _ in range(52)}
    meeting = await meeting_tomorrow()
    browser, agenda = await sign_in("chair"), f"/meetings/{meeting}/agenda"
    first, second = [(await browser.get(f"{agenda}?proposed={number}")).text for number in ("1", "2")]
    for text, shown in ((first, "1 to 50"), (second, "51 to 52")):
        assert f"52 proposed, {shown} shown here" in text
        assert "Accept all 52 proposed" in text
    on_first, on_second = (
        {child for child in children if f'name="child" value="{child}"' in text} for text in (first, second)
    )
    assert (len(on_first), len(on_second), on_first | on_second) == (50, 2, children)
    recorded = await database.fetch(
        "SELECT child_ids FROM history_entry WHERE kind = 'agenda read' ORDER BY id"
    )
    assert [set(row["child_ids"]) for row in recorded] == [on_first, on_second]
    for number in ("99", "0", "-1", "two"):
        text = (await browser.get(f"{agenda}?proposed={number}")).text
        assert ("51 to 52 shown" if number == "99" else "1 to 50 shown") in text

    # what is decided on a page leads back to it, and to the last one there is when it is empty
    child = min(on_second)
    refused = await browser.post(
        f"{agenda}/left-off?proposed=2", {"field": "child", "value": str(child), "reason": ""}
    )
    assert refused.status_code == 422
    assert "Enter why it is left off" in refused.text
    assert f'id="reason-child-{child}-error"' in refused.text
    for one in sorted(on_second):
        answer = await browser.post(f"{agenda}/items?proposed=2", {"child": str(one)})
        assert answer.headers["location"] == f"{agenda}?proposed=2"
    text = (await browser.get(f"{agenda}?proposed=2")).text
    assert "Proposed (50)" in text
    assert "shown here" not in text


async def test_looking_at_an_agenda_changes_no_row_but_the_record_of_reads(sign_in: SignIn) -> None:
    await missing_child()
    meeting = await meeting_tomorrow()
    await (await sign_in("chair")).get(f"/meetings/{meeting}/agenda")
    assert await count("agenda_item") == 0
    assert await count("meeting_past") == 0
    assert await count("history_entry WHERE kind <> 'agenda read'") == 0


async def test_members_see_nothing_of_an_agenda_before_it_is_issued(sign_in: SignIn) -> None:
    await missing_child(name="Saffron Sampleworth")
    meeting = await meeting_tomorrow()
    browser = await sign_in("police")
    answer = await browser.get(f"/meetings/{meeting}/agenda")
    assert "has not been issued yet" in answer.text
    assert "Saffron" not in answer.text
    for path in ("agenda/issue", "agenda/items/new"):
        assert (await browser.get(f"/meetings/{meeting}/{path}")).status_code == 403
    assert (await browser.post(f"/meetings/{meeting}/agenda/items", {"everything": "yes"})).status_code == 403


async def test_a_form_posted_twice_makes_one_item(sign_in: SignIn) -> None:
    meeting = await meeting_tomorrow()
    browser = await sign_in("chair")
    for _ in range(3):
        answer = await browser.post(
            f"/meetings/{meeting}/agenda/standing-items",
            {"title": "Matters arising", "item_minutes": "10", "submission_key": "one-press"},
        )
        assert answer.status_code == 303
    assert await count("agenda_item") == 1
    assert await count("history_entry WHERE kind = 'item added'") == 1


async def test_another_meetings_item_is_not_found(sign_in: SignIn, cast: Cast, clock: TestClock) -> None:
    child, meeting = await missing_child(), await meeting_tomorrow()
    other = await builders.a_meeting("mace")
    strange = await builders.an_item(other, child)
    browser = await sign_in("chair")
    for path in ("left-off", "deferred", "put-back"):
        answer = await browser.post(
            f"/meetings/{meeting}/agenda/{path}", {"key": str(strange), "reason": "Wrong panel"}
        )
        assert answer.status_code == 404
    status = await database.fetch_value("SELECT status FROM agenda_item WHERE id = $1", strange)
    assert status == "on-agenda"


async def test_a_child_nobody_proposed_or_named_cannot_be_fetched_by_its_number(sign_in: SignIn) -> None:
    secret = await builders.a_child(name="Secret Samplechild", child_ref="REF-77")
    meeting = await meeting_tomorrow()
    browser = await sign_in("chair")
    path = f"/meetings/{meeting}/agenda/items/new"
    answer = await browser.post(path, {"child_id": str(secret), "reason": "Curious"})
    assert answer.status_code == 404
    by_name = await browser.post(path, {"wanted": "Secret", "find": "yes"})
    assert "Secret Samplechild" not in by_name.text
    by_reference = await browser.post(path, {"wanted": "ref-77", "find": "yes"})
    assert "Secret Samplechild" in by_reference.text
    answer = await browser.post(
        path, {"wanted": "ref-77", "child_id": str(secret), "reason": "School is worried"}
    )
    assert answer.status_code == 303
    assert await children_on(meeting) == [secret]


@pytest.mark.parametrize("minutes", ["", "0", "241", "ten", "-5", "1.5"])
async def test_impossible_minutes_are_told_and_kept(sign_in: SignIn, cast: Cast, minutes: str) -> None:
    child, meeting = await missing_child(), await meeting_tomorrow()
    item = await builders.an_item(meeting, child)
    browser = await sign_in("chair")
    answer = await browser.post(
        f"/meetings/{meeting}/agenda/order", {f"minutes-{item}": minutes, f"was-{item}": "10"}
    )
    assert answer.status_code == 422
    assert "whole number from 1 to 240" in answer.text
    assert not minutes or f'value="{minutes}"' in answer.text
    assert (await on_agenda(meeting))[0].minutes == 10


async def test_leaving_off_without_a_reason_says_so_beside_the_item(sign_in: SignIn) -> None:
    child, meeting = await missing_child(), await meeting_tomorrow()
    answer = await (await sign_in("chair")).post(
        f"/meetings/{meeting}/agenda/left-off", {"field": "child", "value": str(child)}
    )
    assert answer.status_code == 422
    assert f'href="#reason-child-{child}"' in answer.text
    assert f'id="reason-child-{child}"' in answer.text


async def test_too_many_minutes_are_shown_in_words(sign_in: SignIn) -> None:
    child, meeting = await missing_child(), await meeting_tomorrow(length_minutes=60)
    await builders.an_item(meeting, child, minutes=75)
    answer = await (await sign_in("chair")).get(f"/meetings/{meeting}/agenda")
    assert "75 of 60 minutes" in answer.text
    assert "15 minutes over" in answer.text


async def test_htmx_gets_the_agenda_alone(sign_in: SignIn) -> None:
    meeting = await meeting_tomorrow()
    answer = await (await sign_in("chair")).get(f"/meetings/{meeting}/agenda", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div id="agenda"')
    assert "<!DOCTYPE" not in answer.text


async def test_places_that_recur_are_accepted_and_left_off_like_children(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    for day in (4, 11, 18):
        child = await builders.a_child()
        await builders.an_episode(
            child, datetime(2026, 5, day, 20, 0, tzinfo=UTC), found_at="Bus station", missing_from="Oak House"
        )
    meeting = await builders.a_meeting("multiple-missing-hotspots", datetime(2026, 6, 11, 9, 0, tzinfo=UTC))
    browser = await sign_in("chair")
    page = (await browser.get(f"/meetings/{meeting}/agenda")).text
    assert "Bus station" in page
    assert "Oak House" in page
    await browser.post(f"/meetings/{meeting}/agenda/items", {"place": "Bus station"})
    answer = await browser.post(
        f"/meetings/{meeting}/agenda/left-off",
        {"field": "place", "value": "Oak House", "reason": "Looked at last month"},
    )
    assert answer.status_code == 303
    rows = await database.fetch("SELECT kind, title, status, child FROM agenda_item ORDER BY title")
    assert rows == [
        {"kind": "place", "title": "Bus station", "status": "on-agenda", "child": None},
        {"kind": "place", "title": "Oak House", "status": "left-off", "child": None},
    ]
