"""What may still be mended on an action, and how the change is put in words. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from app.actions.rules import ISSUED
from app.panels.words import clock_time, listed, long_day


@dataclass(frozen=True)
class Taken:
    """Who took an action up, and when."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Wording:
    """What of an action may be mended. `owner` is a person's, a post's or an agency's name."""

    text: str
    why: str
    owner: str
    due_on: date
    priority: str
    strand: str
    child_id: int | None


def needs_nobody_at_it(status: str, taken: Taken | None) -> str | None:
    """An action is its issuers' to mend until somebody took it up."""
    if taken is not None:
        who = taken.by or "Somebody"
        return (
            f"{who} took this up on {long_day(taken.at)} at {clock_time(taken.at)}, "
            "so it can no longer be changed here. Issue another action, or let the panel settle it at its next meeting."
        )
    if status != ISSUED:
        return "This action is settled. Nothing was changed."
    return None


def what_changed(before: Wording, after: Wording) -> list[str]:
    """The fields that differ, in words, in the order of the form."""
    names = {
        "text": "what is to be done",
        "why": "why",
        "owner": "by whom",
        "due_on": "by when",
        "priority": "priority",
        "strand": "strand",
        "child_id": "about which child",
    }
    return [words for field, words in names.items() if getattr(before, field) != getattr(after, field)]


def words_of_change(before: Wording, after: Wording) -> str:
    """The note kept on the action: what was mended, and what dates and owners said before."""
    said = f"Changed before anybody took it up: {listed(what_changed(before, after))}."
    if before.due_on != after.due_on:
        said += f" It was due on {long_day(before.due_on)}."
    if before.owner != after.owner:
        said += f" It was with {before.owner}."
    if before.text != after.text:
        said += f" It said: “{before.text}”"
    return said
