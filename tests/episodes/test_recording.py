"""What is recorded by hand: taken once, refused with sentences and the input kept, never over a colleague's change."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app import database
from tests import builders
from tests.conftest import NOW

EPISODE = {"category": "missing", "started_at_date": "2026-06-09", "started_at_time": "22:30"}


@pytest.fixture
async def officer(sign_in):
    return await sign_in("officer")


async def only(table: str) -> dict:
    rows = await database.fetch(f"SELECT * FROM {table}")
    assert len(rows) == 1
    return rows[0]


async def test_an_episode_is_recorded_with_its_history(officer, cast):
    child = await builders.a_child()
    answer = await officer.post(
        f"/children/{child}/episodes",
        EPISODE | {"missing_from": "The Elms", "police_risk": "high", "immediate_concern": "yes"},
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"/children/{child}")
    found = await only("episode")
    assert found["started_at"] == datetime(2026, 6, 9, 21, 30, tzinfo=UTC)
    assert (found["immediate_concern"], found["legal_status"], found["date_only"]) == (True, None, [])
    assert found["first_recorded_at"] == NOW
    entry = await database.fetch_one("SELECT * FROM history_entry WHERE kind = 'episode recorded'")
    assert entry is not None
    assert (entry["person_id"], entry["about_ids"], entry["child_ids"]) == (
        cast.officer.person_id,
        [found["id"]],
        [child],
    )


async def test_a_date_without_a_time_is_kept_as_such(officer):
    child = await builders.a_child()
    await officer.post(f"/children/{child}/episodes", {"category": "away", "started_at_date": "09/06/2026"})
    assert (await only("episode"))["date_only"] == ["started_at"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Enter the date on which the child went missing"),
        ({"started_at_time": "10:00"}, "Enter the date as well as the time"),
        ({"started_at_date": "2026-02-31"}, "is a date that does not exist"),
        ({"started_at_date": "2026-03-29", "started_at_time": "01:30"}, "the clocks went forward"),
        ({"started_at_date": "2026-06-11"}, "This start lies in the future."),
        ({"started_at_date": "2011-05-03"}, "before this date of birth"),
        (
            {"started_at_date": "2026-06-09", "returned_at_date": "2026-06-08"},
            "The return is before the start.",
        ),
        ({"started_at_date": "2026-06-09", "police_risk": "extreme"}, "Choose a grade from the list"),
        ({"started_at_date": "2026-06-09", "category": "gone"}, "Choose what kind of episode it is"),
    ],
)
async def test_an_episode_that_cannot_be_is_answered_with_a_sentence_and_the_input(officer, fields, sentence):
    child = await builders.a_child()
    given = {"category": "missing", "missing_from": "The Old Mill", "submission_key": "kept"} | fields
    answer = await officer.post(f"/children/{child}/episodes", given)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="The Old Mill"' in answer.text
    assert 'value="kept"' in answer.text
    assert await database.fetch("SELECT * FROM episode") == []


async def test_the_same_form_sent_ten_times_at_once_makes_one_episode(officer):
    child = await builders.a_child()
    sent = EPISODE | {"submission_key": "once"}
    answers = await asyncio.gather(*(officer.post(f"/children/{child}/episodes", sent) for _ in range(10)))
    assert {answer.status_code for answer in answers} <= {303, 422}
    await only("episode")


async def test_a_second_episode_with_the_same_start_is_refused(officer):
    child = await builders.a_child()
    await officer.post(f"/children/{child}/episodes", EPISODE)
    answer = await officer.post(f"/children/{child}/episodes", EPISODE)
    assert answer.status_code == 422
    assert "is recorded already" in answer.text


async def test_a_new_episode_while_one_is_open_is_taken_with_a_word(officer):
    child = await builders.a_child()
    await builders.an_episode(child, NOW - timedelta(days=3), returned_at=None)
    await officer.post(f"/children/{child}/episodes", EPISODE)
    assert "An earlier episode is still open" in (await officer.get(f"/children/{child}")).text


async def test_a_return_is_recorded_and_its_clock_begins(officer):
    child = await builders.a_child()
    episode = await builders.an_episode(child, NOW - timedelta(days=1), returned_at=None)
    answer = await officer.post(
        f"/episodes/{episode}/return",
        {
            "version": 1,
            "returned_at_date": "2026-06-10",
            "returned_at_time": "08:15",
            "found_at": "Bus station",
        },
    )
    assert answer.status_code == 303
    found = await only("episode")
    assert (found["returned_at"], found["found_at"], found["version"]) == (
        datetime(2026, 6, 10, 7, 15, tzinfo=UTC),
        "Bus station",
        2,
    )
    assert "Return home interview within 72 hours" in (await officer.get(f"/children/{child}")).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Enter the date on which the child returned"),
        ({"returned_at_date": "2026-06-01"}, "The return is before the start."),
        ({"returned_at_date": "2026-06-10", "returned_at_time": "10:30"}, "This return lies in the future."),
    ],
)
async def test_a_return_that_cannot_be_is_refused(officer, fields, sentence):
    child = await builders.a_child()
    episode = await builders.an_episode(child, NOW - timedelta(days=1), returned_at=None)
    answer = await officer.post(f"/episodes/{episode}/return", {"version": 1} | fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert (await only("episode"))["returned_at"] is None


async def test_a_late_return_is_answered_with_both_and_overwrites_nothing(officer, sign_in):
    child = await builders.a_child()
    episode = await builders.an_episode(child, NOW - timedelta(days=1), returned_at=None)
    manager = await sign_in("manager")
    first = {
        "version": 1,
        "returned_at_date": "2026-06-10",
        "returned_at_time": "08:15",
        "found_at": "Bus station",
    }
    await manager.post(f"/episodes/{episode}/return", first)
    mine = {
        "version": 1,
        "returned_at_date": "2026-06-10",
        "returned_at_time": "07:00",
        "found_at": "At a friend’s",
    }
    answer = await officer.post(f"/episodes/{episode}/return", mine)
    assert answer.status_code == 409
    for words in ("Sadie Guardwell", "8:15am", "Bus station", "At a friend’s", 'name="version" value="2"'):
        assert words in answer.text, words
    assert (await only("episode"))["found_at"] == "Bus station"
    assert (await officer.post(f"/episodes/{episode}/return", mine | {"version": 2})).status_code == 303
    assert (await only("episode"))["found_at"] == "At a friend’s"


async def test_a_form_without_its_version_is_refused(officer):
    child = await builders.a_child()
    episode = await builders.an_episode(child, NOW - timedelta(days=1), returned_at=None)
    answer = await officer.post(f"/episodes/{episode}/return", {"returned_at_date": "2026-06-10"})
    assert answer.status_code == 422
    assert (await only("episode"))["returned_at"] is None


async def test_what_was_done_stops_its_clock(officer):
    child = await builders.a_child()
    episode = await builders.an_episode(child, NOW - timedelta(hours=20), returned_at=None)
    assert "Overdue" in (await officer.get(f"/children/{child}")).text
    await officer.post(
        f"/episodes/{episode}/steps",
        {
            "version": 1,
            "strategy_discussion_at_date": "2026-06-10",
            "strategy_discussion_at_time": "09:00",
            "strategy_discussion_by": "Tara Teamlead",
        },
    )
    text = (await officer.get(f"/children/{child}")).text
    assert "Overdue" not in text
    assert "Held by Tara Teamlead" in text


async def test_a_risk_assessment_is_recorded_and_shown(officer):
    child = await builders.a_child()
    answer = await officer.post(
        f"/children/{child}/risks",
        {"assessed_on": "2026-06-01", "level": "high", "tool": "CE tool", "flags": "County lines; CSE"},
    )
    assert answer.status_code == 303
    assert (await only("risk_assessment"))["flags"] == ["county-lines", "cse"]
    again = await officer.post(
        f"/children/{child}/risks", {"assessed_on": "2026-06-01", "level": "low", "tool": "CE tool"}
    )
    assert (again.status_code, "is recorded already" in again.text) == (422, True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"level": "high"}, "Enter the date of the assessment"),
        ({"assessed_on": "2026-06-01"}, "Choose the level"),
        ({"assessed_on": "2026-06-01", "level": "extreme"}, "Choose one of: low, medium, high"),
        ({"assessed_on": "2026-06-11", "level": "high"}, "lies in the future"),
        ({"assessed_on": "2011-05-03", "level": "high"}, "before the child was born"),
        ({"assessed_on": "31/02/2026", "level": "high"}, "does not exist"),
        (
            {"assessed_on": "2026-06-01", "level": "high", "next_review_on": "2026-05-01"},
            "before the assessment",
        ),
    ],
)
async def test_a_risk_assessment_that_cannot_be_is_refused(officer, fields, sentence):
    child = await builders.a_child()
    answer = await officer.post(f"/children/{child}/risks", fields)
    assert answer.status_code == 422
    assert sentence in answer.text


@pytest.fixture
async def returned(db):
    child = await builders.a_child()
    episodes = [await builders.an_episode(child, NOW - timedelta(days=days)) for days in (3, 5)]
    return child, episodes


async def test_an_interview_of_two_episodes_is_offered_and_later_held(officer, returned):
    child, episodes = returned
    offered = {
        "episode_ids": episodes,
        "outcome": "pending",
        "offered_at_date": "2026-06-08",
        "offered_at_time": "10:00",
    }
    assert (await officer.post(f"/children/{child}/interviews", offered)).status_code == 303
    number = (await only("interview"))["id"]
    shown = (await officer.get(f"/interviews/{number}")).text
    assert 'value="2026-06-08"' in shown
    held = offered | {
        "outcome": "completed",
        "held_at_date": "2026-06-09",
        "mode": "face-to-face",
        "independent": "yes",
        "episode_ids": episodes[:1],
        "version": 1,
    }
    assert (await officer.post(f"/interviews/{number}", held)).status_code == 303
    found = await only("interview")
    assert (found["outcome"], found["date_only"], found["independent"]) == ("completed", ["held_at"], True)
    assert (await only("interview_episode"))["episode"] == episodes[0]
    assert (await officer.post(f"/interviews/{number}", held)).status_code == 409


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"outcome": "pending", "episode_ids": []}, "Choose the episodes"),
        ({"outcome": "pending", "episode_ids": [987]}, "Choose from the episodes of this child"),
        ({}, "Choose how it stands"),
        ({"outcome": "completed"}, "Enter when the interview was held"),
        ({"outcome": "completed", "held_at_date": "2026-06-01"}, "before the episode began"),
        ({"outcome": "completed", "held_at_date": "2026-06-11"}, "future"),
    ],
)
async def test_an_interview_that_cannot_be_is_refused_and_the_input_kept(officer, returned, fields, sentence):
    child, episodes = returned
    answer = await officer.post(
        f"/children/{child}/interviews", {"episode_ids": episodes[:1], "interviewer": "Ivy Listener"} | fields
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Ivy Listener"' in answer.text


async def test_the_same_offer_again_is_refused_and_an_import_knows_what_was_recorded_by_hand(
    officer, returned
):
    from tests.episodes.files import bring, counts

    child, episodes = returned
    offered = {
        "episode_ids": episodes[:1],
        "outcome": "pending",
        "offered_at_date": "2026-06-08",
        "offered_at_time": "10:00",
    }
    await officer.post(f"/children/{child}/interviews", offered)
    assert (await officer.post(f"/children/{child}/interviews", offered)).status_code == 422
    ref = await database.fetch_value("SELECT episode_ref FROM episode WHERE id = $1", episodes[0])
    result = await bring("interviews", ["episode_refs,offered_at,outcome", f"{ref},08/06/2026 10:00,unable"])
    assert counts(result) == (1, 0, 1, 0, 0)
