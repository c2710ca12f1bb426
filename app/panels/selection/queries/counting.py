"""How many a rule would put before a meeting, under several terms at once: without saying whom, or why."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app import database
from app.london import london_date
from app.panels.selection.queries.concern import count_by_concern
from app.panels.selection.queries.months import count_by_months
from app.panels.selection.queries.occasions import meeting_by_id, occasion_of
from app.panels.selection.queries.proposing import SELECTIONS
from app.panels.selection.queries.risks import count_by_risk
from app.panels.selection.queries.since_last import count_since_last_meeting
from app.panels.selection.queries.triggers import triggers_due
from app.panels.selection.rules.occasions import Occasion
from app.panels.selection_rules import (
    AnySinceLastMeeting,
    MissingInDays,
    MissingInMonth,
    RiskAtOrAbove,
    Rule,
    TopByConcern,
)
from app.panels.terms.rules import StandingPanel, Terms


@dataclass(frozen=True)
class Numbers:
    """How many children and places a rule lists."""

    children: int
    places: int = 0


async def _count_triggers(rule: MissingInDays, occasion: Occasion) -> int:
    return len(await triggers_due(rule, occasion))


COUNTS: dict[type, Callable[[Any, Occasion], Awaitable[int]]] = {
    TopByConcern: count_by_concern,
    RiskAtOrAbove: count_by_risk,
    MissingInDays: _count_triggers,
}
"""Rules that know a shorter way to how many children they list; the others are counted from their drafts."""


async def numbers_for(
    panel: StandingPanel, meeting_id: int, under: Sequence[Terms], *, now: datetime
) -> list[Numbers]:
    """What `proposal_for` would list for a meeting of the whole panel under each of these terms.

    Terms of one kind, with the same categories: what differs are the numbers of the rule.
    """
    meeting = await meeting_by_id(meeting_id)
    on = london_date(meeting.starts_at)
    occasion = await occasion_of(panel, meeting.begins, on, now, meeting, under[0])
    assert meeting.child_id is None
    assert {terms.categories for terms in under} == {occasion.terms.categories}
    rules = list(dict.fromkeys(terms.rule for terms in under))
    async with database.planned_for_its_values():
        found = dict(zip(rules, await _numbers(rules, occasion, under), strict=True))
    return [found[terms.rule] for terms in under]


async def _numbers(rules: list[Rule], occasion: Occasion, under: Sequence[Terms]) -> list[Numbers]:
    """The rules differ in their numbers alone, so all are of one type."""
    months = [rule for rule in rules if isinstance(rule, MissingInMonth)]
    if months:
        return [Numbers(*listed) for listed in await count_by_months(months, occasion)]
    since = [rule for rule in rules if isinstance(rule, AnySinceLastMeeting)]
    if since:
        return [Numbers(children) for children in await count_since_last_meeting(since, occasion)]
    found = []
    for rule in rules:
        count = COUNTS.get(type(rule))
        if count is not None:
            found.append(Numbers(await count(rule, occasion)))
            continue
        terms = next(terms for terms in under if terms.rule == rule)
        drafts = await SELECTIONS[type(rule)](rule, replace(occasion, terms=terms))
        found.append(Numbers(len(drafts.items), len(drafts.places)))
    return found
