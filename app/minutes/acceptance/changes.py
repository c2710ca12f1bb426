"""Records what a meeting says of earlier minutes, while its own are taken."""

from datetime import datetime

from app import database
from app.access import Identity, Permission
from app.history.changes import record, refuse_second
from app.lifecycle import Invisible, MovedOn, Refused
from app.minutes.acceptance.queries import earlier_minutes, item_of_previous_minutes
from app.minutes.acceptance.rules import verdict_problems
from app.minutes.queries import minutes_of
from app.minutes.rules import why_text_is_fixed
from app.panels.meetings.queries import meeting_for

ABOUT = "minutes of meeting"


async def record_acceptance(
    who: Identity,
    meeting_id: int,
    minutes_id: int,
    verdict: str,
    remarks: str,
    version: int,
    *,
    now: datetime,
    submission_key: str | None,
) -> None:
    """What the meeting says of the minutes of an earlier one; `version` is what the form began with, 0 for none.

    Raises Refused (also for minutes that are not circulated), MovedOn when somebody recorded it meanwhile or the
    text is fixed, Invisible, Forbidden, AlreadySubmitted.
    """
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id, Permission.TAKE_MINUTES)
        await database.execute(
            "INSERT INTO minutes (meeting) VALUES ($1) ON CONFLICT (meeting) DO NOTHING", meeting_id
        )
        later = await minutes_of(meeting_id, lock=True)
        await refuse_second(submission_key)
        fixed = why_text_is_fixed(later.status, meeting.status)
        if fixed:
            raise MovedOn(fixed)
        item_id = await item_of_previous_minutes(meeting_id)
        earlier = await earlier_minutes(meeting, item_id) if item_id else []
        one = next((each for each in earlier if minutes_id and each.minutes_id == minutes_id), None)
        if one is None:
            raise Invisible
        if one.why_not_yet:
            raise Refused(one.why_not_yet, {"verdict": one.why_not_yet})
        problems = verdict_problems(verdict, remarks)
        if problems:
            raise Refused("Check the answer.", problems)
        if one.version != version:
            raise MovedOn(
                "Somebody recorded this while you were at it. Reload the page to see what stands there."
            )
        await database.execute(
            "INSERT INTO minutes_acceptance (minutes, agenda_item, verdict, remarks, saved_by, saved_at) "
            "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (agenda_item, minutes) DO UPDATE SET "
            "verdict = excluded.verdict, remarks = excluded.remarks, saved_by = excluded.saved_by, "
            "saved_at = excluded.saved_at, version = minutes_acceptance.version + 1",
            minutes_id,
            item_id,
            verdict,
            remarks.strip(),
            who.person_id,
            now,
        )
        await record(
            who.person_id,
            "acceptance of minutes recorded",
            ABOUT,
            [one.meeting_id, meeting_id],
            now=now,
            details={"minutes": minutes_id, "verdict": verdict},
            submission_key=submission_key,
        )
