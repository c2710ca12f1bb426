"""Handing an action over: the new owner is told, the old one can follow it, nothing of before is lost."""

from dataclasses import dataclass
from datetime import datetime

from app import database
from app.access import Identity
from app.actions.handing_over.queries import colleagues_for
from app.actions.handing_over.rules import NOT_A_COLLEAGUE, Colleague, handed_over_mail, taken_off_mail
from app.actions.holding.queries import holders_of
from app.actions.holding.rules import COVER, HOLDER, OWNER, Candidate
from app.actions.queries import ListedAction, action_for, action_to_update
from app.actions.rules import LIFECYCLE, UpdateFacts, is_open
from app.actions.timeline.queries import who_was_first
from app.history.changes import record, refuse_second
from app.lifecycle import MovedOn, Refused
from app.outbox.changes import write_message

NAMED = (OWNER, HOLDER, COVER)


@dataclass(frozen=True)
class Handover:
    """To whom, why, and the version of the action that the person had before them."""

    to_id: int | None
    reason: str
    version: int


async def hand_over(
    who: Identity,
    action_id: int,
    handover: Handover,
    *,
    now: datetime,
    base_url: str,
    submission_key: str | None = None,
) -> Colleague:
    """Gives the action to a colleague and returns who that is; it waits for them to acknowledge it.

    Raises Invisible, Forbidden, Refused by field, MovedOn (somebody was first) and AlreadySubmitted.
    """
    async with database.transaction():
        # asked first: once given away it may no longer be this person's
        await refuse_second(submission_key)
        action = await action_to_update(who, action_id)
        await database.execute("SELECT FROM action WHERE id = $1 FOR UPDATE", action_id)
        await refuse_second(submission_key)
        action = await action_for(who, action_id)
        if action.version != handover.version or not is_open(action.status):
            raise MovedOn(await who_was_first(action_id))
        found = {colleague.id: colleague for colleague in await colleagues_for(action)}
        chosen = found.get(handover.to_id) if handover.to_id is not None else None
        _check(who, action, handover, chosen)
        assert chosen is not None
        before = (await holders_of([action.id]))[action.id]
        await _write(who, action, handover, chosen, now)
        await record(
            who.person_id,
            "action handed over",
            "action",
            [action.id],
            now=now,
            children=[action.child_id] if action.child_id is not None else [],
            details={"from": action.owner_id, "to": chosen.id},
            submission_key=submission_key,
        )
        await _tell_both(who, action, chosen, before, base_url, now)
        return chosen


def _check(who: Identity, action: ListedAction, handover: Handover, chosen: Colleague | None) -> None:
    errors = {}
    if chosen is None:
        errors["to"] = NOT_A_COLLEAGUE if handover.to_id is not None else "Choose who takes this over"
    try:
        LIFECYCLE.check("hand-over", action.status, who, action.scope, UpdateFacts(handover.reason))
    except Refused as problem:
        errors["reason"] = problem.sentence
    if errors:
        raise Refused(next(iter(errors.values())), errors)


async def _write(
    who: Identity, action: ListedAction, handover: Handover, chosen: Colleague, now: datetime
) -> None:
    await database.execute(
        "UPDATE action SET owner = $2, post = NULL, status = $3, version = version + 1 WHERE id = $1",
        action.id,
        chosen.id,
        LIFECYCLE.move("hand-over").target,
    )
    await database.execute(
        "INSERT INTO action_handover (action, person, made_at, from_owner, from_post, to_owner, reason) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        action.id,
        who.person_id,
        now,
        action.owner_id,
        action.post_id,
        chosen.id,
        handover.reason.strip(),
    )


async def _tell_both(
    who: Identity,
    action: ListedAction,
    chosen: Colleague,
    before: list[Candidate],
    base_url: str,
    now: datetime,
) -> None:
    """The new owner, and whoever had it by name; where nobody was named it leaves nobody's list."""
    if chosen.id != who.person_id:
        await _tell(chosen.id, chosen.email, handed_over_mail(action.id, action.due_on, base_url), now)
    for holder in before:
        if holder.stands_as in NAMED and holder.person_id not in (who.person_id, chosen.id):
            await _tell(holder.person_id, holder.email, taken_off_mail(action.id, base_url), now)


async def _tell(person_id: int, email: str, mail: tuple[str, str], now: datetime) -> None:
    subject, body = mail
    await write_message(person_id=person_id, recipient=email, subject=subject, body=body, now=now)
