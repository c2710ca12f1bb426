"""What a recall card shows: the last closed case of a child on a panel, and what went on around it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from app.access import Identity, Permission, Scope, permits
from app.panels.cases.rules import CLOSURE_REASONS
from app.panels.handed_in import OpenAction

DAYS_BEFORE = 365
"""Episodes before a case are counted over as many London dates before it was accepted."""


@dataclass(frozen=True)
class RecallCard:
    """A child's last closed case on a panel. Episode counts are starts of missing episodes by London date.

    Before: in the 365 days before acceptance; during: from then on up to the day of closure; since: after that day.
    `recalled_on`: when the case that recalls it was accepted, None while nothing has recalled it.
    """

    panel_id: int
    panel_name: str
    child_id: int
    accepted_on: date
    closed_on: date
    closure_reason: str
    closure_rationale: str
    risk_at_start: str
    risk_at_close: str
    recalled_on: date | None
    episodes_before: int
    episodes_during: int
    episodes_since: int
    as_of: date
    actions: tuple[OpenAction, ...] = ()

    @property
    def reason_words(self) -> str:
        return CLOSURE_REASONS[self.closure_reason]

    @property
    def days_during(self) -> int:
        return (self.closed_on - self.accepted_on).days + 1

    @property
    def days_since(self) -> int:
        return (self.as_of - self.closed_on).days

    @property
    def days_before(self) -> int:
        return DAYS_BEFORE


@dataclass(frozen=True)
class CaseOpenNow:
    """An open case, which a new referral would join."""

    id: int
    panel_id: int
    panel_name: str
    child_id: int
    accepted_on: date


def seen_cards(who: Identity, cards: Iterable[RecallCard]) -> list[RecallCard]:
    """The cards of panels whose cases this person may see, with the actions that person may know of."""
    return [
        replace(card, actions=tuple(action for action in card.actions if _may_know(who, card, action)))
        for card in cards
        if permits(who, Permission.SEE_CASE, Scope(panel_ids=frozenset({card.panel_id})))
    ]


def _may_know(who: Identity, card: RecallCard, action: OpenAction) -> bool:
    if action.panel_id in (0, card.panel_id):
        return True
    return permits(who, Permission.SEE_ACTION, Scope(panel_ids=frozenset({action.panel_id}), owner_id=0))
