"""Writes what a guest knows of their item, and reminds guests who have sent nothing."""

from datetime import datetime

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, MovedOn, Refused
from app.london import london_date
from app.outbox.changes import write_message
from app.panels.contributions.keeping import keep
from app.panels.contributions.rules import Written
from app.panels.guests.queries import slots_of_meeting
from app.panels.guests.telling.queries import REMINDED, asking_for, asking_of, reminded_at
from app.panels.guests.telling.rules import Asking, reminder_message
from app.panels.meetings.rules import MeetingFacts


async def tell(
    who: Identity,
    meeting_id: int,
    slot_id: int,
    written: Written,
    *,
    seen: int,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Keeps what a guest knows about their item: a draft, or sent. What was sent once stays sent when corrected.

    `seen`: the version the form was based on, 0 for none. Raises Invisible for a slot that is not theirs, Forbidden
    before they have read the confidentiality statement, Refused by field, MovedOn, Stale, AlreadySubmitted.
    """
    async with database.transaction():
        asking = await asking_for(who, meeting_id, slot_id)
        if asking.slot.confidentiality_at is None:
            raise Forbidden(Permission.SEE_SLOT)
        if asking.closed:
            raise MovedOn(asking.closed)
        await refuse_second(submission_key)
        item_id = asking.slot.item_id
        kind = await keep(
            item_id, who.agency_id, asking.written, written, who=who, seen=seen, now=now, as_guest=True
        )
        if kind is not None:
            await _note(who, kind, asking, now, submission_key)


async def remind_guests(
    who: Identity,
    meeting: MeetingFacts,
    *,
    address: str,
    now: datetime,
    submission_key: str | None = None,
) -> int:
    """Tells guests who have sent nothing, each once a day; returns how many.

    Raises Forbidden, Refused when nobody is left to remind, AlreadySubmitted.
    """
    if not permits(who, Permission.INVITE_GUEST, meeting.scope):
        raise Forbidden(Permission.INVITE_GUEST)
    async with database.transaction():
        # two presses at the same moment: the second one sees that the first has reminded
        await database.execute("SELECT FROM meeting WHERE id = $1 FOR UPDATE", meeting.id)
        await refuse_second(submission_key)
        before = await reminded_at(meeting.id)
        chosen = []
        for slot in await slots_of_meeting(meeting.id):
            earlier = before.get(slot.id)
            if earlier is not None and london_date(earlier) >= london_date(now):
                continue
            asking = await asking_of(slot)
            if asking.is_owed:
                chosen.append(asking)
        if not chosen:
            raise Refused("No guest is left to remind today: each has answered, or was reminded today.")
        for asking in chosen:
            subject, body = reminder_message(asking, address)
            await write_message(
                person_id=asking.slot.person_id,
                recipient=asking.slot.person_email,
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
            details={"slots": [asking.slot.id for asking in chosen]},
            submission_key=submission_key,
        )
    return len(chosen)


async def _note(who: Identity, kind: str, asking: Asking, now: datetime, submission_key: str | None) -> None:
    child_id = asking.slot.child_id
    await record(
        who.person_id,
        kind,
        "agenda item",
        [asking.slot.item_id],
        now=now,
        children=[child_id] if child_id else [],
        details={"agency": who.agency_id, "slot": asking.slot.id},
        submission_key=submission_key,
    )
