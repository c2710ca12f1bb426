"""The figure `interviews`: its definition and its values from counts. Counting is the query's."""

from app.figures.rules import Definition, Key

DEFINITION = Definition(
    name="interviews",
    version=1,
    title="Return home interviews",
    asks="Is every child offered an interview within 72 hours of coming back, and what comes of it?",
    words=(
        "Counts missing episodes that ended in the window. One interview may cover several episodes; then each of them "
        "counts.",
        "An episode is eligible once 72 hours have passed since the return (even if the interview came earlier), "
        "unless the outcome is that no interview is required. Where only the day of the return is known, the 72 hours "
        "run from the end of that day.",
        "Of several interviews on one episode a completed one stands for the episode, else the latest by the day it "
        "was held or offered. Completed, declined by the child, declined by a carer, unable to contact and "
        "unaccounted for add up to the eligible episodes.",
        "The statutory clock starts at the return. The clock from the hour the council was told stands beside it.",
    ),
    keys=(
        Key(
            "eligible",
            "Episodes to be followed by an interview",
            "Episodes that ended in the window, whose 72 hours have passed and for which an interview is required.",
            left_out=("not_required", "not_yet_due"),
        ),
        Key(
            "offered",
            "Interview offered",
            "Eligible episodes with an interview offered: an offer is on record, or the interview was completed or "
            "declined.",
            "the eligible episodes",
            out_of="eligible",
        ),
        Key(
            "offered_72h",
            "Offered within 72 hours of the return",
            "Offered no later than 72 hours after the return. An offer whose time nobody noted is not shown to be in "
            "time.",
            "the eligible episodes, less those whose return or offer is noted with a date but no time",
            out_of="timed_offer",
            left_out=("without_time_72h",),
        ),
        Key(
            "completed_of_eligible",
            "Completed, of all eligible",
            "Eligible episodes with an interview completed.",
            "the eligible episodes",
            count="completed",
            out_of="eligible",
        ),
        Key(
            "completed_of_offered",
            "Completed, of those offered",
            "Eligible episodes with an interview completed.",
            "the eligible episodes with an interview offered",
            count="completed",
            out_of="offered",
        ),
        Key(
            "completed_of_eligible_repeat",
            "Completed, for children missing 3 times or more",
            "Interviews completed for children with 3 missing episodes or more that started in the window.",
            "the eligible episodes of these children",
            count="completed_repeat",
            out_of="eligible_repeat",
        ),
        Key(
            "completed_72h",
            "Held within 72 hours of the return",
            "Held no later than 72 hours after the return.",
            "the eligible episodes, less those whose return or interview is noted with a date but no time",
            count="held_72h",
            out_of="timed_held",
        ),
        Key(
            "offered_72h_informed",
            "Offered within 72 hours of the council being told",
            "Offered no later than 72 hours after the council was told of the return (after the return, where it was "
            "told before).",
            "the eligible episodes for which that hour is on record",
            out_of="timed_informed",
        ),
        Key(
            "declined_episodes",
            "Episodes declined by the child",
            "Eligible episodes whose interview the child declined.",
            count="declined_child",
        ),
        Key("declined_children", "Children who declined", "Different children among these."),
        Key(
            "declined_repeat_children",
            "Of them, children missing 3 times or more",
            "Of these children, those with 3 missing episodes or more that started in the window.",
        ),
        Key(
            "declined_carer",
            "Episodes declined by a parent or carer",
            "Eligible episodes whose interview a parent or carer declined.",
        ),
        Key(
            "followed_up_after_decline",
            "Contact after the child declined",
            "Episodes with a contact on record after the child declined.",
            "all that the child declined",
            count="followed_up",
            out_of="declined_child",
        ),
        Key(
            "unable",
            "Unable to contact the child",
            "Eligible episodes for which the child could not be reached.",
        ),
        Key(
            "not_required",
            "No interview required",
            "Episodes that ended in the window and for which no interview is required.",
        ),
        Key(
            "not_yet_due",
            "72 hours not yet passed",
            "Episodes that ended in the window and whose 72 hours have not passed.",
        ),
        Key(
            "unaccounted",
            "Unaccounted for",
            "Eligible episodes without any interview on record, or with one still to come.",
        ),
        Key(
            "without_time_72h",
            "Return or offer noted without a time",
            "Eligible episodes left out of the 72 hours: return or offer noted without a time.",
        ),
    ),
)
