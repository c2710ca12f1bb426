"""Every page of the panels' year as axe and a narrow window find it: filled, with errors, and with nothing to show."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.walking import Left, leave_empty, looked_at, walk
from tests.browser.world import MOG, REPEAT, World, make_world
from tests.conftest import Cast

pytestmark = pytest.mark.browser


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
