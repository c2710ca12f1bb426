"""Every rule's SQL against the plain loops of the oracle, over many drawn histories."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.london import day_end
from app.panels.handed_in import handed_in
from app.panels.selection.queries import concern, proposal_on
from app.panels.selection.queries.occasions import first_meeting, occasion_of
from app.panels.selection.rules import Proposal
from app.panels.selection.rules.concern import leading
from app.panels.selection.rules.occasions import Drafts
from app.panels.selection_rules import TopByConcern
from app.panels.terms.queries import standing_panel
from tests import builders
from tests.panels.selection import oracle
from tests.panels.selection.histories import History, draw, store

pytestmark = pytest.mark.usefixtures("db")

SEEDS = range(36)


async def proposed(slug: str, seed: int) -> tuple[Proposal, History]:
    history = draw(seed, slug)
    await store(history)
    panel = await standing_panel(slug)
    assert panel is not None
    return await proposal_on(panel, history.on, now=history.at + timedelta(days=400)), history


def listed(proposal: Proposal) -> oracle.Listed:
    return [(item.child_ref, frozenset(item.episode_ids)) for item in proposal.items]


@pytest.mark.parametrize("seed", SEEDS)
async def test_multiple_missing_agrees_with_the_oracle(seed: int) -> None:
    proposal, history = await proposed("multiple-missing-hotspots", seed)
    items, near = oracle.multiple_missing(history)
    assert listed(proposal) == items
    assert {close.child_ref for close in proposal.near_misses} == near
    found = {(place.place.casefold(), place.episodes, place.children) for place in proposal.places}
    assert found == oracle.places(history)


@pytest.mark.parametrize("seed", SEEDS)
async def test_places_count_together_under_every_name_they_were_given(seed: int) -> None:
    """One record has two of the names and stands for a merged one; another says that a park is somebody's home."""
    old_mill = await builders.insert("place", name="Old Mill and Square")
    square = await builders.insert("place", name="The Square", merged_into=old_mill)
    park = await builders.insert("place", name="The lodge", kind="home")
    names = {
        "old mill": old_mill,
        "12 example road": old_mill,
        "market square": square,
        "riverside park": park,
    }
    for name, place in names.items():
        await builders.insert("place_name", place=place, name=name)
    proposal, history = await proposed("multiple-missing-hotspots", seed)
    called = {
        old_mill: ("old mill and square", False),
        square: ("old mill and square", False),
        park: ("the lodge", True),
    }
    expected = oracle.places(history, {name: called[place] for name, place in names.items()})
    assert {(p.place.casefold(), p.episodes, p.children) for p in proposal.places} == expected
    assert {p.place_id for p in proposal.places} <= {old_mill, park, None}


@pytest.mark.parametrize("seed", SEEDS)
async def test_missing_children_panel_agrees_with_the_oracle(seed: int) -> None:
    proposal, history = await proposed("missing-children-panel", seed)
    assert dict(listed(proposal)) == oracle.missing_children(history)
    assert len(proposal.items) == len({item.child_ref for item in proposal.items})


@pytest.mark.parametrize("seed", SEEDS)
async def test_operational_group_agrees_with_the_oracle(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    overdue = draw(seed, "missing-operational-group").overdue

    async def overdue_actions(as_of: object) -> dict[int, int]:
        return overdue

    monkeypatch.setattr(handed_in, "overdue_actions", overdue_actions)
    proposal, history = await proposed("missing-operational-group", seed)
    expected = oracle.operational_group(history, history.at + timedelta(days=400))
    assert [(item.child_ref, item.facts["score"]) for item in proposal.items] == expected[:6]
    assert [close.child_ref for close in proposal.near_misses] == [ref for ref, _ in expected[6:9]]

    # as in an authority of many children: only those who lead before risk and declines count are scored at once
    monkeypatch.setattr(concern, "leading", lambda partly, most: leading(partly, 3 + seed % 3))
    for top in (1, 2):
        drafts = await _first_by_concern(history, top)
        assert [(history.refs[d.child_id], d.facts["score"]) for d in drafts.items] == expected[:top]
        assert [history.refs[d.child_id] for d in drafts.near] == [r for r, _ in expected[top : top + 3]]


async def _first_by_concern(history: History, top: int) -> Drafts:
    panel = await standing_panel("missing-operational-group")
    assert panel is not None
    meeting = await first_meeting(panel, history.on)
    at, now = meeting.begins if meeting else day_end(history.on), history.at + timedelta(days=400)
    occasion = await occasion_of(panel, at, history.on, now, meeting)
    assert isinstance(occasion.terms.rule, TopByConcern)
    return await concern.by_concern(replace(occasion.terms.rule, top=top), occasion)


@pytest.mark.parametrize("seed", SEEDS)
async def test_tracking_panel_agrees_with_the_oracle(seed: int) -> None:
    proposal, history = await proposed("child-exploitation-tracking", seed)
    assert {item.child_ref for item in proposal.items} == oracle.tracked(history)
    assert len(proposal.items) == len({item.child_ref for item in proposal.items})


@pytest.mark.parametrize("seed", SEEDS)
async def test_high_risk_meeting_agrees_with_the_oracle(seed: int) -> None:
    proposal, history = await proposed("high-risk-misper", seed)
    assert dict(listed(proposal)) == oracle.high_risk(history)


@pytest.mark.parametrize("seed", SEEDS)
async def test_mace_agrees_with_the_oracle(seed: int) -> None:
    proposal, history = await proposed("mace", seed)
    assert [(item.child_ref, item.facts["stage"]) for item in proposal.items] == oracle.mace(history)


@pytest.mark.parametrize("seed", SEEDS)
async def test_repeat_missing_agrees_with_the_oracle(seed: int) -> None:
    proposal, history = await proposed("repeat-missing", seed)
    expected, missed = oracle.repeat_missing(history)
    assert [(item.child_ref, item.facts["triggered_on"]) for item in proposal.items] == [
        (ref, day.isoformat()) for ref, day in expected
    ]
    assert {close.child_ref for close in proposal.near_misses if close.missed} == missed


@pytest.mark.parametrize("seed", range(4))
async def test_a_plain_panel_proposes_nobody(seed: int) -> None:
    proposal, _ = await proposed("general", seed)
    assert (proposal.items, proposal.places, proposal.near_misses) == ((), (), ())
