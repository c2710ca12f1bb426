"""The figure `recall`: its definition and its values from counts. Counting is the query's."""

from app.figures.cells import Counts
from app.figures.rules import Definition, Measure, Share, Value

NO_CURVE = "Empty in this version of the definition: a share that falls over time is read from a curve."

DEFINITION = Definition(
    name="recall",
    version=1,
    title="Recall after closure",
    asks="Does the improvement last: how many children are referred again after their case was closed?",
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
        "A referral while a case is open joins that case and is never a recall. Without a panel each panel is counted "
        "for itself and added up. Whose child it is comes from the child's record.",
    ),
    keys={
        "met_threshold": "People whose first initial meeting on the panel falls in the window.",
        "closed_of_met": "Of them, people without an open case whose latest closure was for reduced risk.",
        "recalled_of_met": "Of them, people with a later referral that met the threshold, after a closure.",
        "sustained_of_met": "Of them, people without such a referral.",
        "recalled_12m": "Closures followed by a referral that met the threshold within 12 months, out of the closures "
        "followed for 12 full months. The range is the Wilson 95 % interval: how far chance alone could move it.",
        "survival_3m": NO_CURVE,
        "survival_6m": NO_CURVE,
        "survival_12m": NO_CURVE,
        "rereferral_dfe": "Referrals in the window that came within 12 months of an earlier referral of the same child "
        "to the same panel, out of all referrals in the window (as the Department for Education counts).",
        "closures": "Cases closed in the window.",
        "waiting_12m": "Of these, closures whose 12 full months have not passed.",
        "left_out": "Of these, closures left out: moved, died, transferred or turned 18 within the 12 months.",
    },
)


def values(counts: Counts, months: int) -> list[Measure]:
    """The values of FORMATS `recall`."""
    met = counts["met"]
    return [
        Value("met_threshold", "People who met the threshold", met),
        Share("closed_of_met", "Closed for reduced risk, as printed", counts["met_closed"], met),
        Share("recalled_of_met", "Recalled, as printed", counts["met_recalled"], met),
        Share("sustained_of_met", "Sustained, as printed", met - counts["met_recalled"], met),
        Share(
            "recalled_12m",
            "Recalled within 12 months of closure, fair",
            counts["recalled"],
            counts["followed"],
            with_interval=True,
        ),
        Value("survival_3m", "Not recalled after 3 months", None),
        Value("survival_6m", "Not recalled after 6 months", None),
        Value("survival_12m", "Not recalled after 12 months", None),
        Share(
            "rereferral_dfe", "Referred again within 12 months", counts["rereferrals"], counts["referrals"]
        ),
        Value("closures", "Cases closed", counts["closures"]),
        Value("waiting_12m", "Closed less than 12 months ago", counts["waiting"]),
        Value("left_out", "Moved, died, transferred or turned 18", counts["left_out"]),
    ]
