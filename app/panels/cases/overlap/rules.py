"""Another panel that has the same child, and who may know of it. Nothing is read here."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.access import Identity, Permission, Scope, permits
from app.london import day_end, day_start
from app.panels.handed_in import OpenAction

REACH = timedelta(days=30)
"""Before and after the day that is asked about: what lies within it is the same month."""


@dataclass(frozen=True)
class OtherPanel:
    """A panel that has the child besides the one asked about.

    `met_at`: its meeting with the child nearest to the day; `case_id`: its open case. `may_open`: the reader has a
    seat there or oversees all panels, so that links lead somewhere.
    """

    panel_id: int
    slug: str
    name: str
    met_at: datetime | None = None
    meeting_id: int | None = None
    case_id: int | None = None
    case_since: date | None = None
    actions: tuple[OpenAction, ...] = ()
    may_open: bool = False


def month_around(day: date) -> tuple[datetime, datetime]:
    """The instants [from, to) of the thirty days before and after."""
    return day_start(day - REACH), day_end(day + REACH)


def may_know(who: Identity, here: int, there: int) -> bool:
    """Whoever leads either panel or oversees all; everybody else only of panels on which they sit themselves."""
    both = Scope(panel_ids=frozenset({here, there}))
    return permits(who, Permission.SEE_OVERLAP, both) or may_open(who, there)


def may_open(who: Identity, there: int) -> bool:
    return permits(who, Permission.SEE_MEETING, Scope(panel_ids=frozenset({there})))
