"""Taking minutes in a real browser: the text saves itself and outlives colleagues, ended sessions and lost connections."""

import asyncio
from datetime import timedelta

import pytest
from playwright.async_api import expect

from app import database
from app.minutes.discussion.rules import said_from_text
from tests.conftest import PASSWORD
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


async def test_two_people_in_one_section_keep_both_their_words(visit, make_meeting):  # noqa: F811
    meeting = await make_meeting(1)
    taker, officer = await visit("minute_taker"), await visit("officer", width=375)
    for visitor in (taker, officer):
        await visitor.go(meeting.item_path())
    await officer.context.set_offline(True)
    await officer.page.locator("#child_views").fill("Words of the officer")
    await taker.page.locator("#child_views").fill("Words of the taker")
    await expect(status(taker)).to_have_text("Saved 10:00:00")
    await officer.context.set_offline(False)
    await expect(status(officer)).to_contain_text("Minna Takewright saved another text of this item")
    await expect(officer.page.locator("[data-both]")).to_contain_text(
        "Minna Takewright saved this section at 10:00"
    )
    officer.said.clear()  # that there was no connection
    await officer.looked_at()
    await officer.press("See both texts")
    await officer.sees("two texts")
    await officer.looked_at()
    await officer.go(meeting.item_path())  # the page is lost before the two are one
    await officer.sees("had not been saved when this page was lost")
    await expect(status(officer)).to_contain_text("Not saved")
    await officer.press("Save", exact=True)
    await expect(status(officer)).to_have_text("Saved 10:00:00")
    assert (await stored(meeting.items[0]))["child_views"] == "Words of the taker\nWords of the officer"
    assert await kept(officer) == []


async def test_two_people_in_two_sections_see_each_other_and_never_meet(visit, make_meeting):  # noqa: F811
    meeting = await make_meeting(2)
    taker, officer = await visit("minute_taker"), await visit("officer")
    for visitor in (taker, officer):
        await visitor.go(meeting.item_path())
    await expect(taker.page.locator("#also-here")).to_have_text("Otis Panelby has this item open too")
    views = taker.page.locator("#child_views")
    await views.press_sequentially("I want to go home")
    await views.evaluate("field => field.setSelectionRange(7, 7)")
    await officer.page.locator("#strengths").fill("Plays football")
    await officer.page.get_by_label("Discussed", exact=True).check()
    await expect(taker.page.locator("#strengths")).to_have_value("Plays football")
    await expect(taker.page.locator(".hw-rail__item--current")).to_contain_text("Discussed")
    assert await views.evaluate("field => [field.selectionStart, document.activeElement === field]") == [
        7,
        True,
    ]
    await taker.page.keyboard.type("still ")
    await expect(officer.page.locator("#child_views")).to_have_value("I want still to go home")
    await officer.follow("Testname Surname1")
    await expect(taker.page.locator(".hw-rail__item").nth(1)).to_contain_text("Otis Panelby")
    await taker.looked_at()
    await taker.go(meeting.path)
    await expect(taker.page.get_by_role("row", name="Testname Surname1")).to_contain_text("Otis Panelby")


async def kept(visitor) -> list[str]:
    """What the tab holds back of texts that are not acknowledged."""
    return await visitor.page.evaluate(
        "Object.keys(sessionStorage).filter(key => key.startsWith('homeward:'))"
    )


async def test_a_tab_that_crashed_brings_back_what_it_held(visit, make_meeting):  # noqa: F811
    meeting = await make_meeting(1)
    taker = await visit("minute_taker")
    await taker.go(meeting.item_path())
    await taker.page.route("**/minutes/items/*", lambda route: route.abort())
    await taker.page.locator("#decision").fill("Typed before the crash")
    await expect(status(taker)).to_have_text("Not saved – keep this page open")
    await taker.page.evaluate(
        "window.addEventListener('beforeunload', event => event.stopImmediatePropagation(), true)"
    )
    await taker.page.unroute("**/minutes/items/*")
    await taker.page.route(
        "**/minutes/items/*",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    await taker.page.goto(f"{taker.address}{meeting.item_path()}")
    await taker.sees("had not been saved when this page was lost")
    await expect(taker.page.locator("#decision")).to_have_value("Typed before the crash")
    await taker.page.unroute("**/minutes/items/*")
    await expect(status(taker)).to_have_text("Saved 10:00:00")
    assert (await stored(meeting.items[0]))["decision"] == "Typed before the crash"
    assert await kept(taker) == []


async def test_nothing_stays_in_the_browser_after_signing_out_in_another_tab(visit, make_meeting):  # noqa: F811
    meeting = await make_meeting(1)
    taker = await visit("minute_taker")
    await taker.go(meeting.item_path())
    beside = await taker.context.new_page()
    await beside.goto(f"{taker.address}/account")
    await taker.page.route("**/minutes/items/*", lambda route: route.abort())
    await taker.page.locator("#decision").fill("Typed and not saved")
    await expect(status(taker)).to_have_text("Not saved – keep this page open")
    assert len(await kept(taker)) == 1
    await beside.get_by_role("button", name="Sign out").click()
    await beside.wait_for_url("**/sign-in")
    await taker.page.wait_for_function(
        "Object.keys(sessionStorage).every(key => !key.startsWith('homeward:'))"
    )
    await expect(taker.page.locator("#decision")).to_have_value("Typed and not saved")
    await taker.page.unroute("**/minutes/items/*")
    await sign_in_beside(beside, taker, "officer@cast.example.org")
    await expect(status(taker)).to_contain_text("somebody else is signed in here now")
    assert await stored(meeting.items[0]) == {}


async def sign_in_beside(beside, visitor, email: str) -> None:
    await beside.goto(f"{visitor.address}/sign-in")
    await beside.get_by_label("Email address").fill(email)
    await beside.get_by_label("Password", exact=True).fill(PASSWORD)
    await beside.get_by_role("button", name="Sign in", exact=True).click()
    await beside.wait_for_url(f"{visitor.address}/")


async def test_a_session_that_ends_while_typing_loses_nothing(visit, make_meeting):  # noqa: F811
    meeting = await make_meeting(1)
    taker = await visit("minute_taker")
    await taker.go(meeting.item_path())
    await database.execute("DELETE FROM session")
    await taker.page.locator("#child_views").fill("Typed after the session ended")
    await expect(status(taker)).to_contain_text("sign in again in another tab")
    await taker.press("Save", exact=True)
    await expect(taker.page.locator("#child_views")).to_have_value("Typed after the session ended")
    await sign_in_beside(await taker.context.new_page(), taker, "minute-taker@cast.example.org")
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
    await taker.page.route("**/minutes/items/*", lambda route: asyncio.sleep(60))  # nobody answers
    await taker.page.locator("#decision").fill("Written to a server that hangs")
    await expect(status(taker)).to_have_text("Not saved yet – keep this page open", timeout=6_500)
    await taker.page.unroute_all(behavior="ignoreErrors")
    await expect(status(taker)).to_have_text("Saved 10:00:00")
    assert (await stored(meeting.items[0]))["decision"] == "Written to a server that hangs"


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
    await taker.press("Check and circulate")
    await taker.press("Circulate to")
    await taker.sees("Circulated on")


async def test_a_session_that_ends_soon_is_announced_and_can_be_extended(visit, make_meeting, clock):  # noqa: F811
    meeting = await make_meeting(1)
    taker = await visit("minute_taker")
    await taker.page.clock.install()
    await taker.go(meeting.item_path())
    idle = timedelta(minutes=100_000)  # as the fixture sets it
    clock.now += idle - timedelta(minutes=2, seconds=25)
    await taker.page.clock.fast_forward(int((idle - timedelta(minutes=2, seconds=25)).total_seconds() * 1000))
    await expect(taker.page.locator(".hw-ending")).to_contain_text("You will be signed out at")
    await taker.looked_at()
    await taker.page.get_by_role("button", name="Stay signed in").click()
    await expect(taker.page.locator(".hw-ending")).to_have_count(0)
