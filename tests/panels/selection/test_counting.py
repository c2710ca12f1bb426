"""What is counted for a meeting without reasons is what its proposal lists, under any terms."""

from datetime import timedelta
from typing import Any

import pytest

from app.panels.selection.queries import numbers_for, proposal_for
from app.panels.terms.queries import standing_panel
from app.panels.terms.rules import merged_terms
from tests.panels.selection.histories import draw, store

pytestmark = pytest.mark.usefixtures("db")

TRIED: list[tuple[str, dict[str, Any]]] = [
    ("mace", {"review_weeks": 3, "top_risk_weeks": 1}),
    ("multiple-missing-hotspots", {"count": 2, "places": {"episodes": 2, "home_children": 3}}),
    ("missing-children-panel", {"first_days": 40}),
    ("missing-operational-group", {"top": 2, "days": 20}),
    ("missing-operational-group", {"top": 40, "weights": {"episode": 0}}),
    ("child-exploitation-tracking", {"level": "high"}),
    ("high-risk-misper", {"days": 60}),
    ("repeat-missing", {"count": 2, "days": 5}),
]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("slug", "rule"), TRIED)
async def test_as_many_are_counted_as_are_proposed(slug: str, rule: dict[str, Any], seed: int) -> None:
    history = draw(seed, slug)
    await store(history)
    panel = await standing_panel(slug)
    assert panel is not None
    under = [merged_terms(panel.kind, {}), merged_terms(panel.kind, {"rule": rule})]
    for meeting in history.meetings:
        if meeting.panel == slug and meeting.child is None:
            now = meeting.starts_at + timedelta(days=1)
            found = await numbers_for(panel, meeting.id, under, now=now)
            for numbers, terms in zip(found, under, strict=True):
                proposal = await proposal_for(
                    panel, meeting.starts_at, now=now, meeting_id=meeting.id, under=terms
                )
                assert (numbers.children, numbers.places) == (len(proposal.items), len(proposal.places))
