"""A child on several panels in a month: who is told of it, and with which actions."""

from datetime import UTC, date, datetime

import pytest

from app.access import Identity, SeatHeld
from app.panels.cases.overlap.queries import also_on
from tests import builders
from tests.conftest import Cast

DAY = date(2026, 6, 10)


async def one_seat(slug: str, role: str) -> Identity:
    panel = await builders.panel_id(slug)
    return Identity(0, "One Seat", "one@example.org", 1, "Agency", seats=(SeatHeld(panel, role, 1),))


async def told(who: Identity, child: int, here: str = "child-exploitation-tracking", day: date = DAY):
    return (await also_on(who, await builders.panel_id(here), [child], day)).get(child, [])


async def a_discussion(child: int, day: date, slug: str = "mace", **columns: object) -> int:
    meeting = await builders.a_meeting(
        slug, datetime(day.year, day.month, day.day, 10, tzinfo=UTC), status="held"
    )
    return await builders.an_item(meeting, child, **columns)


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2026, 5, 11), True),
        (date(2026, 5, 10), False),
        (date(2026, 7, 10), True),
        (date(2026, 7, 11), False),
    ],
)
async def test_a_meeting_within_thirty_days_either_way_counts(cast: Cast, day: date, counts: bool) -> None:
    child = await builders.a_child()
    await a_discussion(child, day)
    assert bool(await told(cast.officer, child)) is counts


async def test_an_open_case_counts_whenever_it_began_and_a_closed_one_does_not(cast: Cast) -> None:
    child = await builders.a_child()
    await builders.a_case("general", child, date(2020, 1, 1), closed_on=DAY, closure_reason="moved")
    assert await told(cast.officer, child) == []
    case = await builders.a_case("mace", child, date(2020, 1, 1))
    assert [(other.slug, other.case_id) for other in await told(cast.officer, child)] == [("mace", case)]
    assert await told(cast.officer, child, "mace") == [], "not itself"


async def test_a_panel_whose_actions_are_still_open_has_the_child_too(cast: Cast) -> None:
    child = await builders.a_child()
    await builders.a_case("mace", child, date(2020, 1, 1), closed_on=DAY, closure_reason="transferred")
    await builders.an_action("mace", cast.police.agency_id, date(2026, 7, 1), child=child)
    assert [(other.slug, len(other.actions)) for other in await told(cast.officer, child)] == [("mace", 1)]


@pytest.mark.parametrize(
    ("slug", "role", "is_told"),
    [
        ("child-exploitation-tracking", "chair", True),
        ("child-exploitation-tracking", "vice-chair", True),
        ("mace", "chair", True),
        ("child-exploitation-tracking", "minute-taker", False),
        ("child-exploitation-tracking", "member", False),
        ("mace", "member", True),
        ("general", "chair", False),
    ],
)
async def test_chairs_of_either_panel_are_told_and_members_of_their_own_panels_only(
    cast: Cast, slug: str, role: str, is_told: bool
) -> None:
    child = await builders.a_child()
    await a_discussion(child, DAY)
    await builders.an_action("mace", cast.police.agency_id, date(2026, 7, 1), child=child)
    others = await told(await one_seat(slug, role), child)
    assert [(other.slug, len(other.actions)) for other in others] == ([("mace", 1)] if is_told else [])
    if is_told:
        assert others[0].may_open is (slug == "mace")


async def test_a_restricted_item_and_its_actions_are_told_to_nobody_outside_it(cast: Cast) -> None:
    child = await builders.a_child()
    item = await a_discussion(child, DAY, restricted=True)
    await builders.an_action("mace", cast.police.agency_id, date(2026, 7, 1), child=child, agenda_item=item)
    assert await told(cast.officer, child) == []
    assert await told(await one_seat("child-exploitation-tracking", "chair"), child) == []
    assert len((await told(await one_seat("mace", "chair"), child))[0].actions) == 1


async def test_the_other_panel_stands_on_the_case_the_list_and_the_agenda(cast: Cast, sign_in, clock) -> None:
    child = await builders.a_child()
    case = await builders.a_case("child-exploitation-tracking", child, date(2026, 5, 1))
    await a_discussion(child, date(2026, 6, 3))
    await builders.an_action("mace", cast.police.agency_id, date(2026, 7, 1), child=child)
    chair = await sign_in("chair")
    page = (await chair.get(f"/cases/{case}")).text
    assert "Multi-Agency Child Exploitation (MACE)</a>, 3 Jun 2026" in page
    assert "1 open action there" in page
    assert "Also on:" in (await chair.get("/panels/child-exploitation-tracking/cases")).text
    meeting = await builders.a_meeting("child-exploitation-tracking", datetime(2026, 6, 24, 10, tzinfo=UTC))
    await builders.an_item(meeting, child)
    agenda = (await chair.get(f"/meetings/{meeting}/agenda")).text
    assert "Also on:" in agenda
    assert "Visit at the placement and agree a safety plan" in agenda
