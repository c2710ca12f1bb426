"""Who is on the lists of missing children, for whom, and when a link to them goes out."""

import asyncio
import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import database
from app.episodes.schedules.jobs import send_scheduled
from app.episodes.schedules.kinds import LISTS, days_listed
from app.episodes.schedules.rules import Schedule, due_day, next_day
from app.london import LONDON, is_working_day
from tests import builders


@pytest.fixture
async def children(db, clock):
    """By what became of them: the ids of children, each with one episode."""
    made = {}
    for name, started_ago, back_ago, episode, child in (
        ("missing", 30, None, {}, {}),
        ("placed away", 10, None, {}, {"placed_in": "Faraway"}),
        ("of others", 60, None, {}, {"responsible_authority": "Farshire"}),
        ("back today", 20, 2, {}, {}),
        ("back long ago", 24 * 9, 24 * 7 + 2, {}, {}),
        ("from curfew", 5, None, {"category": "curfew"}, {}),
        ("absent", 50, 40, {"category": "absent"}, {}),
        ("end unknown", 24 * 60, None, {"end_unknown_after": date(2026, 3, 31)}, {}),
        ("withdrawn", 8, None, {}, {}),
    ):
        made[name] = await builders.a_child(name=f"Child {name}", **child)
        returned_at = clock.now - timedelta(hours=back_ago) if back_ago else None
        episode_id = await builders.an_episode(
            made[name], clock.now - timedelta(hours=started_ago), **{"returned_at": returned_at} | episode
        )
        if name == "withdrawn":
            await database.execute("UPDATE episode SET merged_into = id WHERE id = $1", episode_id)
    return made


async def rows_of(browser, path):
    answer = await browser.get(path)
    assert answer.status_code == 200
    return list(csv.DictReader(answer.text.removeprefix("\ufeff").splitlines()))


async def test_the_lists_hold_who_is_or_was_missing_and_tell_the_rest_apart(sign_in, children, clock):
    manager = await sign_in("manager")
    now = {row["name"]: row for row in await rows_of(manager, "/missing-now/export")}
    assert {name for name, row in now.items() if row["counted_as_missing"] == "yes"} == {
        "Child missing",
        "Child placed away",
        "Child of others",
    }
    assert {name for name, row in now.items() if row["counted_as_missing"] == "no"} == {"Child from curfew"}
    assert now["Child placed away"]["whose"] == "Our child, placed away"
    assert now["Child of others"]["whose"] == "Placed here by others"
    week = {row["name"]: row["state"] for row in await rows_of(manager, "/missing-this-week/export")}
    assert week == {
        "Child missing": "still missing",
        "Child placed away": "still missing",
        "Child of others": "still missing",
        "Child back today": "returned",
        "Child from curfew": "still away",
        "Child absent": "returned",
    }
    page = (await manager.get("/missing-now")).text
    assert "As at 10 June 2026, 10am" in page
    assert page.index("Child of others") < page.index("Child missing") < page.index("Child placed away")
    assert page.index("Not counted as missing") < page.index("Child from curfew")


async def test_a_member_of_a_panel_finds_on_the_lists_whom_the_panel_lists_and_reads_are_recorded(
    sign_in, children, clock, cast
):
    police = await sign_in("police")
    meeting = await builders.a_meeting("mace", clock.now - timedelta(days=2), status="held")
    await builders.an_item(meeting, children["missing"], status="on-agenda")
    await builders.an_item(meeting, children["placed away"], status="on-agenda", restricted=True)
    page = (await police.get("/missing-now")).text
    assert "Child missing" in page
    assert "You see the children whom your panels list" in page
    for name in ("Child placed away", "Child of others", "Child from curfew"):
        assert name not in page
    assert [row["name"] for row in await rows_of(police, "/missing-this-week/export")] == ["Child missing"]
    reads = await database.fetch(
        "SELECT child_ids, details FROM history_entry WHERE kind = 'child read' AND person_id = $1 ORDER BY id",
        cast.police.person_id,
    )
    assert [(row["child_ids"], row["details"]["list"]) for row in reads] == [
        ([children["missing"]], "missing-now"),
        ([children["missing"]], "missing-this-week"),
    ]


async def test_past_days_stand_as_they_ended_and_only_a_month_is_listed(sign_in, children, clock):
    manager = await sign_in("manager")
    # the child who came back long ago was missing still when these days ended
    past = await rows_of(manager, "/missing-this-week/export?from=2026-05-30&to=2026-06-02")
    assert {row["name"]: row["state"] for row in past} == {"Child back long ago": "still missing"}
    one_cohort = await rows_of(manager, "/missing-now/export?cohort=ola-here")
    assert {row["name"] for row in one_cohort} == {"Child of others"}
    for query in (
        "from=2026-04-01&to=2026-06-01",
        "from=soon&to=2026-06-01",
        "from=2026-06-02&to=2026-06-02",
    ):
        for path in ("/missing-this-week", "/missing-this-week/export"):
            assert (await manager.get(f"{path}?{query}")).status_code == 422


# When they go out

ALWAYS = replace(LISTS[0].default, is_on=True)


@pytest.mark.parametrize(
    ("weekdays", "at", "due"),
    [
        ((1, 4), "2026-06-11 08:59", None),
        ((1, 4), "2026-06-11 09:00", date(2026, 6, 11)),
        # caught up with on the next working day, not on the days before it
        ((1, 4), "2026-06-12 09:00", date(2026, 6, 11)),
        ((4,), "2026-06-13 12:00", None),
        # Christmas Day and Boxing Day fall on Friday and Saturday, the substitute is Monday
        ((5,), "2026-12-25 09:00", None),
        ((5,), "2026-12-29 08:00", None),
        ((5,), "2026-12-29 09:00", date(2026, 12, 29)),
        # summer time begins on the Sunday between: 9 in London still
        ((1,), "2026-03-30 09:00", date(2026, 3, 30)),
    ],
)
def test_a_list_is_due_on_its_day_or_the_next_working_one(weekdays, at, due):
    now = datetime.fromisoformat(at).replace(tzinfo=LONDON)
    assert due_day(replace(ALWAYS, weekdays=weekdays), now) == due


@given(
    weekdays=st.sets(st.integers(1, 5), min_size=1),
    hour=st.integers(6, 20),
    start=st.dates(date(2025, 12, 1), date(2026, 6, 1)),
    runs=st.lists(st.booleans(), min_size=60, max_size=60),
)
def test_whatever_stands_still_a_list_goes_once_for_its_day_and_never_at_night_or_on_a_holiday(
    weekdays, hour, start, runs
):
    schedule = Schedule(LISTS[0].slug, True, tuple(weekdays), hour, (), holds_from=_at(start, 0))
    last, sent = None, []
    for number, ran in enumerate(runs):
        day = start + timedelta(days=number)
        for clock_hour in (5, hour - 1, hour, 22) if ran else ():
            now = _at(day, clock_hour)
            coming = next_day(schedule, now, last)
            due = due_day(schedule, now)
            if due is None or (last is not None and due <= last):
                assert coming > day or clock_hour < hour
                continue
            assert coming == day
            assert is_working_day(day)
            assert hour <= clock_hour
            last = due
            sent.append((due, day))
        # a plain oracle: who was chosen for a day waits for the first working one, and went then if jobs ran
        if ran and is_working_day(day):
            waited = [day]
            while not is_working_day(waited[-1] - timedelta(days=1)) and waited[-1] > start:
                waited.append(waited[-1] - timedelta(days=1))
            if any(one.isoweekday() in weekdays for one in waited):
                assert (day, day) in sent
    assert len({due for due, _ in sent}) == len(sent)


def _at(day, hour):
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON).astimezone(UTC)


def test_the_weekly_list_reaches_back_to_the_one_before_and_a_month_at_most():
    today = date(2026, 4, 7)  # Good Friday's list goes on the Tuesday after Easter
    assert days_listed(today, None).first == date(2026, 4, 1)
    assert days_listed(today, date(2026, 3, 27)).first == date(2026, 3, 27)
    assert days_listed(today, date(2025, 3, 27)).first == date(2026, 3, 8)


async def test_an_administrator_chooses_and_whoever_is_chosen_gets_a_link_once(
    sign_in, children, house, clock, cast
):
    clock.now = datetime(2026, 6, 11, 9, tzinfo=UTC)  # Thursday, 10 in London
    admin = await sign_in("admin")
    assert await send_scheduled(house) == 0
    chosen = {
        "is_on": "yes",
        "weekdays": ["1", "4"],
        "hour": "9",
        "roles": ["safeguarding-manager"],
        "also": cast.chair.person_id,
        "version": "0",
    }
    for wrong in (
        {"weekdays": []},
        {"roles": [], "also": ""},
        {"also": cast.outsider.person_id},
        {"roles": ["agency-lead"]},
        {"hour": "3"},
    ):
        assert (await admin.post("/scheduled-lists/missing-now", chosen | wrong)).status_code == 422
    once = chosen | {"submission_key": "once"}
    at_once = [admin.post("/scheduled-lists/missing-now", once) for _ in range(6)]
    assert {answer.status_code for answer in await asyncio.gather(*at_once)} == {303}
    assert (await admin.post("/scheduled-lists/missing-now", chosen)).status_code == 409
    assert await send_scheduled(house) == 0  # its hour had passed when it was chosen
    clock.now = datetime(2026, 6, 15, 8, tzinfo=UTC)
    assert sum(await asyncio.gather(*(send_scheduled(house) for _ in range(4)))) == 2
    messages = await database.fetch("SELECT recipient, subject, body FROM outbox_message ORDER BY recipient")
    assert [one["recipient"] for one in messages] == [cast.chair.email, cast.manager.email]
    assert "http://testserver/missing-now\n" in messages[0]["body"]
    told = " ".join(one["subject"] + one["body"] for one in messages)
    assert "Child " not in told
    assert not set(told) & set("0456789") - set("2026 15 9")  # the day and the hour: no count of anybody
    admin = await sign_in("admin")
    page = (await admin.get("/scheduled-lists")).text
    assert "Thursday 18 June 2026" in page
    assert "to 2 people" in page
    # who has lost every seat is told no more
    await database.execute("UPDATE seat SET ended_at = now() WHERE person = $1", cast.chair.person_id)
    clock.now = datetime(2026, 6, 18, 9, tzinfo=UTC)
    assert await send_scheduled(house) == 1
    admin = await sign_in("admin")
    assert "1 named person can’t open the list any more" in (await admin.get("/scheduled-lists")).text
