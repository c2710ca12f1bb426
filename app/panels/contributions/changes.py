"""Writes what an agency knows, and reminds those that have not answered."""

from collections.abc import Collection
from datetime import datetime

from app import database
from app.access import Identity, Permission, Scope, permits
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, MovedOn, Refused
from app.london import london_date
from app.outbox.changes import write_message
from app.panels.contributions.keeping import keep, keep_first
from app.panels.contributions.queries import (
    REMINDED,
    contribution_of,
    contributions_to,
    item_for,
    items_asked_about,
    progress_for,
)
from app.panels.contributions.rules import (
    AskedItem,
    ContributionFacts,
    Written,
    agency_asked_through,
    why_closed,
)
from app.panels.contributions.words import reminder_message
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts


def agency_answering(who: Identity, meeting: MeetingFacts) -> int:
    """The agency that this person's seat on the panel speaks for. Raises Forbidden for whoever speaks for none."""
    agency_id = agency_asked_through(who, meeting.panel_id)
    scope = Scope(panel_ids=frozenset({meeting.panel_id}), agency_id=agency_id)
    if agency_id is None or not permits(who, Permission.CONTRIBUTE, scope):
        raise Forbidden(Permission.CONTRIBUTE)
    return agency_id


async def write_contribution(
    who: Identity,
    meeting_id: int,
    item_id: int,
    written: Written,
    *,
    seen: int,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Keeps what an agency knows about an item: a draft, or sent. What was sent once stays sent when corrected.

    `seen`: the version the form was based on, 0 for none. Raises Refused by field, MovedOn when the meeting takes
    none, Stale with the colleague's texts, Invisible, Forbidden, AlreadySubmitted.
    """
    async with database.transaction():
        meeting = await _open_for_answers(who, meeting_id)
        agency_id = agency_answering(who, meeting)
        item = await item_for(who, meeting, item_id)
        await refuse_second(submission_key)
        stored = await contribution_of(item.id, agency_id)
        kind = await keep(item.id, agency_id, stored, written, who=who, seen=seen, now=now)
        if kind is not None:
            await _note(who, kind, [item], agency_id, now, submission_key)


async def say_nothing_known(
    who: Identity,
    meeting_id: int,
    item_ids: Collection[int],
    *,
    now: datetime,
    submission_key: str | None = None,
) -> tuple[int, int]:
    """Answers *nothing known* about several items; one that a colleague has begun or answered is left as it is.

    Returns how many were answered, and how many were left. Raises as `write_contribution` does.
    """
    if not item_ids:
        raise Refused("Tick the children about whom nothing is known", {"item": "Tick at least one child"})
    async with database.transaction():
        meeting = await _open_for_answers(who, meeting_id)
        agency_id = agency_answering(who, meeting)
        await refuse_second(submission_key)
        answered = []
        for item_id in sorted(set(item_ids)):
            item = await item_for(who, meeting, item_id)
            if await keep_first(item.id, agency_id, Written(nothing_known=True), who=who, now=now):
                answered.append(item)
        await _note(who, "nothing known said", answered, agency_id, now, submission_key)
    return len(answered), len(set(item_ids)) - len(answered)


async def remind_agencies(
    who: Identity,
    meeting_id: int,
    agency_ids: Collection[int] = (),
    *,
    address: str,
    now: datetime,
    submission_key: str | None = None,
) -> int:
    """Tells the people of agencies that have not answered; of those named, or of all. Once a day each.

    Returns how many agencies were reminded. Raises Refused when nobody is left to remind, MovedOn, Invisible,
    Forbidden, AlreadySubmitted.
    """
    async with database.transaction():
        meeting = await _open_for_answers(who, meeting_id, Permission.PREPARE_AGENDA)
        # two presses at the same moment: the second one sees that the first has reminded
        await database.execute("SELECT FROM meeting WHERE id = $1 FOR UPDATE", meeting.id)
        await refuse_second(submission_key)
        today = london_date(now)
        chosen = [
            one
            for one in await progress_for(who, meeting)
            if one.may_be_reminded(today) and (not agency_ids or one.agency.id in agency_ids)
        ]
        if not chosen:
            raise Refused(
                "Whoever has not answered has been reminded today. You can remind them again tomorrow."
            )
        items = (await items_asked_about([meeting.id]))[meeting.id]
        sent = await contributions_to(meeting, items)
        for agency in (one.agency for one in chosen):
            owed = [item for item in items if not _is_sent(sent.get((item.id, agency.id)))]
            for speaker in agency.speakers:
                # each person is told of no more items than that person may see
                number = sum(agency.may_tell(speaker, item) for item in owed)
                if number:
                    subject, body = reminder_message(meeting, number, agency.name, address)
                    await write_message(
                        person_id=speaker.person_id,
                        recipient=speaker.email,
                        subject=subject,
                        body=body,
                        now=now,
                    )
        await record(
            who.person_id,
            REMINDED,
            "meeting",
            [meeting.id],
            now=now,
            details={"agencies": [one.agency.id for one in chosen]},
            submission_key=submission_key,
        )
    return len(chosen)


def _is_sent(found: ContributionFacts | None) -> bool:
    return found is not None and found.is_sent


async def _open_for_answers(
    who: Identity, meeting_id: int, doing: Permission = Permission.SEE_CONTRIBUTIONS
) -> MeetingFacts:
    meeting = await meeting_for(who, meeting_id, doing)
    sentence = why_closed(meeting)
    if sentence:
        raise MovedOn(sentence)
    return meeting


async def _note(
    who: Identity,
    kind: str,
    items: Collection[AskedItem],
    agency_id: int,
    now: datetime,
    submission_key: str | None,
) -> None:
    await record(
        who.person_id,
        kind,
        "agenda item",
        [item.id for item in items],
        now=now,
        children=[item.child_id for item in items if item.child_id],
        details={"agency": agency_id},
        submission_key=submission_key,
    )
