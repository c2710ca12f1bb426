"""How minutes move from draft to circulated, and who may read them at each step. No texts, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.access import Identity, Permission, Scope, permits
from app.lifecycle import Lifecycle, Move
from app.panels.words import listed


class MinutesStatus(StrEnum):
    DRAFT = "draft"
    WITH_CHAIR = "with-chair"
    APPROVED = "approved"
    CIRCULATED = "circulated"


@dataclass(frozen=True)
class ItemFacts:
    """What the moves need to know of one agenda item that stayed on the agenda."""

    number: int
    outcome: str
    has_open_case: bool = False
    case_decision: str = ""
    closure_reason: str = ""
    risk_before: str = ""
    risk_after: str = ""
    risk_rationale: str = ""
    next_review_on: date | None = None
    has_rationale: bool = True
    closed_despite: str = ""
    still_open: str = ""
    """What the safe-closure check found where a case is to be closed, in words."""

    @property
    def closes(self) -> bool:
        return self.outcome == "discussed" and self.case_decision == "close"

    @property
    def risk_changed(self) -> bool:
        return self.outcome == "discussed" and bool(self.risk_after) and self.risk_after != self.risk_before


@dataclass(frozen=True)
class MinutesFacts:
    """What decides whether minutes may move. `taker_ids` are the persons who took them."""

    meeting_held: bool
    attendance_recorded: bool
    items: tuple[ItemFacts, ...]
    taker_ids: frozenset[int] = frozenset()
    mover_id: int = 0
    remarks: str = ""
    meeting_on: date | None = None


def needs_held_meeting(facts: MinutesFacts) -> str | None:
    return (
        None
        if facts.meeting_held
        else "Record that the meeting was held before sending its minutes to the chair."
    )


def needs_attendance(facts: MinutesFacts) -> str | None:
    return (
        None if facts.attendance_recorded else "Record who attended before sending the minutes to the chair."
    )


def needs_every_outcome(facts: MinutesFacts) -> str | None:
    missing = [item.number for item in facts.items if not item.outcome]
    if not missing:
        return None
    return f"Record an outcome for {_items(missing)}: discussed, or not reached."


def needs_closure_reasons(facts: MinutesFacts) -> str | None:
    missing = [item.number for item in facts.items if item.closes and not item.closure_reason]
    return f"Give the reason for closing the case of {_items(missing)}." if missing else None


def needs_closure_rationales(facts: MinutesFacts) -> str | None:
    missing = [
        item.number for item in facts.items if item.closes and item.has_open_case and not item.has_rationale
    ]
    return (
        f"Give the decision or the rationale for closing the case of {_items(missing)}." if missing else None
    )


def unexplained_closures(facts: MinutesFacts) -> list[ItemFacts]:
    """The items that close a case while something is open, without a word on why."""
    return [item for item in facts.items if item.closes and item.still_open and not item.closed_despite]


def needs_reasons_in_spite(facts: MinutesFacts) -> str | None:
    missing = unexplained_closures(facts)
    if not missing:
        return None
    what = f": {missing[0].still_open}" if len(missing) == 1 else ""
    return f"Say why the case of {_items([i.number for i in missing])} is closed in spite of what is still open{what}."


def needs_explained_closures(facts: MinutesFacts) -> str | None:
    missing = unexplained_closures(facts)
    if not missing:
        return None
    what = f" ({missing[0].still_open})" if len(missing) == 1 else ""
    return (
        f"The case of {_items([i.number for i in missing])} would be closed while something is still open{what}, and "
        "the minutes do not say why. Return them, so that they do."
    )


def needs_risk_rationales(facts: MinutesFacts) -> str | None:
    missing = [item.number for item in facts.items if item.risk_changed and not item.risk_rationale]
    return f"Say why the risk level changed for {_items(missing)}." if missing else None


def needs_later_reviews(facts: MinutesFacts) -> str | None:
    early = [
        item.number
        for item in facts.items
        if item.outcome == "discussed"
        and item.next_review_on is not None
        and facts.meeting_on is not None
        and item.next_review_on <= facts.meeting_on
    ]
    return f"The next review of {_items(early)} must come after the day of the meeting." if early else None


def needs_remarks(facts: MinutesFacts) -> str | None:
    return None if facts.remarks else "Say what should be changed, so that the minute taker knows."


def needs_another_approver(facts: MinutesFacts) -> str | None:
    if facts.mover_id not in facts.taker_ids:
        return None
    return "You took these minutes, so someone else approves them: another chair or vice-chair of this panel."


MINUTES = Lifecycle(
    statuses=tuple(MinutesStatus),
    moves=(
        Move(
            "send to chair",
            frozenset({MinutesStatus.DRAFT}),
            MinutesStatus.WITH_CHAIR,
            Permission.TAKE_MINUTES,
            (
                needs_held_meeting,
                needs_attendance,
                needs_every_outcome,
                needs_closure_reasons,
                needs_closure_rationales,
                needs_reasons_in_spite,
                needs_risk_rationales,
                needs_later_reviews,
            ),
        ),
        Move(
            "return",
            frozenset({MinutesStatus.WITH_CHAIR}),
            MinutesStatus.DRAFT,
            Permission.APPROVE_MINUTES,
            (needs_remarks,),
        ),
        Move(
            "approve",
            frozenset({MinutesStatus.WITH_CHAIR}),
            MinutesStatus.APPROVED,
            Permission.APPROVE_MINUTES,
            (needs_another_approver, needs_explained_closures),
        ),
        Move(
            "circulate",
            frozenset({MinutesStatus.APPROVED}),
            MinutesStatus.CIRCULATED,
            Permission.CIRCULATE_MINUTES,
        ),
    ),
)


def what_is_missing(facts: MinutesFacts) -> list[str]:
    """Every sentence that still stands between a draft and the chair, in the order of the work."""
    sentences = (requirement(facts) for requirement in MINUTES.move("send to chair").requires)
    return [sentence for sentence in sentences if sentence]


def undecided_cases(facts: MinutesFacts) -> list[int]:
    """The items whose open case was discussed without a word on closing it: it stays open, unreviewed."""
    return [
        i.number for i in facts.items if i.outcome == "discussed" and i.has_open_case and not i.case_decision
    ]


def may_read(who: Identity, status: str, scope: Scope) -> bool:
    """Whether this person may read the minutes' text: a draft is for those who make or oversee it."""
    if status == MinutesStatus.CIRCULATED:
        return permits(who, Permission.SEE_MINUTES, scope)
    return may_read_draft(who, scope)


def may_read_draft(who: Identity, scope: Scope) -> bool:
    return permits(who, Permission.SEE_DRAFT_MINUTES, scope)


def why_text_is_fixed(status: str, meeting_status: str, item_status: str = "on-agenda") -> str | None:
    """The sentence when the discussion cannot be edited now, or None."""
    if meeting_status == "cancelled":
        return "This meeting was cancelled, so nothing can be minuted."
    if item_status != "on-agenda":
        return "This item is no longer on the agenda, so nothing can be minuted under it."
    if status == MinutesStatus.WITH_CHAIR:
        return "These minutes are with the chair. They can be edited again when the chair returns them."
    if status in (MinutesStatus.APPROVED, MinutesStatus.CIRCULATED):
        return "These minutes are approved. Their text no longer changes."
    return None


# Mails: which minutes, and a link. Never a name, never a word of the text.


def to_chair_mail(title: str, meeting_id: int, base_url: str) -> tuple[str, str]:
    """Subject and body for the chair."""
    return (
        f"Minutes to approve: {title}",
        f"The draft minutes of {title} are ready for you.\n\n"
        f"Read them, then approve or return them:\n{base_url}/meetings/{meeting_id}/minutes\n",
    )


def returned_mail(title: str, meeting_id: int, base_url: str) -> tuple[str, str]:
    """Subject and body for the minute taker."""
    return (
        f"Minutes returned: {title}",
        f"The chair returned the draft minutes of {title} with remarks.\n\n"
        f"Read the remarks, change the draft and send it again:\n{base_url}/meetings/{meeting_id}/minutes\n",
    )


def circulated_mail(title: str, meeting_id: int, base_url: str) -> tuple[str, str]:
    """Subject and body for everybody of the panel."""
    return (
        f"Minutes of {title}",
        f"The approved minutes of {title} are there to read:\n{base_url}/meetings/{meeting_id}/minutes\n\n"
        "This message holds no details on purpose. Sign in to read them.\n",
    )


def _items(numbers: Sequence[int]) -> str:
    """`item 4`, `items 2 and 5`, `items 1, 3 and 7 to 18`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words: list[str] = []
    for run in runs:
        words += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(number) for number in run]
    return f"item{'s' if len(numbers) > 1 else ''} {listed(words)}"
