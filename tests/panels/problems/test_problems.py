"""Problems between services: recorded from an item, followed from month to month, resolved, listed and exported."""

import asyncio
import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest

from app import database
from app.history.changes import AlreadySubmitted
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused
from app.panels.problems.changes import move_problem, pass_problem_on, record_problem, say_of_problem
from app.panels.problems.queries import problem_for, problems_of, words_of
from app.panels.problems.rules import PROBLEM, Found, ProblemFacts, age_in_words, by_service
from tests import builders
from tests.conftest import Cast, SignIn, TestClock

STARTED = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)
MOG = "missing-operational-group"


async def an_item_of_mog(**columns: object) -> tuple[int, int]:
    meeting = await builders.a_meeting(MOG, STARTED, status="agenda-issued")
    return meeting, await builders.an_item(meeting, await builders.a_child(), **columns)


def found(cast: Cast, service: str = "Children’s homes", problem: str = "Reports come a day late") -> Found:
    return Found(service, problem, f"agency-{cast.police.agency_id}")


async def a_problem(cast: Cast, clock: TestClock, **columns: object) -> ProblemFacts:
    meeting, item = await an_item_of_mog(**columns)
    made = await record_problem(cast.chair, meeting, item, found(cast), now=clock.now)
    return await problem_for(cast.chair, made)


async def test_somebody_else_takes_a_problem_on_and_why_stays_with_both_names(
    cast: Cast, clock: TestClock, sign_in: SignIn
) -> None:
    problem = await a_problem(cast, clock)
    chair, here = await sign_in("chair"), f"/service-problems/{problem.id}"
    other = {"owner": f"person-{cast.health.person_id}", "version": str(problem.version)}
    for fields, sentence in (
        ({}, "Enter why somebody else takes it on"),
        ({"words": "Holiday", "owner": problem.owner_key}, "has it already"),
        ({"words": "Holiday", "owner": f"person-{cast.outsider.person_id}"}, "Choose who takes it on"),
    ):
        refused = await chair.post(f"{here}/owner", other | fields)
        assert refused.status_code == 422
        assert sentence in refused.text
    assert (await chair.post(f"{here}/owner", other | {"words": "Health leads now"})).status_code == 303
    after = await problem_for(cast.chair, problem.id)
    assert (after.owner_id, after.agency_id) == (cast.health.person_id, cast.health.agency_id)
    said = (await words_of(problem.id))[0].words
    assert said.startswith(f"Passed from {problem.owner} to ")
    assert said.endswith(": Health leads now")
    assert await database.fetch_value(
        "SELECT count(*) FROM history_entry WHERE kind = 'service problem passed on'"
    )
    late = await chair.post(f"{here}/owner", other | {"owner": problem.owner_key, "words": "Again"})
    assert late.status_code == 409
    police = await sign_in("police")
    assert (await police.post(f"{here}/owner", other | {"words": "Mine"})).status_code == 403
    await move_problem(cast.chair, problem.id, "resolve", words="Done", seen=after.version, now=clock.now)
    with pytest.raises(MovedOn, match="has been resolved"):
        await pass_problem_on(
            cast.chair,
            problem.id,
            owner=problem.owner_key,
            words="Late",
            seen=after.version + 1,
            now=clock.now,
        )


@pytest.mark.parametrize(
    ("changes", "now", "sentence"),
    [
        ("status = 'planned'", STARTED, "once the meeting has started"),
        ("status = 'agenda-issued'", STARTED - timedelta(seconds=1), "once the meeting has started"),
        ("status = 'cancelled'", STARTED, "was cancelled"),
    ],
)
async def test_nothing_is_found_in_a_meeting_that_has_not_begun(
    cast: Cast, changes: str, now: datetime, sentence: str
) -> None:
    meeting, item = await an_item_of_mog()
    await database.execute(f"UPDATE meeting SET {changes}")
    with pytest.raises(Refused, match=sentence):
        await record_problem(cast.chair, meeting, item, found(cast), now=now)


@pytest.mark.parametrize("status", ["agenda-issued", "held"])
async def test_a_running_and_a_held_meeting_find_problems_dated_to_the_meeting(
    cast: Cast, status: str
) -> None:
    meeting, item = await an_item_of_mog()
    await database.execute("UPDATE meeting SET status = $1", status)
    made = await record_problem(
        cast.minute_taker, meeting, item, found(cast), now=STARTED + timedelta(days=3)
    )
    problem = await problem_for(cast.police, made)
    assert (problem.found_on, problem.owner, problem.status) == (
        date(2026, 6, 10),
        "Exampleshire Police",
        "open",
    )


async def test_a_person_takes_a_problem_on_for_the_agency_of_their_seat(cast: Cast, clock: TestClock) -> None:
    meeting, item = await an_item_of_mog()
    wanted = Found("Police", "No answer at night", f"person-{cast.health.person_id}")
    made = await record_problem(cast.chair, meeting, item, wanted, now=clock.now)
    assert (await problem_for(cast.chair, made)).owner == "Heath Wellby, Exampleshire Health"


async def test_what_is_missing_is_said_by_field_and_a_stranger_takes_nothing_on(
    cast: Cast, clock: TestClock
) -> None:
    meeting, item = await an_item_of_mog()
    for wanted, fields in (
        (Found(" ", "", ""), {"service", "problem", "owner"}),
        (Found("Police", "Late", f"person-{cast.outsider.person_id}"), {"owner"}),
        (Found("x" * 101, "y" * 5001, f"agency-{cast.police.agency_id}"), {"service", "problem"}),
    ):
        with pytest.raises(Refused) as problem:
            await record_problem(cast.chair, meeting, item, wanted, now=clock.now)
        assert set(problem.value.errors) == fields


async def test_only_who_runs_the_panel_records_and_only_where_problems_are_minuted(
    cast: Cast, clock: TestClock
) -> None:
    meeting, item = await an_item_of_mog()
    with pytest.raises(Forbidden):
        await record_problem(cast.police, meeting, item, found(cast), now=clock.now)
    elsewhere = await builders.a_meeting("mace", STARTED, status="agenda-issued")
    other = await builders.an_item(elsewhere, await builders.a_child())
    with pytest.raises(Invisible):
        await record_problem(cast.chair, elsewhere, other, found(cast), now=clock.now)
    with pytest.raises(Invisible):
        await record_problem(cast.chair, meeting, other, found(cast), now=clock.now)


async def test_one_form_records_one_problem(cast: Cast, clock: TestClock) -> None:
    meeting, item = await an_item_of_mog()
    outcomes = await asyncio.gather(
        *(
            record_problem(cast.chair, meeting, item, found(cast), now=clock.now, submission_key="one")
            for _ in range(10)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, AlreadySubmitted) for one in outcomes) == 9
    assert await database.fetch_value("SELECT count(*) FROM service_problem") == 1


async def test_words_of_each_month_stay_and_a_resolved_problem_takes_no_more(
    cast: Cast, clock: TestClock
) -> None:
    problem = await a_problem(cast, clock)
    next_month = await builders.a_meeting(MOG, STARTED + timedelta(days=30), status="held")
    later = clock.now + timedelta(days=31)
    await say_of_problem(cast.chair, problem.id, words="Asked the homes", now=clock.now)
    await say_of_problem(cast.chair, problem.id, words="Agreed in writing", meeting_id=next_month, now=later)
    with pytest.raises(Refused):
        await say_of_problem(
            cast.chair, problem.id, words="x", meeting_id=await builders.a_meeting("mace", STARTED), now=later
        )
    await move_problem(cast.chair, problem.id, "resolve", words="Homes ring at once", seen=1, now=later)
    with pytest.raises(MovedOn):
        await say_of_problem(cast.chair, problem.id, words="More", now=later)
    assert [(one.words, one.meeting_id) for one in await words_of(problem.id)] == [
        ("Resolved: Homes ring at once", None), ("Agreed in writing", next_month), ("Asked the homes", None),
    ]  # fmt: skip


async def test_a_problem_is_resolved_once_and_may_be_reopened(cast: Cast, clock: TestClock) -> None:
    problem = await a_problem(cast, clock)
    with pytest.raises(Refused):
        await move_problem(cast.chair, problem.id, "resolve", words=" ", seen=1, now=clock.now)
    await move_problem(cast.chair, problem.id, "resolve", words="Done", seen=1, now=clock.now)
    for seen in (1, 2):
        with pytest.raises(MovedOn):
            await move_problem(cast.chair, problem.id, "resolve", words="Again", seen=seen, now=clock.now)
    assert await problems_of(cast.chair, problem.panel_id) == []
    await move_problem(cast.chair, problem.id, "reopen", words="It came back", seen=2, now=clock.now)
    (again,) = await problems_of(cast.chair, problem.panel_id)
    assert (again.resolved_on, again.resolution, again.version) == (None, "", 3)


def test_every_move_of_a_problem_is_by_who_records_it() -> None:
    assert {(move.name, *move.sources, move.target) for move in PROBLEM.moves} == {
        ("resolve", "open", "resolved"), ("reopen", "resolved", "open"),
    }  # fmt: skip


async def test_a_restricted_items_problems_are_nowhere_for_others(
    cast: Cast, clock: TestClock, sign_in: SignIn
) -> None:
    problem = await a_problem(cast, clock, restricted=True, open_title="A restricted item")
    assert await problems_of(cast.police, problem.panel_id) == []
    with pytest.raises(Invisible):
        await problem_for(cast.police, problem.id)
    police = await sign_in("police")
    for address in (
        f"/panels/{MOG}/service-problems?state=all",
        f"/panels/{MOG}/service-problems/export?state=all",
    ):
        answer = await police.get(address)
        assert answer.status_code == 200
        assert "Children’s homes" not in answer.text
    assert (
        await police.get(f"/meetings/{problem.meeting_id}/items/{problem.item_id}/service-problems")
    ).status_code == 404


def a_fact(number: int, service: str, found_on: date, resolved_on: date | None = None) -> ProblemFacts:
    return ProblemFacts(
        number, 1, "mog", "MOG", 1, 1, STARTED, None, "", "", "", service, "p", None, "", None, "", found_on, resolved_on, "", 1,
        "", None,
    )  # fmt: skip


def test_services_are_listed_by_their_open_problems_whatever_their_letters() -> None:
    may, june = date(2026, 5, 1), date(2026, 6, 1)
    groups = by_service([
        a_fact(1, "Police", june), a_fact(2, "Homes", may, june), a_fact(3, "police ", may), a_fact(4, "Homes", june),
    ])  # fmt: skip
    assert [(group.service, group.words, [one.id for one in group.problems]) for group in groups] == [
        ("police ", "2 open", [3, 1]), ("Homes", "1 open, 1 resolved", [4, 2]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "0 days"),
        (1, "1 day"),
        (13, "13 days"),
        (14, "2 weeks"),
        (60, "8 weeks"),
        (61, "2 months"),
        (365, "11 months"),
    ],
)
def test_ages_are_rounded_down(days: int, words: str) -> None:
    assert age_in_words(days) == words


async def test_the_pages_from_item_to_export(cast: Cast, clock: TestClock, sign_in: SignIn) -> None:
    meeting, item = await an_item_of_mog()
    chair, here = await sign_in("chair"), f"/meetings/{meeting}/items/{item}/service-problems"
    empty = await chair.post(here, {"problem": "Kept words"})
    assert empty.status_code == 422
    assert "Kept words" in empty.text
    filled = {
        "service": "=HYPERLINK(1)",
        "problem": "Reports come late",
        "owner": f"agency-{cast.police.agency_id}",
    }
    assert (await chair.post(here, filled)).status_code == 303
    listed = (await chair.get(f"/panels/{MOG}/service-problems")).text
    assert "Open for 0 days" in listed
    assert "1 open" in listed
    one = await database.fetch_value("SELECT id FROM service_problem")
    assert (await chair.post(f"/service-problems/{one}/words", {"words": ""})).status_code == 422
    spoken = {"words": "Rang them", "meeting": str(meeting)}
    assert (await chair.post(f"/service-problems/{one}/words", spoken)).status_code == 303
    shown = (await chair.get(f"/service-problems/{one}")).text
    assert "Rang them" in shown
    police = await sign_in("police")
    assert (
        await police.post(f"/service-problems/{one}/resolution", {"words": "x", "version": "1"})
    ).status_code == 403
    assert "Resolve it" not in (await police.get(f"/service-problems/{one}")).text
    exported = await police.get(f"/panels/{MOG}/service-problems/export?state=all")
    (row,) = csv.DictReader(io.StringIO(exported.text.removeprefix("\ufeff")))
    assert (row["service"], row["last words"], row["state"]) == ("'=HYPERLINK(1)", "Rang them", "open")
    assert "Sample Child" not in exported.text
    assert (
        await chair.post(f"/service-problems/{one}/resolution", {"words": "Mended", "version": "1"})
    ).status_code == 303
    assert "No problem is open" in (await chair.get(f"/panels/{MOG}/service-problems")).text
    assert "Mended" in (await chair.get(f"/panels/{MOG}/service-problems?state=resolved")).text
    assert (await chair.get("/panels/mace/service-problems")).status_code == 404


async def test_open_problems_stand_folded_on_the_next_agenda_and_reading_them_is_recorded(
    cast: Cast, clock: TestClock, sign_in: SignIn
) -> None:
    problem = await a_problem(cast, clock)
    coming = await builders.a_meeting(MOG, clock.now + timedelta(days=20))
    for name in ("chair", "police"):
        assert (
            "Reports come a day late" in (await (await sign_in(name)).get(f"/meetings/{coming}/agenda")).text
        )
    read = await database.fetch_value(
        "SELECT count(*) FROM history_entry WHERE kind = 'agenda read' AND $1 = ANY(child_ids)",
        problem.child_id,
    )
    assert read == 2
