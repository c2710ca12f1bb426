"""Stepping down and transferring: closed here, open there, at once; never two open cases of a child on a panel."""

import asyncio
import random
from datetime import date, timedelta

import pytest

from app import database
from app.history.changes import AlreadySubmitted
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused
from app.panels.casebook.queries import casebooks
from app.panels.cases.closing.changes import close_by_hand, reopen_case
from app.panels.cases.moving.changes import pass_on
from app.panels.cases.queries import case_facts
from app.panels.cases.rules import TIERS
from app.panels.kinds import KINDS
from tests import builders
from tests.conftest import NOW, Cast
from tests.panels.together import several_connections

TRACKING = "child-exploitation-tracking"


async def move(
    who, case: int, to: str = TRACKING, way: str = "step-down", version: int = 1, **changed
) -> int:
    given = {
        "rationale": "Less is enough",
        "next_review_on": None,
        "now": NOW,
        "base_url": "http://x",
    } | changed
    return await pass_on(who, case, version, way=way, target_id=await builders.panel_id(to), **given)


@pytest.fixture
async def case(cast: Cast) -> int:
    return await builders.a_case("mace", await builders.a_child(), date(2026, 3, 1))


def test_every_kind_has_a_tier() -> None:
    assert set(TIERS) == set(KINDS)


async def test_a_case_steps_down_with_its_referral_and_its_risk(cast: Cast, case: int) -> None:
    here = await case_facts(case)
    await builders.a_risk(here.child_id, date(2026, 6, 1), "low")
    opened = await move(cast.chair, case, next_review_on=date(2026, 7, 1))
    here, there = await case_facts(case), await case_facts(opened)
    assert (here.closed_on, here.closure_reason, here.closure_rationale) == (
        NOW.date(),
        "transferred",
        "Less is enough",
    )
    assert (there.came_from, there.came_by, there.accepted_on, there.risk_at_start, there.next_review_on) == (
        case,
        "step-down",
        NOW.date(),
        "low",
        date(2026, 7, 1),
    )
    referrals = await database.fetch("SELECT DISTINCT referral FROM panel_case")
    assert len(referrals) == 1
    assert await database.fetch_value("SELECT count(*) FROM referral") == 1


async def test_the_leads_there_are_told_without_a_name(cast: Cast, case: int) -> None:
    await move(cast.officer, case)
    mails = await database.fetch("SELECT recipient, subject, body FROM outbox_message")
    assert [mail["recipient"] for mail in mails] == [cast.chair.email]
    assert "Sample Child" not in mails[0]["subject"] + mails[0]["body"]


async def test_down_means_a_lower_tier(cast: Cast, case: int) -> None:
    with pytest.raises(Refused, match="Transfer the case instead"):
        await move(cast.chair, case, "missing-operational-group")
    assert (await case_facts(case)).closed_on is None
    await move(cast.chair, case, "missing-operational-group", "transfer")


async def test_an_open_case_there_refuses_and_leaves_this_one_open(cast: Cast, case: int) -> None:
    child = (await case_facts(case)).child_id
    await builders.a_case(TRACKING, child, date(2026, 5, 1))
    with pytest.raises(Refused, match="it goes on there") as refusal:
        await move(cast.chair, case)
    assert "target" in refusal.value.errors
    assert (await case_facts(case)).closed_on is None


@pytest.mark.parametrize("to", ["mace", "nowhere"])
async def test_another_panel_has_to_be_named(cast: Cast, case: int, to: str) -> None:
    target = await builders.panel_id("mace") if to == "mace" else 987654
    with pytest.raises(Refused) as refusal:
        await pass_on(
            cast.chair,
            case,
            1,
            way="transfer",
            target_id=target,
            rationale="",
            next_review_on=None,
            now=NOW,
            base_url="",
        )
    assert set(refusal.value.errors) == {"target", "rationale"}


async def test_members_may_not_and_another_panels_chair_finds_nothing(cast: Cast, case: int) -> None:
    with pytest.raises(Forbidden):
        await move(cast.police, case)
    with pytest.raises(Invisible):
        await move(cast.outsider, case)


async def test_at_the_same_moment_a_case_goes_on_once(cast: Cast, case: int) -> None:
    await several_connections()
    done = await asyncio.gather(
        *(move(cast.chair, case, to, "transfer") for to in (TRACKING, "general", TRACKING, "general")),
        return_exceptions=True,
    )
    assert sum(isinstance(one, int) for one in done) == 1
    assert {type(one) for one in done if not isinstance(one, int)} == {MovedOn}


async def test_the_form_sent_twice_passes_on_once(cast: Cast, case: int) -> None:
    await move(cast.chair, case, submission_key="once")
    with pytest.raises(AlreadySubmitted):
        await move(cast.chair, case, submission_key="once")


async def test_a_tracker_leaves_alone_what_was_passed_on_here(cast: Cast, case: int) -> None:
    child = (await case_facts(case)).child_id
    there = await move(cast.chair, case, "general", "transfer")
    back = await move(cast.chair, there, "mace", "transfer")
    panel = await builders.panel_id("mace")
    book = (await casebooks({(panel, child)}, 1))[panel, child]
    assert [(one.id, one.met_here) for one in book.cases] == [(case, True), (back, True)]


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_done_no_child_has_two_open_cases_on_a_panel(cast: Cast, seed: int) -> None:
    luck, now = random.Random(seed), NOW
    child = await builders.a_child()
    slugs = ["mace", TRACKING, "general"]
    await builders.a_case("mace", child, date(2026, 3, 1))
    done = dict.fromkeys(("close", "reopen", "step-down", "transfer", "recall"), 0)
    for _ in range(50):
        now += timedelta(days=luck.randrange(2))
        what = luck.choice(["close", *["reopen", "step-down", "transfer"] * 3, "recall"])
        # mostly a case that the move suits, now and then any
        suits = "closed_on IS NOT NULL" if what == "reopen" else "closed_on IS NULL"
        where = suits if luck.random() < 0.8 else "true"
        cases = await database.fetch(f"SELECT id, panel, version FROM panel_case WHERE {where} ORDER BY id")
        if not cases and what != "recall":
            continue
        one = luck.choice(cases) if cases else {}
        key = {"now": now}
        try:
            if what == "close":
                await close_by_hand(
                    cast.chair,
                    one["id"],
                    one["version"],
                    closed_on=now.date(),
                    reason="other",
                    rationale="So",
                    despite="",
                    **key,
                )
            elif what == "reopen":
                await reopen_case(
                    cast.chair, one["id"], one["version"], rationale="Mistake", next_review_on=None, **key
                )
            elif what == "recall":
                # as a referral opens one: only where none is open
                slug = luck.choice(slugs)
                open_one = await database.fetch_value(
                    "SELECT id FROM panel_case WHERE panel = $1 AND closed_on IS NULL",
                    await builders.panel_id(slug),
                )
                if open_one is None:
                    await builders.insert(
                        "panel_case",
                        panel=await builders.panel_id(slug),
                        child=child,
                        referral=await builders.insert(
                            "referral",
                            panel=await builders.panel_id(slug),
                            child=child,
                            referred_on=now.date(),
                            threshold="met",
                        ),
                        accepted_on=now.date(),
                    )
            else:
                await move(cast.chair, one["id"], luck.choice(slugs), what, one["version"], now=now)
            done[what] += 1
        except (Refused, MovedOn):
            pass
        twice = await database.fetch_value(
            "SELECT count(*) FROM (SELECT FROM panel_case WHERE closed_on IS NULL GROUP BY panel, child "
            "HAVING count(*) > 1) t"
        )
        assert twice == 0
    assert done["reopen"], "the walk is worth nothing without it"
    assert done["step-down"] + done["transfer"], "nor without this"


async def test_the_page_offers_what_is_possible(cast: Cast, case: int, sign_in) -> None:
    child = (await case_facts(case)).child_id
    await builders.a_case("general", child, date(2026, 5, 1))
    chair = await sign_in("chair")
    page = await chair.get(f"/cases/{case}/moving")
    assert "has an open case on" in page.text
    assert "Child Exploitation Tracking Panel (less close)" in page.text
    answer = await chair.post(f"/cases/{case}/moving", {"version": 1})
    assert answer.status_code == 422
    assert "Choose whether the case steps down or is transferred" in answer.text
    target = await builders.panel_id(TRACKING)
    form = {"version": 1, "way": "step-down", "target": target, "rationale": "Calmer"}
    assert (await chair.post(f"/cases/{case}/moving", form)).status_code == 303
    shown = await chair.get(f"/cases/{case}")
    assert "stepped down to Child Exploitation Tracking Panel" in shown.text
    opened = await database.fetch_value("SELECT max(id) FROM panel_case")
    assert (
        "Came from Multi-Agency Child Exploitation (MACE), stepped down"
        in (await chair.get(f"/cases/{opened}")).text
    )
