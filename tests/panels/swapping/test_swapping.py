"""The concern score's parts beside a case, its weights in the terms, and swapping a case for a near miss."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import database
from app.history.changes import AlreadySubmitted
from app.lifecycle import Forbidden, Refused
from app.panels.agenda.changes import accept_proposed
from app.panels.agenda.queries import items_of, proposal_of
from app.panels.kinds import KINDS
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.selection.rules.concern import ConcernParts
from app.panels.selection.rules.concern_parts import concern_lines
from app.panels.selection_rules import ConcernWeights
from app.panels.swapping.changes import swap_cases
from app.panels.swapping.rules import Swap
from app.panels.terms.rules import settings_of
from tests import builders
from tests.conftest import Cast, SignIn, TestClock

MOG = "missing-operational-group"
few = st.integers(0, 6)


@given(
    st.builds(
        ConcernParts,
        child=st.just(1),
        episode_ids=few.map(lambda n: tuple(range(n))),
        full_days=few,
        at_level=st.booleans(),
        top_level=st.booleans(),
        young=st.booleans(),
        declined=few,
        overdue_actions=few,
        case_change=st.booleans(),
    ),
    st.builds(ConcernWeights, *([st.integers(0, 20)] * 3)),
)
def test_the_lines_shown_add_up_to_the_score(parts: ConcernParts, weights: ConcernWeights) -> None:
    lines = concern_lines(parts.facts(weights))
    assert sum(line.points for line in lines) == parts.score(weights)
    assert all(line.count * line.weight == line.points for line in lines)


def test_an_item_without_a_score_shows_no_parts() -> None:
    assert concern_lines({}) == concern_lines({"parts": None}) == ()


def test_every_weight_is_a_setting_of_the_terms() -> None:
    paths = {setting.path for setting in settings_of(KINDS[MOG])}
    assert {f"rule.weights.{name}" for name in ConcernWeights.__dataclass_fields__} <= paths


async def a_city(clock: TestClock, children: int = 8) -> MeetingFacts:
    """A meeting to come, and more children than it takes, each a little less worrying than the one before."""
    for number in range(children):
        child = await builders.a_child()
        for episode in range(children + 1 - number):
            await builders.an_episode(child, datetime(2026, 5, 1 + episode, 20, number, tzinfo=UTC))
    await builders.a_meeting(MOG, clock.now + timedelta(days=6))
    return await database_meeting()


async def database_meeting() -> MeetingFacts:
    from app.panels.meetings.queries import MEETING

    rows = await database.fetch_as(MeetingFacts, MEETING)
    return rows[0]


async def test_a_proposed_case_makes_room_for_a_near_miss_with_one_reason(
    cast: Cast, clock: TestClock
) -> None:
    meeting = await a_city(clock)
    proposal = await proposal_of(meeting, clock.now)
    off, on = proposal.items[2].child_id, proposal.near_misses[0].child_id
    await swap_cases(cast.chair, meeting, Swap(f"child:{off}", str(on), "Known to us"), now=clock.now)
    stored = {item.child_id: item for item in await items_of(meeting.id)}
    assert (stored[off].status, stored[off].left_off_reason) == ("left-off", "Known to us")
    assert stored[on].status == "on-agenda"
    assert stored[on].reason.startswith("Known to us (swapped in; near miss of the rule: ")


async def test_a_case_on_the_agenda_may_be_swapped_too(cast: Cast, clock: TestClock) -> None:
    meeting = await a_city(clock)
    await accept_proposed(cast.chair, meeting, everything=True, now=clock.now)
    item = (await items_of(meeting.id))[0]
    near = (await proposal_of(meeting, clock.now)).near_misses[0].child_id
    meeting = await meeting_for(cast.chair, meeting.id)
    await swap_cases(cast.chair, meeting, Swap(f"key:{item.key}", str(near), "Why"), now=clock.now)
    assert sum(one.is_on_agenda for one in await items_of(meeting.id)) == 6


async def test_nothing_changes_when_half_a_swap_cannot_be(cast: Cast, clock: TestClock) -> None:
    meeting = await a_city(clock)
    proposal = await proposal_of(meeting, clock.now)
    off, on = f"child:{proposal.items[0].child_id}", str(proposal.near_misses[0].child_id)
    for swap, field in (
        (Swap(off, on, " "), "reason"),
        (Swap(off, str(proposal.items[1].child_id), "Why"), "on"),
        (Swap("key:9999999", on, "Why"), "off"),
        (Swap("", "", "Why"), "off"),
    ):
        with pytest.raises(Refused) as problem:
            await swap_cases(cast.chair, meeting, swap, now=clock.now)
        assert field in problem.value.errors
    with pytest.raises(Forbidden):
        await swap_cases(cast.police, meeting, Swap(off, on, "Why"), now=clock.now)
    assert await items_of(meeting.id) == []


async def test_one_form_swaps_once(cast: Cast, clock: TestClock) -> None:
    meeting = await a_city(clock)
    proposal = await proposal_of(meeting, clock.now)
    swap = Swap(f"child:{proposal.items[0].child_id}", str(proposal.near_misses[0].child_id), "Why")
    outcomes = await asyncio.gather(
        *(swap_cases(cast.chair, meeting, swap, now=clock.now, submission_key="one") for _ in range(5)),
        return_exceptions=True,
    )
    assert outcomes.count(None) == 1
    assert sum(isinstance(one, AlreadySubmitted) for one in outcomes) == 4


async def test_the_chair_swaps_in_one_form_and_sees_what_each_score_is_made_of(
    cast: Cast, clock: TestClock, sign_in: SignIn
) -> None:
    meeting = await a_city(clock)
    proposal = await proposal_of(meeting, clock.now)
    chair, address = await sign_in("chair"), f"/meetings/{meeting.id}/agenda"
    shown = (await chair.get(address)).text
    assert "Concern score 27" in shown
    assert "9 × 3" in shown
    assert f"{address}/swap" in shown
    refused = await chair.post(f"{address}/swap", {"reason": "Kept words"})
    assert refused.status_code == 422
    assert "Kept words" in refused.text
    filled = {
        "off": f"child:{proposal.items[0].child_id}",
        "on": str(proposal.near_misses[0].child_id),
        "reason": "Known to the homes team",
    }
    assert (await chair.post(f"{address}/swap", filled)).status_code == 303
    assert "Known to the homes team" in (await chair.get(address)).text
    assert (await (await sign_in("police")).get(f"{address}/swap")).status_code == 403
