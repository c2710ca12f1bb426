"""The pages around minutes as axe and a narrow window find them: filled, with errors, and with nothing to show."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from app import database
from app.minutes.changes import approve_minutes, circulate_minutes, send_to_chair
from app.minutes.corrections.changes import accept_correction, ask_for_correction
from app.minutes.corrections.rules import Request
from app.minutes.extracts.changes import deliver
from app.minutes.quality.changes import draw_sample
from app.windows import Window
from tests.browser.conftest import Visit
from tests.browser.walking import leave_empty, looked_at, walk
from tests.minutes.conftest import STARTS, Minuted, complete, discuss, make_meeting, version_of  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser


@dataclass
class Papers:
    """Minutes of three meetings: circulated with a correction asked for, waiting to be circulated, and a draft."""

    circulated: Minuted
    approved: Minuted
    draft: Minuted


@pytest.fixture
async def papers(cast, clock, make_meeting, complete) -> Papers:  # noqa: F811
    made = [await make_meeting(3, starts_at=STARTS - timedelta(days=days)) for days in (0, 1, 2)]
    told = {"now": clock.now, "base_url": "http://testserver"}
    for meeting in made[:2]:
        await complete(meeting, decision="Visit the home; the plan is agreed.")
        await send_to_chair(cast.minute_taker, meeting.id, await version_of(meeting), **told)
        await approve_minutes(cast.chair, meeting.id, await version_of(meeting), now=clock.now)
    circulated = made[0]
    await circulate_minutes(cast.minute_taker, circulated.id, await version_of(circulated), **told)
    for stands, should_say in (("Visit the home", "Visit the school"), ("agreed", "agreed by all")):
        await ask_for_correction(
            cast.police,
            circulated.id,
            Request(circulated.items[0], stands, should_say),
            **told,
            submission_key=None,
        )
    first = await database.fetch_value("SELECT min(id) FROM minutes_correction")
    await accept_correction(
        cast.chair, circulated.id, first, "The school is visited.", **told, submission_key=None
    )
    await deliver(cast.chair, circulated.id, circulated.children[:1], "pasted", now=clock.now)
    return Papers(*made)


async def test_the_pages_around_minutes_are_for_everybody(visit: Visit, papers: Papers) -> None:
    chair, here = await visit("chair"), papers.circulated.path
    await walk(
        chair,
        [
            f"/meetings/{papers.circulated.id}",
            here,
            f"{here}/corrections",
            f"{here}/recipients",
            f"{here}/extracts",
            f"{here}/extracts/{papers.circulated.children[0]}",
            f"{here}/extracts/{papers.circulated.children[1]}",
            f"{papers.approved.path}/recipients",
            "/search",
            "/",
        ],
    )
    await leave_empty(
        chair,
        [
            (f"{here}/corrections", "Ask for this correction", {}),
            (f"{here}/extracts/{papers.circulated.children[1]}", "Mark as delivered", {}),
            ("/search", "Search", {"words": "!"}),
        ],
    )
    await chair.go("/search")
    await chair.page.get_by_label("Words").first.fill("school visited")
    await chair.press("Search", exact=True)
    await chair.sees("Addendum 1")
    assert not await looked_at(chair)


async def test_promptness_and_quality_are_for_everybody(visit: Visit, papers: Papers, cast, clock) -> None:
    manager = await visit("manager")
    await walk(manager, ["/minutes/quality", "/minutes/promptness?from=2026-01-01&to=2026-02-01"])
    await leave_empty(manager, [("/minutes/quality/new", "Draw the sample", {})])
    sample = await draw_sample(
        cast.manager, Window(date(2026, 6, 1), date(2026, 7, 1)), "mace", 2, "a seed", now=clock.now
    )
    here = f"/minutes/quality/{sample}"
    await manager.go(f"{here}/items/1")
    for name in await manager.page.locator("main fieldset input[type=radio]").evaluate_all(
        "radios => [...new Set(radios.map(radio => radio.name))]"
    ):
        await manager.page.locator(f"input[name={name}]").first.check()
    await manager.page.locator("main form").first.evaluate("form => form.requestSubmit()")
    await manager.page.wait_for_url(f"**{here}/items/2")
    clock.now += timedelta(days=30)
    await walk(
        manager,
        [
            "/minutes/promptness",
            "/minutes/promptness?from=2026-06-01&to=2026-07-01&panel=mace",
            "/minutes/quality",
            here,
            f"{here}/items/1",
            f"{here}/items/2",
            "/",
        ],
    )
