"""When reports are made by schedule, about which time, and who is told."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import database
from app.episodes.schedules.jobs import send_scheduled
from app.episodes.schedules.kinds import of_slug
from app.episodes.schedules.rules import due_day, next_day
from app.figures.report_schedules.kinds import SCHEDULED
from app.figures.reports.kinds import KINDS
from app.london import LONDON, is_working_day
from tests import builders

ON = {kind.slug: replace(kind.default, is_on=True) for kind in SCHEDULED}
PERIODS = {kind.slug: kind.period for kind in KINDS}


@pytest.mark.parametrize(
    ("kind", "at", "due"),
    [
        ("quarterly-figures", "2026-07-01 08:59", None),
        ("quarterly-figures", "2026-07-01 09:00", date(2026, 7, 1)),
        # New Year's Day is a Friday and a holiday: the Monday after it
        ("quarterly-figures", "2027-01-01 12:00", None),
        ("quarterly-figures", "2027-01-04 09:00", date(2027, 1, 4)),
        # caught up with after a standstill as long as the next period has not ended
        ("quarterly-figures", "2027-03-31 09:00", date(2027, 1, 4)),
        # 1 April 2029 is Easter Sunday
        ("six-monthly-report", "2029-04-02 12:00", date(2028, 10, 2)),
        ("six-monthly-report", "2029-04-03 09:00", date(2029, 4, 3)),
        ("oversight-report", "2026-05-01 09:00", date(2026, 5, 1)),
        ("oversight-report", "2026-06-30 09:00", date(2026, 5, 1)),
        ("weekly-list", "2026-05-04 12:00", date(2026, 4, 27)),  # a bank holiday
        ("weekly-list", "2026-05-05 09:00", date(2026, 5, 5)),
    ],
)
def test_a_report_is_due_on_its_day_or_the_first_working_day_after_its_period(kind, at, due):
    now = datetime.fromisoformat(at).replace(tzinfo=LONDON)
    if is_working_day(now.date()):
        assert due_day(ON[kind], now) == due
    else:
        assert due_day(ON[kind], now) is None


@settings(max_examples=20)
@given(
    kind=st.sampled_from(["quarterly-figures", "oversight-report", "annual-report"]),
    start=st.dates(date(2025, 1, 1), date(2028, 1, 1)),
    standstills=st.sets(st.integers(0, 700), max_size=300),
)
def test_no_period_is_left_out_and_none_is_told_twice_whatever_stands_still(kind, start, standstills):
    schedule = replace(ON[kind], holds_from=_at(start, 0))
    last, windows = None, []
    for number in range(700):
        now = _at(start + timedelta(days=number), 12)
        if number in standstills:
            continue
        due = due_day(schedule, now)
        if due is None or (last is not None and due <= last):
            continue
        assert next_day(schedule, now, last) == now.astimezone(LONDON).date()
        last = due
        windows.append(PERIODS[kind].last_complete(due))
    assert len(set(windows)) == len(windows)
    if not standstills:
        assert all(one.last == other.first for one, other in pairwise(windows))
        assert len(windows) >= {"annual-report": 1, "oversight-report": 11, "quarterly-figures": 7}[kind]
    coming = next_day(schedule, _at(start + timedelta(days=700), 12), last)
    assert is_working_day(coming)


def _at(day, hour):
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON).astimezone(UTC)


CHOSEN = {"is_on": "yes", "hour": "9", "roles": ["safeguarding-manager"], "version": "0"}
QUARTERLY = "/reports/schedules/quarterly-figures"


async def test_an_officer_chooses_and_the_draft_is_there_once_with_a_link_for_whoever_is_chosen(
    sign_in, house, clock, cast
):
    await builders.a_child(name="Robin Nameless")
    clock.now = datetime(2026, 6, 29, 9, tzinfo=UTC)
    officer = await sign_in("officer")
    for wrong in ({"roles": [], "also": ""}, {"also": cast.chair.person_id}, {"hour": "3"}):
        assert (await officer.post(QUARTERLY, CHOSEN | wrong)).status_code == 422
    assert (await officer.post(QUARTERLY, CHOSEN | {"also": cast.officer.person_id})).status_code == 303
    assert (await officer.post(QUARTERLY, CHOSEN)).status_code == 409
    kept = {"people": [cast.officer.person_id], "version": "1"}
    assert (await officer.post(QUARTERLY, CHOSEN | kept)).status_code == 303
    assert await database.fetch_value("SELECT count(*) FROM schedule_past") == 1
    assert await send_scheduled(house) == 0  # April had its first working day before anybody chose
    assert "Wednesday 1 July 2026" in (await officer.get("/reports/schedules")).text
    clock.now = datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert sum(await asyncio.gather(*(send_scheduled(house) for _ in range(4)))) == 2
    made = await database.fetch("SELECT * FROM report")
    assert [(one["kind"], one["from_on"], one["to_on"], one["status"], one["made_by"]) for one in made] == [
        ("quarterly-figures", date(2026, 4, 1), date(2026, 7, 1), "draft", None)
    ]
    messages = await database.fetch("SELECT recipient, subject, body FROM outbox_message ORDER BY recipient")
    assert [one["recipient"] for one in messages] == [cast.manager.email, cast.officer.email]
    assert f"http://testserver/reports/{made[0]['id']}\n" in messages[0]["body"]
    assert "Robin" not in messages[0]["subject"] + messages[0]["body"]
    clock.now += timedelta(days=40)
    assert await send_scheduled(house) == 0
    manager = await sign_in("manager")
    assert (await manager.get(f"/reports/{made[0]['id']}")).status_code == 200


async def test_a_report_that_somebody_made_by_hand_is_not_made_again(sign_in, house, clock):
    clock.now = datetime(2026, 6, 29, 9, tzinfo=UTC)
    admin = await sign_in("admin")
    assert (await admin.post(QUARTERLY, CHOSEN)).status_code == 303
    clock.now = datetime(2026, 7, 1, 7, tzinfo=UTC)
    officer = await sign_in("officer")
    asked = {"kind": "quarterly-figures", "from": "2026-04-01", "to": "2026-07-01", "audience": "managers"}
    by_hand = (await officer.post("/reports", asked)).headers["location"]
    clock.now = datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert await send_scheduled(house) == 1
    assert await database.fetch_value("SELECT count(*) FROM report") == 1
    assert by_hand in await database.fetch_value("SELECT body FROM outbox_message")


async def test_the_form_asks_for_days_only_where_the_report_is_about_a_week(sign_in):
    admin = await sign_in("admin")
    page = (await admin.get(QUARTERLY)).text
    assert "On which days" not in page
    assert "the first working day after every quarter" in page
    assert "On which days" in (await admin.get("/reports/schedules/twice-weekly-list")).text
    assert (await admin.post("/reports/schedules/weekly-list", CHOSEN | {"weekdays": []})).status_code == 422
    # what goes out by other pages is not found here
    assert (await admin.get("/reports/schedules/missing-now")).status_code == 404
    assert of_slug(SCHEDULED, "missing-now") is None
    for nobody in ("chair", "police", "manager"):
        assert (await (await sign_in(nobody)).get("/reports/schedules")).status_code == 403
