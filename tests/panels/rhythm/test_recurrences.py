"""The days of a rhythm against a calendar walked day by day: right weekday, same time on the wall, no bank holiday."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.london import LONDON, bank_holidays, is_working_day
from app.panels.rhythm.rules.recurrences import (
    FREQUENCIES,
    HOLIDAY_RULES,
    Recurrence,
    days_of,
    first_to_make,
    next_day,
    recurrence_problems,
    rhythm_day,
    rhythm_days,
    to_hold,
    words_of,
    year_ahead,
)
from tests.panels.rhythm.oracle import days_walked

DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))


@st.composite
def recurrences(draw: st.DrawFn, ending: bool = True) -> Recurrence:
    frequency = draw(st.sampled_from(sorted(FREQUENCIES)))
    by_month = frequency in ("monthly", "quarterly")
    weekday = draw(st.integers(0, 6))
    clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0, fold=0))
    if weekday == 6:
        clocks = clocks.filter(lambda clock: clock.hour != 1)
    starts_on = draw(DAYS)
    ends_on = draw(st.none() | DAYS.filter(lambda day: day >= starts_on)) if ending else None
    nth = draw(st.sampled_from([1, 2, 3, 4, -1])) if by_month else None
    rule = draw(st.sampled_from(sorted(HOLIDAY_RULES)))
    return Recurrence(frequency, weekday, nth, draw(clocks), rule, starts_on, ends_on)


@given(recurrences(), DAYS, st.integers(0, 900))
@settings(max_examples=300, deadline=None)
def test_the_days_are_those_that_a_walk_through_the_calendar_finds(
    recurrence: Recurrence, first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    assert days_of(recurrence, first, last) == days_walked(recurrence, first, last)


@given(recurrences(ending=False))
@settings(max_examples=200, deadline=None)
def test_a_year_of_meetings_keeps_its_weekday_and_its_time_on_the_wall_and_meets_nobody_on_a_bank_holiday(
    recurrence: Recurrence,
) -> None:
    now = datetime.combine(recurrence.starts_on, time.min, LONDON).astimezone(UTC)
    meetings = to_hold(recurrence, recurrence.starts_on, year_ahead(recurrence.starts_on), now)
    assert meetings
    local = [meeting.starts_at.astimezone(LONDON) for meeting in meetings]
    assert {one.time() for one in local} == {recurrence.clock}
    assert not [one for one in local if one.date() in bank_holidays(one.year)]
    assert {meeting.series_day.weekday() for meeting in meetings} == {recurrence.weekday}
    for meeting, one in zip(meetings, local, strict=True):
        if one.date() != meeting.series_day:
            assert meeting.series_day in bank_holidays(meeting.series_day.year)
            assert is_working_day(one.date())
    assert local == sorted(set(local)), "two meetings fall together, or one is there twice"


@pytest.mark.parametrize("rule", ["before", "after"])
def test_no_run_of_holidays_reaches_the_next_week_so_moved_meetings_keep_apart(rule: str) -> None:
    day = date(2000, 1, 1)
    while day < date(2100, 1, 1):
        moved = rhythm_day(day, rule).meets_on
        assert moved is not None
        assert abs(moved - day) < timedelta(days=6)
        week_later = rhythm_day(day + timedelta(days=7), rule).meets_on
        assert week_later is not None
        assert moved < week_later
        day += timedelta(days=1)


@given(recurrences(), st.integers(0, 400), st.integers(1, 400))
@settings(max_examples=150, deadline=None)
def test_a_year_made_in_steps_is_the_year_made_at_once(
    recurrence: Recurrence, first_step: int, second_step: int
) -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC)
    begin = recurrence.starts_on
    middle, end = begin + timedelta(days=first_step), begin + timedelta(days=first_step + second_step)
    in_steps = to_hold(recurrence, first_to_make(begin, None, begin), middle, now)
    in_steps += to_hold(recurrence, first_to_make(begin, middle, middle), end, now)
    assert in_steps == to_hold(recurrence, begin, end, now)


def test_bank_holidays_move_a_meeting_by_the_rule_and_say_why() -> None:
    monday = Recurrence("weekly", 0, None, time(10), "after", date(2026, 4, 1))
    easter = next(day for day in rhythm_days(monday, date(2026, 4, 1), date(2026, 4, 30)) if day.holiday)
    assert (easter.series_day, easter.meets_on) == (date(2026, 4, 6), date(2026, 4, 7))
    assert easter.why == "Moved: Monday 6 April 2026 is a bank holiday (Easter Monday)"
    assert rhythm_day(date(2026, 4, 6), "before").meets_on == date(2026, 4, 2)
    assert rhythm_day(date(2026, 12, 25), "after").meets_on == date(2026, 12, 29)
    assert rhythm_day(date(2026, 12, 28), "before").meets_on == date(2026, 12, 24)
    left_out = rhythm_day(date(2026, 12, 25), "skip")
    assert left_out.meets_on is None
    assert left_out.why == "Left out: Friday 25 December 2026 is a bank holiday (Christmas Day)"


def test_every_second_week_counts_from_its_first_day_and_every_third_month_too() -> None:
    fortnightly = Recurrence("fortnightly", 1, None, time(10), "after", date(2026, 6, 3))
    assert days_of(fortnightly, date(2026, 6, 1), date(2026, 7, 10)) == [
        date(2026, 6, 9),
        date(2026, 6, 23),
        date(2026, 7, 7),
    ]
    quarterly = Recurrence("quarterly", 1, 1, time(10), "after", date(2026, 1, 15))
    assert days_of(quarterly, date(2026, 1, 1), date(2026, 8, 31)) == [
        date(2026, 2, 3),
        date(2026, 5, 5),
        date(2026, 8, 4),
    ]
    assert next_day(quarterly, date(2026, 5, 5)) == date(2026, 8, 4)


def test_a_rhythm_is_put_in_words() -> None:
    assert words_of(Recurrence("fortnightly", 1, None, time(14, 30), "after", date(2026, 6, 3))) == (
        "every two weeks on Tuesday at 2:30pm"
    )
    assert words_of(Recurrence("quarterly", 4, -1, time(9), "after", date(2026, 6, 3))) == (
        "on the last Friday of every third month at 9am"
    )


TODAY = date(2026, 6, 10)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"frequency": "monthly", "nth": 5}, "nth", "first to the fourth, or the last"),
        ({"frequency": "monthly", "nth": None}, "nth", "first to the fourth"),
        ({"ends_on": date(2026, 6, 9)}, "ends_on", "would end before it starts"),
        ({"starts_on": date(2026, 1, 6), "ends_on": date(2026, 6, 9)}, "ends_on", "have ended already"),
        ({"starts_on": date(2019, 1, 1)}, "starts_on", "more than five years ago"),
        ({"ends_on": date(2026, 6, 15)}, "ends_on", "There is no such day until Monday 15 June 2026"),
        (
            {
                "starts_on": date(2026, 8, 30),
                "ends_on": date(2026, 9, 4),
                "weekday": 0,
                "holiday_rule": "skip",
            },
            "holiday_rule",
            "Every day of this rhythm is a bank holiday",
        ),
        ({"weekday": 6, "clock": time(1, 30)}, "starts_time", "missing once a year"),
        ({"weekday": 7}, "weekday", "Choose the day"),
        ({"frequency": "hourly"}, "frequency", "Choose how often"),
        ({"holiday_rule": "pray"}, "holiday_rule", "Choose what happens"),
    ],
)
def test_a_rhythm_by_which_the_panel_would_never_meet_is_refused(
    changed: dict[str, object], field: str, words: str
) -> None:
    good: dict[str, object] = {
        "frequency": "weekly",
        "weekday": 1,
        "nth": None,
        "clock": time(10),
        "holiday_rule": "after",
        "starts_on": TODAY,
        "ends_on": None,
    }
    assert recurrence_problems(Recurrence(**good), TODAY) == {}  # type: ignore[arg-type]
    assert words in recurrence_problems(Recurrence(**good | changed), TODAY)[field]  # type: ignore[arg-type]


@given(DAYS)
def test_a_year_ahead_is_at_least_a_year_and_at_most_a_week_more(today: date) -> None:
    assert timedelta(days=364) < year_ahead(today) - today < timedelta(days=374)
    assert year_ahead(today).weekday() == 6


def test_a_day_just_past_whose_meeting_a_bank_holiday_moves_to_today_still_gives_it() -> None:
    mondays = Recurrence("weekly", 0, None, time(10), "after", date(2026, 1, 5))
    tuesday = date(2026, 5, 26)
    at_nine = datetime(2026, 5, 26, 8, 0, tzinfo=UTC)
    first = first_to_make(mondays.starts_on, None, tuesday)
    made = to_hold(mondays, first, year_ahead(tuesday), at_nine)
    assert made[0].series_day == date(2026, 5, 25)
    assert made[0].starts_at == datetime(2026, 5, 26, 9, 0, tzinfo=UTC)
