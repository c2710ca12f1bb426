"""The list of children and a child's page: who sees whom, what runs, what happened, and that reading is recorded."""

from datetime import UTC, datetime, timedelta

import pytest

from app import database
from app.episodes.children.queries import ChildFilter, children_found, children_seen_by
from app.episodes.queries import child_for
from app.lifecycle import Invisible
from tests import builders
from tests.conftest import NOW

OWN = ("Exampleshire",)


async def reads() -> list[dict]:
    return await database.fetch(
        "SELECT person_id, about_ids, child_ids FROM history_entry WHERE kind = 'child read' ORDER BY id"
    )


async def test_a_childs_page_shows_clocks_facts_and_what_happened(sign_in):
    child = await builders.a_child(
        legal_status="cla", responsible_authority="Otherborough", name="Nia Made-Up"
    )
    await builders.an_episode(child, NOW - timedelta(hours=30), returned_at=None, missing_from="The Elms")
    before = await builders.an_episode(child, NOW - timedelta(days=4), la_notified_at=NOW - timedelta(days=3))
    await builders.an_interview(child, [before], outcome="pending", offered_at=NOW - timedelta(days=3))
    await builders.a_risk(child, NOW.date() - timedelta(days=9), "high", flags=["county-lines"])
    text = (await (await sign_in("manager")).get(f"/children/{child}")).text
    for words in (
        "Nia Made-Up",
        "Placed here by others",
        "Still missing",
        "Strategy discussion within 12 hours",
        "High-Risk Notification within 24 hours",
        "Return home interview within 72 hours of the return",
        "The same, from when the council was told",
        "Missing from The Elms",
        "Return home interview: pending",
        "Risk assessed: high",
        "county lines",
        "Overdue",
    ):
        assert words in text, words


async def test_reading_a_childs_page_is_recorded_before_it_is_shown(sign_in, cast):
    child = await builders.a_child()
    await (await sign_in("manager")).get(f"/children/{child}")
    assert await reads() == [
        {"person_id": cast.manager.person_id, "about_ids": [child], "child_ids": [child]}
    ]


async def test_without_the_record_of_the_read_the_page_is_not_shown(sign_in):
    child = await builders.a_child(name="Nia Made-Up")
    browser = await sign_in("manager")
    await database.execute("ALTER TABLE history_entry RENAME COLUMN about TO about_gone")
    answer = await browser.get(f"/children/{child}")
    assert answer.status_code in (500, 503)
    assert "Nia" not in answer.text


async def test_a_member_sees_a_child_that_a_panel_of_theirs_lists_and_no_other(sign_in, cast):
    mine, other = await builders.a_child(name="Mine Made-Up"), await builders.a_child(name="Other Made-Up")
    await builders.a_case("mace", mine, NOW.date())
    browser = await sign_in("police")
    listed = (await browser.get("/children")).text
    assert "Mine Made-Up" in listed
    assert "Other Made-Up" not in listed
    assert (await browser.get(f"/children/{mine}")).status_code == 200
    assert (await browser.get(f"/children/{other}")).status_code == 404
    assert "Other Made-Up" not in (await browser.post("/children", {"q": "made-up"})).text
    assert "Record an episode" not in (await browser.get(f"/children/{mine}")).text
    for path in (f"/children/{mine}/episodes/new", f"/children/{mine}/risks/new"):
        assert (await browser.get(path)).status_code == 403
    with pytest.raises(Invisible):
        await child_for(cast.police, other)


async def test_an_outsider_and_an_administrator_see_no_child(sign_in):
    child = await builders.a_child()
    for name in ("outsider", "admin"):
        browser = await sign_in(name)
        assert (await browser.get(f"/children/{child}")).status_code == 403
        assert (await browser.get("/children")).status_code == 403


async def test_a_child_that_is_not_there_is_not_found(sign_in):
    browser = await sign_in("manager")
    for path in ("/children/987654", "/episodes/987654/return", "/interviews/987654"):
        assert (await browser.get(path)).status_code == 404


async def test_the_list_has_the_missing_first_and_then_names_in_order(cast):
    names = ["Cleo", "Abel", "", "Berta", "Dora"]
    ids = {name: await builders.a_child(name=name) for name in names}
    await builders.an_episode(ids["Dora"], NOW - timedelta(hours=3), returned_at=None)
    await builders.an_episode(ids["Cleo"], NOW - timedelta(hours=5), returned_at=None)
    await builders.an_episode(
        ids["Abel"], NOW, returned_at=None, end_unknown_after=NOW.date(), date_only=["started_at"]
    )
    await builders.an_episode(ids["Berta"], NOW, returned_at=None, category="away")
    lines, total, missing = await children_seen_by(cast.manager, ChildFilter(), 1)
    assert [line.name for line in lines] == ["Dora", "Cleo", "Abel", "Berta", ""]
    assert (total, missing) == (5, 2)
    assert lines[0].missing_since == NOW - timedelta(hours=3)
    lines, total, _ = await children_seen_by(cast.manager, ChildFilter(show="missing"), 1)
    assert ([line.name for line in lines], total) == (["Dora", "Cleo"], 2)


async def test_pages_of_the_list_hold_every_child_once(cast):
    ids = [await builders.a_child() for _ in range(123)]
    for child in ids[:60]:
        await builders.an_episode(child, NOW - timedelta(hours=1, seconds=child), returned_at=None)
    found = []
    for number in (1, 2, 3, 4):
        lines, total, _ = await children_seen_by(cast.manager, ChildFilter(), number)
        found += [line.id for line in lines]
        assert total == 123
    assert sorted(found) == ids
    assert found[:60] == ids[:60]


async def test_the_list_splits_by_whose_child_it_is(cast):
    told = [("", ""), ("EXAMPLESHIRE ", "Farshire"), ("Otherborough", ""), ("Other", "Farshire")]
    ids = [
        await builders.a_child(responsible_authority=responsible, placed_in=placed)
        for responsible, placed in told
    ]
    found = {}
    for cohort in ("own-here", "own-away", "ola-here"):
        lines, total, _ = await children_seen_by(cast.manager, ChildFilter("all", cohort, OWN), 1)
        found[cohort] = [ids.index(line.id) for line in lines]
        assert total == len(lines)
    assert found == {"own-here": [0], "own-away": [1], "ola-here": [2, 3]}


async def test_a_search_is_posted_and_takes_percent_signs_as_they_are(sign_in, cast):
    await builders.a_child(name="Nia Made-Up", child_ref="LCS-1", other_refs=["PNC-77"])
    await builders.a_child(name="Ben Invented", child_ref="LCS-2")
    assert [line.name for line in await children_found(cast.manager, "nia")] == ["Nia Made-Up"]
    assert [line.name for line in await children_found(cast.manager, "PNC-77")] == ["Nia Made-Up"]
    assert await children_found(cast.manager, "%") == []
    assert await children_found(cast.manager, "_") == []
    browser = await sign_in("manager")
    answer = await browser.post("/children", {"q": "lcs-2"})
    assert (answer.status_code, "Ben Invented" in answer.text, "Nia" in answer.text) == (200, True, False)
    assert "Nobody found" in (await browser.post("/children", {"q": "zzz"})).text
    assert (await browser.post("/children", {"q": " "})).status_code == 422


async def test_an_empty_list_says_what_to_do(sign_in):
    assert "Children come with a file" in (await (await sign_in("manager")).get("/children")).text


async def test_a_long_chronology_is_cut_and_can_be_shown_whole(sign_in):
    child = await builders.a_child()
    for number in range(70):
        await builders.an_episode(child, datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=number))
    browser = await sign_in("manager")
    assert "Show 10 earlier entries" in (await browser.get(f"/children/{child}")).text
    assert "1 Jan 2025" in (await browser.get(f"/children/{child}?all")).text
