"""The decision on a threshold: what it must say, and until when it can be changed. Nothing is read or written here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.access import Identity, Permission, Scope
from app.lifecycle import Lifecycle, Move
from app.panels.referrals.rules import Threshold


@dataclass(frozen=True)
class Decision:
    """What is decided about a threshold: with it met on which panel, diverted to whom, and why."""

    threshold: str
    panel_id: int | None = None
    diverted_to: str = ""
    rationale: str = ""

    def problems(self, panels: Sequence[int]) -> dict[str, str]:
        """A sentence by field for what is missing; `panels` are those on which this person may decide."""
        errors = {}
        if self.threshold not in (Threshold.MET, Threshold.NOT_MET, Threshold.DIVERTED):
            errors["threshold"] = "Choose whether the threshold is met"
        if self.threshold == Threshold.MET and self.panel_id not in panels:
            errors["panel"] = "Choose which panel takes the child"
        if self.threshold == Threshold.DIVERTED and not self.diverted_to.strip():
            errors["diverted_to"] = "Enter where it is diverted to"
        if not self.rationale.strip():
            errors["rationale"] = "Enter the reason for the decision"
        return errors


@dataclass(frozen=True)
class DecisionFacts:
    """The decision that stands, and when the last briefing closed; `decided_at` is None for a tracker's decision."""

    is_decided: bool = False
    decided_at: datetime | None = None
    closed_at: datetime | None = None


def needs_a_decision_of_here(facts: DecisionFacts) -> str | None:
    if facts.is_decided and facts.decided_at is None:
        return "A tracker brought this decision, so it stands. A new referral can be made."
    return None


def needs_the_briefing_open(facts: DecisionFacts) -> str | None:
    if facts.decided_at is None or facts.closed_at is None or facts.decided_at > facts.closed_at:
        return None
    return "The briefing that decided this is closed, so the decision stands. A new referral can be made."


def deciding_scope(who: Identity, referral_scope: Scope, names_a_panel: bool) -> Scope:
    """What a decision is about: the referral's panels; where it names none, any panel of this person."""
    return referral_scope if names_a_panel else Scope(panel_ids=who.seat_panels())


_ALL = frozenset(status.value for status in Threshold)

REFERRAL = Lifecycle(
    statuses=tuple(status.value for status in Threshold),
    moves=tuple(
        Move(
            target.value,
            _ALL,
            target.value,
            Permission.DECIDE_REFERRAL,
            (needs_a_decision_of_here, needs_the_briefing_open),
        )
        for target in (Threshold.MET, Threshold.NOT_MET, Threshold.DIVERTED)
    ),
)
