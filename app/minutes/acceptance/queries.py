"""Reads of what meetings said of earlier minutes. Nothing is written here."""

from app import database
from app.minutes.acceptance.rules import MOST_EARLIER, PREVIOUS_MINUTES, Accepted, EarlierMinutes
from app.panels.meetings.rules import MeetingFacts


async def item_of_previous_minutes(meeting_id: int) -> int | None:
    """The standing item under which a meeting takes earlier minutes."""
    found: int | None = await database.fetch_value(
        "SELECT id FROM agenda_item WHERE meeting = $1 AND standing_key = $2 AND status = 'on-agenda'",
        meeting_id,
        PREVIOUS_MINUTES,
    )
    return found


EARLIER = """
    SELECT coalesce(n.id, 0) AS minutes_id, m.id AS meeting_id, m.starts_at, coalesce(n.status, 'draft') AS status,
           coalesce(a.verdict, '') AS verdict, coalesce(a.remarks, '') AS remarks, coalesce(a.version, 0) AS version,
           (SELECT count(*) FROM minutes_correction c WHERE c.minutes = n.id AND c.status = 'accepted')::int AS addenda
    FROM (SELECT id, starts_at, row_number() OVER (ORDER BY starts_at DESC, id DESC) AS place FROM meeting
          WHERE panel = $2 AND status = 'held' AND starts_at < $3 ORDER BY starts_at DESC, id DESC LIMIT $4) m
    LEFT JOIN minutes n ON n.meeting = m.id
    LEFT JOIN minutes_acceptance a ON a.minutes = n.id AND a.agenda_item = $1
    WHERE m.place = 1 OR a.id IS NOT NULL OR (n.status = 'circulated' AND NOT EXISTS (
        SELECT FROM minutes_acceptance o WHERE o.minutes = n.id AND o.verdict <> 'not-accepted'))
    ORDER BY m.starts_at
"""


async def earlier_minutes(meeting: MeetingFacts, item_id: int) -> list[EarlierMinutes]:
    """The last meeting's minutes, and those of the ones before it that no meeting accepted; oldest first."""
    return await database.fetch_as(
        EarlierMinutes, EARLIER, item_id, meeting.panel_id, meeting.starts_at, MOST_EARLIER
    )


async def verdicts_at(meeting_id: int) -> dict[int, list[EarlierMinutes]]:
    """By agenda item, what this meeting said of earlier minutes."""
    rows = await database.fetch(
        "SELECT a.agenda_item, n.id AS minutes_id, m.id AS meeting_id, m.starts_at, n.status, a.verdict, a.remarks, "
        "a.version FROM minutes_acceptance a JOIN agenda_item i ON i.id = a.agenda_item "
        "JOIN minutes n ON n.id = a.minutes JOIN meeting m ON m.id = n.meeting "
        "WHERE i.meeting = $1 ORDER BY m.starts_at",
        meeting_id,
    )
    found: dict[int, list[EarlierMinutes]] = {}
    for row in rows:
        item_id = row.pop("agenda_item")
        found.setdefault(item_id, []).append(EarlierMinutes(**row, addenda=0))
    return found


async def acceptances_of(minutes_id: int) -> list[Accepted]:
    """What later meetings said of these minutes, once the later minutes are circulated or still in the making."""
    return await database.fetch_as(
        Accepted,
        "SELECT m.id AS meeting_id, m.starts_at, a.verdict, a.remarks FROM minutes_acceptance a "
        "JOIN agenda_item i ON i.id = a.agenda_item JOIN meeting m ON m.id = i.meeting "
        "WHERE a.minutes = $1 ORDER BY m.starts_at, m.id",
        minutes_id,
    )
