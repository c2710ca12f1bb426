"""What comes forward by itself: deferred, not reached, lost to a cancellation, or with open actions, until settled."""

from datetime import date, timedelta

import pytest

from app import database
from app.panels.agenda.changes import accept_proposed, add_standing_item, move_item, set_order
from app.panels.carried.queries import carried_to
from app.panels.handed_in import OpenAction, handed_in
from app.panels.versions.changes import issue_agenda
from tests import builders
from tests.conftest import Cast, SignIn, TestClock
from tests.panels.agenda.steps import (
    SLUG,
    TOMORROW,
    children_on,
    count,
    facts,
    held_last_week,
    meeting_tomorrow,
    on_agenda,
)


@pytest.fixture
def minutes_say(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The items that the minutes call not reached."""
    not_reached: set[int] = set()

    async def items_not_reached(meeting_id: int) -> set[int]:
        rows = await database.fetch("SELECT id FROM agenda_item WHERE meeting = $1", meeting_id)
        return not_reached & {row["id"] for row in rows}

    monkeypatch.setattr(handed_in, "items_not_reached", items_not_reached)
    return not_reached


@pytest.fixture
def actions_open(monkeypatch: pytest.MonkeyPatch) -> dict[int, list[OpenAction]]:
    """The open actions by child."""
    found: dict[int, list[OpenAction]] = {}

    async def open_actions(child_ids: object, *_: object, **__: object) -> dict[int, list[OpenAction]]:
        return {child: found[child] for child in child_ids if child in found}  # type: ignore[attr-defined]

    monkeypatch.setattr(handed_in, "open_actions", open_actions)
    return found


def an_open_action(panel_id: int, is_overdue: bool = False) -> OpenAction:
    return OpenAction(
        1,
        "Visit",
        "Polly",
        "Police",
        date(2026, 6, 20),
        "issued",
        is_overdue,
        "/actions/1",
        panel_id=panel_id,
    )


async def words(cast: Cast, meeting: int) -> list[str]:
    return [one.words for one in await carried_to(await facts(cast.chair, meeting))]


async def test_items_not_reached_come_forward_and_others_do_not(cast: Cast, minutes_say: set[int]) -> None:
    reached, missed = await builders.a_child(), await builders.a_child()
    _, items = await held_last_week([reached, missed])
    minutes_say.add(items[1])
    meeting = await meeting_tomorrow()
    assert await words(cast, meeting) == ["Brought forward from 4 June: not reached"]


async def test_open_actions_of_this_panel_bring_their_child_forward(
    cast: Cast, actions_open: dict[int, list[OpenAction]]
) -> None:
    with_action, without, elsewhere = [await builders.a_child() for _ in range(3)]
    await held_last_week([with_action, without, elsewhere])
    ours = await builders.panel_id(SLUG)
    actions_open[with_action] = [an_open_action(ours), an_open_action(ours, is_overdue=True)]
    actions_open[elsewhere] = [an_open_action(await builders.panel_id("mace"))]
    meeting = await meeting_tomorrow()
    assert await words(cast, meeting) == ["Brought forward from 4 June: 2 open actions, 1 of them overdue"]


async def test_what_comes_forward_stands_on_the_page_and_is_stored_with_the_next_change(
    sign_in: SignIn, cast: Cast, clock: TestClock, minutes_say: set[int]
) -> None:
    child = await builders.a_child(name="Saffron Sampleworth")
    _, items = await held_last_week([child])
    minutes_say.update(items)
    meeting = await meeting_tomorrow()
    page = (await (await sign_in("chair")).get(f"/meetings/{meeting}/agenda")).text
    assert "Saffron Sampleworth" in page
    assert "Brought forward from 4 June: not reached" in page
    assert await count("agenda_item WHERE meeting = $1", meeting) == 0
    await add_standing_item(
        cast.chair, await facts(cast.chair, meeting), title="Matters arising", minutes=None, now=clock.now
    )
    [item, _] = await on_agenda(meeting)
    assert (item.child_id, item.added_by, item.brought_forward_from) == (child, "carried", items[0])
    assert item.reason == "Brought forward from 4 June: not reached"
    assert await words(cast, meeting) == []


async def test_issuing_takes_along_what_comes_forward(
    cast: Cast, clock: TestClock, minutes_say: set[int]
) -> None:
    child = await builders.a_child()
    _, items = await held_last_week([child])
    minutes_say.update(items)
    meeting = await meeting_tomorrow()
    at = await facts(cast.chair, meeting)
    await issue_agenda(cast.chair, at, seen=at.version, address="", now=clock.now)
    assert await children_on(meeting) == [child]


async def test_what_comes_forward_can_be_moved_and_left_off_before_it_is_stored(
    cast: Cast, clock: TestClock, minutes_say: set[int]
) -> None:
    first, second = await builders.a_child(), await builders.a_child()
    _, items = await held_last_week([first, second])
    minutes_say.update(items)
    meeting = await meeting_tomorrow()
    key = f"from-{items[1]}"
    await set_order(
        cast.chair,
        await facts(cast.chair, meeting),
        move=(key, "up"),
        minutes={key: 20},
        was={key: 10},
        now=clock.now,
    )
    assert [(i.child_id, i.minutes) for i in await on_agenda(meeting)] == [(second, 20), (first, 10)]
    await move_item(
        cast.chair,
        await facts(cast.chair, meeting),
        "leave off",
        key=key,
        reason="Settled by phone",
        now=clock.now,
    )
    assert await children_on(meeting) == [first]
    assert await words(cast, meeting) == []


async def test_a_deferred_item_comes_to_the_next_meeting_and_to_no_later_one(
    cast: Cast, clock: TestClock
) -> None:
    child = await builders.a_child()
    meeting = await meeting_tomorrow()
    item = await builders.an_item(meeting, child)
    await move_item(cast.chair, await facts(cast.chair, meeting), "defer", key=str(item), now=clock.now)
    next_one = await meeting_tomorrow(starts_at=TOMORROW + timedelta(days=7))
    later = await meeting_tomorrow(starts_at=TOMORROW + timedelta(days=14))
    assert await words(cast, next_one) == ["Brought forward from 11 June: deferred"]
    assert await words(cast, later) == []


async def test_what_a_cancelled_meeting_had_comes_forward_but_not_what_was_left_off(
    cast: Cast, clock: TestClock
) -> None:
    on, off = await builders.a_child(), await builders.a_child()
    gone = await meeting_tomorrow()
    await builders.an_item(gone, on)
    await builders.an_item(gone, off, status="left-off", left_off_reason="Not ours")
    await builders.an_item(gone, None, kind="standing", title="Matters arising")
    await database.execute(
        "UPDATE meeting SET status = 'cancelled', cancelled_reason = 'Snow' WHERE id = $1", gone
    )
    meeting = await meeting_tomorrow(starts_at=TOMORROW + timedelta(days=7))
    carried = await carried_to(await facts(cast.chair, meeting))
    assert [(one.child_id, one.because) for one in carried] == [(on, "the meeting was cancelled")]


async def test_an_item_that_is_never_decided_on_comes_forward_until_it_is(
    cast: Cast, clock: TestClock
) -> None:
    child = await builders.a_child()
    starts_at = TOMORROW - timedelta(days=28)
    first = await meeting_tomorrow(starts_at=starts_at)
    await builders.an_item(first, child, status="deferred")
    for days in (7, 14):
        await meeting_tomorrow(starts_at=starts_at + timedelta(days=days), status="held")
    meeting = await meeting_tomorrow()
    assert await words(cast, meeting) == ["Brought forward from 14 May: deferred"]


async def test_once_listed_at_a_later_meeting_an_item_is_settled(cast: Cast, minutes_say: set[int]) -> None:
    child = await builders.a_child()
    old = await meeting_tomorrow(starts_at=TOMORROW - timedelta(days=14), status="held")
    minutes_say.add(await builders.an_item(old, child))
    await held_last_week([child])
    meeting = await meeting_tomorrow()
    assert await words(cast, meeting) == []


async def test_a_child_left_off_comes_again_at_the_meeting_after_while_an_action_is_open(
    cast: Cast, actions_open: dict[int, list[OpenAction]]
) -> None:
    child = await builders.a_child()
    _, items = await held_last_week([child])
    await database.execute(
        "UPDATE agenda_item SET status = 'left-off', left_off_reason = 'Away' WHERE id = $1", items[0]
    )
    actions_open[child] = [an_open_action(await builders.panel_id(SLUG))]
    meeting = await meeting_tomorrow()
    assert await words(cast, meeting) == ["Brought forward from 4 June: 1 open action"]


async def test_a_meeting_for_one_child_takes_nobody_elses_items(cast: Cast, minutes_say: set[int]) -> None:
    child, other = await builders.a_child(), await builders.a_child()
    _, items = await held_last_week([child, other])
    minutes_say.update(items)
    alone = await meeting_tomorrow(child=child, starts_at=TOMORROW - timedelta(days=1, hours=-2))
    meeting = await meeting_tomorrow()
    assert [one.child_id for one in await carried_to(await facts(cast.chair, alone))] == [child]
    assert [one.child_id for one in await carried_to(await facts(cast.chair, meeting))] == [other]


async def test_after_issue_it_stands_under_what_is_new(
    sign_in: SignIn, cast: Cast, clock: TestClock, minutes_say: set[int]
) -> None:
    child = await builders.a_child(name="Saffron Sampleworth")
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await builders.a_child())
    at = await facts(cast.chair, meeting)
    await issue_agenda(cast.chair, at, seen=at.version, address="", now=clock.now)
    _, items = await held_last_week([child])
    minutes_say.update(items)
    page = (await (await sign_in("chair")).get(f"/meetings/{meeting}/agenda")).text
    assert "New since issued (1)" in page
    await accept_proposed(cast.chair, await facts(cast.chair, meeting), sources=[items[0]], now=clock.now)
    assert child in await children_on(meeting)


async def test_the_rules_reason_is_kept_beside_where_a_child_comes_from(
    cast: Cast, clock: TestClock, minutes_say: set[int]
) -> None:
    child = await builders.a_child()
    await builders.an_episode(child, TOMORROW - timedelta(days=2, hours=-3))
    _, items = await held_last_week([child])
    minutes_say.update(items)
    meeting = await meeting_tomorrow()
    await accept_proposed(cast.chair, await facts(cast.chair, meeting), everything=True, now=clock.now)
    [item] = await on_agenda(meeting)
    assert item.reason == "missing on 9 June 2026"
    assert item.brought_forward == "Brought forward from 4 June: not reached"
    assert len(item.episode_ids) == 1


async def test_what_the_minutes_call_not_reached_comes_forward(cast: Cast) -> None:
    reached, missed = await builders.a_child(), await builders.a_child()
    meeting, items = await held_last_week([reached, missed])
    await builders.insert("minutes", meeting=meeting)
    for item, outcome in zip(items, ("discussed", "not-reached"), strict=True):
        await builders.insert("discussion", agenda_item=item, outcome=outcome)
    carried = await carried_to(await facts(cast.chair, await meeting_tomorrow()))
    assert [(one.child_id, one.because) for one in carried] == [(missed, "not reached")]


async def test_an_unfinished_action_of_the_panel_comes_forward_until_it_is_finished(
    cast: Cast, clock: TestClock
) -> None:
    child = await builders.a_child()
    last, _ = await held_last_week([child])
    action = await builders.an_action(
        SLUG, cast.police.agency_id, clock.now.date() - timedelta(days=1), child=child, meeting=last
    )
    meeting = await meeting_tomorrow()
    assert await words(cast, meeting) == ["Brought forward from 4 June: 1 open action, overdue"]
    await database.execute(
        "UPDATE action SET status = 'completed', finished_on = $2 WHERE id = $1", action, clock.now.date()
    )
    assert await words(cast, meeting) == []


async def test_an_open_action_of_a_place_brings_the_place_forward_once_under_any_of_its_spellings(
    cast: Cast, clock: TestClock
) -> None:
    earlier = await builders.a_meeting(SLUG, TOMORROW - timedelta(days=14), status="held")
    first = await builders.an_item(earlier, None, kind="place", title="Sample bus station")
    last, _ = await held_last_week([])
    await builders.an_item(last, None, kind="place", title="Sample Bus Station")
    await builders.an_item(last, None, kind="place", title="Pretend Quay")
    await builders.an_action(
        SLUG, cast.police.agency_id, clock.now.date() + timedelta(days=9), meeting=earlier, agenda_item=first
    )
    meeting = await meeting_tomorrow()
    carried = await carried_to(await facts(cast.chair, meeting))
    assert [(one.kind, one.title, one.words) for one in carried] == [
        ("place", "Sample Bus Station", "Brought forward from 4 June: 1 open action")
    ]
    await builders.an_item(meeting, None, kind="place", title="sample bus station")
    assert await carried_to(await facts(cast.chair, meeting)) == []
