"""Sends what is due: a reminder to whose turn it is, the week's summary to managers. Each goes once."""

from datetime import datetime, timedelta

from app import database
from app.history.changes import record
from app.london import london_date
from app.minutes.promptness.queries import minuted_meetings
from app.minutes.promptness.rules import promptness_of
from app.minutes.reminding.queries import managers, reminders_gone, week_is_summed
from app.minutes.reminding.rules import (
    Reminder,
    is_time_to_write,
    reminder_mail,
    reminders_due,
    summary_mail,
    summary_week,
    week_summed,
)
from app.minutes.timeliness.rules import HEADLINE
from app.outbox.changes import write_message
from app.windows import year_so_far

ABOUT = "minutes of meeting"
LOOK_BACK = timedelta(days=240)
"""Standards are at most 60 working days each, so what was held earlier has passed them all."""


async def remind_of_standards(now: datetime, base_url: str) -> int:
    """Reminds whose turn it is, once for each standard and side of it. Returns how many reminders went.

    Where nobody holds the seat nothing is noted: whoever takes it in time is told then.
    """
    if not is_time_to_write(now):
        return 0
    today = london_date(now)
    meetings = await minuted_meetings(today - LOOK_BACK, today + timedelta(days=1), now, unfinished=True)
    due = [one for meeting in meetings for one in reminders_due(meeting, today) if one.turn.people]
    gone = await reminders_gone({one.meeting.meeting_id for one in due}) if due else set()
    sent = 0
    for reminder in due:
        if reminder.key not in gone:
            sent += await _remind(reminder, now, base_url)
    return sent


async def _remind(reminder: Reminder, now: datetime, base_url: str) -> int:
    async with database.transaction():
        # another process may be at the same reminder: the row is the right to send it
        made = await database.fetch_value(
            "INSERT INTO minutes_reminder (meeting, standard, moment, reminded_at) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT DO NOTHING RETURNING id",
            *reminder.key,
            now,
        )
        if made is None:
            return 0
        subject, body = reminder_mail(reminder, base_url)
        for one in reminder.turn.people:
            await write_message(
                person_id=one.person_id, recipient=one.email, subject=subject, body=body, now=now
            )
        await record(
            None,
            "minutes reminder sent",
            ABOUT,
            [reminder.meeting.meeting_id],
            now=now,
            details={
                "standard": reminder.standard.value,
                "moment": reminder.moment.value,
                "to": [one.person_id for one in reminder.turn.people],
            },
        )
    return 1


async def sum_up_the_week(now: datetime, base_url: str) -> int:
    """Tells every safeguarding manager how minutes stand, once a week. Returns how many were told."""
    monday = summary_week(now)
    if monday is None or await week_is_summed(monday):
        return 0
    told = await managers()
    year = year_so_far(london_date(now))
    meetings = await minuted_meetings(year.first, year.last, now) if told else []
    if not meetings:
        return 0
    week = week_summed(monday, meetings, promptness_of(HEADLINE, [one.stages for one in meetings]))
    subject, body = summary_mail(week, base_url)
    async with database.transaction():
        made = await database.fetch_value(
            "INSERT INTO promptness_summary (week, sent_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id",
            monday,
            now,
        )
        if made is None:
            return 0
        for manager in told:
            await write_message(
                person_id=manager["id"], recipient=manager["email"], subject=subject, body=body, now=now
            )
        await record(
            None,
            "promptness summary sent",
            "promptness summary",
            [made],
            now=now,
            details={"week": monday.isoformat(), "to": [manager["id"] for manager in told]},
        )
    return len(told)
