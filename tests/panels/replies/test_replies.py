"""Replies before a meeting and the confidentiality statement: who may, until when, and where they show."""

from datetime import UTC, datetime

import httpx
import pytest

from app import database
from app.panels.attendance.rules import Attendee
from app.panels.replies.rules import tally_of
from tests import builders
from tests.conftest import Cast, SignIn, TestClock

STARTS_AT = datetime(2026, 6, 17, 9, 0, tzinfo=UTC)


async def a_meeting(**columns: object) -> int:
    return await builders.a_meeting("mace", STARTS_AT, **columns)


async def kept(who: int) -> dict[str, object]:
    row = await database.fetch_one("SELECT * FROM attendance WHERE person = $1", who)
    assert row is not None
    return row


async def test_the_link_in_the_e_mail_comes_back_after_signing_in(
    anonymous: httpx.AsyncClient, db: None
) -> None:
    meeting = await a_meeting()
    answer = await anonymous.get(f"/meetings/{meeting}/reply")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next=%2Fmeetings%2F{meeting}%2Freply"


async def test_one_accepts_changes_ones_mind_and_sends_a_deputy(sign_in: SignIn, cast: Cast) -> None:
    meeting = await a_meeting()
    police, chair = await sign_in("police"), await sign_in("chair")
    path = f"/meetings/{meeting}/reply"
    assert "Send my reply" in (await police.get(path)).text
    assert (await police.post(path, {"answer": "accept"})).status_code == 303
    assert "1 accepted, 3 have not answered" in (await chair.get(f"/meetings/{meeting}")).text
    assert (await police.post(path, {"answer": "apologies"})).status_code == 303
    assert "1 sends apologies, 3 have not answered" in (await chair.get(f"/meetings/{meeting}")).text
    deputy = {"answer": "deputy", "deputy_name": "Dee  Puty"}
    assert (await police.post(path, deputy)).status_code == 303
    row = await kept(cast.police.person_id)
    assert (row["status"], row["deputy_name"], row["agency"]) == (
        "accepted",
        "Dee Puty",
        cast.police.agency_id,
    )
    assert "1 sends a deputy" in (await chair.get(f"/meetings/{meeting}")).text
    assert "Sends a deputy: Dee Puty" in (await police.get(f"/meetings/{meeting}/attendance")).text
    kinds = await database.fetch("SELECT details FROM history_entry WHERE kind = 'reply given' ORDER BY id")
    assert [row["details"]["answer"] for row in kinds] == ["accept", "apologies", "deputy"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Choose whether you come"),
        ({"answer": "perhaps"}, "Choose whether you come"),
        ({"answer": "information-sent"}, "Choose whether you come"),
        ({"answer": "deputy"}, "Enter the name of the person from Exampleshire Police"),
        ({"answer": "deputy", "deputy_name": "x" * 101}, "Use 100 characters or fewer"),
    ],
)
async def test_a_reply_that_says_nothing_is_refused_with_the_input_kept(
    sign_in: SignIn, form: dict[str, str], words: str
) -> None:
    meeting = await a_meeting()
    answer = await (await sign_in("police")).post(f"/meetings/{meeting}/reply", form)
    assert answer.status_code == 422
    assert words in answer.text
    assert await database.fetch_value("SELECT count(*) FROM attendance") == 0


@pytest.mark.parametrize(
    ("status", "at", "words"),
    [
        ("cancelled", datetime(2026, 6, 16, tzinfo=UTC), "This meeting was cancelled, so no reply is needed"),
        ("held", datetime(2026, 6, 18, tzinfo=UTC), "This meeting has been held"),
        ("agenda-issued", STARTS_AT, "This meeting started on Wednesday 17 June 2026 at 10am"),
    ],
)
async def test_a_reply_too_late_is_refused_in_a_sentence(
    sign_in: SignIn, clock: TestClock, status: str, at: datetime, words: str
) -> None:
    meeting = await a_meeting(status=status)
    browser = await sign_in("police")
    clock.now = at
    browser = await sign_in("police")
    answer = await browser.post(f"/meetings/{meeting}/reply", {"answer": "accept"})
    assert answer.status_code == 422
    assert words in answer.text
    assert words in (await browser.get(f"/meetings/{meeting}/reply")).text
    assert await database.fetch_value("SELECT count(*) FROM attendance") == 0


async def test_a_minute_before_the_start_a_reply_is_taken(sign_in: SignIn, clock: TestClock) -> None:
    meeting = await a_meeting(status="agenda-issued")
    clock.now = STARTS_AT.replace(hour=8, minute=59)
    browser = await sign_in("police")
    answer = await browser.post(f"/meetings/{meeting}/reply", {"answer": "apologies"})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("name", "status"), [("outsider", 404), ("admin", 404), ("officer", 403), ("manager", 403)]
)
async def test_only_who_is_asked_replies(sign_in: SignIn, name: str, status: int) -> None:
    meeting = await a_meeting()
    browser = await sign_in(name)
    for path in (f"/meetings/{meeting}/reply", f"/meetings/{meeting}/confidentiality"):
        assert (await browser.post(path, {"answer": "accept"})).status_code == status
    assert (await browser.get(f"/meetings/{meeting}/reply")).status_code == status


async def test_what_was_noted_at_the_meeting_is_not_replaced(sign_in: SignIn, cast: Cast) -> None:
    meeting = await a_meeting()
    await builders.insert(
        "attendance",
        meeting=meeting,
        person=cast.police.person_id,
        agency=cast.police.agency_id,
        status="absent",
    )
    answer = await (await sign_in("police")).post(f"/meetings/{meeting}/reply", {"answer": "accept"})
    assert answer.status_code == 409
    assert (await kept(cast.police.person_id))["status"] == "absent"


async def test_replies_alone_are_no_attendance(sign_in: SignIn, clock: TestClock) -> None:
    meeting = await a_meeting(status="agenda-issued")
    await (await sign_in("police")).post(
        f"/meetings/{meeting}/reply", {"answer": "deputy", "deputy_name": "Dee Puty"}
    )
    clock.now = STARTS_AT.replace(hour=11)
    taker = await sign_in("minute_taker")
    await taker.post(f"/meetings/{meeting}/held")
    page = (await taker.get(f"/meetings/{meeting}/attendance")).text
    assert "Nobody has been noted yet" in page
    for name in ("Carys Chairwell", "Polly Constable-Sample", "Heath Wellby", 'value="Dee Puty"'):
        assert name in page


async def test_the_statement_is_pressed_once_and_shown_on_the_attendance_page(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    meeting = await a_meeting(status="agenda-issued")
    child = await builders.a_child()
    item = await builders.an_item(meeting, child, first_issued_in=1)
    await builders.insert(
        "agenda_version",
        meeting=meeting,
        number=1,
        issued_at=clock.now,
        items=[
            {
                "item": item,
                "kind": "child",
                "child": child,
                "title": "",
                "minutes": 10,
                "reason": "",
                "rule_version": "",
                "episode_ids": [],
                "added_by": "rule",
                "brought_forward": "",
            }
        ],
    )
    police = await sign_in("police")
    agenda = f"/meetings/{meeting}/agenda"
    press = "I have read this and will keep to it"
    assert press in (await police.get(agenda)).text
    done = await police.post(f"/meetings/{meeting}/confidentiality", {"back": "agenda"})
    assert (done.status_code, done.headers["location"]) == (303, agenda)
    first = (await kept(cast.police.person_id))["confidentiality_at"]
    assert first == clock.now
    assert press not in (await police.get(agenda)).text
    clock.now = clock.now.replace(minute=10)
    await police.post(f"/meetings/{meeting}/confidentiality", {"back": "https://elsewhere.example.org"})
    assert (await kept(cast.police.person_id))["confidentiality_at"] == first
    page = (await (await sign_in("chair")).get(f"/meetings/{meeting}/attendance")).text
    assert "Read 10 Jun 2026" in page
    assert page.count("Not yet") == 3
    assert "1 of 4 has read the confidentiality statement" in page
    assert (
        await database.fetch_value(
            "SELECT count(*) FROM history_entry WHERE kind = 'confidentiality acknowledged'"
        )
        == 1
    )


def _attendee(number: int, status: str, deputy: str = "", person: bool = True) -> Attendee:
    return Attendee(
        f"p{number}", number, number if person else None, "A", 1, "B", "police", "member", status, deputy
    )


def test_replies_add_up_to_everybody_asked() -> None:
    attendees = [
        *(_attendee(n, "accepted") for n in range(5)),
        _attendee(6, "accepted", "Dee Puty"),
        _attendee(7, "apologies"),
        *(_attendee(n, "invited") for n in range(8, 11)),
        _attendee(12, "present", person=False),
    ]
    words = "5 accepted, 1 sends a deputy, 1 sends apologies, 3 have not answered"
    assert tally_of(attendees).words == words
    assert tally_of([]).words == ""
