"""Meetings organised: when initial meetings and reviews were due, at the edges of days and of a case's life."""

from datetime import date, timedelta

from app.london import day_end
from app.minutes.organised.rules import CaseMet, Counted, Due, in_time, initial_meeting, reviews


def case(**fields: object) -> CaseMet:
    return CaseMet(
        **{
            "id": 1,
            "panel_slug": "mace",
            "panel_name": "MACE",
            "accepted_on": date(2026, 3, 30),
            "within": 10,
            "weeks": 12,
        }
        | fields
    )  # type: ignore[arg-type]


def test_the_initial_meeting_is_due_after_working_days_that_leave_easter_out():
    # Monday 30 March 2026; Good Friday is 3 April, Easter Monday 6 April
    assert initial_meeting(case()).due_on == date(2026, 4, 15)
    assert initial_meeting(case(met_on=(date(2026, 4, 15),))).in_time
    assert not initial_meeting(case(met_on=(date(2026, 4, 16),))).in_time


def test_a_case_closed_without_a_meeting_had_none_in_time():
    assert not initial_meeting(case(closed_on=date(2026, 4, 2))).in_time


def test_a_review_is_due_when_the_meeting_before_agreed_or_after_the_panels_weeks():
    first, second = date(2026, 4, 1), date(2026, 5, 6)
    found = reviews(case(met_on=(first, second), agreed={first: date(2026, 5, 6)}))
    assert found == [Due(date(2026, 5, 6), second), Due(second + timedelta(weeks=12), None)]
    assert [one.in_time for one in found] == [True, False]
    assert reviews(case(met_on=(first,), weeks=0)) == []


def test_a_case_closed_by_its_date_needs_no_further_review():
    met = (date(2026, 4, 1),)
    agreed = {met[0]: date(2026, 5, 6)}
    assert reviews(case(met_on=met, agreed=agreed, closed_on=date(2026, 5, 6))) == []
    assert len(reviews(case(met_on=met, agreed=agreed, closed_on=date(2026, 5, 7)))) == 1


def test_what_is_due_today_is_not_counted_before_the_day_has_ended():
    due = [Due(date(2026, 3, 29), None)]  # the clocks go forward: a day of 23 hours
    end = day_end(date(2026, 3, 29))
    assert in_time(due, end - timedelta(microseconds=1)) == Counted(0, 0)
    assert in_time(due, end) == Counted(0, 1)
