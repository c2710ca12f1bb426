"""Who came, deputies and guests, and when that makes a quorum."""

from datetime import UTC, datetime

import pytest

from app import database
from app.lifecycle import MovedOn
from app.panels.attendance.changes import record_attendance
from app.panels.attendance.queries import attendees_of
from app.panels.attendance.rules import Attendee, Mark, quorum_of, read_marks
from app.panels.meetings.queries import meeting_for
from tests import builders
from tests.conftest import Cast, SignIn, TestClock


def attendee(number: int, kind: str, status: str = "present", **fields: object) -> Attendee:
    values: dict[str, object] = {
        "key": f"p{number}",
        "attendance_id": None,
        "person_id": number,
        "name": f"Person {number}",
        "agency_id": number,
        "agency_name": f"Agency {number}",
        "agency_kind": kind,
        "seat_role": "member",
        "status": status,
        "deputy_name": "",
    }
    return Attendee(**(values | fields))  # type: ignore[arg-type]


POLICE, HEALTH, CARE = attendee(1, "police"), attendee(2, "health"), attendee(3, "social-care")


def test_enough_agencies_with_the_required_ones_make_a_quorum() -> None:
    quorum = quorum_of([POLICE, HEALTH, CARE], 3, ("police", "social-care"))
    assert quorum.is_quorate
    assert quorum.words == "Quorate: 3 agencies came, 3 are needed."


def test_a_missing_required_agency_is_named() -> None:
    quorum = quorum_of([HEALTH, CARE, attendee(4, "charity")], 3, ("police", "social-care"))
    assert not quorum.is_quorate
    assert "nobody came for police" in quorum.words


@pytest.mark.parametrize(
    "not_counted",
    [
        attendee(1, "police", "apologies"),
        attendee(1, "police", "information-sent"),
        attendee(1, "police", "absent"),
        attendee(1, "police", "invited"),
        attendee(1, "police", seat_role="observer"),
        attendee(1, "police", person_id=None),
    ],
)
def test_who_did_not_come_observers_and_guests_make_no_quorum(not_counted: Attendee) -> None:
    assert not quorum_of([not_counted, HEALTH, CARE], 3, ("police",)).is_quorate
    assert quorum_of([attendee(1, "police", "deputy"), HEALTH, CARE], 3, ("police",)).is_quorate


def test_two_people_of_one_agency_count_once() -> None:
    both = [POLICE, attendee(5, "police", agency_id=1)]
    assert quorum_of(both, 2, ()).agencies == 1


def test_a_deputy_needs_a_name_and_only_a_deputy_has_one() -> None:
    marks, problems = read_marks({"status-p1": "deputy", "was-p1": "invited|"})
    assert problems == {"deputy-p1": "Enter the name of the deputy who came"}
    marks, problems = read_marks({"status-p1": "present", "deputy-p1": "Someone", "was-p1": "invited|"})
    assert (problems, marks) == ({}, [Mark("p1", "present", "", "invited", "")])
    assert read_marks({"status-p1": "king"})[1] == {"status-p1": "Choose whether they came"}


async def a_meeting() -> int:
    return await builders.a_meeting("mace", datetime(2026, 6, 10, 8, 0, tzinfo=UTC), status="agenda-issued")


async def test_one_form_notes_everybody_and_shows_the_quorum(sign_in: SignIn, cast: Cast) -> None:
    meeting = await a_meeting()
    browser = await sign_in("minute_taker")
    path = f"/meetings/{meeting}/attendance"
    assert "Nobody has been noted yet" in (await browser.get(path)).text
    key = {
        name: f"p{getattr(cast, name).person_id}" for name in ("chair", "minute_taker", "police", "health")
    }
    form = {
        f"status-{key['chair']}": "present",
        f"status-{key['minute_taker']}": "present",
        f"status-{key['police']}": "deputy",
        f"deputy-{key['police']}": "Dep Utyson",
        f"status-{key['health']}": "apologies",
    }
    assert (await browser.post(path, form)).status_code == 303
    text = (await browser.get(path)).text
    assert "Not quorate: 2 agencies came, 3 are needed; nobody came for health" in text
    assert "Dep Utyson" in text
    assert (
        await browser.post(path, {f"status-{key['health']}": "present", f"was-{key['health']}": "apologies|"})
    ).status_code == 303
    assert "Quorate: 3 agencies came" in (await browser.get(path)).text
    rows = await database.fetch("SELECT status FROM attendance ORDER BY status")
    assert [row["status"] for row in rows] == ["deputy", "present", "present", "present"]


async def test_a_deputy_without_a_name_is_told_beside_the_field(sign_in: SignIn, cast: Cast) -> None:
    meeting = await a_meeting()
    key = f"p{cast.police.person_id}"
    answer = await (await sign_in("chair")).post(
        f"/meetings/{meeting}/attendance", {f"status-{key}": "deputy"}
    )
    assert answer.status_code == 422
    assert f'href="#deputy-{key}"' in answer.text
    assert await database.fetch_value("SELECT count(*) FROM attendance") == 0


async def test_two_who_note_different_people_do_not_disturb_each_other(cast: Cast, clock: TestClock) -> None:
    at = await meeting_for(cast.chair, await a_meeting())
    police, health = f"p{cast.police.person_id}", f"p{cast.health.person_id}"
    await record_attendance(cast.chair, at, [Mark(police, "present", "", "invited", "")], now=clock.now)
    await record_attendance(
        cast.minute_taker,
        at,
        [Mark(police, "invited", "", "invited", ""), Mark(health, "absent", "", "invited", "")],
        now=clock.now,
    )
    found = {one.key: one.status for one in await attendees_of(at)}
    assert (found[police], found[health]) == ("present", "absent")


async def test_two_who_note_the_same_person_differently_are_told(cast: Cast, clock: TestClock) -> None:
    at = await meeting_for(cast.chair, await a_meeting())
    police, health = f"p{cast.police.person_id}", f"p{cast.health.person_id}"
    await record_attendance(cast.chair, at, [Mark(police, "present", "", "invited", "")], now=clock.now)
    with pytest.raises(MovedOn, match="Polly Constable-Sample as “present”"):
        await record_attendance(
            cast.minute_taker,
            at,
            [Mark(health, "present", "", "invited", ""), Mark(police, "absent", "", "invited", "")],
            now=clock.now,
        )
    assert {one.key: one.status for one in await attendees_of(at)}[health] == "invited"


async def test_a_seat_that_ends_later_takes_nobody_off_the_list(cast: Cast, clock: TestClock) -> None:
    at = await meeting_for(cast.chair, await a_meeting())
    await record_attendance(
        cast.chair, at, [Mark(f"p{cast.police.person_id}", "present", "", "invited", "")], now=clock.now
    )
    await database.execute("UPDATE meeting SET status = 'held' WHERE id = $1", at.id)
    await database.execute("UPDATE seat SET ended_at = now()")
    after = await meeting_for(cast.officer, at.id)
    assert len(await attendees_of(after)) == 4


async def test_a_guest_is_listed_once_and_makes_no_quorum(sign_in: SignIn, cast: Cast) -> None:
    meeting = await a_meeting()
    browser = await sign_in("chair")
    form = {"guest_name": "Gus Terly", "agency_id": str(cast.outsider.agency_id)}
    path = f"/meetings/{meeting}/attendance/guests"
    assert (await browser.post(path, form)).status_code == 303
    assert (await browser.post(path, form)).status_code == 422
    assert "Enter the guest’s name" in (await browser.post(path, {"agency_id": "1"})).text
    text = (await browser.get(f"/meetings/{meeting}/attendance")).text
    assert "Gus Terly" in text
    assert "Nobody has been noted yet" in text


@pytest.mark.parametrize("name", ["police", "manager", "outsider", "admin"])
async def test_others_do_not_note_attendance(sign_in: SignIn, cast: Cast, name: str) -> None:
    meeting = await a_meeting()
    answer = await (await sign_in(name)).post(
        f"/meetings/{meeting}/attendance", {f"status-p{cast.police.person_id}": "present"}
    )
    assert answer.status_code in (403, 404)
    assert await database.fetch_value("SELECT count(*) FROM attendance") == 0


async def test_a_strangers_key_is_not_found_and_a_cancelled_meeting_takes_nobody(
    sign_in: SignIn, cast: Cast
) -> None:
    meeting = await a_meeting()
    browser = await sign_in("chair")
    path = f"/meetings/{meeting}/attendance"
    assert (await browser.post(path, {f"status-p{cast.outsider.person_id}": "present"})).status_code == 404
    await database.execute("UPDATE meeting SET status = 'cancelled'")
    answer = await browser.post(path, {f"status-p{cast.police.person_id}": "present"})
    assert answer.status_code == 422
