"""The statutory table: years, the published rules, and how overlapping episodes become rows that keep them."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.figures.ssda903.mending import StatutoryTable, ToldEpisode, table_of
from app.figures.ssda903.rules import (
    CODES,
    NO_BIRTH_DATE,
    StatutoryRow,
    StatutoryYear,
    broken,
    read_year,
    year_of,
)
from app.london import day_end, day_start, london_date

YEAR = StatutoryYear(2025)
BORN = date(2011, 5, 4)


def at(day: date, hour: int = 12) -> datetime:
    return day_start(day) + timedelta(hours=hour)


def told(number: int, start: date, end: date | None, category: str = "missing", **more) -> ToldEpisode:
    """From noon to one o'clock unless told; the number also orders those of one day."""
    return ToldEpisode(
        number,
        more.pop("child_id", 1),
        "CH-1",
        more.pop("born_on", BORN),
        category,
        more.pop("started_at", at(start) + timedelta(minutes=number)),
        more.pop("returned_at", at(end, 13) if end else None),
        **more,
    )


def rows(*episodes: ToldEpisode, year: StatutoryYear = YEAR) -> list[str]:
    return [" ".join(row.cells[2:]).strip() for row in table_of(episodes, year).rows]


def hows(*episodes: ToldEpisode) -> list[str]:
    return [one.how for one in table_of(episodes, YEAR).mended]


MAY = [date(2025, 5, day) for day in range(1, 32)]


@pytest.mark.parametrize(
    ("text", "began"),
    [
        ("2025-26", 2025),
        (" 1999/00 ", 1999),
        ("2025-27", None),
        ("2025", None),
        ("٢٠٢٥-٢٦", None),
        ("1066-67", None),
    ],
)
def test_a_statutory_year_is_read_or_refused(text, began):
    assert read_year(text) == (StatutoryYear(began) if began else None)


def test_the_year_changes_with_the_first_of_april():
    assert (year_of(date(2026, 3, 31)).label, year_of(date(2026, 4, 1)).label) == ("2025-26", "2026-27")


@pytest.mark.parametrize(
    ("born", "code", "start", "end", "rules"),
    [
        (BORN, "M", None, None, ["564"]),
        (BORN, "", MAY[0], None, ["565"]),
        (BORN, "", None, MAY[0], ["566"]),
        (BORN, "M", MAY[1], MAY[0], ["567"]),
        (BORN, "A", date(2026, 4, 1), None, ["570"]),
        (BORN, "M", date(2025, 3, 1), date(2025, 3, 31), ["571"]),
        (BORN, "M", date(2026, 3, 31), date(2026, 4, 1), ["571"]),
        (MAY[0], "M", MAY[0], None, ["586"]),
        (None, "M", MAY[0], None, [NO_BIRTH_DATE]),
        (BORN, "M", MAY[0], MAY[0], []),
    ],
)
def test_each_rule_of_one_row(born, code, start, end, rules):
    assert [rule for rule, _ in broken([StatutoryRow("A", born, code, start, end)], YEAR)] == rules


def test_a_period_open_last_year_has_to_stand_in_this_one():
    open_then = StatutoryRow("A", BORN, "M", date(2025, 3, 30), None)
    assert [rule for rule, _ in broken([], YEAR, [open_then])] == ["576"]
    assert broken([StatutoryRow("A", BORN, "M", date(2025, 3, 30), MAY[0])], YEAR, [open_then]) == []


def test_what_touches_stands_as_it_is_and_what_overlaps_is_joined_or_cut():
    assert rows(told(1, MAY[2], MAY[4]), told(2, MAY[4], MAY[4]), told(3, MAY[4], MAY[6])) == [
        "M 03/05/2025 05/05/2025",
        "M 05/05/2025 05/05/2025",
        "M 05/05/2025 07/05/2025",
    ]
    assert rows(told(1, MAY[2], MAY[4]), told(2, MAY[3], MAY[6])) == ["M 03/05/2025 07/05/2025"]
    around = (told(1, MAY[0], MAY[9], "away"), told(2, MAY[3], MAY[5]), told(3, MAY[7], MAY[7]))
    assert rows(*around) == [
        "A 01/05/2025 04/05/2025",
        "M 04/05/2025 06/05/2025",
        "A 06/05/2025 08/05/2025",
        "M 08/05/2025 08/05/2025",
        "A 08/05/2025 10/05/2025",
    ]
    within = (told(1, MAY[0], MAY[9]), told(2, MAY[3], MAY[5], "absent"))
    assert (rows(*within), hows(*within)) == (["M 01/05/2025 10/05/2025"], ["within"])
    together = (told(1, MAY[4], MAY[7], "away"), told(2, MAY[4], MAY[5]))
    assert rows(*together) == ["M 05/05/2025 06/05/2025", "A 06/05/2025 08/05/2025"]


def test_one_that_was_never_ended_ends_where_the_next_begins():
    episodes = (told(1, MAY[0], None), told(2, MAY[9], MAY[9]), told(3, MAY[20], None))
    assert rows(*episodes) == ["M 01/05/2025 10/05/2025", "M 10/05/2025 10/05/2025", "M 21/05/2025"]
    assert hows(*episodes) == ["ended"]


def test_a_period_over_the_end_of_the_year_is_blank_there_and_stands_in_the_next_from_its_start():
    over = told(1, date(2026, 3, 31), date(2026, 4, 1))
    assert rows(over) == ["M 31/03/2026"]
    assert rows(over, year=StatutoryYear(2026)) == ["M 31/03/2026 01/04/2026"]
    assert rows(over, year=StatutoryYear(2027)) == rows(over, year=StatutoryYear(2024)) == []


def test_days_are_londons_and_leap_days_are_days():
    # 23:30 in UTC is half past midnight of the next day in British Summer Time, which begins on 30 March 2025
    summer = told(
        1,
        MAY[0],
        None,
        started_at=datetime(2025, 3, 31, 23, 30, tzinfo=UTC),
        returned_at=at(date(2025, 4, 2)),
    )
    winter = told(
        2,
        MAY[0],
        None,
        started_at=datetime(2025, 10, 26, 23, 30, tzinfo=UTC),
        returned_at=at(date(2025, 10, 27)),
    )
    assert rows(summer, winter) == ["M 01/04/2025 02/04/2025", "M 26/10/2025 27/10/2025"]
    assert rows(summer, year=StatutoryYear(2024)) == []
    leap = told(1, date(2024, 2, 29), date(2024, 3, 1))
    assert rows(leap, year=StatutoryYear(2023)) == ["M 29/02/2024 01/03/2024"]


def test_what_cannot_be_told_is_left_out_with_its_reason():
    unknown = told(4, date(2025, 2, 1), None, end_unknown_after=date(2025, 3, 31))
    table = table_of(
        [
            told(1, MAY[0], MAY[0], born_on=None, child_id=1),
            told(2, MAY[1], MAY[2], born_on=MAY[1], child_id=2),
            told(3, MAY[5], MAY[3], child_id=3),
            unknown,
        ],
        YEAR,
    )
    assert table.rows == []
    assert {(one.episode_id, one.rule) for one in table.left_out} == {
        (1, NO_BIRTH_DATE),
        (2, "586"),
        (3, "567"),
        (4, "576"),
    }
    # in the year of the file that it came with, it stands as that file had it
    assert rows(unknown, year=StatutoryYear(2024)) == ["M 01/02/2025"]
    # gone again the next morning, the child had been back by then
    again = told(5, date(2025, 4, 1), date(2025, 4, 3))
    assert rows(unknown, again) == ["M 01/02/2025 01/04/2025", "M 01/04/2025 03/04/2025"]


# Any records at all

days = st.integers(-40, 420).map(lambda number: date(2025, 4, 1) + timedelta(days=number))


@st.composite
def histories(draw: st.DrawFn) -> list[ToldEpisode]:
    """Up to eight episodes of one child, crowded around both ends of the year and in May."""
    made = []
    crowd = st.one_of(
        days, st.sampled_from([*MAY[:9], date(2025, 3, 31), date(2026, 3, 31), date(2026, 4, 1)])
    )
    for number in range(draw(st.integers(0, 8))):
        start = draw(crowd)
        end = draw(
            st.one_of(st.none(), st.integers(0, 9).map(lambda more, start=start: start + timedelta(more)))
        )
        unknown = draw(st.booleans()) if end is None else False
        made.append(
            told(
                number,
                start,
                end,
                draw(st.sampled_from(sorted(CODES))),
                started_at=at(start, draw(st.integers(0, 12))),
                end_unknown_after=year_of(start).last if unknown else None,
            )
        )
    return made


def overlap(one: StatutoryRow, other: StatutoryRow) -> bool:
    """As rule 574 says it, of two rows: one begins before the other has ended, both ways round."""
    return one.start < (other.end or date.max) and other.start < (one.end or date.max)


@given(histories())
def test_whatever_is_recorded_the_table_keeps_every_rule(episodes):
    years = [StatutoryYear(began) for began in (2024, 2025, 2026)]
    tables = [table_of([e for e in episodes if e.started_at < day_end(y.last)], y) for y in years]
    last_year: StatutoryTable | None = None
    for year, table in zip(years, tables, strict=True):
        breaks = broken(table.rows, year, last_year.rows if last_year else ())
        # all that can be broken is that nobody knows what became of one, and that one is named
        unknown = {one.start for one in table.left_out if one.rule == "576"}
        assert {rule for rule, _ in breaks} <= {"576"}
        assert {row.start for _, row in breaks} <= unknown
        assert not any(overlap(one, other) for one, other in combinations(table.rows, 2))
        assert all(row.start <= year.last and (row.end or year.last) >= year.first for row in table.rows)
        last_year = table


def nights(start: date, end: date) -> set[date]:
    return {start + timedelta(number) for number in range((end - start).days)}


@given(histories())
def test_no_night_away_is_lost_or_made_up(episodes):
    closed = [one for one in episodes if one.returned_at]
    table = table_of(closed, YEAR)
    last = {"M": set(), "A": set()}
    for row in table.rows:
        last[row.code] |= nights(row.start, row.end or YEAR.last)
    missing: set[date] = set()
    away: set[date] = set()
    for one in closed:
        start, end = london_date(one.started_at), london_date(one.returned_at)
        if start <= YEAR.last and end >= YEAR.first:
            (missing if CODES[one.category] == "M" else away).update(nights(start, min(end, YEAR.last)))
    in_year = nights(YEAR.first, YEAR.last)
    assert last["M"] & in_year == missing & in_year
    assert last["A"] & in_year == (away - missing) & in_year
