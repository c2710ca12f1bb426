"""Passes a case on: closed here as transferred and opened there, in one transaction. One verb."""

from datetime import date, datetime

import asyncpg

from app import database
from app.access import Identity, Permission, SeatRole
from app.history.changes import record, refuse_second
from app.lifecycle import Refused
from app.london import london_date
from app.outbox.changes import write_message
from app.panels.cases.changes import ABOUT, refuse_stale
from app.panels.cases.moving.rules import WAYS, came_mail
from app.panels.cases.queries import case_for, latest_level, targets_for
from app.panels.cases.rules import CaseFacts, Decision, Target, check_move
from app.panels.standing.queries import seats_on
from app.panels.terms.queries import standing_panel_by_id


async def pass_on(
    who: Identity,
    case_id: int,
    version: int,
    *,
    way: str,
    target_id: int,
    rationale: str,
    next_review_on: date | None,
    now: datetime,
    base_url: str,
    submission_key: str | None = None,
) -> int:
    """Steps a case down (`way` step-down) or transfers it; returns the id of the case that goes on there.

    The referral stays the one that opened the first case, so no figure counts another. Raises Invisible, Forbidden,
    MovedOn, AlreadySubmitted, or Refused with sentences by field: also where the child has an open case there.
    """
    today = london_date(now)
    async with database.transaction():
        case = await case_for(who, case_id, Permission.DECIDE_CASE, lock=True)
        await refuse_second(submission_key)
        panel = await standing_panel_by_id(case.panel_id)
        assert panel is not None, "a case is always of a panel"
        target = next((one for one in await targets_for(case) if one.panel_id == target_id), None)
        decision = Decision(
            case.accepted_on,
            today,
            rationale=rationale,
            next_review_on=next_review_on,
            today=today,
            met_on=case.last_reviewed_on,
            panel_id=case.panel_id,
            panel_kind=panel.kind.slug,
            target=target,
        )
        if case.closed_on is None:
            await refuse_stale(case, version)
        check_move(WAYS[way], who, case, decision)
        assert target is not None
        level = await latest_level(case.child_id, today)
        await _close_here(who, case, today, rationale.strip(), level)
        opened = await _open_there(case, target, way, today, level, next_review_on)
        await record(
            who.person_id,
            "case stepped down" if way == "step-down" else "case transferred",
            ABOUT,
            [case_id, opened],
            now=now,
            children=[case.child_id],
            details={"to": target_id, "rationale": rationale.strip()},
            submission_key=submission_key,
        )
        subject, body = came_mail(target.name, opened, base_url, way == "step-down")
        for seat in await seats_on(target_id):
            if seat.role in (SeatRole.CHAIR, SeatRole.VICE_CHAIR) and seat.person_id != who.person_id:
                await write_message(
                    person_id=seat.person_id, recipient=seat.email, subject=subject, body=body, now=now
                )
    return opened


async def _close_here(who: Identity, case: CaseFacts, today: date, rationale: str, level: str) -> None:
    await database.execute(
        "UPDATE panel_case SET closed_on = $2, closure_reason = 'transferred', closure_rationale = $3, closed_by = $4, "
        "risk_at_close = $5, next_review_on = NULL, version = version + 1 WHERE id = $1",
        case.id,
        today,
        rationale,
        who.person_id,
        level,
    )


OPEN_THERE = """
    INSERT INTO panel_case (panel, child, referral, recall_of, accepted_on, risk_at_start, next_review_on, came_from,
                            came_by)
    SELECT $2, k.child, k.referral,
           (SELECT b.id FROM panel_case b WHERE b.panel = $2 AND b.child = k.child
            ORDER BY b.accepted_on DESC, b.id DESC LIMIT 1),
           $3, $4, $5, k.id, $6
    FROM panel_case k WHERE k.id = $1 RETURNING id
"""


async def _open_there(
    case: CaseFacts, target: Target, way: str, today: date, level: str, next_review_on: date | None
) -> int:
    try:
        opened: int = await database.fetch_value(
            OPEN_THERE, case.id, target.panel_id, today, level, next_review_on, way
        )
    except asyncpg.UniqueViolationError as problem:
        sentence = f"A case of this child was opened on {target.name} a moment ago. Look again."
        raise Refused(sentence, {"target": sentence}) from problem
    return opened
