"""Recall and reduction against a second, plain reading of their definitions, on many random histories."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app import database
from app.figures.catalogue import FIGURES, figure_for
from app.figures.rules import Estimate, Measure, Share
from tests.figures import oracle_cases
from tests.figures.histories import Draw, History, midnight, store
from tests.figures.oracle import Ask
from tests.figures.test_oracle import SEEDS, SLUGS, drawn_questions, question_of


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


async def stored(seed: int) -> History:
    """A history with many more episodes around initial meetings and closures, some long, some open, some overlapping."""
    chance, history = random.Random(seed), Draw(seed).history
    pattern, taken = history.episodes[0], {(e.child, e.started_at) for e in history.episodes}
    days: list[tuple[int, date]] = []
    for case in history.cases:
        if case.first_meeting_on and case.closed_on:
            days += _some(chance, case.child, case.first_meeting_on, -92, 2, 8)
            days += _some(chance, case.child, case.closed_on, -2, 92, 3)
    for child, day in days:
        started_at = midnight(day) + timedelta(minutes=chance.choice([0, 1, 1439, 600]))
        if (child, started_at) in taken:
            continue
        taken.add((child, started_at))
        lasts = timedelta(hours=chance.choice([1, 12, 24, 60, 400]))
        is_open = chance.random() < 0.05
        history.episodes.append(
            replace(
                pattern,
                id=len(history.episodes) + 1,
                child=child,
                category="missing",
                started_at=started_at,
                reported_at=None,
                returned_at=None if is_open else started_at + lasts,
                la_notified_at=None,
                date_only=[],
                end_unknown_after=day + timedelta(days=chance.randrange(40))
                if chance.random() < 0.5 and is_open
                else None,
                merged_into=None,
            )
        )
    await store(history)
    await database.execute("ANALYZE")
    return history


def _some(
    chance: random.Random, child: int, around: date, first: int, last: int, most: int
) -> list[tuple[int, date]]:
    days = [
        chance.choice([first, first + 1, first + 2, last, *range(first, last)])
        for _ in range(chance.randrange(most))
    ]
    return [(child, around + timedelta(days=day)) for day in days]


@pytest.mark.parametrize(
    ("name", "seed"), [*(("recall", seed) for seed in SEEDS), *(("reduction", seed) for seed in SEEDS[::2])]
)
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
