"""The planner: other thresholds on meetings of the past and the next one, in counts."""

from datetime import UTC, datetime, timedelta

import pytest

from app.panels.selection.queries import proposal_for
from app.panels.terms.queries import standing_panel
from app.panels.terms.rules import merged_terms
from tests import builders
from tests.conftest import Cast, SignIn, TestClock

HOTSPOTS = "multiple-missing-hotspots"
PLANNER = f"/panels/{HOTSPOTS}/planner"


@pytest.fixture
async def two_children(cast: Cast) -> None:
    """In May one child was missing five times and one three times; a meeting in June is to come, one in May was held."""
    for times in (5, 3):
        child = await builders.a_child(name=f"Missing {times} times")
        for day in range(times):
            await builders.an_episode(child, datetime(2026, 5, 3 + 2 * day, 20, tzinfo=UTC))
    await builders.a_meeting(HOTSPOTS, datetime(2026, 4, 15, 9, tzinfo=UTC), status="held")
    await builders.a_meeting(HOTSPOTS, datetime(2026, 6, 17, 9, tzinfo=UTC), length_minutes=40)


async def test_a_lower_threshold_shows_how_much_fuller_the_meeting_gets(
    sign_in: SignIn, two_children: None
) -> None:
    browser = await sign_in("chair")
    page = (await browser.get(PLANNER)).text
    assert "1 child" in page
    assert "Missing 5 times" not in page
    page = (await browser.get(PLANNER + "?rule.count=3")).text
    assert "2 children" in page
    assert "1 child more" in page
    # two children at 10 minutes each, and 27 minutes of standing items
    assert "47 of 40, too long" in page
    assert "37 of 40" in page


async def test_the_planner_agrees_with_the_proposal_under_those_terms(
    cast: Cast, clock: TestClock, two_children: None
) -> None:
    panel = await standing_panel(HOTSPOTS)
    assert panel is not None
    at = datetime(2026, 6, 17, 9, tzinfo=UTC)
    for count, expected in ((5, 1), (3, 2), (6, 0)):
        terms = merged_terms(panel.kind, {"rule": {"count": count}})
        assert len((await proposal_for(panel, at, now=clock.now, under=terms)).items) == expected


@pytest.mark.parametrize("value", ["0", "-1", "many", "99999"])
async def test_a_threshold_that_makes_no_sense_is_refused_in_a_sentence_and_kept(
    sign_in: SignIn, two_children: None, value: str
) -> None:
    answer = await (await sign_in("chair")).get(PLANNER, params={"rule.count": value})
    assert answer.status_code == 422
    assert "enter a whole number from 1 to 31" in answer.text
    assert f'value="{value}"' in answer.text


async def test_what_was_tried_goes_into_new_terms_of_reference(sign_in: SignIn, two_children: None) -> None:
    officer = await sign_in("officer")
    page = (await officer.get(PLANNER + "?rule.count=3")).text
    assert f"/panels/{HOTSPOTS}/terms/new?rule.count=3" in page
    form = (await officer.get(f"/panels/{HOTSPOTS}/terms/new?rule.count=3")).text
    assert 'id="rule.count" name="rule.count" type="text" value="3"' in form


async def test_a_panel_without_a_rule_says_so_and_members_do_not_plan(sign_in: SignIn, cast: Cast) -> None:
    assert (await (await sign_in("police")).get(PLANNER)).status_code == 403
    page = (await (await sign_in("chair")).get(PLANNER)).text
    assert "No meeting to try it on" in page


async def test_terms_of_a_day_are_told_and_what_changed_since(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    panel = await builders.panel_id(HOTSPOTS)
    for back, count in ((200, 6), (10, 4)):
        await builders.insert(
            "terms_of_reference",
            panel=panel,
            holds_from=clock.now.date() - timedelta(days=back),
            overrides={"rule": {"count": count}},
        )
    browser = await sign_in("police")
    page = (await browser.get(f"/panels/{HOTSPOTS}/terms?on=2026-05-01")).text
    assert "Held on" in page
    assert "Episodes in one calendar month: 4, before 6" in page
    assert "Episodes in one calendar month: 6, before 5" in page
    page = (await browser.get(f"/panels/{HOTSPOTS}/terms?on=2025-01-01")).text
    assert "the defaults of the panel’s kind held" in page


async def test_a_panel_without_terms_of_its_own_says_that_the_defaults_hold(
    sign_in: SignIn, cast: Cast
) -> None:
    answer = await (await sign_in("police")).get("/panels/general/terms")
    assert answer.status_code == 200
    assert "The defaults of its kind hold" in answer.text
