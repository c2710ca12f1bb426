"""Counts by month and by whose child it is, summed into a figure's values and splits. Pure; no SQL."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.figures.rules import AWAY, HERE, OLA, OWN, Figure, Group, Measure, Question

SIDES = {
    OWN: "Own children",
    OLA: "Children of other authorities",
    HERE: "Placed here",
    AWAY: "Placed out of the area",
}

Counts = Counter[str]
Values = Callable[[Mapping[str, Any], int], list[Measure]]
"""Makes a figure's values from its counts and the number of calendar months they cover."""


@dataclass(frozen=True)
class Cell:
    """The counts of one side: own or not, placed here or not; of one month (1 is the first) or the whole (None).

    Episodes of the months add up to the whole, children do not: that is why the whole has cells of its own.
    """

    month: int | None
    own: bool
    here: bool
    counts: Mapping[str, int]

    def is_on(self, side: str) -> bool:
        return {OWN: self.own, OLA: not self.own, HERE: self.here, AWAY: not self.here}.get(side, True)


def figure_of(question: Question, cells: Iterable[Cell], values: Values) -> Figure:
    """The values of the whole window, of each month as if it were asked alone, and of each side."""
    asked = [cell for cell in cells if cell.is_on(question.authority) and cell.is_on(question.placed)]
    whole = [cell for cell in asked if cell.month is None]
    months = question.months
    return Figure(
        values=values(added(whole), len(months)),
        by_month=[
            (month, values(added(cell for cell in asked if cell.month == number), 1))
            for number, month in enumerate(months, start=1)
        ],
        by={
            "authority": [_side(side, whole, values, len(months)) for side in (OWN, OLA)],
            "placed": [_side(side, whole, values, len(months)) for side in (HERE, AWAY)],
        },
    )


def added(cells: Iterable[Cell]) -> Counts:
    """The sums of the counts of cells that do not overlap."""
    sums: Counts = Counter()
    for cell in cells:
        sums.update(cell.counts)
    return sums


def _side(side: str, whole: list[Cell], values: Values, months: int) -> Group:
    return Group(side, SIDES[side], values(added(cell for cell in whole if cell.is_on(side)), months))
