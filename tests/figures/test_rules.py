"""The arithmetic that every figure shares: rounding, intervals, ranks, windows, and reading a question."""

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from app.figures.arithmetic import Z_95, percent, ratio, whole_percent, wilson
from app.figures.questions.rules import read_question
from app.figures.rules import Question, Share, last_complete_year
from app.minutes.promptness.rules import nearest_rank

NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
SHARES = st.integers(1, 10_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@given(SHARES)
@example((1, 8))  # 12.5 %
@example((1, 2000))  # 0.05 %
@example((2, 3))
def test_percentages_round_half_up(share: tuple[int, int]) -> None:
    numerator, denominator = share
    exact = Fraction(100 * numerator, denominator)
    exactly = Decimal(exact.numerator) / Decimal(exact.denominator)
    assert percent(*share) == float(exactly.quantize(Decimal("0.1"), ROUND_HALF_UP))
    assert whole_percent(*share) == int(exactly.quantize(Decimal("1"), ROUND_HALF_UP))


def test_a_share_of_nothing_is_a_dash_and_never_nought() -> None:
    nothing = Share("k", "Label", 0, 0, with_interval=True)
    assert nothing.plain() == {
        "key": "k",
        "label": "Label",
        "numerator": 0,
        "denominator": 0,
        "percent": None,
        "low": None,
        "high": None,
    }
    assert ratio(3, 0) is None
    assert Share("k", "Label", 0, 4).percent == 0.0


@given(SHARES)
def test_the_wilson_interval_equals_scipys(share: tuple[int, int]) -> None:
    theirs = binomtest(*share).proportion_ci(confidence_level=0.95, method="wilson")
    ours = wilson(*share)
    assert ours is not None
    assert ours == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert pytest.approx(norm.ppf(0.975), abs=1e-12) == Z_95


@given(st.lists(st.integers(0, 300), min_size=1), st.sampled_from([50, 90]))
def test_the_nearest_rank_is_the_least_number_that_enough_do_not_exceed(
    numbers: list[int], percentile: int
) -> None:
    enough = [n for n in numbers if 100 * sum(other <= n for other in numbers) >= percentile * len(numbers)]
    assert nearest_rank(numbers, percentile) == min(enough)


def test_the_nearest_rank_of_nothing_is_nothing() -> None:
    assert nearest_rank([], 50) is None
    assert nearest_rank([4, 1, 3, 2], 50) == 2
    assert nearest_rank(list(range(1, 11)), 90) == 9


def test_a_day_asked_for_ends_at_london_midnight() -> None:
    in_summer = Question(date(2026, 3, 1), date(2026, 4, 1), NOW, as_at=date(2026, 3, 29))
    assert in_summer.until == in_summer.at == datetime(2026, 3, 29, 23, 0, tzinfo=UTC)
    assert in_summer.open_deadlines_from == date(2026, 3, 30)
    today = Question(date(2026, 3, 1), date(2026, 4, 1), NOW)
    assert (today.at, today.until, today.as_at_on) == (
        NOW,
        NOW + timedelta(microseconds=1),
        date(2026, 6, 10),
    )
    assert today.open_deadlines_from == date(2026, 6, 10)


def test_months_are_cut_to_the_window() -> None:
    question = Question(date(2026, 1, 15), date(2026, 3, 2), NOW)
    assert question.months == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    assert question.starts == [date(2026, 1, 15), date(2026, 2, 1), date(2026, 3, 1)]


def test_the_last_complete_year_leaves_time_to_follow_up() -> None:
    assert last_complete_year(date(2026, 3, 31)) == (date(2025, 3, 1), date(2026, 3, 1))
    assert last_complete_year(date(2026, 3, 1), followed_for=12) == (date(2024, 3, 1), date(2025, 3, 1))


def read(**given: str) -> tuple[Question | None, dict[str, str]]:
    fields = {name.rstrip("_"): value for name, value in given.items()}
    asked = read_question(fields, now=NOW, own_names=("Exampleshire",), panels=["mace"])
    return asked.question, asked.errors


def test_a_question_without_a_window_asks_for_the_last_complete_year() -> None:
    question, _ = read()
    assert question is not None
    assert (question.from_on, question.to_on) == (date(2025, 6, 1), date(2026, 6, 1))


def test_dates_are_taken_as_people_write_them() -> None:
    question, errors = read(
        from_="01/04/2026", to="2026-05-01", as_at="31/05/2026", panel="mace", authority="ola"
    )
    assert not errors
    assert question is not None
    assert (question.from_on, question.as_at, question.panel) == (date(2026, 4, 1), date(2026, 5, 31), "mace")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"from_": "2026-05-01", "to": "2026-04-01"}, "to"),
        ({"from_": "2026-05-01", "to": "2026-05-01"}, "to"),
        ({"from_": "2026-02-30", "to": "2026-05-01"}, "from"),
        ({"from_": "2026-05-01"}, "to"),
        ({"to": "2026-05-01"}, "from"),
        ({"from_": "0001-01-01", "to": "2026-05-01"}, "from"),
        ({"from_": "2026-01-01", "to": "9999-12-31"}, "to"),
        ({"from_": "1990-01-01", "to": "2099-01-01"}, "to"),
        ({"as_at": "yesterday"}, "as_at"),
        ({"known_at": "noon"}, "known_at"),
        ({"known_at": "2026-03-29T01:30"}, "known_at"),  # the hour that the clocks skip
        ({"panel": "no-such-panel"}, "panel"),
        ({"authority": "theirs"}, "authority"),
        ({"placed": "nowhere"}, "placed"),
        ({"legal_status": "x"}, "legal_status"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_beside_its_field(given: dict[str, str], field: str) -> None:
    question, errors = read(**given)
    assert question is None
    assert list(errors) == [field]
    assert len(errors[field].split()) > 4


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-06-01T12:00", datetime(2026, 6, 1, 11, 0, tzinfo=UTC)),
        ("2026-06-01 12:00:30+00:00", datetime(2026, 6, 1, 12, 0, 30, tzinfo=UTC)),
        ("2026-06-01T12:00Z", datetime(2026, 6, 1, 12, 0, tzinfo=UTC)),
        ("2025-10-26T01:30", datetime(2025, 10, 26, 0, 30, tzinfo=UTC)),  # the first of the two
    ],
)
def test_an_instant_without_an_offset_is_london_time(text: str, instant: datetime) -> None:
    question, errors = read(known_at=text)
    assert not errors
    assert question is not None
    assert question.known_at == instant
