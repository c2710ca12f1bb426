"""Whose child, which windows, which clocks, which interview: pure, with the dates at the edges."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.episodes.children.rules import chronology, clocks_of
from app.episodes.clocks.rules import open_clocks
from app.episodes.handed_in import ChronologyMoment
from app.episodes.rules import (
    Cohort,
    EpisodeFacts,
    InterviewFacts,
    RiskFacts,
    RiskScaleHeld,
    cohort_of,
    final_interview,
    interview_key,
    is_open,
    is_ours,
    scale_on,
    told_or_childs,
    touches,
)

OWN = ("Exampleshire", "Exampleshire  County Council")


def at(day: int, hour: int = 0, minute: int = 0, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


FIRST = at(1)


def episode(started_at: datetime = FIRST, returned_at: datetime | None = None, **others) -> EpisodeFacts:
    return EpisodeFacts(1, others.pop("category", "missing"), started_at, returned_at, **others)


@pytest.mark.parametrize(
    ("responsible", "placed", "cohort"),
    [
        ("", "", Cohort.OWN_HERE),
        ("exampleshire", " EXAMPLESHIRE county council ", Cohort.OWN_HERE),
        ("Exampleshire", "Farshire", Cohort.OWN_AWAY),
        ("", "Farshire", Cohort.OWN_AWAY),
        ("Otherborough", "", Cohort.PLACED_BY_OTHERS),
        ("Otherborough", "Farshire", Cohort.PLACED_BY_OTHERS),
    ],
)
def test_a_child_is_ours_when_the_authority_is_blank_or_a_name_of_ours(responsible, placed, cohort):
    assert cohort_of(responsible, placed, OWN) is cohort


def test_a_part_of_our_name_is_not_our_name():
    assert not is_ours("Example", OWN)


def test_what_was_told_with_the_episode_holds_even_when_blank():
    assert told_or_childs(None, "Otherborough") == "Otherborough"
    assert told_or_childs("", "Otherborough") == ""


def test_an_end_that_nobody_knows_is_never_open():
    assert is_open(episode())
    assert not is_open(episode(end_unknown_after=date(2027, 3, 31)))
    assert not is_open(episode(returned_at=at(2)))


@pytest.mark.parametrize(
    ("started_at", "returned_at", "others", "answer"),
    [
        (at(9, 23, 59), at(10), {}, False),
        (at(9, 23, 59), at(10, 0, 1), {}, True),
        (at(10), at(10), {}, True),
        (at(17), None, {}, False),
        (at(16, 23, 59), None, {}, True),
        (at(1), None, {}, True),
        (at(1), None, {"end_unknown_after": date(2027, 3, 31)}, False),
        (at(12), None, {"end_unknown_after": date(2027, 3, 31)}, True),
        (at(8, 23), at(8, 23), {"date_only": ("returned_at",)}, False),
        (at(8, 23), at(9, 23), {"date_only": ("returned_at",)}, True),
    ],
)
def test_an_episode_touches_a_half_open_window(started_at, returned_at, others, answer):
    assert touches(episode(started_at, returned_at, **others), at(10), at(17)) is answer


@given(st.integers(0, 400), st.integers(0, 400) | st.none(), st.integers(0, 400), st.integers(1, 200))
def test_touching_a_window_is_having_an_hour_in_it(start, length, first, width):
    """Brute force over hours; a return in the same instant still counts where the start lies in the window."""
    one = episode(
        at(1) + timedelta(hours=start), None if length is None else at(1) + timedelta(hours=start + length)
    )
    hours = {start} | (set(range(start, 2000)) if length is None else set(range(start, start + length)))
    window = range(first, first + width)
    assert touches(one, at(1) + timedelta(hours=first), at(1) + timedelta(hours=first + width)) is any(
        hour in window for hour in hours
    )


def kinds(clocks):
    return [clock.kind for clock in clocks]


def test_the_strategy_discussion_is_due_after_twelve_hours_or_at_once():
    (clock,) = open_clocks(episode(at(10, 8)), None, None, False, at(10, 9))
    assert (clock.kind, clock.due_at) == ("strategy-discussion", at(10, 20))
    assert not clock.is_overdue(at(10, 20))
    assert clock.is_overdue(at(10, 20, 1))
    (clock,) = open_clocks(episode(at(10, 8), immediate_concern=True), None, None, False, at(10, 9))
    assert clock.due_at == at(10, 8)
    (clock,) = open_clocks(episode(at(10, 8), strategy_discussion_at=at(10, 9)), None, None, False, at(12))
    assert not clock.is_overdue(at(12))


def test_the_high_risk_notification_is_for_children_in_care_alone():
    clocks = open_clocks(episode(at(10, 8)), None, None, True, at(10, 9))
    assert kinds(clocks) == ["strategy-discussion", "high-risk-notification"]
    assert clocks[1].due_at == at(11, 8)


def test_clocks_count_elapsed_hours_over_the_night_on_which_the_clocks_change():
    evening = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
    (clock,) = open_clocks(episode(evening), None, None, False, evening)
    assert clock.due_at - evening == timedelta(hours=12)


def test_the_interview_is_due_72_hours_after_the_return_and_also_told_from_when_the_council_knew():
    one = episode(at(1), at(2, 8), la_notified_at=at(2, 20))
    clocks = open_clocks(one, None, None, False, at(3))
    assert [(c.kind, c.due_at) for c in clocks] == [("interview", at(5, 8)), ("interview-told", at(5, 20))]
    told_before = replace(one, la_notified_at=at(1, 5))
    assert open_clocks(told_before, None, None, False, at(3))[1].due_at == at(5, 8)


@pytest.mark.parametrize(
    ("outcome", "runs"),
    [
        (None, True),
        ("pending", True),
        ("completed", False),
        ("declined-child", False),
        ("not-required", False),
    ],
)
def test_the_interviews_clock_runs_until_it_is_settled(outcome, runs):
    assert bool(open_clocks(episode(at(1), at(2)), outcome, None, False, at(3))) is runs


def test_an_old_interview_that_nobody_recorded_leaves_the_clocks():
    one = episode(at(1), at(2))
    assert open_clocks(one, None, None, False, at(2) + timedelta(days=90))
    assert not open_clocks(one, None, None, False, at(2) + timedelta(days=90, seconds=1))


@pytest.mark.parametrize(
    "one",
    [episode(category="away"), episode(category="curfew"), episode(end_unknown_after=date(2026, 3, 31))],
)
def test_only_missing_episodes_whose_end_is_known_have_clocks(one):
    assert open_clocks(one, None, None, True, at(2)) == []


def test_a_clock_that_counts_from_a_day_says_so():
    clocks = open_clocks(episode(at(10), date_only=("started_at",)), None, None, True, at(11))
    assert all(clock.from_date for clock in clocks)


def interview(number: int, outcome: str, offered_at: datetime | None = None, held_at=None, episodes=(1,)):
    return InterviewFacts(number, outcome, offered_at, held_at, episodes)


def test_of_several_interviews_a_completed_one_wins_else_the_latest():
    declined, completed, later = (
        interview(3, "declined-child", at(9)),
        interview(1, "completed", at(5)),
        interview(2, "unable", at(10)),
    )
    assert final_interview([declined, completed, later]) is completed
    assert final_interview([later, declined]) is later
    undated = interview(9, "pending")
    assert final_interview([undated, declined]) is declined
    held_late = interview(4, "declined-carer", at(8), at(12))
    assert final_interview([held_late, later]) is held_late
    assert final_interview([]) is None


def test_an_interview_is_the_same_by_its_episodes_and_its_offer():
    assert interview_key([2, 1], at(1)) == interview_key((1, 2), at(1), at(5))
    assert interview_key([1], None, at(5)) != interview_key([1], None, None)
    assert interview_key([1, 2], None) != interview_key([12], None)


def test_the_scale_that_held_on_a_day_is_the_latest_before_it():
    old, new = (
        RiskScaleHeld(date(2020, 1, 1), ("low", "high")),
        RiskScaleHeld(date(2026, 1, 1), ("a", "b", "c")),
    )
    assert scale_on([old, new], date(2025, 12, 31)) == ("low", "high")
    assert scale_on([new, old], date(2026, 1, 1)) == ("a", "b", "c")
    assert scale_on([old, new], date(2019, 1, 1)) == ("low", "high")
    assert scale_on([], date(2019, 1, 1)) == ()


def test_the_chronology_is_one_line_of_everything_the_latest_first():
    entries = chronology(
        [episode(at(1), at(2))],
        [interview(1, "declined-child", at(3)), interview(2, "pending", episodes=(1, 7))],
        [RiskFacts(1, date(2026, 6, 5), "high", "CE tool", ("cse", "county-lines"))],
        [ChronologyMoment(at(4), "panel", "Discussed at MACE", url="/meetings/1")],
    )
    assert [(entry.kind, entry.date_only) for entry in entries] == [
        ("risk", True),
        ("meeting", False),
        ("interview", False),
        ("missing", False),
        ("interview", True),
    ]
    assert entries[0].words == "CE tool; CSE, county lines"


def test_clocks_of_a_child_take_the_care_of_the_episode_before_the_childs_and_put_open_ones_first():
    returned = EpisodeFacts(1, "missing", at(8), at(9))
    away = EpisodeFacts(2, "missing", at(7), None, legal_status="cin")
    found = clocks_of([returned, away], [interview(1, "pending", at(9, 5))], "cla", at(10))
    assert [one.id for one, _ in found] == [2, 1]
    assert kinds(found[0][1]) == ["strategy-discussion"]
    assert found[1][1][0].done_at == at(9, 5)
