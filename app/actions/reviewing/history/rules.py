"""How the history of an action reads: one line for each thing that happened, oldest first. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.actions.timeline.rules import Moment
from app.london import london_date

ISSUED = "issued"


@dataclass(frozen=True)
class Happened:
    """One thing that happened to an action, in words without its day."""

    at: datetime
    words: str
    is_issue: bool = False


@dataclass(frozen=True)
class Histories:
    """By action, what happened to it."""

    found: Mapping[int, list[Happened]] = field(default_factory=dict)

    def lines(self, action_id: int) -> tuple[str, ...]:
        """`12 June 2026: Done – seen at home (Ann Smith)`, in the order in which it happened."""
        told = sorted(self.found.get(action_id, []), key=lambda one: (one.at, not one.is_issue))
        return tuple(f"{full_day(one.at)}: {one.words}" for one in told)


def happened(row: Mapping[str, Any], review_words: str = "") -> Happened:
    """One row of the history: `what` happened `at`, `by` whom, the `note`, a `day`, `whom` it was given to."""
    moment = Moment(row["at"], row["what"], row["note"], row["by"], "", row["day"], row["whom"])
    if moment.what == ISSUED:
        due = f", due {full_day(row['day'])}" if row["day"] else ""
        return Happened(moment.made_at, f"Issued to {moment.whom}{due}", is_issue=True)
    words = review_words or moment.title
    said = f" – {moment.note}" if moment.note else ""
    # of what a meeting said, the panel is the author, whoever wrote it down
    by = f" ({moment.by})" if moment.by and not review_words else ""
    return Happened(moment.made_at, f"{words}{said}{by}")


def full_day(value: date | datetime) -> str:
    """3 December 2026"""
    day = london_date(value) if isinstance(value, datetime) else value
    return f"{day.day} {day:%B %Y}"
