"""Six stamps of a meeting against its panel's standards in working days. Pure.

Wolverhampton 3.16 asks that meetings and minutes be "organised and added promptly"; the numbers are each
panel's own setting.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from app.london import add_working_days, day_end, london_date, working_days_between
from app.panels.kinds import Timescales


class Stage(StrEnum):
    """The stamps that follow the end of a meeting, in order."""

    ACTIONS_ISSUED = "actions-issued"
    DRAFT_TO_CHAIR = "draft-to-chair"
    APPROVED = "approved"
    CIRCULATED = "circulated"
    FILED = "filed"


HEADLINE = Stage.CIRCULATED

STAGE_WORDS = {
    Stage.ACTIONS_ISSUED: "Actions issued",
    Stage.DRAFT_TO_CHAIR: "Draft to chair",
    Stage.APPROVED: "Approved",
    Stage.CIRCULATED: "Circulated",
    Stage.FILED: "Filed",
}


@dataclass(frozen=True)
class Stamps:
    """The London dates on which one meeting reached each stage; None where it has not."""

    ended_on: date
    actions_issued_on: date | None = None
    draft_to_chair_on: date | None = None
    approved_on: date | None = None
    circulated_on: date | None = None
    filed_on: date | None = None

    def reached_on(self, stage: Stage) -> date | None:
        found: date | None = getattr(self, STAMP_OF[stage])
        return found

    def as_at(self, day: date) -> "Stamps":
        """The same as it stood at the end of a day: later stamps have not happened."""
        later: dict[str, Any] = {
            name: None for name in STAMP_OF.values() if (stamp := getattr(self, name)) and stamp > day
        }
        return replace(self, **later) if later else self


STAMP_OF = {
    Stage.ACTIONS_ISSUED: "actions_issued_on",
    Stage.DRAFT_TO_CHAIR: "draft_to_chair_on",
    Stage.APPROVED: "approved_on",
    Stage.CIRCULATED: "circulated_on",
    Stage.FILED: "filed_on",
}


def deadline(stage: Stage, stamps: Stamps, standards: Timescales) -> date:
    """The last day in time; approval shares the standard of circulation.

    Filing counts from circulation, or until that is done from the day it is due.
    """
    if stage is Stage.FILED:
        circulated = stamps.circulated_on or deadline(Stage.CIRCULATED, stamps, standards)
        return add_working_days(circulated, allowed(stage, standards))
    return add_working_days(stamps.ended_on, allowed(stage, standards))


def allowed(stage: Stage, standards: Timescales) -> int:
    """The working days that a stage may take."""
    return {
        Stage.ACTIONS_ISSUED: standards.actions,
        Stage.DRAFT_TO_CHAIR: standards.draft,
        Stage.APPROVED: standards.circulated,
        Stage.CIRCULATED: standards.circulated,
        Stage.FILED: standards.filed,
    }[stage]


@dataclass(frozen=True)
class StageFact:
    """One stage of one meeting. `days`: working days from the end (filing: from circulation) to the stamp, or
    to the day asked for while it is outstanding."""

    stage: Stage
    reached_on: date | None
    deadline: date
    days: int
    is_due: bool
    within_standard: bool

    @property
    def is_late(self) -> bool:
        """Reached after its deadline, or not reached though the deadline has passed."""
        return (self.is_due or not self.is_outstanding) and not self.within_standard

    @property
    def is_outstanding(self) -> bool:
        return self.reached_on is None

    @property
    def words(self) -> str:
        return STAGE_WORDS[self.stage]


def stage_fact(stage: Stage, stamps: Stamps, standards: Timescales, as_at: datetime) -> StageFact:
    """A stage is due once its deadline's day has ended at this instant; due and unfinished is a failure."""
    day = london_date(as_at - timedelta(microseconds=1))
    seen = stamps.as_at(day)
    last_day = deadline(stage, seen, standards)
    reached = seen.reached_on(stage)
    start = (seen.circulated_on or day) if stage is Stage.FILED else seen.ended_on
    return StageFact(
        stage=stage,
        reached_on=reached,
        deadline=last_day,
        days=max(0, working_days_between(start, reached or day)),
        is_due=day_end(last_day) <= as_at,
        within_standard=reached is not None and reached <= last_day,
    )


def stage_facts(stamps: Stamps, standards: Timescales, as_at: datetime) -> list[StageFact]:
    """All five stages in order; the sixth stamp, the end of the meeting, is what they count from."""
    return [stage_fact(stage, stamps, standards, as_at) for stage in Stage]


def waiting_stages(facts: Sequence[StageFact]) -> list[StageFact]:
    """The stages that the minutes have still to pass, in order.

    Actions wait for nobody and hold nothing up. What a later stage has overtaken is not waited for: files leave gaps.
    """
    passed = [fact for fact in facts if fact.stage is not Stage.ACTIONS_ISSUED]
    reached = max((place for place, fact in enumerate(passed, start=1) if not fact.is_outstanding), default=0)
    return passed[reached:]


def held_up_at(facts: Sequence[StageFact]) -> StageFact | None:
    """The stage that holds late minutes: the first they have still to pass, when it or one after it is late."""
    waiting = waiting_stages(facts)
    return waiting[0] if any(fact.is_late for fact in waiting) else None


def in_stage_since(stage: Stage, stamps: Stamps, returned_on: date | None = None) -> date:
    """The London date since which minutes wait in a stage: when they reached the one before, or the meeting ended.

    `returned_on`: when the chair gave the draft back, which is with the minute taker since.
    """
    before = list(Stage)[: list(Stage).index(stage)]
    reached = [day for one in before[1:] if (day := stamps.reached_on(one))]
    since = reached[-1] if reached else stamps.ended_on
    return max(since, returned_on) if returned_on and stage is Stage.APPROVED else since
