"""Asking for more time, and deciding about it. A due date moves by a decision alone; the first one stays."""

from dataclasses import dataclass
from datetime import date, datetime

from app import database
from app.access import Identity, Permission, permits
from app.actions.extensions.queries import extension_of, waiting_extensions
from app.actions.extensions.rules import (
    GRANTED,
    NO,
    REFUSED,
    YES,
    ExtensionFacts,
    already_answered,
    already_waits,
    answered_mail,
    answering_problems,
    asking_problems,
)
from app.actions.holding.queries import holders_of
from app.actions.queries import ListedAction, action_for
from app.actions.rules import is_open
from app.actions.timeline.queries import who_was_first
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, MovedOn, Refused
from app.london import london_date
from app.outbox.changes import write_message
from app.people.queries import person_for


@dataclass(frozen=True)
class Decision:
    """What the panel's lead says: `answer` is yes, other (then with a date) or no."""

    answer: str
    other: date | None
    note: str


async def ask_for_more_time(
    who: Identity, action_id: int, until: date, why: str, *, now: datetime, submission_key: str | None = None
) -> None:
    """Puts the request before the panel's leads; nothing moves yet.

    Raises Invisible, Forbidden, MovedOn (it is finished; the message says who finished it), Refused (by field, or
    because a request waits already) and AlreadySubmitted.
    """
    async with database.transaction():
        action = await _taken(who, action_id, Permission.UPDATE_ACTION, submission_key)
        waiting = (await waiting_extensions([action.id])).get(action.id)
        if waiting is not None:
            raise Refused(already_waits(waiting))
        problems = asking_problems(until, why, action.due_on, london_date(now))
        if problems:
            raise Refused(next(iter(problems.values())), problems)
        await database.execute(
            "INSERT INTO action_extension (action, asked_by, asked_at, asked_for, due_on_then, why) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            action.id,
            who.person_id,
            now,
            until,
            action.due_on,
            why.strip(),
        )
        await record(
            who.person_id,
            "more time asked for",
            "action",
            [action.id],
            now=now,
            children=_children(action),
            details={"until": until},
            submission_key=submission_key,
        )


async def decide_more_time(
    who: Identity,
    action_id: int,
    extension_id: int,
    decision: Decision,
    *,
    now: datetime,
    base_url: str,
    submission_key: str | None = None,
) -> date | None:
    """Answers a request and tells the owner; returns the new due date, None where it stays.

    Raises Invisible, Forbidden, MovedOn (somebody answered it, or finished the action), Refused and AlreadySubmitted.
    """
    async with database.transaction():
        action = await _taken(who, action_id, Permission.DECIDE_MORE_TIME, submission_key)
        extension = await extension_of(action, extension_id)
        if extension.answer:
            raise MovedOn(already_answered(extension))
        problems = answering_problems(
            decision.answer, decision.other, decision.note, extension, action.due_on, london_date(now)
        )
        if problems:
            raise Refused(next(iter(problems.values())), problems)
        granted = {YES: extension.asked_for, NO: None}.get(decision.answer, decision.other)
        await _answer(who, extension, granted, decision.note, now)
        await record(
            who.person_id,
            "more time given" if granted is not None else "more time refused",
            "action",
            [action.id],
            now=now,
            children=_children(action),
            details={"due_on": granted or action.due_on},
            submission_key=submission_key,
        )
        await _tell(who, action, extension, granted, base_url, now)
        return granted


async def give_more_time(
    who: Identity, action: ListedAction, until: date, note: str, *, now: datetime
) -> None:
    """More time that nobody asked for, within a change of several actions, whose history entry it writes itself.

    A request that waits on the action is answered by it. The caller holds the row.
    """
    waiting = (await waiting_extensions([action.id])).get(action.id)
    if waiting is not None:
        await _answer(who, waiting, until, note, now)
        return
    await database.execute(
        "INSERT INTO action_extension (action, asked_by, asked_at, asked_for, due_on_then, why, answer, "
        "answered_by, answered_at, granted_for, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $2, $3, $4, $6)",
        action.id,
        who.person_id,
        now,
        until,
        action.due_on,
        note.strip(),
        GRANTED,
    )
    await _move_due_date(action.id, until)


async def _taken(
    who: Identity, action_id: int, permission: Permission, submission_key: str | None
) -> ListedAction:
    """The open action, its row held until the end. Raises Invisible, Forbidden, MovedOn, AlreadySubmitted."""
    action = await action_for(who, action_id)
    if not permits(who, permission, action.scope):
        raise Forbidden(permission)
    await database.execute("SELECT FROM action WHERE id = $1 FOR UPDATE", action_id)
    await refuse_second(submission_key)
    action = await action_for(who, action_id)
    if not is_open(action.status):
        raise MovedOn(await who_was_first(action_id))
    return action


async def _answer(
    who: Identity, extension: ExtensionFacts, granted: date | None, note: str, now: datetime
) -> None:
    await database.execute(
        "UPDATE action_extension SET answer = $2, answered_by = $3, answered_at = $4, granted_for = $5, note = $6 "
        "WHERE id = $1",
        extension.id,
        GRANTED if granted is not None else REFUSED,
        who.person_id,
        now,
        granted,
        note.strip(),
    )
    if granted is not None:
        await _move_due_date(extension.action_id, granted)


async def _move_due_date(action_id: int, until: date) -> None:
    await database.execute(
        "UPDATE action SET due_on = $2, version = version + 1 WHERE id = $1", action_id, until
    )


async def _tell(
    who: Identity,
    action: ListedAction,
    extension: ExtensionFacts,
    granted: date | None,
    base_url: str,
    now: datetime,
) -> None:
    """Tells whoever the action is with now, and whoever asked."""
    asked = await person_for(extension.asked_by_id)
    told = {holder.person_id: holder.email for holder in (await holders_of([action.id]))[action.id]}
    if asked.disabled_at is None:
        told[asked.id] = asked.email
    subject, body = answered_mail(action.id, granted, action.due_on, base_url)
    for person_id, email in sorted(told.items()):
        if person_id != who.person_id:
            await write_message(person_id=person_id, recipient=email, subject=subject, body=body, now=now)


def _children(action: ListedAction) -> list[int]:
    return [action.child_id] if action.child_id is not None else []
