"""Every figure against a second, plain reading of its definition, on many random histories."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import database
from app.figures.catalogue import FIGURES, figure_for
from app.figures.counting import SPLITS_OF_CHILDREN, Drill, Part
from app.figures.rules import Figure, Measure, Question, Share, Value
from tests.figures import oracle
from tests.figures.histories import DAYS, OWN_NAMES, Draw, History, store
from tests.figures.oracle import Ask

SEEDS = (*range(8), 29, 42)
QUESTIONS_EACH = 10
SLUGS = {1: "mace", 2: "multiple-missing-hotspots", 3: "missing-children-panel"}
ORDINARY = {"actions": 1, "draft": 5, "circulated": 10, "filed": 2}
STANDARDS = {1: ORDINARY, 2: ORDINARY, 3: {"actions": 1, "draft": 2, "circulated": 5, "filed": 2}}


def plain(values: list[Measure]) -> dict[str, Any]:
    return {v.key: (v.numerator, v.denominator) if isinstance(v, Share) else v.value for v in values}


def question_of(ask: Ask) -> Question:
    return Question(
        from_on=ask.first,
        to_on=ask.after,
        now=ask.now,
        own_names=OWN_NAMES,
        as_at=ask.as_at,
        panel=SLUGS[ask.panel] if ask.panel else None,
        authority=ask.authority,
        placed=ask.placed,
        legal_status=ask.legal_status,
        age_band=ask.age_band,
    )


def awkward_moments(history: History) -> list[datetime]:
    """Instants at which a clock of some record has just run out."""
    found = [datetime(2025, 7, 1, 9, 0, tzinfo=UTC), datetime(2024, 10, 27, 0, 59, tzinfo=UTC)]
    for episode in history.episodes:
        found.append((episode.reported_at or episode.started_at) + timedelta(hours=24))
        if episode.returned_at:
            found += [episode.returned_at, episode.returned_at + timedelta(hours=72)]
            found.append(oracle.start_of(oracle.day_of(episode.returned_at) + timedelta(days=4)))
    return found


def awkward_days(history: History) -> list[date]:
    """Days on which a deadline of some record ends."""
    found = [*DAYS, date(2025, 8, 1)]
    found += [
        case.closed_on.replace(day=min(case.closed_on.day, 28)) for case in history.cases if case.closed_on
    ]
    found += [day.replace(year=day.year + 1) for day in found[len(DAYS) :] if day.year < 2026]
    return found + [action.original_due_on for action in history.actions]


def drawn_questions(history: History, seed: int, about_panels: bool) -> list[Ask]:
    """Windows that begin and end on awkward days, now and at past days, split and not."""
    chance = random.Random(seed * 7919)
    moments, days = awkward_moments(history), awkward_days(history)
    asks = []
    for number in range(QUESTIONS_EACH):
        first = chance.choice([*DAYS, date(2024, 2, 1), date(2024, 6, 1)])
        if about_panels:
            first = chance.choice([first, date(2023, 1, 1), date(2023, 2, 14)])
        after = first + timedelta(days=chance.choice([1, 31, 92, 365, 400, 700]))
        now = chance.choice([moments[0], *moments])
        split = number % 2 == 1
        asks.append(
            Ask(
                first,
                after,
                now,
                as_at=chance.choice([None, chance.choice(days)]),
                authority=chance.choice(["all", "own", "ola"]) if split else "all",
                placed=chance.choice(["all", "here", "away"]) if split else "all",
                legal_status=chance.choice(["all", "cla", "cin"]) if split else "all",
                age_band=chance.choice(["all", "all", "13-15", "16-17"])
                if split and not about_panels
                else "all",
                panel=chance.choice([None, 1, 2]) if about_panels and split else None,
            )
        )
    return asks


async def stored(seed: int) -> History:
    history = Draw(seed).history
    await store(history)
    await database.execute("ANALYZE")
    return history


def check_months(figure: Figure, ask: Ask, reckon: Any) -> None:
    expected = [(month.first.replace(day=1), reckon(month)) for month in ask.months()]
    assert [(month, plain(values)) for month, values in figure.by_month] == expected


def check_sides(figure: Figure, ask: Ask, reckon: Any) -> None:
    """Each side of the split as if it had been asked for; a side that the filter leaves out is all nought."""
    for split, sides in (("authority", ("own", "ola")), ("placed", ("here", "away"))):
        groups = {group.key: plain(group.values) for group in figure.by[split]}
        for side in sides:
            if getattr(ask, split) in ("all", side):
                assert groups[side] == reckon(replace(ask, **{split: side})), (split, side)
    for split in ("legal_status", "age_band", "sex", "ethnicity", "disability"):
        for group in figure.by.get(split, []):
            assert plain(group.values) == reckon(replace(ask, group=(split, group.key))), (split, group.key)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["missing", "interviews"])
async def test_a_figure_equals_a_plain_reckoning(db: None, name: str, seed: int) -> None:
    history = await stored(seed)
    for ask in drawn_questions(history, seed, about_panels=False):
        figure = await figure_for(FIGURES[name], question_of(ask))

        def reckon(part: Ask) -> dict[str, Any]:
            return getattr(oracle, name)(history, part)

        assert plain(figure.values) == reckon(ask), ask
        check_months(figure, ask, reckon)
        check_sides(figure, ask, reckon)


@pytest.mark.parametrize("seed", SEEDS)
async def test_actions_equal_a_plain_reckoning(db: None, seed: int) -> None:
    history = await stored(seed)
    for ask in drawn_questions(history, seed, about_panels=True):
        figure = await figure_for(FIGURES["actions"], question_of(ask))
        assert plain(figure.values) == oracle.actions(history, ask), ask
        check_months(figure, ask, lambda part: oracle.actions(history, part))
        check_sides(figure, ask, lambda part: oracle.actions(history, part))
        numbers = {slug: number for number, slug in SLUGS.items()}
        for group in figure.by["panel"]:
            assert plain(group.values) == oracle.actions(history, replace(ask, panel=numbers[group.key]))
        for split, groups in figure.by.items():
            dues = [plain(group.values)["due"] for group in groups]
            assert sum(dues) == plain(figure.values)["due"], split


@pytest.mark.parametrize("seed", SEEDS)
async def test_minutes_equal_a_plain_reckoning(db: None, seed: int) -> None:
    history = await stored(seed)
    for ask in drawn_questions(history, seed, about_panels=True):
        figure = await figure_for(FIGURES["minutes"], question_of(ask))
        assert plain(figure.values) == oracle.minutes(history, ask, STANDARDS), ask
        check_months(figure, ask, lambda part: oracle.minutes(history, part, STANDARDS))
        numbers = {slug: number for number, slug in SLUGS.items()}
        for group in figure.by["panel"]:
            assert plain(group.values) == oracle.minutes(
                history, replace(ask, panel=numbers[group.key]), STANDARDS
            )
        assert (
            sum(plain(group.values)["held"] for group in figure.by["chair"]) == plain(figure.values)["held"]
        )


@pytest.mark.parametrize("seed", SEEDS)
async def test_sides_add_up_to_the_whole(db: None, seed: int) -> None:
    history = await stored(seed)
    for ask in drawn_questions(history, seed, about_panels=False):
        for name, keys in (
            ("missing", ("episodes", "children", "repeat_children", "children_under_16", "still_missing")),
            ("interviews", ("eligible", "declined_children", "not_required", "not_yet_due", "unaccounted")),
            ("recall", ("met_threshold", "closures", "left_out")),
        ):
            figure = await figure_for(FIGURES[name], question_of(ask))
            whole = plain(figure.values)
            for split in [split for split in figure.by if split in SPLITS_OF_CHILDREN]:
                for key in keys:
                    assert sum(plain(group.values)[key] for group in figure.by[split]) == whole[key], (
                        name,
                        split,
                        key,
                    )


@pytest.mark.parametrize("seed", SEEDS)
async def test_interview_outcomes_add_up_to_the_eligible(db: None, seed: int) -> None:
    history = await stored(seed)
    for ask in drawn_questions(history, seed, about_panels=False):
        said = plain((await figure_for(FIGURES["interviews"], question_of(ask))).values)
        groups = ("declined_episodes", "declined_carer", "unable", "unaccounted")
        assert said["completed_of_eligible"][0] + sum(said[key] for key in groups) == said["eligible"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", FIGURES)
async def test_there_are_as_many_rows_behind_a_number_as_it_says(db: None, name: str, seed: int) -> None:
    """In the whole, in one month and in one group of each split, for numerators and denominators."""
    history = await stored(seed)
    kind = FIGURES[name]
    for ask in drawn_questions(history, seed, about_panels=kind.about_panels)[:3]:
        question = question_of(ask)
        figure = await figure_for(kind, question)
        months = figure.by_month[seed % len(figure.by_month) :][:1]
        groups = [(split, group) for split, found in figure.by.items() for group in found[:1]]
        for where, values in (
            (Drill(""), figure.values),
            *((Drill("", month=month), values) for month, values in months),
            *((Drill("", split=split, group=group.key), group.values) for split, group in groups),
        ):
            for value in values:
                counted = await kind.behind(question, replace(where, key=value.key))
                if isinstance(value, Share):
                    out_of = await kind.behind(question, replace(where, key=value.key, part=Part.OUT_OF))
                    rest = await kind.behind(question, replace(where, key=value.key, part=Part.NOT_COUNTED))
                    assert (len(counted.ids), len(out_of.ids)) == (value.numerator, value.denominator), (
                        value.key
                    )
                    assert sorted(counted.ids + rest.ids) == sorted(out_of.ids)
                elif counted.noun is not None:
                    assert isinstance(value, Value)
                    assert len(counted.ids) == value.value, (where, value.key)
