"""One word on several actions, all or none; each keeps its own entry in the record."""

from collections import defaultdict
from datetime import date, datetime

from app import database
from app.access import Identity
from app.actions.extensions.changes import give_more_time
from app.actions.holding.queries import holders_of
from app.actions.queries import ListedAction
from app.actions.rules import HISTORY_KINDS, LIFECYCLE, is_open
from app.actions.several.queries import chosen_actions
from app.actions.several.rules import (
    MORE_TIME,
    Several,
    SomeMoved,
    dates_problem,
    more_time_mail,
    several_problems,
)
from app.actions.timeline.queries import who_was_first
from app.actions.updates.changes import Word, set_status
from app.history.changes import record, refuse_second
from app.lifecycle import Refused
from app.london import london_date
from app.outbox.changes import write_message


async def update_several(
    who: Identity, several: Several, *, now: datetime, base_url: str, submission_key: str | None = None
) -> int:
    """Says the same of all chosen actions and returns how many there are.

    Raises Invisible, Forbidden, Refused by field, SomeMoved (naming those that changed meanwhile; none is changed
    then) and AlreadySubmitted.
    """
    problems = several_problems(several)
    if problems:
        raise Refused(next(iter(problems.values())), problems)
    async with database.transaction():
        ids = sorted(several.versions)
        await database.fetch("SELECT id FROM action WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE", ids)
        await refuse_second(_key(submission_key, ids[0]))
        actions = await chosen_actions(who, ids)
        await refuse_moved(several, actions)
        await _refuse_dates(several, actions, now)
        for action in actions:
            await _update(who, action, several, now, _key(submission_key, action.id))
        if several.move == MORE_TIME and several.until is not None:
            await _tell(who, ids, several.until, base_url, now)
        return len(actions)


async def refuse_moved(several: Several, actions: list[ListedAction]) -> None:
    """Raises SomeMoved when one of them is not as the person had it before them."""
    moved = [a.id for a in actions if a.version != several.versions[a.id] or not is_open(a.status)]
    if moved:
        raise SomeMoved({action_id: await who_was_first(action_id) for action_id in moved})


async def _refuse_dates(several: Several, actions: list[ListedAction], now: datetime) -> None:
    if several.move != MORE_TIME or several.until is None:
        return
    problem = dates_problem(several.until, {a.id: a.due_on for a in actions}, london_date(now))
    if problem:
        raise Refused(problem, {"until": problem})


async def _update(
    who: Identity, action: ListedAction, several: Several, now: datetime, submission_key: str | None
) -> None:
    if several.move == MORE_TIME:
        assert several.until is not None
        kind = "more time given"
        await give_more_time(who, action, several.until, several.note, now=now)
    else:
        move = LIFECYCLE.move(several.move)
        kind = HISTORY_KINDS[move.target]
        await set_status(who, action.id, move.target, Word(move.name, several.note, action.version), now)
    await record(
        who.person_id,
        kind,
        "action",
        [action.id],
        now=now,
        children=[action.child_id] if action.child_id is not None else [],
        details={"together_with": len(several.versions) - 1},
        submission_key=submission_key,
    )


async def _tell(who: Identity, ids: list[int], until: date, base_url: str, now: datetime) -> None:
    """One message per person, however many of theirs got more time."""
    theirs: dict[tuple[int, str], list[int]] = defaultdict(list)
    for action_id, holders in (await holders_of(ids)).items():
        for holder in holders:
            theirs[holder.person_id, holder.email].append(action_id)
    for (person_id, email), action_ids in sorted(theirs.items()):
        if person_id != who.person_id:
            subject, body = more_time_mail(action_ids, until, base_url)
            await write_message(person_id=person_id, recipient=email, subject=subject, body=body, now=now)


def _key(submission_key: str | None, action_id: int) -> str | None:
    return f"{submission_key}-{action_id}" if submission_key else None
