"""Closing a case by hand, between meetings, and reopening one that was closed by mistake. One verb each."""

from datetime import date, datetime

import asyncpg

from app import database
from app.access import Identity, Permission
from app.history.changes import record, refuse_second
from app.lifecycle import MovedOn
from app.london import london_date
from app.panels.cases.changes import ABOUT, refuse_stale
from app.panels.cases.closing.queries import open_matters
from app.panels.cases.queries import case_for, has_later_case, latest_level
from app.panels.cases.rules import CaseFacts, Decision, check_move


async def close_by_hand(
    who: Identity,
    case_id: int,
    version: int,
    *,
    closed_on: date,
    reason: str,
    rationale: str,
    despite: str,
    now: datetime,
    submission_key: str | None = None,
) -> CaseFacts:
    """Closes an open case without a meeting, which therefore counts as no review.

    Raises Invisible, Forbidden, MovedOn, AlreadySubmitted, or Refused with sentences by field.
    """
    today = london_date(now)
    async with database.transaction():
        case = await case_for(who, case_id, Permission.DECIDE_CASE, lock=True)
        await refuse_second(submission_key)
        matters = (await open_matters(who, case.panel_id, {case.child_id: closed_on}, today))[case.child_id]
        decision = Decision(
            case.accepted_on,
            closed_on,
            closure_reason=reason,
            rationale=rationale,
            in_the_way=matters.count,
            despite=despite,
            today=today,
            met_on=case.last_reviewed_on,
        )
        if case.closed_on is None:
            await refuse_stale(case, version)
        check_move("close", who, case, decision)
        await database.execute(
            "UPDATE panel_case SET closed_on = $2, closure_reason = $3, closure_rationale = $4, closed_despite = $5, "
            "closed_by = $6, risk_at_close = $7, next_review_on = NULL, version = version + 1 WHERE id = $1",
            case_id,
            closed_on,
            reason,
            rationale.strip(),
            despite.strip() if matters.count else "",
            who.person_id,
            await latest_level(case.child_id, closed_on),
        )
        await record(
            who.person_id,
            "case closed",
            ABOUT,
            [case_id],
            now=now,
            children=[case.child_id],
            details={"reason": reason, "closed_on": closed_on, "still_open": matters.words},
            submission_key=submission_key,
        )
    return case


async def reopen_case(
    who: Identity,
    case_id: int,
    version: int,
    *,
    rationale: str,
    next_review_on: date | None,
    now: datetime,
    submission_key: str | None = None,
) -> CaseFacts:
    """Takes a closure back that was a mistake: the same case goes on, as if it had not been closed. Not a recall.

    Raises Invisible, Forbidden, MovedOn, AlreadySubmitted, or Refused: also where the child has a later case here.
    """
    today = london_date(now)
    async with database.transaction():
        case = await case_for(who, case_id, Permission.DECIDE_CASE, lock=True)
        await refuse_second(submission_key)
        decision = Decision(
            case.accepted_on,
            today,
            rationale=rationale,
            next_review_on=next_review_on,
            has_later_case=await has_later_case(case),
        )
        if case.closed_on is not None:
            await refuse_stale(case, version)
        check_move("reopen", who, case, decision)
        try:
            await database.execute(
                "UPDATE panel_case SET closed_on = NULL, closure_reason = '', closure_rationale = '', "
                "closed_despite = '', closed_by = NULL, risk_at_close = '', next_review_on = $2, "
                "version = version + 1 WHERE id = $1",
                case_id,
                next_review_on,
            )
        except asyncpg.UniqueViolationError as problem:
            raise MovedOn(
                "Another case of this child was opened here meanwhile. Nothing was changed."
            ) from problem
        await record(
            who.person_id,
            "case reopened",
            ABOUT,
            [case_id],
            now=now,
            children=[case.child_id],
            details={
                "rationale": rationale.strip(),
                "was_closed_on": case.closed_on,
                "reason": case.closure_reason,
            },
            submission_key=submission_key,
        )
    return case
