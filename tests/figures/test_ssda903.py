"""The statutory missing table from records: whom it holds, the way back in, its page, its files and its command."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click.testing
import pytest

from app import database
from app.figures.ssda903.commands import export
from app.figures.ssda903.files import table_file
from app.figures.ssda903.mending import ToldEpisode, table_of
from app.figures.ssda903.queries import not_for_it, statutory_table
from app.figures.ssda903.rules import StatutoryYear, broken
from app.london import day_end
from app.settings import Settings
from tests import builders
from tests.conftest import SignIn, TestClock
from tests.episodes.files import bring
from tests.figures.test_missing import at
from tests.figures.test_pages import OpenDoor

YEAR = StatutoryYear(2025)
NAMES = ("Exampleshire",)


async def a_looked_after_child(**columns: object) -> int:
    return await builders.a_child(**{"legal_status": "cla", **columns})


async def lines(year: StatutoryYear = YEAR) -> list[str]:
    return table_file(await statutory_table(year, NAMES)).decode().splitlines()


@pytest.mark.usefixtures("db")
async def test_it_holds_own_children_looked_after_at_the_time_and_never_curfew() -> None:
    child = await a_looked_after_child(child_ref="A1")
    await builders.an_episode(child, at(2025, 5, 1), category="absent")
    await builders.an_episode(child, at(2025, 6, 1), category="curfew")
    await builders.an_episode(child, at(2025, 7, 1), legal_status="cin")
    await builders.an_episode(child, at(2025, 8, 1), responsible_authority="Elsewhere")
    kept = await builders.an_episode(child, at(2025, 9, 1))
    await builders.an_episode(child, at(2025, 9, 1, 13), merged_into=kept)
    withdrawn = await builders.an_episode(child, at(2025, 10, 1))
    await database.execute("UPDATE episode SET merged_into = id WHERE id = $1", withdrawn)
    other = await builders.a_child(child_ref="B2", legal_status="")
    await builders.an_episode(other, at(2025, 5, 5), legal_status="cla", responsible_authority="EXAMPLESHIRE")
    await builders.an_episode(other, at(2025, 5, 9))
    assert await lines() == [
        "CHILD,DOB,MISSING,MIS_START,MIS_END",
        "A1,04/05/2011,A,01/05/2025,01/05/2025",
        "A1,04/05/2011,M,01/09/2025,01/09/2025",
        "B2,04/05/2011,M,05/05/2025,05/05/2025",
    ]
    outside = await not_for_it(YEAR, NAMES)
    assert vars(outside) == {"curfew": 1, "of_others": 1, "without_status": 1, "not_looked_after": 1}


@pytest.mark.usefixtures("db")
async def test_an_episode_that_ended_before_the_year_still_decides_when_one_began() -> None:
    child = await a_looked_after_child(child_ref="A1")
    await builders.an_episode(child, at(2025, 3, 20), returned_at=at(2025, 3, 29))
    await builders.an_episode(child, at(2025, 3, 25), returned_at=at(2025, 4, 2))
    assert await lines() == ["CHILD,DOB,MISSING,MIS_START,MIS_END", "A1,04/05/2011,M,20/03/2025,02/04/2025"]
    assert (await lines(YEAR.before))[1:] == ["A1,04/05/2011,M,20/03/2025,"]


@pytest.mark.usefixtures("db")
async def test_what_goes_out_comes_in_again_without_a_word() -> None:
    chance = random.Random(903)
    for number in range(40):
        child = await a_looked_after_child(
            child_ref=["=1+1", "00042", "Å/7"][number] if number < 3 else f"C{number}"
        )
        days = chance.sample(range(-60, 365), 9)
        for day in days:
            start = datetime(2025, 4, 1, chance.randrange(24), 30, tzinfo=UTC) + timedelta(days=day)
            back = start + timedelta(hours=chance.choice([1, 5, 30, 80]))
            await builders.an_episode(
                child,
                start,
                returned_at=None if chance.random() < 0.1 else back,
                category=chance.choice(["missing", "missing", "away", "absent"]),
            )
    table = await statutory_table(YEAR, NAMES)
    # read with all that ever happened, it is no other
    everything = await database.fetch_as(
        ToldEpisode,
        "SELECT e.id, e.child AS child_id, c.child_ref, c.born_on, e.category, e.started_at, e.returned_at, "
        "e.end_unknown_after FROM episode e JOIN child c ON c.id = e.child WHERE e.started_at < $1",
        day_end(YEAR.last),
    )
    assert table.rows == table_of(everything, YEAR).rows
    assert len(table.rows) > 200
    assert table.mended
    assert not table.twice
    assert broken(table.rows, YEAR, (await statutory_table(YEAR.before, NAMES)).rows) == []
    await database.execute("TRUNCATE child CASCADE")
    result = await bring("episodes", table_file(table), layout="ssda903")
    assert (result.added, result.rejected, result.warnings) == (len(table.rows), (), ())


async def test_the_page_names_what_breaks_each_rule_and_reads_are_recorded(sign_in: SignIn) -> None:
    child = await a_looked_after_child(child_ref="A1")
    await builders.an_episode(child, at(2025, 5, 1), returned_at=at(2025, 5, 9))
    await builders.an_episode(child, at(2025, 5, 3), returned_at=at(2025, 5, 4), category="away")
    unborn = await a_looked_after_child(child_ref="B2", born_on=None)
    await builders.an_episode(unborn, at(2025, 6, 1))
    officer = await sign_in("officer")
    page = (await officer.get("/figures/ssda903")).text
    assert "1 April 2025 to 31 March 2026" in page
    assert "A 03/05/2025 to 04/05/2025" in page
    assert "No date of birth is recorded" in page
    table = await officer.get("/figures/ssda903/table.csv?year=2025-26")
    assert table.text.splitlines()[1:] == ["A1,04/05/2011,M,01/05/2025,09/05/2025"]
    assert "A1" not in table.headers["content-disposition"]
    notes = await officer.get("/figures/ssda903/notes.csv?year=2025-26")
    assert "counted as missing alone" in notes.text
    read = await database.fetch(
        "SELECT child_ids FROM history_entry WHERE kind = 'missing table read' ORDER BY id"
    )
    assert [row["child_ids"] for row in read] == [[child, unborn], [child], [child, unborn]]


async def test_bad_years_are_said_and_others_are_kept_out(sign_in: SignIn) -> None:
    manager = await sign_in("manager")
    page = await manager.get("/figures/ssda903?year=2025-27")
    assert (page.status_code, "Choose a year, such as 2025-26" in page.text) == (422, True)
    assert (await manager.get("/figures/ssda903/table.csv?year=x")).status_code == 422
    empty = await manager.get("/figures/ssda903?year=2026-27")
    assert (empty.status_code, "No child looked after was missing in this year" in empty.text) == (200, True)
    assert (await (await sign_in("chair")).get("/figures/ssda903")).status_code == 403


@pytest.mark.usefixtures("db")
async def test_the_command_writes_the_table_for_its_owner_alone(
    settings: Settings, clock: TestClock, tmp_path: Path
) -> None:
    door = OpenDoor(settings, clock)

    async def run(*words: str) -> click.testing.Result:
        return await asyncio.to_thread(
            click.testing.CliRunner().invoke, export, ["ssda903", *words], obj=door
        )

    child = await a_looked_after_child(child_ref="A1")
    await builders.an_episode(child, at(2025, 5, 1))
    file = tmp_path / "table.csv"
    ran = await run("--year", "2025-26", str(file))
    assert (ran.exit_code, file.stat().st_mode & 0o777) == (0, 0o600)
    assert file.read_text().splitlines()[1] == "A1,04/05/2011,M,01/05/2025,01/05/2025"
    await database.execute("UPDATE child SET born_on = NULL")
    left = await run("--year", "2025-26", str(file))
    assert (left.exit_code, "A1" in left.output) == (3, False)
    assert (await run("--year", "2025", str(file))).exit_code == 2
    assert (await run("--year", "2025-26", str(tmp_path / "no" / "where.csv"))).exit_code == 2
