"""When people are reminded of actions, who hears of overdue ones and when, in one digest a day; over holidays and gaps."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import database
from app.actions.digests.changes import send_digests
from app.london import LONDON, add_working_days, is_working_day
from tests import builders

BASE = "https://homeward.example.org"


def london(day: date, hour: int = 8) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 5, tzinfo=LONDON).astimezone(UTC)


async def mails() -> list[dict[str, Any]]:
    return await database.fetch("SELECT recipient, subject, body, written_at FROM outbox_message ORDER BY id")


async def told() -> list[tuple[date, str, str]]:
    rows = await database.fetch(
        "SELECT n.told_on, p.name, n.rung FROM action_notice n JOIN person p ON p.id = n.person ORDER BY n.id"
    )
    return [(row["told_on"], row["name"], row["rung"]) for row in rows]


async def reached() -> list[tuple[date, str]]:
    rows = await database.fetch("SELECT reached_on, rung FROM action_rung ORDER BY id")
    return [(row["reached_on"], row["rung"]) for row in rows]


async def live_through(first: date, last: date, hours: tuple[int, ...] = (6, 8, 12, 20)) -> None:
    """Runs the job at these hours of every day, days off as well."""
    day = first
    while day <= last:
        for hour in hours:
            await send_digests(london(day, hour), BASE)
        day += timedelta(days=1)


@pytest.fixture
async def lines(cast):
    """Polly's line lead is Lena, the agency's lead Agnes; the chair sits on every panel."""
    agency = cast.police.agency_id
    lena = await builders.insert("person", email="lena@example.org", name="Lena Line", agency=agency)
    agnes = await builders.insert(
        "person", email="agnes@example.org", name="Agnes Lead", agency=agency, roles=["agency-lead"]
    )
    await database.execute("UPDATE person SET line_lead = $2 WHERE id = $1", cast.police.person_id, lena)
    return {"lena": lena, "agnes": agnes}


async def an_action(cast, due_on: date, **columns: Any) -> int:
    owner = {"owner": cast.police.person_id, "issued_on": due_on - timedelta(days=30)}
    return await builders.an_action("mace", cast.police.agency_id, due_on, **owner | columns)


@pytest.mark.parametrize(
    ("due_on", "priority", "days"),
    [
        # Easter 2027: Good Friday 26 March, Easter Monday 29 March
        (
            date(2027, 3, 25),
            "routine",
            [date(2027, 3, 23), date(2027, 3, 30), date(2027, 4, 2), date(2027, 4, 7), date(2027, 4, 12), date(2027, 4, 15)],
        ),
        # Christmas 2026: Friday 25 December, Boxing Day made up for on Monday 28, New Year's Day a Friday
        (
            date(2026, 12, 23),
            "urgent",
            [date(2026, 12, 21), date(2026, 12, 24), date(2026, 12, 29), date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 4)],
        ),
    ],
)  # fmt: skip
async def test_an_overdue_action_climbs_on_the_right_working_days(cast, lines, due_on, priority, days):
    await an_action(cast, due_on, priority=priority)
    await live_through(due_on - timedelta(days=9), due_on + timedelta(days=40))
    soon, owner, line, agency, chair, agenda = days
    assert await told() == [
        (soon, cast.police.name, "due-soon"),
        (owner, cast.police.name, "owner"),
        (line, "Lena Line", "line-lead"),
        (agency, "Agnes Lead", "agency-lead"),
        (chair, cast.chair.name, "chair"),
    ]
    assert await reached() == list(
        zip(days[1:], ["owner", "line-lead", "agency-lead", "chair", "agenda"], strict=True)
    )
    assert [mail["written_at"].astimezone(LONDON).hour for mail in await mails()] == [8] * 5
    assert all(is_working_day(day) for day, _, _ in await told())
    first = (await mails())[0]
    assert first["subject"] == "1 action needs you"
    assert "Sample" not in first["body"]
    assert "Visit" not in first["body"]
    assert f"{BASE}/actions/" in first["body"]
