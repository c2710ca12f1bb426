"""A place on an agenda with what its episodes tell. Nothing is read or written here."""

from dataclasses import dataclass
from datetime import date

from app.episodes.places.rules import Behind, PlaceStory, months_shown
from app.london import next_month

MONTHS_BESIDE = 6
"""Months that stand side by side on a meeting's page: the one before the meeting and those before it."""

MOST_CHILDREN = 12
"""Children named for each place of a meeting; the place's own page names all."""


@dataclass(frozen=True)
class Hotspot:
    """One place of a meeting; `place_id` is None for a mere name."""

    item_id: int
    title: str
    reason: str
    place_id: int | None
    story: PlaceStory
    behind: Behind


def months_beside(meeting_on: date) -> tuple[list[date], date]:
    """The months shown at a meeting, and the day after the last: the meeting's own month is the last one."""
    months = months_shown(meeting_on, MONTHS_BESIDE)
    return months, next_month(months[-1])
