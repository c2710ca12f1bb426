"""What had been recorded by an instant: the present is what is known now, and what came later was not known then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app import database
from app.figures.catalogue import FIGURES, figure_for
from app.figures.queries import TABLES
from tests.figures.histories import Draw, store
from tests.figures.test_oracle import drawn_questions, plain, question_of

CHANGES = (
    "UPDATE child SET responsible_authority = 'Faraway', placed_in = '', legal_status = 'cla'",
    "UPDATE episode SET returned_at = NULL, date_only = '{}', merged_into = NULL",
    "UPDATE interview SET outcome = 'unable', offered_at = NULL, held_at = NULL",
    "DELETE FROM interview_episode",
    "UPDATE attendance SET status = 'absent'",
    "UPDATE seat SET role = 'observer'",
    "UPDATE agenda_item SET status = 'left-off' WHERE id % 2 = 0",
    "UPDATE discussion SET outcome = 'not-reached', next_review_on = NULL",
    "INSERT INTO discussion_revision (discussion, version, text, saved_at) "
    'SELECT discussion, max(version) + 1, \'{"outcome": "not-reached"}\', clock_timestamp() '
    "FROM discussion_revision GROUP BY discussion",
    "INSERT INTO agenda_version (meeting, number, issued_at) "
    "SELECT m.id, 1 + (SELECT count(*) FROM agenda_version v WHERE v.meeting = m.id), clock_timestamp() FROM meeting m",
    "UPDATE meeting SET status = 'planned'",
    "DELETE FROM minutes",
    "UPDATE action SET status = 'issued', finished_on = NULL, due_on = due_on + 90",
    "UPDATE panel_case SET closed_on = NULL, closure_reason = '' WHERE id IN (SELECT max(id) FROM panel_case GROUP BY panel, child)",
    "UPDATE referral SET threshold = 'not-met'",
)


@pytest.mark.parametrize("seed", [1, 5])
async def test_later_changes_are_unknown_at_an_earlier_instant(db: None, seed: int) -> None:
    history = Draw(seed).history
    await store(history)
    then = await database.fetch_value("SELECT clock_timestamp()")
    questions = [question_of(ask) for ask in drawn_questions(history, seed, about_panels=True)]
    before = {
        (name, n): await figure_for(FIGURES[name], q) for name in FIGURES for n, q in enumerate(questions)
    }
    for change in CHANGES * 2:
        await database.execute(change)
    differs = set()
    for (name, number), figure in before.items():
        asked = questions[number]
        replayed = await figure_for(FIGURES[name], replace(asked, known_at=then))
        assert plain(replayed.values) == plain(figure.values), (name, asked)
        assert replayed.by_month == figure.by_month
        if plain((await figure_for(FIGURES[name], asked)).values) != plain(figure.values):
            differs.add(name)
    assert differs == set(FIGURES)


async def test_nothing_was_known_before_the_first_record(db: None) -> None:
    history = Draw(3).history
    await store(history)
    long_ago = await database.fetch_value("SELECT now()") - timedelta(days=1)
    for name in FIGURES:
        asked = replace(question_of(drawn_questions(history, 3, about_panels=False)[0]), known_at=long_ago)
        for value in (await figure_for(FIGURES[name], asked)).values:
            assert not getattr(value, "numerator", None)
            assert not getattr(value, "value", None)


@pytest.mark.parametrize("table", sorted(TABLES))
async def test_every_table_that_figures_read_keeps_its_past(db: None, table: str) -> None:
    assert await database.fetch_value("SELECT to_regclass($1)", f"{table}_past") is not None
