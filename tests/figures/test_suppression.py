"""Small numbers left out of reports: what stays, what goes with them, and that nothing can be worked out."""

from itertools import product
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from app.figures.catalogue import FIGURES
from app.figures.reports.numbers import Numbers, named, sums_across
from app.figures.rules import Estimate, Share
from app.figures.sections import Hidden, Likely, Part
from app.figures.suppression.rules import (
    FEWER,
    NOT_SHOWN,
    Key,
    Rest,
    RestOf,
    Sum,
    can_be_worked_out,
    is_small,
    suppress,
)

Report = tuple[dict[Key, int], list[Sum]]

OUTCOMES = ("completed", "declined", "unable", "unaccounted")


def interviews(**counts: int) -> Report:
    """A share's parts: who is eligible is either completed, declined, unable or unaccounted."""
    cells: dict[Key, int] = {name: counts[name] for name in OUTCOMES}
    cells["eligible"] = sum(cells.values())
    return cells, [Sum("eligible", OUTCOMES)]


def table(rows: list[list[int]], apart: str = "") -> Report:
    """A table with a total for each row, each column and the whole."""
    cells: dict[Key, int] = {(apart, r, c): n for r, row in enumerate(rows) for c, n in enumerate(row)}
    heights, widths = range(len(rows)), range(len(rows[0]))
    cells |= {(apart, r, "all"): sum(rows[r]) for r in heights}
    cells |= {(apart, "all", c): sum(row[c] for row in rows) for c in widths}
    cells[apart, "all", "all"] = sum(map(sum, rows))
    sums = [Sum((apart, r, "all"), tuple((apart, r, c) for c in widths)) for r in (*heights, "all")]
    sums += [Sum((apart, "all", c), tuple((apart, r, c) for r in heights)) for c in (*widths, "all")]
    return cells, sums


def two_sides(own: list[list[int]], others: list[list[int]]) -> Report:
    """Own children and those of other authorities in one table each, and all of them in a third."""
    all_rows = [[a + b for a, b in zip(*rows, strict=True)] for rows in zip(own, others, strict=True)]
    cells: dict[Key, int] = {}
    sums: list[Sum] = []
    for apart, rows in (("own", own), ("others", others), ("all", all_rows)):
        more_cells, more_sums = table(rows, apart)
        cells |= more_cells
        sums += more_sums
    names = [key[1:] for key in cells if isinstance(key, tuple) and key[0] == "own"]
    sums += [Sum(("all", *name), (("own", *name), ("others", *name))) for name in names]
    return cells, sums


COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 5), st.integers(0, 60))
TABLES = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda size: st.lists(
        st.lists(COUNTS, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)
SIDES = st.tuples(st.integers(1, 3), st.integers(1, 3)).flatmap(
    lambda size: st.tuples(
        *2
        * [st.lists(st.lists(COUNTS, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0])]
    )
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Tables of one and of two sides, with shares whose numerator is a part of a total, and a total shown again."""
    cells, sums = table(draw(TABLES)) if draw(st.booleans()) else two_sides(*draw(SIDES))
    for number in range(draw(st.integers(0, 3))):
        whole = draw(st.sampled_from(list(cells)))
        share = f"share {number}"
        cells[share] = draw(st.integers(0, cells[whole]))
        sums.append(Sum(whole, (share,), draw(st.sampled_from([Rest.GUARDED, Rest.FREE]))))
    if draw(st.booleans()):
        again = draw(st.sampled_from(list(cells)))
        cells["again"] = cells[again]
        sums.append(Sum("again", (again,)))
    return cells, sums


@settings(max_examples=25, deadline=None)
@given(reports())
def test_nothing_left_out_can_be_worked_out(report: Report) -> None:
    cells, sums = report
    hidden = suppress(cells, sums)
    assert all(key in hidden for key, number in cells.items() if is_small(number))
    assert all(cells[key] for key in hidden)  # zeros stay
    assert not can_be_worked_out(cells, hidden, sums)
    for key, (low, high) in by_linear_programming(cells, hidden, sums).items():
        assert high - low > 0.99, (key, low, high)


def by_linear_programming(
    cells: dict[Key, int], hidden: dict[Key, str], sums: list[Sum]
) -> dict[Key, tuple[float, float]]:
    """The least and the most that each number left out and each small rest can be."""
    rests = {RestOf(s.total, s.parts): s for s in sums if s.rest is not Rest.NONE}
    unknown: list[Key] = [*hidden, *rests]
    place = {key: at for at, key in enumerate(unknown)}
    matrix, right = [], []
    for one in sums:
        row, known = [0.0] * len(unknown), 0
        left = [(RestOf(one.total, one.parts), 1)] if one.rest is not Rest.NONE else []
        for key, sign in [(one.total, -1), *((part, 1) for part in one.parts), *left]:
            if key in place:
                row[place[key]] = sign
            else:
                known += sign * cells[key]
        matrix.append(row)
        right.append(-known)
    bounds = [(1, 4) if hidden.get(key) == FEWER else (0, None) for key in unknown]
    secret: list[Key] = [*hidden]
    for key, one in rests.items():
        left = cells[one.total] - sum(cells[part] for part in one.parts)
        if one.rest is Rest.GUARDED and is_small(left):
            secret.append(key)
    found = {}
    for key in secret:
        aim = [float(key == other) for other in unknown]
        low = linprog(aim, A_eq=matrix, b_eq=right, bounds=bounds)
        high = linprog([-one for one in aim], A_eq=matrix, b_eq=right, bounds=bounds)
        assert low.status == 0
        assert high.status in (0, 3)
        found[key] = (low.fun, float("inf") if high.status == 3 else -high.fun)
    return found


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=2, max_size=2))
def test_whoever_tries_every_number_is_left_with_two(rows: list[list[int]]) -> None:
    """Knowing too that “not shown” never stands for a small number."""
    cells, sums = table(rows)
    hidden = suppress(cells, sums)
    left: dict[Key, set[int]] = {key: set() for key in hidden}
    inner: list[Key] = [("", r, c) for r, c in product(range(2), range(2))]
    choices = [_choices(cells[key], hidden.get(key)) for key in inner]
    for chosen in product(*choices):
        other, _ = table([[chosen[0], chosen[1]], [chosen[2], chosen[3]]])
        if all(_looks_like(other[key], cells[key], hidden.get(key)) for key in cells):
            for key in hidden:
                left[key].add(other[key])
    assert all(len(numbers) > 1 for numbers in left.values())


def _choices(number: int, words: str | None) -> list[int]:
    """The numbers to try, as far as one more than the greatest there is and some beyond."""
    return [other for other in range(12) if _looks_like(other, number, words)]


def _looks_like(other: int, number: int, words: str | None) -> bool:
    if words is None:
        return other == number
    return is_small(other) == (words == FEWER)


def test_nothing_is_left_out_where_no_number_is_small() -> None:
    assert suppress(*interviews(completed=61, declined=30, unable=0, unaccounted=9)) == {}


def test_the_smallest_other_number_goes_with_a_small_one() -> None:
    cells, sums = interviews(completed=61, declined=30, unable=2, unaccounted=9)
    assert suppress(cells, sums) == {"unable": FEWER, "unaccounted": NOT_SHOWN}


def test_two_small_ones_hide_each_other_while_their_sum_leaves_a_choice() -> None:
    cells, sums = interviews(completed=61, declined=30, unable=2, unaccounted=3)
    assert set(suppress(cells, sums)) == {"unable", "unaccounted"}


def test_a_sum_that_leaves_no_choice_takes_a_third_number() -> None:
    """Two numbers under five that are eight together are four and four."""
    cells, sums = interviews(completed=61, declined=30, unable=4, unaccounted=4)
    hidden = suppress(cells, sums)
    assert hidden == {"declined": NOT_SHOWN, "unable": FEWER, "unaccounted": FEWER}
    without = {key: words for key, words in hidden.items() if words == FEWER}
    assert can_be_worked_out(cells, without, sums) == {"unable": 4, "unaccounted": 4}


def test_a_share_of_nearly_all_hides_its_numerator_for_those_left_over() -> None:
    cells, sums = {"offered": 97, "eligible": 99}, [Sum("eligible", ("offered",), Rest.GUARDED)]
    hidden = suppress(cells, sums)
    assert hidden == {"offered": NOT_SHOWN}
    assert can_be_worked_out(cells, {}, sums) == {RestOf("eligible", ("offered",)): 2}


def test_a_total_in_another_table_gives_nothing_away() -> None:
    """The months of one table are the total of another, where a small number would stand between the two."""
    cells: dict[Key, int] = {"april": 20, "may": 3, "all": 23, "own": 20, "others": 3, "told again": 23}
    sums = [Sum("all", ("april", "may")), Sum("told again", ("own", "others")), Sum("told again", ("all",))]
    hidden = suppress(cells, sums)
    assert set(hidden) == {"april", "may", "own", "others"}
    assert can_be_worked_out(cells, {"may": FEWER, "others": FEWER}, sums) == {"may": 3, "others": 3}


@pytest.mark.parametrize(
    ("sums", "words"),
    [
        ([Sum("all", ("own",))], "do not add up"),
        ([Sum("own", ("all",), Rest.FREE)], "do not add up"),
        ([Sum("all", ("own", "somebody"))], "that there is not"),
        ([Sum("all", ("own", "own"))], "twice"),
    ],
)
def test_a_sum_that_does_not_hold_stops_a_report(sums: list[Sum], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        suppress({"own": 4, "all": 9}, sums)


def test_a_year_of_a_large_report_takes_a_moment() -> None:
    own = [[(7 * r * c + r + c) % 11 for c in range(12)] for r in range(16)]
    others = [[(5 * r * c + 3 * r + c) % 7 for c in range(12)] for r in range(16)]
    cells, sums = two_sides(own, others)
    began = process_time()
    hidden = suppress(cells, sums)
    assert process_time() - began < 3
    assert not can_be_worked_out(cells, hidden, sums)
    assert hidden
    assert ("all", "all", "all") not in hidden


@pytest.mark.parametrize("part", ["", "before", "month 2026-04", "panel mace"])
def test_meetings_held_left_out_of_one_figure_can_be_read_in_another_unless_all_leave_them_out(
    part: str,
) -> None:
    counts: dict[Key, int] = {(figure, part, "held"): 9 for figure in ("meetings", "minutes", "attendance")}
    sums = list(sums_across(counts))
    for name in counts:
        assert can_be_worked_out(counts, {name: NOT_SHOWN}, sums) == {name: 9}
    assert can_be_worked_out(counts, dict.fromkeys(counts, NOT_SHOWN), sums) == {}


@pytest.mark.parametrize(
    ("after_3_months", "is_told"), [(94.8, False), (82.8, True), (69.0, False), (100.0, True)]
)
def test_a_curve_is_not_told_where_it_says_that_it_happened_to_few(
    after_3_months: float, is_told: bool
) -> None:
    """Of 58 closures 20 were recalled in 12 months: by 3 months 3, 10, 18 (so 2 thereafter) or none."""
    kind = FIGURES["recall"]
    share = Share("recalled_12m", "Recalled", 20, 58, with_interval=True)
    curve = (Estimate("survival_3m", "3 months", after_3_months), Estimate("survival_12m", "12 months", 65.5))
    shown = [named(kind, "", measure) for measure in (share, *curve)]
    numbers = Numbers(kind, shown)
    hidden = suppress(numbers.counts, numbers.sums)
    assert isinstance(numbers.cell(shown[0], hidden), Part)
    for point in shown[1:]:
        assert isinstance(numbers.cell(point, hidden), Likely if is_told else Hidden)
