"""Attendance at its edges, worked out by hand: observers, guests, deputies, replies; and the meeting's page says the same."""

from datetime import date, datetime
from typing import Any

from app.figures.attendance.queries import meetings_attended
from app.figures.catalogue import FIGURES, figure_for
from app.figures.rules import Question
from app.minutes.queries import who_came
from app.panels.meetings.queries import meeting_for
from tests import builders
from tests.figures.test_missing import at
from tests.figures.test_oracle import plain

NOW = at(2026, 6, 10)
MAY = Question(date(2026, 5, 1), date(2026, 6, 1), NOW, panel="mace")


async def a_held_meeting(day: int, **columns: Any) -> int:
    return await builders.a_meeting("mace", at(2026, 5, day), status="held", **columns)


async def came(
    meeting: int, person: Any, status: str = "present", replied_at: datetime | None = None
) -> None:
    await builders.insert(
        "attendance",
        meeting=meeting,
        person=person.person_id,
        agency=person.agency_id,
        status=status,
        replied_at=replied_at,
    )


async def test_who_speaks_for_an_agency_is_the_same_on_the_meetings_page(cast: Any) -> None:
    """MACE requires social care, police and health, three agencies in all."""
    observer = await builders.insert(
        "person", email="o@cast.example.org", name="Olive Watchwell", agency=cast.police.agency_id
    )
    await builders.insert(
        "seat",
        panel=await builders.panel_id("mace"),
        person=observer,
        agency=cast.police.agency_id,
        role="observer",
    )
    full = await a_held_meeting(5)
    for person, status in ((cast.chair, "present"), (cast.police, "deputy"), (cast.health, "present")):
        await came(full, person, status)
    only_observed = await a_held_meeting(6)
    guested = await a_held_meeting(7)
    for meeting in (only_observed, guested):
        await came(meeting, cast.chair)
        await came(meeting, cast.health)
    await builders.insert(
        "attendance", meeting=only_observed, person=observer, agency=cast.police.agency_id, status="present"
    )
    item = await builders.an_item(guested, await builders.a_child())
    await builders.insert(
        "guest_slot",
        meeting=guested,
        agenda_item=item,
        person=cast.outsider.person_id,
        invited_by=cast.chair.person_id,
        invited_at=at(2026, 5, 1),
    )
    await came(guested, cast.outsider)
    await builders.insert(
        "attendance", meeting=guested, agency=cast.police.agency_id, name="A guest", status="present"
    )
    found = {meeting.id: meeting for meeting in await meetings_attended(MAY)}
    assert [found[one].is_quorate for one in (full, only_observed, guested)] == [True, False, False]
    for one in (full, only_observed, guested):
        assert (await who_came(await meeting_for(cast.chair, one))).quorum.is_quorate == found[one].is_quorate
    said = plain((await figure_for(FIGURES["attendance"], MAY)).values)
    assert said["quorate"] == (1, 3)
    assert (said["agency_police"], said["agency_health"]) == ((1, 3), (3, 3))
    assert said["agency_charity"] == (0, 0)


async def test_meetings_without_a_note_and_cancelled_ones_are_in_no_share(cast: Any) -> None:
    for day, status in ((5, "accepted"), (6, "apologies")):
        await came(await a_held_meeting(day), cast.chair, status, replied_at=at(2026, 5, 1))
    await a_held_meeting(7, date_only=True)
    cancelled = await builders.a_meeting("mace", at(2026, 5, 8), status="cancelled")
    await came(cancelled, cast.chair)
    absent = await a_held_meeting(9)
    await came(absent, cast.chair, "absent")
    said = plain((await figure_for(FIGURES["attendance"], MAY)).values)
    assert (said["held"], said["not_recorded"]) == (4, 3)
    assert said["quorate"] == (0, 1)
    assert said["agency_social_care"] == (0, 1)


async def test_a_seat_and_the_terms_of_the_day_hold(cast: Any) -> None:
    """Observer until 10 May, member since; from 15 May on the police alone are required, and two agencies enough."""
    panel = await builders.panel_id("mace")
    seat = {"panel": panel, "person": cast.outsider.person_id, "agency": cast.outsider.agency_id}
    await builders.insert("seat", **seat, role="observer", ended_at=at(2026, 5, 10))
    await builders.insert("seat", **seat, role="member")
    await builders.insert(
        "terms_of_reference",
        panel=panel,
        holds_from=date(2026, 5, 15),
        overrides={"required_agencies": ["police"], "quorum": 2},
    )
    for day in (5, 12, 20):
        meeting = await a_held_meeting(day)
        await came(meeting, cast.outsider)
        await came(meeting, cast.police)
    found = {meeting.on.day: meeting for meeting in await meetings_attended(MAY)}
    assert [len(found[day].came) for day in (5, 12, 20)] == [1, 2, 2]
    assert [found[day].is_quorate for day in (5, 12, 20)] == [False, False, True]
    said = plain((await figure_for(FIGURES["attendance"], MAY)).values)
    assert (said["agency_police"], said["agency_health"]) == ((3, 3), (0, 2))
