"""Planning, changing, cancelling and holding a meeting: what is refused, what is told, what is kept."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app import database
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused
from app.panels.meetings.changes import hold_meeting
from app.panels.meetings.queries import meeting_for
from tests import builders
from tests.conftest import Browser, Cast, SignIn, TestClock
from tests.panels.together import several_connections

NEW = "/panels/mace/meetings/new"
GOOD = {"starts_on": "2026-06-24", "starts_time": "10:00", "length_minutes": "120", "place": "Civic Centre"}


async def plan(browser: Browser, **fields: str) -> tuple[int, str]:
    answer = await browser.post(NEW, GOOD | fields)
    return answer.status_code, answer.text


async def meetings() -> int:
    found: int = await database.fetch_value("SELECT count(*) FROM meeting")
    return found


async def test_a_planned_meeting_keeps_its_london_time_and_people(sign_in: SignIn, cast: Cast) -> None:
    browser = await sign_in("chair")
    answer = await browser.post(
        NEW,
        GOOD
        | {
            "video_link": "https://meet.example.org/1",
            "chair_id": str(cast.chair.person_id),
            "minute_taker_id": str(cast.minute_taker.person_id),
        },
    )
    assert answer.status_code == 303
    meeting = await meeting_for(cast.chair, int(answer.headers["location"].rsplit("/", 1)[1]))
    assert meeting.starts_at == datetime(2026, 6, 24, 9, 0, tzinfo=UTC)
    assert (meeting.status, meeting.length_minutes, meeting.chair_name) == ("planned", 120, "Carys Chairwell")
    page = await browser.get(f"/meetings/{meeting.id}")
    for words in ("Wednesday 24 June 2026, 10am", "Civic Centre", "Meeting planned", "by Carys Chairwell"):
        assert words in page.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"starts_on": "2026-06-09"}, "This is in the past"),
        ({"starts_on": "2026-06-10", "starts_time": "10:00"}, "This is in the past"),
        ({"starts_on": ""}, "Enter the date of the meeting"),
        ({"starts_on": "2026-02-30"}, "Enter a real date"),
        ({"starts_time": ""}, "Enter the time at which the meeting starts"),
        ({"starts_time": "noonish"}, "Enter a time, such as 14:30"),
        (
            {"starts_on": "2027-03-28", "starts_time": "01:30"},
            "The clocks go forward on Sunday 28 March 2027",
        ),
        ({"length_minutes": "5"}, "from 15 to 720"),
        ({"length_minutes": "long"}, "from 15 to 720"),
        ({"video_link": "javascript:alert(1)"}, "beginning with https://"),
    ],
)
async def test_a_meeting_that_cannot_be_is_refused_in_a_sentence_and_the_input_kept(
    sign_in: SignIn, fields: dict[str, str], words: str
) -> None:
    status, text = await plan(await sign_in("chair"), **fields)
    assert status == 422
    assert words in text
    assert 'value="Civic Centre"' in text
    assert await meetings() == 0


async def test_a_chair_must_hold_a_seat_on_this_panel(sign_in: SignIn, cast: Cast) -> None:
    status, text = await plan(await sign_in("chair"), chair_id=str(cast.outsider.person_id))
    assert status == 422
    assert "Choose the chair from the people with a seat" in text


async def test_a_panel_does_not_meet_twice_at_a_time(sign_in: SignIn) -> None:
    browser = await sign_in("chair")
    assert (await plan(browser))[0] == 303
    status, text = await plan(browser, starts_time="11:30")
    assert status == 422
    assert "The panel already meets on Wednesday 24 June 2026 from 10am to 12pm" in text
    assert (await plan(browser, starts_time="12:00"))[0] == 303
    other = await browser.post("/panels/high-risk-misper/meetings/new", GOOD)
    assert other.status_code == 303
    assert await meetings() == 3


async def test_two_who_plan_for_the_same_hour_do_not_both_get_it(sign_in: SignIn) -> None:
    browser = await sign_in("chair")
    await several_connections()
    times = ("10:00", "10:15", "10:30", "10:45", "11:00", "11:15")
    statuses = [status for status, _ in await asyncio.gather(*(plan(browser, starts_time=t) for t in times))]
    assert sorted(statuses) == [303, 422, 422, 422, 422, 422]
    assert await meetings() == 1


async def test_one_form_sent_often_plans_one_meeting(sign_in: SignIn) -> None:
    browser = await sign_in("chair")
    answers = await asyncio.gather(*(browser.post(NEW, GOOD | {"submission_key": "k"}) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {303}
    assert await meetings() == 1


async def test_a_cancelled_meeting_leaves_its_time_free(sign_in: SignIn) -> None:
    browser = await sign_in("chair")
    await plan(browser)
    meeting = await database.fetch_value("SELECT id FROM meeting")
    await browser.post(f"/meetings/{meeting}/cancellation", {"reason": "Too few can come", "version": "1"})
    assert (await plan(browser))[0] == 303


@pytest.mark.parametrize("name", ["minute_taker", "police", "manager", "admin", "outsider"])
async def test_only_chairs_and_officers_plan(sign_in: SignIn, name: str) -> None:
    status, _ = await plan(await sign_in(name))
    assert status in (403, 404)
    assert await meetings() == 0


async def test_an_unknown_panel_is_not_found(sign_in: SignIn) -> None:
    assert (await (await sign_in("officer")).post("/panels/nowhere/meetings/new", GOOD)).status_code == 404


async def test_a_triggered_child_gets_a_meeting_in_one_press_with_the_rules_reason(
    sign_in: SignIn, clock: TestClock, cast: Cast
) -> None:
    child = await builders.a_child(name="Saffron Sampleworth")
    starts = [clock.now - timedelta(days=days) for days in (20, 10, 3)]
    episodes = [await builders.an_episode(child, start) for start in starts]
    browser = await sign_in("chair")
    panel = await browser.get("/panels/repeat-missing")
    link = f"/panels/repeat-missing/meetings/new?child={child}"
    assert f"/panels/repeat-missing/to-convene/{child}" in panel.text
    form = await browser.get(link)
    assert "Saffron Sampleworth" in form.text
    answer = await browser.post(
        "/panels/repeat-missing/meetings/new", GOOD | {"length_minutes": "60", "child": str(child)}
    )
    assert answer.status_code == 303
    row = await database.fetch_one("SELECT id, child, trigger_episode FROM meeting")
    assert row is not None
    assert (row["child"], row["trigger_episode"]) == (child, episodes[-1])
    item = await database.fetch_one(
        "SELECT child, reason, episode_ids, added_by FROM agenda_item WHERE kind = 'child'"
    )
    assert item is not None
    assert item["reason"].startswith("missing 3 times in the 90 days")
    assert sorted(item["episode_ids"]) == sorted(episodes)
    assert item["added_by"] == "rule"
    assert f"/meetings/{row['id']}" in (await browser.get("/panels/repeat-missing")).text


async def test_a_child_is_not_brought_into_sight_by_guessing_its_number(sign_in: SignIn) -> None:
    secret = await builders.a_child(name="Secret Samplechild")
    browser = await sign_in("chair")
    answer = await browser.get(f"{NEW}?child={secret}")
    assert answer.status_code == 404
    assert (await browser.post(NEW, GOOD | {"child": str(secret)})).status_code == 404
    assert await meetings() == 0


async def test_a_child_is_found_by_its_whole_reference(sign_in: SignIn) -> None:
    child = await builders.a_child(name="Saffron Sampleworth", child_ref="REF-9")
    browser = await sign_in("chair")
    found = await browser.post(NEW, GOOD | {"wanted": "ref-9", "find": "yes"})
    assert "Saffron Sampleworth" in found.text
    assert 'value="Civic Centre"' in found.text
    answer = await browser.post(NEW, GOOD | {"wanted": "ref-9", "child": str(child)})
    assert answer.status_code == 303


async def test_who_searched_for_a_child_must_say_which(sign_in: SignIn) -> None:
    await builders.a_child(child_ref="REF-9")
    browser = await sign_in("chair")
    answer = await browser.post(NEW, GOOD | {"wanted": "ref-9"})
    assert answer.status_code == 422
    assert "Choose which child the meeting is for" in answer.text
    assert (await browser.post(NEW, GOOD | {"wanted": "ref-9", "child": "0"})).status_code == 303
    assert await database.fetch_value("SELECT child FROM meeting") is None


# Changing and cancelling


async def a_planned_meeting(**columns: object) -> int:
    return await builders.a_meeting("mace", datetime(2026, 6, 24, 9, 0, tzinfo=UTC), **columns)


async def test_a_changed_time_is_kept_and_told_and_a_changed_chair_is_not(
    sign_in: SignIn, cast: Cast
) -> None:
    meeting = await a_planned_meeting(place="Civic Centre")
    browser = await sign_in("chair")
    same = GOOD | {"version": "1", "chair_id": str(cast.chair.person_id)}
    assert (await browser.post(f"/meetings/{meeting}/change", same)).status_code == 303
    assert await database.fetch_value("SELECT count(*) FROM outbox_message") == 0
    moved = GOOD | {"starts_on": "2026-06-26", "version": "2"}
    assert (await browser.post(f"/meetings/{meeting}/change", moved)).status_code == 303
    rows = await database.fetch("SELECT subject, body FROM outbox_message")
    assert len(rows) == 4
    assert "Friday 26 June 2026 at 10am" in rows[0]["body"]


async def test_a_stale_change_shows_what_stands_there_and_keeps_mine(sign_in: SignIn) -> None:
    meeting = await a_planned_meeting(place="Old room")
    first, second = await sign_in("chair"), await sign_in("officer")
    form = GOOD | {"version": "1"}
    assert (await first.post(f"/meetings/{meeting}/change", form | {"place": "Room A"})).status_code == 303
    answer = await second.post(f"/meetings/{meeting}/change", form | {"place": "Room B"})
    assert answer.status_code == 409
    assert "Carys Chairwell changed this while you were writing" in answer.text
    assert "Room A" in answer.text
    assert 'value="Room B"' in answer.text
    assert await database.fetch_value("SELECT place FROM meeting") == "Room A"


async def test_a_meeting_keeps_its_own_time_when_only_the_room_changes_on_the_day(
    sign_in: SignIn, clock: TestClock
) -> None:
    meeting = await a_planned_meeting()
    clock.now = datetime(2026, 6, 24, 9, 5, tzinfo=UTC)
    answer = await (await sign_in("chair")).post(
        f"/meetings/{meeting}/change", GOOD | {"place": "Room C", "version": "1"}
    )
    assert answer.status_code == 303


async def test_cancelling_needs_a_reason_and_tells_everybody_without_it(sign_in: SignIn) -> None:
    meeting = await a_planned_meeting()
    browser = await sign_in("chair")
    empty = await browser.post(f"/meetings/{meeting}/cancellation", {"version": "1"})
    assert empty.status_code == 422
    assert "Enter why the meeting is cancelled" in empty.text
    done = await browser.post(
        f"/meetings/{meeting}/cancellation", {"reason": "The chair is ill", "version": "1"}
    )
    assert done.status_code == 303
    assert "The chair is ill" in (await browser.get(f"/meetings/{meeting}")).text
    bodies = [row["body"] for row in await database.fetch("SELECT body FROM outbox_message")]
    assert len(bodies) == 4
    assert not any("chair is ill" in body for body in bodies)
    again = await browser.post(f"/meetings/{meeting}/cancellation", {"reason": "Once more", "version": "2"})
    assert again.status_code == 409


# Holding


async def test_a_meeting_is_held_after_it_starts_and_once(cast: Cast, clock: TestClock) -> None:
    meeting = await a_planned_meeting(status="agenda-issued")
    with pytest.raises(Refused, match="has started"):
        await hold_meeting(cast.minute_taker, meeting, now=clock.now)
    start = datetime(2026, 6, 24, 9, 0, tzinfo=UTC)
    await hold_meeting(cast.minute_taker, meeting, now=start + timedelta(hours=2))
    after = await meeting_for(cast.chair, meeting)
    assert (after.status, after.ended_at) == ("held", start + timedelta(hours=2))
    with pytest.raises(MovedOn):
        await hold_meeting(cast.chair, meeting, now=start + timedelta(hours=3))
    assert await database.fetch_value("SELECT count(*) FROM history_entry WHERE kind = 'meeting held'") == 1


async def test_members_and_outsiders_do_not_hold_meetings(cast: Cast, clock: TestClock) -> None:
    meeting = await a_planned_meeting(status="agenda-issued")
    later = datetime(2026, 6, 24, 12, 0, tzinfo=UTC)
    for who, problem in [(cast.police, Forbidden), (cast.outsider, Invisible), (cast.admin, Invisible)]:
        with pytest.raises(problem):
            await hold_meeting(who, meeting, now=later)


async def test_the_child_of_a_meeting_is_named_to_members_only_once_the_agenda_is_out(
    sign_in: SignIn,
) -> None:
    child = await builders.a_child(name="Saffron Sampleworth")
    meeting = await a_planned_meeting(child=child)
    assert "Saffron" not in (await (await sign_in("police")).get(f"/meetings/{meeting}")).text
    assert "Saffron" in (await (await sign_in("chair")).get(f"/meetings/{meeting}")).text
    await database.execute("UPDATE meeting SET status = 'agenda-issued', agenda_issued_at = now()")
    assert "Saffron" in (await (await sign_in("police")).get(f"/meetings/{meeting}")).text
    reads = await database.fetch("SELECT child_ids FROM history_entry WHERE kind = 'meeting read'")
    assert [row["child_ids"] for row in reads] == [[child], [child]]
