"""What a meeting decides on a case: closed, or reviewed and kept open. The verb that calls writes the history."""

from datetime import date

from app import database
from app.access import Identity
from app.episodes.queries import last_changed_by
from app.lifecycle import Invisible, MovedOn
from app.panels.cases.closing.queries import open_matters
from app.panels.cases.queries import case_facts, reopened_on
from app.panels.cases.rules import CaseFacts, Decision, check_move

ABOUT = "panel case"


async def close_case(
    who: Identity,
    case_id: int,
    *,
    closed_on: date,
    reason: str,
    rationale: str,
    today: date,
    despite: str = "",
    risk_at_close: str = "",
) -> None:
    """Closes an open case on the day of the meeting, which also counts as its review.

    Joins the caller's transaction. Raises Invisible, Forbidden, MovedOn when it was closed before, or Refused: also
    where something is still open and no word says why the case is closed in spite of it.
    """
    case = await _case(case_id)
    matters = (await open_matters(who, case.panel_id, {case.child_id: closed_on}, today))[case.child_id]
    decision = Decision(
        case.accepted_on,
        closed_on,
        closure_reason=reason,
        rationale=rationale,
        in_the_way=matters.count,
        despite=despite,
        reopened_on=await reopened_on(case.id),
    )
    check_move("close", who, case, decision)
    _guard(
        await database.fetch_value(
            "UPDATE panel_case SET closed_on = $2, closure_reason = $3, risk_at_close = $4, closure_rationale = $5, "
            "closed_despite = $6, closed_by = $7, next_review_on = NULL, "
            "first_meeting_on = coalesce(first_meeting_on, $2), "
            "last_reviewed_on = greatest(last_reviewed_on, $2), version = version + 1 "
            "WHERE id = $1 AND closed_on IS NULL RETURNING id",
            case_id,
            closed_on,
            reason,
            risk_at_close,
            rationale.strip(),
            despite.strip() if matters.count else "",
            who.person_id,
        )
    )


async def record_review(
    who: Identity, case_id: int, *, reviewed_on: date, next_review_on: date | None
) -> None:
    """Notes that a meeting looked at an open case and kept it open; its first meeting is the initial one.

    Joins the caller's transaction. Raises Invisible, Forbidden, Refused, or MovedOn when the case is closed.
    """
    case = await _case(case_id)
    check_move("keep open", who, case, Decision(case.accepted_on, reviewed_on, next_review_on=next_review_on))
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


async def refuse_stale(case: CaseFacts, version: int) -> None:
    """Raises MovedOn, naming who was first, where a locked case is no longer the one that was on the screen."""
    if case.version == version:
        return
    by = await last_changed_by(ABOUT, case.id) or "Someone, or a meeting’s minutes,"
    raise MovedOn(
        f"{by} changed this case while you were reading it. Nothing of yours was saved; look again."
    )


async def _case(case_id: int) -> CaseFacts:
    case = await case_facts(case_id)
    if case is None:
        raise Invisible
    return case


def _guard(updated: int | None) -> None:
    if updated is None:
        raise MovedOn("This case has been closed meanwhile. Nothing was changed.")
