"""Due dates typed in words, and prompts for wording that leaves an owner guessing."""

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions.due.rules import NO_MEETING, UNREADABLE, due_note, due_problem, read_due
from app.actions.wording.rules import prompts_for
from app.london import london_date

WEDNESDAY = date(2026, 6, 10)
NEXT_MEETING = date(2026, 6, 23)


@pytest.mark.parametrize(
    ("words", "today", "on"),
    [
        ("2026-06-20", WEDNESDAY, date(2026, 6, 20)),
        ("20/6/26", WEDNESDAY, date(2026, 6, 20)),
        ("by the 20th of June", WEDNESDAY, date(2026, 6, 20)),
        ("9 June", WEDNESDAY, date(2027, 6, 9)),  # gone this year
        ("the 5th", WEDNESDAY, date(2026, 7, 5)),
        ("Tomorrow", WEDNESDAY, date(2026, 6, 11)),
        ("within 3 working days", WEDNESDAY, date(2026, 6, 15)),
        ("3 working days", date(2026, 12, 23), date(2026, 12, 30)),  # Christmas, and Boxing Day's substitute
        ("1 working day", date(2026, 4, 2), date(2026, 4, 7)),  # Good Friday to Easter Monday
        ("3 working days", date(2026, 6, 13), date(2026, 6, 17)),  # said on a Saturday
        ("10 days", WEDNESDAY, date(2026, 6, 20)),
        ("48 hours", WEDNESDAY, date(2026, 6, 12)),
        ("two weeks", WEDNESDAY, date(2026, 6, 24)),
        ("a fortnight", WEDNESDAY, date(2026, 6, 24)),
        ("1 month", date(2027, 1, 31), date(2027, 2, 28)),
        ("Wednesday", WEDNESDAY, date(2026, 6, 17)),  # never the day itself
        ("Friday", WEDNESDAY, date(2026, 6, 12)),
        ("next Friday", WEDNESDAY, date(2026, 6, 19)),
        ("end of the month", WEDNESDAY, date(2026, 6, 30)),
        ("end of the month", date(2028, 2, 29), date(2028, 2, 29)),
        ("end of next month", date(2026, 12, 31), date(2027, 1, 31)),
        ("before next meeting", WEDNESDAY, date(2026, 6, 22)),
        ("Before the next meeting.", WEDNESDAY, date(2026, 6, 22)),
    ],
)
def test_words_mean_a_date(words: str, today: date, on: date) -> None:
    assert read_due(words, today, NEXT_MEETING).on == on


@pytest.mark.parametrize(
    "words", ["", "soon", "asap", "31/2/2026", "30 February", "0 June", "99999 days", "x" * 9_000]
)
def test_what_cannot_be_read_is_answered_with_examples(words: str) -> None:
    assert read_due(words, WEDNESDAY, NEXT_MEETING).problem == UNREADABLE


def test_the_working_day_before_a_meeting_after_a_bank_holiday() -> None:
    assert read_due("before next meeting", WEDNESDAY, date(2026, 9, 1)).on == date(2026, 8, 28)
    assert read_due("before next meeting", WEDNESDAY, None).problem == NO_MEETING


def test_days_are_london_days_also_when_clocks_change() -> None:
    """25 October 2026 has 25 hours: half past midnight on the 25th in London is still the 24th in UTC."""
    today = london_date(datetime(2026, 10, 24, 23, 30, tzinfo=UTC))
    assert read_due("1 day", today, None).on == date(2026, 10, 26)
    assert read_due("3 working days", today, None).on == date(2026, 10, 28)


ENGLAND = holidays.country_holidays("GB", subdiv="ENG")
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(DAYS, st.integers(1, 30))
def test_working_days_leave_out_weekends_and_bank_holidays(today: date, number: int) -> None:
    on = read_due(f"{number} working days", today, None).on
    assert on is not None
    passed = [today + timedelta(days=ahead) for ahead in range(1, (on - today).days + 1)]
    assert sum(day.weekday() < 5 and day not in ENGLAND for day in passed) == number
    assert due_note(on, today) == ""


@given(DAYS, st.text(max_size=80))
def test_no_text_at_all_breaks_the_reading(today: date, words: str) -> None:
    due = read_due(words, today, NEXT_MEETING)
    assert (due.on is None) == bool(due.problem)


def test_a_day_off_is_taken_and_named() -> None:
    assert due_note(date(2026, 8, 31), WEDNESDAY) == (
        "Monday 31 August 2026 is a bank holiday (Late Summer Bank Holiday). "
        "The next working day is Tuesday 1 September 2026."
    )
    assert "falls on a weekend. The next working day is Monday 22 June" in due_note(
        date(2026, 6, 20), WEDNESDAY
    )
    assert "has passed already" in due_note(date(2026, 6, 9), WEDNESDAY)
    assert due_problem(date(2026, 6, 20), WEDNESDAY) is None
    assert "on or after the meeting" in (due_problem(date(2026, 6, 9), WEDNESDAY) or "")
    assert "more than five years" in (due_problem(date(2036, 6, 10), WEDNESDAY) or "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ensure she is safe at the placement", "“Ensure” can mean many things"),
        ("Mother to monitor phone use in the evening", "“Monitor” can mean many things"),
        ("Police will liaise with the school", "“Liaise” can mean many things"),
        ("Consider a move to another placement", "“Consider” can mean many things"),
        ("Refer her to the clinic as appropriate", "“As appropriate” leaves it open"),
        ("School attendance report since Easter", "Begin with what somebody does"),
        ("- ring the school\n- visit the carer", "This looks like several actions"),
        ("Visit", "Say a little more"),
    ],
)
def test_vague_wording_is_prompted_in_one_line(text: str, said: str) -> None:
    sentences = [
        prompt.sentence for prompt in prompts_for(text, why="So that we know", dated=True, owned=True)
    ]
    assert any(said in sentence for sentence in sentences)
    assert all("\n" not in sentence for sentence in sentences)


@pytest.mark.parametrize(
    "text",
    [
        "Ask the school for attendance since Easter",
        "Social worker to report on the visit to the panel",
        "Police share what is known of the car with health",
        "Carry out a return home interview with the independent visitor",
    ],
)
def test_clear_wording_is_left_alone(text: str) -> None:
    assert prompts_for(text, why="So that we know") == []
    assert [prompt.field for prompt in prompts_for(text, dated=False, owned=False)] == ["due_on", "owner"]
