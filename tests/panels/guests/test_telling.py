"""What a guest says beforehand: about their own item, once it is issued, until the meeting; read where agencies' is."""

from dataclasses import dataclass

import pytest

from app import database
from tests import builders
from tests.conftest import Browser, Cast, SignIn, TestClock
from tests.panels.contributions.agendas import STARTS, issued

SAID = {
    "version": "0",
    "known": "Two late marks, then away",
    "known_since": "May",
    "risks": "An older friend",
}


@dataclass
class Invited:
    """An issued meeting with two items; the guest's is the first."""

    meeting: int
    items: list[int]
    slot: int
    other_slot: int

    @property
    def form(self) -> str:
        return f"/meetings/{self.meeting}/slot/{self.slot}"


@pytest.fixture
async def invited(cast: Cast) -> Invited:
    meeting, items = await issued({}, {})
    slots = [
        await builders.insert(
            "guest_slot",
            meeting=meeting,
            agenda_item=item,
            person=person.person_id,
            capacity="School or college",
            invited_by=cast.chair.person_id,
            invited_at=STARTS,
        )
        for item, person in zip(items, (cast.outsider, cast.admin), strict=True)
    ]
    await database.execute(
        "UPDATE child SET name = 'Saffron Sampleworth' WHERE id = (SELECT child FROM agenda_item WHERE id = $1)",
        items[0],
    )
    return Invited(meeting, items, *slots)


async def now_it_is(status: str, meeting: int) -> None:
    await database.execute("UPDATE meeting SET status = $2 WHERE id = $1", meeting, status)


@pytest.fixture
async def guest(sign_in: SignIn, invited: Invited) -> Browser:
    browser = await sign_in("outsider")
    await browser.post(f"/meetings/{invited.meeting}/confidentiality", {"back": "slot"})
    return browser


async def test_what_a_guest_sends_is_read_by_the_panel_and_flows_into_the_minutes_with_its_source(
    sign_in: SignIn, guest: Browser, invited: Invited, clock: TestClock
) -> None:
    assert "Say what you know" in (await guest.get(f"/meetings/{invited.meeting}/slot")).text
    page = (await guest.get(invited.form)).text
    assert "Saffron Sampleworth" in page
    assert "Due by the end of Tuesday 16 June 2026" in page
    assert (await guest.post(invited.form, SAID)).status_code == 303
    chair = await sign_in("chair")
    for browser, address in (
        (await sign_in("health"), "agenda"),
        (chair, "contributions"),
        (chair, f"contributions/{invited.items[0]}"),
    ):
        assert (
            "guest (school or college)" in (await browser.get(f"/meetings/{invited.meeting}/{address}")).text
        )
    assert (
        "Two late marks"
        not in (await chair.get(f"/meetings/{invited.meeting}/contributions/{invited.items[1]}")).text
    )
    clock.now = STARTS
    minuting = f"/meetings/{invited.meeting}/minutes/items/{invited.items[0]}"
    taker = await sign_in("minute_taker")
    await taker.post(minuting, {"version": "0", "go": "bring-in"})
    shown = (await taker.get(minuting)).text
    assert "guest (school or college):\nWhat is known: Two late marks, then away\nKnown since: May" in shown


async def test_a_guests_words_stand_beside_those_of_the_agency_they_work_for(
    sign_in: SignIn, cast: Cast, guest: Browser, invited: Invited
) -> None:
    agency = (cast.outsider.agency_id, cast.health.person_id)
    await database.execute("UPDATE seat SET agency = $1 WHERE person = $2", *agency)
    await (await sign_in("health")).post(
        f"/meetings/{invited.meeting}/contributions/{invited.items[0]}", {"version": "0", "known": "Agency"}
    )
    assert (await guest.post(invited.form, {"version": "0", "nothing_known": "yes"})).status_code == 303
    rows = await database.fetch("SELECT agency, guest, nothing_known FROM contribution ORDER BY id")
    assert [(row["guest"], row["nothing_known"]) for row in rows] == [
        (None, False),
        (cast.outsider.person_id, True),
    ]
    assert len({row["agency"] for row in rows}) == 1


async def test_a_guest_reaches_no_form_but_their_own(
    sign_in: SignIn, cast: Cast, guest: Browser, invited: Invited
) -> None:
    forms = [
        f"/meetings/{invited.meeting}/slot/{invited.other_slot}",
        f"/meetings/{invited.meeting}/slot/999999",
    ]
    for form in forms:
        assert (await guest.get(form)).status_code == 404
        assert (await guest.post(form, SAID)).status_code == 404
    # the chair is no guest, and another guest has not read the statement
    assert (await (await sign_in("chair")).get(invited.form)).status_code == 404
    unread = await sign_in("admin")
    assert (await unread.get(forms[0])).headers["location"] == f"/meetings/{invited.meeting}/slot"
    assert (await unread.post(forms[0], SAID)).status_code == 303
    assert await database.fetch_value("SELECT count(*) FROM contribution") == 0


async def test_a_draft_is_the_guests_alone_and_the_first_sending_decides_whether_it_was_late(
    sign_in: SignIn, guest: Browser, invited: Invited, clock: TestClock
) -> None:
    await guest.post(invited.form, SAID | {"draft": "yes"})
    health, chair = await sign_in("health"), await sign_in("chair")
    agenda = f"/meetings/{invited.meeting}/agenda"
    assert "Two late marks" not in (await health.get(agenda)).text
    assert "Nothing sent yet" in (await chair.get(f"/meetings/{invited.meeting}/guests")).text
    clock.now = STARTS.replace(hour=8)
    guest, health, chair = await sign_in("outsider"), await sign_in("health"), await sign_in("chair")
    assert "what is sent now is marked late" in (await guest.get(invited.form)).text
    await guest.post(invited.form, SAID | {"version": "1"})
    assert "Sent late" in (await health.get(agenda)).text
    assert "Late" in (await chair.get(f"/meetings/{invited.meeting}/guests")).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Write what is known, or say that nothing is known"),
        ({"known": "x", "nothing_known": "yes"}, "Untick this, or clear what you wrote"),
    ],
)
async def test_what_cannot_be_taken_is_refused_and_kept(
    guest: Browser, invited: Invited, fields: dict[str, str], sentence: str
) -> None:
    answer = await guest.post(invited.form, {"version": "0", "strengths": "", **fields})
    assert answer.status_code == 422
    assert sentence in answer.text


async def test_a_text_saved_meanwhile_is_shown_and_not_overwritten(guest: Browser, invited: Invited) -> None:
    await guest.post(invited.form, SAID)
    answer = await guest.post(invited.form, SAID | {"known": "Another window"})
    assert answer.status_code == 409
    assert "What is stored" in answer.text
    assert "Another window</textarea>" in answer.text
    assert await database.fetch_value("SELECT known FROM contribution") == SAID["known"]


async def test_before_the_agenda_and_after_the_meeting_nothing_is_taken(
    guest: Browser, invited: Invited
) -> None:
    await now_it_is("held", invited.meeting)
    assert (await guest.get(invited.form)).status_code == 303
    late = await guest.post(invited.form, SAID)
    assert late.status_code == 409
    assert "This meeting was held, so nothing can be sent any more" in late.text
    assert "Two late marks" in late.text  # their words are given back
    assert "Saffron" not in late.text
    await now_it_is("planned", invited.meeting)
    assert "The agenda has not been issued with this item yet" in (await guest.post(invited.form, SAID)).text
    await now_it_is("cancelled", invited.meeting)
    assert "This meeting was cancelled" in (await guest.post(invited.form, SAID)).text
    assert await database.fetch_value("SELECT count(*) FROM contribution") == 0


async def test_guests_who_have_sent_nothing_are_reminded_once_a_day_by_reference_alone(
    sign_in: SignIn, guest: Browser, invited: Invited
) -> None:
    chair, reminders = await sign_in("chair"), f"/meetings/{invited.meeting}/guests/reminders"
    await guest.post(invited.form, SAID)
    for _ in range(2):
        assert (await chair.post(reminders)).status_code == 303
    rows = await database.fetch("SELECT recipient, subject, body FROM outbox_message")
    assert [row["recipient"] for row in rows] == ["admin@cast.example.org"]
    assert f"/meetings/{invited.meeting}/slot" in rows[0]["body"]
    children = await database.fetch("SELECT name, child_ref FROM child")
    assert not any(one["name"] in rows[0]["body"] + rows[0]["subject"] for one in children)
    assert "No guest is left to remind today" in (await chair.get(f"/meetings/{invited.meeting}/guests")).text
    assert (await (await sign_in("police")).post(reminders)).status_code == 403
