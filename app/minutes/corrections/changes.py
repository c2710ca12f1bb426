"""Asking for a correction, accepting it as an addendum, declining it. The approved text never changes."""

from datetime import datetime

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused
from app.london import london_date
from app.minutes.circulation.queries import recipients_of
from app.minutes.corrections.queries import correction_of, window_for
from app.minutes.corrections.rules import (
    Correction,
    CorrectionStatus,
    Request,
    asked_mail,
    decided_mail,
)
from app.minutes.queries import MinutesRecord, address_of, leads_to_tell, minutes_for, minutes_of
from app.minutes.rules import MinutesStatus
from app.outbox.changes import write_message
from app.panels.agenda.queries import item_facts
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import require_seen_item

ABOUT = "minutes of meeting"


async def ask_for_correction(
    who: Identity,
    meeting_id: int,
    asked: Request,
    *,
    now: datetime,
    base_url: str,
    submission_key: str | None,
) -> int:
    """Keeps a request and tells the chairs. Returns its id.

    Raises Refused (with sentences by field; also once the window is closed, or from somebody who neither attended
    nor was asked), Invisible, Forbidden, AlreadySubmitted.
    """
    async with database.transaction():
        meeting, _ = await minutes_for(who, meeting_id)
        minutes = await minutes_of(meeting_id, lock=True)
        await refuse_second(submission_key)
        await _require_open(who, meeting, minutes, now)
        if asked.problems:
            raise Refused("Check the correction.", asked.problems)
        children = []
        if asked.item_id is not None:
            item = await item_facts(meeting_id, asked.item_id)
            await require_seen_item(who, asked.item_id)
            children = [item.child_id] if item.child_id else []
        made: int = await database.fetch_value(
            "INSERT INTO minutes_correction (minutes, agenda_item, stands, should_say, asked_by, asked_at) "
            "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            minutes.id,
            asked.item_id,
            asked.stands.strip(),
            asked.should_say.strip(),
            who.person_id,
            now,
        )
        await record(
            who.person_id,
            "correction asked for",
            ABOUT,
            [meeting_id],
            now=now,
            children=children,
            details={"correction": made},
            submission_key=submission_key,
        )
        subject, body = asked_mail(meeting.title, meeting_id, base_url)
        for lead in await leads_to_tell(meeting.panel_id, who.person_id):
            await write_message(
                person_id=lead["id"], recipient=lead["email"], subject=subject, body=body, now=now
            )
    return made


async def _require_open(who: Identity, meeting: MeetingFacts, minutes: MinutesRecord, now: datetime) -> None:
    window = await window_for(meeting, minutes)
    if minutes.status != MinutesStatus.CIRCULATED or minutes.is_from_a_file:
        raise Refused("Corrections can be asked for once the minutes are circulated from here.")
    if not window.is_open(london_date(now)):
        raise Refused(window.sentence(london_date(now)))
    if not await may_ask(who, meeting):
        raise Refused(
            "Who attended the meeting or was asked to it may ask for a correction. Turn to the chair."
        )


async def may_ask(who: Identity, meeting: MeetingFacts) -> bool:
    """Whether this person attended the meeting, was asked to it, or was sent its minutes."""
    mine = [one for one in await recipients_of(meeting) if one.person_id == who.person_id]
    return any(one.attended or one.seat or one.told_at for one in mine)


async def accept_correction(
    who: Identity,
    meeting_id: int,
    correction_id: int,
    words: str,
    *,
    now: datetime,
    base_url: str,
    submission_key: str | None,
) -> int:
    """Makes it an addendum in the chair's words. Returns its number.

    Raises Refused without words, MovedOn when it was decided on, Invisible, Forbidden, AlreadySubmitted.
    """
    wrong = "Write the addendum as it is to stand under the minutes"
    status = CorrectionStatus.ACCEPTED
    async with database.transaction():
        return await _decide(
            who, meeting_id, correction_id, status, words, wrong, now, base_url, submission_key
        )


async def decline_correction(
    who: Identity,
    meeting_id: int,
    correction_id: int,
    reason: str,
    *,
    now: datetime,
    base_url: str,
    submission_key: str | None,
) -> None:
    """Declines it with a reason, which its asker reads.

    Raises Refused without a reason, MovedOn when it was decided on, Invisible, Forbidden, AlreadySubmitted.
    """
    wrong = "Say why, for whoever asked"
    status = CorrectionStatus.DECLINED
    async with database.transaction():
        await _decide(who, meeting_id, correction_id, status, reason, wrong, now, base_url, submission_key)


async def _decide(
    who: Identity,
    meeting_id: int,
    correction_id: int,
    status: CorrectionStatus,
    words: str,
    wrong: str,
    now: datetime,
    base_url: str,
    submission_key: str | None,
) -> int:
    meeting = await meeting_for(who, meeting_id)
    if not permits(who, Permission.APPROVE_MINUTES, meeting.scope):
        raise Forbidden(Permission.APPROVE_MINUTES)
    minutes = await minutes_of(meeting_id, lock=True)
    await refuse_second(submission_key)
    correction = await correction_of(who, minutes.id, correction_id)
    if correction is None:
        raise Invisible
    if correction.status != CorrectionStatus.ASKED:
        raise MovedOn(f"{correction.decided_by} decided on this correction before you. Nothing was changed.")
    if not words.strip():
        raise Refused(wrong, {f"words-{correction_id}": wrong})
    number: int = await database.fetch_value(
        "UPDATE minutes_correction SET status = $2::varchar, words = $3, decided_by = $4, decided_at = $5, "
        "number = CASE WHEN $2::varchar = 'accepted' THEN "
        "(SELECT coalesce(max(number), 0) + 1 FROM minutes_correction WHERE minutes = $6) END "
        "WHERE id = $1 RETURNING coalesce(number, 0)",
        correction_id,
        status.value,
        words.strip(),
        who.person_id,
        now,
        minutes.id,
    )
    await _record_decision(who, meeting, correction, status, now, submission_key)
    email = await address_of(correction.asked_by)
    if email and correction.asked_by != who.person_id:
        subject, body = decided_mail(meeting.title, meeting_id, base_url)
        await write_message(
            person_id=correction.asked_by, recipient=email, subject=subject, body=body, now=now
        )
    return number


async def _record_decision(
    who: Identity,
    meeting: MeetingFacts,
    correction: Correction,
    status: CorrectionStatus,
    now: datetime,
    submission_key: str | None,
) -> None:
    item = await item_facts(meeting.id, correction.item_id) if correction.item_id else None
    await record(
        who.person_id,
        f"correction {status.value}",
        ABOUT,
        [meeting.id],
        now=now,
        children=[item.child_id] if item and item.child_id else [],
        details={"correction": correction.id},
        submission_key=submission_key,
    )
