"""Correcting by hand: guarded, with a reason, with what it said before; a child added; still missing confirmed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app import database
from tests import builders
from tests.conftest import NOW

EPISODE = {
    "version": 1,
    "category": "missing",
    "started_at_date": "2026-06-05",
    "started_at_time": "21:00",
    "returned_at_date": "2026-06-06",
    "returned_at_time": "09:00",
    "missing_from": "The Old Mill",
    "reason": "The carer gave the wrong day",
}


@pytest.fixture
async def officer(sign_in):
    return await sign_in("officer")


@pytest.fixture
async def recorded(db):
    """A child and an episode of 4 June with an interview on the 8th."""
    child = await builders.a_child(name="Nia Made-Up")
    episode = await builders.an_episode(child, datetime(2026, 6, 4, 20, tzinfo=UTC), missing_from="The Elms")
    interview = await builders.an_interview(child, [episode], held_at=datetime(2026, 6, 8, 10, tzinfo=UTC))
    return child, episode, interview


async def test_a_corrected_episode_says_what_it_said_before_by_whom_and_why(officer, recorded):
    child, episode, _ = recorded
    answer = await officer.post(f"/episodes/{episode}/correction", EPISODE)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/children/{child}#chronology")
    row = await database.fetch_one("SELECT * FROM episode")
    assert (row["started_at"], row["missing_from"], row["version"]) == (
        datetime(2026, 6, 5, 20, tzinfo=UTC),
        "The Old Mill",
        2,
    )
    text = (await officer.get(f"/episodes/{episode}/correction")).text
    for words in ("<del>The Elms</del>", "The carer gave the wrong day", "Otis Panelby", "4 Jun 2026, 9pm"):
        assert words in text, words
    again = EPISODE | {"version": 2, "returned_at_date": "", "returned_at_time": "", "reason": "Not back yet"}
    assert (await officer.post(f"/episodes/{episode}/correction", again)).status_code == 303
    assert (await database.fetch_one("SELECT * FROM episode"))["returned_at"] is None
    text = (await officer.get(f"/episodes/{episode}/correction")).text
    assert text.index("Not back yet") < text.index("The carer gave the wrong day")


async def test_a_corrected_place_of_return_is_shown_beside_what_stood_there(officer, recorded):
    _, episode, _ = recorded
    found = EPISODE | {"found_at": "Testwood retail park"}
    await officer.post(f"/episodes/{episode}/correction", found)
    await officer.post(
        f"/episodes/{episode}/correction", found | {"version": 2, "found_at": "Testwood bus station"}
    )
    answer = await officer.get(f"/episodes/{episode}/correction")
    assert answer.status_code == 200
    assert "<del>Testwood retail park</del>" in answer.text


async def test_a_late_correction_shows_both_and_changes_nothing(officer, sign_in, recorded):
    _, episode, _ = recorded
    await (await sign_in("manager")).post(f"/episodes/{episode}/correction", EPISODE)
    late = EPISODE | {"missing_from": "Somewhere else entirely"}
    answer = await officer.post(f"/episodes/{episode}/correction", late)
    assert answer.status_code == 409
    assert "Sadie Guardwell changed this while you were writing" in answer.text
    assert "The Old Mill" in answer.text
    assert 'value="Somewhere else entirely"' in answer.text
    assert (await database.fetch_one("SELECT * FROM episode"))["missing_from"] == "The Old Mill"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason": ""}, "Enter why it is corrected"),
        ({"started_at_date": "2026-06-11"}, "lies in the future"),
        ({"returned_at_date": "2026-06-04"}, "The return is before the start"),
        ({"started_at_date": "2011-05-03"}, "before this date of birth"),
        (
            {"started_at_date": "2026-06-09", "returned_at_date": "2026-06-10"},
            "An interview about this episode",
        ),
        ({"category": "gone"}, "Choose what kind of episode it is"),
    ],
)
async def test_an_impossible_correction_is_refused_and_the_input_kept(officer, recorded, fields, sentence):
    _, episode, _ = recorded
    answer = await officer.post(f"/episodes/{episode}/correction", EPISODE | fields)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert 'value="The Old Mill"' in answer.text


async def test_a_start_that_another_episode_has_is_refused_and_an_overlap_is_said(officer, recorded):
    child, episode, _ = recorded
    await builders.an_episode(child, datetime(2026, 6, 5, 20, tzinfo=UTC))
    answer = await officer.post(f"/episodes/{episode}/correction", EPISODE)
    assert (answer.status_code, "recorded already" in answer.text) == (422, True)
    sent = EPISODE | {"started_at_time": "21:30"}
    assert (await officer.post(f"/episodes/{episode}/correction", sent)).status_code == 303
    assert "overlaps another one" in (await officer.get(f"/children/{child}")).text


async def test_an_interview_is_recorded_in_full_and_corrected_with_a_reason(officer, recorded):
    child, episode, interview = recorded
    told = {
        "version": 1,
        "episode_ids": [episode],
        "outcome": "completed",
        "offered_at_date": "2026-06-06",
        "offered_by": "Ivy Listener, Sample Charity",
        "held_at_date": "2026-06-08",
        "held_at_time": "11:00",
        "independent": "yes",
        "push_factors": "Arguments at the placement",
        "pull_factors": "Older friends",
        "child_said": "I wanted to be with my friends",
        "followed_up_at_date": "2026-06-09",
        "follow_up_mode": "visit",
    }
    address = f"/interviews/{interview}/correction"
    assert "Enter why it is corrected" in (await officer.post(address, told)).text
    assert (await officer.post(address, told | {"reason": "Notes came in"})).status_code == 303
    text = (await officer.get(f"/children/{child}")).text
    for words in (
        "Arguments at the placement",
        "Older friends",
        "I wanted to be",
        "by Ivy Listener",
        "(a visit)",
    ):
        assert words in text, words
    text = (await officer.get(address)).text
    assert "Notes came in" in text
    assert "Push factors" in text
    before = await officer.post(
        address, told | {"version": 2, "reason": "x", "offered_at_date": "2026-06-09"}
    )
    assert (before.status_code, "before its offer" in before.text) == (422, True)


async def test_a_risk_assessment_is_corrected(officer, recorded):
    child, *_ = recorded
    risk = await builders.a_risk(child, date(2026, 6, 1), "low")
    sent = {"version": 1, "assessed_on": "2026-06-02", "level": "high", "flags": "CSE", "reason": "Mistyped"}
    assert (
        await officer.post(f"/risk-assessments/{risk}/correction", sent | {"level": "no"})
    ).status_code == 422
    assert (await officer.post(f"/risk-assessments/{risk}/correction", sent)).status_code == 303
    assert (await officer.post(f"/risk-assessments/{risk}/correction", sent)).status_code == 409
    text = (await officer.get(f"/risk-assessments/{risk}/correction")).text
    assert "<del>low</del>" in text
    assert "Mistyped" in text


async def test_a_child_is_added_by_hand_and_its_details_corrected(officer, sign_in):
    told = {
        "child_ref": "C-1",
        "name": "Nia Made-Up",
        "born_on": "2011-02-03",
        "other_refs": "PNC-9; NHS-1; PNC-9",
    }
    answer = await officer.post("/children/new", told)
    assert answer.status_code == 303
    address = answer.headers["location"]
    assert (await database.fetch_one("SELECT * FROM child"))["other_refs"] == ["PNC-9", "NHS-1"]
    taken = await officer.post("/children/new", told)
    assert (taken.status_code, "recorded already" in taken.text) == (422, True)
    future = await officer.post("/children/new", told | {"child_ref": "C-2", "born_on": "2026-06-11"})
    assert (future.status_code, "lies in the future" in future.text) == (422, True)
    assert "Enter the council’s reference" in (await officer.post("/children/new", {})).text
    child = int(address.rsplit("/", 1)[1])
    await builders.an_episode(child, datetime(2026, 6, 4, 20, tzinfo=UTC))
    sent = told | {"version": 1, "reason": "Birth certificate seen", "born_on": "2026-06-05"}
    assert "began before this date of birth" in (await officer.post(f"{address}/details", sent)).text
    assert (await officer.post(f"{address}/details", sent | {"born_on": "2011-03-02"})).status_code == 303
    assert (await officer.post(f"{address}/details", sent | {"born_on": "2011-03-04"})).status_code == 409
    assert "<del>3 Feb 2011</del>" in (await officer.get(f"{address}/details")).text
    assert (await (await sign_in("chair")).get("/children/new")).status_code == 403


async def test_who_is_missing_for_over_a_day_is_confirmed_or_returned(officer, sign_in, clock):
    child = await builders.a_child(name="Nia Made-Up")
    episode = await builders.an_episode(child, NOW - timedelta(hours=24), returned_at=None)
    await builders.an_episode(
        await builders.a_child(), NOW - timedelta(hours=23, minutes=59), returned_at=None
    )
    text = (await officer.get("/episodes/open")).text
    assert text.count("Confirm still missing<") == 1
    assert "Not confirmed" in text
    assert "1 more child has" in text
    assert (await officer.post(f"/episodes/{episode}/confirmation", {"version": 1})).status_code == 303
    assert "by Otis Panelby" in (await officer.get("/episodes/open")).text
    again = await officer.post(f"/episodes/{episode}/confirmation", {"version": 1})
    assert (again.status_code, "nothing was changed" in again.text) == (409, True)
    clock.now = NOW + timedelta(hours=25)
    officer = await sign_in("officer")
    assert "Confirm again" in (await officer.get("/episodes/open")).text
    await officer.post(f"/episodes/{episode}/confirmation", {"version": 2})
    kept = await database.fetch(
        "SELECT happened_at FROM history_entry WHERE kind = 'still missing confirmed' ORDER BY id"
    )
    assert [row["happened_at"] for row in kept] == [NOW, NOW + timedelta(hours=25)]
    await database.execute(
        "UPDATE episode SET returned_at = now(), version = version + 1 WHERE id = $1", episode
    )
    late = await officer.post(f"/episodes/{episode}/confirmation", {"version": 3})
    assert (late.status_code, "recorded the child’s return" in late.text) == (409, True)
