"""What happens to the minutes of a meeting: sent to the chair, returned, approved, circulated, filed. One verb each."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import AlreadySubmitted, record
from app.lifecycle import Forbidden, MovedOn, Refused
from app.london import london_date
from app.minutes.circulation.changes import tell
from app.minutes.circulation.queries import recipients_of
from app.minutes.circulation.rules import fingerprint_of
from app.minutes.effects.changes import take_effect
from app.minutes.extracts.queries import not_delivered
from app.minutes.extracts.rules import NOT_FOR_ALL, outstanding_words
from app.minutes.fixed_text.queries import gathered
from app.minutes.fixed_text.rules import canonical, content_of, fingerprint
from app.minutes.handed_in import handed_in
from app.minutes.queries import (
    ItemLine,
    MinutesRecord,
    address_of,
    item_lines,
    leads_to_tell,
    minutes_facts,
    minutes_of,
    still_open,
    was_taken,
    who_came,
)
from app.minutes.rules import MINUTES, MinutesStatus, returned_mail, to_chair_mail
from app.outbox.changes import write_message
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import hidden_items

ABOUT = "minutes of meeting"


async def send_to_chair(
    who: Identity,
    meeting_id: int,
    version: int,
    *,
    now: datetime,
    base_url: str,
    submission_key: str | None = None,
) -> None:
    """Hands the draft to the chair; from here on its text is still until the chair returns it.

    Whoever sends it stands for it as its minute taker. The stamp of the first sending stays.
    Raises Refused with the first thing that is missing, MovedOn, Invisible, Forbidden and AlreadySubmitted.
    """
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id)
        await _begin(meeting_id)
        minutes, items = await _ready(who, meeting, "send to chair", version, now, submission_key)
        await database.execute(
            "UPDATE minutes SET status = $2, taker = $3, sent_to_chair_at = coalesce(sent_to_chair_at, $4), "
            "remarks = '', version = version + 1 WHERE id = $1",
            minutes.id,
            MinutesStatus.WITH_CHAIR.value,
            who.person_id,
            now,
        )
        await _record(who, "minutes sent to chair", meeting, items, now, submission_key)
        subject, body = to_chair_mail(meeting.title, meeting.id, base_url)
        await _tell(await leads_to_tell(meeting.panel_id, who.person_id), subject, body, now)


async def return_to_taker(
    who: Identity,
    meeting_id: int,
    version: int,
    remarks: str,
    *,
    now: datetime,
    base_url: str,
    submission_key: str | None = None,
) -> None:
    """Gives the draft back with remarks, to be edited again.

    Raises Refused without remarks, MovedOn, Invisible, Forbidden and AlreadySubmitted.
    """
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id)
        minutes, items = await _ready(who, meeting, "return", version, now, submission_key, remarks.strip())
        await database.execute(
            "UPDATE minutes SET status = $2, remarks = $3, version = version + 1 WHERE id = $1",
            minutes.id,
            MinutesStatus.DRAFT.value,
            remarks.strip(),
        )
        await _record(who, "minutes returned", meeting, items, now, submission_key)
        subject, body = returned_mail(meeting.title, meeting.id, base_url)
        await _tell(await _taker(minutes), subject, body, now)


async def approve_minutes(
    who: Identity,
    meeting_id: int,
    version: int,
    reading: str | None = None,
    *,
    now: datetime,
    submission_key: str | None = None,
) -> str:
    """Fixes the text for good and returns its SHA-256. `reading` is the fingerprint of the text that was on screen.

    The decisions on cases and the new risk levels take effect here, dated to the meeting: until the chair confirms
    them they are a minute taker's words. (Actions do not wait: they are live once agreed in the room.)
    Raises Refused (the minute taker cannot approve), MovedOn (also when the text is not what was read), Invisible,
    Forbidden and AlreadySubmitted.
    """
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id)
        minutes, items = await _ready(who, meeting, "approve", version, now, submission_key)
        head, minuted = await gathered(meeting, minutes, await who_came(meeting))
        actions = await handed_in.actions_of(meeting_id)
        reviews = await handed_in.reviews_of(meeting_id)
        if reading and reading != fingerprint(canonical(content_of(head, minuted, actions, None, reviews))):
            raise MovedOn(
                "The minutes changed while you were reading them: an action or the attendance. Read them again, "
                "then approve them."
            )
        approved = {"by": who.name, "at": now.isoformat()}
        content = canonical(content_of(head, minuted, actions, approved, reviews))
        sha256 = fingerprint(content)
        await database.execute(
            "UPDATE minutes SET status = $2, approver = $3, approved_at = $4, content = $5, sha256 = $6, "
            "version = version + 1 WHERE id = $1",
            minutes.id,
            MinutesStatus.APPROVED.value,
            who.person_id,
            now,
            content,
            sha256,
        )
        for item in items:
            await take_effect(who, meeting, item, now)
        await _record(who, "minutes approved", meeting, items, now, submission_key, {"sha256": sha256})
    return sha256


async def circulate_minutes(
    who: Identity,
    meeting_id: int,
    version: int,
    recipients: str | None = None,
    *,
    now: datetime,
    base_url: str,
    submission_key: str | None = None,
) -> int:
    """Opens the minutes to the panel and tells the recipients by a link. `recipients` names the list that was read.

    Returns how many people were told. Raises MovedOn (also when the list is another one), Invisible, Forbidden and
    AlreadySubmitted.
    """
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id)
        minutes, items = await _ready(who, meeting, "circulate", version, now, submission_key)
        await database.execute(
            "UPDATE minutes SET status = $2, circulated_at = $3, version = version + 1 WHERE id = $1",
            minutes.id,
            MinutesStatus.CIRCULATED.value,
            now,
        )
        listed = await recipients_of(meeting)
        if recipients and recipients != fingerprint_of(listed):
            raise MovedOn(
                "The recipients changed while you were reading them. Read the list again, then circulate."
            )
        told = [one for one in listed if one.is_told]
        await _record(who, "minutes circulated", meeting, items, now, submission_key, {"people": len(told)})
        await tell(meeting, minutes, told, now, base_url)
    return len(told)


async def mark_filed(
    who: Identity, meeting_id: int, *, now: datetime, submission_key: str | None = None
) -> None:
    """Notes that the minutes are on each child's own record.

    With the last extract delivered this is noted by itself; else it is for meetings without any, and for whoever may
    see every item where some are restricted. Raises Refused before that and before circulation, MovedOn when it was
    noted before, Invisible, Forbidden, AlreadySubmitted.
    """
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id)
        if not permits(who, Permission.CIRCULATE_MINUTES, meeting.scope):
            raise Forbidden(Permission.CIRCULATE_MINUTES)
        minutes = await minutes_of(meeting_id, lock=True)
        if await was_taken(submission_key):
            raise AlreadySubmitted
        if minutes.status != MinutesStatus.CIRCULATED:
            raise Refused("Circulate the minutes first. They are filed on the children’s records after that.")
        if minutes.filed_at:
            raise MovedOn("These minutes are already marked as filed. Nothing was changed.")
        if await hidden_items(who, meeting_id):
            raise Refused(NOT_FOR_ALL)
        if left := await not_delivered(meeting_id):
            raise Refused(outstanding_words(left))
        await database.execute(
            "UPDATE minutes SET filed_at = $2, version = version + 1 WHERE id = $1", minutes.id, now
        )
        await _record(who, "minutes filed", meeting, await item_lines(meeting_id), now, submission_key)


async def _begin(meeting_id: int) -> None:
    """A meeting without any items has minutes too; before the first word they were read as version 0."""
    await database.execute(
        "INSERT INTO minutes (meeting, version) VALUES ($1, 0) ON CONFLICT (meeting) DO NOTHING", meeting_id
    )


async def _ready(
    who: Identity,
    meeting: MeetingFacts,
    move: str,
    version: int,
    now: datetime,
    submission_key: str | None,
    remarks: str = "",
) -> tuple[MinutesRecord, list[ItemLine]]:
    """The minutes, locked, and their items, once this move may be made by this person on this version."""
    minutes = await minutes_of(meeting.id, lock=True)
    items = await item_lines(meeting.id)
    if await was_taken(submission_key):
        raise AlreadySubmitted
    matters = await still_open(who, meeting, items, london_date(now))
    facts = minutes_facts(meeting, minutes, items, await who_came(meeting), who.person_id, remarks, matters)
    MINUTES.check(move, minutes.status, who, meeting.scope, facts)
    if minutes.is_from_a_file:
        raise MovedOn(
            "These minutes were written elsewhere; only their stamps are known here. Nothing was changed."
        )
    if version != minutes.version:
        raise MovedOn(
            "These minutes changed while you were reading them. Reload the page, read them, then go on."
        )
    return minutes, items


async def _record(
    who: Identity,
    kind: str,
    meeting: MeetingFacts,
    items: Collection[ItemLine],
    now: datetime,
    submission_key: str | None,
    details: dict[str, Any] | None = None,
) -> None:
    await record(
        who.person_id,
        kind,
        ABOUT,
        [meeting.id],
        now=now,
        children=[item.child_id for item in items if item.child_id],
        details=details,
        submission_key=submission_key,
    )


async def _taker(minutes: MinutesRecord) -> Sequence[dict[str, Any]]:
    email = await address_of(minutes.taker_id)
    return [{"id": minutes.taker_id, "email": email}] if email else []


async def _tell(people: Sequence[dict[str, Any]], subject: str, body: str, now: datetime) -> None:
    for person in people:
        await write_message(
            person_id=person["id"], recipient=person["email"], subject=subject, body=body, now=now
        )
