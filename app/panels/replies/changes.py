"""Keeps replies, and who has read the confidentiality statement of a meeting."""

from datetime import datetime

from app import database
from app.access import Identity
from app.history.changes import record, refuse_second
from app.lifecycle import MovedOn, Refused
from app.panels.meetings.rules import MeetingFacts
from app.panels.replies.queries import asked_to
from app.panels.replies.rules import BEFORE, DEPUTY, STORED, reply_problems, why_no_reply


async def reply_to(
    who: Identity,
    meeting_id: int,
    *,
    answer: str,
    deputy_name: str = "",
    now: datetime,
    submission_key: str | None = None,
) -> MeetingFacts:
    """Keeps an answer in place of the one before. Raises Invisible, Forbidden, Refused by field, or MovedOn.

    Refused without fields when the meeting takes replies no more; MovedOn when attendance was noted meanwhile.
    """
    async with database.transaction():
        await database.execute("SELECT FROM meeting WHERE id = $1 FOR UPDATE", meeting_id)
        meeting, asked = await asked_to(who, meeting_id)
        await refuse_second(submission_key)
        sentence = why_no_reply(meeting, now)
        if sentence:
            raise Refused(sentence)
        problems = reply_problems(answer, deputy_name, asked)
        if problems:
            raise Refused("Check your reply", problems)
        kept = await database.fetch_value(
            "INSERT INTO attendance AS a (meeting, person, agency, status, deputy_name, replied_at) "
            "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (meeting, person) DO UPDATE "
            "SET status = excluded.status, deputy_name = excluded.deputy_name, replied_at = excluded.replied_at "
            "WHERE a.status = ANY($7) RETURNING id",
            meeting_id,
            who.person_id,
            asked.agency_id,
            STORED[answer],
            deputy_name if answer == DEPUTY else "",
            now,
            list(BEFORE),
        )
        if kept is None:
            raise MovedOn("Your attendance has been noted already, so a reply changes nothing any more.")
        await record(
            who.person_id,
            "reply given",
            "meeting",
            [meeting_id],
            now=now,
            details={"answer": answer},
            submission_key=submission_key,
        )
    return meeting


async def keep_confidentiality(
    who: Identity, meeting_id: int, *, now: datetime, submission_key: str | None = None
) -> bool:
    """Notes that this person has read the confidentiality statement; the first time counts.

    Returns whether it is the first time. Raises Invisible, Forbidden, or Refused once it is settled.
    """
    async with database.transaction():
        await database.execute("SELECT FROM meeting WHERE id = $1 FOR UPDATE", meeting_id)
        meeting, asked = await asked_to(who, meeting_id)
        await refuse_second(submission_key)
        if not meeting.is_open:
            raise Refused(
                f"This meeting was {meeting.status}. The statement is read before it or while it goes on."
            )
        if asked.confidentiality_at is not None:
            return False
        await database.execute(
            "INSERT INTO attendance (meeting, person, agency, confidentiality_at) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT (meeting, person) DO UPDATE SET confidentiality_at = excluded.confidentiality_at",
            meeting_id,
            who.person_id,
            asked.agency_id,
            now,
        )
        await record(
            who.person_id,
            "confidentiality acknowledged",
            "meeting",
            [meeting_id],
            now=now,
            submission_key=submission_key,
        )
    return True
