"""Two records of one episode or child: found, merged, counted once, and undone without a trace."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import database
from app.episodes.merging.changes import merge_children, merge_episodes, undo_merge
from app.episodes.merging.queries import merge_with, possible_duplicates, possible_matches
from app.episodes.merging.rules import may_be_one, names_alike, pairs_among
from app.episodes.queries import child_for, episode_for
from app.episodes.rules import EpisodeFacts
from app.figures.missing.queries import MISSING
from app.figures.rules import Question
from app.lifecycle import MovedOn, Refused
from app.london import day_start
from app.panels.selection.queries import proposal_on
from app.panels.terms.queries import standing_panels
from tests import builders
from tests.conftest import NOW
from tests.episodes.files import bring

HOUR = timedelta(hours=1)


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC)


def episode(number: int, start: datetime, end: datetime | None, *days: str, **fields) -> EpisodeFacts:
    return EpisodeFacts(number, fields.pop("category", "missing"), start, end, date_only=days, **fields)


def test_reports_an_hour_apart_may_be_one_and_a_minute_more_not():
    police = episode(1, at(4, 20), at(4, 22))
    assert may_be_one(police, episode(2, at(4, 23), at(5, 1)))
    assert may_be_one(episode(2, at(4, 23), at(5, 1)), police)
    assert not may_be_one(police, episode(2, at(4, 23, 1), at(5, 1)))
    assert may_be_one(police, episode(2, at(4, 21), at(4, 21, 30)))
    assert may_be_one(episode(1, at(4, 20), None), episode(2, at(9), at(10)))


def test_where_hours_are_missing_days_are_compared_and_touching_days_are_not_an_overlap():
    def days(first, last, number=1):
        return episode(
            number,
            day_start(date(2026, 5, first)),
            day_start(date(2026, 5, last)),
            "started_at",
            "returned_at",
        )

    assert not may_be_one(days(3, 5), days(5, 6, 2))
    assert may_be_one(days(3, 5), days(4, 6, 2))
    assert may_be_one(days(5, 5), episode(2, at(5, 20), at(6, 2)))
    assert not may_be_one(days(3, 5), episode(2, at(5, 20), at(6, 2)))
    unknown = replace(days(3, 3), returned_at=None, end_unknown_after=date(2027, 3, 31))
    assert may_be_one(unknown, episode(2, at(3, 20), at(4, 2)))
    assert not may_be_one(unknown, episode(2, at(9, 20), at(9, 22)))


def test_curfew_is_compared_with_curfew_alone():
    missing, curfew = episode(1, at(4), at(5)), episode(2, at(4), at(5), category="curfew")
    assert not may_be_one(missing, curfew)
    assert may_be_one(curfew, replace(curfew, id=3, started_at=at(4, 1)))
    assert may_be_one(missing, replace(missing, id=3, category="absent"))


SPANS = st.tuples(
    st.integers(0, 60 * 24 * 6),
    st.one_of(st.none(), st.integers(0, 60 * 30)),
    st.sampled_from([(), ("started_at",), ("returned_at",), ("started_at", "returned_at")]),
)


def _of(number, span):
    start, length, days = span
    began = at(1) + timedelta(minutes=start)
    ended = None if length is None else began + timedelta(minutes=length)
    began = day_start(began.date()) if "started_at" in days else began
    if ended is not None and "returned_at" in days:
        ended = day_start(ended.date())
    return episode(
        number, began, ended, *(days if ended is not None else tuple(d for d in days if d == "started_at"))
    )


@given(st.lists(SPANS, max_size=9))
def test_the_pairs_of_a_child_are_all_pairs_that_may_be_one(spans):
    facts = [_of(number, span) for number, span in enumerate(spans)]
    found = {frozenset((one.id, other.id)) for one, other in pairs_among(facts)}
    assert found == {frozenset((a.id, b.id)) for a, b in combinations(facts, 2) if may_be_one(a, b)}


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(spans=st.lists(SPANS, max_size=6, unique_by=lambda s: s[0]))
async def test_the_list_finds_what_the_rule_finds(db, spans):
    child = await builders.a_child()
    facts = []
    for number, span in enumerate(spans):
        one = _of(number, span)
        if any(one.started_at == other.started_at for other in facts):
            continue
        made = await builders.an_episode(
            child, one.started_at, returned_at=one.returned_at, date_only=list(one.date_only)
        )
        facts.append(replace(one, id=made))
    found = {
        (p.one.id, p.other.id)
        for p in await possible_duplicates(at(1) - timedelta(days=9))
        if p.child_id == child
    }
    assert found == {(one.id, other.id) for one, other in pairs_among(facts)}


async def two_reports():
    """A carer's and a police report of one episode, and an interview about each."""
    child = await builders.a_child(name="Nia Made-Up")
    carers = await builders.an_episode(child, at(4, 20), returned_at=None, missing_from="The Elms")
    polices = await builders.an_episode(
        child,
        at(4, 20, 40),
        returned_at=at(5, 3),
        reported_at=at(4, 20, 40),
        found_at="Bus station",
        police_risk="high",
    )
    await builders.an_interview(child, [polices], outcome="declined-child", offered_at=at(6))
    both = await builders.an_interview(child, [carers, polices], outcome="completed", held_at=at(7))
    return child, carers, polices, both


RECORDS = (
    "child",
    "episode",
    "interview",
    "interview_episode",
    "risk_assessment",
    "referral",
    "panel_case",
    "meeting",
    "agenda_item",
    "action",
    "briefing_decision",
)


async def everything() -> dict[str, list]:
    """All rows of the record tables, without what tells when and how often they were written."""
    found = {}
    for table in RECORDS:
        rows = await database.fetch(
            f"SELECT to_jsonb(t) - 'recorded_at' - 'version' AS row FROM \"{table}\" t ORDER BY id"
        )
        found[table] = [row["row"] for row in rows]
    return found


async def merged(cast, kept: int, other: int) -> int:
    child, one = await episode_for(cast.officer, kept)
    _, two = await episode_for(cast.officer, other)
    return await merge_episodes(cast.officer, child, one, two, reason="Police and carer", now=NOW, key=None)


async def undone(cast, merge_id: int) -> None:
    merge = await merge_with(merge_id)
    assert merge is not None
    await undo_merge(cast.officer, merge, reason="", now=NOW, key=None)


async def test_the_kept_report_takes_over_what_it_does_not_say_and_undo_gives_it_back(cast):
    _child, carers, polices, _both = await two_reports()
    before = await everything()
    merge_id = await merged(cast, carers, polices)
    row = await database.fetch_one("SELECT * FROM episode WHERE id = $1", carers)
    assert (row["returned_at"], row["found_at"], row["missing_from"]) == (at(5, 3), "Bus station", "The Elms")
    assert row["started_at"] == at(4, 20)
    links = await database.fetch("SELECT interview, episode FROM interview_episode ORDER BY interview")
    assert [link["episode"] for link in links] == [carers, carers]
    assert (await episode_for(cast.officer, polices))[1].id == carers
    await undone(cast, merge_id)
    assert await everything() == before
    with pytest.raises(MovedOn):
        await undone(cast, merge_id)


async def test_undo_keeps_a_correction_made_since(cast):
    _child, carers, polices, _ = await two_reports()
    merge_id = await merged(cast, carers, polices)
    await database.execute("UPDATE episode SET found_at = 'Railway station' WHERE id = $1", carers)
    await undone(cast, merge_id)
    row = await database.fetch_one("SELECT found_at, returned_at FROM episode WHERE id = $1", carers)
    assert row == {"found_at": "Railway station", "returned_at": None}


async def test_a_later_merge_is_undone_first(cast):
    child = await builders.a_child()
    one, two, three = [await builders.an_episode(child, at(4, hour)) for hour in (1, 2, 3)]
    first = await merged(cast, two, three)
    second = await merged(cast, one, two)
    pointers = await database.fetch("SELECT merged_into FROM episode ORDER BY id")
    assert [row["merged_into"] for row in pointers] == [None, one, one]
    with pytest.raises(Refused, match="later merge first"):
        await undone(cast, first)
    await undone(cast, second)
    await undone(cast, first)
    assert await database.fetch_value("SELECT count(*) FROM episode WHERE merged_into IS NOT NULL") == 0


async def test_a_report_changed_since_it_was_compared_is_not_merged(cast):
    child, carers, polices, _ = await two_reports()
    facts = (await episode_for(cast.officer, carers))[1], (await episode_for(cast.officer, polices))[1]
    await database.execute("UPDATE episode SET version = version + 1 WHERE id = $1", polices)
    with pytest.raises(MovedOn, match="changed while you compared"):
        await merge_episodes(
            cast.officer, (await child_for(cast.officer, child)), *facts, reason="", now=NOW, key=None
        )


async def test_figures_and_selection_count_a_merged_episode_once(cast):
    child = await builders.a_child()
    episodes = [await builders.an_episode(child, at(day, 20)) for day in (2, 6, 10, 14)]
    twice = await builders.an_episode(child, at(14, 20, 30))
    panel = next(p for p in await standing_panels() if p.kind.slug == "multiple-missing-hotspots")
    asked = Question(date(2026, 5, 1), date(2026, 6, 1), NOW)

    async def counted() -> tuple[int, int]:
        said = (await MISSING.figure(asked)).value("episodes")
        proposal = await proposal_on(panel, NOW.date(), now=NOW)
        return said.value, len(proposal.items)  # type: ignore[union-attr]

    assert await counted() == (5, 1)
    merge_id = await merged(cast, episodes[-1], twice)
    assert await counted() == (4, 0)
    await undone(cast, merge_id)
    assert await counted() == (5, 1)


async def test_the_pages_compare_merge_tell_apart_and_undo(sign_in, cast):
    browser = await sign_in("officer")
    assert "Nothing looks reported twice" in (await browser.get("/episodes/possible-duplicates")).text
    child, carers, polices, _ = await two_reports()
    assert (
        f"/episodes/{carers}/duplicates/{polices}"
        in (await browser.get("/episodes/possible-duplicates")).text
    )
    assert "may be one, reported twice" in (await browser.get(f"/children/{child}")).text
    address = f"/episodes/{carers}/duplicates/{polices}"
    shown = (await browser.get(address)).text
    assert "Bus station" in shown
    assert "The Elms" in shown
    assert (await browser.post(address, {"version": 1, "other_version": 1})).status_code == 422
    assert (await browser.post(address, {"version": 1, "other_version": 1, "keep": 999})).status_code == 422
    assert (
        await browser.post(address, {"version": 7, "other_version": 1, "keep": carers})
    ).status_code == 409
    answer = await browser.post(
        address, {"version": 1, "other_version": 1, "keep": carers, "reason": "Two reports"}
    )
    assert answer.status_code == 303
    merge = answer.headers["location"]
    assert "Two reports" in (await browser.get(merge)).text
    assert merge in (await browser.get(f"/children/{child}")).text
    assert (await browser.get(address)).status_code == 303
    assert (await browser.post(f"{merge}/undoing", {"reason": "No"})).status_code == 303
    assert "Undone" in (await browser.get(merge)).text
    assert (await browser.post(f"{address}/different")).status_code == 303
    assert "Nothing looks reported twice" in (await browser.get("/episodes/possible-duplicates")).text
    assert "reported twice" not in (await browser.get(f"/children/{child}")).text
    other = await builders.an_episode(await builders.a_child(), at(4, 20))
    assert (await browser.get(f"/episodes/{carers}/duplicates/{other}")).status_code == 404
    assert (await (await sign_in("police")).get(merge)).status_code == 403


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Nia Made-Up", "NIA MADE-UP", True),
        ("Made-Up, Nia", "Nia Made-Up", True),
        ("N. Sample", "Nia Sample", True),
        ("Nia Jane Sample", "Sample Nia", True),
        ("Zoë O’Sample", "Zoe OSample", True),
        ("N S", "Nia Sample", True),
        ("Nia Sample", "Noor Sample", False),
        ("Nia Sample", "Nia Other", False),
        ("Sample", "Sample", False),
        ("", "", False),
    ],
)
def test_names_are_alike_whatever_case_order_and_initials(one, other, alike):
    assert names_alike(one, other) is alike
    assert names_alike(other, one) is alike


async def test_possible_matches_share_a_reference_or_a_birth_date_and_a_name(db):
    born = date(2011, 2, 3)
    council = await builders.a_child(child_ref="C-1", name="Nia Sample", born_on=born)
    police = await builders.a_child(child_ref="P-77", name="SAMPLE, N", born_on=born)
    await builders.a_child(child_ref="C-2", name="Mara Sample", born_on=born)
    await builders.a_child(child_ref="C-3", name="Nia Sample", born_on=date(2012, 2, 3))
    bearing = await builders.a_child(child_ref="C-4", name="", born_on=None, other_refs=["p-77"])
    gone = await builders.a_child(child_ref="C-5", name="Nia Sample", born_on=born, merged_into=council)
    pairs = await possible_matches()
    assert [(p.one_id, p.other_id, p.reasons) for p in pairs] == [
        (police, bearing, ("both bear the same reference",)),
        (council, police, ("the same date of birth and a similar name",)),
    ]
    assert gone not in {one for p in pairs for one in (p.one_id, p.other_id)}
    await builders.insert(
        "no_match", kind="child", one=council, other=police, said_by=await _somebody(), said_at=NOW
    )
    assert len(await possible_matches()) == 1


async def _somebody() -> int:
    agency = await builders.insert("agency", name="Somewhere", kind="other")
    return await builders.insert(
        "person", email="somebody@cast.example.org", name="Sol Somebody", agency=agency, roles=[]
    )


async def split_records(cast) -> tuple[int, int]:
    """A council's and a police's record of one child, each with something of every kind."""
    council = await builders.a_child(child_ref="C-1", name="Nia Made-Up", school="")
    police = await builders.a_child(
        child_ref="P-77", name="N Made-Up", school="Sample School", other_refs=["PNC-9"], sex="female"
    )
    for child, day in ((council, 2), (police, 5)):
        made = await builders.an_episode(child, at(day, 20))
        await builders.an_interview(child, [made], outcome="pending", offered_at=at(day + 2))
    shared = at(9, 21)
    await builders.an_episode(council, shared, returned_at=None)
    there = await builders.an_episode(police, shared, returned_at=shared + 4 * HOUR)
    await builders.an_interview(police, [there], outcome="completed", held_at=at(11))
    for child in (council, police):
        await builders.a_risk(child, date(2026, 5, 1), "high", tool="CE tool")
    await builders.a_risk(police, date(2026, 5, 2), "medium", tool="CE tool")
    await builders.a_case("mace", police, date(2026, 4, 1))
    held = await builders.a_meeting("mace", at(12, 9), status="held")
    for child in (council, police):
        await builders.an_item(held, child)
    later = await builders.a_meeting("mace", at(20, 9))
    await builders.an_item(later, police)
    await builders.an_action("mace", cast.police.agency_id, date(2026, 6, 1), child=police)
    return council, police


async def child_merge(cast, kept: int, other: int) -> int:
    return await merge_children(
        cast.officer,
        await child_for(cast.officer, kept),
        await child_for(cast.officer, other),
        reason="",
        now=NOW,
        key=None,
    )


async def test_a_merged_child_leaves_everything_to_the_kept_record_and_undo_restores_every_row(cast):
    council, police = await split_records(cast)
    before = await everything()
    merge_id = await child_merge(cast, council, police)
    after = await everything()
    for table in ("interview", "risk_assessment", "panel_case", "action"):
        assert {row["child"] for row in after[table]} == {council}, table
    live = [row for row in after["episode"] if row["merged_into"] is None]
    assert {row["child"] for row in live} == {council}
    assert len(live) == 3
    assert all(row["returned_at"] for row in live)
    kept = await child_for(cast.officer, police)
    assert (kept.id, kept.name, kept.school, kept.other_refs) == (
        council,
        "Nia Made-Up",
        "Sample School",
        ("PNC-9",),
    )
    await undone(cast, merge_id)
    assert await everything() == before


async def test_the_merged_record_leads_to_the_kept_one_by_page_search_and_file(sign_in, cast):
    council, police = await split_records(cast)
    await child_merge(cast, council, police)
    browser = await sign_in("officer")
    answer = await browser.get(f"/children/{police}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/children/{council}")
    found = (await browser.post("/children", {"q": "P-77"})).text
    assert f'href="/children/{council}"' in found
    assert f'href="/children/{police}"' not in (await browser.get("/children")).text
    ref = await database.fetch_value("SELECT episode_ref FROM episode WHERE merged_into IS NOT NULL")
    await bring(
        "episodes",
        [
            "episode_ref,child_ref,child_name,started_at,returned_at",
            "NEW-1,P-77,Another Name,2026-05-20 20:00,2026-05-20 23:00",
            f"{ref},P-77,Another Name,2026-05-09 22:00,2026-05-10 02:00",
        ],
    )
    assert await database.fetch_value("SELECT child FROM episode WHERE episode_ref = 'NEW-1'") == council
    assert await database.fetch_value("SELECT count(*) FROM child") == 2
    await bring("risks", ["child_ref,assessed_on,level", "P-77,2026-05-30,low"])
    assert await database.fetch_value("SELECT child FROM risk_assessment WHERE level = 'low'") == council


async def test_what_stands_against_a_merge_is_told_with_a_way_out(cast):
    council, police = await split_records(cast)
    before = await everything()
    case = await builders.a_case("mace", council, date(2026, 3, 1))
    with pytest.raises(Refused, match="Close one of the cases first"):
        await child_merge(cast, council, police)
    await database.execute(
        "UPDATE panel_case SET closed_on = '2026-04-01', closure_reason = 'moved' WHERE id = $1", case
    )
    coming = await builders.a_meeting("mace", NOW + timedelta(days=3))
    items = [await builders.an_item(coming, child) for child in (council, police)]
    with pytest.raises(Refused, match="Leave one of them off first"):
        await child_merge(cast, council, police)
    await database.execute("UPDATE agenda_item SET status = 'left-off' WHERE id = $1", items[1])
    await database.execute(
        "UPDATE risk_assessment SET level = 'low' WHERE child = $1 AND assessed_on = '2026-05-01'", police
    )
    with pytest.raises(Refused, match="they differ"):
        await child_merge(cast, council, police)
    assert (await everything())["episode"] == before["episode"]
    await database.execute(
        "UPDATE risk_assessment SET tool = 'Police tool' WHERE child = $1 AND level = 'low'", police
    )
    await child_merge(cast, council, police)


async def test_referrals_of_one_day_move_together_and_return_on_undo(cast):
    council, police, third = [await builders.a_child() for _ in range(3)]
    panel, day = await builders.panel_id("mace"), date(2026, 3, 1)
    agency = cast.police.agency_id
    for child in (council, police, third):
        await builders.insert("referral", panel=panel, child=child, referred_on=day, threshold="not-met")
        for asked in (panel, None):
            await builders.insert(
                "referral",
                child=child,
                asked_panel=asked,
                referred_on=day,
                agency=agency,
                received_at=NOW,
                threshold="" if asked else "diverted",
            )
    before = await everything()
    first = await child_merge(cast, council, police)
    second = await child_merge(cast, third, council)
    assert {row["child"] for row in await database.fetch("SELECT child FROM referral")} == {third}
    for merge in (second, first):
        await undone(cast, merge)
    assert await everything() == before


async def test_undo_leaves_what_was_recorded_since_and_refuses_where_episodes_of_both_are_tied(cast):
    council, police = await split_records(cast)
    (there,) = [
        r["id"]
        for r in await database.fetch(
            "SELECT id FROM episode WHERE child = $1 AND started_at = $2", police, at(5, 20)
        )
    ]
    (here,) = [
        r["id"]
        for r in await database.fetch(
            "SELECT id FROM episode WHERE child = $1 AND started_at = $2", council, at(2, 20)
        )
    ]
    merge_id = await child_merge(cast, council, police)
    tied = await builders.an_interview(council, [here, there], outcome="pending")
    with pytest.raises(Refused, match="about episodes of both"):
        await undone(cast, merge_id)
    await database.execute("DELETE FROM interview_episode WHERE interview = $1 AND episode = $2", tied, here)
    since = await builders.an_episode(council, at(25))
    await undone(cast, merge_id)
    assert await database.fetch_value("SELECT child FROM interview WHERE id = $1", tied) == police
    assert await database.fetch_value("SELECT child FROM episode WHERE id = $1", since) == council


async def test_the_merge_of_episodes_that_came_with_the_children_is_undone_with_them(cast):
    council, police = await split_records(cast)
    merge_id = await child_merge(cast, council, police)
    made = await merge_with(merge_id)
    (with_it,) = made.moved["merge"]
    with pytest.raises(Refused, match="merged with the records of the child"):
        await undone(cast, with_it)
    await undone(cast, merge_id)
    again = await merge_with(with_it)
    assert again.undone_at == NOW
    assert json.dumps(again.moved)


async def test_children_are_merged_through_their_pages(sign_in, cast):
    council, police = await split_records(cast)
    browser = await sign_in("manager")
    await database.execute("UPDATE child SET born_on = '2011-05-04'")
    assert f"/children/{council}/matches/{police}" in (await browser.get("/children/possible-matches")).text
    address = f"/children/{council}/matches/{police}"
    assert "Sample School" in (await browser.get(address)).text
    case = await builders.a_case("mace", council, date(2026, 3, 1))
    sent = {"version": 1, "other_version": 1, "keep": police}
    refused = await browser.post(address, sent)
    assert (refused.status_code, "Close one of the cases first" in refused.text) == (422, True)
    await database.execute(
        "UPDATE panel_case SET closed_on = '2026-04-01', closure_reason = 'moved' WHERE id = $1", case
    )
    answer = await browser.post(address, sent)
    assert answer.status_code == 303
    assert "1 panel case" in (await browser.get(answer.headers["location"])).text
    assert (await browser.post(f"{answer.headers['location']}/undoing")).status_code == 303
    assert (await browser.post(f"{address}/different")).status_code == 303
    assert "No two records look like one child" in (await browser.get("/children/possible-matches")).text
    assert (await (await sign_in("chair")).get(address)).status_code == 403


async def test_a_later_file_fills_the_kept_record_where_it_says_nothing_and_tells_what_differs(sign_in, cast):
    header = "episode_ref,child_ref,started_at,returned_at,found_at,police_risk"
    first = (
        header,
        "CARER,C-1,2026-05-04 20:00,,,",
        "POLICE,C-1,2026-05-04 20:40,,,high",
        "THIRD,C-1,2026-05-04 21:00,,,",
    )
    await bring("episodes", first)
    carer, police, third = [row["id"] for row in await database.fetch("SELECT id FROM episode ORDER BY id")]
    before = await everything()
    inner = await merged(cast, police, third)
    outer = await merged(cast, carer, police)
    assert (await bring("episodes", first)).updated == 0
    later = (header, "THIRD,C-1,2026-05-04 21:00,2026-05-05 03:00,Bus station,medium")
    told = await bring("episodes", later)
    assert (told.updated, len(told.warnings)) == (1, 1)
    assert "“Police risk” says High" in told.warnings[0].problem
    kept = await database.fetch_one("SELECT * FROM episode WHERE id = $1", carer)
    assert (kept["returned_at"], kept["found_at"], kept["police_risk"]) == (at(5, 2), "Bus station", "high")
    page = (await (await sign_in("officer")).get(f"/episodes/{carer}/correction")).text
    assert "Police risk: here High, in the report Medium" in page
    assert (await bring("episodes", first[:2])).updated == 0
    again = await bring("episodes", later)
    assert (again.updated, again.warnings) == (0, ())
    reopened = await bring("episodes", (header, "THIRD,C-1,2026-05-04 21:00,,Bus station,medium"))
    assert [one.field for one in reopened.warnings] == ["returned_at"]
    assert "“Returned” says 5 May 2026, 3am" in reopened.warnings[0].problem
    await undone(cast, outer)
    await undone(cast, inner)
    after = await everything()
    assert [row for row in after["episode"] if row["id"] != third] == before["episode"][:2]
