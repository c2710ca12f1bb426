"""Taking minutes in a real browser: the text saves itself and outlives colleagues, ended sessions and lost connections."""

import pytest
from playwright.async_api import expect

from app import database
from app.minutes.discussion.rules import said_from_text
from tests.minutes.conftest import make_meeting  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser


async def stored(item: int) -> dict[str, str]:
    text = await database.fetch_value(
        "SELECT r.text FROM discussion d JOIN discussion_revision r ON r.discussion = d.id AND r.version = d.version "
        "WHERE d.agenda_item = $1",
        item,
    )
    return {key: words for key, words in said_from_text(text or {}).flat().items() if words}


def status(visitor):
    return visitor.page.locator(".hw-save-status")


async def test_the_text_saves_itself_and_items_are_changed_by_keys(visit, make_meeting):  # noqa: F811
    meeting = await make_meeting(3)
    taker = await visit("minute_taker")
    await taker.go(meeting.item_path(1))
    await taker.page.locator("#child_views").press_sequentially("I want to go home", delay=10)
    await expect(status(taker)).to_have_text("Saved 10:00:00")
    assert (await stored(meeting.items[1]))["child_views"] == "I want to go home"
    await taker.page.locator("#strengths").fill("typed, then gone at once")
    await taker.page.keyboard.press("Alt+ArrowDown")
    await taker.page.wait_for_url(f"**{meeting.item_path(2)}")
    assert (await stored(meeting.items[1]))["strengths"] == "typed, then gone at once"
    await taker.page.keyboard.press("Alt+ArrowUp")
    await taker.page.wait_for_url(f"**{meeting.item_path(1)}")
    await taker.looked_at()


async def test_two_people_on_one_item_keep_both_their_words(visit, make_meeting):  # noqa: F811
    meeting = await make_meeting(1)
    taker, officer = await visit("minute_taker"), await visit("officer", width=375)
    for visitor in (taker, officer):
        await visitor.go(meeting.item_path())
    await taker.page.locator("#child_views").fill("Words of the taker")
    await expect(status(taker)).to_have_text("Saved 10:00:00")
    await officer.page.locator("#child_views").fill("Words of the officer")
    await expect(status(officer)).to_contain_text("Not saved")
    await officer.press("Save", exact=True)
    await officer.sees("two texts")
    await officer.looked_at()
    await officer.press("Save as one text")
    assert (await stored(meeting.items[0]))["child_views"] == "Words of the taker\nWords of the officer"


async def test_a_session_that_ends_while_typing_loses_nothing(visit, make_meeting):  # noqa: F811
    meeting = await make_meeting(1)
    taker = await visit("minute_taker")
    await taker.go(meeting.item_path())
    await database.execute("DELETE FROM session")
    await taker.page.locator("#child_views").fill("Typed after the session ended")
    await expect(status(taker)).to_contain_text("sign in again in another tab")
    await taker.press("Save", exact=True)
    await expect(taker.page.locator("#child_views")).to_have_value("Typed after the session ended")
    beside = await taker.context.new_page()
    await beside.goto(f"{taker.address}/sign-in")
    await beside.get_by_label("Email address").fill("minute-taker@cast.example.org")
    await beside.get_by_label("Password", exact=True).fill("three-random-words")
    await beside.get_by_role("button", name="Sign in", exact=True).click()
    await beside.wait_for_url(f"{taker.address}/")
    await expect(status(taker)).to_have_text("Saved 10:00:00")
    assert (await stored(meeting.items[0]))["child_views"] == "Typed after the session ended"


async def test_a_lost_connection_keeps_the_page_and_saves_later(visit, make_meeting):  # noqa: F811
    meeting = await make_meeting(1)
    taker = await visit("minute_taker")
    await taker.go(meeting.item_path())
    await taker.context.set_offline(True)
    await taker.page.locator("#decision").fill("Written without a connection")
    await expect(status(taker)).to_have_text("Not saved – keep this page open")
    await taker.page.get_by_role("button", name="Save", exact=True).click()
    await expect(taker.page.locator("#decision")).to_have_value("Written without a connection")
    await taker.context.set_offline(False)
    await expect(status(taker)).to_have_text("Saved 10:00:00")
    assert (await stored(meeting.items[0]))["decision"] == "Written without a connection"


async def test_minutes_are_taken_sent_and_approved_without_scripts(visit, make_meeting):  # noqa: F811
    meeting = await make_meeting(2)
    taker, chair = await visit("minute_taker", scripts=False), await visit("chair", scripts=False, width=375)
    await taker.go(meeting.item_path())
    await taker.page.get_by_label("Decision", exact=True).fill("Plan agreed")
    await taker.page.get_by_label("Discussed").check()
    await taker.press("Save and next")
    await taker.page.get_by_label("Not reached").check()
    await taker.press("Save and finish")
    await taker.press("Send to the chair")
    await taker.sees("The draft is with the chair")
    await chair.go(meeting.path)
    await chair.press("Approve these minutes")
    await chair.sees("Their text no longer changes")
    await taker.go(meeting.path)
    await taker.press("Circulate")
    await taker.press("Mark as filed")
    await taker.sees("Filed on the children’s records")
