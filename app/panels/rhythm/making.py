"""Turns a rhythm's days into meetings, and takes them out again; used inside the transaction of a change or job."""

from collections.abc import Sequence
from datetime import datetime

from app import database
from app.history.changes import record
from app.london import london_date
from app.panels.agenda.standing import put_standing_on
from app.panels.rhythm.queries import HAS_WORK
from app.panels.rhythm.rules.recurrences import first_to_make, to_hold, year_ahead
from app.panels.rhythm.rules.series import SeriesFacts
from app.panels.terms.queries import standing_panel_by_id, terms_at

# One statement for a year. A time at which the panel meets already stays with the meeting that is there, and a day
# that has its meeting keeps it, also where that was moved or cancelled since. Whoever lost their seat leads nothing.
MAKE = """
    INSERT INTO meeting (panel, starts_at, length_minutes, place, video_link, chair, minute_taker, series, series_day)
    SELECT s.panel, given.starts_at, s.length_minutes, s.place, s.video_link,
           (SELECT person FROM seat WHERE panel = s.panel AND person = s.chair AND ended_at IS NULL),
           (SELECT person FROM seat WHERE panel = s.panel AND person = s.minute_taker AND ended_at IS NULL),
           s.id, given.series_day
    FROM series s CROSS JOIN unnest($2::date[], $3::timestamptz[]) AS given(series_day, starts_at)
    WHERE s.id = $1 AND NOT EXISTS (
        SELECT FROM meeting m WHERE m.panel = s.panel AND m.status <> 'cancelled'
          AND m.starts_at BETWEEN given.starts_at - interval '1 day' AND given.starts_at + interval '1 day'
          AND CASE WHEN m.date_only THEN (m.starts_at AT TIME ZONE 'Europe/London')::date
                                       = (given.starts_at AT TIME ZONE 'Europe/London')::date
              ELSE m.starts_at < given.starts_at + make_interval(mins => s.length_minutes)
                   AND given.starts_at < m.starts_at + make_interval(mins => m.length_minutes) END)
    ORDER BY given.series_day ON CONFLICT DO NOTHING RETURNING id
"""


async def make_meetings(series: SeriesFacts, now: datetime, person_id: int | None) -> int:
    """Makes the meetings of a rhythm that are not made yet, a year ahead; returns how many. Take the panel before."""
    until = year_ahead(london_date(now))
    first = first_to_make(series.starts_on, series.generated_until, london_date(now))
    wanted = to_hold(series.recurrence, first, until, now)
    rows = await database.fetch(
        MAKE, series.id, [one.series_day for one in wanted], [one.starts_at for one in wanted]
    )
    await database.execute("UPDATE series SET generated_until = $2 WHERE id = $1", series.id, until)
    if rows:
        panel = await standing_panel_by_id(series.panel_id)
        assert panel is not None, "a series is always of a panel"
        terms = await terms_at(panel, london_date(now))
        await put_standing_on([row["id"] for row in rows], terms)
        await record(
            person_id,
            "planned by the rhythm",
            "meeting",
            [row["id"] for row in rows],
            now=now,
            details={"series": series.id},
        )
    return len(rows)


async def take_out_untouched(meeting_ids: Sequence[int]) -> list[int]:
    """Removes those of these meetings that nobody has worked on, with their standing items; returns which."""
    # a row that somebody is changing is waited for and judged by what it is then
    await database.execute("SELECT FROM meeting WHERE id = ANY($1) ORDER BY id FOR UPDATE", meeting_ids)
    rows = await database.fetch(
        "SELECT m.id FROM meeting m WHERE m.id = ANY($1) AND m.status = 'planned' AND m.version = 1 "
        f"AND NOT {HAS_WORK}",
        meeting_ids,
    )
    ids = [row["id"] for row in rows]
    await database.execute("DELETE FROM agenda_item WHERE meeting = ANY($1)", ids)
    await database.execute("DELETE FROM meeting WHERE id = ANY($1)", ids)
    return ids
