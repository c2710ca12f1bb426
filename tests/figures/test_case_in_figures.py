"""What a case's page says of before and after, recall and promptness is what the figures count, for their readers."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from app.figures.cases.rules import before_and_after, initial_meeting, recall_line
from app.figures.catalogue import FIGURES, figure_for
from app.figures.counting import Drill
from app.figures.recall.queries import recall_of
from app.figures.recall.rules import Recall
from app.figures.reduction.comparing import Away
from app.figures.rules import Question
from app.panels.cases.queries import case_facts
from app.panels.cases.rules import CaseFacts
from tests import builders

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
MET, CLOSED = date(2025, 4, 1), date(2025, 7, 1)
CARD = "Did the panel change anything?"


def a_case(met: date | None = MET, closed: date | None = CLOSED, reason: str = "reduced-risk") -> CaseFacts:
    return CaseFacts(1, 2, 3, None, date(2025, 3, 20), met, None, None, closed, reason, "", "", 0)


def away(*days: date) -> list[Away]:
    return [Away(day, day) for day in days]


BEFORE = away(date(2025, 2, 1), date(2025, 2, 10), date(2025, 3, 1), date(2025, 3, 31))


@pytest.mark.parametrize(
    ("episodes", "today", "verdict"),
    [
        (away(date(2025, 8, 1)), date(2026, 1, 1), "Cannot be said"),
        ([*BEFORE, *away(date(2025, 8, 1))], date(2026, 1, 1), "Yes: a significant reduction"),
        (
            [*BEFORE, *away(date(2025, 8, 1), date(2025, 8, 3), date(2025, 9, 1))],
            date(2026, 1, 1),
            "Fewer episodes, but",
        ),
        ([*BEFORE[:1], *away(date(2025, 8, 1))], date(2026, 1, 1), "No: as many"),
        # the last of the 90 days after the closure is not over before the day after it
        (BEFORE, date(2025, 9, 29), "Can be said after 29 September 2025"),
        (BEFORE, date(2025, 9, 30), "Yes: a significant reduction"),
    ],
)
def test_the_verdict_follows_the_rule_of_the_figure(episodes, today, verdict):
    lines = {line.label: line.words for line in before_and_after(a_case(), episodes, today)}
    assert lines["Did it help?"].startswith(verdict)


def test_an_open_case_says_how_it_goes_so_far_and_one_never_met_says_nothing():
    lines = {
        line.label: line.words
        for line in before_and_after(
            a_case(closed=None), [*BEFORE, *away(date(2025, 4, 2))], date(2025, 4, 11)
        )
    }
    assert lines["Before the panel"] == "4 episodes in 90 days."
    assert lines["Since the initial meeting"] == "1 episode in 10 days so far."
    (line,) = before_and_after(a_case(met=None), BEFORE, date(2026, 1, 1))
    assert "Nothing to compare" in line.words


@pytest.mark.parametrize(
    ("recall", "today", "words"),
    [
        (Recall(), date(2026, 7, 1), "Not so far; the 12 months end on 1 July 2026."),
        (Recall(), date(2026, 7, 2), "Not recalled within 12 months."),
        (Recall(date(2026, 7, 1)), date(2026, 7, 2), "Recalled on 1 July 2026, 365 days on."),
        (
            Recall(date(2026, 7, 2)),
            date(2026, 7, 2),
            "Not within 12 months; referred again on 2 July 2026.",
        ),
    ],
)
def test_a_recall_counts_up_to_the_day_twelve_months_on(recall, today, words):
    (line,) = recall_line(a_case(), recall, today)
    assert line.words == words
    assert recall_line(a_case(closed=None), recall, today) == []


def test_an_initial_meeting_is_in_time_on_the_last_working_day_of_the_standard():
    # accepted on Thursday 20 March 2025; 8 working days on is Tuesday 1 April
    assert initial_meeting(a_case(), 8, date(2026, 1, 1)).words.startswith("In time: 8 working days")
    assert initial_meeting(a_case(), 7, date(2026, 1, 1)).words.startswith("Late: 8 working days")


@pytest.mark.parametrize(
    ("later", "born_on"),
    [
        *[
            (one, None)
            for one in ("", "moved", "transferred", "other panel", "back", "back too late", "same day")
        ],
        *[("back", born_on) for born_on in (date(2008, 2, 29), date(2007, 7, 1), date(2007, 7, 2))],
    ],
)
async def test_what_became_of_a_closure_is_what_the_figure_counts(db, later, born_on):
    child = await builders.a_child(born_on=born_on)
    case = await builders.a_case(
        "mace",
        child,
        date(2025, 3, 20),
        first_meeting_on=MET,
        closed_on=CLOSED,
        closure_reason="reduced-risk",
    )
    day = {"back too late": date(2026, 7, 2), "same day": CLOSED}.get(later, date(2025, 11, 1))
    if later in ("moved", "transferred"):
        await builders.a_case("mace", child, day, closed_on=date(2026, 7, 1), closure_reason=later)
    elif later == "other panel":
        await builders.a_case("high-risk-misper", child, day, closed_on=day, closure_reason="transferred")
    elif later:
        await builders.a_case("mace", child, day)
    closing = Question(CLOSED, CLOSED + timedelta(days=1), NOW, panel="mace")
    kind = FIGURES["recall"]
    left_out, recalled = [
        case in (await kind.behind(closing, Drill(key))).ids for key in ("left_out", "recalled_12m")
    ]
    closed_case = await case_facts(case)
    assert closed_case.closed_on
    found = await recall_of(case, closed_case.child_id, closed_case.closed_on, NOW)
    came = found.back_on is not None and found.back_on <= date(2026, 7, 1)
    assert (found.is_left_out, came and not found.is_left_out) == (left_out, recalled)


async def test_a_chair_reads_on_the_case_what_the_figures_count_and_a_member_does_not(sign_in, clock, cast):
    accepted = clock.now.date() - timedelta(days=600)
    met, closed = accepted + timedelta(days=5), accepted + timedelta(days=100)
    child = await builders.a_child()
    case = await builders.a_case(
        "mace", child, accepted, first_meeting_on=met, closed_on=closed, closure_reason="reduced-risk"
    )
    for days in (10, 20, 30):
        at = datetime.combine(met - timedelta(days=days), clock.now.timetz())
        await builders.an_episode(child, at, returned_at=at + timedelta(hours=2))
    await builders.a_case("mace", child, closed + timedelta(days=40), recall_of=case)
    due_on = accepted + timedelta(days=20)
    about = {"child": child, "issued_on": accepted + timedelta(days=6)}
    for status, finished in (
        ("completed", due_on),
        ("completed", due_on + timedelta(days=1)),
        ("issued", None),
    ):
        await builders.an_action(
            "mace", cast.police.agency_id, due_on, status=status, finished_on=finished, **about
        )
    page = (await (await sign_in("chair")).get(f"/cases/{case}")).text
    card = re.sub(r"<[^>]+>", "", page[page.index(CARD) :])
    assert "3 episodes in 90 days." in card
    assert "0 episodes in 90 days." in card
    assert "Yes: a significant reduction" in card
    assert "40 days on." in card
    assert "1 of 3 completed on time. 1 overdue." in card
    closing = Question(closed, closed + timedelta(days=1), clock.now, panel="mace", brief=True)
    recall = (await figure_for(FIGURES["recall"], closing)).value("recalled_12m")
    reduced = (await figure_for(FIGURES["reduction"], closing)).value("reduced")
    assert (recall.numerator, reduced.numerator) == (1, 1)
    assert CARD not in (await (await sign_in("police")).get(f"/cases/{case}")).text
