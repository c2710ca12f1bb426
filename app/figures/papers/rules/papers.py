"""The four papers: what each is called, what it shows, which filters it takes, the window it begins with. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.london import add_months, month_start
from app.windows import Window, last_quarter

EVERY_CHILD = ("authority", "placed", "legal_status", "as_at", "known_at")


@dataclass(frozen=True)
class Paper:
    """`filters`: those beside the window. `begins_with`: what they are unless somebody chooses otherwise.

    `cuts_off`: the paper prints per cents cut off to whole numbers, so that this may be asked for. `of_figures`: it
    shows figures about all children, for those who see every figure; without, what a person tracks.
    """

    name: str
    council: str
    title: str
    about: str
    window: Callable[[date], Window]
    filters: tuple[str, ...] = ()
    legal_status: str = ""
    cuts_off: bool = False
    of_figures: bool = True


def _months(count: int) -> Callable[[date], Window]:
    """The last so many complete calendar months."""
    return lambda today: Window(add_months(month_start(today), -count), month_start(today))


PAPERS = {
    paper.name: paper
    for paper in (
        Paper(
            "thurrock",
            "Thurrock",
            "Missing episodes and interviews by month",
            "A table by month of children in care: episodes, children, who came back within 24 hours, interviews "
            "offered and completed.",
            _months(6),
            EVERY_CHILD,
            legal_status="cla",
            cuts_off=True,
        ),
        Paper(
            "wolverhampton",
            "Wolverhampton",
            "Threshold, missing episodes and interviews in words",
            "Three paragraphs to copy: who met the threshold and came back, who was missing and how often, which "
            "interviews were completed or declined.",
            _months(12),
            ("panel", *EVERY_CHILD),
        ),
        Paper(
            "nottinghamshire",
            "Nottinghamshire",
            "Children missing often, and recurring places",
            "Children missing five times in a month or three times in 90 days, own and of other authorities, placed "
            "here or out of the area; and the places that recur.",
            _months(6),
            ("legal_status", "as_at", "known_at"),
        ),
        Paper(
            "birmingham",
            "Birmingham",
            "Tracking table by category",
            "What was due in each quarter by the six categories, from achieved to in progress. Every number leads to "
            "its rows.",
            last_quarter,
            of_figures=False,
        ),
    )
}
