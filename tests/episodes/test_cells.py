"""What a cell may say, and what it may not: dates, times, the two days on which the clocks change, escaping."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.episodes.imports.rules import (
    Unreadable,
    clean,
    day,
    email,
    flags,
    moment,
    one_of,
    whole_number,
    words,
    yes_or_no,
)
from app.web.documents.spreadsheets import safe_cell

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ("2026-01-31 14:30", datetime(2026, 1, 31, 14, 30, tzinfo=UTC)),
        ("31/01/2026 14:30:15", datetime(2026, 1, 31, 14, 30, 15, tzinfo=UTC)),
        ("2026-07-01T14:30", datetime(2026, 7, 1, 13, 30, tzinfo=UTC)),
        ("1/7/2026 9:05", datetime(2026, 7, 1, 8, 5, tzinfo=UTC)),
        ("2026-07-01T14:30:00Z", datetime(2026, 7, 1, 14, 30, tzinfo=UTC)),
        ("2026-07-01T14:30+01:00", datetime(2026, 7, 1, 13, 30, tzinfo=UTC)),
        ("2026-07-01 14:30 -0500", datetime(2026, 7, 1, 19, 30, tzinfo=UTC)),
        ("2026-07-01 14:30:00.123", datetime(2026, 7, 1, 13, 30, tzinfo=UTC)),
        ("29/02/2024 00:00", datetime(2024, 2, 29, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_as_london_time_unless_it_bears_an_offset(cell, at):
    assert moment(cell) == (at, False, "")


def test_a_date_alone_is_the_start_of_that_london_day():
    assert moment("01/07/2026") == (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), True, "")
    assert moment("2026-01-31") == (datetime(2026, 1, 31, 0, 0, tzinfo=UTC), True, "")


def test_the_hour_that_came_twice_in_october_is_the_earlier_one_with_a_warning():
    found = moment("25/10/2026 01:30")
    assert found.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert "twice" in found.note
    assert moment("25/10/2026 00:59").note == ""
    assert moment("25/10/2026 02:00") == (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), False, "")


def test_the_hour_that_london_skipped_in_march_is_refused():
    with pytest.raises(Unreadable, match="clocks went forward"):
        moment("29/03/2026 01:30")
    assert moment("29/03/2026 02:00").at == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert moment("29/03/2026 00:59").at == datetime(2026, 3, 29, 0, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell",
    [
        "31/02/2026",
        "29/02/2025 10:00",
        "2026-13-01",
        "12/31/2026",
        "0026-01-01",
        "yesterday",
        "1/2/26",
        "2026-01-01 25:00",
    ],
)
def test_a_date_that_cannot_be_is_refused_with_a_sentence(cell):
    with pytest.raises(Unreadable, match=r"\.$"):
        moment(cell)


def test_a_date_column_takes_the_midnight_that_spreadsheets_add_and_no_other_time():
    assert day("2026-02-03 00:00:00") == date(2026, 2, 3)
    assert day("3/2/2026") == date(2026, 2, 3)
    with pytest.raises(Unreadable, match="only the date"):
        day("2026-02-03 10:00")


FIRST, LAST = datetime(1950, 1, 1), datetime(2099, 12, 31)  # noqa: DTZ001 - London is added


@given(st.datetimes(FIRST, LAST, timezones=st.just(LONDON)))
def test_every_london_time_is_read_back_as_the_same_instant(at):
    exists = at.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) == at.replace(tzinfo=None)
    cell = at.strftime("%d/%m/%Y %H:%M:%S")
    if exists:
        assert moment(cell).at == at.replace(microsecond=0, fold=0).astimezone(UTC)
    else:
        with pytest.raises(Unreadable):
            moment(cell)


@pytest.mark.parametrize("cell", ["#N/A", "NULL", " \u00a0 ", "", "n/a", "#REF!", "\u200b"])
def test_what_spreadsheets_write_for_nothing_is_nothing(cell):
    assert clean(cell) == ""


def test_curly_quotes_and_hard_spaces_become_plain_ones():
    assert clean("\u00a0Ann\u00a0O’Hara ") == "Ann O'Hara"
    assert clean("“The Elms”") == "The Elms"


def test_words_of_a_list_are_known_whatever_their_case_and_hyphens():
    read = one_of("no-apparent", "low", telephone="low")
    assert [read(cell) for cell in ("No apparent", "LOW", "Telephone")] == ["no-apparent", "low", "low"]
    with pytest.raises(Unreadable, match="no-apparent, low"):
        read("extreme")


def test_lists_flags_numbers_and_answers_are_read():
    assert words("P1; P2 ;;P1") == ["P1", "P2"]
    assert flags("County lines; CSE;self_harm") == ["county-lines", "cse", "self-harm"]
    assert [yes_or_no(cell) for cell in ("Y", "no", "TRUE")] == [True, False, True]
    assert whole_number(1, 6)("4") == 4
    for read, cell in ((yes_or_no, "maybe"), (whole_number(1, 6), "7"), (email, "nobody")):
        with pytest.raises(Unreadable):
            read(cell)


@given(st.text(max_size=30))
def test_no_cell_that_is_given_back_is_a_formula_and_mending_it_brings_the_same_text(cell):
    safe = safe_cell(cell)
    assert not safe or safe[0] not in "=+-@\t\r\n"
    if cell == clean(cell) and cell[:1] in ("=", "+", "-", "@"):
        assert clean(safe) == cell
