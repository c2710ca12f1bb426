"""The clocks: where they start, which page shows them, and that rules, SQL and figure mean the same."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import database
from app.episodes.clocks.queries import (
    SHOWN_IN_SQL,
    interview_due_in_sql,
    overdue_clocks,
    page_of_clocks,
    running_clocks,
    told_at_in_sql,
)
from app.episodes.clocks.rules import interview_due_at, media_alert_sentence, told_at
from app.episodes.rules import EpisodeFacts
from app.figures.interviews.queries import INTERVIEWS
from app.figures.rules import Question
from app.london import day_end, day_start
from tests import builders
from tests.conftest import NOW

H72 = timedelta(hours=72)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 3, 27),
        date(2026, 3, 28),
        date(2026, 3, 29),
        date(2026, 10, 24),
        date(2026, 10, 25),
        date(2026, 6, 2),
    ],
)
def test_a_return_known_by_its_day_counts_72_elapsed_hours_from_the_end_of_that_london_day(day):
    assert interview_due_at(day_start(day), True) == day_end(day) + H72
    assert interview_due_at(day_start(day), False) == day_start(day) + H72


def test_the_clock_from_the_council_being_told_never_starts_before_the_return():
    back = EpisodeFacts(
        1,
        "missing",
        datetime(2026, 6, 1, 8, tzinfo=UTC),
        day_start(date(2026, 6, 2)),
        date_only=("returned_at",),
    )
    same_day = replace(back, la_notified_at=datetime(2026, 6, 2, 9, tzinfo=UTC))
    assert told_at(same_day) == same_day.la_notified_at
    assert told_at(replace(back, la_notified_at=datetime(2026, 6, 1, 20, tzinfo=UTC))) == day_end(
        date(2026, 6, 2)
    )
    assert told_at(replace(same_day, date_only=("la_notified_at",))) == day_end(date(2026, 6, 2))


MINUTES = st.integers(0, 60 * 24 * 400).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(at=MINUTES, told_after=st.integers(-3000, 6000), day_alone=st.booleans())
async def test_the_sql_of_the_interviews_clock_says_what_the_rule_says(db, at, told_after, day_alone):
    if day_alone:
        at = day_start(at.date())
    told = at + timedelta(minutes=told_after)
    one = EpisodeFacts(
        1,
        "missing",
        at - timedelta(days=9),
        at,
        la_notified_at=told,
        date_only=("returned_at",) if day_alone else (),
    )
    row = await database.fetch_one(
        f"SELECT {interview_due_in_sql('e')} AS due, {told_at_in_sql('e')} AS told "
        "FROM (SELECT $1::timestamptz AS returned_at, $2::timestamptz AS la_notified_at, $3::text[] AS date_only) e",
        at,
        told,
        list(one.date_only),
    )
    assert row == {"due": interview_due_at(at, day_alone), "told": told_at(one)}


# Around every deadline and end of a clock, each on its own child: children away with every mixture of what was done
# and whose child it is, and returns with every mixture of interviews.
EVERY_AWAY = """
    WITH made AS (
        SELECT row_number() OVER () AS n, row.* FROM (
            SELECT * FROM unnest(ARRAY[0, 12, 13, 24, 25, 2161]) hours, unnest(ARRAY[true, false]) urgent,
                unnest(ARRAY[true, false]) met, unnest(ARRAY[true, false]) told, unnest(ARRAY['', 'cla']) childs,
                unnest(ARRAY[NULL, 'cla', 'cin']) episodes) row
    ), child AS (
        INSERT INTO child (id, child_ref, legal_status) SELECT n, 'away-' || n, childs FROM made)
    INSERT INTO episode (child, started_at, immediate_concern, strategy_discussion_at, high_risk_notified_at,
                         legal_status, category)
    SELECT n, $1::timestamptz - hours * interval '1 hour', urgent, CASE WHEN met THEN $1 END, CASE WHEN told THEN $1 END,
        episodes, CASE WHEN n % 11 = 0 THEN 'curfew' ELSE 'missing' END FROM made
"""
EVERY_RETURN = """
    WITH made AS (
        SELECT 1000 + row_number() OVER () AS n, row.* FROM (
            SELECT * FROM unnest(ARRAY[0, 71, 72, 73, 96, 97, 2160, 2161]) hours, unnest(ARRAY[true, false]) by_day,
                unnest(ARRAY['', 'pending', 'pending 1', 'unable 1,pending 2', 'pending 1,unable 2',
                             'completed 1,pending 2', 'pending,unable']) said) row
    ), child AS (
        INSERT INTO child (id, child_ref) SELECT n, 'back-' || n FROM made
    ), episode AS (
        INSERT INTO episode (id, child, started_at, returned_at, date_only)
        SELECT n, n, at - interval '5 hours', at, CASE WHEN by_day THEN ARRAY['returned_at'] ELSE '{}' END
        FROM made, LATERAL (SELECT $1::timestamptz - hours * interval '1 hour' AS at) back
    ), told AS (
        SELECT n * 10 + place AS id, n, split_part(one, ' ', 1) AS outcome, nullif(split_part(one, ' ', 2), '')::int AS day
        FROM made, unnest(string_to_array(said, ',')) WITH ORDINALITY AS each(one, place)
    ), interview AS (
        INSERT INTO interview (id, child, interview_key, outcome, offered_at)
        SELECT id, n, 'key-' || id, outcome, $1::timestamptz - (90 - day) * interval '1 day' FROM told)
    INSERT INTO interview_episode (interview, episode) SELECT id, n FROM told
"""


async def test_the_pages_of_clocks_in_sql_are_what_the_rule_makes_of_every_episode(db):
    await database.execute(EVERY_AWAY, NOW)
    await database.execute(EVERY_RETURN, NOW)
    expected = await running_clocks(None, NOW)
    of_kind = {
        "all": expected,
        "missing": [one for one in expected if one.episode.returned_at is None],
        "returned": [one for one in expected if one.episode.returned_at is not None],
        "overdue": [one for one in expected if one.overdue(NOW)],
    }
    assert of_kind.keys() == SHOWN_IN_SQL.keys()
    for show, wanted in of_kind.items():
        count = len(wanted) // 100 + 1
        pages = [await page_of_clocks(show, NOW, page=n, per_page=100) for n in range(1, count + 1)]
        assert [one for page in pages for one in page.shown] == wanted
        assert {page.total(show) for page in pages} == {len(wanted)}
        assert len(wanted) > 20


async def test_page_query_and_figure_agree_when_a_return_without_a_time_is_overdue(sign_in, clock):
    child = await builders.a_child(name="Nia Made-Up")
    day = date(2026, 10, 23)  # the clocks go back on the 25th
    await builders.an_episode(
        child, day_start(day) - timedelta(days=2), returned_at=day_start(day), date_only=["returned_at"]
    )
    due = day_end(day) + H72
    for at, late in ((due, False), (due + timedelta(seconds=1), True)):
        clock.now = at
        assert bool(await overdue_clocks([child], at)) is late
        text = (await (await sign_in("manager")).get(f"/children/{child}")).text
        assert ("Overdue" in text) is late
        assert (
            "Counted from the end of 23 October 2026" in text or "Counted from the end of 23 Oct 2026" in text
        )
    for now, eligible in ((due - timedelta(seconds=1), 0), (due, 1)):
        said = await INTERVIEWS.figure(Question(date(2026, 10, 1), date(2026, 11, 1), now, ("Exampleshire",)))
        eligible_said = said.value("eligible")
        assert eligible_said is not None
        assert eligible_said.value == eligible  # type: ignore[union-attr]


async def test_of_two_open_episodes_the_one_that_is_due_first_comes_first_and_curfew_never_comes(db):
    child = await builders.a_child(legal_status="cla")
    calm = await builders.an_episode(
        child, NOW - timedelta(hours=5), returned_at=None, strategy_discussion_at=NOW
    )
    urgent = await builders.an_episode(
        child, NOW - timedelta(hours=1), returned_at=None, immediate_concern=True
    )
    answered = await builders.an_episode(
        child,
        NOW - timedelta(hours=30),
        returned_at=None,
        strategy_discussion_at=NOW,
        high_risk_notified_at=NOW,
    )
    for category in ("curfew", "away", "absent"):
        await builders.an_episode(child, NOW - timedelta(hours=40), returned_at=None, category=category)
    merged = await builders.an_episode(child, NOW - timedelta(hours=6), returned_at=None, merged_into=calm)
    found = [one.episode.id for one in await running_clocks(None, NOW)]
    assert found == [urgent, calm, answered]
    assert merged not in found


def test_a_media_alert_needs_the_executive_directors_consent_with_time_and_name():
    one = EpisodeFacts(1, "missing", NOW, None)
    assert "consent is not recorded" in (media_alert_sentence(one) or "")
    assert media_alert_sentence(replace(one, media_consent_at=NOW))
    assert media_alert_sentence(replace(one, media_consent_at=NOW, media_consent_by="Ed Director")) is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"strategy_discussion_at_date": "2026-06-10"}, "Enter who held the strategy discussion"),
        ({"strategy_discussion_by": "Tara Teamlead"}, "Enter when the strategy discussion was held"),
        ({"high_risk_notified_at_date": "2026-06-10"}, "Enter who sent the High-Risk Notification"),
        ({"media_consent_at_date": "2026-06-10"}, "Enter who gave consent"),
        ({"media_consent_by": "Ed Director"}, "Enter when consent was given"),
        ({"media_consent_by": "Ed Director", "media_consent_at_date": "2026-06-11"}, "lies in the future"),
    ],
)
async def test_a_step_is_recorded_with_its_time_and_with_whom(sign_in, fields, sentence):
    episode = await builders.an_episode(await builders.a_child(), NOW - timedelta(hours=20), returned_at=None)
    answer = await (await sign_in("officer")).post(f"/episodes/{episode}/steps", {"version": 1} | fields)
    assert (answer.status_code, sentence in answer.text) == (422, True)


async def test_the_page_of_open_clocks_is_for_officers_and_managers_and_says_what_is_overdue(sign_in):
    browser = await sign_in("officer")
    assert "No clock is running" in (await browser.get("/clocks")).text
    child = await builders.a_child(name="Nia Made-Up", legal_status="cla")
    await builders.an_episode(child, NOW - timedelta(hours=25), returned_at=None)
    text = (await browser.get("/clocks")).text
    assert "Nia Made-Up" in text
    assert text.count("Overdue</strong>") == 2
    assert "Nothing here" in (await browser.get("/clocks?show=returned")).text
    assert (await (await sign_in("police")).get("/clocks")).status_code == 403


async def test_a_panels_page_shows_what_is_overdue_about_its_own_children_alone(sign_in):
    mine, other = await builders.a_child(name="Mine Made-Up"), await builders.a_child(name="Other Made-Up")
    await builders.a_case("mace", mine, NOW.date())
    for child in (mine, other):
        await builders.an_episode(child, NOW - timedelta(hours=25), returned_at=None)
    text = (await (await sign_in("police")).get("/panels/mace")).text
    assert "Overdue about its children (1)" in text
    assert "Mine Made-Up" in text
    assert "Other Made-Up" not in text
    assert "Mine Made-Up" not in (await (await sign_in("admin")).get("/panels/mace")).text
