"""Reads of rhythms and of the meetings that came of them. Nothing is written here."""

from collections.abc import Sequence
from datetime import date, datetime

from app import database
from app.panels.meetings.queries import MEETING
from app.panels.meetings.rules import MeetingFacts
from app.panels.rhythm.rules.coming import RhythmMeeting
from app.panels.rhythm.rules.series import SeriesFacts

SERIES = """
    SELECT s.id, s.panel AS panel_id, s.frequency, s.weekday, s.nth, s.clock, s.length_minutes, s.place, s.video_link,
           s.chair AS chair_id, coalesce(c.name, '') AS chair_name,
           s.minute_taker AS minute_taker_id, coalesce(t.name, '') AS minute_taker_name,
           s.holiday_rule, s.starts_on, s.ends_on, s.generated_until, s.version
    FROM series s LEFT JOIN person c ON c.id = s.chair LEFT JOIN person t ON t.id = s.minute_taker
"""


async def series_of(panel_id: int) -> list[SeriesFacts]:
    """Every rhythm that a panel has had, has and will have, the latest first."""
    return await database.fetch_as(
        SeriesFacts, SERIES + "WHERE s.panel = $1 ORDER BY s.starts_on DESC, s.id DESC", panel_id
    )


async def series_facts(series_id: int) -> SeriesFacts | None:
    rows = await database.fetch_as(SeriesFacts, SERIES + "WHERE s.id = $1", series_id)
    return rows[0] if rows else None


async def series_to_continue(today: date, until: date) -> list[SeriesFacts]:
    """The rhythms of active panels that have days up to `until` which were not turned into meetings yet."""
    return await database.fetch_as(
        SeriesFacts,
        SERIES + "JOIN panel p ON p.id = s.panel WHERE p.active AND (s.ends_on IS NULL OR s.ends_on >= $1) "
        "AND coalesce(s.generated_until, '-infinity') < least($2, coalesce(s.ends_on, $2)) ORDER BY s.id",
        today,
        until,
    )


HAS_WORK = """(
    EXISTS (SELECT FROM agenda_item i WHERE i.meeting = m.id AND (i.kind <> 'standing' OR i.version > 1))
    OR EXISTS (SELECT FROM attendance a WHERE a.meeting = m.id)
    OR EXISTS (SELECT FROM guest_slot g WHERE g.meeting = m.id))
"""
"""Whether somebody put anything to the meeting `m`; the standing items that it was made with are nobody's work."""

RHYTHM_MEETING = f"""
    SELECT m.id, m.series AS series_id, m.series_day, m.starts_at, m.length_minutes, m.status, m.cancelled_reason,
           m.version,
           (SELECT count(*) FROM agenda_item i
            WHERE i.meeting = m.id AND i.status = 'on-agenda' AND i.kind <> 'standing') AS items,
           {HAS_WORK} AS has_rows
    FROM meeting m
"""


async def meetings_of_series(series_ids: Sequence[int], now: datetime) -> list[RhythmMeeting]:
    """What rhythms have given from now on, cancelled ones and ones that were moved among them, soonest first."""
    return await database.fetch_as(
        RhythmMeeting,
        RHYTHM_MEETING + "WHERE m.series = ANY($1) AND m.starts_at > $2 ORDER BY m.series_day",
        list(series_ids),
        now,
    )


async def meetings_given_up(panel_id: int, first_day: date, now: datetime) -> list[RhythmMeeting]:
    """The open meetings to come that the panel's rhythms gave for this day and later."""
    return await database.fetch_as(
        RhythmMeeting,
        RHYTHM_MEETING
        + "WHERE m.panel = $1 AND m.series IS NOT NULL AND m.series_day >= $2 AND m.starts_at > $3 "
        "AND m.status IN ('planned', 'agenda-issued') ORDER BY m.starts_at",
        panel_id,
        first_day,
        now,
    )


async def facts_of(meeting_ids: Sequence[int]) -> list[MeetingFacts]:
    """These meetings whole, soonest first."""
    return await database.fetch_as(
        MeetingFacts, MEETING + "WHERE m.id = ANY($1) ORDER BY m.starts_at, m.id", list(meeting_ids)
    )


async def last_to_change_rhythm(panel_id: int) -> str:
    """The name of whoever set or ended the panel's rhythm last; blank where nobody has."""
    name: str | None = await database.fetch_value(
        "SELECT p.name FROM history_entry h JOIN person p ON p.id = h.person_id "
        "WHERE h.about = 'panel' AND h.about_ids @> ARRAY[$1::bigint] AND h.kind IN ('rhythm set', 'rhythm ended') "
        "ORDER BY h.happened_at DESC, h.id DESC LIMIT 1",
        panel_id,
    )
    return name or ""


async def times_that_stay(panel_id: int, but_not: Sequence[int], now: datetime) -> list[tuple[datetime, int]]:
    """Start and length of the panel's meetings to come that are not cancelled, but for these."""
    rows = await database.fetch(
        "SELECT starts_at, CASE WHEN date_only THEN 0 ELSE length_minutes END AS minutes FROM meeting "
        "WHERE panel = $1 AND status <> 'cancelled' AND id <> ALL($3) "
        "AND starts_at > $2::timestamptz - interval '1 day'",
        panel_id,
        now,
        list(but_not),
    )
    return [(row["starts_at"], row["minutes"]) for row in rows]
