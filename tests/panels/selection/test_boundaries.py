"""The edges of every selection rule, one sentence each."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app import database
from app.house import House
from app.panels.selection.queries import proposal_for, proposal_on
from app.panels.selection.rules import Proposal
from app.panels.terms.queries import standing_panel
from tests.builders import a_case, a_child, a_meeting, a_risk, an_episode, an_item, insert, panel_id

pytestmark = pytest.mark.usefixtures("db")

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2027, 1, 1, tzinfo=UTC)
ON = date(2026, 6, 17)


def london(day: date, hour: int = 12, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


async def propose(slug: str, on: date = ON, now: datetime = NOW) -> Proposal:
    panel = await standing_panel(slug)
    assert panel is not None
    return await proposal_on(panel, on, now=now)


async def listed(slug: str, on: date = ON) -> list[str]:
    return [item.child_ref for item in (await propose(slug, on)).items]


async def missing(child: int, *days: date, **columns: Any) -> list[int]:
    return [await an_episode(child, london(day), **columns) for day in days]


def before(days: int) -> date:
    return ON - timedelta(days=days)


class TestRepeatMissing:
    async def test_day_90_is_in_and_day_91_is_out(self) -> None:
        inside, outside = await a_child(child_ref="IN"), await a_child(child_ref="OUT")
        await missing(inside, before(89), before(40), ON)
        await missing(outside, before(90), before(40), ON)
        assert await listed("repeat-missing") == ["IN"]

    async def test_the_day_the_clocks_change_is_one_day(self) -> None:
        child = await a_child(child_ref="DST")
        await an_episode(child, london(date(2026, 1, 1), 23, 59))
        await an_episode(child, london(date(2026, 3, 1)))
        await an_episode(child, london(date(2026, 3, 31), 0, 1))  # day 90, an hour of which was skipped
        assert await listed("repeat-missing", date(2026, 3, 31)) == ["DST"]

    async def test_it_stays_proposed_for_90_dates_and_is_missed_from_then_on(self) -> None:
        child = await a_child(child_ref="K")
        await missing(child, before(12), before(11), before(10))
        last = before(10) + timedelta(days=89)
        assert await listed("repeat-missing", last) == ["K"]
        after = await propose("repeat-missing", last + timedelta(days=1))
        assert after.items == ()
        assert [(near.child_ref, near.missed) for near in after.near_misses] == [("K", True)]

    async def test_a_held_meeting_about_the_child_answers_and_a_cancelled_one_does_not(self) -> None:
        child = await a_child(child_ref="K")
        await missing(child, before(30), before(25), before(20))
        meeting = await a_meeting("repeat-missing", london(before(10)), child=child, status="cancelled")
        assert await listed("repeat-missing") == ["K"]
        await database.execute("UPDATE meeting SET status = 'held' WHERE id = $1", meeting)
        assert await listed("repeat-missing") == []

    async def test_after_a_meeting_only_a_later_episode_triggers_reaching_back_over_earlier_ones(
        self,
    ) -> None:
        child = await a_child(child_ref="K")
        await missing(child, before(30), before(25), before(20))
        await a_meeting("repeat-missing", london(before(10)), child=child, status="held")
        (latest,) = await missing(child, before(2))
        (item,) = (await propose("repeat-missing")).items
        assert item.facts["trigger_episode"] == latest
        assert len(item.episode_ids) == 4

    async def test_left_off_answers_the_episodes_it_listed_but_not_a_later_one(self) -> None:
        child = await a_child(child_ref="K")
        episodes = await missing(child, before(30), before(25), before(20))
        meeting = await a_meeting("repeat-missing", london(before(10)), status="planned")
        await an_item(meeting, child, status="left-off", left_off_reason="met at MACE", episode_ids=episodes)
        assert await listed("repeat-missing") == []
        await missing(child, before(15))
        assert await listed("repeat-missing") == ["K"]

    async def test_it_is_due_ten_working_days_after_the_trigger(self) -> None:
        child = await a_child()
        await missing(child, date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 21))
        (item,) = (await propose("repeat-missing")).items
        assert item.facts["due_on"] == "2026-06-05"  # Thursday 21 May; 25 May is a bank holiday
        assert "meeting due by 5 June 2026" in item.reason

    async def test_the_earliest_unanswered_trigger_counts_and_later_episodes_are_told(self) -> None:
        child = await a_child()
        first = await missing(child, before(50), before(45), before(40))
        later = await missing(child, before(5))
        (item,) = (await propose("repeat-missing")).items
        assert item.facts["triggered_on"] == before(40).isoformat()
        assert item.episode_ids == (*first, *later)

    async def test_the_printed_window_is_the_90_dates(self) -> None:
        assert (await propose("repeat-missing")).as_json()["window"] == {
            "from": before(89).isoformat(),
            "to": (ON + timedelta(days=1)).isoformat(),
        }

    async def test_a_meeting_for_one_child_is_proposed_that_child_alone(self) -> None:
        mine, other = await a_child(child_ref="MINE"), await a_child(child_ref="OTHER")
        for child in (mine, other):
            await missing(child, before(3), before(2), before(1))
        meeting = await a_meeting("repeat-missing", london(ON, 10), child=mine)
        panel = await standing_panel("repeat-missing")
        assert panel is not None
        proposal = await proposal_for(panel, london(ON, 10), now=NOW, meeting_id=meeting)
        assert [item.child_ref for item in proposal.items] == ["MINE"]


class TestCategories:
    @pytest.mark.parametrize("category", ["away", "absent", "curfew"])
    async def test_only_missing_counts(self, category: str) -> None:
        child = await a_child()
        await missing(child, before(3), before(2))
        await missing(child, before(1), category=category)
        assert await listed("repeat-missing") == []

    async def test_a_setting_lets_a_panel_count_absent_too(self) -> None:
        child = await a_child(child_ref="K")
        await missing(child, before(3), before(2))
        await missing(child, before(1), category="absent")
        await insert(
            "terms_of_reference",
            panel=await panel_id("repeat-missing"),
            holds_from=before(5),
            overrides={"categories": ["missing", "absent"]},
        )
        (item,) = (await propose("repeat-missing")).items
        assert item.reason.startswith("missing or absent 3 times")

    async def test_a_merged_duplicate_does_not_count(self) -> None:
        child = await a_child()
        kept, _ = await missing(child, before(3), before(2))
        await missing(child, before(1), merged_into=kept)
        assert await listed("repeat-missing") == []

    async def test_an_open_episode_counts(self) -> None:
        child = await a_child(child_ref="K")
        await missing(child, before(3), before(2))
        await missing(child, before(1), returned_at=None)
        assert await listed("repeat-missing") == ["K"]


class TestMultipleMissing:
    async def test_a_start_just_before_midnight_in_london_is_of_the_month_before(self) -> None:
        may, june = await a_child(child_ref="MAY"), await a_child(child_ref="JUNE")
        for child, last in ((may, london(date(2026, 5, 31), 23, 59)), (june, london(date(2026, 6, 1), 0, 0))):
            await missing(child, *(date(2026, 5, day) for day in (1, 2, 3, 4)))
            await an_episode(child, last)
        proposal = await propose("multiple-missing-hotspots")
        assert [item.child_ref for item in proposal.items] == ["MAY"]
        assert proposal.items[0].reason == "missing 5 times in May 2026: 1st, 2nd, 3rd, 4th, 31st"
        assert [near.child_ref for near in proposal.near_misses] == ["JUNE"]

    async def test_five_over_two_months_are_not_enough(self) -> None:
        child = await a_child()
        await missing(
            child, *(date(2026, 4, day) for day in (28, 29, 30)), date(2026, 5, 1), date(2026, 5, 2)
        )
        assert await listed("multiple-missing-hotspots") == []

    async def test_a_cancelled_meeting_loses_nobody(self) -> None:
        child = await a_child(child_ref="APRIL")
        await missing(child, *(date(2026, 4, day) for day in range(1, 6)))
        await a_meeting("multiple-missing-hotspots", london(date(2026, 5, 6)), status="cancelled")
        assert (
            await listed("multiple-missing-hotspots") == []
        )  # no meeting was ever held: the month before alone
        await a_meeting("multiple-missing-hotspots", london(date(2026, 4, 8)), status="held")
        assert await listed("multiple-missing-hotspots") == ["APRIL"]
        await a_meeting("multiple-missing-hotspots", london(date(2026, 5, 20)), status="held")
        assert await listed("multiple-missing-hotspots") == []

    async def test_the_first_hour_of_a_summer_month_is_told_apart_from_the_month_before(self) -> None:
        await a_meeting("multiple-missing-hotspots", london(date(2026, 4, 8)), status="held")
        child = await a_child()
        await missing(child, *(date(2026, 4, day) for day in (5, 6, 7, 8)))
        await an_episode(child, london(date(2026, 5, 1), 0, 30))  # still April in UTC
        assert await listed("multiple-missing-hotspots") == []

    async def test_four_with_the_last_in_the_last_hour_of_the_month_are_a_near_miss(self) -> None:
        await a_meeting("multiple-missing-hotspots", london(date(2026, 4, 8)), status="held")
        child = await a_child(child_ref="K")
        await missing(child, *(date(2026, 4, day) for day in (6, 7, 8)))
        await an_episode(child, london(date(2026, 4, 30), 23, 30))
        proposal = await propose("multiple-missing-hotspots")
        assert [near.child_ref for near in proposal.near_misses] == ["K"]

    async def test_a_home_recurs_only_with_two_children_and_other_places_with_three_episodes(self) -> None:
        one, two = await a_child(), await a_child()
        days = [date(2026, 5, day) for day in (1, 2, 3)]
        await missing(
            one, *days, missing_from="1 Sample Street", missing_from_kind="home", found_at="The  Mill"
        )
        assert [
            (p.place, p.episodes, p.children) for p in (await propose("multiple-missing-hotspots")).places
        ] == [("The Mill", 3, 1)]
        await missing(
            two,
            date(2026, 5, 9),
            missing_from="1 sample  STREET",
            missing_from_kind="home",
            found_at="the mill",
        )
        assert [
            (p.place, p.episodes, p.children) for p in (await propose("multiple-missing-hotspots")).places
        ] == [
            ("1 Sample Street", 4, 2),
            ("The Mill", 4, 2),
        ]


class TestMissingChildrenPanel:
    @pytest.fixture(autouse=True)
    async def meetings(self, db: None) -> None:
        await a_meeting("missing-children-panel", london(before(7), 10), status="held")
        await a_meeting("missing-children-panel", london(ON, 10))

    async def test_a_return_at_the_start_of_the_last_meeting_is_out_and_a_second_later_in(self) -> None:
        back_then = london(before(7), 10)
        for ref, returned in (("OUT", back_then), ("IN", back_then + timedelta(seconds=1))):
            await an_episode(await a_child(child_ref=ref), london(before(8)), returned_at=returned)
        assert await listed("missing-children-panel") == ["IN"]

    async def test_a_start_at_this_meetings_start_waits_for_the_next(self) -> None:
        at = london(ON, 10)
        for ref, started in (("OUT", at), ("IN", at - timedelta(seconds=1))):
            await an_episode(await a_child(child_ref=ref), started)
        assert await listed("missing-children-panel") == ["IN"]

    async def test_without_a_meeting_planned_the_whole_day_counts(self) -> None:
        await database.execute("UPDATE meeting SET status = 'cancelled' WHERE status = 'planned'")
        await an_episode(await a_child(child_ref="LATE"), london(ON, 23, 59))
        assert await listed("missing-children-panel") == ["LATE"]

    async def test_a_return_that_came_as_a_date_counts_to_the_end_of_its_day(self) -> None:
        for ref, day in (("OUT", before(8)), ("IN", before(7))):
            await an_episode(
                await a_child(child_ref=ref),
                london(before(9)),
                returned_at=london(day, 0),
                date_only=["returned_at"],
            )
        assert await listed("missing-children-panel") == ["IN"]

    async def test_a_long_absence_and_an_open_one_are_found_however_old(self) -> None:
        await an_episode(await a_child(child_ref="LONG"), london(before(300)), returned_at=london(before(3)))
        await an_episode(await a_child(child_ref="OPEN"), london(before(400)), returned_at=None)
        await an_episode(
            await a_child(child_ref="FORTNIGHT"), london(before(21), 9), returned_at=london(before(7), 11)
        )
        await an_episode(
            await a_child(child_ref="SHORTER"),
            london(before(21), 10, 30),
            returned_at=london(before(7), 10, 20),
        )
        assert await listed("missing-children-panel") == ["OPEN", "SHORTER", "FORTNIGHT", "LONG"]

    async def test_an_unknown_end_is_never_taken_for_open(self) -> None:
        child = await a_child()
        await an_episode(child, london(before(100)), returned_at=None, end_unknown_after=date(2027, 3, 31))
        assert await listed("missing-children-panel") == []

    async def test_a_late_record_is_listed_once(self) -> None:
        child = await a_child(child_ref="K")
        (late,) = await missing(child, before(30), first_recorded_at=london(before(2)))
        (item,) = (await propose("missing-children-panel")).items
        assert "recorded since the last meeting" in item.reason
        meeting = await a_meeting("missing-children-panel", london(before(1)), status="held")
        deferred = await an_item(meeting, child, episode_ids=[late], status="deferred")
        await database.execute("UPDATE episode SET first_recorded_at = $1", london(before(1), 13))
        assert await listed("missing-children-panel") == ["K"]
        await database.execute("UPDATE agenda_item SET status = 'on-agenda' WHERE id = $1", deferred)
        assert await listed("missing-children-panel") == []

    async def test_a_meeting_for_one_child_does_not_move_the_window(self) -> None:
        child = await a_child(child_ref="K")
        await missing(child, before(5))
        await a_meeting("missing-children-panel", london(before(1)), status="held", child=await a_child())
        assert await listed("missing-children-panel") == ["K"]

    async def test_the_first_meeting_looks_back_seven_days_of_the_wall_clock(self) -> None:
        await database.execute("DELETE FROM meeting")
        at = london(date(2026, 10, 28), 10)  # the clocks went back on the 25th
        await a_meeting("missing-children-panel", at)
        start = london(date(2026, 10, 21), 10)
        for ref, returned in (("OUT", start), ("IN", start + timedelta(minutes=1))):
            await an_episode(await a_child(child_ref=ref), start - timedelta(hours=3), returned_at=returned)
        proposal = await propose("missing-children-panel", date(2026, 10, 28))
        assert [item.child_ref for item in proposal.items] == ["IN"]
        assert proposal.as_json()["window"]["from"] == "2026-10-21T10:00:00+01:00"


class TestHighRiskMisper:
    async def test_reported_in_the_week_counts_however_long_ago_it_began(self) -> None:
        child = await a_child(child_ref="K")
        await a_risk(child, before(100), "medium")
        await missing(child, before(9), reported_at=london(before(3)))
        assert await listed("high-risk-misper") == ["K"]

    async def test_a_week_ago_to_the_minute_is_in_and_the_minute_before_out(self) -> None:
        await a_meeting("high-risk-misper", london(ON, 10))
        for ref, minutes in (("IN", 0), ("OUT", -1)):
            child = await a_child(child_ref=ref)
            await a_risk(child, before(100), "high")
            await an_episode(child, london(before(7), 10) + timedelta(minutes=minutes))
        assert await listed("high-risk-misper") == ["IN"]

    async def test_a_flag_lists_a_child_at_low_risk_and_without_one_it_is_a_near_miss(self) -> None:
        for ref, flags in (("FLAGGED", ["county-lines"]), ("PLAIN", ["neet"])):
            child = await a_child(child_ref=ref)
            await a_risk(child, before(100), "low", flags=flags)
            await missing(child, before(2))
        await missing(await a_child(child_ref="UNKNOWN"), before(1))
        proposal = await propose("high-risk-misper")
        assert [item.child_ref for item in proposal.items] == ["FLAGGED"]
        assert "flagged county lines" in proposal.items[0].reason
        assert {near.child_ref for near in proposal.near_misses} == {"PLAIN", "UNKNOWN"}

    async def test_the_polices_grade_of_one_episode_is_no_assessment(self) -> None:
        await missing(await a_child(), before(2), police_risk="high")
        assert await listed("high-risk-misper") == []


class TestTracking:
    async def test_the_latest_assessment_on_or_before_the_meeting_decides(self) -> None:
        raised, lowered, later = [await a_child(child_ref=ref) for ref in ("RAISED", "LOWERED", "LATER")]
        for child, older, newer, day in (
            (raised, "low", "medium", ON),
            (lowered, "high", "low", ON),
            (later, "low", "high", ON + timedelta(days=1)),
        ):
            await a_risk(child, before(50), older)
            await a_risk(child, day, newer)
        proposal = await propose("child-exploitation-tracking")
        assert [item.child_ref for item in proposal.items] == ["RAISED"]
        assert {near.child_ref for near in proposal.near_misses} == {"LOWERED", "LATER"}

    async def test_a_named_level_replaces_the_second_one(self) -> None:
        for level in ("medium", "high"):
            await a_risk(await a_child(child_ref=level), before(5), level)
        await insert(
            "terms_of_reference",
            panel=await panel_id("child-exploitation-tracking"),
            holds_from=before(5),
            overrides={"rule": {"level": "high"}},
        )
        assert await listed("child-exploitation-tracking") == ["high"]


class TestMace:
    async def test_recalled_first_then_initial_by_acceptance_then_reviews(self) -> None:
        refs = {ref: await a_child(child_ref=ref) for ref in ("REVIEW", "NEWER", "OLDER", "RECALLED")}
        await a_case("mace", refs["REVIEW"], before(100), first_meeting_on=before(84))
        await a_case("mace", refs["NEWER"], before(3))
        await a_case("mace", refs["OLDER"], before(20))
        closed = await a_case(
            "mace", refs["RECALLED"], before(300), closed_on=before(90), closure_reason="reduced-risk"
        )
        await a_case("mace", refs["RECALLED"], before(1), recall_of=closed)
        assert await listed("mace") == ["RECALLED", "OLDER", "NEWER", "REVIEW"]

    async def test_a_review_due_the_day_before_the_next_meeting_is_in_and_on_its_day_is_a_near_miss(
        self,
    ) -> None:
        await a_meeting("mace", london(ON, 10))
        await a_meeting("mace", london(ON + timedelta(days=20), 10))
        for ref, ahead in (("IN", 19), ("NEAR", 20)):
            await a_case(
                "mace",
                await a_child(child_ref=ref),
                before(100),
                first_meeting_on=before(90),
                next_review_on=ON + timedelta(days=ahead),
            )
        proposal = await propose("mace")
        assert [item.child_ref for item in proposal.items] == ["IN"]
        assert [near.child_ref for near in proposal.near_misses] == ["NEAR"]

    async def test_the_top_risk_level_is_reviewed_after_six_weeks(self) -> None:
        for ref, level in (("TOP", "high"), ("MIDDLE", "medium")):
            child = await a_child(child_ref=ref)
            await a_risk(child, before(60), level)
            await a_case("mace", child, before(60), first_meeting_on=before(42))
        assert await listed("mace") == ["TOP"]

    async def test_eighteen_on_the_day_of_the_meeting_gets_a_transition_note(self) -> None:
        for ref, born in (("ADULT", date(2008, 6, 17)), ("CHILD", date(2008, 6, 18))):
            await a_case("mace", await a_child(child_ref=ref, born_on=born), before(5))
        found = {item.child_ref: item for item in (await propose("mace")).items}
        assert found["ADULT"].facts["transition"] is True
        assert "transition" in found["ADULT"].reason
        assert "transition" not in found["CHILD"].facts

    async def test_another_panels_cases_and_closed_ones_are_not_proposed(self) -> None:
        await a_case("general", await a_child(), before(5))
        await a_case("mace", await a_child(), before(50), closed_on=before(5), closure_reason="moved")
        assert await listed("mace") == []


class TestOperationalGroup:
    async def test_each_part_of_the_score_is_shown(self) -> None:
        child = await a_child(child_ref="K", born_on=date(2013, 6, 18))
        await a_risk(child, before(10), "high")
        await an_episode(
            child, london(before(20)), returned_at=london(before(20)) + timedelta(hours=47, minutes=59)
        )
        await an_episode(child, london(before(10)), returned_at=london(before(10)) + timedelta(hours=48))
        for number, outcome in enumerate(("declined-child", "completed", "declined-carer", "declined-child")):
            await insert(
                "interview",
                child=child,
                interview_key=str(number),
                outcome=outcome,
                offered_at=london(before(50 - number)),
            )
        await a_case("mace", child, before(200), closed_on=before(89), closure_reason="reduced-risk")
        (item,) = (await propose("missing-operational-group")).items
        assert item.facts["parts"] == {
            "episodes": 6,
            "full_days": 3,
            "risk": 10,
            "top_risk": 10,
            "young": 5,
            "declined": 8,
            "case_change": 8,
        }
        assert item.facts["score"] == 50
        assert item.reason.startswith("concern score 50: 6 for 2 episodes, 3 for ")

    async def test_ties_go_to_the_latest_start_and_then_the_reference(self) -> None:
        for ref, day in (("B", 5), ("A", 5), ("C", 4)):
            await missing(await a_child(child_ref=ref), before(day))
        assert await listed("missing-operational-group") == ["C", "A", "B"]

    async def test_six_are_listed_and_the_next_three_are_near(self) -> None:
        for number in range(11):
            await missing(await a_child(child_ref=f"K{number:02}"), before(number))
        proposal = await propose("missing-operational-group")
        assert [item.child_ref for item in proposal.items] == [f"K{n:02}" for n in range(6)]
        assert [near.child_ref for near in proposal.near_misses] == ["K06", "K07", "K08"]

    async def test_age_alone_is_no_case(self) -> None:
        await a_child(born_on=date(2016, 1, 1))
        assert await listed("missing-operational-group") == []

    async def test_hours_of_an_episode_that_is_open_end_now(self) -> None:
        child = await a_child()
        await an_episode(child, london(before(3)), returned_at=None)
        proposal = await propose("missing-operational-group", now=london(before(1)))
        assert proposal.items[0].facts["full_days_missing"] == 2


async def test_a_child_of_another_authority_is_told_apart_by_its_latest_episode(house: House) -> None:
    ours = await a_child(child_ref="OURS", responsible_authority="exampleshire")
    away = await a_child(child_ref="AWAY", placed_in="Elsewhere Town")
    theirs = await a_child(child_ref="THEIRS")
    for child in (ours, away):
        await missing(child, before(2))
    await missing(theirs, before(3))
    await missing(theirs, before(2), responsible_authority="Faraway Borough")
    found = {item.child_ref: item.facts for item in (await propose("missing-children-panel")).items}
    assert {ref: facts["whose"] for ref, facts in found.items()} == {
        "OURS": "own-here",
        "AWAY": "own-away",
        "THEIRS": "ola-here",
    }
    assert found["THEIRS"]["responsible_authority"] == "Faraway Borough"


async def test_an_episode_without_a_reference_bears_ours() -> None:
    episode = await an_episode(await a_child(), london(before(2)), episode_ref=None)
    (item,) = (await propose("missing-children-panel")).items
    assert item.episode_refs == (f"E{episode}",)


async def test_what_began_after_the_meeting_has_not_happened() -> None:
    child = await a_child()
    await missing(child, before(3), before(2), ON + timedelta(days=1))
    assert await listed("repeat-missing") == []
