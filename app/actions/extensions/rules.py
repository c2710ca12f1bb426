"""What must hold before more time is asked for and before it is given, and the mail that tells. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from app.actions.rules import LONGEST_NOTE
from app.panels.words import clock_time, long_day

YES, OTHER, NO = "yes", "other", "no"
ANSWERS = (YES, OTHER, NO)

GRANTED = "granted"
REFUSED = "refused"

LONGEST_AHEAD = 366
"""Days after today that a due date may move to; further is most likely a year that was mistyped."""


@dataclass(frozen=True)
class ExtensionFacts:
    """One request for more time with its answer; `answer` is empty while it waits."""

    id: int
    action_id: int
    asked_by_id: int
    asked_by: str
    asked_by_agency: str
    asked_at: datetime
    asked_for: date
    due_on_then: date
    why: str
    answer: str
    answered_by: str
    answered_at: datetime | None
    granted_for: date | None
    note: str


def asking_problems(until: date, why: str, due_on: date, today: date) -> dict[str, str]:
    """What is wrong with a request, by field."""
    problems = {}
    if not why.strip():
        problems["why"] = "Say why more time is needed, so that the chair can decide"
    elif len(why) > LONGEST_NOTE:
        problems["why"] = f"Use {LONGEST_NOTE} characters or fewer"
    problem = new_date_problem(until, due_on, today)
    if problem:
        problems["until"] = problem
    return problems


def new_date_problem(until: date, due_on: date, today: date) -> str | None:
    """Why an action that is due on `due_on` cannot become due on `until`."""
    if until <= due_on:
        return f"Enter a date after {long_day(due_on)}, when it is due now"
    if until < today:
        return "Enter a date that has not passed"
    if (until - today).days > LONGEST_AHEAD:
        return "Check the year: this is more than a year ahead"
    return None


def answering_problems(
    answer: str, other: date | None, note: str, extension: ExtensionFacts, due_on: date, today: date
) -> dict[str, str]:
    """What is wrong with a decision, by field."""
    problems = {}
    if answer == YES and new_date_problem(extension.asked_for, due_on, today):
        problems["answer"] = (
            "The date that was asked for no longer gives more time. Choose another date, or no"
        )
    if answer == OTHER:
        problem = "Enter the new date" if other is None else new_date_problem(other, due_on, today)
        if problem:
            problems["other"] = problem
    if answer == NO and not note.strip():
        problems["note"] = "Say why not, so that the owner knows"
    elif len(note) > LONGEST_NOTE:
        problems["note"] = f"Use {LONGEST_NOTE} characters or fewer"
    return problems


def already_waits(waiting: ExtensionFacts) -> str:
    return (
        f"{waiting.asked_by} asked for more time until {long_day(waiting.asked_for)} already, on "
        f"{long_day(waiting.asked_at)}. That request waits for the panel’s chair; a second one can be made after it."
    )


def already_answered(extension: ExtensionFacts) -> str:
    """What a second person is told who decides about the same request."""
    assert extension.answered_at is not None
    when = f"{long_day(extension.answered_at)} at {clock_time(extension.answered_at)}"
    did = (
        f"gave more time until {long_day(extension.granted_for)}"
        if extension.granted_for is not None
        else "said no to this request"
    )
    said = f": “{extension.note}”" if extension.note else ""
    return f"{extension.answered_by} {did} on {when}{said}. Nothing was changed."


def answered_mail(action_id: int, granted_for: date | None, due_on: date, base_url: str) -> tuple[str, str]:
    """Subject and body of the mail about an answer: a reference and a link, never a name."""
    if granted_for is not None:
        subject = f"Action {action_id}: more time, now due {long_day(granted_for)}"
        first = (
            f"The panel has given more time for action {action_id}. It is now due on {long_day(granted_for)}."
        )
    else:
        subject = f"Action {action_id}: no more time, still due {long_day(due_on)}"
        first = (
            f"The panel has not given more time for action {action_id}. It stays due on {long_day(due_on)}."
        )
    return subject, (
        f"{first}\n\nRead what was said, and say how it stands:\n{base_url}/actions/{action_id}\n\n"
        "This message names nobody on purpose. Sign in to read more.\n"
    )
