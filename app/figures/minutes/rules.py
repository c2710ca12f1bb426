"""The figure `minutes`: its definition and its values from the stages of held meetings. Reading them is the query's."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from app.figures.rules import Definition, Key, reckoned
from app.london import short_day_words
from app.minutes.promptness.rules import PLACES, promptness_of
from app.minutes.timeliness.rules import HEADLINE, STAGE_WORDS, Stage, StageFact

STAGE_KEYS = {
    Stage.ACTIONS_ISSUED: "actions",
    Stage.DRAFT_TO_CHAIR: "draft",
    Stage.APPROVED: "approved",
    Stage.CIRCULATED: "circulated",
    Stage.FILED: "filed",
}


def _keys() -> tuple[Key, ...]:
    """The headline without a prefix, then the same values of every stage with its own."""
    found = [Key("held", "Meetings held", "Meetings held in the window.")]
    found += _stage_keys("", "Circulation", HEADLINE)
    for stage, prefix in STAGE_KEYS.items():
        found += _stage_keys(f"{prefix}_", STAGE_WORDS[stage], stage)
    return tuple(found)


def _stage_keys(prefix: str, label: str, stage: Stage) -> list[Key]:
    what = STAGE_WORDS[stage].lower()
    return [
        Key(f"{prefix}due", f"{label}: due", f"Meetings held whose deadline for “{what}” has passed."),
        Key(
            f"{prefix}within_standard",
            f"{label}: within the standard",
            f"Meetings for which “{what}” came within the standard.",
            "those due",
            out_of=f"{prefix}due",
        ),
        _reckoned(
            f"{prefix}median_days",
            f"{label}: median of working days",
            f"Working days to “{what}” that half of the meetings did not exceed.",
        ),
        _reckoned(
            f"{prefix}p90_days",
            f"{label}: 90th percentile of working days",
            f"Working days to “{what}” that nine in ten meetings did not exceed.",
        ),
        Key(
            f"{prefix}outstanding",
            f"{label}: outstanding",
            f"Meetings held without “{what}”, whether due or not.",
        ),
        _reckoned(
            f"{prefix}oldest_outstanding_days",
            f"{label}: oldest outstanding, working days",
            f"Age in working days of the oldest meeting without “{what}”.",
        ),
    ]


def _reckoned(name: str, label: str, words: str) -> Key:
    return reckoned(name, label, words, lambda counts, months: counts.get(name))


DEFINITION = Definition(
    name="minutes",
    version=1,
    title="Minutes promptness",
    asks="Are minutes circulated in time, and at which stage do they wait?",
    words=(
        "Counts meetings held in the window, by the day they were held. Cancelled meetings do not count.",
        "Each stage has a standard in working days, set in the panel's terms of reference: actions issued, draft to "
        "the chair, approved and circulated count from the day the meeting ended, filing on each child's record "
        "counts from circulation (or, until the minutes are circulated, from the day that was due). The day itself "
        "is 0; weekends and the bank holidays of England do not count. A deadline has passed once its day has ended.",
        "The headline is circulation. Unfinished minutes count as failures once they are due, and with their present "
        "age in the median and the 90th percentile, so that late ones cannot make the figure look better.",
        "Median and 90th percentile are by nearest rank: a time that one of the meetings really took.",
        "The same values stand for each stage, under actions_…, draft_…, approved_…, circulated_… and filed_…. Days "
        "to filing are counted for circulated minutes.",
    ),
    keys=_keys(),
)


NOT_NOTED = "not-noted"


@dataclass(frozen=True)
class MeetingFacts:
    """A meeting held on a London day, with its five stages, and the groups it belongs to."""

    id: int
    on: date
    panel: str
    panel_name: str
    chair: str
    minute_taker: str
    stages: tuple[StageFact, ...]

    @property
    def groups(self) -> dict[str, tuple[str, str]]:
        return {
            "panel": (self.panel, self.panel_name),
            "chair": (self.chair or NOT_NOTED, self.chair or "Not noted"),
            "minute_taker": (self.minute_taker or NOT_NOTED, self.minute_taker or "Not noted"),
        }

    def at(self, stage: Stage) -> StageFact:
        return self.stages[PLACES[stage]]


FAMILIES = (("", HEADLINE), *((f"{key}_", stage) for stage, key in STAGE_KEYS.items()))
"""The prefixes of the keys, the headline without one, and the stage they are about."""


def _tests() -> Iterator[tuple[str, Callable[[MeetingFacts], bool]]]:
    yield "held", lambda meeting: True
    for prefix, stage in FAMILIES:
        yield f"{prefix}due", partial(_is_due, stage)
        yield f"{prefix}within_standard", partial(_is_within, stage)
        yield f"{prefix}outstanding", partial(_is_outstanding, stage)


def _is_due(stage: Stage, meeting: MeetingFacts) -> bool:
    return meeting.at(stage).is_due


def _is_within(stage: Stage, meeting: MeetingFacts) -> bool:
    fact = meeting.at(stage)
    return fact.is_due and fact.within_standard


def _is_outstanding(stage: Stage, meeting: MeetingFacts) -> bool:
    return meeting.at(stage).is_outstanding


TESTS = dict(_tests())


def told_of(meeting: MeetingFacts, key: str) -> str:
    """`Circulated: due on 12 May 2026, on 14 May 2026` of the stage that a value is about; blank for meetings held."""
    if key == "held":
        return ""
    stage = next((stage for prefix, stage in FAMILIES if prefix and key.startswith(prefix)), HEADLINE)
    fact = meeting.at(stage)
    reached = f"on {short_day_words(fact.reached_on)}" if fact.reached_on else "outstanding"
    return f"{STAGE_WORDS[stage]}: due on {short_day_words(fact.deadline)}, {reached}"


def numbers(meetings: Sequence[MeetingFacts]) -> dict[str, int | None]:
    """The working days, which no single meeting has: as the page of promptness reckons them."""
    stages = [meeting.stages for meeting in meetings]
    of_stage = {stage: promptness_of(stage, stages) for stage in Stage}
    reckoned_days: dict[str, int | None] = {}
    for prefix, stage in FAMILIES:
        found = of_stage[stage]
        reckoned_days |= {
            f"{prefix}median_days": found.median_days,
            f"{prefix}p90_days": found.p90_days,
            f"{prefix}oldest_outstanding_days": found.oldest_days,
        }
    return reckoned_days
