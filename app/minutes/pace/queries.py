"""Reads when the items of a meeting were saved. Nothing is written here."""

from datetime import timedelta

from app import database
from app.london import day_end, london_date
from app.minutes.pace.rules import time_used, whole_minutes
from app.panels.meetings.rules import MeetingFacts

SAVES = """
    SELECT coalesce(array_agg(i.id), '{}') AS items, coalesce(array_agg(r.saved_at), '{}') AS instants
    FROM agenda_item i JOIN discussion d ON d.agenda_item = i.id JOIN discussion_revision r ON r.discussion = d.id
    WHERE i.meeting = $1 AND r.saved_at >= $2 AND r.saved_at < $3
"""


async def minutes_used(meeting: MeetingFacts) -> dict[int, int]:
    """By item, the whole minutes used on it while the meeting lasted: to its end, or to the end of its London day.

    Nothing is known of a meeting whose time of day is not.
    """
    if meeting.date_only:
        return {}
    ends = meeting.ended_at or day_end(london_date(meeting.starts_at))
    row = await database.fetch_one(SAVES, meeting.id, meeting.starts_at, ends)
    assert row is not None
    used = time_used(zip(row["items"], row["instants"], strict=True), meeting.starts_at, ends)
    return {item: whole_minutes(length) for item, length in used.items() if length > timedelta()}
