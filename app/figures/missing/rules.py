"""The figure `missing`: its definition and its values from counts. Counting is the query's."""

from app.figures.cells import Counts
from app.figures.rules import Definition, Measure, Share, Value, ratio

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
    keys={
        "episodes": "Missing episodes that started in the window.",
        "children": "Different children among these episodes.",
        "repeat_children": "Children with 3 episodes or more that started in the window.",
        "returned_24h": "Episodes that ended no more than 24 hours after the child was reported missing (after the "
        "start, where nobody noted the report), out of the episodes whose answer is known. Left out: episodes still "
        "open for less than 24 hours, episodes noted with a date but no time, and statutory returns whose end is "
        "unknown. An episode open for longer counts as not returned within 24 hours.",
        "still_missing": "Episodes that started in the window and had not ended. A blank end in a statutory return "
        "counts until the last day it covers; after that the end is unknown and is not counted.",
        "children_under_16": "Children who were under 16 at the start of any of these episodes.",
        "episodes_per_month": "Episodes divided by the calendar months that the window touches.",
        "sw_contact": "Episodes that ended in the window (whenever they started) with a meaningful contact by the "
        "social worker on record, out of all that ended in the window.",
        "children_age_unknown": "Children whose date of birth is not known; they are not among those under 16.",
        "pending_24h": "Left out of the 24 hours: still open and not yet 24 hours old.",
        "date_only_24h": "Left out of the 24 hours: noted with a date but no time, or the end is unknown.",
        "clock_from_start": "Among the episodes in the 24 hours: nobody noted the report, so the clock runs from "
        "the start.",
    },
)


def values(counts: Counts, months: int) -> list[Measure]:
    """The values of FORMATS `missing`, with what was left out behind them."""
    return [
        Value("episodes", "Missing episodes", counts["episodes"]),
        Value("children", "Children", counts["children"]),
        Value("repeat_children", "Children missing 3 times or more", counts["repeat_children"]),
        Share("returned_24h", "Returned within 24 hours", counts["returned_24h"], counts["answered_24h"]),
        Value("still_missing", "Still missing", counts["still_missing"]),
        Value("children_under_16", "Children under 16", counts["children_under_16"]),
        Value("episodes_per_month", "Episodes a month", ratio(counts["episodes"], months)),
        Share(
            "sw_contact",
            "Contact by the social worker after the return",
            counts["contacted"],
            counts["returned"],
        ),
        Value("children_age_unknown", "Children whose age is not known", counts["children_age_unknown"]),
        Value("pending_24h", "Open, not yet 24 hours old", counts["pending_24h"]),
        Value("date_only_24h", "Noted without a time", counts["date_only_24h"]),
        Value("clock_from_start", "Clock from the start, report not noted", counts["clock_from_start"]),
    ]
