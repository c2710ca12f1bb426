"""Rules that stand in Python and in SQL give the same answer."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from app import database
from app.episodes.children.queries import FINAL_FIRST
from app.episodes.queries import is_ours_in_sql
from app.episodes.rules import INTERVIEW_OUTCOMES, InterviewFacts, final_interview, is_ours, names_of_ours
from tests import builders

OWN = ("Exampleshire", "Exampleshire  County Council")
SPELLINGS = (
    "",
    "   ",
    "\t",
    "exampleSHIRE",
    " Exampleshire\t",
    "Exampleshire county   council",
    "Exampleshire\nCounty Council",
    "Example shire",
    "Otherton",
)


@pytest.mark.parametrize("said", SPELLINGS)
async def test_an_authority_is_ours_in_sql_as_it_is_in_the_rules(db: object, said: str) -> None:
    sql = f"SELECT {is_ours_in_sql('said', '$2::text[]')} FROM (SELECT $1::text AS said) told"
    assert await database.fetch_value(sql, said, names_of_ours(OWN)) is is_ours(said, OWN)


@pytest.mark.parametrize("seed", range(5))
async def test_the_final_interview_is_the_same_in_sql_as_in_the_rules(db: object, seed: int) -> None:
    luck = Random(seed)
    child = await builders.a_child()
    episode = await builders.insert("episode", child=child, started_at=datetime(2026, 5, 1, tzinfo=UTC))
    told = []
    for number in range(4):
        outcome = luck.choice(
            [one for one in INTERVIEW_OUTCOMES if one != "completed" or luck.random() < 0.3]
        )
        offered_at, held_at = (
            luck.choice((None, datetime(2026, 5, 2, tzinfo=UTC) + timedelta(days=luck.randrange(4))))
            for _ in range(2)
        )
        stored = {"outcome": outcome, "offered_at": offered_at, "held_at": held_at}
        interview = await builders.insert("interview", child=child, interview_key=f"{number}", **stored)
        await builders.insert("interview_episode", interview=interview, episode=episode)
        told.append(InterviewFacts(interview, outcome, offered_at, held_at))
    sql = f"SELECT n.id FROM interview n ORDER BY {FINAL_FIRST} LIMIT 1"
    final = final_interview(told)
    assert final is not None
    assert await database.fetch_value(sql) == final.id
