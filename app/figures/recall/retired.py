"""Definitions of `recall` that are no longer counted, kept for whoever holds a number of theirs."""

from app.figures.rules import Definition, Key, reckoned

NO_CURVE = "Empty in this version of the definition: a share that falls over time is read from a curve."

VERSION_1 = Definition(
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
            "Closures followed by a referral that met the threshold within 12 months. The range is the Wilson 95 % "
            "interval: how far chance alone could move it.",
            "the closures followed for 12 full months",
            count="recalled",
            out_of="followed",
            left_out=("waiting_12m", "left_out"),
            with_interval=True,
        ),
        reckoned("survival_3m", "Not recalled after 3 months", NO_CURVE, lambda counts, months: None),
        reckoned("survival_6m", "Not recalled after 6 months", NO_CURVE, lambda counts, months: None),
        reckoned("survival_12m", "Not recalled after 12 months", NO_CURVE, lambda counts, months: None),
        Key(
            "rereferral_dfe",
            "Referred again within 12 months",
            "Referrals in the window that came within 12 months of an earlier referral of the same child to the same "
            "panel (as the Department for Education counts).",
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
