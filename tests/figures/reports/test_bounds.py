"""What the episodes of a group tell of its children beyond sums, and that a committee cannot use it."""

import pytest

from app.figures.catalogue import FIGURES
from app.figures.reports.bounds import sums_of_ages, telling_episodes
from app.figures.reports.numbers import Numbers, named
from app.figures.rules import Value
from app.figures.sections import Hidden
from app.figures.suppression.rules import FEWER, NOT_SHOWN, Key, can_be_worked_out, suppress

PART = ("missing", "ethnicity Mixed")


def of_group(episodes: int, children: int, repeatedly: int) -> dict[Key, int]:
    counts = {"episodes": episodes, "children": children, "repeat_children": repeatedly}
    return {(*PART, name): number for name, number in counts.items()}


@pytest.mark.parametrize(
    ("episodes", "children", "repeatedly", "is_told"),
    [
        (8, 6, 1, True),  # two more than children: one of them had three
        (9, 6, 1, True),
        (10, 6, 1, False),  # one with three, four or five, or two with three
        (7, 4, 0, True),  # three children cannot have seven when none had three
        (6, 4, 0, False),
        (5, 3, 1, True),  # two with three would be six
        (30, 12, 4, False),
    ],
)
def test_episodes_are_not_told_where_they_tell_how_many_children_there_are(
    episodes: int, children: int, repeatedly: int, is_told: bool
) -> None:
    counts = of_group(episodes, children, repeatedly)
    hidden = suppress(counts, ())
    told = telling_episodes(counts, hidden)
    assert told == ([(*PART, "episodes")] if is_told else [])
    again = suppress(counts, (), told)
    assert telling_episodes(counts, again) == []
    assert again == hidden | dict.fromkeys(told, NOT_SHOWN)


def test_children_under_16_do_not_tell_a_band_of_ages() -> None:
    """20 of 21 under 16 were 13 to 15: nobody else is left for the fewer than 5 of 10 to 12."""
    counts: dict[Key, int] = {("missing", "", "children_under_16"): 21}
    counts |= {("missing", f"age_band {band}", "children"): n for band, n in (("10-12", 1), ("13-15", 20))}
    sums = list(sums_of_ages(counts))
    assert can_be_worked_out(counts, {("missing", "age_band 10-12", "children"): FEWER}, sums)
    hidden = suppress(counts, sums)
    assert len(hidden) > 1
    assert not can_be_worked_out(counts, hidden, sums)


@pytest.mark.parametrize("repeatedly", [0, 1])
def test_of_few_episodes_nobody_learns_whether_one_child_had_three(repeatedly: int) -> None:
    told = {"episodes": 4, "children": 2, "repeat_children": repeatedly}
    shown = [named(FIGURES["missing"], "sex Female", Value(key, key, n)) for key, n in told.items()]
    numbers = Numbers(FIGURES["missing"], shown)
    cells = [numbers.cell(one, suppress(numbers.counts, numbers.sums)) for one in shown]
    assert cells == [Hidden(FEWER), Hidden(FEWER), Hidden(NOT_SHOWN)]
