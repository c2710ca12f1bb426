"""The figure `minutes`: its definition and its values from the stages of held meetings. Reading them is the query's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.figures.rules import Definition, Measure, Share, Value
from app.minutes.promptness.rules import promptness_of
from app.minutes.timeliness.rules import HEADLINE, STAGE_WORDS, Stage, StageFact

STAGE_KEYS = {
    Stage.ACTIONS_ISSUED: "actions",
    Stage.DRAFT_TO_CHAIR: "draft",
    Stage.APPROVED: "approved",
    Stage.CIRCULATED: "circulated",
    Stage.FILED: "filed",
}

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
    ),
    keys={
        "held": "Meetings held in the window.",
        "due": "Of these, meetings whose deadline for circulation has passed.",
        "within_standard": "Minutes circulated within the standard, out of those due.",
        "median_days": "Working days to circulation that half of the meetings did not exceed.",
        "p90_days": "Working days to circulation that nine in ten meetings did not exceed.",
        "outstanding": "Meetings whose minutes are not circulated, whether due or not.",
        "oldest_outstanding_days": "Age in working days of the oldest minutes not circulated.",
        "Each stage: actions_…, draft_…, approved_…, circulated_…, filed_…": "The same for that stage. Days to filing "
        "are counted for circulated minutes.",
    },
)


@dataclass(frozen=True)
class MeetingFacts:
    """A held meeting with its five stages, and the groups it belongs to."""

    held_on: date
    panel: str
    panel_name: str
    chair: str
    minute_taker: str
    stages: tuple[StageFact, ...]


def values(meetings: Sequence[MeetingFacts]) -> list[Measure]:
    """The values of FORMATS `minutes`: the headline without a prefix, then every stage with its own."""
    found: list[Measure] = [Value("held", "Meetings held", len(meetings))]
    found += _stage_values(meetings, HEADLINE, "", "Circulation")
    for stage, key in STAGE_KEYS.items():
        found += _stage_values(meetings, stage, f"{key}_", STAGE_WORDS[stage])
    return found


def _stage_values(meetings: Sequence[MeetingFacts], stage: Stage, prefix: str, words: str) -> list[Measure]:
    found = promptness_of(stage, [meeting.stages for meeting in meetings])
    return [
        Value(f"{prefix}due", f"{words}: due", found.due),
        Share(f"{prefix}within_standard", f"{words}: within the standard", found.within, found.due),
        Value(f"{prefix}median_days", f"{words}: median of working days", found.median_days),
        Value(f"{prefix}p90_days", f"{words}: 90th percentile of working days", found.p90_days),
        Value(f"{prefix}outstanding", f"{words}: outstanding", found.outstanding),
        Value(
            f"{prefix}oldest_outstanding_days",
            f"{words}: oldest outstanding, working days",
            found.oldest_days,
        ),
    ]
