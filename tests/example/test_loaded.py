"""What the example shows: something of everything, and of nobody real."""

import pytest

from app import database
from app.example.names import FIRST_NAMES, STAFF_FIRST_NAMES, STAFF_SURNAMES, SURNAMES
from app.example.people import CAST, PASSWORD
from app.example.rules import SMALL
from app.london import london_date
from app.minutes.fixed_text.rules import is_unaltered
from app.panels.kinds import KINDS
from app.panels.selection.queries import proposal_on
from app.panels.standing.queries import seats_of
from app.panels.terms.queries import standing_panel
from app.people import changes
from app.people.rules import EXAMPLE_EMAILS
from tests.example.conftest import NOW

pytestmark = pytest.mark.usefixtures("example")
OF_THE_COUNCIL = "child_ref NOT LIKE 'P-%'"
"""Two children stand a second time as the police know them."""

SEVEN = [slug for slug in KINDS if slug != "general"]


async def statuses(table: str) -> dict[str, int]:
    rows = await database.fetch(f"SELECT status, count(*) AS n FROM {table} GROUP BY status")
    return {row["status"]: row["n"] for row in rows}


async def test_there_are_as_many_children_and_episodes_as_asked_for():
    assert await database.fetch_value(f"SELECT count(*) FROM child WHERE {OF_THE_COUNCIL}") == SMALL.children
    counted = await database.fetch_value("SELECT count(*) FROM episode WHERE category = 'missing'")
    assert SMALL.episodes * 0.95 < counted < SMALL.episodes * 1.1


async def test_every_state_of_meetings_minutes_and_actions_can_be_looked_at():
    assert set(await statuses("meeting")) == {"planned", "agenda-issued", "held", "cancelled"}
    assert set(await statuses("minutes")) == {"draft", "with-chair", "approved", "circulated"}
    assert {"issued", "in-progress", "completed", "not-possible", "not-done"} <= set(await statuses("action"))
    assert await database.fetch_value("SELECT count(*) FROM minutes WHERE remarks <> ''") > 0
    assert await database.fetch_value("SELECT count(*) FROM agenda_version WHERE number > 1") > 0


async def test_a_sample_of_minutes_is_graded_but_for_a_few_items():
    rows = await database.fetch("SELECT graded_at IS NOT NULL AS graded FROM quality_grade")
    assert {row["graded"] for row in rows} == {True, False}


async def test_recommendations_and_actions_were_judged_in_each_category_that_a_panel_judges():
    categories = {row["category"] for row in await database.fetch("SELECT category FROM tracking_assessment")}
    assert categories >= {3, 4, 5}
    assert await database.fetch_value("SELECT count(DISTINCT source) FROM recommendation") == 5
    assert set(await statuses("recommendation")) >= {"issued", "in-progress", "completed", "not-possible"}


async def test_every_outcome_of_an_interview_is_there():
    rows = await database.fetch("SELECT DISTINCT outcome FROM interview")
    wanted = {"completed", "declined-child", "declined-carer", "unable", "not-required", "pending"}
    assert {row["outcome"] for row in rows} == wanted


async def test_somebody_is_missing_just_now_and_somebody_for_more_than_a_day():
    rows = await database.fetch(
        "SELECT started_at FROM episode WHERE returned_at IS NULL AND end_unknown_after IS NULL ORDER BY started_at"
    )
    hours = [(NOW - row["started_at"]).total_seconds() / 3600 for row in rows]
    assert hours[0] > 24
    assert hours[-1] < 2


async def test_nothing_lies_in_the_future_but_meetings_and_due_dates():
    for column in ("started_at", "returned_at", "reported_at", "la_notified_at", "sw_contact_at"):
        assert not await database.fetch(f"SELECT FROM episode WHERE {column} > $1", NOW)
    assert not await database.fetch("SELECT FROM meeting WHERE status = 'held' AND starts_at > $1", NOW)
    assert not await database.fetch("SELECT FROM history_entry WHERE happened_at > $1", NOW)
    assert not await database.fetch("SELECT FROM action WHERE finished_on > $1", london_date(NOW))


async def test_no_name_is_taken_from_anywhere_but_the_invented_lists():
    children = {row["name"] for row in await database.fetch("SELECT name FROM child")}
    told = {f"{first} {last}" for first in FIRST_NAMES for last in SURNAMES}
    assert children <= told | {f"{last.upper()}, {first[0]}" for first in FIRST_NAMES for last in SURNAMES}
    workers = {
        row["name"] for row in await database.fetch("SELECT DISTINCT social_worker AS name FROM child")
    }
    assert workers <= {f"{first} {last}" for first in STAFF_FIRST_NAMES for last in STAFF_SURNAMES} | {""}
    people = {row["name"] for row in await database.fetch("SELECT name FROM person")}
    assert people == {one.name for one in CAST}


async def test_references_are_our_own_and_hold_no_initials():
    rows = await database.fetch("SELECT child_ref FROM child")
    told = {f"EX-{n:05}" for n in range(1, SMALL.children + 1)}
    assert {row["child_ref"] for row in rows} == told | {"P-70012", "P-70043"}


async def test_the_example_people_can_sign_in_and_hold_their_seats():
    for email in EXAMPLE_EMAILS:
        token = await changes.sign_in(email, PASSWORD, "127.0.0.1", now=NOW)
        assert token
    rows = await database.fetch("SELECT id, email FROM person WHERE email = ANY($1)", list(EXAMPLE_EMAILS))
    ids = {row["email"].split("@")[0]: row["id"] for row in rows}
    for name, role in (
        ("chair", "chair"),
        ("minutes", "minute-taker"),
        ("police", "member"),
        ("health", "member"),
    ):
        assert [seat.role for seat in await seats_of(ids[name])] == [role] * 7
    assert await seats_of(ids["outsider"]) == await seats_of(ids["guest"]) == ()


@pytest.mark.parametrize("slug", SEVEN)
async def test_the_next_agenda_to_prepare_has_proposals_waiting(slug):
    panel = await standing_panel(slug)
    starts_at = await database.fetch_value(
        "SELECT min(starts_at) FROM meeting WHERE panel = $1 AND status = 'planned' AND starts_at > $2",
        panel.id,
        NOW,
    )
    assert (await proposal_on(panel, london_date(starts_at), now=NOW)).items


async def test_a_meeting_that_has_begun_waits_to_be_held():
    rows = await database.fetch("SELECT FROM meeting WHERE status = 'agenda-issued' AND starts_at < $1", NOW)
    assert len(rows) == 1


async def test_each_example_person_owes_something_overdue_and_something_soon():
    today = london_date(NOW)
    for name in ("chair", "minutes", "police", "health"):
        due = await database.fetch(
            "SELECT due_on FROM action a JOIN person p ON p.id = a.owner WHERE p.email = $1 AND finished_on IS NULL",
            f"{name}@example.org",
        )
        assert any(row["due_on"] < today for row in due), name
        assert any(0 <= (row["due_on"] - today).days < 7 for row in due), name


async def test_the_outsider_owes_nothing_and_nobody_of_that_agency_does():
    owed = await database.fetch(
        "SELECT FROM action a JOIN person p ON p.agency = a.agency WHERE p.email = 'outsider@example.org'"
    )
    assert owed == []


async def test_approved_minutes_keep_their_fingerprint():
    rows = await database.fetch("SELECT content, sha256 FROM minutes WHERE content IS NOT NULL")
    assert rows
    assert all(is_unaltered(row["content"], row["sha256"]) for row in rows)


async def test_no_message_waits_to_be_sent():
    assert await database.fetch_value("SELECT count(*) FROM outbox_message") == 0
