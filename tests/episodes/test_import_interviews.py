"""Return home interviews from files: an updated export updates, a second offer is a second interview."""

import pytest

from app import database
from tests import builders
from tests.episodes.files import bring, counts

HEADER = "episode_refs,offered_at,outcome,held_at"
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
async def three_episodes(db):
    await bring(
        "episodes",
        [
            "episode_ref,child_ref,started_at,returned_at",
            "E1,C1,01/05/2026 22:00,02/05/2026 07:00",
            "E2,C1,03/05/2026 22:00,04/05/2026 07:00",
            "E3,C2,03/05/2026,04/05/2026",
        ],
    )


async def stored() -> list[tuple]:
    found = await database.fetch(
        "SELECT i.outcome, i.offered_at IS NOT NULL AS offered, i.held_at IS NOT NULL AS held, "
        "array_agg(e.episode_ref ORDER BY e.episode_ref) AS refs FROM interview i "
        "JOIN interview_episode ie ON ie.interview = i.id JOIN episode e ON e.id = ie.episode "
        "GROUP BY i.id ORDER BY i.id"
    )
    return [(row["outcome"], row["offered"], row["held"], row["refs"]) for row in found]


async def test_one_interview_covers_several_episodes_and_the_same_file_adds_nothing():
    lines = [HEADER, "E1;E2,05/05/2026 10:00,completed,06/05/2026 11:00", "E3,05/05/2026,declined child,"]
    assert counts(await bring("interviews", lines)) == (2, 2, 0, 0, 0)
    assert counts(await bring("interviews", lines)) == (2, 0, 0, 2, 0)
    assert await stored() == [
        ("completed", True, True, ["E1", "E2"]),
        ("declined-child", True, False, ["E3"]),
    ]


@pytest.mark.parametrize(
    "steps",
    [
        ["E1,,pending,", "E1,03/05/2026 10:00,pending,", "E1,03/05/2026 10:00,completed,04/05/2026 09:00"],
        ["E1,03/05/2026 10:00,pending,", "E1,04/05/2026 10:00,declined-child,"],
        ["E1,,pending,", "E1,,completed,04/05/2026 09:00", "E1,03/05/2026,completed,04/05/2026 09:00"],
        ["E1,03/05/2026 10:00,pending,", "E1;E2,05/05/2026 10:00,completed,06/05/2026"],
    ],
)
async def test_an_interview_that_was_still_open_is_updated_and_not_doubled(steps):
    await bring("interviews", [HEADER, steps[0]])
    for step in steps[1:]:
        assert counts(await bring("interviews", [HEADER, step])) == (1, 0, 1, 0, 0)
        assert counts(await bring("interviews", [HEADER, step])) == (1, 0, 0, 1, 0)
    assert len(await stored()) == 1


async def test_a_second_offer_after_a_decline_is_a_second_interview():
    await bring("interviews", [HEADER, "E1,03/05/2026 10:00,declined-child,"])
    lines = [HEADER, "E1,03/05/2026 10:00,declined-child,", "E1,09/05/2026 10:00,completed,10/05/2026"]
    assert counts(await bring("interviews", lines)) == (2, 1, 0, 1, 0)
    assert counts(await bring("interviews", lines)) == (2, 0, 0, 2, 0)


async def test_one_open_interview_is_taken_by_one_row_alone():
    await bring("interviews", [HEADER, "E1,,pending,"])
    lines = [HEADER, "E1,03/05/2026 10:00,declined-child,", "E1,09/05/2026 10:00,completed,10/05/2026"]
    assert counts(await bring("interviews", lines)) == (2, 1, 1, 0, 0)
    assert [row[0] for row in await stored()] == ["declined-child", "completed"]


async def test_a_file_without_offers_updates_the_last_interview_of_the_same_episodes():
    await bring("interviews", [HEADER, "E1,03/05/2026 10:00,declined-child,"])
    result = await bring("interviews", ["episode_refs,followed_up_at", "E1,05/05/2026 10:00"])
    assert counts(result) == (1, 0, 1, 0, 0)
    assert await stored() == [("declined-child", True, False, ["E1"])]


async def test_an_episode_is_also_found_by_child_and_start():
    header = "child_ref,episode_started_at,offered_at,outcome"
    lines = [
        header,
        "C1,01/05/2026 22:00,03/05/2026,pending",
        "C1,03/05/2026,05/05/2026,pending",
        "C2,03/05/2026 21:00,05/05/2026,pending",
    ]
    assert counts(await bring("interviews", lines)) == (3, 3, 0, 0, 0)
    assert [row[3] for row in await stored()] == [["E1"], ["E2"], ["E3"]]


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ("E9,,,pending,,", "episode_refs", "No episode has the reference E9"),
        ("E1;E3,,,pending,,", "episode_refs", "different children"),
        ("E1,C2,,pending,,", "child_ref", "another child"),
        (",C9,01/05/2026,pending,,", "child_ref", "No child"),
        (",C1,02/05/2026 10:00,pending,,", "episode_started_at", "no episode with this start"),
        (",C1,,pending,,", "episode_refs", "Name the episodes"),
        ("E2,,,completed,,02/05/2026", "held_at", "before the episode began"),
        ("E2,,,completed,11/06/2026,", "offered_at", "future"),
        ("E2,,,went well,,", "outcome", "not one of"),
    ],
)
async def test_an_interview_whose_episodes_or_times_cannot_be_is_rejected(row, field, words):
    header = "episode_refs,child_ref,episode_started_at,outcome,offered_at,held_at"
    result = await bring("interviews", [header, row])
    assert counts(result) == (1, 0, 0, 0, 1)
    assert result.rejected[0].field == field
    assert words in result.rejected[0].problem
    assert await stored() == []


async def test_two_episodes_of_one_day_need_the_time():
    child = await database.fetch_value("SELECT id FROM child WHERE child_ref = 'C1'")
    episode = await database.fetch_one("SELECT started_at FROM episode WHERE episode_ref = 'E1'")
    assert episode is not None
    await builders.an_episode(child, episode["started_at"].replace(hour=9))
    lines = ["child_ref,episode_started_at,outcome", "C1,01/05/2026,pending"]
    result = await bring("interviews", lines)
    assert "give the time" in result.rejected[0].problem


async def test_a_file_needs_one_way_to_name_episodes():
    from app.episodes.imports.kinds import Unusable

    with pytest.raises(Unusable, match="episode_refs or child_ref with episode_started_at"):
        await bring("interviews", ["child_ref,outcome", "C1,pending"])
