"""A panel's rhythm through its pages: dates before saving, a year of meetings, changes, endings, people at once."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar

from app import database
from app.house import House
from app.lifecycle import Stale
from app.london import LONDON
from app.panels.rhythm.changes import KEEP, RhythmChange, RhythmPlan, continue_rhythms, end_rhythm, set_rhythm
from app.panels.rhythm.queries import series_of
from app.panels.rhythm.rules.recurrences import Recurrence
from app.panels.rhythm.rules.series import mark_of
from app.panels.terms.queries import standing_panel, standing_panels
from tests import builders
from tests.conftest import Browser, Cast, SignIn, TestClock
from tests.panels.together import several_connections

PAGE = "/panels/mace/rhythm"
FORM = f"{PAGE}/new"
GOOD = {
    "frequency": "weekly",
    "weekday": "1",
    "starts_time": "10:00",
    "length_minutes": "120",
    "holiday_rule": "after",
    "starts_on": "2026-06-11",
    "place": "Civic Centre",
}


async def save(browser: Browser, **fields: str) -> Any:
    """As a person does it: the dates are shown first, and what was shown is saved."""
    seen = await browser.get(FORM)
    mark = seen.text.split('name="seen" value="')[1].split('"')[0]
    shown = await browser.post(FORM, GOOD | fields | {"seen": mark})
    assert shown.status_code == 200, shown.text
    return await browser.post(FORM, GOOD | fields | {"seen": mark, "step": "save"})


async def meetings(status: str = "planned") -> list[dict[str, Any]]:
    return await database.fetch(
        "SELECT *, (starts_at AT TIME ZONE 'Europe/London') AS local FROM meeting "
        "WHERE status = $1 AND series IS NOT NULL ORDER BY starts_at",
        status,
    )


async def called_off(who: str) -> list[str]:
    """The UIDs that cancellations took off somebody's calendar, in the order in which they were written."""
    rows = await database.fetch(
        "SELECT calendar, subject || body AS words FROM outbox_message "
        "WHERE recipient = $1 AND calendar_method = 'CANCEL' ORDER BY id",
        f"{who}@cast.example.org",
    )
    events = [icalendar.Calendar.from_ical(row["calendar"]).walk("VEVENT") for row in rows]
    assert all(len(found) == 1 and found[0]["STATUS"] == "CANCELLED" for found in events)
    children = await database.fetch("SELECT name, child_ref FROM child")
    texts = " ".join(row["calendar"] + row["words"] for row in rows)
    assert not any(one["name"] in texts or one["child_ref"] in texts for one in children)
    return [str(found[0]["UID"]) for found in events]


def plan_of(**changes: Any) -> RhythmPlan:
    recurrence = {
        "frequency": "weekly",
        "weekday": 1,
        "nth": None,
        "clock": time(10),
        "holiday_rule": "after",
        "starts_on": date(2026, 6, 11),
    } | changes
    return RhythmPlan(Recurrence(**recurrence), 120)


async def change_by(who: Any, now: datetime, slug: str = "mace", **fields: Any) -> RhythmChange:
    panel = await standing_panel(slug)
    assert panel is not None
    mark = mark_of(await series_of(panel.id), now.astimezone(LONDON).date())
    return RhythmChange(
        **{"who": who, "panel": panel, "seen": mark, "with_work": KEEP, "address": "", "now": now} | fields
    )


async def test_the_dates_are_shown_before_anything_is_saved(sign_in: SignIn) -> None:
    browser = await sign_in("chair")
    shown = await browser.post(FORM, GOOD | {"weekday": "0", "starts_on": "2026-08-20"})
    assert shown.status_code == 200
    assert "Tuesday 1 September 2026" in shown.text
    assert "Moved: Monday 31 August 2026 is a bank holiday (Late Summer Bank Holiday)" in shown.text
    assert await database.fetch_value("SELECT count(*) FROM series") == 0
    back = await browser.post(FORM, GOOD | {"step": "back"})
    assert 'value="Civic Centre"' in back.text


async def test_saving_plans_a_year_of_meetings_at_one_time_on_the_wall(sign_in: SignIn, cast: Cast) -> None:
    browser = await sign_in("chair")
    answer = await save(browser, chair_id=str(cast.chair.person_id), video_link="https://meet.example.org/1")
    assert answer.status_code == 303
    made = await meetings()
    assert 52 <= len(made) <= 54
    assert {one["local"].time() for one in made} == {time(10)}
    assert {one["local"].weekday() for one in made} == {1}
    assert made[0]["local"].date() == date(2026, 6, 16)
    assert {(one["chair"], one["place"]) for one in made} == {(cast.chair.person_id, "Civic Centre")}
    text = (await browser.get(PAGE)).text
    assert "Every week on Tuesday at 10am" in text
    assert "Tuesday 16 June 2026, 10am" in text
    assert "Planned by the rhythm" in (await browser.get(f"/meetings/{made[0]['id']}")).text


async def test_what_is_not_made_because_of_a_bank_holiday_is_said(sign_in: SignIn) -> None:
    browser = await sign_in("chair")
    await save(browser, weekday="4", holiday_rule="skip")
    assert date(2026, 12, 25) not in {one["local"].date() for one in await meetings()}
    assert "Left out: Friday 25 December 2026 is a bank holiday" in (await browser.get(PAGE)).text


NOT_A_RHYTHM: list[tuple[dict[str, str], str]] = [
    ({"frequency": ""}, "Choose how often the panel meets"),
    ({"frequency": "monthly", "nth": "5"}, "the first to the fourth, or the last"),
    ({"frequency": "monthly"}, "the first to the fourth, or the last"),
    ({"weekday": "9"}, "Choose the day of the week"),
    ({"starts_time": "noonish"}, "Enter a time, such as 14:30"),
    ({"weekday": "6", "starts_time": "01:30"}, "missing once a year"),
    ({"ends_on": "2026-06-10"}, "would end before it starts"),
    ({"ends_on": "2026-06-12"}, "the panel would never meet"),
    ({"starts_on": "2028-01-01"}, "more than a year from now"),
    ({"starts_on": "2010-01-01"}, "more than five years ago"),
    ({"starts_on": "2026-02-30"}, "Enter a real date"),
    ({"length_minutes": "5"}, "from 15 to 720"),
    ({"video_link": "javascript:alert(1)"}, "beginning with https://"),
    ({"chair_id": "999999"}, "people with a seat on this panel"),
]


async def test_a_rhythm_that_cannot_be_is_refused_in_a_sentence_and_the_input_kept(sign_in: SignIn) -> None:
    browser = await sign_in("chair")
    for fields, words in NOT_A_RHYTHM:
        for step in ("check", "save"):
            answer = await browser.post(FORM, GOOD | fields | {"step": step})
            assert answer.status_code == 422, fields
            assert words in answer.text
            assert 'value="Civic Centre"' in answer.text
    assert await database.fetch_value("SELECT count(*) FROM series") == 0


async def test_a_rhythm_that_began_long_ago_gives_meetings_from_today_on(
    sign_in: SignIn, clock: TestClock
) -> None:
    await save(await sign_in("chair"), frequency="fortnightly", starts_on="2025-01-07")
    made = await meetings()
    assert made[0]["local"].date() == date(2026, 6, 23)  # 38 fortnights on
    assert all(one["starts_at"] > clock.now for one in made)


async def test_a_meeting_planned_by_hand_keeps_its_time(sign_in: SignIn) -> None:
    browser = await sign_in("chair")
    by_hand = await builders.a_meeting("mace", datetime(2026, 6, 23, 10, 0, tzinfo=UTC))
    await save(browser)
    days = {one["local"].date() for one in await meetings()}
    assert date(2026, 6, 23) not in days
    assert {date(2026, 6, 16), date(2026, 6, 30)} <= days
    assert await database.fetch_value("SELECT status FROM meeting WHERE id = $1", by_hand) == "planned"
    assert "Left out: the panel has another meeting then" in (await browser.get(PAGE)).text


async def test_several_processes_at_once_make_each_meeting_once(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    await save(await sign_in("chair"))
    before = len(await meetings())
    clock.now += timedelta(days=60)
    await several_connections()
    made = await asyncio.gather(*(continue_rhythms(clock.now) for _ in range(6)))
    assert sum(made) in (8, 9)
    assert sorted(made)[:5] == [0] * 5
    assert len(await meetings()) == before + sum(made)
    twice = "SELECT count(*) FROM (SELECT FROM meeting GROUP BY panel, starts_at HAVING count(*) > 1) x"
    assert await database.fetch_value(twice) == 0


async def test_the_daily_job_goes_on_by_itself(sign_in: SignIn, house: House, clock: TestClock) -> None:
    await save(await sign_in("chair"))
    from app.panels.rhythm.jobs import JOBS, plan_meetings_ahead

    assert JOBS[0] in house.jobs
    assert await plan_meetings_ahead(house) == 0
    clock.now += timedelta(days=7)
    assert await plan_meetings_ahead(house) == 1
    assert await plan_meetings_ahead(house) == 0


async def test_a_moved_or_cancelled_meeting_stays_so_and_says_where_it_was(
    sign_in: SignIn, clock: TestClock
) -> None:
    browser = await sign_in("chair")
    await save(browser)
    moved, cancelled = (one["id"] for one in (await meetings())[:2])
    answer = await browser.post(
        f"/meetings/{moved}/change",
        {"starts_on": "2026-06-18", "starts_time": "14:00", "length_minutes": "120", "version": "1"},
    )
    assert answer.status_code == 303
    await browser.post(f"/meetings/{cancelled}/cancellation", {"reason": "Too few can come", "version": "1"})
    await database.execute("UPDATE series SET generated_until = NULL")
    clock.now += timedelta(minutes=5)
    await continue_rhythms(clock.now)
    rows = await database.fetch("SELECT series_day, status FROM meeting ORDER BY series_day LIMIT 3")
    assert [(row["series_day"], row["status"]) for row in rows] == [
        (date(2026, 6, 16), "planned"),
        (date(2026, 6, 23), "cancelled"),
        (date(2026, 6, 30), "planned"),
    ]
    page = (await browser.get(f"/meetings/{moved}")).text
    assert "Moved from Tuesday 16 June 2026, which its rhythm gave it" in page
    assert "Cancelled: Too few can come" in (await browser.get(PAGE)).text


async def test_another_rhythm_ends_the_one_before_and_takes_out_what_nobody_touched(sign_in: SignIn) -> None:
    browser = await sign_in("chair")
    await save(browser)
    made = await meetings()
    child = await builders.a_child()
    worked_on = made[5]
    await builders.an_item(worked_on["id"], child)
    shown = await browser.post(
        FORM,
        GOOD
        | {
            "weekday": "3",
            "starts_on": "2026-07-01",
            "seen": (await browser.get(FORM)).text.split('name="seen" value="')[1].split('"')[0],
        },
    )
    assert "have been worked on" in shown.text or "has been worked on" in shown.text
    assert "Keep where it is" in shown.text
    assert (await save(browser, weekday="3", starts_on="2026-07-01")).status_code == 303
    first, second = await database.fetch("SELECT * FROM series ORDER BY id")
    assert (first["ends_on"], second["ends_on"]) == (date(2026, 6, 30), None)
    kept = [one["series_day"] for one in await meetings() if one["series"] == first["id"]]
    assert kept == [date(2026, 6, 16), date(2026, 6, 23), date(2026, 6, 30), worked_on["series_day"]]
    assert {one["local"].weekday() for one in await meetings() if one["series"] == second["id"]} == {3}
    gone = await database.fetch_one("SELECT * FROM history_entry WHERE kind = 'meetings taken out'")
    assert gone is not None
    assert len(gone["about_ids"]) == len(made) - 4
    assert await database.fetch_value("SELECT count(*) FROM meeting_past") >= len(made) - 4
    assert "Kept from a rhythm before" not in (await browser.get(PAGE)).text
    vanished = [one for one in made[3:] if one["id"] != worked_on["id"]]
    assert await called_off("chair") == [f"meeting-{one['id']}@testserver" for one in vanished[:12]]


async def test_a_time_at_which_the_panel_still_meets_is_not_called_off(sign_in: SignIn) -> None:
    browser = await sign_in("chair")
    await save(browser)
    await save(browser, starts_on="2026-06-16", place="Lantern House")
    assert {one["place"] for one in await meetings()} == {"Lantern House"}
    assert await called_off("chair") == []


async def test_a_meeting_with_work_on_it_can_move_into_the_new_rhythm(sign_in: SignIn, cast: Cast) -> None:
    browser = await sign_in("chair")
    await save(browser)
    worked_on = [one["id"] for one in (await meetings())[3:5]]
    for meeting in worked_on:
        await builders.an_item(meeting, await builders.a_child())
    await database.execute("UPDATE meeting SET status = 'agenda-issued' WHERE id = $1", worked_on[0])
    sent = await database.fetch_value("SELECT count(*) FROM outbox_message")
    assert (await save(browser, weekday="3", starts_on="2026-07-01", with_work="move")).status_code == 303
    rows = await database.fetch(
        "SELECT (starts_at AT TIME ZONE 'Europe/London') AS local, series_day, series FROM meeting "
        "WHERE id = ANY($1) ORDER BY starts_at",
        worked_on,
    )
    assert [row["local"].date() for row in rows] == [date(2026, 7, 9), date(2026, 7, 16)]
    assert [row["series_day"] for row in rows] == [date(2026, 7, 9), date(2026, 7, 16)]
    twice = "SELECT count(*) FROM (SELECT FROM meeting GROUP BY panel, starts_at HAVING count(*) > 1) x"
    assert await database.fetch_value(twice) == 0
    invited = "SELECT count(*) FROM outbox_message WHERE calendar LIKE $1 AND calendar_method = 'REQUEST'"
    assert await database.fetch_value("SELECT count(*) FROM outbox_message") > sent
    for meeting in worked_on:
        assert await database.fetch_value(invited, f"%UID:meeting-{meeting}@%") >= 3


async def test_a_rhythm_set_wrongly_can_be_replaced_before_it_begins(sign_in: SignIn) -> None:
    browser = await sign_in("chair")
    await save(browser, weekday="2", starts_on="2026-07-01")
    await save(browser, weekday="3", starts_on="2026-07-01")
    assert {one["local"].weekday() for one in await meetings()} == {3}
    assert "Rhythms before" not in (await browser.get(PAGE)).text
    answer = await browser.post(FORM, GOOD | {"starts_on": "2026-06-01", "seen": "x"})
    assert answer.status_code == 409


async def test_ending_a_rhythm_takes_out_what_comes_after_and_asks_about_work(sign_in: SignIn) -> None:
    browser = await sign_in("chair")
    await save(browser)
    worked_on = (await meetings())[5]["id"]
    await builders.an_item(worked_on, await builders.a_child())
    mark = (await browser.get(f"{PAGE}/ending")).text.split('name="seen" value="')[1].split('"')[0]
    fields = {"ends_on": "2026-06-30", "seen": mark}
    shown = await browser.post(f"{PAGE}/ending", fields)
    assert "taken out" in shown.text
    assert len(await meetings()) > 50
    answer = await browser.post(f"{PAGE}/ending", fields | {"step": "save", "with_work": "cancel"})
    assert answer.status_code == 303
    assert [one["series_day"].day for one in await meetings()] == [16, 23, 30]
    assert [one["id"] for one in await meetings("cancelled")] == [worked_on]
    # the one with work by its own cancellation, and the dozen that vanished next
    gone = await called_off("police")
    assert (len(gone), len(set(gone)), gone[0]) == (13, 13, f"meeting-{worked_on}@testserver")
    assert "no longer planned" in await database.fetch_value(
        "SELECT body FROM outbox_message WHERE subject LIKE 'Meetings end%' LIMIT 1"
    )
    again = await browser.post(f"{PAGE}/ending", {"ends_on": "2026-06-09", "seen": "-"})
    assert again.status_code == 422
    assert "This day is past" in again.text


async def test_two_people_at_once_set_one_rhythm(cast: Cast, clock: TestClock) -> None:
    await several_connections()
    asked = await change_by(cast.chair, clock.now)
    outcomes = await asyncio.gather(
        *(set_rhythm(asked, plan_of(weekday=day)) for day in range(4)), return_exceptions=True
    )
    assert len([one for one in outcomes if isinstance(one, Stale)]) == 3
    assert await database.fetch_value("SELECT count(*) FROM series") == 1


async def test_who_was_second_is_told_who_was_first_and_keeps_their_input(sign_in: SignIn) -> None:
    chair, officer = await sign_in("chair"), await sign_in("officer")
    await save(chair)
    answer = await officer.post(FORM, GOOD | {"weekday": "4", "seen": "", "step": "save"})
    assert answer.status_code == 409
    assert "Carys Chairwell" in answer.text
    assert 'value="Civic Centre"' in answer.text
    assert len(await database.fetch("SELECT FROM series")) == 1


async def test_one_form_sent_twice_sets_one_rhythm(sign_in: SignIn) -> None:
    browser = await sign_in("chair")
    fields = GOOD | {"seen": "", "step": "save", "submission_key": "k"}
    answers = await asyncio.gather(*(browser.post(FORM, fields) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert len(await database.fetch("SELECT FROM series")) == 1


async def test_only_who_plans_meetings_sets_a_rhythm(sign_in: SignIn) -> None:
    for name in ("minute_taker", "police", "manager", "outsider", "admin"):
        browser = await sign_in(name)
        for address in (FORM, f"{PAGE}/ending"):
            assert (await browser.get(address)).status_code == 403
            assert (await browser.post(address, GOOD | {"step": "save"})).status_code == 403
        sees = name in ("minute_taker", "police", "manager")
        assert (await browser.get(PAGE)).status_code == (200 if sees else 403), name


async def test_whoever_lost_the_seat_does_not_chair_what_is_planned_later(
    cast: Cast, clock: TestClock
) -> None:
    asked = await change_by(cast.officer, clock.now)
    plan = plan_of()
    await set_rhythm(asked, RhythmPlan(plan.recurrence, 60, chair_id=cast.chair.person_id))
    await database.execute("UPDATE seat SET ended_at = now() WHERE person = $1", cast.chair.person_id)
    clock.now += timedelta(days=14)
    assert await continue_rhythms(clock.now) == 2
    chairs = await database.fetch("SELECT chair FROM meeting ORDER BY starts_at DESC LIMIT 3")
    assert [row["chair"] for row in chairs] == [None, None, cast.chair.person_id]


async def test_one_round_makes_the_year_of_twenty_panels(cast: Cast, clock: TestClock) -> None:
    for number in range(12):
        await builders.insert("panel", slug=f"extra-{number}", name=f"Extra {number}", kind="general")
    panels = await standing_panels()
    assert len(panels) == 20
    for number, panel in enumerate(panels):
        await builders.insert(
            "series",
            panel=panel.id,
            frequency="weekly",
            weekday=number % 5,
            clock=time(9 + number % 7, 30),
            starts_on=date(2026, 6, 1),
        )
    made = await continue_rhythms(clock.now)
    per_panel = await database.fetch("SELECT panel, count(*) AS meetings FROM meeting GROUP BY panel")
    assert made == sum(row["meetings"] for row in per_panel) > 1000
    assert len(per_panel) == 20
    assert await continue_rhythms(clock.now) == 0


async def test_the_end_of_a_rhythm_is_kept_by_the_job(cast: Cast, clock: TestClock) -> None:
    await set_rhythm(await change_by(cast.chair, clock.now), plan_of())
    await end_rhythm(await change_by(cast.chair, clock.now), date(2026, 7, 1))
    clock.now += timedelta(days=100)
    assert await continue_rhythms(clock.now) == 0
