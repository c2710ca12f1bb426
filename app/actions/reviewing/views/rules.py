"""The views of a panel: what they are called, which need a reason, which settle an action. Pure."""

from datetime import date
from enum import StrEnum
from typing import Any

from app.actions.reviewing.history.rules import full_day
from app.actions.rules import is_open
from app.panels.words import listed


class View(StrEnum):
    ACCEPTED = "accepted"
    CHASED = "chased"
    RE_SET = "re-set"
    DROPPED = "dropped"
    LEFT = "left"


VIEW_WORDS = {
    View.ACCEPTED.value: "Accepted",
    View.CHASED.value: "Chased",
    View.RE_SET.value: "Re-set",
    View.DROPPED.value: "Dropped",
    View.LEFT.value: "Left for the next meeting",
}

CHOICES = {
    View.ACCEPTED.value: "Accept",
    View.CHASED.value: "Chase",
    View.RE_SET.value: "Re-set",
    View.DROPPED.value: "Drop",
    View.LEFT.value: "Leave for next time",
}
"""As the form offers them."""

OF_FINISHED = (View.ACCEPTED.value, View.LEFT.value)
"""A finished action can only be accepted, or left; if the panel wants more it issues another."""

REASONS = {
    View.RE_SET.value: "Say why the date or the owner changes",
    View.DROPPED.value: "Say why the panel drops this action",
    View.LEFT.value: "Say why it is left for the next meeting",
}
"""The views that need a reason, with the sentence that asks for it."""


def view_words(view: str, changed: dict[str, Any], by: str = "") -> str:
    if view == View.LEFT:
        return f"Left for the next meeting by {by}" if by else VIEW_WORDS[view]
    if view != View.RE_SET:
        return VIEW_WORDS[view]
    parts = []
    due_on, before = kept_day(changed.get("due_on")), kept_day(changed.get("due_before"))
    if due_on and before:
        parts.append(f"due {full_day(due_on)} instead of {full_day(before)}")
    if changed.get("owed"):
        parts.append(f"now with {changed['owed']['words']}")
    return f"{VIEW_WORDS[view]}: {listed(parts)}" if parts else VIEW_WORDS[view]


def settles(view: str, status: str) -> bool:
    """Whether the action comes no more: dropped, or accepted once it is finished."""
    return view == View.DROPPED or (view == View.ACCEPTED and not is_open(status))


def kept_day(kept: Any) -> date | None:
    """A date as a review keeps it."""
    return date.fromisoformat(kept) if kept else None
