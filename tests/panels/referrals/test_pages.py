"""Referrals by form: found by a posted search, refused with sentences, corrected with a version, seen by the right."""

import asyncio
import re
from datetime import date
from typing import Any

import pytest

from app import database
from tests import builders
from tests.conftest import Cast, SignIn
from tests.panels.referrals.steps import decided, facts, filled, referred
from tests.panels.together import several_connections


async def _referrals() -> int:
    return await database.fetch_value("SELECT count(*) FROM referral WHERE received_at IS NOT NULL")


async def test_a_member_finds_a_child_refers_it_and_follows_the_referral(sign_in: SignIn, cast: Cast) -> None:
    child = await builders.a_child(child_ref="EX-77", name="Wren Sample")
    browser = await sign_in("police")
    found = await browser.post("/referrals/new", {"search": "EX-77", "find": "yes"})
    assert "Wren Sample" in found.text
    answer = await browser.post(
        "/referrals/new",
        filled(child, cast.police.agency_id, search="EX-77", tool_1="CERAF", score_1="14", panel=""),
    )
    assert answer.status_code == 303
    text = (await browser.get(answer.headers["location"])).text
    assert "County lines, Going missing" in text
    assert "CERAF: 14" in text
    assert "Waits for the daily briefing" in text
    assert "Polly Constable-Sample" in text
    assert "Wren Sample" in (await browser.get("/referrals")).text


async def test_nobody_refers_a_child_whom_they_did_not_find(sign_in: SignIn, cast: Cast) -> None:
    child = await builders.a_child(name="Robin Hidden")
    browser = await sign_in("police")
    answer = await browser.post("/referrals/new", filled(child, cast.police.agency_id, search="Robin Hidden"))
    assert answer.status_code == 404
    assert await _referrals() == 0


async def test_an_officer_refers_a_child_without_a_record_and_a_member_does_not(
    sign_in: SignIn, cast: Cast
) -> None:
    new = {"search": "Nobody", "child_ref": "EX-1", "name": "Linnet Sample", "born_on": "2011-03-04"}
    form = filled("new", cast.officer.agency_id, **new)
    assert (await (await sign_in("police")).post("/referrals/new", form)).status_code in (403, 422)
    answer = await (await sign_in("officer")).post("/referrals/new", form)
    assert answer.status_code == 303
    child = await database.fetch_one("SELECT * FROM child WHERE child_ref = 'EX-1'")
    assert child is not None
    assert (child["name"], child["born_on"]) == ("Linnet Sample", date(2011, 3, 4))


async def test_a_birth_date_in_the_future_is_refused_and_nothing_is_kept(sign_in: SignIn, cast: Cast) -> None:
    new = {"search": "x", "child_ref": "EX-1", "name": "Linnet Sample", "born_on": "2026-06-11"}
    answer = await (await sign_in("officer")).post(
        "/referrals/new", filled("new", cast.officer.agency_id, **new)
    )
    assert answer.status_code == 422
    assert "The date of birth lies in the future" in answer.text
    assert "Linnet Sample" in answer.text
    assert await database.fetch_value("SELECT count(*) FROM child") == 0


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"referred_on": "2026-06-11"}, "The referral lies in the future"),
        ({"referred_on": "2009-06-11"}, "The referral is before the child was born"),
        ({"concerns": []}, "Choose at least one concern"),
        ({"concerns": ["boredom"]}, "Choose the concerns from the list"),
        ({"consent": ""}, "Choose whether consent was given"),
        ({"consent": "refused", "lawful_basis": "public-task"}, "Enter why consent was refused"),
        (
            {"consent": "not-sought", "consent_reason": "it would raise the risk"},
            "Choose a lawful basis other than consent",
        ),
        ({"risk_level": "enormous"}, "Choose one of the risk levels"),
        ({"tool_2": "CERAF"}, "Enter the score of this tool"),
        ({"score_3": "14"}, "Enter which tool gave this score"),
        ({"panel": "999999"}, "Choose the panel from the list"),
        ({"wanted": ""}, "Enter what the referrer wants to happen"),
    ],
)
async def test_what_a_referral_cannot_say_is_refused_beside_its_field(
    sign_in: SignIn, cast: Cast, changed: dict[str, Any], sentence: str
) -> None:
    child = await builders.a_child(child_ref="EX-9", born_on=date(2010, 1, 1))
    form = filled(child, cast.officer.agency_id, search="EX-9") | {"wanted": "Keep this text"} | changed
    answer = await (await sign_in("officer")).post("/referrals/new", form)
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2
    if "wanted" not in changed:
        assert "Keep this text" in answer.text
    assert await _referrals() == 0


@pytest.mark.parametrize(("born_on", "needs_it"), [(date(2008, 6, 10), True), (date(2008, 6, 11), False)])
async def test_from_the_eighteenth_birthday_on_a_transition_note_is_needed(
    sign_in: SignIn, cast: Cast, born_on: date, needs_it: bool
) -> None:
    child = await builders.a_child(child_ref="EX-9", born_on=born_on)
    browser = await sign_in("officer")
    form = filled(child, cast.officer.agency_id, search="EX-9")
    answer = await browser.post("/referrals/new", form)
    assert answer.status_code == (422 if needs_it else 303)
    if needs_it:
        assert "The young person was 18 on the day of the referral" in answer.text
        form["transition_note"] = "Adult services meet her in July"
        assert (await browser.post("/referrals/new", form)).status_code == 303


async def test_more_lines_for_tools_keep_what_was_typed(sign_in: SignIn, cast: Cast) -> None:
    child = await builders.a_child(child_ref="EX-9")
    form = filled(
        child, cast.officer.agency_id, search="EX-9", tool_1="CERAF", score_1="9", rows="3", more="yes"
    )
    text = (await (await sign_in("officer")).post("/referrals/new", form)).text
    assert 'name="tool_6"' in text
    assert 'name="tool_7"' not in text
    assert 'value="CERAF"' in text


async def test_the_same_form_sent_ten_times_at_once_makes_one_referral(sign_in: SignIn, cast: Cast) -> None:
    child = await builders.a_child(child_ref="EX-9")
    browser = await sign_in("officer")
    form = filled(child, cast.officer.agency_id, search="EX-9", submission_key="one-key")
    await several_connections()
    answers = await asyncio.gather(*(browser.post("/referrals/new", form) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {303}
    assert await _referrals() == 1


async def test_two_agencies_may_refer_on_one_day_but_one_agency_not_twice(
    sign_in: SignIn, cast: Cast
) -> None:
    child = await builders.a_child(child_ref="EX-9")
    browser = await sign_in("officer")
    for agency, status in ((cast.police, 303), (cast.health, 303), (cast.police, 422)):
        answer = await browser.post("/referrals/new", filled(child, agency.agency_id, search="EX-9"))
        assert answer.status_code == status
    assert "is recorded already" in answer.text


async def test_a_correction_based_on_an_older_version_shows_both_and_overwrites_nothing(
    sign_in: SignIn, cast: Cast
) -> None:
    referral = await referred(cast.officer, await builders.a_child())
    browser, other = await sign_in("officer"), await sign_in("officer")
    page = (await browser.get(f"/referrals/{referral}/correction")).text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    form = filled("", cast.officer.agency_id, version=version[1])
    assert (
        await other.post(f"/referrals/{referral}/correction", form | {"wanted": "Theirs"})
    ).status_code == 303
    stale = await browser.post(f"/referrals/{referral}/correction", form | {"wanted": "Mine"})
    assert stale.status_code == 409
    assert "Theirs" in stale.text
    assert "Mine" in stale.text
    assert "Otis Panelby" in stale.text
    assert (await facts(referral)).wanted == "Theirs"
    again = re.search(r'name="version" value="(\d+)"', stale.text)
    assert again is not None
    saved = await browser.post(
        f"/referrals/{referral}/correction", form | {"wanted": "Mine", "version": again[1]}
    )
    assert saved.status_code == 303
    assert (await facts(referral)).wanted == "Mine"


async def test_whoever_referred_follows_their_own_and_nobody_elses(sign_in: SignIn, cast: Cast) -> None:
    await database.execute(
        "UPDATE seat SET ended_at = now() WHERE person = $1 AND panel <> $2",
        cast.police.person_id,
        await builders.panel_id("general"),
    )
    mace = await builders.panel_id("mace")
    own = await referred(cast.police, await builders.a_child(name="Own Child"), asked_panel_id=mace)
    other = await referred(cast.health, await builders.a_child(name="Other Child"), asked_panel_id=mace)
    browser = await sign_in("police")
    assert (await browser.get(f"/referrals/{own}")).status_code == 200
    assert (await browser.get(f"/referrals/{other}")).status_code == 404
    assert (await browser.get(f"/referrals/{other}/correction")).status_code == 404
    assert "Other Child" not in (await browser.get("/referrals")).text
    assert (await browser.post(f"/referrals/{own}/decision", {"threshold": "met"})).status_code == 403
    assert (await browser.get(f"/referrals/{own}/correction")).status_code == 200
    await decided(cast.chair, own)
    text = (await browser.get(f"/referrals/{own}")).text
    assert "Threshold met" in text
    assert (await browser.get(f"/referrals/{own}/correction")).status_code == 403


async def test_the_list_filters_sorts_and_pages_without_a_name_in_the_address(
    sign_in: SignIn, cast: Cast
) -> None:
    for day in range(1, 8):
        child = await builders.a_child(name=f"June Sample {day}")
        await referred(cast.officer, child, referred_on=date(2026, 6, day))
    for _ in range(50):
        await referred(cast.officer, await builders.a_child(), referred_on=date(2026, 5, 1))
    await decided(cast.officer, (await _ids())[0], "diverted")
    browser = await sign_in("officer")
    assert "Showing 1 to 50 of 57 referrals" in (await browser.get("/referrals")).text
    assert "Showing 51 to 57 of 57 referrals" in (await browser.get("/referrals?page=2")).text
    june = (await browser.get("/referrals?from=2026-06-01&to=2026-06-30&order=asc")).text
    order = re.findall(r"June Sample \d", june)
    assert order == sorted(order)
    assert len(set(order)) == 7
    diverted = (await browser.get("/referrals?status=diverted")).text
    assert "June Sample 1" in diverted
    assert "June Sample 2" not in diverted
    assert "No referral fits these filters" in (await browser.get("/referrals?status=met")).text
    assert (await browser.get("/referrals?status=x&panel=y&from=z&sort=q&page=-1")).status_code == 200


async def _ids() -> list[int]:
    return [row["id"] for row in await database.fetch("SELECT id FROM referral ORDER BY id")]


async def test_who_reads_a_referral_or_the_list_is_recorded_with_the_child(
    sign_in: SignIn, cast: Cast
) -> None:
    child = await builders.a_child()
    referral = await referred(cast.officer, child)
    browser = await sign_in("manager")
    await browser.get("/referrals")
    await browser.get(f"/referrals/{referral}")
    reads = await database.fetch(
        "SELECT child_ids FROM history_entry WHERE kind = 'referral read' AND person_id = $1",
        cast.manager.person_id,
    )
    assert [row["child_ids"] for row in reads] == [[child], [child]]
