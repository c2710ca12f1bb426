"""A quarter of the panels' life: what each page of it needs to be worth looking at is there, in every state."""

from datetime import timedelta

import pytest

from app import database
from app.example.briefings import BRIEFINGS
from app.example.calendar import HIGH_RISK, MACE, MISSING, OPERATIONAL, REPEAT, TRACKING
from app.london import LONDON, london_date
from app.panels.contributions.rules import due_at
from app.panels.convening.queries import to_convene
from app.panels.kinds import KINDS
from app.panels.rhythm.rules.recurrences import year_ahead
from app.panels.terms.queries import standing_panel
from tests.example.conftest import NOW

pytestmark = pytest.mark.usefixtures("example")
TODAY = london_date(NOW)
ON_A_CALENDAR = [slug for slug, kind in KINDS.items() if slug != "general" and not kind.for_one_child]


async def number(sql: str, *values: object) -> int:
    found: int = await database.fetch_value(f"SELECT count(*) FROM {sql}", *values)
    return found


@pytest.mark.parametrize("slug", ON_A_CALENDAR)
async def test_a_panel_has_a_rhythm_and_its_meetings_a_year_ahead(slug):
    panel = await standing_panel(slug)
    rows = await database.fetch(
        "SELECT m.starts_at, m.series_day, m.status, s.clock FROM meeting m JOIN series s ON s.id = m.series "
        "WHERE m.panel = $1 AND m.starts_at > $2 ORDER BY m.starts_at",
        panel.id,
        NOW,
    )
    kept = [row for row in rows if london_date(row["starts_at"]) == row["series_day"]]
    assert all(row["starts_at"].astimezone(LONDON).time() == row["clock"] for row in kept)
    assert len(kept) >= len(rows) - 9
    assert rows[-1]["series_day"] > year_ahead(TODAY) - timedelta(days=40)


async def test_a_meeting_was_moved_and_one_cancelled():
    moved = await database.fetch(
        "SELECT FROM meeting m JOIN panel p ON p.id = m.panel JOIN series s ON s.id = m.series WHERE p.slug = $1 "
        "AND m.starts_at > $2 AND (m.starts_at AT TIME ZONE 'Europe/London')::time <> s.clock",
        MISSING,
        NOW,
    )
    assert len(moved) == 1
    assert await number("meeting WHERE status = 'cancelled' AND series IS NOT NULL AND starts_at > $1", NOW)


async def test_referrals_were_sent_and_stand_in_every_state():
    rows = await database.fetch(
        "SELECT threshold, count(*) AS n FROM referral WHERE received_at IS NOT NULL GROUP BY threshold"
    )
    states = {row["threshold"]: row["n"] for row in rows}
    assert set(states) == {"", "met", "not-met", "diverted"}
    assert states[""] >= 3
    assert await number("referral WHERE threshold = '' AND transition_note <> ''") == 1


async def test_a_briefing_was_closed_on_each_working_day_and_left_something_for_the_next():
    assert await number("briefing") == BRIEFINGS
    last = await database.fetch_value("SELECT max(closed_at) FROM briefing")
    assert await number("briefing_decision WHERE decided_at <= $1", last) > BRIEFINGS
    waiting = (
        "episode e WHERE category = 'missing' AND first_recorded_at > $1 AND NOT EXISTS "
        "(SELECT FROM briefing_decision d WHERE d.episode = e.id)"
    )
    assert await number(waiting, last)


async def test_a_closed_case_was_recalled_by_a_referral_of_these_weeks():
    assert await number(
        "panel_case k JOIN referral r ON r.id = k.referral WHERE k.recall_of IS NOT NULL "
        "AND r.received_at > $1 AND k.closed_on IS NULL",
        NOW - timedelta(days=14),
    )


async def test_cases_were_passed_on_and_reopened_and_a_review_is_overdue():
    kinds = {row["kind"] for row in await database.fetch("SELECT DISTINCT kind FROM history_entry")}
    assert {"case closed", "case reopened", "case file noted"} <= kinds
    overdue = await database.fetch(
        "SELECT p.slug FROM panel_case k JOIN panel p ON p.id = k.panel WHERE next_review_on < $1", TODAY
    )
    assert overdue


async def test_agencies_answered_in_every_way_and_one_is_silent():
    rows = await database.fetch(
        "SELECT g.kind, c.nothing_known, c.submitted_at, c.written_at, m.starts_at, m.agenda_issued_at "
        "FROM contribution c JOIN agency g ON g.id = c.agency JOIN agenda_item i ON i.id = c.agenda_item "
        "JOIN meeting m ON m.id = i.meeting"
    )
    assert any(row["nothing_known"] for row in rows)
    assert any(row["submitted_at"] is None for row in rows)
    sent = [row for row in rows if row["submitted_at"] is not None]
    assert any(row["submitted_at"] > due_at(row["starts_at"], row["agenda_issued_at"]) for row in sent)
    assert all(row["written_at"] < row["starts_at"] for row in rows)
    assert "charity" not in {row["kind"] for row in rows}
    assert await number("history_entry WHERE kind = 'agencies reminded'") or await number(
        "history_entry WHERE kind LIKE '%remind%'"
    )


@pytest.mark.parametrize("slug", [MISSING, HIGH_RISK, MACE, TRACKING])
async def test_people_have_replied_to_the_next_meeting_but_not_all_of_them(slug):
    panel = await standing_panel(slug)
    meeting_id = await database.fetch_value(
        "SELECT id FROM meeting WHERE panel = $1 AND status IN ('planned', 'agenda-issued') ORDER BY starts_at LIMIT 1",
        panel.id,
    )
    replied = await number("attendance WHERE meeting = $1 AND replied_at IS NOT NULL", meeting_id)
    seats = await number("seat WHERE panel = $1 AND ended_at IS NULL", panel.id)
    assert 0 < replied <= seats + 1


async def test_a_restricted_item_and_a_guest_who_is_asked_to_another_stand_on_the_next_mace():
    restricted = await database.fetch(
        "SELECT m.id, m.starts_at FROM agenda_item i JOIN meeting m ON m.id = i.meeting WHERE i.restricted"
    )
    assert {row["starts_at"] > NOW for row in restricted} == {True, False}
    slots = await database.fetch(
        "SELECT i.restricted, m.starts_at, p.email FROM guest_slot g JOIN agenda_item i ON i.id = g.agenda_item "
        "JOIN meeting m ON m.id = g.meeting JOIN person p ON p.id = g.person"
    )
    (slot,) = slots
    assert slot["email"] == "guest@example.org"
    assert slot["starts_at"] > NOW
    assert not slot["restricted"]


async def test_the_title_of_a_restricted_item_names_nobody():
    rows = await database.fetch(
        "SELECT i.open_title, c.name FROM agenda_item i JOIN child c ON c.id = i.child WHERE i.restricted"
    )
    for row in rows:
        assert not set(row["open_title"].lower().split()) & set(row["name"].lower().split())


async def test_problems_between_services_are_followed_and_the_terms_have_changed_once():
    assert await number("service_problem WHERE resolved_on IS NULL") >= 2
    assert await number("service_problem_word") >= 1
    panel = await standing_panel(OPERATIONAL)
    assert await number("terms_of_reference WHERE panel = $1", panel.id) == 1


async def test_places_have_other_names_and_one_is_merged():
    assert await number("place WHERE merged_into IS NOT NULL") == 1
    assert await number("place_name") > await number("place")
    assert await number("agenda_item WHERE kind = 'place' AND place IS NOT NULL")


async def test_records_stand_twice_and_some_were_merged():
    rows = await database.fetch("SELECT kind FROM merge WHERE undone_at IS NULL")
    assert {row["kind"] for row in rows} == {"child", "episode"}
    assert await number("child WHERE child_ref LIKE 'P-%' AND merged_into IS NULL") == 1


async def test_of_the_missing_one_is_confirmed_and_of_one_the_strategy_discussion_is_overdue():
    missing = await database.fetch(
        "SELECT strategy_discussion_at, high_risk_notified_at, confirmed_missing_at FROM episode "
        "WHERE returned_at IS NULL AND end_unknown_after IS NULL ORDER BY started_at"
    )
    assert missing[0]["confirmed_missing_at"]
    assert missing[1]["high_risk_notified_at"]
    assert missing[1]["strategy_discussion_at"] is missing[1]["confirmed_missing_at"] is None


async def test_some_children_are_still_to_be_met_about():
    panel = await standing_panel(REPEAT)
    found = await to_convene(panel, TODAY, NOW)
    assert found.due
    assert found.planned
