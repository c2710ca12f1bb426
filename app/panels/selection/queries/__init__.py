"""Reads behind a proposal. `proposal_for` is the way in; one module per selection rule holds its SQL."""

from app.panels.selection.queries.counting import Numbers, numbers_for
from app.panels.selection.queries.months import recurring_places
from app.panels.selection.queries.proposing import (
    proposal_for,
    proposal_on,
    triggers_on,
    triggers_outlined,
    triggers_told,
)

__all__ = [
    "Numbers",
    "numbers_for",
    "proposal_for",
    "proposal_on",
    "recurring_places",
    "triggers_on",
    "triggers_outlined",
    "triggers_told",
]
