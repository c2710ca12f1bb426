"""The whole line in a real browser: from an imported missing episode to a figure."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import database
from tests import builders
from tests.browser.conftest import PATIENCE

pytestmark = pytest.mark.browser

EPISODES = """child_ref,child_name,dob,episode_ref,started_at,reported_at,returned_at,category,missing_from,missing_from_kind
X-0001,Juniper Samplesby,03/02/2011,E1,02/05/2026 21:00,02/05/2026 22:00,03/05/2026 03:00,M,Sample House,residential
X-0001,Juniper Samplesby,03/02/2011,E2,05/05/2026 21:00,05/05/2026 22:00,06/05/2026 03:00,M,Sample House,residential
X-0001,Juniper Samplesby,03/02/2011,E3,09/05/2026 21:00,09/05/2026 22:00,10/05/2026 03:00,M,Sample House,residential
X-0001,Juniper Samplesby,03/02/2011,E4,14/05/2026 21:00,14/05/2026 22:00,15/05/2026 03:00,M,Sample House,residential
X-0001,Juniper Samplesby,03/02/2011,E5,31/05/2026 23:30,01/06/2026 00:10,01/06/2026 03:00,M,Sample House,residential
X-0002,Rowan Mocksworth,09/09/2012,E6,03/05/2026 19:00,,04/05/2026 20:30,M,,
X-0002,Rowan Mocksworth,09/09/2012,E7,31/02/2026 19:00,,,M,,
"""


async def _import_episodes(visitor, folder: Path) -> None:
    file = folder / "episodes.csv"
    file.write_text(EPISODES)
    await visitor.go("/import")
    await visitor.looked_at()
    await visitor.page.get_by_label("What is in the file").select_option(label="Missing episodes")
    await visitor.page.locator("input[type=file]").set_input_files(file)
    await visitor.press("Check")
    await _work_is_done(visitor)
    await visitor.sees("a date that does not exist")
    await visitor.looked_at()
    await visitor.press("Import")
    await _work_is_done(visitor)
    await visitor.sees("Imported")
    await visitor.looked_at()


async def _work_is_done(visitor) -> None:
    """The page asks again by itself; without scripts a person presses its link."""
    link = visitor.page.get_by_role("link", name="Show where it stands now")
    for _ in range(PATIENCE // 250):
        if not await link.count():
            return
        if visitor.scripts:
            await visitor.page.wait_for_timeout(250)
        else:
            await visitor.answered(link.click())
    raise AssertionError("the work did not come to its end")


async def _plan(visitor, day: datetime) -> None:
    await visitor.go("/panels/multiple-missing-hotspots")
    await visitor.looked_at()
    await visitor.go("/panels/multiple-missing-hotspots/meetings/new")
    await visitor.page.get_by_label("Date").fill(f"{day:%Y-%m-%d}")
    await visitor.page.get_by_label("Starts at").fill("10:00")
    await visitor.page.get_by_label("Place").fill("Council House, room 2")
    await visitor.looked_at()
    await visitor.press("Plan")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
async def test_from_an_imported_missing_episode_to_a_figure(visit, clock, tmp_path, scripts):
    officer = await visit("officer", scripts=scripts)
    await officer.looked_at()
    await _import_episodes(officer, tmp_path)
    tomorrow = clock.now + timedelta(days=1)
    await _plan(officer, tomorrow)
    meeting = await database.fetch_value("SELECT id FROM meeting")

    chair = await visit("chair", scripts=scripts)
    await chair.go(f"/meetings/{meeting}/agenda")
    await chair.sees("issing 5 times in May 2026: 2nd, 5th, 9th, 14th, 31st")
    await chair.looked_at()
    await chair.press("Accept all proposed")
    await chair.press("Check and issue")
    await chair.looked_at()
    await chair.press("Issue the agenda")
    await chair.looked_at()

    clock.now = datetime(2026, 6, 11, 9, 30, tzinfo=UTC)
    taker = await visit("minute_taker", scripts=scripts)
    await taker.go(f"/meetings/{meeting}/attendance")
    for box in await taker.page.locator("select[name^=status-]").all():
        await box.select_option("present")
    await taker.press("Save attendance")
    await taker.looked_at()
    items = await database.fetch("SELECT id FROM agenda_item WHERE status = 'on-agenda' ORDER BY position")
    for item in items:
        await taker.go(f"/meetings/{meeting}/minutes/items/{item['id']}")
        await taker.page.get_by_label("Decision", exact=True).fill("Keep in view; a safety plan is agreed.")
        await taker.page.get_by_label("Rationale").fill("Five episodes in a month from one home.")
        await taker.page.get_by_label("Discussed", exact=True).check()
        if scripts:
            await taker.page.locator("[data-save-status]", has_text="Saved").wait_for(timeout=PATIENCE)
        await taker.looked_at()
        await taker.press("Save", exact=True)
        await taker.page.locator("[data-save-status]", has_text="Saved").wait_for(timeout=PATIENCE)
    text = await database.fetch_value("SELECT rationale FROM discussion ORDER BY id LIMIT 1")
    assert text == "Five episodes in a month from one home."

    await taker.go(f"/meetings/{meeting}/items/{items[0]['id']}/actions")
    await taker.page.get_by_label("What is to be done?").fill("Visit the home and agree a curfew plan")
    choice = taker.page.get_by_label("By whom?")
    await choice.select_option(label="Polly Constable-Sample (Exampleshire Police)")
    await taker.page.get_by_label("By when?").fill("2026-06-15")
    await taker.press("Issue action")
    await taker.looked_at()
    police = await visit("police", width=375, scripts=scripts)
    await police.go("/actions")
    await police.sees("Visit the home and agree a curfew plan")
    await police.looked_at()

    clock.now = datetime(2026, 6, 11, 11, 0, tzinfo=UTC)
    await taker.go(f"/meetings/{meeting}/minutes")
    await taker.press("Record that it was held")
    await taker.press("Send to the chair")
    await taker.looked_at()
    await chair.go(f"/meetings/{meeting}/minutes")
    await chair.looked_at()
    await chair.press("Approve these minutes")
    await chair.press("Check and circulate")
    await chair.looked_at()
    await chair.press("Circulate to")
    await chair.looked_at()
    state = await database.fetch_one("SELECT status, sha256 FROM minutes")
    assert state["status"] == "circulated"
    shown = "".join((await chair.page.inner_text("main")).split())
    assert state["sha256"] in shown

    await police.go("/actions")
    await police.page.locator(".hw-act label", has_text="Done").first.click()
    await police.page.locator("textarea[name=note]").first.fill("Visited; the plan is on file.")
    await police.press("Save", exact=True)
    assert await database.fetch_value("SELECT status FROM action") == "completed"
    await police.looked_at()

    clock.now = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    manager = await visit("manager", scripts=scripts)
    await manager.looked_at()
    for figure, expected in (
        ("missing?from=2026-05-01&to=2026-06-01", "6"),
        ("minutes?from=2026-06-01&to=2026-07-01", "1"),
        ("actions?from=2026-06-01&to=2026-07-01", "1"),
    ):
        await manager.go(f"/figures/{figure}")
        await manager.page.locator(".hw-stat__value", has_text=expected).first.wait_for()
        await manager.looked_at()
    answer = await manager.context.request.get(
        f"{manager.address}/figures/missing.json?from=2026-05-01&to=2026-06-01"
    )
    values = {one["key"]: one for one in (await answer.json())["values"]}
    assert values["episodes"]["value"] == 6
    assert values["returned_24h"]["numerator"] == 5
    child = await database.fetch_value("SELECT id FROM child WHERE child_ref = 'X-0001'")
    await manager.go(f"/children/{child}")
    await manager.sees("Juniper Samplesby")
    await manager.looked_at()


async def test_text_that_is_typed_saves_itself_and_a_stale_save_shows_both_texts(visit, clock):
    child = await builders.a_child()
    meeting = await builders.a_meeting(
        "mace", clock.now - timedelta(minutes=30), status="agenda-issued", agenda_issued_at=clock.now
    )
    item = await builders.an_item(meeting, child, first_issued_in=1)
    taker, officer = await visit("minute_taker"), await visit("officer")
    path = f"/meetings/{meeting}/minutes/items/{item}"
    await taker.go(path)
    await officer.go(path)
    await taker.page.get_by_label("Decision", exact=True).type("What the taker wrote")
    await taker.page.locator("[data-save-status]", has_text="Saved").wait_for(timeout=PATIENCE)
    await officer.page.get_by_label("Decision", exact=True).type("What the officer wrote")
    await officer.page.locator("[data-save-status]", has_text="Not saved").wait_for(timeout=PATIENCE)
    await officer.press("Save", exact=True)
    await officer.sees("What the taker wrote")
    await officer.sees("What the officer wrote")
    await officer.sees("Minna Takewright")
    await officer.looked_at()
    assert await database.fetch_value("SELECT decision FROM discussion") == "What the taker wrote"


async def test_the_pages_are_walked_by_keyboard_alone(visit):
    chair = await visit("chair")
    await chair.go("/panels")
    await chair.page.keyboard.press("Tab")
    assert await chair.page.evaluate("document.activeElement.textContent") == "Skip to main content"
    await chair.page.keyboard.press("Enter")
    await chair.page.keyboard.press("Tab")
    focused = await chair.page.evaluate("document.activeElement.closest('main') !== null")
    assert focused
