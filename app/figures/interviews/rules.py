"""The figure `interviews`: its definition and its values from counts. Counting is the query's."""

from app.figures.cells import Counts
from app.figures.rules import Definition, Measure, Share, Value

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
    keys={
        "eligible": "Episodes that ended in the window, whose 72 hours have passed and for which an interview is "
        "required.",
        "offered": "Eligible episodes with an interview offered: an offer is on record, or the interview was completed "
        "or declined.",
        "offered_72h": "Offered no later than 72 hours after the return, out of the eligible episodes. An offer whose "
        "time nobody noted is not shown to be in time; episodes whose return or offer is noted with a date but no "
        "time are left out.",
        "completed_of_eligible": "Completed, out of the eligible episodes.",
        "completed_of_offered": "Completed, out of the episodes with an interview offered.",
        "completed_of_eligible_repeat": "Completed, out of the eligible episodes of children with 3 missing episodes "
        "or more that started in the window.",
        "completed_72h": "Held no later than 72 hours after the return, out of the eligible episodes; without a time "
        "as above.",
        "offered_72h_informed": "Offered no later than 72 hours after the council was told of the return (after the "
        "return, where it was told before), out of the eligible episodes for which that hour is on record.",
        "declined_episodes": "Eligible episodes whose interview the child declined.",
        "declined_children": "Different children among these.",
        "declined_repeat_children": "Of these children, those with 3 missing episodes or more that started in the "
        "window.",
        "declined_carer": "Eligible episodes whose interview a parent or carer declined.",
        "followed_up_after_decline": "Episodes with a contact on record after the child declined, out of all that the "
        "child declined.",
        "unable": "Eligible episodes for which the child could not be reached.",
        "not_required": "Episodes that ended in the window and for which no interview is required.",
        "not_yet_due": "Episodes that ended in the window and whose 72 hours have not passed.",
        "unaccounted": "Eligible episodes without any interview on record, or with one still to come.",
        "without_time_72h": "Eligible episodes left out of the 72 hours: return or offer noted without a time.",
    },
)


def values(counts: Counts, months: int) -> list[Measure]:
    """The values of FORMATS `interviews`."""
    eligible = counts["eligible"]
    return [
        Value("eligible", "Episodes to be followed by an interview", eligible),
        Share("offered", "Interview offered", counts["offered"], eligible),
        Share(
            "offered_72h",
            "Offered within 72 hours of the return",
            counts["offered_72h"],
            counts["timed_offer"],
        ),
        Share("completed_of_eligible", "Completed, of all eligible", counts["completed"], eligible),
        Share("completed_of_offered", "Completed, of those offered", counts["completed"], counts["offered"]),
        Share(
            "completed_of_eligible_repeat",
            "Completed, for children missing 3 times or more",
            counts["completed_repeat"],
            counts["eligible_repeat"],
        ),
        Share(
            "completed_72h", "Held within 72 hours of the return", counts["held_72h"], counts["timed_held"]
        ),
        Share(
            "offered_72h_informed",
            "Offered within 72 hours of the council being told",
            counts["offered_72h_informed"],
            counts["timed_informed"],
        ),
        Value("declined_episodes", "Episodes declined by the child", counts["declined_child"]),
        Value("declined_children", "Children who declined", counts["declined_children"]),
        Value(
            "declined_repeat_children",
            "Of them, children missing 3 times or more",
            counts["declined_repeat_children"],
        ),
        Value("declined_carer", "Episodes declined by a parent or carer", counts["declined_carer"]),
        Share(
            "followed_up_after_decline",
            "Contact after the child declined",
            counts["followed_up"],
            counts["declined_child"],
        ),
        Value("unable", "Unable to contact the child", counts["unable"]),
        Value("not_required", "No interview required", counts["not_required"]),
        Value("not_yet_due", "72 hours not yet passed", counts["not_yet_due"]),
        Value("unaccounted", "Unaccounted for", counts["unaccounted"]),
        Value("without_time_72h", "Return or offer noted without a time", eligible - counts["timed_offer"]),
    ]
