"""The chair's morning in a real browser: briefing, case, agenda, issue; then who has answered. In every way to work."""

import re

import pytest
from playwright.async_api import Locator, expect

from app import database
from tests.browser.conftest import PATIENCE, Visit, Visitor
from tests.browser.hands import Hands, Keys, Mouse
from tests.browser.world import LONG, cases, what_came_in
from tests.conftest import Cast

pytestmark = pytest.mark.browser

PANEL = "Multi-Agency Child Exploitation (MACE)"


@pytest.fixture
async def mace(cast: Cast) -> int:
    """The next meeting of MACE; a child comes back whose case was closed, another was missing last night."""
    came_in = await what_came_in(cast)
    made = await cases(cast, came_in["recalled"])
    return int(made["mace"])


@pytest.mark.parametrize(
    ("width", "scripts"),
    [(1280, True), (375, True), (375, False)],
    ids=["at-a-desk", "on-a-phone", "without-scripts"],
)
async def test_the_chair_s_morning(visit: Visit, mace: int, width: int, scripts: bool) -> None:
    chair = await visit("chair", width=width, scripts=scripts)
    await the_morning(chair, Mouse(chair), mace)
    await the_police_answer(await visit("police", width=width, scripts=scripts), mace)
    await chair.go(f"/meetings/{mace}")
    await chair.sees("1 accepted")
    await chair.follow("Contributions")
    await chair.sees("3 of 3 required agencies have not answered everything")
    await expect(line(chair, "Exampleshire Police")).to_contain_text("1 of 4 answered")
    await expect(line(chair, "Exampleshire Health")).to_contain_text("0 of 4 answered")
    await looked_at(chair)
    await chair.press("Remind Exampleshire Health")
    await chair.sees("1 agency is reminded by e-mail")


async def test_the_chair_s_morning_by_keys_alone(visit: Visit, mace: int) -> None:
    chair = await visit("chair")
    await the_morning(chair, Keys(chair), mace)
    assert await database.fetch_value("SELECT status FROM meeting WHERE id = $1", mace) == "agenda-issued"


async def the_morning(chair: Visitor, hands: Hands, mace: int) -> None:
    await decide_the_briefing(chair, hands)
    await close_the_briefing(chair, hands)
    await read_the_case(chair, hands)
    await prepare_the_agenda(chair, hands, mace)
    await issue_the_agenda(chair, hands)


async def decide_the_briefing(chair: Visitor, hands: Hands) -> None:
    page = chair.page
    menu = page.get_by_role("button", name="Menu", exact=True)
    if await menu.is_visible():
        await hands.press(menu)
    await hands.follow(page.get_by_role("link", name="Briefing", exact=True))
    await looked_at(chair)
    await expect(page.get_by_role("region", name="Missing from curfew (1)")).to_contain_text(
        "Curtis Curfewby"
    )
    await expect(page.get_by_role("region", name="Missing notifications")).not_to_contain_text(
        "Curtis Curfewby"
    )

    referral = page.get_by_role("region", name="Referrals (1)").get_by_role("listitem").first
    await expect(referral).to_contain_text(f"Closed before by {PANEL}")
    await hands.choose(referral.get_by_label("Threshold"), "Met")
    await hands.write(referral.get_by_label("Why"), "Known to the same group again")
    await hands.press(referral.get_by_role("button", name="Save the decision on Wren Recallson"))
    await chair.sees("Known to the same group again")
    await stays_with(chair, "referral-")
    await expect(page.get_by_text(f"Recalled by {PANEL}").first).to_be_visible()

    told = page.get_by_role("region", name="Missing notifications").locator("> ul > li", has_text=LONG).first
    await hands.choose(told.get_by_label("Threshold"), "Not met")
    await hands.write(told.get_by_label("Why"), "Was with a grandparent")
    await hands.press(told.get_by_role("button", name=f"Save the decision on {LONG}"))
    await chair.sees("Was with a grandparent")
    await stays_with(chair, "episode-")
    await expect(page.locator("#briefing-counts")).to_contain_text("1 met, 1 not met")
    await looked_at(chair)


async def close_the_briefing(chair: Visitor, hands: Hands) -> None:
    await hands.follow(chair.page.get_by_role("button", name="Close the briefing"))
    await looked_at(chair)
    await hands.press(chair.page.get_by_role("button", name="Close the briefing"))
    await chair.sees("The briefing is closed")
    await looked_at(chair)


async def read_the_case(chair: Visitor, hands: Hands) -> None:
    page = chair.page
    await hands.follow(page.get_by_role("link", name="Wren Recallson"))
    await looked_at(chair)
    await hands.follow(page.get_by_role("link", name=f"Its case on {PANEL}"))
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Wren Recallson")
    await chair.sees("Closed because")
    await chair.sees("Visit at the placement and agree a safety plan")
    await looked_at(chair)


async def prepare_the_agenda(chair: Visitor, hands: Hands, mace: int) -> None:
    page = chair.page
    await chair.go("/panels/mace")
    await looked_at(chair)
    await hands.follow(page.get_by_role("link", name="Friday 12 June 2026, 10am"))
    await looked_at(chair)
    await hands.follow(page.get_by_role("button", name="Prepare the agenda"))
    await looked_at(chair)
    await hands.press(page.get_by_role("button", name="Accept all proposed"))
    await expect(page.get_by_role("button", name="Accept all proposed")).to_have_count(0)
    await stays_with(chair, "agenda")
    await hands.press(page.get_by_role("button", name="Put the standing items on"))
    await expect(page.get_by_role("button", name="Put the standing items on")).to_have_count(0)
    await stays_with(chair, "agenda")
    await looked_at(chair)
    titles = await page.locator("ol.hw-agenda h3").all_inner_texts()
    children = [title for title in titles if "CH-" in title]
    assert re.search("Introductions", titles[0]), titles
    assert re.search("Any other business", titles[-1]), titles
    assert "Wren Recallson" in next(title for title in children if "Linden" not in title), titles
    recall = page.locator("ol.hw-agenda > li", has_text="Wren Recallson").first
    await expect(recall).to_contain_text("Recalled")
    juniper = page.locator("ol.hw-agenda > li", has_text="Juniper Samplesby").first
    await hands.follow(juniper.get_by_role("link", name="Restrict"))
    await looked_at(chair)
    await hands.press(page.get_by_role("button", name="Restrict the item"))
    await expect(juniper).to_contain_text("Restricted")
    await looked_at(chair)


async def issue_the_agenda(chair: Visitor, hands: Hands) -> None:
    await hands.follow(chair.page.get_by_role("button", name="Check and issue"))
    await looked_at(chair)
    await hands.press(chair.page.get_by_role("button", name="Issue the agenda"))
    await chair.sees("The agenda has been issued")
    await looked_at(chair)


async def the_police_answer(police: Visitor, mace: int) -> None:
    page = police.page
    await police.go(f"/meetings/{mace}")
    await police.press("Reply")
    await page.get_by_label("Yes, I come").check()
    await police.press("Send my reply")
    await police.sees("You have accepted")
    await looked_at(police)
    await police.press("I have read this and will keep to it")
    await police.sees("It is noted that you have read the confidentiality statement")
    await looked_at(police)
    await police.go(f"/meetings/{mace}/agenda")
    await police.sees("Wren Recallson")
    await expect(page.locator("main")).not_to_contain_text("Juniper Samplesby")
    await looked_at(police)
    await police.go(f"/meetings/{mace}/contributions")
    await expect(page.locator("main")).not_to_contain_text("Juniper Samplesby")
    await looked_at(police)
    await police.press("Nothing known about Wren Recallson")
    await police.sees("“Nothing known” has been sent for 1 item")
    await looked_at(police)


def line(visitor: Visitor, agency: str) -> Locator:
    return visitor.page.get_by_role("region", name="Who has answered").locator("li", has_text=agency).first


async def stays_with(chair: Visitor, part: str) -> None:
    """After a part of the page has been swapped, whoever uses keys goes on from there."""
    if not chair.scripts:
        return
    at: list[str] = []
    for _ in range(PATIENCE // 50):
        at = await chair.page.evaluate(
            "[...(function* (e) { for (; e; e = e.parentElement) if (e.id) yield e.id })(document.activeElement)]"
        )
        if any(one.startswith(part) for one in at):
            return
        await chair.page.wait_for_timeout(50)
    raise AssertionError(f"{chair.page.url}: the focus is at {at}")


async def looked_at(visitor: Visitor) -> None:
    await visitor.looked_at()
    if not visitor.scripts:
        return
    width = visitor.page.viewport_size["width"] if visitor.page.viewport_size else 0
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= width, visitor.page.url
