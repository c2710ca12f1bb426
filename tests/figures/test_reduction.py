"""Before and after: the 90 days on either side of a case, on their edges, worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.figures.catalogue import FIGURES, figure_for
from app.figures.reduction.comparing import DAYS, Away, comparison, is_reduced
from app.figures.reduction.queries import away_of_child
from app.figures.rules import Question, Share
from tests import builders
from tests.figures.test_missing import NOW

MET, CLOSED = date(2025, 4, 1), date(2025, 7, 1)
"""Before: 1 January to 31 March 2025. After: 2 July to 29 September 2025."""

WINDOW = (date(2025, 7, 1), date(2025, 8, 1))


async def reduction(**more: Any) -> dict[str, Any]:
    question = Question(*WINDOW, more.pop("now", NOW), ("Exampleshire",), **more)
    figure = await figure_for(FIGURES["reduction"], question)
    return {v.key: (v.numerator, v.denominator) if isinstance(v, Share) else v.value for v in figure.values}


async def closed_case(child: int = 0, met: date | None = MET, slug: str = "mace", reason: str = "") -> int:
    child = child or await builders.a_child()
    await builders.a_case(
        slug,
        child,
        date(2025, 3, 1),
        first_meeting_on=met,
        closed_on=CLOSED,
        closure_reason=reason or "reduced-risk",
    )
    return child


async def missing(child: int, *starts: date, days: int = 0, **columns: Any) -> None:
    """Episodes from noon, over so many nights, to one in the afternoon."""
    for start in starts:
        at = datetime(start.year, start.month, start.day, 12, 0, tzinfo=UTC)
        returned_at = columns.pop("returned_at", at + timedelta(days=days, hours=1))
        await builders.insert("episode", child=child, started_at=at, returned_at=returned_at, **columns)


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (date(2024, 12, 31), 0, 0),
        (date(2025, 1, 1), 1, 0),
        (date(2025, 3, 31), 1, 0),
        (date(2025, 4, 1), 0, 0),  # the day of the initial meeting is on neither side
        (date(2025, 7, 1), 0, 0),  # nor is that of the closure
        (date(2025, 7, 2), 0, 1),
        (date(2025, 9, 29), 0, 1),
        (date(2025, 9, 30), 0, 0),
    ],
)
async def test_an_episode_counts_on_the_side_in_which_it_began(
    db: None, day: date, before: int, after: int
) -> None:
    child = await closed_case()
    await missing(child, date(2025, 2, 1), day)
    said = await reduction()
    assert (said["episodes_before"], said["episodes_after"]) == (1 + before, after)


async def test_a_case_waits_until_its_90_days_have_ended_and_needs_a_baseline(db: None) -> None:
    child = await closed_case()
    await missing(child, date(2025, 2, 1))
    await closed_case()
    await closed_case(met=None)
    said = await reduction(as_at=date(2025, 9, 28))
    assert (said["eligible"], said["waiting_90d"], said["left_out_no_baseline"]) == (0, 3, 0)
    said = await reduction(as_at=date(2025, 9, 29))
    assert (said["eligible"], said["waiting_90d"], said["left_out_no_baseline"]) == (1, 0, 2)
    assert said["reduced"] == (0, 1)  # from one to none is a fall by one


@pytest.mark.parametrize(("after", "reduced"), [(0, 1), (2, 1), (3, 0), (5, 0)])
async def test_significant_is_half_the_rate_and_two_episodes(db: None, after: int, reduced: int) -> None:
    child = await closed_case()
    await missing(child, *(date(2025, 1, 5 + 3 * number) for number in range(4)))
    await missing(child, *(date(2025, 7, 5 + 3 * number) for number in range(after)))
    said = await reduction()
    assert said["reduced"] == (reduced, 1)
    assert (said["rate_before"], said["rate_after"]) == (1.3, round(after / 3, 1))


async def test_days_that_began_with_the_child_missing_are_no_exposure(db: None) -> None:
    """Before: 4 in 90 days. After: 1, but missing from 10 July to 30 August, 51 nights: 1 in 39 days, more than half.

    A second report of the same absence takes none of these days away again.
    """
    child = await closed_case()
    await missing(child, *(date(2025, 1, 5 + 3 * number) for number in range(4)))
    await missing(child, date(2025, 7, 10), days=51)
    said = await reduction()
    assert (said["reduced"], said["episodes_after"], said["rate_after"]) == ((0, 1), 1, 0.8)
    await missing(child, date(2025, 7, 20), days=30)
    said = await reduction()
    assert (said["reduced"], said["episodes_after"], said["rate_after"]) == ((0, 1), 2, 1.5)


async def test_who_is_missing_through_all_the_days_after_is_no_success(db: None) -> None:
    child = await closed_case()
    await missing(child, *(date(2025, 1, 5 + 3 * number) for number in range(4)))
    await missing(child, date(2025, 6, 30), returned_at=None)
    said = await reduction()
    assert (said["reduced"], said["episodes_after"], said["rate_after"]) == ((0, 1), 0, None)


async def test_an_end_that_a_return_left_unknown_is_the_last_day_it_covers(db: None) -> None:
    child = await closed_case()
    await missing(child, date(2025, 2, 1))
    await missing(child, date(2025, 3, 1), returned_at=None, end_unknown_after=date(2025, 3, 31))
    await missing(child, date(2025, 7, 10), category="away")
    said = await reduction()
    assert (said["episodes_before"], said["rate_before"]) == (2, 1.0)  # in 60 days
    assert (said["episodes_after"], said["rate_after"]) == (0, 0.0)


async def test_each_closure_counts_on_its_panel_and_who_has_gone_is_told_apart(db: None) -> None:
    child = await closed_case()
    await closed_case(child, slug="general", reason="moved")
    await missing(child, date(2025, 2, 1), date(2025, 2, 9))
    said = await reduction()
    assert (said["reduced"], said["gone_90d"]) == ((2, 2), 2)
    assert (await reduction(panel="general"))["reduced"] == (1, 1)


EPISODES = st.lists(st.tuples(st.integers(-20, 300), st.integers(0, 60)), max_size=8)


@given(EPISODES, st.integers(0, 120))
def test_a_case_alone_is_reckoned_as_day_by_day(episodes: list[tuple[int, int]], open_days: int) -> None:
    first = date(2024, 1, 20)
    met, closed = first + timedelta(days=DAYS), first + timedelta(days=DAYS + open_days)
    away = [
        Away(first + timedelta(days=start), first + timedelta(days=start + nights))
        for start, nights in episodes
    ]
    compared = comparison(met, closed, away)
    for side, side_from in ((compared.before, first), (compared.after, closed + timedelta(days=1))):
        days = [side_from + timedelta(days=number) for number in range(90)]
        assert side.episodes == sum(one.from_on in days for one in away)
        assert side.exposed_days == sum(not any(a.from_on < day <= a.to_on for a in away) for day in days)
    assert days[-1] == closed + timedelta(days=90)


@pytest.mark.parametrize(
    ("before", "after", "reduced"),
    [((2, 90), (0, 90), True), ((4, 90), (2, 90), True), ((4, 90), (2, 89), False), ((4, 90), (2, 0), False)],
)
def test_the_rule_of_what_is_significant(
    before: tuple[int, int], after: tuple[int, int], reduced: bool
) -> None:
    assert is_reduced(*before, *after) is reduced


async def test_the_strip_of_a_case_and_the_figure_agree(db: None) -> None:
    child = await closed_case()
    await missing(child, date(2025, 1, 5), date(2025, 3, 29), days=4)
    await missing(child, date(2025, 7, 9), returned_at=None)
    compared = comparison(MET, CLOSED, await away_of_child(child, date(2026, 1, 1)))
    said = await reduction(as_at=date(2026, 1, 1))
    assert (compared.before.episodes, compared.after.episodes) == (2, 1)
    assert (compared.before.exposed_days, compared.after.exposed_days) == (84, 8)
    assert (said["rate_before"], said["rate_after"]) == (0.7, 3.8)
    assert said["reduced"] == (int(compared.is_reduced), 1)
