"""London days, months, ages and England's working days, at their edges."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.london import (
    add_months,
    add_working_days,
    age_on,
    day_end,
    day_start,
    is_working_day,
    london_date,
    months_between,
    next_month,
    working_days_between,
)

DAYS = st.dates(date(2000, 1, 1), date(2049, 12, 31))
INSTANTS = st.datetimes(datetime(2000, 1, 2), datetime(2049, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001


@given(INSTANTS)
def test_every_instant_lies_in_its_own_london_day_and_in_no_other(instant):
    day = london_date(instant)
    assert day_start(day) <= instant < day_end(day)


@given(DAYS)
def test_days_follow_each_other_without_a_gap_and_last_23_to_25_hours(day):
    assert day_end(day) == day_start(day + timedelta(days=1))
    assert day_end(day) - day_start(day) in {timedelta(hours=hours) for hours in (23, 24, 25)}


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 10, 25, 23, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), date(2026, 12, 31)),
    ],
)
def test_an_hour_before_midnight_in_summer_is_the_next_day(instant, day):
    assert london_date(instant) == day


def test_the_days_of_the_clock_changes_have_23_and_25_hours():
    assert day_end(date(2026, 3, 29)) - day_start(date(2026, 3, 29)) == timedelta(hours=23)
    assert day_end(date(2026, 10, 25)) - day_start(date(2026, 10, 25)) == timedelta(hours=25)


@given(DAYS, st.integers(-40, 40))
def test_working_days_are_counted_as_one_would_by_hand(day, count):
    found = add_working_days(day, count)
    step = timedelta(days=1 if count >= 0 else -1)
    walked = 0
    while day != found:
        day += step
        walked += is_working_day(day)
    assert walked == abs(count)
    assert count == 0 or is_working_day(found)


@given(DAYS, st.integers(0, 120))
def test_what_is_added_in_working_days_is_what_lies_between(day, count):
    assert working_days_between(day, add_working_days(day, count)) == count


@given(DAYS, st.integers(0, 800))
def test_working_days_between_are_those_one_counts(first, days):
    last = first + timedelta(days=days)
    counted = sum(is_working_day(first + timedelta(days=day)) for day in range(1, days + 1))
    assert working_days_between(first, last) == counted


@given(DAYS, DAYS)
def test_working_days_between_is_the_same_back_with_the_sign_turned(first, last):
    assert working_days_between(first, last) == -working_days_between(last, first)


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (
            date(2026, 12, 24),
            1,
            date(2026, 12, 29),
        ),  # Christmas Day; Boxing Day falls on a Saturday, taken on Monday
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # Good Friday and Easter Monday
        (date(2026, 5, 1), 1, date(2026, 5, 5)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2028, 2, 28), 2, date(2028, 3, 1)),  # a leap day on a Tuesday is worked
    ],
)
def test_bank_holidays_of_england_are_not_worked(day, count, due):
    assert add_working_days(day, count) == due


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_months_last(day, months, found):
    assert add_months(day, months) == found


@given(DAYS, st.integers(0, 800))
def test_the_months_between_two_days_are_those_that_hold_a_day_of_them(first, length):
    last = first + timedelta(days=length)
    touched = {(first + timedelta(days=number)).replace(day=1) for number in range(length)}
    assert months_between(first, last) == sorted(touched)


@given(DAYS)
def test_the_next_month_begins_on_the_first_after_this_months_days(day):
    assert next_month(day).day == 1
    assert next_month(day) > day
    assert (next_month(day) - timedelta(days=1)).month == day.month


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2010, 6, 10), date(2026, 6, 9), 15),
        (date(2010, 6, 10), date(2026, 6, 10), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
)
def test_ages_are_completed_years(born, day, age):
    assert age_on(born, day) == age
