"""Counting how promptly minutes came, and which of them are late at which stage. Pure; nothing is read here.

The figure `minutes` counts with the same functions, so that both say the same.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from app.london import day_words, month_start, working_days_between
from app.minutes.timeliness.rules import (
    HEADLINE,
    Stage,
    StageFact,
    Stamps,
    allowed,
    held_up_at,
    in_stage_since,
    waiting_stages,
)
from app.minutes.turns.rules import Turn
from app.panels.kinds import Timescales
from app.panels.words import listed


def nearest_rank(numbers: Sequence[int], percentile: int) -> int | None:
    """The smallest number that at least `percentile` per cent of the numbers do not exceed; None for none."""
    if not numbers:
        return None
    rank = -(-percentile * len(numbers) // 100)
    return sorted(numbers)[max(rank, 1) - 1]


@dataclass(frozen=True)
class Promptness:
    """One stage over many meetings: `within` of `due` in time; days are working days, None where there are none."""

    stage: Stage
    due: int
    within: int
    median_days: int | None
    p90_days: int | None
    outstanding: int
    oldest_days: int | None


def promptness_of(stage: Stage, meetings: Sequence[Sequence[StageFact]]) -> Promptness:
    """Counts one stage over the stages of each meeting; unfinished ones count with their present age."""
    facts = [_at(stage, stages) for stages in meetings]
    due = [fact for fact in facts if fact.is_due]
    waiting = [fact.days for fact in facts if fact.is_outstanding]
    # filing has no age of its own before the minutes are circulated
    aged = [
        fact.days
        for fact, stages in zip(facts, meetings, strict=True)
        if stage is not Stage.FILED or not _at(Stage.CIRCULATED, stages).is_outstanding
    ]
    return Promptness(
        stage=stage,
        due=len(due),
        within=sum(fact.within_standard for fact in due),
        median_days=nearest_rank(aged, 50),
        p90_days=nearest_rank(aged, 90),
        outstanding=len(waiting),
        oldest_days=max(waiting, default=None),
    )


PLACES = {stage: place for place, stage in enumerate(Stage)}


def _at(stage: Stage, stages: Sequence[StageFact]) -> StageFact:
    """Each meeting has its five stages in order."""
    return stages[PLACES[stage]]


@dataclass(frozen=True)
class Minuted:
    """A held meeting with its five stages as they stand. Names are those of staff, never of children."""

    meeting_id: int
    panel_slug: str
    panel_name: str
    held_on: date
    chair: str
    minute_taker: str
    stamps: Stamps
    timescales: Timescales
    stages: tuple[StageFact, ...]
    returned_on: date | None = None
    is_from_a_file: bool = False
    turn: Turn | None = None
    """Whose turn it is in the stage they wait in; None once they have passed them all."""

    @cached_property
    def late(self) -> "Late | None":
        """Where the minutes are held up; None while they are in time or done."""
        held_up = held_up_at(self.stages)
        if held_up is None or self.turn is None:
            return None
        passed = next(fact for fact in waiting_stages(self.stages) if fact.is_late)
        return Late(
            self,
            held_up.stage,
            in_stage_since(held_up.stage, self.stamps, self.returned_on),
            passed.stage,
            passed.deadline,
            self.turn,
        )


@dataclass(frozen=True)
class Late:
    """Late minutes: the stage they wait in, since when, whose turn it is, and the first standard they missed."""

    meeting: Minuted
    stage: Stage
    since: date
    missed: Stage
    due_on: date
    turn: Turn

    @property
    def words(self) -> str:
        """What has to be done next."""
        if self.stage is Stage.APPROVED and self.meeting.returned_on:
            return "To be changed and sent again"
        return WAITS_FOR[self.stage]

    def days_late(self, today: date) -> int:
        return working_days_between(self.due_on, today)


WAITS_FOR = {
    Stage.ACTIONS_ISSUED: "To issue actions",
    Stage.DRAFT_TO_CHAIR: "To be written",
    Stage.APPROVED: "To be approved",
    Stage.CIRCULATED: "To be circulated",
    Stage.FILED: "To be filed",
}


def late_ones(meetings: Iterable[Minuted]) -> list[Late]:
    """Everything late, whatever missed its standard first at the top."""
    late = [one for meeting in meetings if (one := meeting.late)]
    return sorted(late, key=lambda one: (one.due_on, one.meeting.held_on, one.meeting.meeting_id))


@dataclass(frozen=True)
class LatePanel:
    """How many minutes of a panel are held up at each stage, and the one that has waited longest."""

    panel_slug: str
    panel_name: str
    counts: dict[Stage, int]
    oldest: Late

    @property
    def total(self) -> int:
        return sum(self.counts.values())


LATE_STAGES = (Stage.DRAFT_TO_CHAIR, Stage.APPROVED, Stage.CIRCULATED, Stage.FILED)


def late_panels(late: Sequence[Late]) -> list[LatePanel]:
    """The panels that are late, the one whose minutes missed their standard first at the top."""
    found: dict[str, list[Late]] = {}
    for one in sorted(late, key=lambda one: one.due_on):
        found.setdefault(one.meeting.panel_slug, []).append(one)
    return [
        LatePanel(
            slug,
            ones[0].meeting.panel_name,
            {stage: sum(one.stage is stage for one in ones) for stage in LATE_STAGES},
            ones[0],
        )
        for slug, ones in found.items()
    ]


def finding(panels: Sequence[LatePanel]) -> str:
    """In one sentence: which panels are late, and where the oldest waits, since when."""
    if not panels:
        return "No minutes are late."
    total = sum(panel.total for panel in panels)
    counts = listed([f"{panel.panel_name} ({panel.total})" for panel in panels])
    oldest = panels[0].oldest
    which = f"of {panels[0].panel_name} on {day_words(oldest.meeting.held_on)}"
    waits = f"{_lower(oldest.words)} since {day_words(oldest.since)}"
    if total == 1:
        return f"1 set of minutes is late: those {which}, which wait {waits}."
    return f"{total} sets of minutes are late: {counts}. The oldest, {which}, has waited {waits}."


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]


@dataclass(frozen=True)
class Group:
    """The meetings of one panel, chair, minute taker or month, with the headline and how many of them are late."""

    key: str
    label: str
    held: int
    headline: Promptness
    late: int


def groups_by(meetings: Sequence[Minuted], named: Callable[[Minuted], tuple[str, str]]) -> list[Group]:
    """The meetings by what `named` says, as label and key, in the order of the labels."""
    found: dict[tuple[str, str], list[Minuted]] = {}
    for meeting in meetings:
        found.setdefault(named(meeting), []).append(meeting)
    return [group_of(key, label or "Not noted", ones) for (label, key), ones in sorted(found.items())]


def group_of(key: str, label: str, meetings: Sequence[Minuted]) -> Group:
    return Group(
        key,
        label,
        len(meetings),
        promptness_of(HEADLINE, [meeting.stages for meeting in meetings]),
        sum(meeting.late is not None for meeting in meetings),
    )


def by_month(meetings: Sequence[Minuted], months: Sequence[date]) -> list[Group]:
    """A group for each month, also for those without a meeting."""
    return [
        group_of(
            f"{month:%Y-%m}",
            f"{month:%B %Y}",
            [meeting for meeting in meetings if month_start(meeting.held_on) == month],
        )
        for month in months
    ]


def mark_of(name: str) -> str:
    """What stands for a person's name in an address, where names do not belong."""
    return hashlib.sha256(name.encode()).hexdigest()[:10] if name else "not-noted"


def standards_of(meetings: Iterable[Minuted]) -> dict[Stage, tuple[int, ...]]:
    """The standards, in working days, that held for these meetings, by stage."""
    found: dict[Stage, set[int]] = {stage: set() for stage in Stage}
    for meeting in meetings:
        for stage in Stage:
            found[stage].add(allowed(stage, meeting.timescales))
    return {stage: tuple(sorted(days)) for stage, days in found.items()}
