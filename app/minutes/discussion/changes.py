"""Saving what was said of an item. Every saved text is a new revision; no save goes over another one unseen."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from app import database
from app.access import Identity, Permission
from app.history.changes import AlreadySubmitted, record
from app.lifecycle import Invisible, MovedOn, Refused, Stale
from app.minutes.discussion.queries import Discussion, discussion_for, discussion_of
from app.minutes.discussion.rules import Said, same_words, too_long
from app.minutes.live.changes import announce
from app.minutes.marking.rules import hidden_keys, seen_by
from app.minutes.queries import item_lines, was_taken
from app.minutes.revisions.queries import revisions_since, saved_text
from app.minutes.revisions.rules import Attempt, Revision, Verdict, judge
from app.minutes.rules import why_text_is_fixed
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import hidden_items

MOST_TRIES = 5


@dataclass(frozen=True)
class Saved:
    """The version that now holds this text, and when it was saved.

    `stands`: whether these very words are what stands now; not so for an older save that came late from a page
    whose later words were saved before.
    """

    version: int
    saved_at: datetime
    stands: bool = True


async def save_discussion(
    who: Identity,
    meeting_id: int,
    item_id: int,
    attempt: Attempt,
    *,
    now: datetime,
    known: Discussion | None = None,
) -> Saved:
    """Saves a text as the next revision of its item. `known`: the item as it was read a moment before.

    Raises Stale when somebody saved another text since the attempt's base, MovedOn when the minutes can't be
    edited now, Refused with a sentence by section that is too long, Invisible and Forbidden.
    """
    problems = too_long(attempt.said.flat())
    if problems:
        raise Refused(next(iter(problems.values())), problems)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id, Permission.TAKE_MINUTES)
        status = await _held_status(who, meeting)
        for number in range(MOST_TRIES):
            stored = known if known and number == 0 else await discussion_for(who, meeting_id, item_id)
            saved = await _try(attempt, meeting, stored, status, now)
            if saved is not None:
                break
        else:
            raise MovedOn(
                "Several people are saving this item at the same moment. Wait a second and save again."
            )
        if saved.version > stored.version:
            await _record(who, "discussion saved", stored, saved.version, now)
            await announce(meeting_id)
    return saved


async def restore_revision(
    who: Identity,
    meeting_id: int,
    item_id: int,
    version: int,
    base_version: int,
    *,
    now: datetime,
    submission_key: str | None = None,
) -> Saved:
    """Makes an earlier text the latest again, as a new revision; the texts in between stay.

    Sections that are or were marked for others than this person stay as they are.
    Raises Stale when somebody saved since `base_version`, MovedOn, Invisible (also for a version that does not
    exist), Forbidden and AlreadySubmitted.
    """
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id, Permission.TAKE_MINUTES)
        status = await _held_status(who, meeting)
        stored = await discussion_for(who, meeting_id, item_id)
        earlier = await saved_text(stored.id, version) if stored.id else None
        if earlier is None:
            raise Invisible
        sees, said = seen_by(who, meeting.panel_id), earlier.revision.said
        others = hidden_keys(stored.said.marks, sees) | hidden_keys(said.marks, sees)
        attempt = Attempt(base_version, said.keeping(stored.said, others), who.person_id)
        saved = await _try(attempt, meeting, stored, status, now)
        if saved is None:
            raise Stale(stored.text, stored.saved_by_name, stored.version)
        await _record(
            who, "discussion restored", stored, saved.version, now, {"from": version}, submission_key
        )
        await announce(meeting_id)
    return saved


async def leave_unreached(
    who: Identity, meeting_id: int, *, now: datetime, submission_key: str | None = None
) -> int:
    """Notes every item that has no outcome and no text yet as not reached; returns how many there were.

    Raises MovedOn when the minutes can't be edited now, Invisible, Forbidden and AlreadySubmitted.
    """
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id, Permission.TAKE_MINUTES)
        status = await _held_status(who, meeting)
        if await was_taken(submission_key):
            raise AlreadySubmitted
        sentence = why_text_is_fixed(status, meeting.status)
        if sentence:
            raise MovedOn(sentence)
        hidden = await hidden_items(who, meeting_id)
        waiting = [
            item
            for item in await item_lines(meeting_id)
            if not item.outcome and not item.is_begun and item.id not in hidden
        ]
        for item in waiting:
            stored = await discussion_of(meeting_id, item.id)
            said = Said(outcome="not-reached")
            await _try(Attempt(0, said, who.person_id), meeting, stored, status, now)
        await record(
            who.person_id,
            "items left unreached",
            "minutes of meeting",
            [meeting_id],
            now=now,
            children=[item.child_id for item in waiting if item.child_id],
            details={"items": [item.id for item in waiting]},
            submission_key=submission_key,
        )
        await announce(meeting_id)
    return len(waiting)


async def _held_status(who: Identity, meeting: MeetingFacts) -> str:
    """The minutes' status, begun if need be, and held as it is until the save is through."""
    held = "SELECT status FROM minutes WHERE meeting = $1 FOR SHARE"
    status: str | None = await database.fetch_value(held, meeting.id)
    if status is None:
        await database.execute(
            "INSERT INTO minutes (meeting, taker) VALUES ($1, $2) ON CONFLICT (meeting) DO NOTHING",
            meeting.id,
            who.person_id,
        )
        status = await database.fetch_value(held, meeting.id)
    return status or ""


async def _try(
    attempt: Attempt, meeting: MeetingFacts, stored: Discussion, status: str, now: datetime
) -> Saved | None:
    """One try; None when somebody saved between reading and writing."""
    since: Collection[Revision] = []
    if stored.id and attempt.base_version < stored.version:
        since = await revisions_since(stored.id, attempt.base_version)
        if max((revision.version for revision in since), default=0) > stored.version:
            return None
    elif stored.id:
        since = [Revision(stored.version, stored.said, stored.saved_by)]
    verdict, version = judge(attempt, list(since), stored.version)
    if verdict is Verdict.ALREADY_SAVED:
        stands = version == stored.version and same_words(attempt.said, stored.said)
        return Saved(version, stored.saved_at or now, stands)
    sentence = why_text_is_fixed(status, meeting.status, stored.item_status)
    if sentence:
        raise MovedOn(sentence)
    if verdict is Verdict.STALE:
        raise Stale(stored.text, stored.saved_by_name, stored.version)
    written = await _write(attempt, stored, now)
    return None if written is None else Saved(written, now)


FIELDS = (
    "outcome, risk_before, risk_after, risk_rationale, decision, rationale, case_decision, "
    "closure_reason, next_review_on, saved_by"
)
REVISION = """
    INSERT INTO discussion_revision (discussion, version, text, saved_by, saved_at, editing, edits)
    SELECT id, version, $12::jsonb, $11::bigint, $13::timestamptz, $14::text, $15::int FROM saved RETURNING version
"""
FIRST = (
    f"WITH saved AS (INSERT INTO discussion (agenda_item, {FIELDS}) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
    f"ON CONFLICT (agenda_item) DO NOTHING RETURNING id, version) {REVISION}"
)
NEXT = (
    f"WITH saved AS (UPDATE discussion SET ({FIELDS}, version) = "
    "($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, version + 1) "
    f"WHERE agenda_item = $1 AND version = $16 RETURNING id, version) {REVISION}"
)


async def _write(attempt: Attempt, stored: Discussion, now: datetime) -> int | None:
    """The new version; None when the stored one is no longer what was read."""
    said = attempt.said
    values = (
        stored.item_id,
        said.outcome,
        said.risk_before,
        said.risk_after,
        said.risk_rationale,
        said.decision,
        said.rationale,
        said.case_decision,
        said.closure_reason,
        said.next_review_on,
        attempt.person_id,
        json.dumps(said.as_text()),
        now,
        attempt.editing,
        attempt.edits,
    )
    written: int | None = (
        await database.fetch_value(NEXT, *values, stored.version)
        if stored.id
        else await database.fetch_value(FIRST, *values)
    )
    return written


async def _record(
    who: Identity,
    kind: str,
    item: Discussion,
    version: int,
    now: datetime,
    more: dict[str, int] | None = None,
    submission_key: str | None = None,
) -> None:
    await record(
        who.person_id,
        kind,
        "agenda item",
        [item.item_id],
        now=now,
        children=[item.child_id] if item.child_id else [],
        details={"version": version} | (more or {}),
        submission_key=submission_key,
    )
