"""Loading the example: only into an empty database, all or nothing, and the same on the same day."""

import hashlib
from datetime import timedelta

import pytest

from app import database
from app.example import changes as example_changes
from app.example.changes import NotEmpty
from app.example.queries import is_empty
from tests import builders
from tests.example.conftest import NOW, load

pytestmark = pytest.mark.usefixtures("db")

# what the machine's own clock or a salt decides is not part of the example
LEFT_OUT = {"recorded_at", "password_hash"}
TABLES = (
    "agency", "person", "seat", "child", "episode", "interview", "interview_episode", "risk_assessment", "referral",
    "panel_case", "meeting", "agenda_item", "agenda_version", "attendance", "minutes", "discussion",
    "discussion_revision", "action", "action_update", "history_entry", "place", "place_name", "series",
    "terms_of_reference", "briefing", "briefing_decision", "case_check", "not_convened", "guest_slot", "contribution",
    "service_problem", "service_problem_word", "merge", "no_match",
)  # fmt: skip


async def fingerprints() -> dict[str, str]:
    found = {}
    for table in TABLES:
        rows = await database.fetch(f'SELECT * FROM "{table}" ORDER BY id')
        kept = [repr({k: v for k, v in row.items() if k not in LEFT_OUT}) for row in rows]
        found[table] = hashlib.sha256("\n".join(kept).encode()).hexdigest()
    return found


async def test_the_same_day_gives_the_same_records():
    await load()
    first = await fingerprints()
    await database.execute(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY CASCADE")
    await load()
    assert await fingerprints() == first


async def test_it_refuses_where_a_child_is():
    await builders.a_child()
    with pytest.raises(NotEmpty):
        await load()
    assert await database.fetch_value("SELECT count(*) FROM person") == 0


async def test_a_crash_on_the_way_leaves_nothing(monkeypatch):
    async def crash(*_: object) -> None:
        raise OSError("the lights went out")

    monkeypatch.setattr(example_changes, "tell_meetings", crash)
    with pytest.raises(OSError, match="lights"):
        await load()
    assert await is_empty()
    assert await database.fetch_value("SELECT count(*) FROM agency") == 0


@pytest.mark.parametrize("days", [1, 2, 35, 38, 42, 128, 131])
async def test_it_loads_on_any_day_at_any_hour(days):
    # a Saturday, a Sunday, Christmas Day, the bank holiday after it, New Year's Day, the night in which the clocks
    # change and the day after it; always at another hour, once at half past midnight
    now = NOW + timedelta(days=days, hours=-15 + days % 20)
    await load(now)
    assert await database.fetch_value("SELECT count(*) FROM meeting WHERE starts_at > $1", now) > 7
