"""Keeping a judgement: one more row of its history, and the present category of what it judges."""

from datetime import date, datetime

from app import database
from app.access import Identity, Permission, permits
from app.actions.queries import ListedAction, action_for
from app.actions.tracking.queries import meetings_to_name
from app.actions.tracking.rules import (
    ACHIEVED,
    ACHIEVED_LATE,
    ACTION,
    RECOMMENDATION,
    Judged,
    Trackable,
    is_overruling,
    judging_problems,
)
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, Refused
from app.london import london_date


async def assess_action(
    who: Identity, action_id: int, judged: Judged, *, now: datetime, submission_key: str | None = None
) -> ListedAction:
    """Records how an action turned out, and returns it as it stands then.

    Raises Invisible, Forbidden, Refused with sentences by field, AlreadySubmitted.
    """
    async with database.transaction():
        await database.execute("SELECT FROM action WHERE id = $1 FOR UPDATE", action_id)
        action = await action_for(who, action_id)
        if not permits(who, Permission.ASSESS_ACTION, action.scope):
            raise Forbidden(Permission.ASSESS_ACTION)
        await refuse_second(submission_key)
        if judged.meeting_id is not None:
            meetings = {one.id for one in await meetings_to_name(action.panel_id, now)}
            if judged.meeting_id not in meetings:
                sentence = "Choose a meeting of this panel that has begun"
                raise Refused(sentence, {"meeting": sentence})
        await keep_judgement(who, ACTION, action.id, action, judged, now=now)
        await record(
            who.person_id,
            "action assessed",
            "action",
            [action.id],
            now=now,
            children=[action.child_id] if action.child_id is not None else [],
            details={"category": judged.category, "meeting": judged.meeting_id},
            submission_key=submission_key,
        )
        return await action_for(who, action_id)


async def keep_judgement(
    who: Identity, kind: str, about: int, one: Trackable, judged: Judged, *, now: datetime
) -> None:
    """Keeps a judgement of an action or a recommendation whose row the caller has taken.

    Raises Refused with sentences by field.
    """
    assert kind in (ACTION, RECOMMENDATION)
    today = london_date(now)
    problems = judging_problems(judged, one, today)
    if problems:
        raise Refused(next(iter(problems.values())), problems)
    overruled = is_overruling(judged, one, today)
    anticipated_on = _kept_date(judged)
    await database.execute(
        f"INSERT INTO tracking_assessment ({kind}, category, overruled, anticipated_on, words, meeting, person, "
        "assessed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        about,
        judged.category,
        overruled,
        anticipated_on,
        judged.words.strip(),
        judged.meeting_id,
        who.person_id,
        now,
    )
    # its version stays: a judgement is no word of the person who has it, and crosses none of theirs
    await database.execute(
        f"UPDATE {kind} SET tracking = $2, tracking_overruled = $3, anticipated_on = $4 WHERE id = $1",
        about,
        judged.category,
        overruled,
        anticipated_on,
    )


def _kept_date(judged: Judged) -> date | None:
    """What is achieved is anticipated no more."""
    return None if judged.category in (ACHIEVED, ACHIEVED_LATE) else judged.anticipated_on
