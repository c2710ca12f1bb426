"""The one verb of a panel about an earlier action: to say at a meeting how it sees it."""

import json
from datetime import date, datetime
from typing import Any

from app import database
from app.access import Identity, Permission
from app.actions.extensions.changes import give_more_time
from app.actions.extensions.queries import waiting_extensions
from app.actions.holding.queries import holders_of
from app.actions.queries import ListedAction, action_for
from app.actions.reviewing.letters.rules import chased_mail, dropped_mail, re_set_mail
from app.actions.reviewing.owners.queries import owed_to
from app.actions.reviewing.queries import actions_to_review, earlier
from app.actions.reviewing.rules import (
    NOBODY_HEARS,
    Owed,
    Review,
    Said,
    ToReview,
    review_problems,
    settled_words,
    who_was_first,
    why_not_changed,
    why_review_waits,
)
from app.actions.reviewing.views.rules import View, settles
from app.actions.rules import LIFECYCLE, UpdateFacts, is_open
from app.actions.updates.changes import Word, set_status
from app.history.changes import record, refuse_second
from app.lifecycle import Invisible, MovedOn, Refused
from app.london import london_date
from app.minutes.queries import minutes_of
from app.minutes.rules import why_text_is_fixed
from app.outbox.changes import write_message
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts


async def review_action(
    who: Identity,
    meeting_id: int,
    action_id: int,
    said: Said,
    version: int,
    *,
    now: datetime,
    base_url: str,
    submission_key: str | None = None,
) -> None:
    """Records what this meeting says of an earlier action, and does it: drops it, or moves its date or owner.

    `version` is that of the review the form began with, 0 for none. What an earlier form of the same meeting moved is
    taken back first. Raises Refused (by field, or because it is not the time), MovedOn (somebody was first, the
    action moved since, the minutes are no draft any more), Invisible, Forbidden and AlreadySubmitted.
    """
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id, Permission.ISSUE_ACTION)
        await action_for(who, action_id)
        await database.execute("SELECT FROM action WHERE id = $1 FOR UPDATE", action_id)
        minutes = await minutes_of(meeting_id, lock=True)
        await refuse_second(submission_key)
        _require_its_time(meeting, minutes.status, now)
        before = await _met(who, meeting, action_id, version)
        if before.review is not None:
            await _take_back(before, said)
        action = await action_for(who, action_id)
        owed, owner_problem = await owed_to(said.owner, meeting.panel_id)
        was = before.review
        dropped = was is not None and was.view == View.DROPPED
        problems = review_problems(
            said, earlier(action), london_date(meeting.starts_at), owner_problem, dropped
        )
        if problems:
            raise Refused(next(iter(problems.values())), problems)
        changed = await _do(who, action, said, owed, now)
        if owed is not None and said.view == View.RE_SET and not (await holders_of([action_id]))[action_id]:
            raise Refused(NOBODY_HEARS, {"owner": NOBODY_HEARS})
        await _keep(who, meeting, action, before.review, said, changed, now)
        await record(
            who.person_id,
            "action reviewed",
            "action",
            [action.id],
            now=now,
            children=[action.child_id] if action.child_id is not None else [],
            details={"meeting": meeting_id, "view": said.view},
            submission_key=submission_key,
        )
        if was is None or was.view != said.view or (was.changed != changed and not dropped):
            await _tell(who, action.id, said, now, base_url)


def _require_its_time(meeting: MeetingFacts, minutes_status: str, now: datetime) -> None:
    fixed = why_text_is_fixed(minutes_status, meeting.status)
    waits = why_review_waits(meeting.status, meeting.starts_at, now, fixed)
    if waits and meeting.status == "planned":
        raise Refused(waits)
    if waits:
        raise MovedOn(waits)


async def _met(who: Identity, meeting: MeetingFacts, action_id: int, version: int) -> ToReview:
    """The action as this meeting meets it. Raises Invisible where it does not, MovedOn where somebody was first."""
    found = await actions_to_review(who, meeting, action_id)
    if not found:
        raise Invisible
    if found[0].settled_at is not None:
        raise MovedOn(settled_words(found[0].settled_at))
    review = found[0].review
    if review is not None and review.version != version:
        raise MovedOn(who_was_first(review))
    if review is None and version:
        raise MovedOn("This was changed while you were at it. Reload the page, then record it again.")
    return found[0]


async def _take_back(before: ToReview, said: Said) -> None:
    """Puts back the date and the owner that this meeting had set, as long as nobody moved the action since."""
    review = before.review
    assert review is not None
    problem = why_not_changed(review, before.action, said)
    if problem:
        raise MovedOn(problem)
    if not ({"due_before", "owed_before"} & review.changed.keys()):
        return
    owed = review.changed.get("owed_before")
    await database.execute(
        "UPDATE action SET due_on = coalesce($2, due_on), owner = CASE WHEN $3 THEN $4 ELSE owner END, "
        "post = CASE WHEN $3 THEN $5 ELSE post END, agency = CASE WHEN $3 THEN $6 ELSE agency END, "
        "status = CASE WHEN $3 AND status = 'issued' THEN $7 ELSE status END, version = version + 1 WHERE id = $1",
        review.action_id,
        review.due_before,
        owed is not None,
        owed["owner"] if owed else None,
        owed["post"] if owed else None,
        owed["agency"] if owed else None,
        review.changed.get("status_before", "issued"),
    )


async def _do(
    who: Identity, action: ListedAction, said: Said, owed: Owed | None, now: datetime
) -> dict[str, Any]:
    """Does what was said to the action; returns what changed, with what was there before."""
    if said.view == View.DROPPED and is_open(action.status):
        move = LIFECYCLE.check("drop", action.status, who, action.scope, UpdateFacts(said.note))
        await set_status(who, action.id, move.target, Word(move.name, said.note, action.version), now)
        return {"status_before": action.status}
    if said.view != View.RE_SET:
        return {}
    changed: dict[str, Any] = {}
    if said.due_on is not None and said.due_on != action.due_on:
        changed |= {"due_on": said.due_on.isoformat(), "due_before": action.due_on.isoformat()}
        await _move_due_date(who, action, said.due_on, said.note, now)
    if owed is not None:
        move = LIFECYCLE.check("give-to-another", action.status, who, action.scope, UpdateFacts(said.note))
        changed |= {
            "owed": owed.kept,
            "owed_before": earlier(action).owed.kept,
            "status_before": action.status,
        }
        await database.execute(
            "UPDATE action SET owner = $2, post = $3, agency = $4, status = $5, version = version + 1 WHERE id = $1",
            action.id,
            owed.owner_id,
            owed.post_id,
            owed.agency_id,
            move.target,
        )
    return changed


async def _move_due_date(who: Identity, action: ListedAction, until: date, note: str, now: datetime) -> None:
    """A request for more time that waits is answered by what the panel sets."""
    if action.id in await waiting_extensions([action.id]):
        await give_more_time(who, action, until, note, now=now)
        return
    await database.execute(
        "UPDATE action SET due_on = $2, version = version + 1 WHERE id = $1", action.id, until
    )


async def _keep(
    who: Identity,
    meeting: MeetingFacts,
    action: ListedAction,
    before: Review | None,
    said: Said,
    changed: dict[str, Any],
    now: datetime,
) -> None:
    """Writes the review; a dropped action keeps how it stood when it was dropped."""
    stays = before is not None and before.view == View.DROPPED
    await database.execute(
        "INSERT INTO action_review (action, meeting, view, note, stood, changed, settles, reviewed_by, reviewed_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (action, meeting) DO UPDATE SET "
        "view = excluded.view, note = excluded.note, stood = excluded.stood, changed = excluded.changed, "
        "settles = excluded.settles, reviewed_by = excluded.reviewed_by, reviewed_at = excluded.reviewed_at, "
        "version = action_review.version + 1",
        action.id,
        meeting.id,
        said.view,
        said.note.strip(),
        json.dumps(before.stood if stays and before else earlier(action).kept),
        json.dumps(before.changed if stays and before else changed),
        settles(said.view, action.status),
        who.person_id,
        now,
    )


async def _tell(who: Identity, action_id: int, said: Said, now: datetime, base_url: str) -> None:
    """Tells whoever the action is with now what the panel wants of it."""
    if said.view == View.CHASED:
        subject, body = chased_mail(action_id, base_url)
    elif said.view == View.DROPPED:
        subject, body = dropped_mail(action_id, base_url)
    elif said.view == View.RE_SET:
        due_on = await database.fetch_value("SELECT due_on FROM action WHERE id = $1", action_id)
        subject, body = re_set_mail(action_id, due_on, base_url)
    else:
        return
    for holder in (await holders_of([action_id]))[action_id]:
        if holder.person_id != who.person_id:
            await write_message(
                person_id=holder.person_id, recipient=holder.email, subject=subject, body=body, now=now
            )
