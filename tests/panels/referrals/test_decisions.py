"""What a met threshold does: opens a case, joins the open one, recalls; and how far a decision can be changed."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from app import database
from app.lifecycle import Forbidden, MovedOn, Refused
from app.london import london_date
from app.panels.briefing.changes import close_briefing
from app.panels.briefing.rules import Counts
from app.panels.recalls.queries import recall_cards, recalled_on_panel
from app.panels.referrals.changes import decide_referral
from app.panels.referrals.decisions.rules import Decision
from app.panels.selection.queries import proposal_on
from app.panels.terms.queries import standing_panel
from tests import builders
from tests.conftest import Cast
from tests.panels.referrals.steps import NOW, TODAY, cases_of, decided, facts, referred
from tests.panels.together import several_connections


async def test_a_met_threshold_opens_a_case_from_the_day_of_the_decision(cast: Cast) -> None:
    child = await builders.a_child()
    referral = await referred(cast.police, child, referred_on=date(2026, 6, 1), risk_level="high")
    await decided(cast.chair, referral)
    [case] = await cases_of(child)
    assert (case["slug"], case["referral"], case["accepted_on"]) == ("mace", referral, TODAY)
    assert (case["recall_of"], case["risk_at_start"]) == (None, "high")


@pytest.mark.parametrize("threshold", ["not-met", "diverted"])
async def test_otherwise_there_is_no_case(cast: Cast, threshold: str) -> None:
    child = await builders.a_child()
    referral = await referred(cast.police, child)
    await decided(cast.chair, referral, threshold)
    assert await cases_of(child) == []
    assert (await facts(referral)).diverted_to == ("early help" if threshold == "diverted" else "")


async def test_a_referral_while_a_case_is_open_joins_it_and_is_never_a_recall(cast: Cast) -> None:
    child = await builders.a_child()
    old = await builders.a_case(
        "mace", child, date(2025, 1, 1), closed_on=date(2025, 5, 1), closure_reason="moved"
    )
    case = await builders.a_case("mace", child, date(2026, 1, 1), recall_of=old)
    await decided(cast.chair, await referred(cast.police, child))
    assert [one["id"] for one in await cases_of(child)] == [old, case]


@pytest.mark.parametrize("closed_on", [TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=900)])
async def test_after_a_closure_it_is_a_recall_and_first_on_the_next_agenda(
    cast: Cast, closed_on: date
) -> None:
    child, other = await builders.a_child(), await builders.a_child()
    old = await builders.a_case(
        "mace", child, date(2023, 1, 1), closed_on=closed_on, closure_reason="reduced-risk"
    )
    await builders.a_case("mace", other, date(2026, 1, 1))
    await decided(cast.chair, await referred(cast.police, child))
    assert (await cases_of(child))[-1]["recall_of"] == old
    mace = await standing_panel("mace")
    assert mace is not None
    proposal = await proposal_on(mace, TODAY, now=NOW)
    assert [item.child_id for item in proposal.items] == [child, other]
    assert proposal.items[0].reason.startswith("recalled: a new referral met the threshold")


async def test_a_case_closed_on_another_panel_recalls_nobody(cast: Cast) -> None:
    child = await builders.a_child()
    await builders.a_case("general", child, date(2025, 1, 1), closed_on=TODAY, closure_reason="moved")
    await decided(cast.chair, await referred(cast.police, child))
    assert (await cases_of(child))[-1]["recall_of"] is None


async def test_two_referrals_decided_at_once_share_one_case(cast: Cast) -> None:
    child = await builders.a_child()
    both = [await referred(cast.police, child), await referred(cast.health, child)]
    await several_connections()
    await asyncio.gather(*(decided(cast.chair, one) for one in both))
    assert len(await cases_of(child)) == 1
    assert [(await facts(one)).threshold for one in both] == ["met", "met"]


async def test_the_second_of_two_is_told_who_decided_first(cast: Cast) -> None:
    referral = await facts(await referred(cast.police, await builders.a_child()))
    panel = await builders.panel_id("mace")
    await several_connections()
    done = await asyncio.gather(
        *(
            decide_referral(who, referral, Decision(to, panel, "", "so it is"), version=1, now=NOW)
            for who, to in ((cast.chair, "met"), (cast.officer, "not-met"))
        ),
        return_exceptions=True,
    )
    [problem] = [one for one in done if one is not None]
    stored = await facts(referral.id)
    assert isinstance(problem, MovedOn)
    assert str(problem).startswith(f"{stored.decided_by_name} decided this first.")


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        (Decision("", None, "", "why"), "threshold"),
        (Decision("perhaps", None, "", "why"), "threshold"),
        (Decision("met", None, "", "why"), "panel"),
        (Decision("met", 999, "", "why"), "panel"),
        (Decision("diverted", None, " ", "why"), "diverted_to"),
        (Decision("not-met", None, "", " "), "rationale"),
    ],
)
async def test_a_decision_says_all_that_it_must(cast: Cast, decision: Decision, field: str) -> None:
    referral = await facts(await referred(cast.police, await builders.a_child()))
    with pytest.raises(Refused) as problem:
        await decide_referral(cast.chair, referral, decision, version=1, now=NOW)
    assert list(problem.value.errors) == [field]


async def test_members_decide_on_nothing(cast: Cast) -> None:
    child = await builders.a_child()
    referral = await facts(await referred(cast.police, child, asked_panel_id=await builders.panel_id("mace")))
    for who in (cast.police, cast.minute_taker, cast.manager):
        with pytest.raises((Forbidden, Refused)):
            await decide_referral(who, referral, Decision("not-met", rationale="no"), version=1, now=NOW)
    assert (await facts(referral.id)).threshold == ""


async def test_a_decision_taken_back_takes_the_case_back_until_the_panel_works_on_it(cast: Cast) -> None:
    child = await builders.a_child()
    referral = await referred(cast.police, child)
    await decided(cast.chair, referral)
    await decided(cast.chair, referral, "met", "high-risk-misper")
    assert [case["slug"] for case in await cases_of(child)] == ["high-risk-misper"]
    await decided(cast.chair, referral, "not-met")
    assert await cases_of(child) == []
    await decided(cast.chair, referral)
    [case] = await cases_of(child)
    await builders.an_item(await builders.a_meeting("mace"), child, panel_case=case["id"])
    with pytest.raises(Refused, match="begun to work on this case"):
        await decided(cast.chair, referral, "not-met")
    assert (await facts(referral)).threshold == "met"


async def test_a_case_that_another_referral_joined_stays_with_it(cast: Cast) -> None:
    child = await builders.a_child()
    first, second = await referred(cast.police, child), await referred(cast.health, child)
    await decided(cast.chair, first)
    await decided(cast.chair, second)
    await decided(cast.chair, first, "not-met")
    [case] = await cases_of(child)
    assert case["referral"] == second


async def test_once_the_briefing_is_closed_a_decision_stands(cast: Cast) -> None:
    referral = await referred(cast.police, await builders.a_child())
    await decided(cast.chair, referral)
    await close_briefing(cast.chair, last_id=0, counts=Counts(), note="", now=NOW)
    with pytest.raises(Refused, match="is closed, so the decision stands"):
        await decided(cast.chair, referral, "not-met", now=NOW + timedelta(hours=1))


async def test_what_a_tracker_decided_stands(cast: Cast) -> None:
    child = await builders.a_child()
    await builders.a_case("mace", child, date(2026, 1, 1))
    referral = await database.fetch_value("SELECT id FROM referral WHERE child = $1", child)
    with pytest.raises(Refused, match="A tracker brought this decision"):
        await decided(cast.chair, referral, "not-met")


async def test_a_recall_card_counts_starts_before_during_and_since_by_london_dates(cast: Cast) -> None:
    child = await builders.a_child()
    case = await builders.a_case(
        "mace", child, date(2025, 7, 1), closed_on=date(2025, 12, 1), closure_reason="reduced-risk"
    )
    starts = {
        "too early": datetime(2024, 6, 30, 22, 59, tzinfo=UTC),  # 30 June 2024, 366 days before
        "before, first": datetime(2024, 6, 30, 23, 0, tzinfo=UTC),  # midnight of 1 July 2024
        "before, last": datetime(2025, 6, 30, 22, 59, tzinfo=UTC),
        "during, first": datetime(2025, 6, 30, 23, 0, tzinfo=UTC),  # midnight of 1 July
        "during, last": datetime(2025, 12, 1, 23, 59, tzinfo=UTC),
        "since": datetime(2025, 12, 2, 0, 0, tzinfo=UTC),
        "today": datetime(2026, 6, 10, 22, 59, tzinfo=UTC),
        "tomorrow": datetime(2026, 6, 10, 23, 0, tzinfo=UTC),
    }
    for start in starts.values():
        await builders.an_episode(child, start)
    kept = await builders.an_episode(child, datetime(2026, 1, 1, tzinfo=UTC), category="curfew")
    await builders.an_episode(child, datetime(2026, 1, 2, tzinfo=UTC), merged_into=kept)
    action = await builders.an_action("mace", cast.police.agency_id, date(2026, 1, 1), child=child)
    [card] = (await recall_cards(cast.chair, [child], TODAY))[child]
    assert (card.episodes_before, card.episodes_during, card.episodes_since) == (2, 2, 2)
    assert (card.reason_words, card.recalled_on) == ("Reduced risk", None)
    assert [one.id for one in card.actions] == [action]
    assert await recalled_on_panel(cast.chair, card.panel_id, [child], TODAY) == {}
    await decided(cast.chair, await referred(cast.police, child))
    recalled = await recalled_on_panel(cast.chair, card.panel_id, [child], TODAY)
    assert recalled[child].recalled_on == london_date(NOW)
    assert recalled[child].accepted_on == date(2025, 7, 1)
    assert case
    assert await recall_cards(cast.outsider, [child], TODAY) == {}
