"""The pages around actions as axe and a narrow window find them, and a save that the network cut off.

A page that is a form is looked at with its errors alone: whatever it shows without them, it shows then as well.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from app import database
from app.actions.evidence.changes import add_evidence
from app.actions.extensions.changes import ask_for_more_time
from app.actions.reviewing.changes import review_action
from app.actions.reviewing.rules import Said
from app.actions.saved_views.changes import save_view
from app.actions.updates.changes import Word, update_action
from tests import builders
from tests.actions.conftest import MakeAction, Room, police_action, room  # noqa: F401 - fixtures
from tests.actions.test_evidence import HTML, PDF
from tests.actions.test_tracking import LATER, PAST, a_recommendation
from tests.browser.conftest import Visit, Visitor
from tests.browser.walking import leave_empty, looked_at, walk
from tests.browser.world import LONG, STATION
from tests.conftest import NOW, Cast, TestClock

pytestmark = pytest.mark.browser

BASE = "http://testserver"


@dataclass
class Owed:
    """Actions of the police from a meeting that is over, and the panel's next one, begun an hour ago."""

    late: int
    soon: int
    asked: int
    finished: int
    file: int
    meeting: int
    item: int
    recommendation: int

    @property
    def reviews(self) -> str:
        return f"/meetings/{self.meeting}/action-reviews"

    @property
    def issuing(self) -> str:
        return f"/meetings/{self.meeting}/items/{self.item}/actions"


@pytest.fixture
async def owed(cast: Cast, room: Room, police_action: MakeAction, clock: TestClock) -> Owed:  # noqa: F811
    """One overdue and reviewed, one soon, one later with more time asked for, one finished, others of nobody."""
    await database.execute("UPDATE person SET name = $2 WHERE id = $1", cast.police.person_id, LONG)
    await database.execute("UPDATE child SET name = $2 WHERE id = $1", room.child, f"{LONG} of Exampleton")
    ended = datetime(2026, 6, 9, 11, tzinfo=UTC)
    await database.execute(
        "UPDATE meeting SET status = 'held', ended_at = $2 WHERE id = $1", room.meeting, ended
    )
    colleague = await builders.insert(
        "person", email="pc@example.org", name="Pat Colleague", agency=cast.police.agency_id
    )
    await builders.insert(
        "seat",
        panel=await builders.panel_id("mace"),
        person=colleague,
        agency=cast.police.agency_id,
        role="member",
    )
    late, soon, asked, finished = [
        await police_action(day, **columns)
        for day, columns in (
            (date(2026, 5, 20), {"text": f"Walk the way from {STATION}", "issued_on": date(2026, 5, 4)}),
            (date(2026, 6, 15), {"strand": "protect", "priority": "urgent", "why": "So that it is safe"}),
            (date(2026, 7, 20), {"text": "Ask the school for attendance since Easter"}),
            (date(2026, 6, 20), {}),
        )
    ]
    await police_action(date(2026, 6, 12), owner=None, text="Ask around", issued_on=date(2026, 5, 20))
    await builders.insert(
        "agenda_version",
        meeting=room.meeting,
        number=1,
        issued_at=ended - timedelta(days=9),
        items=[{"item": room.item}],
    )
    await database.execute("UPDATE agenda_item SET first_issued_in = 1 WHERE id = $1", room.item)
    then: dict[str, Any] = {"now": clock.now - timedelta(hours=2)}
    await update_action(cast.police, finished, Word("complete", "Visited; " + "safe " * 30, 1), **then)
    await update_action(cast.police, late, Word("start", "Nobody was in", 1), **then)
    await ask_for_more_time(cast.police, asked, date(2026, 8, 3), "The school is closed", **then)
    file = await add_evidence(cast.police, late, "A picture of the door " * 4 + ".pdf", PDF, **then)
    meeting = await builders.a_meeting("mace", NOW - timedelta(hours=1), status="agenda-issued")
    item = await builders.an_item(meeting, room.child)
    await review_action(
        cast.chair, meeting, late, Said("chased", "In the evening"), 0, now=clock.now, base_url=BASE
    )
    await save_view(cast.chair, "Urgent and late, every panel", "state=overdue&priority=urgent", **then)
    recommendation = await a_recommendation(
        cast.police.agency_id, PAST, owner=cast.police.person_id, source_title=STATION, text=LONG
    )
    await a_recommendation(cast.health.agency_id, LATER)
    return Owed(late, soon, asked, finished, file, meeting, item, recommendation)


async def test_the_owner_s_pages_are_for_everybody(visit: Visit, owed: Owed) -> None:
    police, late = await visit("police"), f"/actions/{owed.late}"
    await walk(
        police,
        [
            "/actions",
            "/actions?whose=agency",
            "/actions?state=finished",
            f"/actions/{owed.finished}",
            f"{late}/tracking",
        ],
    )
    await leave_empty(
        police,
        [
            (late, "Add this file", {}),
            (f"{late}/evidence/{owed.file}/withdrawal", "Take the file away", {}),
            (f"{late}/handover", "Hand over", {}),
            (f"/actions/{owed.soon}/more-time", "Ask for more time", {}),
            (f"/recommendations/{owed.recommendation}", "Save", {}),
            ("/account/reminders", "Save", {}),
        ],
    )
    await police.go(late)
    page = {"name": "Letter.pdf", "mimeType": "application/pdf", "buffer": HTML}
    await police.page.get_by_label("Add a file that shows what was done").set_input_files(page)
    await police.press("Add this file")
    await expect(police.page.locator(".govuk-error-message")).to_be_visible()
    assert not await looked_at(police)


async def test_the_panel_s_pages_are_for_everybody(visit: Visit, owed: Owed, room: Room) -> None:  # noqa: F811
    chair, late = await visit("chair"), f"/actions/{owed.late}"
    await walk(
        chair,
        [
            "/actions?whose=panels",
            f"/actions/{owed.asked}",
            f"{late}/amendment",
            owed.reviews,
            f"/meetings/{owed.meeting}/items/{owed.item}/action-reviews",
            room.address,
            "/actions/overview",
            "/actions/overview?by=agency",
            "/actions/overview/views",
            "/actions/overview/silent-agencies?show=all",
            "/actions/tracking?quarter=2026-04",
        ],
    )
    await leave_empty(
        chair,
        [
            ("/actions/more-time", f"Decide about action {owed.asked}", {}),
            (f"/actions/{owed.soon}/amendment", "Save the change", {}),
            (f"/actions/{owed.soon}/amendment", "Withdraw action", {}),
            (f"{owed.reviews}/{owed.late}", "Save", {}),
            (f"{late}/tracking", "Save", {}),
            (owed.issuing, "Issue action", {}),
        ],
    )
    await chair.go("/actions/overview")
    await chair.page.get_by_text("Save this view").click()
    await chair.press("Save view")
    await expect(chair.page.locator("#save-view .govuk-error-message")).to_be_visible()
    assert not await looked_at(chair)
    await chair.go(owed.issuing)
    words = chair.page.get_by_label("What is to be done?")
    await chair.answered(words.press_sequentially("Liaise with the school", delay=10))
    await expect(chair.page.locator(".hw-prompts li").first).to_be_visible()
    assert not await looked_at(chair)


async def test_the_pages_of_who_looks_after_actions_are_for_everybody(
    visit: Visit, owed: Owed, cast: Cast
) -> None:
    officer, admin = await visit("officer"), await visit("admin")
    await builders.insert(
        "post",
        agency=cast.police.agency_id,
        name="Duty desk of the missing team",
        holder=cast.police.person_id,
    )
    away = await builders.a_child(name=f"{LONG} Away")
    await builders.an_episode(away, NOW - timedelta(days=1), returned_at=None, missing_from=STATION)
    await walk(
        officer,
        [
            "/recommendations",
            "/missing-now",
            "/missing-this-week",
        ],
    )
    await leave_empty(
        officer,
        [
            ("/actions/several", "Check before saving", {}),
            ("/recommendations/new", "Add recommendation", {}),
        ],
    )
    await officer.go("/actions/several")
    for box in await officer.page.get_by_role("checkbox").all():
        await box.check()
    await officer.page.get_by_label("In progress").check()
    await officer.press("Check before saving")
    await expect(officer.page.get_by_role("button", name="Update 4 actions")).to_be_visible()
    assert not await looked_at(officer)
    await builders.insert(
        "outbox_message",
        recipient=f"{LONG.replace(' ', '.')}@police.example.org".casefold(),
        subject="Action 1 is overdue",
        body="It waits for you",
        message_id="<1@homeward.invalid>",
        failed_at=NOW,
        problem="550 No such mailbox",
        attempts=3,
    )
    agency = f"/agencies/{cast.police.agency_id}"
    await walk(admin, ["/messages", "/scheduled-lists"])
    await leave_empty(
        admin,
        [
            (agency, "Add post", {}),
            (agency, "Set line lead", {}),
            ("/messages", "Find", {}),
            ("/scheduled-lists/missing-now", "Save", {}),
        ],
    )


def act(visitor: Visitor, action: int) -> Locator:
    return visitor.page.locator(f"#action-{action}")


async def test_done_takes_two_clicks_and_outlives_a_network_that_went_away(visit: Visit, owed: Owed) -> None:
    """On a phone: told that it was not saved, the words still there after loading anew, then it gets through."""
    police = await visit("police", width=375)
    await police.go("/actions")
    await act(police, owed.soon).get_by_text("Done", exact=True).click()
    await police.answered(act(police, owed.soon).get_by_role("button", name="Save", exact=True).click())
    await expect(act(police, owed.soon)).to_contain_text("Saved.")
    assert not await looked_at(police, [375])

    here, words = act(police, owed.late), "Walked it twice; the lamp is mended"
    await here.get_by_text("Not possible", exact=True).click()
    await here.get_by_role("button", name="Save", exact=True).click()
    await expect(here.locator(".govuk-error-message")).to_be_visible()
    assert not await looked_at(police, [375])
    await here.get_by_text("Done", exact=True).click()
    await here.get_by_role("textbox").fill(words)
    await police.context.set_offline(True)
    await here.get_by_role("button", name="Save", exact=True).click()
    await expect(here.get_by_role("alert")).to_contain_text("Not saved: there is no connection just now")
    await expect(here.get_by_role("textbox")).to_have_value(words)
    assert await status_of(owed.late) == "in-progress"
    police.said.clear()  # the browser's own word on the lost connection
    assert not await looked_at(police, [375])
    await police.context.set_offline(False)
    await police.page.reload()
    await expect(here.get_by_role("alert")).to_contain_text("was not saved")
    await expect(here.get_by_role("textbox")).to_have_value(words)
    await police.answered(here.get_by_role("button", name="Try again").click())
    await expect(here).to_contain_text("Saved.")
    assert await status_of(owed.late) == await status_of(owed.soon) == "completed"
    await police.page.reload()
    await police.sees(words)
    assert not await looked_at(police, [375])


async def status_of(action: int) -> str:
    found: str = await database.fetch_value("SELECT status FROM action WHERE id = $1", action)
    return found
