"""What other rooms are told of actions."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import database
from app.actions.carried.queries import (
    actions_issued_at,
    actions_of,
    moments_of,
    open_actions,
    overdue_actions,
)
from tests import builders
from tests.actions.conftest import MakeAction, Room
from tests.conftest import Cast, TestClock

TODAY = date(2026, 6, 10)


@pytest.mark.parametrize("seed", range(4))
async def test_overdue_by_child_agrees_with_a_plain_reckoning(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    children = [await builders.a_child() for _ in range(5)]
    rows: list[dict[str, Any]] = []
    for _ in range(80):
        issued_on = TODAY - timedelta(days=chance.randint(0, 60))
        row: dict[str, Any] = {
            "child": chance.choice([*children, None]),
            "issued_on": issued_on,
            "due_on": issued_on + timedelta(days=chance.randint(0, 40)),
            "finished_on": issued_on + timedelta(days=chance.randint(0, 50))
            if chance.random() < 0.6
            else None,
        }
        row["status"] = "completed" if row["finished_on"] else "issued"
        await builders.an_action(
            "mace", cast.police.agency_id, row["due_on"], **{k: v for k, v in row.items() if k != "due_on"}
        )
        rows.append(row)
    for back in (0, 1, 7, 30):
        day = TODAY - timedelta(days=back)
        expected: dict[int, int] = {}
        for row in rows:
            unfinished = row["finished_on"] is None or row["finished_on"] > day
            if row["child"] and row["issued_on"] <= day and row["due_on"] < day and unfinished:
                expected[row["child"]] = expected.get(row["child"], 0) + 1
        assert await overdue_actions(day) == expected


async def test_open_actions_follow_a_child_to_every_panel_until_finished(
    cast: Cast, room: Room, police_action: MakeAction
) -> None:
    late = await police_action(date(2026, 6, 9), status="acknowledged")
    soon = await police_action(date(2026, 6, 30), owner=None)
    await police_action(status="completed", finished_on=TODAY)
    found = await open_actions([room.child, 999], TODAY)
    assert list(found) == [room.child]
    assert [(one.id, one.is_overdue, one.owner, one.url) for one in found[room.child]] == [
        (late, True, cast.police.name, f"/actions/{late}"),
        (soon, False, "", f"/actions/{soon}"),
    ]
    assert await open_actions([], TODAY) == {}


async def test_minutes_get_every_action_of_the_meeting_in_order(
    cast: Cast, room: Room, police_action: MakeAction
) -> None:
    first = await police_action(strand="protect")
    second = await police_action(agenda_item=None, owner=None)
    await builders.an_action("mace", cast.police.agency_id, date(2026, 6, 20))
    found = await actions_of(room.meeting)
    assert [(one.id, one.item_id, one.owner, one.due_on, one.strand) for one in found] == [
        (first, room.item, cast.police.name, "2026-06-20", "protect"),
        (second, None, "", "2026-06-20", ""),
    ]


async def test_actions_of_a_meeting_are_issued_when_the_last_one_is(
    cast: Cast, room: Room, police_action: MakeAction
) -> None:
    assert await actions_issued_at([room.meeting]) == {}, "not held yet"
    ended = datetime(2026, 6, 9, 11, 0, tzinfo=UTC)
    await database.execute(
        "UPDATE meeting SET status = 'held', ended_at = $2 WHERE id = $1", room.meeting, ended
    )
    assert await actions_issued_at([room.meeting]) == {room.meeting: ended}, "no action was agreed"
    await police_action(issued_at=datetime(2026, 6, 9, 10, 5, tzinfo=UTC))
    last = datetime(2026, 6, 10, 15, 30, tzinfo=UTC)
    await police_action(issued_at=last, issued_on=date(2026, 6, 10))
    assert await actions_issued_at([room.meeting]) == {room.meeting: last}
    await police_action(issued_on=date(2026, 6, 12))
    assert await actions_issued_at([room.meeting]) == {room.meeting: last}, "a log's date is no such instant"


async def test_of_a_meeting_brought_by_a_file_nobody_knows_when_actions_were_issued(
    cast: Cast, clock: TestClock
) -> None:
    meeting = await builders.a_meeting(status="held", date_only=True, ended_at=clock.now)
    assert await actions_issued_at([meeting]) == {}


async def test_a_childs_timeline_tells_what_was_agreed_and_finished_to_those_who_may_see(
    cast: Cast, room: Room, police_action: MakeAction, clock: TestClock
) -> None:
    action = await police_action(
        status="completed", finished_on=TODAY, issued_at=datetime(2026, 6, 9, 10, tzinfo=UTC)
    )
    await builders.insert(
        "action_update",
        action=action,
        person=cast.police.person_id,
        status="completed",
        note="Seen at home",
        made_at=clock.now,
    )
    moments = await moments_of(cast.chair, room.child)
    assert [(one.title, one.words, one.url) for one in moments] == [
        (
            f"Action issued to {cast.police.name}, {cast.police.agency_name}",
            "Visit at the placement and agree a safety plan",
            f"/actions/{action}",
        ),
        ("Action completed", "Seen at home", f"/actions/{action}"),
    ]
    assert [one.at for one in moments] == [datetime(2026, 6, 9, 10, tzinfo=UTC), clock.now]
    assert await moments_of(cast.outsider, room.child) == []
