"""The six numbers of a manager's home: over which time, against which, in which words; and where they lead."""

import re
from datetime import date, timedelta

import pytest

from app.figures.catalogue import FIGURES
from app.figures.headlines.rules import HEADLINES, NUMBERS, Compared, Headline, Span, windows
from app.figures.rules import Measure, Share, Value
from app.windows import Window
from tests import builders

OCTOBER = Window(date(2026, 10, 1), date(2026, 11, 1))
SEPTEMBER = Window(date(2026, 9, 1), date(2026, 10, 1))


def compared(now: Measure, before: Measure) -> Compared:
    return Compared(Headline("minutes", "x", "X", "meetings", Span.MONTH), now, before, OCTOBER, SEPTEMBER)


def share(numerator: int, denominator: int, with_interval: bool = False) -> Share:
    return Share("x", "X", numerator, denominator, with_interval)


@pytest.mark.parametrize(
    ("span", "today", "followed_for", "now", "before"),
    [
        (Span.MONTH, date(2026, 3, 31), 0, ("2026-02-01", "2026-03-01"), ("2026-01-01", "2026-02-01")),
        (Span.MONTH, date(2026, 1, 1), 0, ("2025-12-01", "2026-01-01"), ("2025-11-01", "2025-12-01")),
        (Span.THREE_MONTHS, date(2026, 2, 1), 0, ("2025-11-01", "2026-02-01"), ("2025-08-01", "2025-11-01")),
        (Span.YEAR, date(2026, 11, 21), 12, ("2024-11-01", "2025-11-01"), ("2023-11-01", "2024-11-01")),
        (Span.YEAR, date(2024, 2, 29), 3, ("2022-11-01", "2023-11-01"), ("2021-11-01", "2022-11-01")),
    ],
)
def test_a_period_is_the_last_complete_one_against_the_one_before(span, today, followed_for, now, before):
    found = [(str(one.first), str(one.last)) for one in windows(span, today, followed_for)]
    assert found == [now, before]


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (share(24, 31), share(23, 36), "Up from 64 % (23 of 36) in September 2026"),
        (share(0, 3), share(1, 3), "Down from 33 % (1 of 3) in September 2026"),
        (share(2, 4), share(1, 2), "The same as in September 2026: 50 % (1 of 2)"),
        (share(0, 0), share(1, 2), "Nothing to count in this time"),
        (share(1, 2), share(0, 0), "Nothing to compare with in September 2026"),
        (Value("x", "X", 40), Value("x", "X", 36), "Up from 36 in September 2026"),
        (Value("x", "X", 0), Value("x", "X", 0), "The same as in September 2026: 0"),
        (
            share(7, 29, True),
            share(0, 2, True),
            "Up from 0 % (0 of 2) in September 2026. The two ranges overlap: this may be chance",
        ),
        (share(90, 100, True), share(10, 100, True), "Up from 10 % (10 of 100) in September 2026"),
    ],
)
def test_the_period_before_stands_beside_it_in_words(now, before, words):
    assert compared(now, before).change == words


def test_a_share_says_how_sure_it_is():
    assert compared(share(7, 29, True), share(1, 2, True)).counts == (
        "7 of 29 meetings; likely between 12.2 % and 42.1 %"
    )
    assert compared(share(0, 0, True), share(1, 2, True)).counts == "0 of 0 meetings"
    assert compared(share(24, 31), share(23, 36)).counts == "24 of 31 meetings"


def test_the_six_are_values_of_figures_and_answer_what_a_manager_asks():
    first = [(one.figure, one.key) for one in HEADLINES if one.figure in FIGURES][:NUMBERS]
    assert len(first) == NUMBERS
    assert {figure for figure, _ in first} >= {"minutes", "actions", "recall", "reduction"}
    for one in HEADLINES:
        definition = FIGURES[one.figure].definition
        assert definition.key(one.key)
        assert not one.beside or definition.key(one.beside)


async def test_each_number_leads_to_its_figure_over_the_same_time(sign_in, clock, cast):
    last_month = clock.now.date().replace(day=1) - timedelta(days=3)
    for finished in (last_month, None):
        await builders.an_action(
            "mace",
            cast.police.agency_id,
            last_month,
            status="completed" if finished else "issued",
            finished_on=finished,
        )
    manager = await sign_in("manager")
    page = (await manager.get("/")).text
    card = page[page.index("Actions completed on time") - 200 :]
    assert "1 of 2 actions due" in card
    href = re.search(r'href="(/figures/actions[^"]+)"', card)
    assert href is not None
    figure = (await manager.get(href[1].replace("&amp;", "&").replace("/actions?", "/actions.json?"))).json()
    on_time = next(value for value in figure["values"] if value["key"] == "completed_on_time")
    assert (on_time["numerator"], on_time["denominator"]) == (1, 2)
    assert figure["from"] == str(last_month.replace(day=1))


async def test_officers_see_them_an_analyst_the_numbers_alone_and_others_keep_their_own_home(sign_in):
    officer, analyst = [(await (await sign_in(name)).get("/")).text for name in ("officer", "analyst")]
    assert "The six numbers that matter" in officer
    assert "What needs attention today" in officer
    assert "The six numbers that matter" in analyst
    assert "What needs attention today" not in analyst
    for name in ("chair", "police", "admin", "outsider"):
        page = (await (await sign_in(name)).get("/")).text
        assert "The six numbers that matter" not in page
        assert "What needs attention today" not in page
