"""The figure `reduction`: its definition and its values from counts. What is compared is in comparing.py."""

from datetime import date

from app.figures.reduction.comparing import DAYS, FALL_PERCENT, FEWER
from app.figures.rules import Counts, Definition, Key, reckoned

CAPTION = "Before/after comparison; regression to the mean not removed."
"""Stands beside every number and chart of this figure."""

WHAT_CAPTION_MEANS = (
    "Children come to a panel when they go missing most, and many would go missing less afterwards whatever anybody "
    "did. A fall after the panel is not proof that the panel brought it about."
)


def _rate(side: str) -> Key:
    def in_30_days(counts: Counts, months: int) -> float | None:
        """Half up to one decimal, from whole numbers."""
        episodes, days = (int(counts.get(f"{of}_{side}") or 0) for of in ("episodes", "days"))
        return (600 * episodes + days) // (2 * days) / 10 if days else None

    return reckoned(
        f"rate_{side}",
        f"Episodes in 30 exposed days, {side}",
        f"Episodes of the compared cases {side}, divided by their exposed days, times 30.",
        in_30_days,
    )


def _episodes(side: str, words: str) -> Key:
    return reckoned(
        f"episodes_{side}",
        f"Episodes {side}",
        f"Missing episodes that began in the {words}, of all compared cases together.",
        lambda counts, months: int(counts.get(f"episodes_{side}") or 0),
    )


DEFINITION = Definition(
    name="reduction",
    version=1,
    title="Fewer episodes after the panel",
    asks="Did children go missing significantly less after their case than before it?",
    since=date(2026, 11, 21),
    words=(
        f"{CAPTION} {WHAT_CAPTION_MEANS}",
        f"Takes the cases closed in the window and compares the {DAYS} London dates before the initial meeting with "
        f"the {DAYS} after the closure. The days of the meeting and of the closure are on neither side: before is from "
        f"{DAYS} days before the meeting up to the day before it, after from the day after the closure to {DAYS} days "
        "after it. An episode counts on the side in which it began.",
        "Compared are cases with at least one missing episode before and with all the days after over. The others "
        "are shown apart: those that wait for their days to end, and those without an episode to compare with, or "
        "without an initial meeting.",
        "A rate is episodes divided by exposed days. A day that began with the child missing is no exposure: the days "
        "after the one on which an episode began, up to the day of return. Episodes that overlap take a day away "
        "once. An episode that is open ends on the day as at which it is counted, one whose end a statutory return "
        "left unknown on the last day that return covers.",
        f"Significant is a fall of the rate by {FALL_PERCENT} % or more that is also a fall by {FEWER} episodes or "
        "more. A child who was missing through all the days after had no exposed day: that is no reduction.",
        "Counts missing episodes alone: away without authorisation, absent and curfew are not missing, and a merged "
        "duplicate counts once. Each closure counts for itself, on each panel. Whose child it is comes from the "
        "child's record; its age is that on the day of closure.",
    ),
    keys=(
        Key(
            "eligible",
            "Cases that can be compared",
            f"Cases closed in the window with an episode in the {DAYS} days before the initial meeting, whose {DAYS} "
            "days after the closure are over.",
            left_out=("left_out_no_baseline", "waiting_90d"),
        ),
        Key(
            "reduced",
            "Significantly fewer episodes after",
            f"Cases whose rate of episodes fell by {FALL_PERCENT} % or more, and the episodes by {FEWER} or more.",
            "the cases that can be compared",
            out_of="eligible",
            left_out=("left_out_no_baseline", "waiting_90d"),
            with_interval=True,
        ),
        Key("closures", "Cases closed", "Cases closed in the window."),
        Key(
            "left_out_no_baseline",
            "No episode before",
            f"Of these, cases whose days after are over and that had no episode in the {DAYS} days before the initial "
            "meeting, or no initial meeting.",
        ),
        Key(
            "waiting_90d",
            f"Closed less than {DAYS} days ago",
            f"Of these, cases whose {DAYS} days after the closure are not over.",
        ),
        Key(
            "gone_90d",
            "Compared, but moved, died, transferred or turned 18",
            f"Among the compared cases: the child moved away, died, was transferred or turned 18 at the closure or in "
            f"the {DAYS} days after, so that episodes may be unknown here.",
        ),
        _episodes("before", f"{DAYS} days before"),
        _episodes("after", f"{DAYS} days after"),
        _rate("before"),
        _rate("after"),
    ),
)
