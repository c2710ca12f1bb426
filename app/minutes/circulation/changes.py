"""Chooses recipients by hand, tells them, and reminds those who have not opened the minutes. One verb each."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused
from app.london import london_date
from app.minutes.circulation.queries import any_meeting, meetings_never_reminded, recipients_of, who_else
from app.minutes.circulation.rules import Recipient, is_due_a_reminder, reminder_mail
from app.minutes.queries import MinutesRecord, minutes_of
from app.minutes.reminding.rules import is_time_to_write
from app.minutes.rules import MinutesStatus, circulated_mail
from app.outbox.changes import write_message
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts

ABOUT = "minutes of meeting"
NO_REASON = "Say why, so that others understand the list"
LOOK_BACK = timedelta(days=60)
"""Who has not opened minutes for longer is no longer reminded by itself."""


async def leave_out(
    who: Identity, meeting_id: int, person_id: int, reason: str, *, now: datetime, submission_key: str | None
) -> None:
    """Takes somebody off the recipients before the minutes are circulated.

    Raises Refused without a reason, MovedOn once circulated, Invisible, Forbidden, AlreadySubmitted.
    """
    async with database.transaction():
        meeting, minutes = await _open_list(who, meeting_id, submission_key)
        one = _among(await recipients_of(meeting), person_id)
        if not one.is_told:
            raise MovedOn("This person is not among the recipients any more. Nothing was changed.")
        _require(reason)
        await _write(minutes, person_id, "left-out", reason)
        await _record(who, "recipient left out", meeting_id, person_id, reason, now, submission_key)


async def put_back(
    who: Identity, meeting_id: int, person_id: int, *, now: datetime, submission_key: str | None
) -> None:
    """Undoes what was decided by hand about somebody, before circulation.

    Raises MovedOn, Invisible, Forbidden, AlreadySubmitted.
    """
    async with database.transaction():
        _, minutes = await _open_list(who, meeting_id, submission_key)
        done = await database.execute(
            "DELETE FROM minutes_recipient WHERE minutes = $1 AND person = $2 AND told_at IS NULL",
            minutes.id,
            person_id,
        )
        if done.endswith(" 0"):
            raise MovedOn("Somebody changed the recipients before you. Nothing was changed.")
        await _record(who, "recipient put back", meeting_id, person_id, "", now, submission_key)


async def add_recipient(
    who: Identity,
    meeting_id: int,
    person_id: int,
    reason: str,
    *,
    now: datetime,
    base_url: str,
    submission_key: str | None,
) -> None:
    """Puts somebody on the recipients who was not proposed; of circulated minutes they are told at once.

    Raises Refused without a reason or for somebody who could not open the minutes, Invisible, Forbidden,
    AlreadySubmitted.
    """
    async with database.transaction():
        meeting, minutes = await _list(who, meeting_id, submission_key)
        listed = await recipients_of(meeting)
        known = {one.person_id: one for one in listed}
        if person_id in known:
            one = known[person_id]
            if one.told_at or (one.is_told and minutes.status != MinutesStatus.CIRCULATED):
                raise MovedOn("This person is among the recipients already. Nothing was changed.")
            if not one.may_open or one.is_guest:
                raise Refused(f"{one.why_not}.", {"person_id": f"{one.why_not}."})
        elif person_id not in dict(await who_else(meeting, known)):
            sentence = "Choose somebody from the list: others could not open the minutes"
            raise Refused(sentence, {"person_id": sentence})
        _require(reason)
        await _write(minutes, person_id, "added", reason)
        await _record(who, "recipient added", meeting_id, person_id, reason, now, submission_key)
        if minutes.status == MinutesStatus.CIRCULATED:
            added = [one for one in await recipients_of(meeting) if one.person_id == person_id]
            await tell(meeting, minutes, added, now, base_url)


async def tell(
    meeting: MeetingFacts,
    minutes: MinutesRecord,
    recipients: Sequence[Recipient],
    now: datetime,
    base_url: str,
) -> None:
    """Tells these people by a link; part of circulating, in its transaction."""
    subject, body = circulated_mail(meeting.title, meeting.id, base_url)
    for one in recipients:
        await database.execute(
            "INSERT INTO minutes_recipient (minutes, person, status, told_at) VALUES ($1, $2, 'proposed', $3) "
            "ON CONFLICT (minutes, person) DO UPDATE SET told_at = excluded.told_at",
            minutes.id,
            one.person_id,
            now,
        )
        await write_message(person_id=one.person_id, recipient=one.email, subject=subject, body=body, now=now)


async def remind_unread(
    who: Identity, meeting_id: int, *, now: datetime, base_url: str, submission_key: str | None
) -> int:
    """Reminds every recipient who has not opened the minutes and was not reminded today. Returns how many.

    Raises MovedOn before circulation, Invisible, Forbidden, AlreadySubmitted.
    """
    async with database.transaction():
        meeting, minutes = await _list(who, meeting_id, submission_key)
        if minutes.status != MinutesStatus.CIRCULATED:
            raise MovedOn("These minutes are not circulated, so nobody was told of them yet.")
        today = london_date(now)
        waiting = [
            one
            for one in await recipients_of(meeting)
            if one.waits and not (one.reminded_at and london_date(one.reminded_at) == today)
        ]
        await _remind(who.person_id, meeting, minutes, waiting, now, base_url, submission_key)
    return len(waiting)


async def remind_after_days(now: datetime, base_url: str) -> int:
    """Reminds, once, whoever has not opened minutes some working days after being told. Returns how many."""
    if not is_time_to_write(now):
        return 0
    sent = 0
    for meeting_id in await meetings_never_reminded(now, now - LOOK_BACK):
        async with database.transaction():
            meeting = await any_meeting(meeting_id)
            minutes = await minutes_of(meeting_id, lock=True)
            due = [
                one
                for one in await recipients_of(meeting)
                if one.waits
                and one.reminded_at is None
                and one.told_at is not None
                and is_due_a_reminder(one.told_at, london_date(now))
            ]
            if due:
                await _remind(None, meeting, minutes, due, now, base_url, None)
                sent += len(due)
    return sent


async def _remind(
    by: int | None,
    meeting: MeetingFacts,
    minutes: MinutesRecord,
    people: Sequence[Recipient],
    now: datetime,
    base_url: str,
    submission_key: str | None,
) -> None:
    subject, body = reminder_mail(meeting.title, meeting.id, base_url)
    for one in people:
        await write_message(person_id=one.person_id, recipient=one.email, subject=subject, body=body, now=now)
    ids = [one.person_id for one in people]
    await database.execute(
        "UPDATE minutes_recipient SET reminded_at = $3 WHERE minutes = $1 AND person = ANY($2::bigint[])",
        minutes.id,
        ids,
        now,
    )
    await record(
        by,
        "recipients reminded",
        ABOUT,
        [meeting.id],
        now=now,
        details={"to": ids},
        submission_key=submission_key,
    )


async def _list(
    who: Identity, meeting_id: int, submission_key: str | None
) -> tuple[MeetingFacts, MinutesRecord]:
    """The meeting with its minutes, locked, for somebody who may circulate them."""
    meeting = await meeting_for(who, meeting_id)
    if not permits(who, Permission.CIRCULATE_MINUTES, meeting.scope):
        raise Forbidden(Permission.CIRCULATE_MINUTES)
    minutes = await minutes_of(meeting_id, lock=True)
    await refuse_second(submission_key)
    if minutes.id == 0 or minutes.is_from_a_file:
        raise MovedOn("There is no text of these minutes here to send to anybody. Nothing was changed.")
    return meeting, minutes


async def _open_list(
    who: Identity, meeting_id: int, submission_key: str | None
) -> tuple[MeetingFacts, MinutesRecord]:
    meeting, minutes = await _list(who, meeting_id, submission_key)
    if minutes.status == MinutesStatus.CIRCULATED:
        raise MovedOn("These minutes are circulated already. Nothing was changed.")
    return meeting, minutes


def _among(recipients: Sequence[Recipient], person_id: int) -> Recipient:
    found = next((one for one in recipients if one.person_id == person_id), None)
    if found is None:
        raise Invisible
    return found


def _require(reason: str) -> None:
    if not reason.strip():
        raise Refused(NO_REASON, {"reason": NO_REASON})


async def _write(minutes: MinutesRecord, person_id: int, status: str, reason: str) -> None:
    await database.execute(
        "INSERT INTO minutes_recipient (minutes, person, status, reason) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (minutes, person) DO UPDATE SET status = excluded.status, reason = excluded.reason",
        minutes.id,
        person_id,
        status,
        reason.strip(),
    )


async def _record(
    who: Identity,
    kind: str,
    meeting_id: int,
    person_id: int,
    reason: str,
    now: datetime,
    submission_key: str | None,
) -> None:
    await record(
        who.person_id,
        kind,
        ABOUT,
        [meeting_id],
        now=now,
        details={"person": person_id, "reason": reason.strip()},
        submission_key=submission_key,
    )
