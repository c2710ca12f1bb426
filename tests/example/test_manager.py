"""What the example's manager finds on the home page: the four questions a manager asks have an answer in the records."""

from app import database
from app.access import Identity
from app.figures.attention.queries import late_now
from app.figures.cases.queries import case_in_figures
from app.figures.catalogue import FIGURES, figure_for
from app.figures.headlines.queries import six_numbers
from app.figures.headlines.rules import windows
from app.figures.rules import Question, Share
from app.london import london_date
from app.panels.cases.queries import case_facts
from tests.example.conftest import HERE, NOW


async def the_manager() -> Identity:
    row = await database.fetch_one("SELECT id, agency, roles FROM person WHERE email = 'manager@example.org'")
    assert row is not None
    return Identity(row["id"], "", "", row["agency"], "", frozenset(row["roles"]))


async def test_recall_and_reduction_have_cases_to_count_in_the_last_year_and_the_one_before(example):
    numbers = {one.headline.figure: one for one in await six_numbers(NOW, HERE.authority_names)}
    for name in ("recall", "reduction"):
        now, before = numbers[name].now, numbers[name].before
        assert isinstance(now, Share)
        assert isinstance(before, Share)
        assert 0 < now.numerator < now.denominator, name
        assert before.denominator, name
    assert all(one.percent_or_number is not None for one in numbers.values())


async def test_a_panel_slips_and_an_agency_is_most_late(example):
    lines = {line.title.split(" ", 1)[1]: line.more for line in await late_now(await the_manager(), NOW)}
    assert "slips most" in lines["sets of minutes are late"]
    assert "Most late: " in lines["actions are overdue"]


async def test_agencies_miss_meetings_that_ask_for_them_and_children_differ(example):
    window, _ = windows(next(iter(await six_numbers(NOW, ()))).headline.span, london_date(NOW))
    figure = await figure_for(FIGURES["attendance"], Question(window.first, window.last, NOW))
    shares = [v for v in figure.values if isinstance(v, Share) and v.denominator]
    assert any(share.numerator < share.denominator for share in shares)
    for column in ("sex", "ethnicity", "disability"):
        rows = await database.fetch(f"SELECT DISTINCT {column} AS said FROM child")
        assert len({row["said"] for row in rows}) >= 2, column


async def test_a_closed_case_says_that_it_helped_and_another_that_it_did_not(example):
    rows = await database.fetch(
        "SELECT id FROM panel_case WHERE closed_on < $1::date - 91 AND first_meeting_on IS NOT NULL",
        london_date(NOW),
    )
    said = set()
    for row in rows:
        case = await case_facts(row["id"])
        assert case is not None
        card = await case_in_figures(await the_manager(), case, NOW)
        assert card is not None
        said |= {line.words.split(":")[0] for line in card.lines if line.label == "Did it help?"}
    assert "Yes" in said
    assert said & {"No", "Fewer episodes, but no significant reduction."}
