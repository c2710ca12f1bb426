"""Convenes a meeting about one child, or leaves its trigger off with a reason."""

from datetime import datetime

import asyncpg

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, Invisible, MovedOn
from app.panels.convening.queries import left_off_by_id, planned_meetings
from app.panels.convening.rules import Called
from app.panels.meetings.changes import Plan, plan_meeting
from app.panels.standing.rules import scope_of
from app.panels.terms.rules import StandingPanel


async def convene(
    who: Identity,
    panel: StandingPanel,
    called: Called,
    plan: Plan,
    *,
    address: str,
    now: datetime,
    submission_key: str | None = None,
) -> int:
    """Plans the meeting that a child's episodes call for, and notes which episode did. Returns its id.

    Raises Forbidden, Refused by field, or MovedOn when somebody planned one about this child just before.
    """
    async with database.transaction():
        await _take_panel(panel.id, submission_key)
        if await planned_meetings(panel.id, called.child_id):
            raise MovedOn("Somebody has planned a meeting about this child already. Nothing was changed.")
        meeting_id = await plan_meeting(
            who,
            panel,
            plan,
            child_id=called.child_id,
            address=address,
            now=now,
            submission_key=submission_key,
        )
        # also where the meeting comes so late that the rule itself would not list the child any more
        await database.execute(
            "UPDATE meeting SET trigger_episode = $2 WHERE id = $1", meeting_id, called.trigger_episode
        )
    return meeting_id


async def leave_trigger_off(
    who: Identity,
    panel: StandingPanel,
    called: Called,
    *,
    reason: str,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Notes that nobody meets about these episodes, and why; only a later episode calls for a meeting again.

    Raises Forbidden, or MovedOn when a meeting was planned or the trigger left off just before.
    """
    _require_planner(who, panel)
    async with database.transaction():
        await _take_panel(panel.id, submission_key)
        if await planned_meetings(panel.id, called.child_id):
            raise MovedOn("Somebody has planned a meeting about this child. Cancel that one first.")
        try:
            await database.execute(
                "INSERT INTO not_convened (panel, child, trigger_episode, answers_until, reason, decided_by, "
                "decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                panel.id,
                called.child_id,
                called.trigger_episode,
                called.answers_until,
                reason.strip(),
                who.person_id,
                now,
            )
        except asyncpg.UniqueViolationError as problem:
            raise MovedOn("Somebody has left this child off already. Nothing was changed.") from problem
        await _note(who, panel, "trigger left off", called.child_id, now, submission_key, reason.strip())


async def take_leaving_off_back(
    who: Identity,
    panel: StandingPanel,
    left_off_id: int,
    *,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """The trigger calls for a meeting again. Raises Forbidden, Invisible, or MovedOn when it was taken back before."""
    _require_planner(who, panel)
    async with database.transaction():
        await _take_panel(panel.id, submission_key)
        left_off = await left_off_by_id(panel.id, left_off_id)
        if left_off is None:
            raise Invisible
        await database.execute(
            "UPDATE not_convened SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at IS NULL",
            left_off_id,
            now,
        )
        await _note(who, panel, "trigger put back", left_off.child_id, now, submission_key)


def _require_planner(who: Identity, panel: StandingPanel) -> None:
    if not permits(who, Permission.PLAN_MEETING, scope_of(panel.id)):
        raise Forbidden(Permission.PLAN_MEETING)


async def _take_panel(panel_id: int, submission_key: str | None) -> None:
    """One after the other: two who press at once make one meeting."""
    await database.execute("SELECT FROM panel WHERE id = $1 FOR UPDATE", panel_id)
    await refuse_second(submission_key)


async def _note(
    who: Identity,
    panel: StandingPanel,
    kind: str,
    child_id: int,
    now: datetime,
    submission_key: str | None,
    reason: str = "",
) -> None:
    await record(
        who.person_id,
        kind,
        "panel",
        [panel.id],
        now=now,
        children=[child_id],
        details={"reason": reason} if reason else {},
        submission_key=submission_key,
    )
