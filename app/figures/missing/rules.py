"""The figure `missing`: its definition and its values from counts. Counting is the query's."""

from app.figures.arithmetic import ratio
from app.figures.rules import Definition, Key, reckoned

DEFINITION = Definition(
    name="missing",
    version=1,
    title="Missing episodes",
    asks="How many children went missing, how often, and how soon did they come back?",
    words=(
        "Counts missing episodes that started in the window. Away without authorisation, absent and curfew are not "
        "missing, and a merged duplicate counts once.",
        "Episodes and children are counted apart: a child with five episodes is one child. Children of single months "
        "must not be added up, since the same child can be in several.",
        "Own or placed by another authority, and placed here or away, are read from the episode, else from the "
        "child's record. A child with episodes on both sides counts under the latest one in the window.",
    ),
    keys=(
        Key("episodes", "Missing episodes", "Missing episodes that started in the window."),
        Key("children", "Children", "Different children among these episodes."),
        Key(
            "repeat_children",
            "Children missing 3 times or more",
            "Children with 3 episodes or more that started in the window.",
        ),
        Key(
            "returned_24h",
            "Returned within 24 hours",
            "Episodes that ended no more than 24 hours after the child was reported missing (after the start, where "
            "nobody noted the report).",
            "the episodes whose answer is known: left out are episodes open for less than 24 hours, episodes noted "
            "with a date but no time, and statutory returns whose end is unknown; an episode open for longer counts "
            "as not returned within 24 hours",
            out_of="answered_24h",
            left_out=("pending_24h", "date_only_24h"),
        ),
        Key(
            "still_missing",
            "Still missing",
            "Episodes that started in the window and had not ended. A blank end in a statutory return counts until "
            "the last day it covers; after that the end is unknown and is not counted.",
        ),
        Key(
            "children_under_16",
            "Children under 16",
            "Children who were under 16 at the start of any of these episodes.",
            left_out=("children_age_unknown",),
        ),
        reckoned(
            "episodes_per_month",
            "Episodes a month",
            "Episodes divided by the calendar months that the window touches.",
            lambda counts, months: ratio(counts.get("episodes", 0), months),
        ),
        Key(
            "sw_contact",
            "Contact by the social worker after the return",
            "Episodes that ended in the window (whenever they started) with a meaningful contact by the social "
            "worker on record.",
            "all that ended in the window",
            out_of="returned",
        ),
        Key(
            "children_age_unknown",
            "Children whose age is not known",
            "Children whose date of birth is not known; they are not among those under 16.",
        ),
        Key(
            "pending_24h",
            "Open, not yet 24 hours old",
            "Left out of the 24 hours: open and not yet 24 hours old.",
        ),
        Key(
            "date_only_24h",
            "Noted without a time",
            "Left out of the 24 hours: noted with a date but no time, or the end is unknown.",
        ),
        Key(
            "clock_from_start",
            "Clock from the start, report not noted",
            "Among the episodes in the 24 hours: nobody noted the report, so the clock runs from the start.",
        ),
    ),
)
