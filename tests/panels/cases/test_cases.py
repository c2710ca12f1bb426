"""Cases closed and kept open from the room, and what panels tell of a child to the rooms before."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from app.access import Identity
from app.lifecycle import Forbidden, Invisible, MovedOn
from app.panels.cases.changes import close_case, record_review
from app.panels.cases.queries import case_facts, cases_on_panel, open_case_counts
from app.panels.chronology.queries import moments_of, scopes_of_children
from tests import builders
from tests.conftest import Cast
from tests.panels.together import several_connections

MET = date(2026, 6, 17)


async def test_the_first_review_is_the_initial_meeting(cast: Cast) -> None:
    case = await builders.a_case("mace", await builders.a_child(), date(2026, 6, 1))
    await record_review(cast.minute_taker, case, reviewed_on=MET, next_review_on=date(2026, 9, 9))
    await record_review(cast.minute_taker, case, reviewed_on=date(2026, 9, 9), next_review_on=None)
    found = await case_facts(case)
    assert found is not None
    assert (found.first_meeting_on, found.last_reviewed_on, found.next_review_on) == (
        MET,
        date(2026, 9, 9),
        None,
    )
    assert found.version == 3


async def test_a_case_is_closed_once(cast: Cast) -> None:
    case = await builders.a_case("mace", await builders.a_child(), date(2026, 6, 1), next_review_on=MET)
    await several_connections()
    done = await asyncio.gather(
        *(
            close_case(
                cast.minute_taker,
                case,
                closed_on=MET,
                reason="reduced-risk",
                rationale="Calm for months",
                today=MET,
            )
            for _ in range(4)
        ),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["MovedOn", "MovedOn", "MovedOn", "NoneType"]
    found = await case_facts(case)
    assert found is not None
    assert (found.closed_on, found.closure_reason, found.first_meeting_on) == (MET, "reduced-risk", MET)
    with pytest.raises(MovedOn):
        await record_review(cast.minute_taker, case, reviewed_on=MET, next_review_on=None)


async def test_members_decide_on_no_case_and_nobody_on_one_that_is_not_there(cast: Cast) -> None:
    case = await builders.a_case("mace", await builders.a_child(), date(2026, 6, 1))
    with pytest.raises(Forbidden):
        await close_case(
            cast.police, case, closed_on=MET, reason="moved", rationale="Calm for months", today=MET
        )
    with pytest.raises(Invisible):
        await close_case(
            cast.chair, case + 1, closed_on=MET, reason="moved", rationale="Calm for months", today=MET
        )


async def test_the_open_case_goes_before_closed_ones(cast: Cast) -> None:
    child, panel = await builders.a_child(), await builders.panel_id("mace")
    old = await builders.a_case(
        "mace", child, date(2025, 1, 1), closed_on=date(2025, 6, 1), closure_reason="moved"
    )
    assert (await cases_on_panel(panel, [child]))[child].id == old
    new = await builders.a_case("mace", child, date(2026, 1, 1), recall_of=old)
    assert (await cases_on_panel(panel, [child]))[child].id == new
    assert await open_case_counts([panel]) == {panel: 1}


@pytest.mark.parametrize(
    ("meeting_status", "item_status", "issued_in", "is_listed"),
    [
        ("planned", "on-agenda", None, False),
        ("agenda-issued", "on-agenda", None, False),
        ("agenda-issued", "on-agenda", 1, True),
        ("agenda-issued", "left-off", 1, False),
        ("agenda-issued", "deferred", 1, False),
        ("held", "on-agenda", None, True),
        ("held", "left-off", None, False),
        ("cancelled", "on-agenda", 1, False),
    ],
)
async def test_a_panel_lists_a_child_on_issued_and_held_agendas(
    cast: Cast, meeting_status: str, item_status: str, issued_in: int | None, is_listed: bool
) -> None:
    child = await builders.a_child()
    meeting = await builders.a_meeting("mace", status=meeting_status)
    await builders.an_item(meeting, child, status=item_status, first_issued_in=issued_in)
    panel = await builders.panel_id("mace")
    assert await scopes_of_children([child]) == ({child: frozenset({panel})} if is_listed else {})


async def test_a_case_lists_its_child_too(cast: Cast) -> None:
    child = await builders.a_child()
    await builders.a_case("mace", child, date(2026, 1, 1))
    assert await scopes_of_children([child]) == {child: frozenset({await builders.panel_id("mace")})}


async def test_moments_are_told_on_panels_whose_meetings_one_may_see(cast: Cast) -> None:
    child = await builders.a_child()
    await builders.a_case("mace", child, date(2026, 1, 1), closed_on=MET, closure_reason="reduced-risk")
    meeting = await builders.a_meeting("mace", datetime(2026, 2, 1, 10, 0, tzinfo=UTC), status="held")
    await builders.an_item(meeting, child)
    titles = {moment.title for moment in await moments_of(cast.police, child)}
    mace = "Multi-Agency Child Exploitation (MACE)"
    assert titles == {
        f"Discussed at {mace}",
        f"Referred to {mace}: threshold met",
        f"Case opened by {mace}",
        f"Case closed by {mace}: reduced risk",
    }
    elsewhere = Identity(1, "Else", "e@example.org", 1, "Elsewhere")
    assert await moments_of(elsewhere, child) == []
    assert await moments_of(cast.admin, child) == []
