"""The verb of an action's owner: to say how it stands. Due dates and owners move elsewhere."""

from dataclasses import dataclass
from datetime import datetime

from app import database
from app.access import Identity, Permission, permits
from app.actions.queries import ListedAction, action_for
from app.actions.rules import FINISHED, HISTORY_KINDS, LIFECYCLE, UpdateFacts
from app.actions.timeline.queries import who_was_first
from app.history.changes import record
from app.lifecycle import MovedOn
from app.london import london_date


@dataclass(frozen=True)
class Word:
    """What a person says of an action: the move, a note, and the version that they had before them."""

    move: str
    note: str
    version: int


async def update_action(
    who: Identity, action_id: int, word: Word, *, now: datetime, submission_key: str | None = None
) -> ListedAction:
    """Moves the action, keeps the word on it and returns it as it stands then.

    Raises Invisible, Forbidden, Refused (a reason is missing), MovedOn (somebody was first; the message says who
    and when) and AlreadySubmitted.
    """
    async with database.transaction():
        action = await action_for(who, action_id)
        move = LIFECYCLE.move(word.move)
        # recorded first: the same form sent twice must be known as such, not be taken for a colleague's
        await record(
            who.person_id,
            HISTORY_KINDS[move.target],
            "action",
            [action.id],
            now=now,
            children=[action.child_id] if action.child_id is not None else [],
            submission_key=submission_key,
        )
        action = await action_for(who, action_id)
        if permits(who, Permission.UPDATE_ACTION, action.scope) and action.version != word.version:
            raise MovedOn(await who_was_first(action.id))
        LIFECYCLE.check(word.move, action.status, who, action.scope, UpdateFacts(word.note))
        await set_status(who, action.id, move.target, word, now)
        return await action_for(who, action_id)


async def set_status(who: Identity, action_id: int, target: str, word: Word, now: datetime) -> None:
    """Writes a move that was checked, and the word on it; the outer change records it. Raises MovedOn."""
    moved = await database.fetch_value(
        "UPDATE action SET status = $3, finished_on = $4, version = version + 1 "
        "WHERE id = $1 AND version = $2 AND status IN ('issued', 'acknowledged', 'in-progress') RETURNING id",
        action_id,
        word.version,
        target,
        london_date(now) if target in FINISHED else None,
    )
    if moved is None:
        raise MovedOn(await who_was_first(action_id))
    await database.execute(
        "INSERT INTO action_update (action, person, status, note, made_at) VALUES ($1, $2, $3, $4, $5)",
        action_id,
        who.person_id,
        target,
        word.note.strip(),
        now,
    )
