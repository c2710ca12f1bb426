"""Statuses of an action, its lifecycle, when it is overdue, how its outcome is tracked. Pure: today is passed in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.access import Permission
from app.lifecycle import Lifecycle, Move
from app.panels.words import clock_time, long_day

ISSUED = "issued"
ACKNOWLEDGED = "acknowledged"
IN_PROGRESS = "in-progress"
COMPLETED = "completed"
NOT_POSSIBLE = "not-possible"
NOT_DONE = "not-done"
WITHDRAWN = "withdrawn"
"""Issued by mistake and taken back before anybody took it up: owed by nobody, printed and counted nowhere."""

OPEN = (ISSUED, ACKNOWLEDGED, IN_PROGRESS)
FINISHED = (COMPLETED, NOT_POSSIBLE, NOT_DONE)
STATUSES = OPEN + FINISHED

ROUTINE = "routine"
URGENT = "urgent"
PRIORITIES = (ROUTINE, URGENT)

STRANDS = ("prepare", "prevent", "protect", "pursue")

LONGEST_TEXT = 2000
LONGEST_NOTE = 2000


@dataclass(frozen=True)
class UpdateFacts:
    """What a move is judged by: what the person wrote."""

    note: str


def needs_what_changed(facts: UpdateFacts) -> str | None:
    return (
        None if facts.note.strip() else "Say what changed, so that the panel knows why this is not possible."
    )


def needs_why_not(facts: UpdateFacts) -> str | None:
    return None if facts.note.strip() else "Say why this was not done."


def needs_why_handed_over(facts: UpdateFacts) -> str | None:
    return None if facts.note.strip() else "Say why you hand this over, so that it can be followed later."


def needs_a_short_note(facts: UpdateFacts) -> str | None:
    if len(facts.note) <= LONGEST_NOTE:
        return None
    return f"Use {LONGEST_NOTE} characters or fewer."


def needs_why_withdrawn(facts: UpdateFacts) -> str | None:
    return None if facts.note.strip() else "Say why this is withdrawn, so that its owner knows."


LIFECYCLE = Lifecycle(
    statuses=(*STATUSES, WITHDRAWN),
    moves=(
        Move(
            "acknowledge", frozenset({ISSUED}), ACKNOWLEDGED, Permission.UPDATE_ACTION, (needs_a_short_note,)
        ),
        # a word on work under way may be said again and again
        Move("start", frozenset(OPEN), IN_PROGRESS, Permission.UPDATE_ACTION, (needs_a_short_note,)),
        Move("complete", frozenset(OPEN), COMPLETED, Permission.UPDATE_ACTION, (needs_a_short_note,)),
        Move(
            "find-not-possible",
            frozenset(OPEN),
            NOT_POSSIBLE,
            Permission.UPDATE_ACTION,
            (needs_what_changed, needs_a_short_note),
        ),
        Move(
            "leave-undone",
            frozenset(OPEN),
            NOT_DONE,
            Permission.UPDATE_ACTION,
            (needs_why_not, needs_a_short_note),
        ),
        # whoever gets it has not seen it yet, however far it had come
        Move(
            "hand-over",
            frozenset(OPEN),
            ISSUED,
            Permission.UPDATE_ACTION,
            (needs_why_handed_over, needs_a_short_note),
        ),
        # the two that a panel makes when it looks at an earlier action again
        Move(
            "drop",
            frozenset(OPEN),
            NOT_DONE,
            Permission.ISSUE_ACTION,
            (needs_why_not, needs_a_short_note),
        ),
        Move("give-to-another", frozenset(OPEN), ISSUED, Permission.ISSUE_ACTION, (needs_a_short_note,)),
        # a mistake of the issuing, mended before anybody took it up
        Move(
            "withdraw",
            frozenset({ISSUED}),
            WITHDRAWN,
            Permission.ISSUE_ACTION,
            (needs_why_withdrawn, needs_a_short_note),
        ),
    ),
)

HISTORY_KINDS = {
    ACKNOWLEDGED: "action acknowledged",
    IN_PROGRESS: "action taken forward",
    COMPLETED: "action completed",
    NOT_POSSIBLE: "action found not possible",
    NOT_DONE: "action left undone",
    WITHDRAWN: "action withdrawn",
}

DONE_WORDS = {
    ACKNOWLEDGED: "acknowledged this",
    IN_PROGRESS: "updated this",
    COMPLETED: "marked this as done",
    NOT_POSSIBLE: "marked this as not possible",
    NOT_DONE: "marked this as not done",
    WITHDRAWN: "withdrew this",
}
"""What somebody did to an action, for "Ann Smith marked this as done …"."""


FINISHED_WORDS = {
    COMPLETED: "completed",
    NOT_POSSIBLE: "not possible",
    NOT_DONE: "not done",
    WITHDRAWN: "withdrawn",
}


def words_of_the_first(status: str, by: str, at: datetime | None, note: str) -> str:
    """What a person is told whose word came second."""
    first = f"{by or 'Somebody'} {DONE_WORDS.get(status, 'changed this')}"
    when = f" on {long_day(at)} at {clock_time(at)}" if at else ""
    said = f": “{note}”" if note else ""
    return f"{first}{when}{said}. Nothing of yours was saved; what you wrote is kept below."


def is_open(status: str) -> bool:
    return status in OPEN


def is_overdue(status: str, due_on: date, today: date) -> bool:
    """A deadline has passed once its day has ended, in London."""
    return is_open(status) and due_on < today


# When it is due, in words

OVERDUE = "overdue"
SOON = "soon"
LATER = "later"
SOON_DAYS = 7


def due_group(due_on: date, today: date) -> str:
    """Where an open action stands in the list: overdue, due within the next 7 days (today is the first), or later."""
    if due_on < today:
        return OVERDUE
    return SOON if due_on < today + timedelta(days=SOON_DAYS) else LATER


def due_words(due_on: date, today: date) -> str:
    """How far the due date of an open action is away, as one would say it."""
    days = (due_on - today).days
    if days < 0:
        return f"{-days} {'day' if days == -1 else 'days'} overdue"
    if days == 0:
        return "due today"
    if days == 1:
        return "due tomorrow"
    return f"due in {days} days"


# Tracking of recommendations: Birmingham's six categories

ACHIEVED = 1
ACHIEVED_LATE = 2
PROGRESS_MADE = 3
OBSTACLE = 4
INSUFFICIENT_PROGRESS = 5
WITHIN_TIMESCALE = 6

NEED_ANTICIPATED_DATE = (PROGRESS_MADE, INSUFFICIENT_PROGRESS)


def tracking_of(
    status: str,
    due_on: date,
    finished_on: date | None,
    today: date,
    noted: int | None = None,
    overruled: bool = False,
) -> int | None:
    """The category of recommendation tracking (Birmingham, Appendix 1), derived wherever dates tell.

    `due_on` is the original due date, `noted` what somebody recorded, `overruled` whether they did so against what
    the dates say. None: nobody has judged the progress yet.
    """
    if overruled and noted is not None and status in (COMPLETED, NOT_POSSIBLE):
        return noted
    if status == COMPLETED:
        return ACHIEVED if finished_on is not None and finished_on <= due_on else ACHIEVED_LATE
    if status == NOT_POSSIBLE:
        return OBSTACLE
    judged = noted if noted in (PROGRESS_MADE, OBSTACLE, INSUFFICIENT_PROGRESS) else None
    if is_open(status) and not is_overdue(status, due_on, today):
        return WITHIN_TIMESCALE
    return judged
