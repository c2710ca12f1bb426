"""The figure `recall`: its definition and its values from counts. Counting is the query's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.figures.arithmetic import one_decimal
from app.figures.recall.retired import VERSION_1
from app.figures.rules import Counts, Definition, Estimate, Key
from app.figures.survival.rules import (
    AFTER_3_MONTHS,
    AFTER_6_MONTHS,
    AFTER_12_MONTHS,
    LONGEST,
    Curve,
    kaplan_meier,
    pooled,
)

WHY_TWO = (
    "The two recall shares differ because they ask different things. The printed one divides by everybody who met the "
    "threshold, also by those whose case is still open and who cannot be recalled yet, so it looks better the more "
    "cases are open. The fair one divides by closed cases that were followed for 12 full months."
)
"""Stands beside the two shares wherever both are shown."""


def curve_of(counts: Counts) -> Curve:
    """The curve of time to recall from what was counted.

    `ends` holds twice the days that each closure was followed for, plus one where a recall ended them; those followed
    for longer than the curve is read are a number.
    """
    ends = [divmod(code, 2) for code in counts.get("ends") or ()]
    rows = [(day, recalled, 1 - recalled) for day, recalled in ends]
    return kaplan_meier(pooled([*rows, (LONGEST, 0, int(counts.get("followed_on") or 0))]))


def _read_at(name: str, label: str, day: int) -> Callable[[Counts, int], Estimate]:
    def estimate(counts: Counts, months: int) -> Estimate:
        step = curve_of(counts).at(day)
        if step is None:
            return Estimate(name, label, None)
        low, high = _percent(step.low), _percent(step.high)
        return Estimate(name, label, _percent(step.share), low, high, share=step.share)

    return estimate


def _percent(share: float | None) -> float | None:
    return None if share is None else one_decimal(100 * share)


def _survival(name: str, months: int, day: int) -> Key:
    label = f"Not recalled {months} months after closure"
    words = (
        f"The share of closures not recalled by day {day} after closure, read from the curve, with its 95 % range. A "
        "dash where no closure was followed for so long; no range where nobody was recalled before."
    )
    return Key(name, label, words, reckon=_read_at(name, label, day))


DEFINITION = Definition(
    name="recall",
    version=2,
    title="Recall after closure",
    asks="Does the improvement last: how many children are referred again after their case was closed?",
    since=date(2026, 11, 21),
    changed="The shares not recalled after 3, 6 and 12 months are read from a curve over every closure; before, they "
    "were empty. Two referrals of one day are no longer a referral and its re-referral. A referral counts as having "
    "met the threshold from the day on which that was decided.",
    retired=(VERSION_1,),
    words=(
        "As printed (Wolverhampton): people whose first initial meeting on the panel falls in the window; how many of "
        "them are closed for reduced risk, recalled, sustained. This share flatters: most open cases cannot be "
        "recalled, and yet they are in the denominator.",
        "Fair: every closure in the window is followed for 12 full calendar months. It is recalled when a referral "
        "that met the threshold of the same panel came after the day of closure and no later than 12 months on. A "
        "recalled case that is closed again counts again.",
        "Left out of the fair share, whatever followed: children who moved away, died, were transferred or turned 18 "
        "within those months, since nobody could have seen a recall. Closures whose 12 months have not passed wait. "
        "Both are shown apart.",
        "The curve (Kaplan-Meier) takes in every closure in the window, also those that wait or are left out of the "
        "fair share. Each is followed from the day of closure to its first recall or, if that comes earlier, to the "
        "18th birthday, to the day on which a case of the child was closed because it moved, died, turned 18 or was "
        "transferred from this panel, or to the day as at which it is counted; a recall on that last day still "
        "counts. The ranges are Greenwood's on the log-log scale.",
        "A referral while a case is open joins that case and is never a recall. Without a panel each panel is counted "
        "for itself and added up. Whose child it is comes from the child's record; its age is that on the day of "
        "closure, of the initial meeting or of the referral.",
    ),
    keys=(
        Key(
            "met_threshold",
            "People who met the threshold",
            "People whose first initial meeting on the panel falls in the window.",
            count="met",
        ),
        Key(
            "closed_of_met",
            "Closed for reduced risk, as printed",
            "People without an open case whose latest closure was for reduced risk.",
            "the people who met the threshold",
            count="met_closed",
            out_of="met",
        ),
        Key(
            "recalled_of_met",
            "Recalled, as printed",
            "People with a later referral that met the threshold, after a closure.",
            "the people who met the threshold",
            count="met_recalled",
            out_of="met",
        ),
        Key(
            "sustained_of_met",
            "Sustained, as printed",
            "People without such a referral.",
            "the people who met the threshold",
            count="met_sustained",
            out_of="met",
        ),
        Key(
            "recalled_12m",
            "Recalled within 12 months of closure, fair",
            "Closures followed by a referral that met the threshold within 12 months (with the Wilson 95 % interval: "
            "how far chance alone could move the share).",
            "the closures followed for 12 full months",
            count="recalled",
            out_of="followed",
            left_out=("waiting_12m", "left_out"),
            with_interval=True,
        ),
        _survival("survival_3m", 3, AFTER_3_MONTHS),
        _survival("survival_6m", 6, AFTER_6_MONTHS),
        _survival("survival_12m", 12, AFTER_12_MONTHS),
        Key(
            "rereferral_dfe",
            "Referred again within 12 months",
            "Referrals in the window that came on a later day than another referral of the same child to the same "
            "panel, and within 12 months of it (as the Department for Education counts).",
            "all referrals in the window",
            count="rereferrals",
            out_of="referrals",
        ),
        Key("closures", "Cases closed", "Cases closed in the window."),
        Key(
            "waiting_12m",
            "Closed less than 12 months ago",
            "Of these, closures whose 12 full months have not passed.",
            count="waiting",
        ),
        Key(
            "left_out",
            "Moved, died, transferred or turned 18",
            "Of these, closures left out: moved, died, transferred or turned 18 within the 12 months.",
        ),
    ),
)


@dataclass(frozen=True)
class Recall:
    """What became of a closure. `back_on`: the first referral after it that met the threshold while no case was open.

    `is_left_out`: its 12 months have passed, and within them nobody could have seen a recall.
    """

    back_on: date | None = None
    is_left_out: bool = False
