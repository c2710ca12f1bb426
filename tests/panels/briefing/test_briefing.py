"""The daily briefing: what it lists, one-line decisions with and without htmx, curfew apart, closing, the past."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import database
from app.lifecycle import MovedOn, Refused
from app.panels.briefing.changes import close_briefing, decide_notification
from app.panels.briefing.queries import briefing_by_id, closed_briefing, notification_facts, open_briefing
from app.panels.briefing.rules import Counts, counts_of
from app.panels.referrals.decisions.rules import Decision
from tests import builders
from tests.conftest import Browser, Cast, SignIn, TestClock
from tests.episodes.files import bring
from tests.panels.referrals.steps import NOW, TODAY, cases_of, decided, facts, referred
from tests.panels.together import several_connections

HOUR = timedelta(hours=1)
HTMX = {"HX-Request": "true"}


async def notified(child: int | None = None, **columns: Any) -> int:
    """An episode of last night, recorded two hours ago."""
    child = child or await builders.a_child()
    columns = {"first_recorded_at": NOW - 2 * HOUR} | columns
    return await builders.an_episode(child, columns.pop("started_at", NOW - 12 * HOUR), **columns)


async def keys(cast: Cast, now: datetime = NOW) -> list[str]:
    return [line.key for line in (await open_briefing(cast.officer, now)).lines]


async def close(cast: Cast, now: datetime = NOW) -> int:
    last = await database.fetch_value("SELECT coalesce(max(id), 0) FROM briefing")
    return await close_briefing(cast.officer, last_id=last, counts=Counts(), note="", now=now)


async def decide_episode(who: Any, episode: int, decision: Decision, now: datetime = NOW) -> None:
    told = await notification_facts(episode)
    await decide_notification(who, told, decision, version=told.version, now=now)


async def met(slug: str = "mace") -> Decision:
    return Decision("met", await builders.panel_id(slug), "", "county lines suspected")


async def line(**changed: Any) -> dict[str, Any]:
    filled = {"threshold": "met", "panel": await builders.panel_id("mace"), "rationale": "known group"}
    return filled | {"version": 0} | changed


# What is listed


async def test_it_lists_what_a_tracker_left_open_and_its_decision_outlasts_the_tracker(cast: Cast) -> None:
    child = await builders.a_child(child_ref="C-1")
    header = "panel,child_ref,referred_on,threshold"
    mace = await database.fetch_value("SELECT name FROM panel WHERE slug = 'mace'")
    undecided = (header, f"{mace},C-1,2026-03-02,", f"{mace},C-1,2026-02-02,not-met")
    await bring("cases", undecided, now=NOW)
    referral = await database.fetch_value("SELECT id FROM referral WHERE threshold = ''")
    [line] = (await open_briefing(cast.officer, NOW)).lines
    assert (line.key, line.came_at) == (f"referral-{referral}", datetime(2026, 3, 2, tzinfo=UTC))
    await decided(cast.chair, referral)
    assert [case["accepted_on"] for case in await cases_of(child)] == [TODAY]
    told = (await open_briefing(cast.officer, NOW)).lines
    assert [(one.key, one.threshold) for one in told] == [(f"referral-{referral}", "met")]
    assert (await bring("cases", undecided, now=NOW)).warnings == ()
    again = await bring("cases", (header, f"{mace},C-1,2026-03-02,not-met"), now=NOW)
    assert "A briefing here has decided" in again.warnings[0].problem
    assert (again.updated, (await facts(referral)).threshold) == (0, "met")
    closed = await close(cast)
    found = await closed_briefing(cast.officer, await briefing_by_id(closed))
    assert [one.key for one in found.lines] == [f"referral-{referral}"]
    assert await keys(cast, NOW + HOUR) == []


async def test_it_lists_what_came_in_and_tells_curfew_apart(cast: Cast) -> None:
    referral = await referred(cast.police, await builders.a_child())
    missing, curfew = await notified(), await notified(category="curfew")
    for category in ("away", "absent"):
        await notified(category=category)
    await notified(merged_into=missing)
    await notified(end_unknown_after=date(2026, 3, 31), returned_at=None)
    listed = await open_briefing(cast.officer, NOW)
    assert [one.key for one in listed.of_kind("referral")] == [f"referral-{referral}"]
    assert [one.key for one in listed.of_kind("missing")] == [f"episode-{missing}"]
    assert [one.key for one in listed.of_kind("curfew")] == [f"episode-{curfew}"]
    assert counts_of(listed.lines) == Counts(waiting=2, curfew=1)


async def test_history_that_a_file_brings_is_no_notification(cast: Cast) -> None:
    recorded = NOW - 2 * HOUR
    late = await notified(started_at=recorded - timedelta(days=28) + HOUR)
    await notified(started_at=recorded - timedelta(days=28))
    assert await keys(cast) == [f"episode-{late}"]


async def test_what_nobody_decided_stays_for_the_next_briefing_but_curfew_does_not(cast: Cast) -> None:
    referral = await referred(cast.police, await builders.a_child(), now=NOW - HOUR)
    missing = await notified()
    await notified(category="curfew")
    done = await notified()
    await decide_episode(cast.officer, done, Decision("not-met", rationale="found at home"))
    await close(cast)
    new = await notified(first_recorded_at=NOW + HOUR)
    listed = await open_briefing(cast.officer, NOW + 2 * HOUR)
    assert {one.key: one.is_earlier for one in listed.lines} == {
        f"referral-{referral}": True,
        f"episode-{new}": False,
        f"episode-{missing}": True,
    }


async def test_a_chair_sees_referrals_to_own_panels_and_to_none(cast: Cast) -> None:
    await database.execute(
        "UPDATE seat SET ended_at = now() WHERE person = $1 AND panel <> $2",
        cast.chair.person_id,
        await builders.panel_id("general"),
    )
    from dataclasses import replace

    general = await builders.panel_id("general")
    chair = replace(cast.chair, seats=tuple(one for one in cast.chair.seats if one.panel_id == general))
    mace = await referred(
        cast.police, await builders.a_child(), asked_panel_id=await builders.panel_id("mace")
    )
    mine = await referred(cast.police, await builders.a_child(), asked_panel_id=general)
    none = await referred(cast.police, await builders.a_child())
    assert {one.id for one in (await open_briefing(chair, NOW)).lines} == {mine, none}
    assert {one.id for one in (await open_briefing(cast.manager, NOW)).lines} == {mine, none, mace}


# Decisions


async def test_a_met_notification_makes_a_referral_and_a_case_and_stays_visible(
    cast: Cast, sign_in: SignIn
) -> None:
    child = await builders.a_child(name="Wren Sample")
    old = await builders.a_case(
        "mace", child, date(2025, 1, 1), closed_on=date(2025, 5, 1), closure_reason="reduced-risk"
    )
    episode = await notified(child)
    browser = await sign_in("chair")
    before = (await browser.get("/briefing")).text
    assert "Closed before by" in before
    answer = await browser.post(f"/briefing/episodes/{episode}", await line())
    assert (answer.status_code, answer.headers["location"]) == (303, f"/briefing#episode-{episode}")
    case = (await cases_of(child))[-1]
    assert (case["recall_of"], case["accepted_on"]) == (old, TODAY)
    referral = await facts(case["referral"])
    assert (referral.threshold, referral.referrer) == ("met", "Daily exploitation briefing")
    text = (await browser.get("/briefing")).text
    assert "Threshold met" in text
    assert "Carys Chairwell, 10 June 2026, 10am" in text
    assert "1 of 1 decided" in text
    assert "Recalled by" in text
    assert await keys(cast) == [f"episode-{episode}"]


async def test_htmx_gets_the_line_and_the_counts_alone(cast: Cast, sign_in: SignIn) -> None:
    referral = await referred(cast.police, await builders.a_child())
    browser = await sign_in("officer")
    form = await line(version=1)
    refused = await browser.post(f"/briefing/referrals/{referral}", form | {"rationale": ""}, headers=HTMX)
    assert refused.status_code == 422
    assert "Enter the reason for the decision" in refused.text
    answer = await browser.post(f"/briefing/referrals/{referral}", form, headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.strip().startswith(f'<li class="hw-list__item" id="referral-{referral}">')
    assert "1 of 1 decided" in answer.text
    assert "<html" not in answer.text


async def test_without_htmx_the_page_comes_back_with_the_error_at_its_line(
    cast: Cast, sign_in: SignIn
) -> None:
    first, second = await notified(), await notified()
    answer = await (await sign_in("officer")).post(
        f"/briefing/episodes/{first}", await line(threshold="diverted", rationale="Kept words")
    )
    assert answer.status_code == 422
    assert f'href="#diverted_to-episode-{first}"' in answer.text
    assert f'id="diverted_to-episode-{first}-error"' in answer.text
    assert answer.text.count("Kept words") == 1
    assert f"episode-{second}" in answer.text


async def test_the_second_of_two_at_one_line_is_told_who_was_first(cast: Cast, sign_in: SignIn) -> None:
    episode = await notified()
    chair, officer = await sign_in("chair"), await sign_in("officer")
    await several_connections()
    form = await line()
    answers = await asyncio.gather(
        *(one.post(f"/briefing/episodes/{episode}", form) for one in (chair, officer))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    [told] = [answer.text for answer in answers if answer.status_code == 409]
    stored = await notification_facts(episode)
    assert f"{stored.decided_by_name} decided this first" in told
    assert len(await cases_of(stored.child_id)) == 1


async def test_the_same_line_sent_again_changes_nothing(cast: Cast, sign_in: SignIn) -> None:
    episode = await notified()
    browser = await sign_in("officer")
    form = await line(submission_key="one-key")
    answers = [await browser.post(f"/briefing/episodes/{episode}", form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert (await notification_facts(episode)).version == 1


async def test_two_notifications_of_a_child_share_one_referral_and_one_case(cast: Cast) -> None:
    child = await builders.a_child()
    first, second = await notified(child), await notified(child, started_at=NOW - 20 * HOUR)
    await decide_episode(cast.chair, first, await met())
    await decide_episode(cast.chair, second, await met())
    assert (await notification_facts(first)).referral_id == (await notification_facts(second)).referral_id
    assert len(await cases_of(child)) == 1
    await decide_episode(cast.chair, first, Decision("not-met", rationale="a mix-up"))
    assert len(await cases_of(child)) == 1
    await decide_episode(cast.chair, second, Decision("not-met", rationale="a mix-up"))
    assert await cases_of(child) == []


async def test_a_decision_moved_to_another_panel_moves_the_case(cast: Cast) -> None:
    child = await builders.a_child()
    episode = await notified(child)
    await decide_episode(cast.chair, episode, await met())
    await decide_episode(cast.chair, episode, await met("general"))
    assert [case["slug"] for case in await cases_of(child)] == ["general"]
    await decide_episode(cast.chair, episode, Decision("diverted", None, "early help", "less than it seemed"))
    assert await cases_of(child) == []
    await decide_episode(cast.chair, episode, await met("general"))
    assert [case["slug"] for case in await cases_of(child)] == ["general"]


async def test_a_closed_briefing_keeps_its_decisions(cast: Cast) -> None:
    episode = await notified()
    await decide_episode(cast.chair, episode, await met())
    await close(cast)
    with pytest.raises(Refused, match="is closed, so the decision stands"):
        await decide_episode(cast.chair, episode, Decision("not-met", rationale="x"), NOW + HOUR)
    assert (await notification_facts(episode)).threshold == "met"


async def test_an_episode_that_no_briefing_lists_cannot_be_decided_by_its_number(
    cast: Cast, sign_in: SignIn
) -> None:
    old = await builders.an_episode(await builders.a_child(), datetime(2025, 1, 1, tzinfo=UTC))
    away = await notified(category="away")
    browser = await sign_in("officer")
    for episode in (old, away):
        assert (await browser.post(f"/briefing/episodes/{episode}", await line())).status_code == 404


@pytest.mark.parametrize(("name", "sees"), [("minute_taker", 200), ("manager", 200), ("police", 403)])
async def test_those_who_watch_decide_on_nothing(cast: Cast, sign_in: SignIn, name: str, sees: int) -> None:
    episode = await notified()
    browser = await sign_in(name)
    page = await browser.get("/briefing")
    assert page.status_code == sees
    assert 'name="rationale"' not in page.text
    assert (await browser.post(f"/briefing/episodes/{episode}", await line())).status_code == 403
    assert (await browser.post("/briefing/close", {})).status_code == 403


# Closing and the past


async def test_closing_shows_counts_and_the_past_can_be_read(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    child = await builders.a_child(name="Wren Sample")
    referral = await referred(cast.police, child)
    await decided(cast.officer, referral, "diverted")
    await notified()
    browser = await sign_in("officer")
    assert "No briefing has been closed yet" in (await browser.get("/briefing/past")).text
    form = (await browser.get("/briefing/close")).text
    assert "Left for the next briefing" in form
    answer = await browser.post("/briefing/close", {"last": "0", "note": "All were there"})
    assert answer.status_code == 303
    past = (await browser.get(answer.headers["location"])).text
    assert "Wren Sample" in past
    assert "0 met, 0 not met, 1 diverted" in past
    assert "All were there" in past
    assert "10 June 2026, 10am" in (await browser.get("/briefing/past")).text
    clock.now += timedelta(minutes=10)
    text = (await browser.get("/briefing")).text
    assert "Wren Sample" not in text
    assert "From an earlier briefing" in text
    details = await database.fetch_value("SELECT details FROM history_entry WHERE kind = 'briefing closed'")
    assert details == {"met": 0, "not met": 0, "diverted": 1, "left": 1, "curfew": 0}


async def test_a_briefing_is_closed_once(cast: Cast) -> None:
    await several_connections()
    done = await asyncio.gather(
        *(
            close_briefing(who, last_id=0, counts=Counts(), note="", now=NOW)
            for who in (cast.officer, cast.chair)
        ),
        return_exceptions=True,
    )
    [problem] = [one for one in done if isinstance(one, BaseException)]
    assert isinstance(problem, MovedOn)
    assert "closed this briefing first" in str(problem)


async def test_who_reads_a_briefing_is_recorded_with_its_children(cast: Cast, sign_in: SignIn) -> None:
    children = sorted([await builders.a_child(), await builders.a_child()])
    await referred(cast.police, children[0])
    await notified(children[1])
    browser: Browser = await sign_in("manager")
    await browser.get("/briefing")
    read = await database.fetch_value("SELECT child_ids FROM history_entry WHERE kind = 'briefing read'")
    assert read == children


async def test_a_recalled_child_has_its_card_on_the_agenda(cast: Cast, sign_in: SignIn) -> None:
    child = await builders.a_child()
    await builders.a_case(
        "mace", child, date(2025, 1, 1), closed_on=date(2025, 5, 1), closure_reason="reduced-risk"
    )
    await decided(cast.chair, await referred(cast.police, child))
    meeting = await builders.a_meeting("mace")
    text = (await (await sign_in("chair")).get(f"/meetings/{meeting}/agenda")).text
    assert "Recalled by Multi-Agency Child Exploitation (MACE)" in text
    assert "Reduced risk" in text
