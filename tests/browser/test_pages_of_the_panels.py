"""Every page of the panels' year as axe and a narrow window find it: filled, with errors, and with nothing to show."""

from collections.abc import Iterable

import pytest

from tests.browser.conftest import Visit, Visitor
from tests.browser.world import MOG, REPEAT, World, make_world
from tests.conftest import Cast

pytestmark = pytest.mark.browser

WIDTHS = (1280, 375)


@pytest.fixture
async def world(cast: Cast) -> World:
    return await make_world(cast)


def pages_of_the_chair(w: World) -> list[str]:
    return [
        "/briefing",
        "/briefing/close",
        "/briefing/past",
        f"/briefing/{w.briefing}",
        "/referrals",
        "/referrals/new",
        f"/referrals/{w.waiting_referral}",
        f"/referrals/{w.waiting_referral}/correction",
        "/panels/mace",
        "/panels/mace/cases",
        "/panels/mace/cases/checklist",
        f"/cases/{w.open_case}",
        f"/cases/{w.open_case}/closing",
        f"/cases/{w.open_case}/moving",
        f"/cases/{w.closed_case}",
        f"/cases/{w.closed_case}/reopening",
        "/panels/mace/rhythm",
        "/panels/mace/rhythm/new",
        "/panels/mace/planner",
        f"/panels/{MOG}/planner",
        "/panels/mace/terms",
        f"/panels/{MOG}/terms",
        f"/panels/{REPEAT}/to-convene",
        f"/panels/{REPEAT}/to-convene/{w.triggered}",
        f"/panels/{REPEAT}/to-convene/{w.triggered}/leaving-off",
        "/calendar",
        f"/meetings/{w.mace}",
        f"/meetings/{w.mace}/change",
        f"/meetings/{w.mace}/cancellation",
        f"/meetings/{w.mace}/agenda",
        f"/meetings/{w.mace}/agenda/issue",
        f"/meetings/{w.mace}/agenda/items/new",
        f"/meetings/{w.mace}/agenda/restriction/{w.mace_item}",
        f"/meetings/{w.mog}/agenda",
        f"/meetings/{w.mog}/agenda/swap",
        f"/meetings/{w.hotspots}/agenda",
        f"/meetings/{w.hotspots}/hotspots",
        f"/meetings/{w.issued}",
        f"/meetings/{w.issued}/agenda/versions/1",
        f"/meetings/{w.issued}/attendance",
        f"/meetings/{w.issued}/reply",
        f"/meetings/{w.issued}/guests",
        f"/meetings/{w.issued}/contributions",
        f"/meetings/{w.issued}/contributions/{w.issued_item}",
        f"/panels/{MOG}/service-problems",
        f"/service-problems/{w.problem}",
    ]


def pages_of_the_officer(w: World) -> list[str]:
    one, other = w.doubled
    here, there = w.matched
    return [
        "/clocks",
        "/episodes/open",
        "/episodes/possible-duplicates",
        f"/episodes/{one}/duplicates/{other}",
        "/children/possible-matches",
        f"/children/{here}/matches/{there}",
        "/children/new",
        f"/children/{here}",
        f"/children/{here}/details",
        f"/children/{here}/episodes/new",
        f"/children/{here}/risks/new",
        f"/children/{here}/interviews/new",
        f"/interviews/{w.interview}/correction",
        f"/risk-assessments/{w.risk}/correction",
        f"/episodes/{w.away}/correction",
        f"/episodes/{w.away}/return",
        f"/episodes/{w.away}/steps",
        "/places",
        "/places/new",
        f"/places/{w.place}",
        f"/places/{w.place}/change",
        f"/places/{w.place}/merge",
        f"/places/names/{other}/began",
    ]


async def walk(visitor: Visitor, paths: Iterable[str], widths: Iterable[int] = WIDTHS) -> None:
    """Looks at each page in each width; says at the end all that was found."""
    found = []
    for path in paths:
        await visitor.page.set_viewport_size({"width": 1280, "height": 900})
        answer = await visitor.page.goto(visitor.address + path)
        if answer is None or answer.status != 200:
            found.append(f"{path}: {answer and answer.status}")
            continue
        found += await looked_at(visitor, widths)
    assert not found, "\n".join(found)


async def looked_at(visitor: Visitor, widths: Iterable[int] = WIDTHS) -> list[str]:
    found = []
    for width in widths:
        await visitor.page.set_viewport_size({"width": width, "height": 900})
        try:
            await visitor.looked_at()
        except AssertionError as problem:
            found.append(f"{width} px: {problem}")
            visitor.said.clear()
    return found


EMPTY_PAGES = (
    "/briefing",
    "/briefing/past",
    "/referrals",
    "/panels/mace/cases",
    "/panels/mace/cases/checklist",
    "/panels/mace/rhythm",
    "/panels/mace/planner",
    f"/panels/{REPEAT}/to-convene",
    f"/panels/{MOG}/service-problems",
    "/calendar",
    "/places",
)


Left = list[tuple[str, str, dict[str, str]]]
"""A page, the button that is pressed, and what is typed before; all other fields are emptied."""


def forms_of_the_chair(w: World) -> Left:
    return [
        ("/briefing", "Save the decision on Wren Recallson", {}),
        (f"/referrals/{w.waiting_referral}", "Save the decision", {}),
        (f"/referrals/{w.waiting_referral}/correction", "Save the correction", {}),
        (f"/cases/{w.open_case}/closing", "Close the case", {}),
        (f"/cases/{w.open_case}/moving", "Pass the case on", {}),
        (f"/cases/{w.closed_case}/reopening", "Reopen the case", {}),
        ("/panels/mace/rhythm/new", "Show the dates", {}),
        (f"/panels/{REPEAT}/to-convene/{w.triggered}", "Convene the meeting", {}),
        (f"/panels/{REPEAT}/to-convene/{w.triggered}/leaving-off", "Leave off", {}),
        (f"/meetings/{w.mace}/change", "Save the changes", {}),
        (f"/meetings/{w.mace}/agenda", "Add item", {}),
        (f"/meetings/{w.mace}/agenda/restriction/{w.mace_item}", "Restrict the item", {}),
        (f"/meetings/{w.mog}/agenda/swap", "Swap them", {}),
        (f"/meetings/{w.issued}/reply", "Send my reply", {}),
        (f"/meetings/{w.issued}/guests", "Ask this guest", {}),
        (f"/meetings/{w.issued}/contributions/{w.issued_item}", "Send", {}),
        (f"/service-problems/{w.problem}", "Add", {}),
    ]


def forms_of_the_officer(w: World) -> Left:
    one, other = w.doubled
    here, there = w.matched
    return [
        (f"/episodes/{one}/duplicates/{other}", "Merge the two", {}),
        (f"/children/{here}/matches/{there}", "Merge the two", {}),
        ("/children/new", "Add the child", {}),
        (f"/children/{here}/details", "Save the correction", {}),
        (f"/children/{here}/episodes/new", "Record the episode", {}),
        (f"/children/{here}/risks/new", "Record the assessment", {}),
        (f"/children/{here}/interviews/new", "Save the interview", {}),
        (f"/interviews/{w.interview}/correction", "Save the correction", {}),
        (f"/risk-assessments/{w.risk}/correction", "Save the correction", {}),
        (f"/episodes/{w.away}/correction", "Save the correction", {}),
        (f"/episodes/{w.away}/return", "Save the return", {}),
        (f"/episodes/{w.away}/steps", "Save", {"strategy_discussion_at_date": "2026-06-30"}),
        ("/places/new", "Save the place", {}),
        (f"/places/{w.place}/change", "Save the place", {}),
        (f"/places/{w.place}/merge", "Merge the two", {}),
        (f"/places/names/{other}/began", "Make the place", {"name": ""}),
    ]


async def leave_empty(visitor: Visitor, forms: Left) -> None:
    """Sends each form with nothing in it, and looks at what comes back: the errors, at their fields, by words."""
    found = []
    page = visitor.page
    for path, button, typed in forms:
        await page.set_viewport_size({"width": 1280, "height": 900})
        await visitor.go(path)
        await page.evaluate(EMPTY)
        for name, text in typed.items():
            await page.locator(f"[name={name}]").first.fill(text)
        pressed = page.get_by_role("button", name=button, exact=True).first
        async with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
            await pressed.evaluate("button => { button.closest('details')?.setAttribute('open', '') }")
            await visitor.answered(pressed.click())
        status = (await answered.value).status
        if status != 422:
            found.append(f"{path}: {status} instead of 422")
            continue
        if not await page.locator(".govuk-error-message, .govuk-error-summary").count():
            found.append(f"{path}: no error is told")
        lost = await page.evaluate(DANGLING)
        if lost:
            found.append(f"{path}: the summary leads to {lost}, which are not there")
        found += await looked_at(visitor)
    assert not found, "\n".join(found)


EMPTY = """() => {
  for (const field of document.querySelectorAll('main input, main textarea, main select')) {
    if (field.type === 'hidden') continue
    if (field.type === 'radio' || field.type === 'checkbox') field.checked = false
    else field.value = ''
  }
}"""

DANGLING = """() => [...document.querySelectorAll('.govuk-error-summary a')]
  .map(link => link.getAttribute('href'))
  .filter(href => href.startsWith('#') && !document.getElementById(href.slice(1)))"""


async def test_the_chair_s_pages_are_for_everybody(visit: Visit, world: World) -> None:
    await walk(await visit("chair"), pages_of_the_chair(world))


async def test_the_pages_of_records_and_places_are_for_everybody(visit: Visit, world: World) -> None:
    await walk(await visit("officer"), pages_of_the_officer(world))


async def test_a_guest_s_pages_are_for_everybody(visit: Visit, world: World) -> None:
    guest = await visit("outsider")
    await walk(guest, [f"/meetings/{world.issued}/slot", f"/meetings/{world.issued}/reply", "/calendar"])


async def test_pages_without_anything_to_show_are_for_everybody(visit: Visit) -> None:
    await walk(await visit("chair"), EMPTY_PAGES)


async def test_the_chair_s_forms_tell_what_is_missing(visit: Visit, world: World) -> None:
    chair = await visit("chair")
    await leave_empty(chair, forms_of_the_chair(world))
    await chair.go(f"/meetings/{world.mace}/agenda/items/new")
    await chair.page.get_by_label("Name or reference of the child").fill("Samplesby")
    await chair.press("Find")
    await chair.press("Add to the agenda")
    await chair.sees("Enter why the child should be discussed")
    assert not await looked_at(chair)


async def test_the_forms_of_records_and_places_tell_what_is_missing(visit: Visit, world: World) -> None:
    await leave_empty(await visit("officer"), forms_of_the_officer(world))
