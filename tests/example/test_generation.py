"""The invented year looks like a real one: few children with many episodes, first repeats that come soon."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from app.example.calendar import sittings
from app.example.cases import cases_of
from app.example.children import children_of, episode_counts
from app.example.episodes import ExampleEpisode, episodes_of
from app.example.rules import DAYS_BACK, FULL, Present
from app.example.stories import stories_of_now
from app.london import age_on, day_start, is_working_day

PRESENT = Present(datetime(2026, 11, 20, 15, 30, tzinfo=UTC))
CHILDREN = children_of(FULL, PRESENT)
CASES = cases_of(CHILDREN, PRESENT, PRESENT.days_ago(56))
EPISODES = [one for one in episodes_of(CHILDREN, CASES, PRESENT) if one.category == "missing"]


def by_child() -> dict[str, list[ExampleEpisode]]:
    found: dict[str, list[ExampleEpisode]] = {}
    for episode in EPISODES:
        found.setdefault(episode.child.ref, []).append(episode)
    return found


def test_four_per_cent_of_the_children_make_twenty_eight_per_cent_of_the_episodes():
    # older ones are told of those alone who had a case then
    first = day_start(PRESENT.days_ago(DAYS_BACK))
    numbers = [sum(one.started_at >= first for one in found) for found in by_child().values()]
    counts = sorted(numbers, reverse=True)
    assert sum(counts[: round(FULL.children * 0.04)]) / sum(counts) == pytest.approx(0.28, abs=0.02)
    assert sum(episode_counts(FULL)) == pytest.approx(FULL.episodes, rel=0.02)


def test_half_of_the_first_repeats_come_within_four_weeks():
    gaps = [
        (found[1].started_at - found[0].started_at).days for found in by_child().values() if len(found) > 1
    ]
    assert sum(gap < 28 for gap in gaps) / len(gaps) == pytest.approx(0.53, abs=0.05)


def test_no_child_is_missing_twice_at_once():
    stories, _ = stories_of_now(CHILDREN, PRESENT)
    assert len({one.ref for one in (*EPISODES, *stories)}) == len(EPISODES) + len(stories)
    for found in by_child().values():
        for earlier, later in pairwise(found):
            assert earlier.returned_at is not None
            assert earlier.returned_at < later.started_at


def test_children_of_every_age_status_and_authority_are_there():
    ages = {age_on(child.born_on, PRESENT.day) for child in CHILDREN}
    assert min(ages) < 14
    assert max(ages) >= 18
    assert {child.legal_status for child in CHILDREN} == {"cla", "cp", "cin", "none"}
    assert any(child.responsible_authority for child in CHILDREN)
    assert any(child.placed_in for child in CHILDREN)


def test_cases_are_open_closed_and_recalled():
    cases = [case for case in CASES if case.threshold == "met"]
    assert any(case.closed_on is None and case.first_meeting_on for case in cases)
    assert any(case.closure_reason == "reduced-risk" for case in cases)
    assert len({case.child.ref for case in cases}) < len(cases)
    for case in cases:
        assert case.closed_on is None or case.first_meeting_on is None or case.closed_on >= case.referred_on


@pytest.mark.parametrize(
    "day", [date(2026, 12, 24), date(2026, 11, 22), date(2027, 3, 28), date(2028, 2, 29)]
)
def test_meetings_fall_on_working_days_whatever_day_it_is(day):
    present = Present(datetime(day.year, day.month, day.day, 11, 0, tzinfo=UTC))
    found = sittings(FULL, present)
    assert all(is_working_day(one.day) for one in found)
    assert len({(one.slug, one.starts_at) for one in found}) == len(found)
    assert all(one.pace is None for one in found if one.starts_at > present.now)
