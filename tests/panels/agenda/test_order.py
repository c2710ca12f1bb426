"""The order in which children come on an agenda, its standing items, and the time of each turn."""

from datetime import date, time, timedelta

from app.house import House
from app.london import london_date
from app.panels.agenda.changes import accept_proposed, move_item, put_standing_items, set_order
from app.panels.agenda.placing import store_items
from app.panels.agenda.preparing import NewItem
from app.panels.agenda.queries import items_of, proposal_of
from app.panels.agenda.rules import in_agenda_order
from app.panels.commands import _proposal as proposed_by_command
from app.panels.meetings.changes import Plan, plan_meeting
from app.panels.selection.rules import ProposedItem
from app.panels.terms.queries import standing_panel
from app.panels.versions.changes import issue_agenda
from tests import builders
from tests.conftest import Cast, SignIn, TestClock
from tests.panels.agenda.steps import SLUG, TOMORROW, facts, held_last_week, meeting_tomorrow, missing_child


def proposed(child: int, stage: str = "") -> ProposedItem:
    return ProposedItem(child, f"CH-{child}", "because", facts={"stage": stage})


def test_recalled_children_come_first_then_the_highest_risk_then_as_the_rule_gives() -> None:
    items = [
        proposed(1),
        proposed(2),
        proposed(3, "review"),
        proposed(4, "recalled"),
        proposed(5, "recalled"),
    ]
    order = in_agenda_order(items, {2: 2 / 3, 3: 1.0, 5: 1 / 3})
    assert [item.child_id for item in order] == [5, 4, 3, 2, 1]


async def test_children_are_accepted_with_the_highest_risk_first(cast: Cast, clock: TestClock) -> None:
    calm, worrying, unknown = [await missing_child() for _ in range(3)]
    await builders.a_risk(calm, date(2026, 5, 1), "low")
    await builders.a_risk(worrying, date(2026, 5, 1), "high")
    meeting = await meeting_tomorrow()
    await accept_proposed(cast.chair, await facts(cast.chair, meeting), everything=True, now=clock.now)
    assert [item.child_id for item in await items_of(meeting)] == [worrying, calm, unknown]


async def planned(cast: Cast, clock: TestClock) -> int:
    panel = await standing_panel("multiple-missing-hotspots")
    assert panel is not None
    plan = Plan(day=date(2026, 6, 17), clock=time(10), length=120)
    return await plan_meeting(cast.chair, panel, plan, now=clock.now)


async def titles(meeting: int) -> list[str]:
    return [item.title or "a child" for item in await items_of(meeting) if item.is_on_agenda]


async def test_a_planned_meeting_has_its_kinds_standing_items_and_the_children_between(
    cast: Cast, clock: TestClock
) -> None:
    meeting = await planned(cast, clock)
    child = await builders.a_child()
    for day in range(5):
        await builders.an_episode(child, clock.now - timedelta(days=30 - 2 * day))
    await set_order(
        cast.chair, await facts(cast.chair, meeting), move=None, minutes={}, was={}, now=clock.now
    )
    await accept_proposed(cast.chair, await facts(cast.chair, meeting), everything=True, now=clock.now)
    assert await titles(meeting) == [
        "Introductions and apologies",
        "Confidentiality statement",
        "Minutes of the last meeting",
        "Open actions",
        "a child",
        "Any other business",
    ]


async def test_standing_items_that_an_older_meeting_lacks_are_put_on_and_one_left_off_stays_off(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    child = await missing_child()
    meeting = await meeting_tomorrow()
    await accept_proposed(cast.chair, await facts(cast.chair, meeting), everything=True, now=clock.now)
    browser = await sign_in("chair")
    assert "Put the standing items on" in (await browser.get(f"/meetings/{meeting}/agenda")).text
    assert (await browser.post(f"/meetings/{meeting}/agenda/standing-items/all")).status_code == 303
    items = await items_of(meeting)
    assert [item.standing_key or item.child_id for item in items] == [
        "confidentiality",
        "open-actions",
        child,
    ]
    await move_item(
        cast.chair,
        await facts(cast.chair, meeting),
        "leave off",
        key=items[0].key,
        reason="known",
        now=clock.now,
    )
    await put_standing_items(cast.chair, await facts(cast.chair, meeting), now=clock.now)
    assert await titles(meeting) == ["Open actions", "a child"]


async def test_each_turn_has_its_time_and_the_last_minutes_are_led_to(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    before, _ = await held_last_week([])
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await builders.a_child(), minutes=25)
    await builders.an_item(
        meeting, None, kind="standing", title="Minutes of the last meeting", standing_key="previous-minutes"
    )
    browser = await sign_in("chair")
    page = (await browser.get(f"/meetings/{meeting}/agenda")).text
    assert page.index("10am") < page.index("10:25am")
    assert f'href="/meetings/{before}/minutes"' in page
    await issue_agenda(
        cast.chair, await facts(cast.chair, meeting), seen=1, address="http://testserver", now=clock.now
    )
    issued = (await (await sign_in("police")).get(f"/meetings/{meeting}/agenda")).text
    assert "10:25am, 10 min" in issued
    assert f'href="/meetings/{before}/minutes"' in issued
    assert TOMORROW.hour == 9


async def test_what_was_deferred_says_at_the_next_meeting_from_when(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    child = await builders.a_child(name="Saffron Sampleworth")
    meeting = await meeting_tomorrow()
    item = await builders.an_item(meeting, child)
    await move_item(cast.chair, await facts(cast.chair, meeting), "defer", key=str(item), now=clock.now)
    following = await builders.a_meeting(SLUG, TOMORROW + timedelta(days=7))
    page = (await (await sign_in("chair")).get(f"/meetings/{following}/agenda")).text
    assert "Saffron Sampleworth" in page
    assert "Brought forward from 11 June: deferred" in page


async def test_a_recalled_child_stands_before_what_was_brought_forward_and_stays_where_the_chair_puts_it(
    cast: Cast, clock: TestClock
) -> None:
    meeting = await planned(cast, clock)
    found = await facts(cast.chair, meeting)
    brought, recalled, later = [await builders.a_child() for _ in range(3)]
    await store_items(found, [NewItem("child", brought, added_by="carried")])
    await store_items(
        found, [NewItem("child", later), NewItem("child", recalled, facts={"stage": "recalled"})]
    )
    assert [i.child_id for i in await items_of(meeting) if i.child_id] == [recalled, brought, later]
    assert (await titles(meeting))[-1] == "Any other business"
    key = next(i.key for i in await items_of(meeting) if i.child_id == recalled)
    await set_order(
        cast.chair,
        await facts(cast.chair, meeting),
        move=(key, "down"),
        minutes={},
        was={},
        now=clock.now,
    )
    await store_items(found, [NewItem("child", await builders.a_child())])
    assert [i.child_id for i in await items_of(meeting) if i.child_id][:3] == [brought, recalled, later]


async def test_the_command_proposes_in_the_order_of_the_agenda(
    cast: Cast, clock: TestClock, house: House
) -> None:
    calm, worrying = await missing_child(), await missing_child()
    await builders.a_risk(calm, date(2026, 5, 1), "low")
    await builders.a_risk(worrying, date(2026, 5, 1), "high")
    meeting = await facts(cast.chair, await meeting_tomorrow())
    on_page = await proposal_of(meeting, clock.now)
    told = await proposed_by_command(house, SLUG, london_date(meeting.starts_at))
    assert [item.child_id for item in told.items] == [worrying, calm]
    assert [item.child_id for item in on_page.items] == [worrying, calm]
