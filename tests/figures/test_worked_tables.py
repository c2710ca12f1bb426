"""`homeward figures` says of the files in `worked/` what was worked out by hand, number by number."""

import asyncio
import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click.testing
import pytest

from app import database
from app.episodes.commands import import_file
from app.figures.catalogue import FIGURES
from app.figures.commands import figures
from app.settings import Settings
from tests import builders
from tests.conftest import Cast, TestClock
from tests.figures.test_missing import at
from tests.figures.test_pages import OpenDoor

WORKED = Path(__file__).parent / "worked"
FILES = ("children", "episodes", "interviews", "cases", "meetings", "actions")
ASKED_AT, AS_AT = datetime(2026, 5, 1, 9, 0, tzinfo=UTC), "2026-04-20"
QUARTER, YEAR = ("2026-01-01", "2026-04-01"), ("2024-01-01", "2025-01-01")
WINDOWS = {name: YEAR if name in ("meetings", "recall", "reduction") else QUARTER for name in FIGURES}
CAME = {
    ("mace", date(2026, 1, 8)): {"chair": "present", "police": "deputy", "health": "apologies"},
    ("mace", date(2026, 2, 5)): {"chair": "present", "police": "present", "health": "present"},
    ("missing-children-panel", date(2026, 1, 14)): {
        "chair": "present",
        "police": "present",
        "health": "present",
    },
    ("missing-children-panel", date(2026, 3, 31)): {
        "chair": "present",
        "police": "absent",
        "health": "present",
    },
}
"""The chair sits for social care. On MACE social care, police and health are required, on the weekly panel two."""


def expected(name: str) -> list[dict[str, str]]:
    with (WORKED / "expected" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


async def brought_in(settings: Settings, clock: TestClock, cast: Cast) -> None:
    for kind in FILES:
        printed = await _run(import_file, settings, clock, kind, str(WORKED / f"{kind}.csv"), "--json")
        assert printed.exit_code == 0, printed.output
    for (slug, day), statuses in CAME.items():
        meeting = await database.fetch_value(
            "SELECT m.id FROM meeting m JOIN panel p ON p.id = m.panel WHERE p.slug = $1 "
            "AND (m.starts_at AT TIME ZONE 'Europe/London')::date = $2",
            slug,
            day,
        )
        for key, status in statuses.items():
            person = getattr(cast, key)
            await builders.insert(
                "attendance",
                meeting=meeting,
                person=person.person_id,
                agency=person.agency_id,
                status=status,
            )
    reviewed = await builders.a_meeting("mace", at(2024, 7, 25), status="held")
    child = await database.fetch_value("SELECT id FROM child WHERE child_ref = 'W12'")
    await builders.an_item(reviewed, child)


async def _run(command: click.Command, settings: Settings, clock: TestClock, *words: str) -> Any:
    runner = click.testing.CliRunner()
    return await asyncio.to_thread(runner.invoke, command, words, obj=OpenDoor(settings, clock))


@pytest.mark.parametrize("name", FIGURES)
async def test_the_command_says_what_was_worked_out_by_hand(
    name: str, settings: Settings, clock: TestClock, cast: Cast
) -> None:
    clock.now = ASKED_AT
    await brought_in(settings, clock, cast)
    first, after = WINDOWS[name]
    printed = await _run(
        figures, settings, clock, name, "--from", first, "--to", after, "--as-at", AS_AT, "--json"
    )
    assert printed.exit_code == 0, printed.output
    answer = json.loads(printed.stdout)
    found = {("", ""): answer["values"]}
    found |= {("month", month["month"]): month["values"] for month in answer["by_month"]}
    found |= {(split, one["key"]): one["values"] for split, groups in answer["by"].items() for one in groups}
    for row in expected(name):
        value = next(one for one in found[row["split"], row["group"]] if one["key"] == row["key"])
        for column in ("value", "numerator", "denominator", "percent", "low", "high"):
            said, worked = value.get(column), row.get(column) or None
            assert said == (None if worked is None else float(worked)), (
                row["split"],
                row["group"],
                row["key"],
            )


def test_every_number_of_every_figure_is_worked_out() -> None:
    """But those of each stage of minutes, and of agencies that no panel here requires."""
    for name, kind in FIGURES.items():
        worked = {row["key"] for row in expected(name) if not row["split"]}
        keys = [key.name for key in kind.definition.keys]
        if name == "minutes":
            keys = keys[:7]
        if name not in ("attendance", "meetings"):
            assert set(keys) <= worked, (name, set(keys) - worked)
