"""Reads of meetings. `meeting_for` is the only way to one; nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app import database
from app.access import Identity, Permission, permits
from app.lifecycle import Forbidden, Invisible
from app.panels.meetings.rules import LONGEST_MINUTES, MeetingFacts

MEETING = """
    SELECT m.id, m.panel AS panel_id, p.slug AS panel_slug, p.name AS panel_name, p.kind AS panel_kind,
           m.starts_at, m.date_only, m.length_minutes, m.place, m.video_link,
           m.child AS child_id, m.trigger_episode AS trigger_episode_id, m.status, m.cancelled_reason,
           m.chair AS chair_id, coalesce(c.name, m.chair_name) AS chair_name,
           m.minute_taker AS minute_taker_id, coalesce(t.name, m.minute_taker_name) AS minute_taker_name,
           m.agenda_issued_at, m.ended_at, m.version, m.series_day, s.clock AS series_clock
    FROM meeting m JOIN panel p ON p.id = m.panel LEFT JOIN series s ON s.id = m.series
    LEFT JOIN person c ON c.id = m.chair LEFT JOIN person t ON t.id = m.minute_taker
"""


@dataclass(frozen=True)
class MeetingRow:
    """A meeting in a list, with how far its agenda has come."""

    id: int
    panel_id: int
    starts_at: datetime
    date_only: bool
    length_minutes: int
    place: str
    video_link: str
    child_id: int | None
    status: str
    cancelled_reason: str
    items: int
    versions: int


@dataclass(frozen=True)
class HistoryLine:
    """One entry of a meeting's history: what happened, when, by whom."""

    kind: str
    happened_at: datetime
    by: str
    details: dict[str, Any]


async def meeting_for(
    who: Identity, meeting_id: int, doing: Permission = Permission.SEE_MEETING
) -> MeetingFacts:
    """The meeting, if this person may know of it (else Invisible) and may do this with it (else Forbidden)."""
    rows = await database.fetch_as(MeetingFacts, MEETING + "WHERE m.id = $1", meeting_id)
    if not rows or not permits(who, Permission.SEE_MEETING, rows[0].scope):
        raise Invisible
    if not permits(who, doing, rows[0].scope):
        raise Forbidden(doing)
    return rows[0]


MEETING_ROW = """
    SELECT m.id, m.panel AS panel_id, m.starts_at, m.date_only, m.length_minutes, m.place, m.video_link,
           m.child AS child_id, m.status, m.cancelled_reason,
           (SELECT count(*) FROM agenda_item i WHERE i.meeting = m.id AND i.status = 'on-agenda') AS items,
           (SELECT count(*) FROM agenda_version v WHERE v.meeting = m.id) AS versions
    FROM meeting m
"""


async def coming_meetings(panel_id: int) -> list[MeetingRow]:
    """The meetings of a panel that are neither held nor cancelled, soonest first: late ones lead the list."""
    return await database.fetch_as(
        MeetingRow,
        MEETING_ROW
        + "WHERE m.panel = $1 AND m.status IN ('planned', 'agenda-issued') ORDER BY m.starts_at LIMIT 50",
        panel_id,
    )


async def past_meetings(panel_id: int, page: int, per_page: int = 20) -> tuple[list[MeetingRow], int]:
    """Held and cancelled meetings of a panel, latest first, and how many there are in all."""
    rows = await database.fetch_as(
        MeetingRow,
        MEETING_ROW + "WHERE m.panel = $1 AND m.status IN ('held', 'cancelled') "
        "ORDER BY m.starts_at DESC, m.id DESC LIMIT $2 OFFSET $3",
        panel_id,
        per_page,
        (page - 1) * per_page,
    )
    total = await database.fetch_value(
        "SELECT count(*) FROM meeting WHERE panel = $1 AND status IN ('held', 'cancelled')", panel_id
    )
    return rows, total


async def next_meetings(panel_ids: Sequence[int]) -> dict[int, MeetingRow]:
    """The earliest open meeting of each panel."""
    rows = await database.fetch_as(
        MeetingRow,
        MEETING_ROW + "WHERE m.id IN (SELECT DISTINCT ON (panel) id FROM meeting "
        "WHERE panel = ANY($1) AND status IN ('planned', 'agenda-issued') ORDER BY panel, starts_at, id)",
        list(panel_ids),
    )
    return {row.panel_id: row for row in rows}


async def last_held_meetings(panel_ids: Sequence[int]) -> dict[int, MeetingRow]:
    """The latest held meeting of each panel."""
    rows = await database.fetch_as(
        MeetingRow,
        "SELECT m.* FROM unnest($1::bigint[]) AS wanted(panel) CROSS JOIN LATERAL ("
        + MEETING_ROW
        + "WHERE m.panel = wanted.panel AND m.status = 'held' ORDER BY m.starts_at DESC, m.id DESC LIMIT 1) m",
        list(panel_ids),
    )
    return {row.panel_id: row for row in rows}


async def times_taken(panel_id: int, around: datetime, but_not: int | None) -> list[tuple[datetime, int]]:
    """Start and length of the panel's meetings near an instant that are not cancelled."""
    reach = timedelta(minutes=LONGEST_MINUTES)
    rows = await database.fetch(
        "SELECT starts_at, CASE WHEN date_only THEN 0 ELSE length_minutes END AS length_minutes FROM meeting "
        "WHERE panel = $1 AND status <> 'cancelled' AND starts_at BETWEEN $2 AND $3 AND id IS DISTINCT FROM $4 "
        "ORDER BY starts_at",
        panel_id,
        around - reach,
        around + reach,
        but_not,
    )
    return [(row["starts_at"], row["length_minutes"]) for row in rows]


async def history_of_meeting(meeting_id: int) -> list[HistoryLine]:
    """What happened to a meeting and its agenda, latest first; who read it is not part of it."""
    return await database.fetch_as(
        HistoryLine,
        "SELECT h.kind, h.happened_at, coalesce(p.name, '') AS by, h.details FROM history_entry h "
        "LEFT JOIN person p ON p.id = h.person_id "
        "WHERE h.about_ids @> ARRAY[$1::bigint] AND h.about = 'meeting' "
        "AND h.kind NOT LIKE '% read' ORDER BY h.happened_at DESC, h.id DESC LIMIT 200",
        meeting_id,
    )


async def last_change_to(meeting_id: int) -> HistoryLine | None:
    """The latest thing done to a meeting: who moved first, when two did."""
    rows = await history_of_meeting(meeting_id)
    return rows[0] if rows else None


async def recipients_of(panel_id: int) -> list[dict[str, Any]]:
    """Person id, name and e-mail of everybody who holds a seat and can sign in."""
    return await database.fetch(
        "SELECT p.id, p.name, p.email FROM seat s JOIN person p ON p.id = s.person "
        "WHERE s.panel = $1 AND s.ended_at IS NULL AND p.disabled_at IS NULL ORDER BY p.id",
        panel_id,
    )
