"""Reminders of standards and the weekly summary: on which day, to whom, once, and with no child in them."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from app import database
from app.london import LONDON
from app.minutes.promptness.queries import minuted_meetings
from app.minutes.reminding.changes import remind_of_standards, sum_up_the_week
from app.minutes.reminding.rules import is_time_to_write, reminders_due, summary_week
from tests import builders
from tests.minutes.test_promptness import held, reached

BASE = "https://homeward.example.org"


def london(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON).astimezone(UTC)


async def mails() -> list[dict[str, str]]:
    return await database.fetch("SELECT recipient, subject, body FROM outbox_message ORDER BY id")


async def due_on(day: date) -> list[tuple[str, str]]:
    (meeting,) = await minuted_meetings(date(2026, 1, 1), date(2027, 1, 1), london(day))
    return [(one.standard.value, one.moment.value) for one in reminders_due(meeting, day)]


@pytest.mark.parametrize(
    ("instant", "may"),
    [
        (datetime(2026, 6, 10, 5, 59, tzinfo=UTC), False),  # a minute to seven in summer
        (datetime(2026, 6, 10, 6, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 30, 6, 0, tzinfo=UTC), True),  # the Monday after the clocks went forward
        (datetime(2026, 10, 26, 6, 30, tzinfo=UTC), False),  # and after they went back: half past six
        (datetime(2026, 6, 13, 9, 0, tzinfo=UTC), False),  # a Saturday
        (datetime(2026, 5, 25, 9, 0, tzinfo=UTC), False),  # the spring bank holiday
    ],
)
def test_nobody_is_written_to_at_night_or_on_days_off(instant: datetime, may: bool):
    assert is_time_to_write(instant) == may


@pytest.mark.parametrize(
    ("instant", "monday"),
    [
        (datetime(2026, 6, 8, 6, 0, tzinfo=UTC), date(2026, 6, 8)),
        (datetime(2026, 6, 8, 5, 59, tzinfo=UTC), None),
        (datetime(2026, 5, 25, 9, 0, tzinfo=UTC), None),  # a bank holiday: Tuesday is the first working day
        (datetime(2026, 5, 26, 9, 0, tzinfo=UTC), date(2026, 5, 25)),
        (datetime(2026, 6, 12, 9, 0, tzinfo=UTC), date(2026, 6, 8)),  # the service stood still till Friday
        (datetime(2026, 6, 13, 9, 0, tzinfo=UTC), None),
    ],
)
def test_the_week_is_summed_up_on_its_first_working_day(instant: datetime, monday: date | None):
    assert summary_week(instant) == monday


async def test_reminders_go_the_working_day_before_and_after_and_over_a_bank_holiday(db):
    # held on Friday 15 May 2026: the draft is due on Friday 22 May, Monday 25 May is a bank holiday
    await held("mace", date(2026, 5, 15))
    assert await due_on(date(2026, 5, 20)) == []
    assert await due_on(date(2026, 5, 21)) == [("draft-to-chair", "before")]
    assert await due_on(date(2026, 5, 26)) == [("draft-to-chair", "after")]
    # circulation is due on Monday 1 June; the working day before is Friday 29 May
    assert await due_on(date(2026, 5, 28)) == [("draft-to-chair", "after")]  # late, but still worth saying
    assert await due_on(date(2026, 5, 29)) == [("circulated", "before")]
    assert await due_on(date(2026, 6, 2)) == [("circulated", "after")]
    assert await due_on(date(2026, 6, 5)) == []


async def test_filing_is_asked_for_once_the_minutes_are_circulated(db):
    meeting = await held("mace", date(2026, 5, 5))
    stamps = dict.fromkeys(("sent_to_chair_at", "approved_at"), date(2026, 5, 7))
    await reached(meeting, "approved", **stamps, taker=await a_person(), content="{}", sha256="0")
    assert ("filed", "before") not in await due_on(date(2026, 5, 20))
    await database.execute(
        "UPDATE minutes SET status = 'circulated', circulated_at = $1", london(date(2026, 5, 8))
    )
    assert await due_on(date(2026, 5, 11)) == [("filed", "before")]


async def a_person() -> int:
    agency = await builders.insert("agency", name="A", kind="other")
    return await builders.insert("person", email="a@example.org", name="A", agency=agency)


async def test_minutes_made_elsewhere_remind_nobody(db):
    meeting = await held("mace", date(2026, 5, 15))
    await reached(meeting, "with-chair", sent_to_chair_at=date(2026, 5, 18))
    assert await due_on(date(2026, 6, 2)) == []


async def test_whose_turn_it_is_hears_of_a_standard_once_before_and_once_after_it(cast):
    meeting = await held("mace", date(2026, 5, 15), chair=cast.chair.person_id)
    taker = cast.minute_taker
    before, after = london(date(2026, 5, 21)), london(date(2026, 5, 26))
    sent = await asyncio.gather(*(remind_of_standards(before, BASE) for _ in range(5)))
    assert sum(sent) == 1
    assert await remind_of_standards(before + timedelta(hours=3), BASE) == 0
    assert await remind_of_standards(after, BASE) == 1
    first, second = await mails()
    assert first["recipient"] == second["recipient"] == taker.email
    assert first["subject"] == "Minutes due by Friday 22 May 2026: Multi-Agency Child Exploitation (MACE)"
    assert (
        "are to be with the chair by the end of Friday 22 May 2026. They are to be written" in first["body"]
    )
    assert f"{BASE}/meetings/{meeting}/minutes" in first["body"]
    assert "were to be with the chair" in second["body"]
    kept = await database.fetch("SELECT person_id, details FROM history_entry ORDER BY id")
    assert [(row["person_id"], row["details"]["moment"]) for row in kept] == [
        (None, "before"),
        (None, "after"),
    ]

    await reached(meeting, "with-chair", sent_to_chair_at=date(2026, 5, 27), taker=taker.person_id)
    assert await remind_of_standards(london(date(2026, 5, 29)), BASE) == 1
    assert (await mails())[-1]["recipient"] == cast.chair.email


async def test_without_anybody_in_the_seat_the_reminder_waits_for_somebody(cast):
    await held("mace", date(2026, 5, 15))
    await database.execute("UPDATE seat SET ended_at = now() WHERE role = 'minute-taker'")
    assert await remind_of_standards(london(date(2026, 5, 21)), BASE) == 0
    await database.execute("UPDATE seat SET ended_at = NULL WHERE role = 'minute-taker'")
    assert await remind_of_standards(london(date(2026, 5, 22)), BASE) == 1


async def test_managers_get_one_summary_a_week_with_counts_and_a_link_alone(cast):
    child = await builders.a_child(name="Testname Surname")
    meeting = await held("mace", date(2026, 5, 5), child=child, chair=cast.chair.person_id)
    await builders.an_item(meeting, child)
    monday = london(date(2026, 6, 8))
    told = await asyncio.gather(*(sum_up_the_week(monday, BASE) for _ in range(5)))
    assert sum(told) == 1
    assert await sum_up_the_week(monday + timedelta(days=2), BASE) == 0
    assert await sum_up_the_week(monday + timedelta(days=7), BASE) == 1
    first, _ = await mails()
    assert first["recipient"] == cast.manager.email
    assert first["subject"] == "Minutes promptness, week of Monday 8 June 2026"
    assert "1 set of minutes is late." in first["body"]
    assert "(MACE): 1 to write; late since Tuesday 12 May 2026" in first["body"]
    assert "0 % (0 of 1 due)" in first["body"]
    assert f"{BASE}/minutes/promptness" in first["body"]
    assert "Surname" not in first["body"]
    assert "Carys" not in first["body"]


async def test_nothing_is_summed_up_before_a_meeting_was_held(cast):
    assert await sum_up_the_week(london(date(2026, 6, 8)), BASE) == 0
    assert await database.fetch_value("SELECT count(*) FROM promptness_summary") == 0
