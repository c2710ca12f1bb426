"""The figure `minutes`: its definition and its values from the stages of held meetings. Reading them is the query's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.figures.rules import Definition, Key, Measure, reckoned
from app.minutes.promptness.rules import promptness_of
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
    """The values of FORMATS `minutes`."""
    return DEFINITION.values(counts_of(meetings), 1)


def counts_of(meetings: Sequence[MeetingFacts]) -> dict[str, int | None]:
    counts: dict[str, int | None] = {"held": len(meetings)}
    for prefix, stage in (("", HEADLINE), *((f"{key}_", stage) for stage, key in STAGE_KEYS.items())):
        found = promptness_of(stage, [meeting.stages for meeting in meetings])
        counts |= {
            f"{prefix}due": found.due,
            f"{prefix}within_standard": found.within,
            f"{prefix}median_days": found.median_days,
            f"{prefix}p90_days": found.p90_days,
            f"{prefix}outstanding": found.outstanding,
            f"{prefix}oldest_outstanding_days": found.oldest_days,
        }
    return counts
