"""Attendance and meetings against a second, plain reading of their definitions, on many random histories."""

from dataclasses import replace

import pytest

from app.figures.catalogue import FIGURES, figure_for
from tests.figures import oracle_meetings
from tests.figures.test_oracle import SEEDS, SLUGS, check_months, drawn_questions, plain, question_of, stored

NUMBERS = {slug: number for number, slug in SLUGS.items()}


@pytest.mark.parametrize("seed", SEEDS)
async def test_attendance_and_meetings_equal_a_plain_reckoning(db: None, seed: int) -> None:
    history = await stored(seed)
    for ask in drawn_questions(history, seed, about_panels=True):
        for name, reckon in (
            ("attendance", oracle_meetings.attendance),
            ("meetings", oracle_meetings.meetings),
        ):
            figure = await figure_for(FIGURES[name], question_of(ask))
            assert plain(figure.values) == reckon(history, ask), (name, ask)
            check_months(figure, ask, lambda part, reckon=reckon: reckon(history, part))
            for group in figure.by["panel"]:
                assert plain(group.values) == reckon(history, replace(ask, panel=NUMBERS[group.key])), name
            asked = [ask.authority, ask.placed, ask.legal_status]
            assert len(figure.not_applied) == sum(choice != "all" for choice in asked)
