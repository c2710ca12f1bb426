"""The statutory table: dates only, codes A and M, rules 564 to 586, and an end that nobody knows."""

from datetime import UTC, date, datetime

import pytest

from app import database
from app.episodes.imports.ssda903 import statutory_year_end
from tests.episodes.files import bring, counts

HEADER = "CHILD,DOB,MISSING,MIS_START,MIS_END"
pytestmark = pytest.mark.usefixtures("db")


async def brought(*rows: str, header: str = HEADER):
    return await bring("episodes", [header, *rows], layout="ssda903")


async def stored() -> list[dict]:
    return await database.fetch("SELECT * FROM episode ORDER BY started_at, id")


@pytest.mark.parametrize(
    ("started_on", "ends_on"),
    [
        (date(2025, 4, 1), date(2026, 3, 31)),
        (date(2026, 3, 31), date(2026, 3, 31)),
        (date(2024, 2, 29), date(2024, 3, 31)),
        (date(2025, 12, 31), date(2026, 3, 31)),
    ],
)
def test_the_statutory_year_ends_on_the_next_last_of_march(started_on, ends_on):
    assert statutory_year_end(started_on) == ends_on


async def test_codes_and_dates_are_read():
    result = await brought("101,12/03/2012,A,13/11/2025,25/11/2025", "102,19/05/2012,m,01/07/2025,")
    assert counts(result) == (2, 2, 0, 0, 0)
    first, second = await stored()
    assert (first["category"], first["end_unknown_after"]) == ("missing", date(2026, 3, 31))
    assert first["started_at"] == datetime(2025, 6, 30, 23, 0, tzinfo=UTC)
    assert (first["date_only"], first["source"]) == (["started_at"], "ssda903")
    assert (second["category"], second["end_unknown_after"]) == ("away", None)
    assert second["date_only"] == ["returned_at", "started_at"]


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ("101,12/03/2012,M,,25/11/2025", "MIS_START", "empty"),
        ("101,12/03/2012,,13/11/2025,25/11/2025", "MISSING", "empty"),
        ("101,12/03/2012,X,13/11/2025,", "MISSING", "not one of"),
        ("101,12/03/2012,M,31/11/2025,", "MIS_START", "does not exist"),
        ("101,,M,13/11/2025,", "DOB", "empty"),
        ("101,12/03/2012,M,13/11/2025,12/11/2025", "MIS_END", "567"),
        ("101,12/03/2012,M,11/03/2012,12/11/2025", "DOB", "586"),
        ("101,12/03/2012,M,11/06/2026,", "MIS_START", "future"),
    ],
)
async def test_rows_against_the_statutory_rules_are_rejected(row, field, words):
    result = await brought(row)
    assert counts(result) == (1, 0, 0, 0, 1)
    assert result.rejected[0].field == field
    assert words in result.rejected[0].problem


async def test_a_start_on_the_day_of_birth_and_an_end_on_the_day_of_the_start_are_fine():
    assert counts(await brought("101,12/03/2012,M,12/03/2012,12/03/2012")) == (1, 1, 0, 0, 0)


async def test_overlaps_and_a_new_episode_while_one_is_open_are_warned_about_touching_dates_are_not():
    result = await brought(
        "101,12/03/2012,M,20/11/2025,04/12/2025",
        "101,12/03/2012,A,02/11/2025,22/12/2025",
        "102,12/03/2012,M,01/05/2025,",
        "102,12/03/2012,M,01/06/2025,02/06/2025",
        "103,12/03/2012,M,01/06/2025,05/06/2025",
        "103,12/03/2012,M,05/06/2025,09/06/2025",
        "104,12/03/2012,M,01/05/2024,",
        "104,12/03/2012,M,01/06/2025,02/06/2025",
    )
    assert counts(result) == (8, 8, 0, 0, 0)
    assert [(w.row, w.problem) for w in result.warnings] == [
        (2, "Overlaps the episode that began on 2 November 2025 (rule 574)."),
        (5, "The episode that began on 1 May 2025 is still open."),
    ]


async def test_next_years_table_closes_what_was_open_and_an_older_table_opens_nothing_again():
    open_row, closed_row = "101,12/03/2012,M,20/03/2025,", "101,12/03/2012,M,20/03/2025,02/04/2025"
    await brought(open_row)
    assert counts(await brought(closed_row)) == (1, 0, 1, 0, 0)
    assert counts(await brought(open_row)) == (1, 0, 0, 1, 0)
    only = (await stored())[0]
    assert (only["returned_at"], only["end_unknown_after"]) == (datetime(2025, 4, 1, 23, 0, tzinfo=UTC), None)
    assert only["date_only"] == ["returned_at", "started_at"]


async def test_the_same_table_twice_adds_nothing_in_any_order():
    rows = ["101,12/03/2012,M,20/03/2025,", "102,12/03/2012,A,20/03/2025,21/03/2025"]
    await brought(*rows)
    assert counts(await brought(*reversed(rows))) == (2, 0, 0, 2, 0)
