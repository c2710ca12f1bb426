"""When people are reminded of actions, who hears of overdue ones and when, in one digest a day; over holidays and gaps."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import database
from app.actions.digests.changes import send_digests
from app.actions.queries import action_for
from app.actions.reminding.queries import board_of
from app.actions.reminding.rules import may_be_told
from app.lifecycle import Invisible
from app.london import LONDON, is_working_day
from tests import builders

BASE = "https://homeward.example.org"


def london(day: date, hour: int = 8) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 5, tzinfo=LONDON).astimezone(UTC)


async def mails() -> list[dict[str, Any]]:
    return await database.fetch("SELECT recipient, subject, body, written_at FROM outbox_message ORDER BY id")


async def told() -> list[tuple[date, str, str]]:
    rows = await database.fetch(
        "SELECT n.told_on, p.name, n.rung FROM action_reminder n JOIN person p ON p.id = n.person ORDER BY n.id"
    )
    return [(row["told_on"], row["name"], row["rung"]) for row in rows]


async def reached() -> list[tuple[date, str]]:
    rows = await database.fetch("SELECT reached_on, rung FROM action_rung ORDER BY id")
    return [(row["reached_on"], row["rung"]) for row in rows]


async def live_through(first: date, last: date, hours: tuple[int, ...] = (6, 8, 12, 20)) -> None:
    """Runs the job at these hours of every day, days off as well."""
    day = first
    while day <= last:
        for hour in hours:
            await send_digests(london(day, hour), BASE)
        day += timedelta(days=1)


@pytest.fixture
async def lines(cast):
    """Polly's line lead is Lena, the agency's lead Agnes; the chair sits on every panel."""
    agency = cast.police.agency_id
    lena = await builders.insert("person", email="lena@example.org", name="Lena Line", agency=agency)
    agnes = await builders.insert(
        "person", email="agnes@example.org", name="Agnes Lead", agency=agency, roles=["agency-lead"]
    )
    await database.execute("UPDATE person SET line_lead = $2 WHERE id = $1", cast.police.person_id, lena)
    return {"lena": lena, "agnes": agnes}


async def an_action(cast, due_on: date, **columns: Any) -> int:
    owner = {"owner": cast.police.person_id, "issued_on": due_on - timedelta(days=30)}
    return await builders.an_action("mace", cast.police.agency_id, due_on, **owner | columns)


@pytest.mark.parametrize(
    ("due_on", "priority", "days"),
    [
        # Easter 2027: Good Friday 26 March, Easter Monday 29 March
        (
            date(2027, 3, 25),
            "routine",
            [date(2027, 3, 23), date(2027, 3, 30), date(2027, 4, 2), date(2027, 4, 7), date(2027, 4, 12), date(2027, 4, 15)],
        ),
        # Christmas 2026: Friday 25 December, Boxing Day made up for on Monday 28, New Year's Day a Friday
        (
            date(2026, 12, 23),
            "urgent",
            [date(2026, 12, 21), date(2026, 12, 24), date(2026, 12, 29), date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 4)],
        ),
    ],
)  # fmt: skip
async def test_an_overdue_action_climbs_on_the_right_working_days(cast, lines, due_on, priority, days):
    await an_action(cast, due_on, priority=priority)
    await live_through(due_on - timedelta(days=9), due_on + timedelta(days=40))
    soon, owner, line, agency, chair, _ = days
    assert await told() == [
        (soon, cast.police.name, "due-soon"),
        (owner, cast.police.name, "owner"),
        (line, "Lena Line", "line-lead"),
        (agency, "Agnes Lead", "agency-lead"),
        (chair, cast.chair.name, "chair"),
    ]
    assert await reached() == list(
        zip(days[1:], ["owner", "line-lead", "agency-lead", "chair", "agenda"], strict=True)
    )
    assert [mail["written_at"].astimezone(LONDON).hour for mail in await mails()] == [8] * 5
    assert all(is_working_day(day) for day, _, _ in await told())
    first = (await mails())[0]
    assert first["subject"] == "1 action needs you"
    assert "Sample" not in first["body"]
    assert "Visit" not in first["body"]
    assert f"{BASE}/actions/" in first["body"]


async def test_a_rung_with_nobody_on_it_goes_on_at_once_and_the_agenda_is_always_reached(cast, lines):
    # the line lead can no longer sign in, the agency's lead has gone, and the chair owes it
    await database.execute("UPDATE person SET disabled_at = now() WHERE id = ANY($1)", list(lines.values()))
    await database.execute("DELETE FROM seat WHERE role = 'vice-chair'")
    action = await an_action(cast, date(2026, 6, 5), owner=cast.chair.person_id)
    left = await builders.an_action(
        "mace", cast.outsider.agency_id, date(2026, 6, 5), owner=lines["lena"], issued_on=date(2026, 6, 1)
    )
    await live_through(date(2026, 6, 6), date(2026, 6, 11))
    rows = await database.fetch(
        "SELECT action, rung, reached_on, vacant FROM action_rung ORDER BY action, id"
    )
    monday, thursday = date(2026, 6, 8), date(2026, 6, 11)
    assert [(row["rung"], row["reached_on"], row["vacant"]) for row in rows if row["action"] == action] == [
        ("owner", monday, False),
        ("line-lead", thursday, True),
        ("agency-lead", thursday, True),
        ("chair", thursday, True),
        ("agenda", thursday, False),
    ]
    # whoever left had nobody beside or above: the chair hears of it on the first day
    assert [(row["rung"], row["vacant"]) for row in rows if row["action"] == left] == [
        ("owner", True),
        ("line-lead", True),
        ("agency-lead", True),
        ("chair", False),
        ("agenda", False),
    ]
    assert await told() == [(monday, cast.chair.name, "owner"), (monday, cast.chair.name, "chair")]


async def test_more_time_begins_the_ladder_anew_a_word_does_not_and_finishing_ends_it(cast, lines):
    first = await an_action(cast, date(2026, 6, 5))
    second = await an_action(cast, date(2026, 6, 5))
    third = await an_action(cast, date(2026, 6, 5))
    await live_through(date(2026, 6, 8), date(2026, 6, 8))
    await database.execute("UPDATE action SET status = 'in-progress' WHERE id = $1", first)
    await database.execute("UPDATE action SET due_on = $2 WHERE id = $1", second, date(2026, 6, 15))
    await database.execute(
        "UPDATE action SET status = 'completed', finished_on = $2 WHERE id = $1", third, date(2026, 6, 9)
    )
    await live_through(date(2026, 6, 9), date(2026, 6, 16))
    rows = await database.fetch("SELECT action, rung, told_on FROM action_reminder ORDER BY id")
    days = {
        action: [(row["told_on"].day, row["rung"]) for row in rows if row["action"] == action]
        for action in (first, second, third)
    }
    assert days == {
        first: [(8, "owner"), (11, "line-lead"), (16, "agency-lead")],
        second: [(8, "owner"), (11, "due-soon"), (16, "owner")],
        third: [(8, "owner")],
    }


async def test_many_actions_make_one_digest_at_the_hour_a_person_chose(cast, lines):
    hour = await builders.insert("digest_preference", person=cast.police.person_id, wanted=True, hour=18)
    for number in range(30):
        await an_action(cast, date(2026, 6, 5), priority="urgent" if number == 0 else "routine")
    await an_action(cast, date(2026, 6, 10))
    await live_through(date(2026, 6, 6), date(2026, 6, 8), (6, 8, 17))
    assert await mails() == []
    await send_digests(london(date(2026, 6, 8), 18), BASE)
    (mail,) = await mails()
    assert (mail["recipient"], mail["subject"]) == (cast.police.email, "31 actions need you")
    assert mail["body"].count(f"{BASE}/actions/") == 26
    assert "- and 5 more" in mail["body"]
    assert "Due within two working days" in mail["body"]
    # choosing a later hour afterwards brings no second one
    await database.execute("UPDATE digest_preference SET hour = 20 WHERE id = $1", hour)
    await an_action(cast, date(2026, 6, 5))
    await live_through(date(2026, 6, 8), date(2026, 6, 8), (19, 20, 21, 23))
    assert len(await mails()) == 1


async def test_who_wants_no_digest_is_told_of_what_is_escalated_alone(cast, lines):
    await builders.insert("digest_preference", person=cast.police.person_id, wanted=False, hour=8)
    await builders.insert("digest_preference", person=lines["lena"], wanted=False, hour=7)
    await an_action(cast, date(2026, 6, 5))
    await an_action(cast, date(2026, 6, 5), owner=lines["lena"])
    await live_through(date(2026, 6, 1), date(2026, 6, 11))
    assert await told() == [
        (date(2026, 6, 11), "Lena Line", "line-lead"),
        (date(2026, 6, 11), "Agnes Lead", "agency-lead"),
    ]
    assert await reached() == [
        (date(2026, 6, 8), "owner"),
        (date(2026, 6, 8), "owner"),
        (date(2026, 6, 11), "line-lead"),
        (date(2026, 6, 11), "line-lead"),
        (date(2026, 6, 11), "agency-lead"),
    ]
    assert "You are told as line lead of whoever has them." in (await mails())[0]["body"]


async def test_days_on_which_nothing_ran_are_said_once_and_nobody_is_passed_over(cast, lines):
    await an_action(cast, date(2026, 6, 2))
    await live_through(date(2026, 5, 28), date(2026, 6, 3))
    # the service stands still until two weeks later; then the clock is set back, and right again
    await live_through(date(2026, 6, 17), date(2026, 6, 17))
    await live_through(date(2026, 6, 4), date(2026, 6, 8))
    await live_through(date(2026, 6, 17), date(2026, 6, 22))
    assert await told() == [
        (date(2026, 5, 29), cast.police.name, "due-soon"),
        (date(2026, 6, 3), cast.police.name, "owner"),
        (date(2026, 6, 17), "Lena Line", "line-lead"),
        (date(2026, 6, 22), "Agnes Lead", "agency-lead"),
    ]
    assert len(await mails()) == 4


async def test_an_old_log_brings_everybody_one_message_and_begins_with_the_owners(cast, lines):
    """The first run over hundreds of actions that were overdue for months when they came."""
    for number in range(300):
        owner = [cast.police, cast.health][number % 2]
        due_on = date(2025, 1, 1) + timedelta(days=number)
        await builders.an_action(
            "mace",
            owner.agency_id,
            due_on,
            owner=owner.person_id if number % 3 else None,
            issued_on=due_on - timedelta(days=9),
        )
    await live_through(date(2026, 6, 8), date(2026, 6, 8))
    assert {(name, rung) for _, name, rung in await told()} == {
        (cast.police.name, "owner"),
        (cast.health.name, "owner"),
    }
    assert [mail["subject"] for mail in await mails()] == ["150 actions need you"] * 2
    await live_through(date(2026, 6, 9), date(2026, 6, 30))
    assert len(await mails()) <= 2 + 4 + 2  # the leads and the chair once for each step


async def test_several_processes_write_each_digest_once(cast, lines):
    await an_action(cast, date(2026, 6, 5))
    now = london(date(2026, 6, 8))
    sent = await asyncio.gather(*(send_digests(now, BASE) for _ in range(5)))
    assert sorted(sent) == [0, 0, 0, 0, 1]
    assert len(await mails()) == len(await told()) == 1


async def test_a_restricted_action_is_escalated_to_those_alone_who_may_see_it(cast, lines):
    meeting = await builders.a_meeting("mace", datetime(2026, 5, 20, 9, 0, tzinfo=UTC), status="held")
    item = await builders.an_item(
        meeting,
        await builders.a_child(),
        restricted=True,
        open_title="A matter for some",
        allowed_people=[lines["agnes"]],
    )
    hidden = await an_action(cast, date(2026, 6, 5), meeting=meeting, agenda_item=item)
    await live_through(date(2026, 6, 6), date(2026, 6, 30))
    assert [(name, rung) for _, name, rung in await told()] == [
        (cast.police.name, "owner"),
        ("Agnes Lead", "agency-lead"),  # named; the line lead is not, and has not held it up
        (cast.chair.name, "chair"),
    ]
    # whoever may be told is whoever the page opens to
    for action in (
        hidden,
        await an_action(cast, date(2026, 6, 5), agenda_item=item, owner=None, post=await a_post(cast)),
    ):
        board = await board_of(action, date(2026, 6, 30))
        for who in board.everybody.people.values():
            opens = True
            try:
                await action_for(who, action)
            except Invisible:
                opens = False
            assert may_be_told(who, board.actions[0], board.everybody) == opens, who.name


async def a_post(cast) -> int:
    return await builders.insert(
        "post",
        agency=cast.police.agency_id,
        name="Duty desk",
        holder=cast.outsider.person_id,
        cover=cast.health.person_id,
    )


async def test_a_recommendation_stands_in_the_same_message_before_and_after_its_due_date(cast, lines):
    due_on = date(2026, 6, 5)
    advice = await builders.insert(
        "recommendation",
        source="audit",
        source_title="Audit of the year",
        source_on=date(2026, 3, 2),
        text="Ask every child",
        owner=cast.police.person_id,
        agency=cast.police.agency_id,
        due_on=due_on,
        original_due_on=due_on,
    )
    await an_action(cast, due_on)
    await live_through(date(2026, 6, 1), date(2026, 6, 10))
    subjects = [(mail["written_at"].day, mail["subject"]) for mail in await mails()]
    assert subjects == [(day, "1 action and 1 recommendation need you") for day in (3, 8)]
    assert f"{BASE}/recommendations/{advice}" in (await mails())[1]["body"]


async def test_a_person_chooses_the_hour_and_the_action_s_page_tells_who_was_told(
    cast, lines, sign_in, clock
):
    browser = await sign_in("police")
    wrong = await browser.post("/account/reminders", {"wanted": "daily", "hour": "3", "version": "0"})
    assert wrong.status_code == 422
    assert "Choose an hour from 6am to 8pm" in wrong.text
    chosen = {"wanted": "daily", "hour": "17", "version": "0", "submission_key": "chosen-once"}
    for _ in range(2):  # the same form sent twice is taken once
        assert (await browser.post("/account/reminders", chosen)).status_code == 303
    assert '<option value="17" selected>5pm' in (await browser.get("/account/reminders")).text
    stale = await browser.post("/account/reminders", chosen | {"hour": "9", "submission_key": "later"})
    assert stale.status_code == 409

    action = await an_action(cast, date(2026, 6, 5))
    await live_through(date(2026, 6, 3), date(2026, 6, 11), (8, 17))
    assert {
        mail["written_at"].astimezone(LONDON).hour
        for mail in await mails()
        if mail["recipient"] == cast.police.email
    } == {17}
    clock.now = london(date(2026, 6, 11), 19)
    browser = await sign_in("police")
    page = (await browser.get(f"/actions/{action}")).text
    for words in (
        "Reminder: due on Friday 5 June 2026",
        f"Told: {cast.police.name}, {cast.police.agency_name}",
        "Escalated to the line lead",
        "Told: Lena Line",
        "Next: the agency’s lead (Agnes Lead), on Tuesday 16 June 2026, unless it is finished",
    ):
        assert words in page, words
    assert "Escalated: line lead" in (await browser.get("/actions")).text

    # the agency's lead hears of it next, and finds it in a list; without a way to its page it is gone from there
    await live_through(date(2026, 6, 12), date(2026, 6, 19), (8,))
    clock.now = london(date(2026, 6, 19), 9)
    chair = await sign_in("chair")
    assert "1 overdue action has been escalated to you" in (await chair.get("/actions")).text
    assert "Visit at the placement" in (await chair.get("/actions?whose=escalated")).text
    await database.execute("UPDATE seat SET ended_at = now() WHERE person = $1", cast.chair.person_id)
    assert "Visit at the placement" not in (await chair.get("/actions?whose=escalated")).text
