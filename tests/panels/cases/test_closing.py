"""Closing by hand: what is still open is told, and takes a reason; a mistake is taken back on the same case."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from app import database
from app.figures.recall.queries import RECALL
from app.figures.rules import Question
from app.history.changes import AlreadySubmitted
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused
from app.london import LONDON
from app.panels.cases.closing.changes import close_by_hand, reopen_case
from app.panels.cases.closing.queries import open_matters
from app.panels.cases.queries import case_facts
from app.panels.cases.rules import CASE, CaseStatus
from tests import builders
from tests.conftest import NOW, Cast
from tests.panels.together import several_connections

TODAY = date(2026, 6, 10)
WORDS = {"reason": "reduced-risk", "rationale": "Calm for months", "despite": ""}


async def close(who, case: int, version: int = 1, **changed):
    given = {"closed_on": TODAY, **WORDS} | changed
    return await close_by_hand(who, case, version, now=NOW, **given)


async def reopen(who, case: int, version: int, **changed):
    given = {"rationale": "The wrong child was ticked", "next_review_on": date(2026, 7, 1)} | changed
    return await reopen_case(who, case, version, now=NOW, **given)


async def matters(child: int, closed_on: date = TODAY):
    return (await open_matters(None, await builders.panel_id("mace"), {child: closed_on}, TODAY))[child]


def london(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


@pytest.fixture
async def case(cast: Cast) -> int:
    return await builders.a_case("mace", await builders.a_child(), date(2026, 3, 1))


FIRST_OF_THIRTY = date(2026, 5, 12)


@pytest.mark.parametrize(
    ("began", "came_back", "counts"),
    [
        (london(FIRST_OF_THIRTY, 0), london(FIRST_OF_THIRTY, 3), True),
        (london(FIRST_OF_THIRTY, 0) - timedelta(seconds=1), london(FIRST_OF_THIRTY, 3), True),
        (london(date(2026, 5, 11), 18), london(date(2026, 5, 11), 23, 59), False),
        (london(date(2026, 3, 1), 18), None, True),
        (london(TODAY, 8), london(TODAY, 9), True),
        (london(date(2026, 6, 11), 0), None, False),
    ],
)
async def test_an_episode_counts_that_reached_into_the_thirty_dates_up_to_today(
    cast: Cast, began: datetime, came_back: datetime | None, counts: bool
) -> None:
    child = await builders.a_child()
    await builders.an_episode(child, began, returned_at=came_back)
    assert bool((await matters(child)).episodes) is counts


async def test_the_thirty_dates_are_london_dates_across_the_change_of_the_clocks(cast: Cast) -> None:
    child = await builders.a_child()
    # 29 April closes: the first of the thirty dates is 31 March, in summer time, so it began at 23:00 UTC
    await builders.an_episode(
        child, datetime(2026, 3, 30, 22, 0, tzinfo=UTC), returned_at=datetime(2026, 3, 30, 22, 59, tzinfo=UTC)
    )
    assert (await matters(child, date(2026, 4, 29))).episodes == ()
    await builders.an_episode(child, datetime(2026, 3, 30, 23, 0, tzinfo=UTC))
    assert len((await matters(child, date(2026, 4, 29))).episodes) == 1


async def test_curfew_duplicates_and_unknown_ends_are_no_recent_episodes(cast: Cast) -> None:
    child = await builders.a_child()
    recent = london(date(2026, 6, 1), 20)
    kept = await builders.an_episode(child, recent)
    await builders.an_episode(child, recent + timedelta(minutes=5), merged_into=kept)
    await builders.an_episode(child, recent + timedelta(days=1), category="curfew")
    await builders.an_episode(
        child, london(date(2025, 3, 1), 20), returned_at=None, end_unknown_after=date(2025, 3, 31)
    )
    assert [one.id for one in (await matters(child)).episodes] == [kept]


async def test_a_declined_interview_is_unheard_until_somebody_hears_or_follows_up(cast: Cast) -> None:
    child = await builders.a_child()
    began = london(date(2025, 6, 1), 20)
    first, second = (
        await builders.an_episode(child, began),
        await builders.an_episode(child, began + timedelta(days=9)),
    )
    declined = await builders.an_interview(
        child, [first], outcome="declined-child", offered_at=began + timedelta(days=2)
    )
    carer = await builders.an_interview(
        child, [second], outcome="declined-carer", offered_at=began + timedelta(days=11)
    )
    assert [(one.id, one.by_carer) for one in (await matters(child)).unheard] == [
        (declined, False),
        (carer, True),
    ]
    await database.execute(
        "UPDATE interview SET followed_up_at = $2 WHERE id = $1", carer, began + timedelta(days=20)
    )
    assert [one.id for one in (await matters(child)).unheard] == [declined]
    await builders.an_interview(child, [second], outcome="completed", held_at=began + timedelta(days=1))
    assert len((await matters(child)).unheard) == 1, "heard before, not since"
    await builders.an_interview(child, [second], outcome="completed", held_at=began + timedelta(days=12))
    assert (await matters(child)).unheard == ()


async def test_open_actions_of_this_panel_count_and_another_panels_go_on_there(cast: Cast) -> None:
    child, agency = await builders.a_child(), cast.police.agency_id
    await builders.an_action("mace", agency, date(2026, 7, 1), child=child)
    await builders.an_action(
        "mace", agency, date(2026, 5, 1), child=child, status="completed", finished_on=TODAY
    )
    await builders.an_action("general", agency, date(2026, 7, 1), child=child)
    assert (await matters(child)).words == "1 open action"


async def test_an_action_under_a_restricted_item_counts_and_is_not_told(cast: Cast) -> None:
    child = await builders.a_child()
    item = await builders.an_item(await builders.a_meeting("mace", status="held"), child, restricted=True)
    await builders.an_action("mace", cast.police.agency_id, date(2026, 7, 1), child=child, agenda_item=item)
    panel = await builders.panel_id("mace")
    told = {
        name: (await open_matters(getattr(cast, name), panel, {child: TODAY}, TODAY))[child]
        for name in ("chair", "officer")
    }
    assert (len(told["chair"].actions), told["chair"].hidden) == (1, 0)
    assert (len(told["officer"].actions), told["officer"].hidden, told["officer"].count) == (0, 1, 1)


async def test_closing_by_hand_is_no_review_and_keeps_who_why_and_the_risk(cast: Cast, case: int) -> None:
    child = (await case_facts(case)).child_id
    await builders.a_risk(child, date(2026, 5, 1), "low")
    await close(cast.chair, case)
    found = await case_facts(case)
    assert (found.closed_on, found.closure_rationale, found.risk_at_close) == (
        TODAY,
        "Calm for months",
        "low",
    )
    assert (found.first_meeting_on, found.last_reviewed_on, found.next_review_on) == (None, None, None)
    assert (
        await database.fetch_value("SELECT closed_by FROM panel_case WHERE id = $1", case)
        == cast.chair.person_id
    )


async def test_closing_in_spite_of_something_takes_a_reason(cast: Cast, case: int) -> None:
    child = (await case_facts(case)).child_id
    await builders.an_episode(child, NOW - timedelta(days=3))
    with pytest.raises(Refused) as refusal:
        await close(cast.chair, case)
    assert set(refusal.value.errors) == {"despite"}
    await close(cast.chair, case, despite="Visiting a grandparent; the police agree")
    assert (await case_facts(case)).closed_despite == "Visiting a grandparent; the police agree"


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"reason": "", "rationale": "  "}, {"reason", "rationale"}),
        ({"reason": "tired"}, {"reason"}),
        ({"closed_on": date(2026, 6, 11)}, {"closed_on"}),
        ({"closed_on": date(2026, 2, 28)}, {"closed_on"}),
    ],
)
async def test_everything_that_is_wrong_is_told_at_once(cast: Cast, case: int, changed, fields) -> None:
    with pytest.raises(Refused) as refusal:
        await close(cast.chair, case, **changed)
    assert set(refusal.value.errors) == fields
    assert (await case_facts(case)).closed_on is None


async def test_a_case_is_not_closed_before_its_last_review(cast: Cast, case: int) -> None:
    await database.execute(
        "UPDATE panel_case SET last_reviewed_on = $2 WHERE id = $1", case, date(2026, 6, 9)
    )
    with pytest.raises(Refused):
        await close(cast.chair, case, closed_on=date(2026, 6, 8))


async def test_two_chairs_close_once_and_the_form_twice_is_one_closure(cast: Cast, case: int) -> None:
    await several_connections()
    done = await asyncio.gather(
        *(close(cast.chair, case, submission_key=f"key-{n % 2}") for n in range(4)), return_exceptions=True
    )
    assert sum(one is not None and not isinstance(one, Exception) for one in done) == 1
    assert {type(one) for one in done if isinstance(one, Exception)} <= {MovedOn, AlreadySubmitted}
    assert await database.fetch_value("SELECT count(*) FROM history_entry WHERE kind = 'case closed'") == 1


async def test_a_stale_page_is_told_who_was_first(cast: Cast, case: int) -> None:
    await close(cast.officer, case)
    await reopen(cast.officer, case, 2)
    with pytest.raises(MovedOn, match="Otis Panelby"):
        await close(cast.chair, case, 1)


async def test_every_move_from_every_status_for_every_role(cast: Cast, case: int) -> None:
    facts = await case_facts(case)
    for status in CaseStatus:
        for name, may in {
            "chair": True,
            "minute_taker": True,
            "officer": True,
            "police": False,
            "manager": False,
            "outsider": False,
        }.items():
            moves = {move.name for move in CASE.open_moves(status, getattr(cast, name), facts.scope)}
            offered = (
                {"reopen"} if status is CaseStatus.CLOSED else {"close", "keep open", "step down", "transfer"}
            )
            assert moves == (offered if may else set())


async def test_members_may_not_and_strangers_find_nothing(cast: Cast, case: int) -> None:
    with pytest.raises(Forbidden):
        await close(cast.police, case)
    with pytest.raises(Invisible):
        await close(cast.outsider, case)
    with pytest.raises(Invisible):
        await close(cast.chair, case + 1000)


async def test_reopening_goes_on_with_the_same_case_and_is_no_recall_in_any_figure(cast: Cast) -> None:
    child = await builders.a_child()
    case = await builders.a_case("mace", child, date(2026, 1, 5), first_meeting_on=date(2026, 1, 12))
    await close(cast.chair, case, closed_on=date(2026, 3, 1))
    # a second referral of the same child joins the case once it is open again
    await reopen(cast.chair, case, 2)
    await builders.insert(
        "referral",
        panel=await builders.panel_id("mace"),
        child=child,
        referred_on=date(2026, 4, 1),
        threshold="met",
    )
    found = await case_facts(case)
    assert (found.closed_on, found.recall_of, found.closure_reason, found.next_review_on) == (
        None,
        None,
        "",
        date(2026, 7, 1),
    )
    figure = await RECALL.figure(
        Question(date(2026, 1, 1), date(2026, 6, 1), NOW, panel="mace", own_names=("Exampleshire",))
    )
    values = {
        value.key: getattr(value, "numerator", getattr(value, "value", None)) for value in figure.values
    }
    assert (values["met_threshold"], values["recalled_of_met"], values["closures"]) == (1, 0, 0)


async def test_a_closure_with_a_later_case_stays(cast: Cast) -> None:
    child = await builders.a_child()
    old = await builders.a_case(
        "mace", child, date(2025, 1, 1), closed_on=date(2025, 6, 1), closure_reason="moved"
    )
    new = await builders.a_case("mace", child, date(2026, 1, 1), recall_of=old)
    with pytest.raises(Refused, match="later case"):
        await reopen(cast.chair, old, 1)
    await close(cast.chair, new)
    with pytest.raises(Refused, match="later case"):
        await reopen(cast.chair, old, 1)
    await reopen(cast.chair, new, 2)


async def test_reopening_says_why_and_reviews_no_earlier_than_today(cast: Cast, case: int) -> None:
    await close(cast.chair, case)
    with pytest.raises(Refused) as refusal:
        await reopen(cast.chair, case, 2, rationale="", next_review_on=date(2026, 6, 9))
    assert set(refusal.value.errors) == {"rationale", "next_review_on"}


async def test_the_pages_of_closing_and_reopening(cast: Cast, case: int, sign_in) -> None:
    child = (await case_facts(case)).child_id
    await builders.an_episode(child, NOW - timedelta(days=3))
    chair = await sign_in("chair")
    page = await chair.get(f"/cases/{case}/closing")
    assert "1 missing episode in the last 30 days" in page.text
    form = {
        "version": 1,
        "closed_on": "2026-06-10",
        "reason": "other",
        "rationale": "Because <b>",
        "submission_key": "k",
    }
    answer = await chair.post(f"/cases/{case}/closing", form)
    assert answer.status_code == 422
    assert "in spite of what is still open" in answer.text
    assert "Because &lt;b&gt;" in answer.text
    form["despite"] = "All agree"
    assert (await chair.post(f"/cases/{case}/closing", form)).status_code == 303
    assert (await chair.post(f"/cases/{case}/closing", form)).status_code == 303, "sent twice"
    shown = await chair.get(f"/cases/{case}")
    assert "Closed in spite of what was still open: All agree" in shown.text
    assert (await chair.post(f"/cases/{case}/closing", form | {"submission_key": "l"})).status_code == 409
    again = {"version": 2, "rationale": "Mixed up", "next_review_on": "2026-07-01"}
    assert (await chair.post(f"/cases/{case}/reopening", again)).status_code == 303
    assert "it was closed by mistake" in (await chair.get(f"/cases/{case}")).text
    police = await sign_in("police")
    assert (await police.get(f"/cases/{case}")).status_code == 200
    assert (await police.get(f"/cases/{case}/closing")).status_code == 403
    outsider = await sign_in("outsider")
    assert (await outsider.get(f"/cases/{case}")).status_code in (403, 404)
