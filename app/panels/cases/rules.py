"""Panel cases: how one is opened, kept open, closed, passed on and reopened. Nothing is read or written here."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.access import Identity, Permission, Scope
from app.lifecycle import Lifecycle, Move, Refused, Requirement

CLOSURE_REASONS = {
    "reduced-risk": "Reduced risk",
    "moved": "Moved out of area",
    "turned-18": "Turned 18",
    "transferred": "Transferred",
    "died": "Died",
    "other": "Other",
}

CAME_BY = {"step-down": "stepped down", "transfer": "transferred"}

TIERS = {
    "missing-operational-group": 3,
    "mace": 2,
    "multiple-missing-hotspots": 2,
    "missing-children-panel": 2,
    "high-risk-misper": 2,
    "repeat-missing": 2,
    "child-exploitation-tracking": 1,
    "general": 0,
}
"""How close the oversight of each kind of panel is; a case steps down to a kind with a smaller number."""

LONGEST_WORDS = 4000


class CaseStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class CaseFacts:
    """A child under a panel's oversight. `recall_of` is the case before it, where the child came back.

    `came_from`: the case of another panel that was stepped down or transferred here (`came_by`).
    """

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
    closure_rationale: str = ""
    closed_despite: str = ""
    came_from: int | None = None
    came_by: str = ""

    @property
    def status(self) -> str:
        return CaseStatus.CLOSED if self.closed_on else CaseStatus.OPEN

    @property
    def scope(self) -> Scope:
        return Scope(panel_ids=frozenset({self.panel_id}))

    def is_overdue(self, today: date) -> bool:
        return self.closed_on is None and self.next_review_on is not None and self.next_review_on < today


@dataclass(frozen=True)
class Target:
    """The panel where a case is to go on. `has_open_case`: this child has an open one there already."""

    panel_id: int
    name: str
    kind: str
    active: bool = True
    has_open_case: bool = False


@dataclass(frozen=True)
class Decision:
    """What is decided on a case, by a meeting or by hand.

    `in_the_way`: how many open matters the safe-closure check found; `despite` why it is closed all the same.
    `today` is given where somebody decides by hand; a meeting's day may be long ago. `reopened_on` is given where a
    meeting decides: when somebody last took a closure back.
    """

    accepted_on: date
    decided_on: date
    closure_reason: str = ""
    next_review_on: date | None = None
    rationale: str = ""
    in_the_way: int = 0
    despite: str = ""
    today: date | None = None
    met_on: date | None = None
    panel_id: int = 0
    panel_kind: str = "general"
    target: Target | None = None
    has_later_case: bool = False
    reopened_on: date | None = None


def needs_a_closure_reason(decision: Decision) -> str | None:
    return None if decision.closure_reason in CLOSURE_REASONS else "Choose why the case is closed"


def needs_a_rationale(decision: Decision) -> str | None:
    return None if decision.rationale.strip() else "Say why, so that someone who was not there understands"


def needs_to_come_after_acceptance(decision: Decision) -> str | None:
    if decision.decided_on >= decision.accepted_on:
        return None
    return "The case was accepted later than this. Check the date."


def needs_no_future_day(decision: Decision) -> str | None:
    if decision.today is None or decision.decided_on <= decision.today:
        return None
    return "This day is still to come. Enter today or an earlier day."


def needs_to_come_after_the_last_review(decision: Decision) -> str | None:
    if decision.met_on is None or decision.decided_on >= decision.met_on:
        return None
    return "A meeting reviewed this case later than this. Check the date."


def needs_a_reason_in_spite(decision: Decision) -> str | None:
    if not decision.in_the_way or decision.despite.strip():
        return None
    return "Say why the case is closed in spite of what is still open"


def needs_no_reopening_since(decision: Decision) -> str | None:
    if decision.reopened_on is None or decision.reopened_on <= decision.decided_on:
        return None
    return (
        "The case was reopened after this meeting. Return the minutes, so that they say it stays open, "
        "or close it by hand."
    )


def needs_a_later_review(decision: Decision) -> str | None:
    if decision.next_review_on is None or decision.next_review_on > decision.decided_on:
        return None
    return "The next review must come after the day of this meeting"


def needs_a_review_to_come(decision: Decision) -> str | None:
    if decision.next_review_on is None or decision.next_review_on >= decision.decided_on:
        return None
    return "The next review must not lie in the past"


def needs_another_panel(decision: Decision) -> str | None:
    target = decision.target
    if target is None or not target.active or target.panel_id == decision.panel_id:
        return "Choose the panel where the case goes on"
    return None


def needs_a_lower_tier(decision: Decision) -> str | None:
    target = decision.target
    if target is None or TIERS[target.kind] < TIERS[decision.panel_kind]:
        return None
    return f"{target.name} does not keep less close a watch than this panel. Transfer the case instead."


def needs_no_case_there(decision: Decision) -> str | None:
    target = decision.target
    if target is None or not target.has_open_case:
        return None
    return f"The child has an open case on {target.name} already. Close the case here as transferred; it goes on there."


def needs_no_later_case(decision: Decision) -> str | None:
    if not decision.has_later_case:
        return None
    return (
        "A later case of this child on this panel exists, so this one stays closed. Go on with the later one."
    )


OPEN_ONLY = frozenset({CaseStatus.OPEN.value})
CLOSED_ONLY = frozenset({CaseStatus.CLOSED.value})
_PASSED_ON = (
    needs_another_panel,
    needs_no_case_there,
    needs_a_rationale,
    needs_to_come_after_acceptance,
    needs_no_future_day,
    needs_to_come_after_the_last_review,
    needs_a_review_to_come,
)

CASE = Lifecycle(
    statuses=tuple(status.value for status in CaseStatus),
    moves=(
        Move(
            "close",
            OPEN_ONLY,
            CaseStatus.CLOSED.value,
            Permission.DECIDE_CASE,
            (
                needs_a_closure_reason,
                needs_a_rationale,
                needs_to_come_after_acceptance,
                needs_no_future_day,
                needs_to_come_after_the_last_review,
                needs_no_reopening_since,
                needs_a_reason_in_spite,
            ),
        ),
        Move(
            "keep open",
            OPEN_ONLY,
            CaseStatus.OPEN.value,
            Permission.DECIDE_CASE,
            (needs_to_come_after_acceptance, needs_a_later_review),
        ),
        Move(
            "step down",
            OPEN_ONLY,
            CaseStatus.CLOSED.value,
            Permission.DECIDE_CASE,
            (*_PASSED_ON, needs_a_lower_tier),
        ),
        Move("transfer", OPEN_ONLY, CaseStatus.CLOSED.value, Permission.DECIDE_CASE, _PASSED_ON),
        Move(
            "reopen",
            CLOSED_ONLY,
            CaseStatus.OPEN.value,
            Permission.DECIDE_CASE,
            (needs_no_later_case, needs_a_rationale, needs_a_review_to_come),
        ),
    ),
)

FIELDS: dict[Requirement, str] = {
    needs_a_closure_reason: "reason",
    needs_a_rationale: "rationale",
    needs_to_come_after_acceptance: "closed_on",
    needs_no_future_day: "closed_on",
    needs_to_come_after_the_last_review: "closed_on",
    needs_a_reason_in_spite: "despite",
    needs_a_later_review: "next_review_on",
    needs_a_review_to_come: "next_review_on",
    needs_another_panel: "target",
    needs_a_lower_tier: "target",
    needs_no_case_there: "target",
    needs_no_later_case: "",
    needs_no_reopening_since: "",
}


def check_move(name: str, who: Identity, case: CaseFacts, decision: Decision) -> Move:
    """As Lifecycle.check; a Refused says by field everything that has to be put right."""
    try:
        return CASE.check(name, case.status, who, case.scope, decision)
    except Refused as first:
        errors: dict[str, str] = {}
        for requirement in CASE.move(name).requires:
            sentence = requirement(decision)
            if sentence:
                errors.setdefault(FIELDS[requirement], sentence)
        raise Refused(first.sentence, errors) from first


def open_moves(who: Identity, case: CaseFacts) -> frozenset[str]:
    """The names of the moves to offer."""
    return frozenset(move.name for move in CASE.open_moves(case.status, who, case.scope))


def steps_down_to(from_kind: str, to_kind: str) -> bool:
    return TIERS[to_kind] < TIERS[from_kind]


def state_in_words(case: CaseFacts, today: date) -> str:
    """Open, review overdue, or closed and why, as one short phrase."""
    if case.closed_on:
        return f"closed: {CLOSURE_REASONS[case.closure_reason].lower()}"
    return "open, review overdue" if case.is_overdue(today) else "open"
