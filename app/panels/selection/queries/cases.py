"""Cases a panel has to meet about: recalled, without a first meeting, or with a review that falls due."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app import database
from app.london import age_on, london_date
from app.panels.selection.queries.risks import Assessment, latest_assessments
from app.panels.selection.rules import reasons
from app.panels.selection.rules.occasions import MOST_NEAR_MISSES, Draft, Drafts, NearDraft, Occasion
from app.panels.selection.rules.proposals import Window
from app.panels.selection_rules import CaseFlow


@dataclass(frozen=True)
class OpenCase:
    """A case open on the day. Meetings of the day itself or later have not been held yet."""

    id: int
    child: int
    accepted_on: date
    recall_of: int | None
    closed_before_on: date | None
    first_meeting_on: date | None
    last_reviewed_on: date | None
    next_review_on: date | None
    born_on: date | None


# What a later meeting wrote (its review, the next one due) is not known yet.
OPEN = """
    SELECT c.id, c.child, c.accepted_on, c.recall_of, before.closed_on AS closed_before_on,
           CASE WHEN c.first_meeting_on < $3 THEN c.first_meeting_on END AS first_meeting_on,
           CASE WHEN c.last_reviewed_on < $3 THEN c.last_reviewed_on END AS last_reviewed_on,
           CASE WHEN coalesce(c.last_reviewed_on, c.first_meeting_on) < $3 THEN c.next_review_on END AS next_review_on,
           k.born_on
    FROM panel_case c JOIN child k ON k.id = c.child LEFT JOIN panel_case before ON before.id = c.recall_of
    WHERE c.panel = $1 AND c.accepted_on <= $2 AND (c.closed_on IS NULL OR c.closed_on > $2)
"""


async def by_case_flow(rule: CaseFlow, occasion: Occasion) -> Drafts:
    """Recalled first, then first meetings by acceptance, then reviews by their due date."""
    cases = await database.fetch_as(OpenCase, OPEN, occasion.panel.id, occasion.on, london_date(occasion.at))
    assessed = await latest_assessments({case.child for case in cases}, occasion.on)
    items, near = [], []
    soon_after = occasion.next_on + (occasion.next_on - occasion.on)
    for case in cases:
        risk = assessed.get(case.child)
        if case.first_meeting_on is None:
            items.append(_first_meeting(case, risk, occasion))
            continue
        due_on, why = _review_due(rule, case, risk, occasion)
        if due_on < occasion.next_on:
            items.append(_draft(case, risk, occasion, why, "review", (2, due_on, case.accepted_on), due_on))
        elif due_on < soon_after:
            near.append(NearDraft(case.child, f"{why}, after the next meeting", (due_on,)))
    near.sort(key=lambda draft: draft.order)
    return Drafts(Window(occasion.on, occasion.next_on), tuple(items), near=tuple(near[:MOST_NEAR_MISSES]))


def _first_meeting(case: OpenCase, risk: Assessment | None, occasion: Occasion) -> Draft:
    accepted = f"{reasons.full_day(case.accepted_on)}, no initial meeting yet"
    if case.recall_of is None:
        return _draft(
            case,
            risk,
            occasion,
            f"referral met the threshold on {accepted}",
            "initial",
            (1, case.accepted_on),
        )
    closed = f", closed on {reasons.full_day(case.closed_before_on)}" if case.closed_before_on else ""
    return _draft(
        case,
        risk,
        occasion,
        f"recalled: a new referral met the threshold on {accepted} (earlier case{closed})",
        "recalled",
        (0, case.accepted_on),
    )


def _review_due(
    rule: CaseFlow, case: OpenCase, risk: Assessment | None, occasion: Occasion
) -> tuple[date, str]:
    if case.next_review_on is not None:
        return case.next_review_on, f"review due on {reasons.full_day(case.next_review_on)}, as was agreed"
    last = case.last_reviewed_on or case.first_meeting_on
    assert last is not None
    is_top = risk is not None and occasion.scales.is_top(risk.level, risk.assessed_on, occasion.on)
    weeks = rule.top_risk_weeks if is_top else rule.review_weeks
    due_on = last + timedelta(weeks=weeks)
    at_top = f" at {risk.level} risk" if is_top and risk else ""
    return due_on, (
        f"review due on {reasons.full_day(due_on)}: {weeks} weeks{at_top} after the meeting on {reasons.full_day(last)}"
    )


def _draft(
    case: OpenCase,
    risk: Assessment | None,
    occasion: Occasion,
    reason: str,
    stage: str,
    order: tuple[Any, ...],
    due_on: date | None = None,
) -> Draft:
    facts: dict[str, Any] = {"stage": stage, "accepted_on": case.accepted_on.isoformat()}
    if due_on is not None:
        facts["review_due_on"] = due_on.isoformat()
    if risk is not None:
        facts |= risk.facts
    if case.born_on is not None and age_on(case.born_on, occasion.on) >= 18:
        facts |= {"transition": True, "age": age_on(case.born_on, occasion.on)}
        reason += f"; {facts['age']} at this meeting: note the transition to adult services"
    return Draft(case.child, reason, (*order, case.id), (), facts, case.id)
