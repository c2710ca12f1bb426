"""Mends an action or withdraws it while nobody has taken it up; whoever it is or was with is told."""

from dataclasses import dataclass
from datetime import datetime

from app import database
from app.access import Identity
from app.actions.amending.queries import action_to_mend, taken_up
from app.actions.amending.rules import Wording, needs_nobody_at_it, what_changed, words_of_change
from app.actions.holding.queries import holders_of
from app.actions.issuing.changes import agency_among, choices_for, holders_who_hear
from app.actions.issuing.queries import ItemShown
from app.actions.issuing.rules import Agreed, Choices
from app.actions.queries import ListedAction
from app.actions.rules import HISTORY_KINDS, ISSUED, LIFECYCLE, URGENT, WITHDRAWN, UpdateFacts
from app.actions.telling.changes import tell
from app.history.changes import record, refuse_second
from app.lifecycle import MovedOn
from app.london import london_date


@dataclass(frozen=True)
class Sent:
    """What goes with a form: the version that the person had before them, its key, and where links lead."""

    version: int
    base_url: str
    submission_key: str | None = None


async def amend_action(
    who: Identity, action_id: int, agreed: Agreed, sent: Sent, *, now: datetime
) -> list[str]:
    """Writes the action as it should have been and returns what changed in words; nothing where nothing did.

    Raises Invisible, Forbidden, Refused by field, MovedOn (somebody took it up or mended it) and AlreadySubmitted.
    """
    async with database.transaction():
        action, item = await _lock(who, action_id, sent)
        chosen = await choices_for(who, item, agreed)
        before, after = _wording(action), _wording_agreed(agreed, item, chosen)
        changed = what_changed(before, after)
        if not changed:
            return []
        holders = (await holders_of([action.id]))[action.id]
        await _write(action.id, agreed, after, agency_among(chosen))
        await _note(who, action.id, ISSUED, words_of_change(before, after), now)
        children = {action.child_id, after.child_id} - {None}
        await _record(who, "action amended", action, children, sent, now, {"changed": changed})
        heard = await holders_who_hear(action.id, item, chosen)
        urgent = agreed.priority == URGENT
        await tell(item.id, action.id, holders, heard, urgent=urgent, now=now, base_url=sent.base_url)
        return changed


async def withdraw_action(who: Identity, action_id: int, reason: str, sent: Sent, *, now: datetime) -> None:
    """Takes the action back. Raises Invisible, Forbidden, Refused without a reason, MovedOn and AlreadySubmitted."""
    async with database.transaction():
        action, item = await _lock(who, action_id, sent)
        move = LIFECYCLE.check("withdraw", action.status, who, action.scope, UpdateFacts(reason))
        holders = (await holders_of([action.id]))[action.id]
        await database.execute(
            "UPDATE action SET status = $2, finished_on = $3, version = version + 1 WHERE id = $1",
            action.id,
            move.target,
            london_date(now),
        )
        await _note(who, action.id, move.target, reason.strip(), now)
        await _record(who, HISTORY_KINDS[WITHDRAWN], action, {action.child_id} - {None}, sent, now, {})
        await tell(item.id, action.id, holders, [], urgent=True, now=now, base_url=sent.base_url)


async def _lock(who: Identity, action_id: int, sent: Sent) -> tuple[ListedAction, ItemShown]:
    """The action, kept from everybody else until this change is done."""
    await action_to_mend(who, action_id)
    await database.execute("SELECT FROM action WHERE id = $1 FOR UPDATE", action_id)
    await refuse_second(sent.submission_key)
    action, item = await action_to_mend(who, action_id)
    sentence = needs_nobody_at_it(action.status, await taken_up(action_id))
    if sentence:
        raise MovedOn(sentence)
    if action.version != sent.version:
        raise MovedOn(
            f"{action.last_by or 'Somebody'} changed this action while you were writing. Nothing of yours was saved; "
            "read it again, and what you wrote below."
        )
    return action, item


def _wording(action: ListedAction) -> Wording:
    owner = action.owner_name or (action.post_name if action.post_id else action.agency_name)
    return Wording(
        action.text,
        action.why,
        owner,
        action.due_on,
        action.priority,
        action.strand,
        action.child_id,
    )


def _wording_agreed(agreed: Agreed, item: ItemShown, chosen: Choices) -> Wording:
    owner = chosen.owner or chosen.post or chosen.agency
    assert owner is not None, "an action without owner, post and agency passed the rules"
    assert agreed.due.on is not None, "an action without a due date passed the rules"
    return Wording(
        agreed.text.strip(),
        agreed.why.strip(),
        owner.name,
        agreed.due.on,
        agreed.priority,
        agreed.strand,
        item.child_id if item.child_id is not None else agreed.child_id,
    )


async def _write(action_id: int, agreed: Agreed, after: Wording, agency_id: int) -> None:
    await database.execute(
        "UPDATE action SET text = $2, why = $3, owner = $4, post = $5, agency = $6, due_on = $7, "
        "original_due_on = $7, priority = $8, strand = $9, child = $10, version = version + 1 WHERE id = $1",
        action_id,
        after.text,
        after.why,
        agreed.owner_id,
        agreed.post_id,
        agency_id,
        after.due_on,
        after.priority,
        after.strand,
        after.child_id,
    )


async def _note(who: Identity, action_id: int, status: str, note: str, now: datetime) -> None:
    await database.execute(
        "INSERT INTO action_update (action, person, status, note, made_at) VALUES ($1, $2, $3, $4, $5)",
        action_id,
        who.person_id,
        status,
        note,
        now,
    )


async def _record(
    who: Identity,
    kind: str,
    action: ListedAction,
    children: set[int | None],
    sent: Sent,
    now: datetime,
    details: dict[str, object],
) -> None:
    await record(
        who.person_id,
        kind,
        "action",
        [action.id],
        now=now,
        children=[child for child in children if child is not None],
        details=details,
        submission_key=sent.submission_key,
    )
