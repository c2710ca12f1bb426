"""The home page answers each person's first question."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests import builders


async def test_a_chair_sees_the_next_meeting_and_is_led_to_its_agenda(sign_in, clock):
    meeting = await builders.a_meeting("mace", clock.now + timedelta(days=3))
    page = await (await sign_in("chair")).get("/")
    assert f'href="/meetings/{meeting}/agenda"' in page.text
    assert "Prepare the agenda" in page.text


async def test_a_member_reads_the_agenda_and_an_outsider_sees_no_meeting(sign_in, clock):
    await builders.a_meeting(
        "mace", clock.now + timedelta(days=3), status="agenda-issued", agenda_issued_at=clock.now
    )
    assert "Read the agenda" in (await (await sign_in("police")).get("/")).text
    assert "Next meetings" not in (await (await sign_in("outsider")).get("/")).text


async def test_an_agenda_that_is_not_issued_is_not_offered_to_read(sign_in, clock):
    await builders.a_meeting("mace", clock.now + timedelta(days=3))
    page = (await (await sign_in("police")).get("/")).text
    assert "Next meetings" in page
    assert "Read the agenda" not in page


async def test_a_meeting_that_has_begun_leads_the_minute_taker_to_its_minutes_until_it_is_held(
    sign_in, clock
):
    meeting = await builders.a_meeting(
        "mace",
        clock.now - timedelta(days=2),
        status="agenda-issued",
        agenda_issued_at=clock.now - timedelta(days=9),
    )
    link = f'href="/meetings/{meeting}/minutes">Take the minutes'
    assert link in (await (await sign_in("minute_taker")).get("/")).text
    assert link not in (await (await sign_in("health")).get("/")).text


async def test_minutes_that_were_never_begun_are_the_minute_takers_turn_and_late(sign_in, clock):
    await builders.a_meeting(
        "mace", clock.now - timedelta(days=40), status="held", ended_at=clock.now - timedelta(days=40)
    )
    taker = await (await sign_in("minute_taker")).get("/")
    assert "To be written and sent to the chair" in taker.text
    assert "<strong>Yours</strong>" in taker.text
    assert "Late" in taker.text
    assert "<strong>Yours</strong>" not in (await (await sign_in("health")).get("/")).text


async def test_a_returned_draft_is_the_minute_takers_turn_again(sign_in, clock):
    ended = clock.now - timedelta(days=3)
    meeting = await builders.a_meeting("mace", ended, status="held", ended_at=ended)
    await builders.insert(
        "minutes", meeting=meeting, status="draft", sent_to_chair_at=ended, remarks="Say why the level stays."
    )
    taker = (await (await sign_in("minute_taker")).get("/")).text
    assert "To be changed and sent again" in taker
    assert "<strong>Yours</strong>" in taker
    assert "<strong>Yours</strong>" not in (await (await sign_in("chair")).get("/")).text


async def test_overdue_actions_come_first(sign_in, cast, clock):
    today = clock.now.date()
    for days in (5, -2):
        await builders.an_action(
            "mace",
            cast.police.agency_id,
            today + timedelta(days=days),
            owner=cast.police.person_id,
            text=f"Due in {days}",
        )
    page = await (await sign_in("police")).get("/")
    assert page.text.index("Due in -2") < page.text.index("Due in 5")
    assert "of 2 open" in page.text


@pytest.mark.parametrize(
    ("hours", "status", "expected"),
    [
        (13, "cla", "Strategy discussions 1, notifications 0"),
        (25, "cla", "Strategy discussions 1, notifications 1"),
        (25, "none", "Strategy discussions 1, notifications 0"),
    ],
)
async def test_a_manager_sees_the_clocks_that_have_run_out(sign_in, clock, hours, status, expected):
    child = await builders.a_child(legal_status=status)
    await builders.an_episode(child, clock.now - timedelta(hours=hours), returned_at=None)
    assert expected in (await (await sign_in("manager")).get("/")).text


async def test_a_manager_for_whom_nothing_is_late_reads_that_nothing_is(sign_in, clock):
    child = await builders.a_child()
    # an end that a statutory table left blank has no clock and makes nobody missing now
    await builders.an_episode(
        child,
        datetime(2025, 5, 1, tzinfo=UTC),
        returned_at=None,
        end_unknown_after=datetime(2026, 3, 31, tzinfo=UTC).date(),
    )
    page = (await (await sign_in("manager")).get("/")).text
    assert "no child is missing" in page
    assert "missing now" not in page
    await builders.an_episode(child, clock.now - timedelta(hours=11), returned_at=None)
    page = (await (await sign_in("manager")).get("/")).text
    assert "1 child is missing now" in page
    assert "Strategy discussions" not in page


async def test_a_member_sees_what_they_owe_before_the_meetings_and_a_chair_after_them(sign_in, clock):
    await builders.a_meeting("mace", clock.now + timedelta(days=3))
    member = (await (await sign_in("police")).get("/")).text
    assert member.index("Your actions</h2>") < member.index("Next meetings</h2>")
    chair = (await (await sign_in("chair")).get("/")).text
    assert chair.index("Next meetings</h2>") < chair.index("Your actions</h2>")


async def test_a_manager_reads_which_minutes_are_late_whose_actions_and_which_reviews(sign_in, cast, clock):
    today = clock.now.date()
    for slug, days in (("mace", 40), ("mace", 60), ("missing-children-panel", 50)):
        held = clock.now - timedelta(days=days)
        meeting = await builders.a_meeting(slug, held, status="held", ended_at=held)
        sent = {"status": "with-chair", "sent_to_chair_at": held + timedelta(days=1)} if days == 60 else {}
        await builders.insert("minutes", meeting=meeting, **sent)
    for agency, number in ((cast.police.agency_id, 2), (cast.health.agency_id, 1)):
        for _ in range(number):
            await builders.an_action("mace", agency, today - timedelta(days=3))
    child = await builders.a_child()
    await builders.a_case("mace", child, today - timedelta(days=99), next_review_on=today - timedelta(days=1))
    page = (await (await sign_in("manager")).get("/")).text
    assert "3 sets of minutes are late" in page
    assert "slips most with 2: 1 to be written, 1 to be approved" in page
    assert "3 actions are overdue" in page
    assert "Most late: Police 2 and Health" in re.sub(r"Example\w* ", "", page)
    assert "1 review of open cases is past the date" in page
    assert 'href="/panels/mace/cases?show=overdue"' in page
