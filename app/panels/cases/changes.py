"""What a meeting decides on a case: closed, or reviewed and kept open. The verb that calls writes the history."""

from datetime import date

from app import database
from app.access import Identity
from app.lifecycle import Invisible, MovedOn
from app.panels.cases.queries import case_facts
from app.panels.cases.rules import CASE, CaseFacts, Decision


async def close_case(
    who: Identity, case_id: int, *, closed_on: date, reason: str, risk_at_close: str = ""
) -> None:
    """Closes an open case on the day of the meeting, which also counts as its review.

    Joins the caller's transaction. Raises Invisible, Forbidden, Refused, or MovedOn when it was closed before.
    """
    case = await _case(case_id)
    decision = Decision(case.accepted_on, closed_on, closure_reason=reason)
    CASE.check("close", case.status, who, case.scope, decision)
    _guard(
        await database.fetch_value(
            "UPDATE panel_case SET closed_on = $2, closure_reason = $3, risk_at_close = $4, next_review_on = NULL, "
            "first_meeting_on = coalesce(first_meeting_on, $2), "
            "last_reviewed_on = greatest(last_reviewed_on, $2), version = version + 1 "
            "WHERE id = $1 AND closed_on IS NULL RETURNING id",
            case_id,
            closed_on,
            reason,
            risk_at_close,
        )
    )


async def record_review(
    who: Identity, case_id: int, *, reviewed_on: date, next_review_on: date | None
) -> None:
    """Notes that a meeting looked at an open case and kept it open; its first meeting is the initial one.

    Joins the caller's transaction. Raises Invisible, Forbidden, Refused, or MovedOn when the case is closed.
    """
    case = await _case(case_id)
    decision = Decision(case.accepted_on, reviewed_on, next_review_on=next_review_on)
    CASE.check("keep open", case.status, who, case.scope, decision)
    _guard(
        await database.fetch_value(
            "UPDATE panel_case SET first_meeting_on = coalesce(first_meeting_on, $2), "
            "last_reviewed_on = greatest(last_reviewed_on, $2), next_review_on = $3, version = version + 1 "
            "WHERE id = $1 AND closed_on IS NULL RETURNING id",
            case_id,
            reviewed_on,
            next_review_on,
        )
    )


async def _case(case_id: int) -> CaseFacts:
    case = await case_facts(case_id)
    if case is None:
        raise Invisible
    return case


def _guard(updated: int | None) -> None:
    if updated is None:
        raise MovedOn("This case has been closed meanwhile. Nothing was changed.")
