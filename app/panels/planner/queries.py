"""Reads behind the planner: a panel's latest and next meetings, each with what two sets of terms would select."""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from app import database
from app.panels.planner.rules import MEETINGS_BACK, MOST_SECONDS, Tried, load_of
from app.panels.selection.queries import numbers_for
from app.panels.terms.rules import StandingPanel, Terms

MEETINGS = """
    (SELECT id, starts_at, length_minutes AS length, true AS is_next FROM meeting
     WHERE panel = $1 AND status IN ('planned', 'agenda-issued') AND starts_at >= $2 AND child IS NULL
     ORDER BY starts_at LIMIT 1)
    UNION ALL
    (SELECT id, starts_at, length_minutes, false FROM meeting
     WHERE panel = $1 AND status = 'held' AND starts_at < $2 AND child IS NULL ORDER BY starts_at DESC LIMIT $3)
"""


@dataclass(frozen=True)
class Comparison:
    """The meetings, the next one first; `left_out`: how many more there were that were not counted in time."""

    meetings: list[Tried]
    left_out: int


async def compared(panel: StandingPanel, present: Terms, other: Terms, now: datetime) -> Comparison:
    """What each set of terms selects for the next meeting and the last twelve, as the records of now tell of then."""
    rows = await database.fetch(MEETINGS, panel.id, now, MEETINGS_BACK)
    began, meetings = monotonic(), list[Tried]()
    for row in rows:
        if meetings and monotonic() - began > MOST_SECONDS:
            break
        both = (present, other)
        numbers = await numbers_for(panel, row["id"], both, now=min(now, row["starts_at"]))
        loads = [load_of(of.children, of.places, terms) for of, terms in zip(numbers, both, strict=True)]
        meetings.append(Tried(row["starts_at"], row["length"], row["is_next"], *loads))
    return Comparison(meetings, len(rows) - len(meetings))
