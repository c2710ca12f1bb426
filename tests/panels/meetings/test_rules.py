"""When a meeting may be: clock changes, the past, the hours that are taken."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.london import LONDON
from app.panels.meetings.rules import (
    instant_in_london,
    planning_problems,
    read_clock,
    read_day,
    time_left_in_words,
)

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def test_winter_and_summer_times_are_of_london() -> None:
    assert instant_in_london(date(2026, 1, 14), time(10, 0)) == datetime(2026, 1, 14, 10, 0, tzinfo=UTC)
    assert instant_in_london(date(2026, 7, 14), time(10, 0)) == datetime(2026, 7, 14, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "exists"), [(time(0, 59), True), (time(1, 0), False), (time(1, 59), False), (time(2, 0), True)]
)
def test_the_hour_that_march_leaves_out_does_not_exist(clock: time, exists: bool) -> None:
    assert (instant_in_london(date(2026, 3, 29), clock) is not None) == exists


def test_the_hour_that_october_repeats_means_the_earlier_one() -> None:
    assert instant_in_london(date(2026, 10, 25), time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001 a wall clock
def test_every_other_time_comes_back_as_it_was_given(local: datetime) -> None:
    instant = instant_in_london(local.date(), local.time())
    if instant is not None:
        assert instant.astimezone(LONDON).replace(tzinfo=None) == local


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("14:30", time(14, 30)),
        ("2:30pm", time(14, 30)),
        ("2.30 PM", time(14, 30)),
        ("9am", time(9, 0)),
        ("12am", time(0, 0)),
        ("12pm", time(12, 0)),
        ("00:00", time(0, 0)),
        ("10:00:00", time(10, 0)),
    ],
)
def test_times_are_read_as_people_write_them(text: str, clock: time) -> None:
    assert read_clock(text) == clock


@pytest.mark.parametrize("text", ["", "noon", "25:00", "10:60", "13pm", "0am", "9", "10:3"])
def test_what_is_no_time_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="Enter a time"):
        read_clock(text)


def test_days_are_read_from_browsers_and_from_people() -> None:
    assert read_day("2028-02-29") == read_day("29/02/2028") == date(2028, 2, 29)
    with pytest.raises(ValueError, match="real date"):
        read_day("29/02/2026")


def test_a_meeting_that_would_start_now_is_in_the_past() -> None:
    assert "starts_time" in planning_problems(date(2026, 1, 5), time(9, 0), 60, NOW, [])[1]
    assert planning_problems(date(2026, 1, 5), time(9, 1), 60, NOW, [])[1] == {}
    assert "starts_on" in planning_problems(date(2026, 1, 4), time(23, 0), 60, NOW, [])[1]


@pytest.mark.parametrize(
    ("clock", "length", "is_free"),
    [
        (time(8, 0), 120, True),
        (time(8, 0), 121, False),
        (time(11, 59), 30, False),
        (time(12, 0), 30, True),
        (time(10, 30), 15, False),
        (time(9, 0), 300, False),
    ],
)
def test_a_panel_meets_once_at_a_time_but_back_to_back(clock: time, length: int, is_free: bool) -> None:
    taken = [(datetime(2026, 1, 14, 10, 0, tzinfo=UTC), 120)]
    problems = planning_problems(date(2026, 1, 14), clock, length, NOW, taken)[1]
    assert (problems == {}) == is_free
    if not is_free:
        assert "10am" in problems["starts_time"]
        assert "12pm" in problems["starts_time"]


def test_the_time_left_is_told_in_words() -> None:
    assert time_left_in_words(120, 120) == "no time left"
    assert time_left_in_words(121, 120) == "1 minute over"
    assert time_left_in_words(30, 120) == "1 hour 30 minutes left"


def test_another_day_is_always_free() -> None:
    taken = [(datetime(2026, 1, 14, 10, 0, tzinfo=UTC) + timedelta(days=n), 120) for n in (1, 2, 7)]
    assert planning_problems(date(2026, 1, 14), time(10, 0), 120, NOW, taken)[1] == {}
