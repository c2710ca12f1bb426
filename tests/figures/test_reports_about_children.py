"""The reports that name children: who is on them, what is on file, and who may read them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app import database
from app.figures.counting import Drill
from app.figures.missing.queries import MISSING
from app.figures.oversight.queries import repeat_children
from app.figures.reports.changes import make_report
from app.figures.reports.kinds import kind_of
from app.figures.rules import Question
from app.figures.sections import Audience
from app.lifecycle import Refused
from app.windows import Window
from tests import builders

WEEK = Window(date(2026, 6, 1), date(2026, 6, 8))
TWO_MONTHS = Window(date(2026, 3, 1), date(2026, 5, 1))


async def a_report(kind, window, clock):
    return await make_report(None, kind_of(kind), Audience.MANAGERS, window, now=clock.now)


async def test_the_weekly_list_names_who_was_missing_and_stands_as_at_the_end_of_its_week(sign_in, clock):
    at = datetime(2026, 6, 6, 20, tzinfo=UTC)
    back = await builders.a_child(name="Child Back")
    await builders.an_episode(back, at, returned_at=at + timedelta(hours=3), missing_from="the station")
    later = await builders.a_child(name="Child Later", placed_in="Faraway")
    await builders.an_episode(later, at, returned_at=at + timedelta(days=3))
    outside = await builders.a_child(name="Child Outside")
    await builders.an_episode(outside, at - timedelta(days=20))
    curfew = await builders.a_child(name="Child Curfew")
    await builders.an_episode(curfew, at, category="curfew")
    report = await a_report("weekly-list", WEEK, clock)
    manager = await sign_in("manager")
    page = (await manager.get(f"/reports/{report}")).text
    assert "2 children were missing in this time, 1 of them still missing at its end." in page
    assert "6 Jun 2026, 9pm from the station, back 7 Jun 2026, 12am" in page
    assert "Missing for 27 hours" in page
    assert "Our child, placed away: Faraway" in page
    assert page.index("Child Later") < page.index("Child Back") < page.index("Child Curfew")
    assert "Child Outside" not in page
    read = await database.fetch(
        "SELECT child_ids FROM history_entry WHERE kind LIKE '%read' ORDER BY id DESC LIMIT 1"
    )
    assert set(read[0]["child_ids"]) == {back, later, curfew}
    # the same children as the page of the same days
    listed = (await manager.get("/missing-this-week?from=2026-06-01&to=2026-06-08")).text
    assert [name in listed for name in ("Child Later", "Child Back", "Child Curfew", "Child Outside")] == [
        True,
        True,
        True,
        False,
    ]
    for nobody in ("chair", "police", "outsider", "analyst"):
        assert (await (await sign_in(nobody)).get(f"/reports/{report}")).status_code in (403, 404)


async def test_the_twice_weekly_list_tells_who_is_missing_now_from_who_is_back(sign_in, clock):
    gone = await builders.a_child(name="Child Gone")
    await builders.an_episode(gone, clock.now - timedelta(days=30), returned_at=None)
    back = await builders.a_child(name="Child Back")
    await builders.an_episode(back, clock.now - timedelta(days=2))
    window = kind_of("twice-weekly-list").period.last_complete(clock.now.date())
    report = await a_report("twice-weekly-list", window, clock)
    page = (await (await sign_in("manager")).get(f"/reports/{report}")).text
    assert "1 child is missing." in page
    assert page.index("Missing for 30 days") < page.index("Children who are back") < page.index("Child Back")


@pytest.mark.parametrize("kind", ["weekly-list", "twice-weekly-list", "oversight-report"])
async def test_no_committee_is_given_a_report_that_names_children(db, clock, kind):
    with pytest.raises(Refused):
        await make_report(None, kind_of(kind), Audience.COMMITTEE, WEEK, now=clock.now)


@pytest.fixture
async def repeatedly_missing(db):
    """Children who were missing three times in March and April 2026, one only twice."""
    made = {}
    for name, episodes in (
        ("overseen", 3),
        ("old", 3),
        ("without", 4),
        ("on no panel", 3),
        ("closed", 3),
        ("twice", 2),
    ):
        made[name] = await builders.a_child(name=f"Child {name}")
        for number in range(episodes):
            at = datetime(2026, 3, 10 + number, 20, tzinfo=UTC)
            await builders.an_episode(made[name], at)
    return made


async def note(case, kind, done_on):
    await builders.insert("case_check", panel_case=case, kind=kind, done_on=done_on)


async def test_the_oversight_report_tells_what_is_on_file_of_every_repeatedly_missing_child(
    sign_in, clock, repeatedly_missing
):
    ids = repeatedly_missing
    for slug, day in (("mace", date(2026, 4, 3)), ("missing-children-panel", date(2026, 5, 20))):
        await note(
            await builders.a_case(slug, ids["overseen"], date(2026, 3, 20)), "management-oversight", day
        )
    await note(
        await builders.a_case("mace", ids["old"], date(2026, 1, 5)), "management-oversight", date(2026, 1, 9)
    )
    alone = await builders.a_case("mace", ids["without"], date(2026, 4, 1))
    await note(alone, "safety-plan", date(2026, 6, 1))
    await note(alone, "management-oversight", date(2026, 7, 1))  # still to come
    over = await builders.a_case(
        "mace", ids["without"], date(2025, 1, 1), closed_on=date(2025, 5, 1), closure_reason="moved"
    )
    await note(over, "management-oversight", date(2025, 4, 1))  # of an earlier case, not of the open one
    for accepted, closed in ((date(2025, 1, 1), date(2025, 5, 1)), (date(2025, 6, 1), date(2026, 2, 1))):
        case = await builders.a_case(
            "mace", ids["closed"], accepted, closed_on=closed, closure_reason="moved"
        )
        await note(case, "management-oversight", closed)
    await builders.a_risk(ids["on no panel"], date(2026, 5, 2))
    question = Question(TWO_MONTHS.first, TWO_MONTHS.last, clock.now)
    found = {one.child.id: one for one in await repeat_children(question)}
    assert set(found) == set((await MISSING.behind(question, Drill("repeat_children"))).ids)
    on_file = {name: found[ids[name]].on_file for name in ids if ids[name] in found}
    assert on_file == {
        "overseen": {"management-oversight": date(2026, 5, 20)},
        "old": {"management-oversight": date(2026, 1, 9)},
        "without": {"safety-plan": date(2026, 6, 1)},
        "on no panel": {"risk-assessment": date(2026, 5, 2)},
        "closed": {"management-oversight": date(2026, 2, 1)},
    }
    report = await a_report("oversight-report", TWO_MONTHS, clock)
    manager = await sign_in("manager")
    page = (await manager.get(f"/reports/{report}")).text
    assert "5 children were missing 3 times or more. 3 of 5 (60 %) have management oversight on file" in page
    assert "of these it is more than 12 weeks old for 2." in page
    assert "1 child never had a case on any panel" in page
    assert "9 Jan 2026, old" in page
    assert "closed 1 Feb 2026" in page
    assert "closed 1 May 2025" not in page
    missing, having = (
        page.index("Without management oversight on file"),
        page.index("With management oversight on"),
    )
    assert missing < page.index("Child without") < having < page.index("Child overseen")
    assert missing < page.index("No case on any panel") < having
    assert "Child twice" not in page
    read = await database.fetch(
        "SELECT child_ids FROM history_entry WHERE kind LIKE '%read' ORDER BY id DESC LIMIT 1"
    )
    assert set(read[0]["child_ids"]) == set(found)


async def test_an_oversight_report_without_children_says_so(sign_in, clock):
    report = await a_report("oversight-report", TWO_MONTHS, clock)
    page = (await (await sign_in("manager")).get(f"/reports/{report}")).text
    assert "No child was missing 3 times or more in this time." in page
