"""Panel cases: open, closed with a reason, kept open with a review date. Nothing is read or written here."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.access import Permission, Scope
from app.lifecycle import Lifecycle, Move

CLOSURE_REASONS = {
    "reduced-risk": "Reduced risk",
    "moved": "Moved out of area",
    "turned-18": "Turned 18",
    "transferred": "Transferred",
    "died": "Died",
    "other": "Other",
}


class CaseStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class CaseFacts:
    """A child under a panel's oversight. `recall_of` is the case before it, where the child came back."""

    id: int
    panel_id: int
    child_id: int
    recall_of: int | None
    accepted_on: date
    first_meeting_on: date | None
    last_reviewed_on: date | None
    next_review_on: date | None
    closed_on: date | None
    closure_reason: str
    risk_at_start: str
    risk_at_close: str
    version: int

    @property
    def status(self) -> str:
        return CaseStatus.CLOSED if self.closed_on else CaseStatus.OPEN

    @property
    def scope(self) -> Scope:
        return Scope(panel_ids=frozenset({self.panel_id}))


@dataclass(frozen=True)
class Decision:
    """What a meeting decided on a case."""

    accepted_on: date
    decided_on: date
    closure_reason: str = ""
    next_review_on: date | None = None


def needs_a_closure_reason(decision: Decision) -> str | None:
    return None if decision.closure_reason in CLOSURE_REASONS else "Choose why the case is closed"


def needs_to_come_after_acceptance(decision: Decision) -> str | None:
    if decision.decided_on >= decision.accepted_on:
        return None
    return "The case was accepted later than this. Check the date."


def needs_a_later_review(decision: Decision) -> str | None:
    if decision.next_review_on is None or decision.next_review_on > decision.decided_on:
        return None
    return "The next review must come after the day of this meeting"


CASE = Lifecycle(
    statuses=tuple(status.value for status in CaseStatus),
    moves=(
        Move(
            "close",
            frozenset({CaseStatus.OPEN.value}),
            CaseStatus.CLOSED.value,
            Permission.DECIDE_CASE,
            (needs_a_closure_reason, needs_to_come_after_acceptance),
        ),
        Move(
            "keep open",
            frozenset({CaseStatus.OPEN.value}),
            CaseStatus.OPEN.value,
            Permission.DECIDE_CASE,
            (needs_to_come_after_acceptance, needs_a_later_review),
        ),
    ),
)


def state_in_words(case: CaseFacts, today: date) -> str:
    """Open, review overdue, or closed and why, as one short phrase."""
    if case.closed_on:
        return f"closed: {CLOSURE_REASONS[case.closure_reason].lower()}"
    if case.next_review_on and case.next_review_on < today:
        return "open, review overdue"
    return "open"
