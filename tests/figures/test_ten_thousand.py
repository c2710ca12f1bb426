"""Ten thousand children's histories: each reckoned plainly by itself and added up, against the figure of all of them.

What is counted by child cannot depend on other children, so the sum over single histories must be the whole.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from app import database
from app.figures.catalogue import FIGURES, figure_for
from tests.figures import oracle, oracle_cases
from tests.figures.histories import Child, Draw, History, store
from tests.figures.oracle import Ask, Said
from tests.figures.test_oracle import drawn_questions, plain, question_of

CROWDS, CHILDREN = 20, 500
Reckon = Callable[[History, Ask], Said]
ADDED: dict[str, tuple[Reckon, set[str]]] = {
    "missing": (oracle.missing, {"episodes_per_month"}),
    "interviews": (oracle.interviews, set()),
    "recall": (oracle_cases.recall, {"survival_3m", "survival_6m", "survival_12m"}),
    "reduction": (oracle_cases.reduction, {"rate_before", "rate_after"}),
}
"""The figures about children as they are reckoned plainly, with those of their values that do not add up."""


class OneChild(History):
    """What is about one child alone; numbers stay those of the crowd."""

    def child(self, number: int) -> Child:
        return self.children[0]


@dataclass
class Crowd:
    history: History

    def singles(self) -> Iterator[History]:
        found = {child.id: OneChild([child]) for child in self.history.children}
        for episode in self.history.episodes:
            found[episode.child].episodes.append(episode)
        for interview in self.history.interviews:
            found[interview.child].interviews.append(interview)
        for referral in self.history.referrals:
            found[referral.child].referrals.append(referral)
        for case in self.history.cases:
            found[case.child].cases.append(case)
        yield from found.values()


def added(sayings: Sequence[Said], left_out: set[str]) -> Said:
    """Numbers and shares added up, numerators and denominators apart."""
    sums: dict[str, Any] = {}
    for said in sayings:
        for key, value in said.items():
            if key in left_out:
                continue
            if isinstance(value, tuple):
                before = sums.get(key, (0, 0))
                sums[key] = (before[0] + value[0], before[1] + value[1])
            else:
                sums[key] = sums.get(key, 0) + value
    return sums


@pytest.mark.parametrize("crowd", range(CROWDS))
async def test_a_figure_of_many_is_the_sum_of_what_each_history_says(db: None, crowd: int) -> None:
    drawn = Draw(10_000 + crowd, children=CHILDREN)
    await store(drawn.history)
    await database.execute("ANALYZE")
    singles = list(Crowd(drawn.history).singles())
    assert len(singles) == CHILDREN
    for name, (reckon, left_out) in ADDED.items():
        is_of_cases = reckon.__module__ == oracle_cases.__name__
        ask = drawn_questions(drawn.history, crowd, about_panels=is_of_cases)[crowd % 10]
        figure = await figure_for(FIGURES[name], question_of(ask))

        def of_all(part: Ask, reckon: Reckon = reckon, left_out: set[str] = left_out) -> Said:
            return added([reckon(single, part) for single in singles], left_out)

        def said(values: Any, left_out: set[str] = left_out) -> Said:
            return plain([value for value in values if value.key not in left_out])

        assert said(figure.values) == of_all(ask), (name, ask)
        month = ask.months()[crowd % len(ask.months())]
        assert said(dict(figure.by_month)[month.first.replace(day=1)]) == of_all(month), (name, month)
        for split in ("authority", "age_band"):
            for group in figure.by[split]:
                if getattr(ask, split) == "all":
                    part = replace(ask, group=(split, group.key))
                    assert said(group.values) == of_all(part), (name, split, group.key)
