"""What charts say: the finding as a sentence in the title, whatever the numbers; and the pages that show them."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from app import database
from app.figures.charts.rules import (
    Together,
    actions_chart,
    attendance_chart,
    months_chart,
    strip_of_case,
    strip_of_cases,
    survival_chart,
)
from app.figures.reduction.comparing import Away, comparison
from app.figures.survival.rules import kaplan_meier
from tests import builders
from tests.conftest import SignIn
from tests.figures.test_missing import at

MET, CLOSED = date(2026, 1, 5), date(2026, 1, 20)


@pytest.mark.parametrize(
    ("followed", "title"),
    [
        ([], "No case was closed in this time"),
        ([(30, False)], "No closed case has been followed for 3 months yet"),
        ([(400, False)], "12 months after closure, 100 % of closed cases had not come back"),
        (
            [(60, True), (200, False), (200, False), (200, False)],
            "6 months after closure, 75 % (likely 13 to 96 %) of closed cases had not come back",
        ),
    ],
)
def test_a_survival_curve_says_what_can_be_said_so_far(followed: list[tuple[int, bool]], title: str) -> None:
    chart = survival_chart(kaplan_meier(followed))
    assert chart.title == title
    assert chart.until <= 365


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        (5, 1, "5 episodes in the 90 days before, 1 in the 90 days after: significantly fewer"),
        (1, 0, "1 episode in the 90 days before, 0 in the 90 days after: fewer, but not significantly"),
        (2, 3, "2 episodes in the 90 days before, 3 in the 90 days after: not fewer"),
        (0, 2, "No episode in the 90 days before, 2 in the 90 days after: nothing to compare with"),
    ],
)
def test_a_strip_says_what_changed_for_a_child(before: int, after: int, title: str) -> None:
    days = [MET - timedelta(days=3 + number) for number in range(before)]
    days += [CLOSED + timedelta(days=3 + number) for number in range(after)]
    strip = strip_of_case(comparison(MET, CLOSED, [Away(day, day) for day in days]))
    assert strip.title == title
    assert [sum(number for _, number in row.days) for row in strip.rows] == [before, after]


def test_titles_of_bars_name_who_stands_out_and_say_so_when_nobody_does() -> None:
    police, health = ("Police", (5, 1, 0, 0, 0)), ("Health", (2, 0, 0, 1, 3))
    assert actions_chart([police, health]).title == "Health has the most overdue actions: 3 of 6 due"
    assert actions_chart([police]).title == "No agency has an overdue action"
    assert actions_chart([]).title == "No actions were due in this time"
    assert attendance_chart([("Police", 3, 8), ("Health", 8, 8)]).title == (
        "Police came least often: to 3 of 8 meetings (38 %)"
    )
    assert attendance_chart([("Health", 8, 8)]).title == "Every required agency came to every meeting"
    assert attendance_chart([("Health", 0, 0)]).title == "No meeting was held in this time"
    months = [(date(2026, 1, 1), (3, 2)), (date(2026, 2, 1), (9, 4))]
    assert months_chart(months, ("Episodes", "Children")).title == (
        "Episodes were most in February 2026: 9 (4 children); fewest in January 2026: 3"
    )
    assert months_chart([(date(2026, 1, 1), (0, 0))], ("Episodes", "Children")).title == (
        "Episodes and children by month: none in this time"
    )
    nobody = Together({}, 0)
    assert strip_of_cases(0, 0, nobody, nobody).title == "No case closed in this time can be compared"


async def a_case_with_a_baseline(closed_on: date) -> int:
    """Three episodes before its initial meeting on 20 December 2025 and none after."""
    child = await builders.a_child(name="Kim Example")
    for day in (1, 5, 9):
        await builders.an_episode(child, at(2025, 11, day))
    return await builders.a_case(
        "mace",
        child,
        date(2025, 12, 1),
        first_meeting_on=date(2025, 12, 20),
        closed_on=closed_on,
        closure_reason="reduced-risk",
    )


def in_words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


async def test_a_case_shows_what_changed_for_the_child_to_readers_of_the_figure(
    sign_in: SignIn, cast: Any
) -> None:
    case = await a_case_with_a_baseline(date(2026, 1, 10))
    address = f"/figures/reduction/cases/{case}"
    manager = await sign_in("manager")
    page = await manager.get(address)
    assert page.status_code == 200
    assert "3 episodes in the 90 days before, 0 in the 90 days after: significantly fewer" in page.text
    assert "regression to the mean not removed" in page.text
    entry = await database.fetch_one("SELECT * FROM history_entry ORDER BY id DESC LIMIT 1")
    assert entry is not None
    assert (entry["kind"], entry["person_id"], entry["about_ids"]) == (
        "panel case read",
        cast.manager.person_id,
        [case],
    )
    assert (await (await sign_in("chair")).get(address)).status_code == 200
    assert (await (await sign_in("police")).get(address)).status_code == 403
    assert (await (await sign_in("outsider")).get(address)).status_code in (403, 404)
    assert (await manager.get("/figures/reduction/cases/999999")).status_code == 404


async def test_a_case_says_why_it_cannot_be_compared_yet(sign_in: SignIn) -> None:
    waiting = await a_case_with_a_baseline(date(2026, 3, 15))
    case = await builders.a_case(
        "mace", await builders.a_child(), date(2026, 5, 1), first_meeting_on=date(2026, 5, 9)
    )
    manager = await sign_in("manager")
    assert "are over on 13 June 2026" in (await manager.get(f"/figures/reduction/cases/{waiting}")).text
    assert "This case is open" in (await manager.get(f"/figures/reduction/cases/{case}")).text


async def test_the_pages_of_recall_and_reduction_draw_what_they_count_and_warn_of_its_traps(
    sign_in: SignIn,
) -> None:
    case = await a_case_with_a_baseline(date(2026, 1, 10))
    assert case
    manager = await sign_in("manager")
    window = "from=2026-01-01&to=2026-02-01"
    page = (await manager.get(f"/figures/recall?{window}")).text
    assert 'id="time-to-recall-desc"' in page
    words = in_words(page)
    assert "3 months after closure, 100 % of closed cases had not come back" in words
    assert "The two recall shares differ because they ask different things." in words
    page = (await manager.get(f"/figures/reduction?{window}")).text
    assert 'id="before-and-after-desc"' in page
    words = in_words(page)
    assert "In 1 of 1 cases the child went missing significantly less after (100 %)" in words
    assert "regression to the mean not removed" in words
    rows = (await manager.get(f"/figures/reduction/rows?key=reduced&{window}")).text
    assert f'href="/figures/reduction/cases/{case}"' in rows
    analyst = await sign_in("analyst")
    page = (await analyst.get(f"/figures/reduction?{window}")).text
    assert "1 of 1" in in_words(page)
    assert 'id="before-and-after-desc"' not in page  # days of single episodes are no number
    assert (await analyst.get(f"/figures/reduction/cases/{case}")).status_code == 404
    said = (await manager.get(f"/figures/recall.json?{window}")).json()
    read = next(value for value in said["values"] if value["key"] == "survival_3m")
    assert {name: read[name] for name in ("value", "low", "high")} == {
        "value": 100.0,
        "low": None,
        "high": None,
    }
