"""The curve of how long an improvement lasts: against scipy, and on the edges where a curve has nothing to say."""

import warnings

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from app.figures.survival.rules import READ_AT, Ends, kaplan_meier

FOLLOWED = st.lists(
    st.tuples(st.integers(0, 400) | st.sampled_from([0, 91, 182, 365]), st.booleans()), min_size=1
)
"""Days, and whether a recall came on the last of them; many on the same day."""


@given(FOLLOWED)
@example([(91, True), (91, False), (91, True), (365, False)])
@example([(5, True)])
@example([(5, False)])
@example([(1, True), (2, True), (2, False)])
def test_the_curve_and_its_interval_equal_scipys(followed: list[tuple[int, bool]]) -> None:
    curve = kaplan_meier(followed)
    theirs = ecdf(
        CensoredData(
            uncensored=[day for day, recalled in followed if recalled],
            right=[day for day, recalled in followed if not recalled],
        )
    ).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scipy warns where the interval is not defined
        interval = theirs.confidence_interval(method="log-log")
    for step in curve.steps:
        assert step.share == pytest.approx(float(theirs.evaluate(step.day)), abs=1e-9)
        for ours, end in ((step.low, interval.low), (step.high, interval.high)):
            if 0 < step.share < 1:
                assert ours == pytest.approx(float(end.evaluate(step.day)), abs=1e-9)
            else:
                assert ours is None
    for day in READ_AT:
        read = curve.at(day)
        if read is None:
            assert not any(days >= day for days, _ in followed)
        else:
            assert read.share == pytest.approx(float(theirs.evaluate(day)), abs=1e-9)
            assert read.at_risk == sum(days >= day for days, _ in followed)
    assert np.all(np.diff([step.share for step in curve.steps]) < 0)


def test_whoever_is_lost_on_the_day_of_a_recall_was_still_followed() -> None:
    curve = kaplan_meier([(10, True), (10, False), (30, False)])
    assert [(step.day, step.at_risk, step.share) for step in curve.steps] == [(10, 3, 2 / 3)]


def test_a_curve_says_nothing_beyond_the_last_who_was_followed() -> None:
    curve = kaplan_meier([(50, True), (120, False)])
    assert curve.at(91) is not None
    assert curve.at(182) is None
    assert kaplan_meier([]).at(91) is None
    gone = kaplan_meier([(50, True), (60, True)]).at(365)
    assert gone is not None
    assert (gone.share, gone.low, gone.high) == (0.0, None, None)


def test_before_the_first_recall_there_is_a_share_but_no_interval() -> None:
    read = kaplan_meier({400: Ends(losses=8)}).at(365)
    assert read is not None
    assert (read.share, read.low, read.high, read.at_risk) == (1.0, None, None, 8)


def test_numbers_at_risk_count_whoever_was_followed_up_to_the_day() -> None:
    curve = kaplan_meier([(0, False), (91, True), (91, False), (182, False), (400, False)])
    assert [curve.at_risk(day) for day in (0, 91, 92, 182, 365)] == [5, 4, 2, 2, 1]
