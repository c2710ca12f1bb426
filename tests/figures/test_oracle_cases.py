"""Recall and reduction against a second, plain reading of their definitions, on many random histories."""

from dataclasses import replace
from typing import Any

import pytest

from app.figures.catalogue import FIGURES, figure_for
from app.figures.rules import Estimate, Measure, Share
from tests.figures import oracle_cases
from tests.figures.oracle import Ask
from tests.figures.test_oracle import SEEDS, SLUGS, drawn_questions, question_of, stored

NAMES = ("recall",)


def check(values: list[Measure], expected: dict[str, Any], where: object) -> None:
    """Counts exactly; what is read from a curve is rounded to one decimal."""
    assert [value.key for value in values] == list(expected)
    for value in values:
        theirs = expected[value.key]
        if isinstance(value, Estimate):
            for ours, one in zip((value.value, value.low, value.high), theirs, strict=True):
                assert (ours is None) == (one is None), (where, value)
                assert ours is None or ours == pytest.approx(one, abs=0.05 + 1e-9), (where, value)
        else:
            said = (value.numerator, value.denominator) if isinstance(value, Share) else value.value
            assert said == theirs, (where, value.key)


def parts(ask: Ask, split: str, key: str) -> Ask:
    """The question that asks for one group of a split alone."""
    if split == "panel":
        return replace(ask, panel=next(number for number, slug in SLUGS.items() if slug == key))
    return replace(ask, group=(split, key))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
async def test_what_became_of_cases_equals_a_plain_reckoning(db: None, name: str, seed: int) -> None:
    """In the whole, in every month and in every group of every split, which add up to the whole."""
    history = await stored(seed)
    reckon = getattr(oracle_cases, name)
    for ask in drawn_questions(history, seed, about_panels=True):
        figure = await figure_for(FIGURES[name], question_of(ask))
        check(figure.values, reckon(history, ask), ask)
        for month, (_, values) in zip(ask.months(), figure.by_month, strict=True):
            check(values, reckon(history, month), month)
        for split, groups in figure.by.items():
            for group in groups:
                check(group.values, reckon(history, parts(ask, split, group.key)), (split, group.key))
            closures = [value.value for group in groups for value in group.values if value.key == "closures"]
            assert sum(closures) == reckon(history, ask)["closures"], split
