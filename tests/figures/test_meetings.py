"""Meetings organised at their edges, worked out by hand: what minutes agree once approved, one case with two reviews."""

from dataclasses import replace
from datetime import date

from app.figures.catalogue import FIGURES, figure_for
from app.figures.counting import Drill, Part
from app.figures.rules import Question
from tests import builders
from tests.conftest import SignIn
from tests.figures.test_behind import listed, texts
from tests.figures.test_missing import at
from tests.figures.test_oracle import plain

HALF = Question(date(2026, 1, 1), date(2026, 7, 1), at(2026, 6, 10))
WINDOW = "from=2026-01-01&to=2026-07-01"


async def a_reviewed_case() -> tuple[int, int]:
    """Met on 12 January, which agreed 2 February; then met on that day and, after the panel's 12 weeks, late."""
    child = await builders.a_child()
    case = await builders.a_case("mace", child, date(2026, 1, 5))
    for day, agreed, approved in (
        (at(2026, 1, 12), date(2026, 2, 2), at(2026, 1, 20)),
        (at(2026, 2, 2), date(2026, 3, 2), None),
        (at(2026, 4, 30), None, None),
    ):
        meeting = await builders.a_meeting("mace", day, status="held", agenda_issued_at=at(2026, 1, 2))
        item = await builders.an_item(meeting, child)
        await builders.insert("discussion", agenda_item=item, outcome="discussed", next_review_on=agreed)
        if approved:
            await builders.insert("minutes", meeting=meeting, status="approved", approved_at=approved)
    return child, case


async def test_what_a_draft_agrees_is_agreed_by_nobody_yet(db: None) -> None:
    _, case = await a_reviewed_case()
    kind = FIGURES["meetings"]
    said = plain((await figure_for(kind, HALF)).values)
    assert said["initial_in_standard"] == (1, 1)
    assert said["reviews_on_time"] == (1, 2)
    assert said["agendas_in_time"] == (3, 3)
    before = replace(HALF, as_at=date(2026, 1, 19))
    then = plain((await figure_for(kind, before)).values)
    assert (then["held"], then["reviews_on_time"], then["reviews_not_due"]) == (1, (0, 0), 1)
    april = Drill("reviews_not_due", month=date(2026, 4, 1))
    assert (await kind.behind(before, april)).ids == (case,), "twelve weeks after 12 January"
    on_the_day = replace(HALF, as_at=date(2026, 1, 20))
    february = replace(april, month=date(2026, 2, 1))
    assert (await kind.behind(on_the_day, february)).ids == (case,)


async def test_a_case_reviewed_twice_is_listed_once_with_both_reviews(sign_in: SignIn) -> None:
    _, case = await a_reviewed_case()
    kind = FIGURES["meetings"]
    behind = await kind.behind(HALF, Drill("reviews_on_time", Part.OUT_OF))
    assert (behind.ids, behind.records) == ((case, case), (case,))
    manager = await sign_in("manager")
    page = (await manager.get(f"/figures/meetings/rows?key=reviews_on_time&part=out-of&{WINDOW}")).text
    assert listed(page) == [f"/cases/{case}"]
    assert "The number counts 2, with 1 case behind it" in texts(page)
    told = "Review due and held on 2 Feb 2026; Review due on 27 Apr 2026, held on 30 Apr 2026"
    assert told in texts(page)
    rows = (await manager.get(f"/figures/meetings/rows.csv?key=reviews_on_time&part=out-of&{WINDOW}")).text
    assert told in rows
    agendas = (await manager.get(f"/figures/meetings/rows?key=agendas_in_time&{WINDOW}")).text
    assert "Agenda due on 5 Jan 2026, circulated on 2 Jan 2026" in texts(agendas)
