"""What a row of an action log says: which status and dates it comes to, and what in it cannot be. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from app.actions.rules import (
    ACHIEVED,
    ACHIEVED_LATE,
    COMPLETED,
    FINISHED,
    IN_PROGRESS,
    INSUFFICIENT_PROGRESS,
    ISSUED,
    NEED_ANTICIPATED_DATE,
    NOT_DONE,
    NOT_POSSIBLE,
    OBSTACLE,
    PROGRESS_MADE,
    WITHIN_TIMESCALE,
    tracking_of,
)
from app.episodes.imports.kinds import Row
from app.london import london_date

STATUS_OF_TRACKING = {
    ACHIEVED: COMPLETED,
    ACHIEVED_LATE: COMPLETED,
    PROGRESS_MADE: IN_PROGRESS,
    OBSTACLE: NOT_POSSIBLE,
    INSUFFICIENT_PROGRESS: IN_PROGRESS,
    WITHIN_TIMESCALE: IN_PROGRESS,
}
"""Where a log tells only the category: progress made or missing with an anticipated date still goes on."""

JUDGED = (PROGRESS_MADE, OBSTACLE, INSUFFICIENT_PROGRESS)
"""The categories that are kept as told; the others follow from the dates."""


@dataclass(frozen=True)
class Told:
    """What a row comes to. `finished_on` is None while the action is open."""

    issued_on: date
    due_on: date
    status: str
    finished_on: date | None
    tracking: int | None
    anticipated_on: date | None


def issued_on_of(row: Row) -> date:
    """The day of issue; where the log has none, the meeting's day, else the due date: never the day of the import,
    so that the same file finds the same actions again."""
    found: date = row["issued_on"] or row["meeting_on"] or row["due_on"]
    return found


def status_of(row: Row) -> str:
    """The status told, else what the tracking category or a completion date says, else issued."""
    if row["status"]:
        return str(row["status"])
    if row["tracking"]:
        return STATUS_OF_TRACKING[row["tracking"]]
    return COMPLETED if row["completed_on"] else ISSUED


def told_of(row: Row, today: date) -> Told:
    """Not possible and not done without a day count as finished on the due date, or today where that is to come."""
    status = status_of(row)
    finished_on = (row["completed_on"] or min(row["due_on"], today)) if status in FINISHED else None
    return Told(
        issued_on=issued_on_of(row),
        due_on=row["due_on"],
        status=status,
        finished_on=finished_on,
        tracking=row["tracking"] if row["tracking"] in JUDGED else None,
        anticipated_on=row["anticipated_on"],
    )


def against_the_dates(row: Row, told: Told, today: date) -> str | None:
    """What is said where the log tells 1, 2 or 6 and the dates come to another category; the dates hold."""
    if row["tracking"] is None or row["tracking"] in JUDGED:
        return None
    by_dates = tracking_of(told.status, told.due_on, told.finished_on, today)
    if by_dates == row["tracking"]:
        return None
    if by_dates is None:
        return "Its timescale has expired, so it is not in progress any more; it waits to be judged."
    return f"The dates come to {by_dates}, not {row['tracking']}; the dates hold."


def is_possible_action(row: Row, now: datetime) -> tuple[str, str] | None:
    """The field and the sentence of what one row says that cannot be, or None."""
    today = london_date(now)
    return _impossible_owner(row) or _impossible_dates(row, today) or _impossible_outcome(row, today)


def _impossible_owner(row: Row) -> tuple[str, str] | None:
    if not row["owner_email"] and not row["agency"]:
        return "agency", "Nobody owns this action. Fill in owner_email or agency."
    return None


def _impossible_dates(row: Row, today: date) -> tuple[str, str] | None:
    issued_on = row["issued_on"]
    if issued_on and issued_on > today:
        return "issued_on", "This day lies in the future."
    if issued_on and row["due_on"] < issued_on:
        return "due_on", "The action is due before it was issued."
    if row["meeting_on"] and row["due_on"] < row["meeting_on"]:
        return "due_on", "The action is due before the meeting that agreed it."
    return None


def _impossible_outcome(row: Row, today: date) -> tuple[str, str] | None:
    status, completed_on, tracking = status_of(row), row["completed_on"], row["tracking"]
    if completed_on and completed_on > today:
        return "completed_on", "This day lies in the future."
    if completed_on and row["issued_on"] and completed_on < row["issued_on"]:
        return "completed_on", "The action was completed before it was issued."
    if status == COMPLETED and not completed_on:
        return "completed_on", "completed_on is empty. A completed action needs its day."
    if completed_on and status not in FINISHED:
        return "status", f"The action has a completion date, but its status is {status}."
    if tracking in NEED_ANTICIPATED_DATE and not row["anticipated_on"]:
        return "anticipated_on", f"Tracking {tracking} (not achieved) needs an anticipated date."
    if tracking in (ACHIEVED, ACHIEVED_LATE) and status != COMPLETED:
        return "tracking", f"Tracking {tracking} says achieved, but the status is {status}."
    if tracking == OBSTACLE and status in (COMPLETED, NOT_DONE):
        return "tracking", f"Tracking 4 says that an obstacle stood in the way, but the status is {status}."
    return None
