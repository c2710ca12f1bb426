"""Reads of who is there and how far the items are. Nothing is written here."""

from datetime import datetime

from app import database
from app.minutes.live.rules import LAPSE, Mark, Present
from app.minutes.queries import item_lines


async def present_in(meeting_id: int, now: datetime) -> list[Present]:
    """Who has which item of a meeting open, by the last sign of life of each page.

    A sign of life from the future counts for no longer than one from the past: clocks go back.
    """
    return await database.fetch_as(
        Present,
        "SELECT DISTINCT s.person AS person_id, p.name, s.item AS item_id FROM presence s "
        "JOIN person p ON p.id = s.person WHERE s.meeting = $1 AND s.seen_at > $2 AND s.seen_at < $3",
        meeting_id,
        now - LAPSE,
        now + LAPSE,
    )


async def marks_of(meeting_id: int) -> list[Mark]:
    """Every item on the agenda with the version that stands and its outcome."""
    rows = await database.fetch(
        "SELECT i.id, coalesce(d.version, 0) AS version, i.restricted FROM agenda_item i "
        "LEFT JOIN discussion d ON d.agenda_item = i.id WHERE i.meeting = $1",
        meeting_id,
    )
    stands = {row["id"]: (row["version"], row["restricted"]) for row in rows}
    marks = []
    for line in await item_lines(meeting_id):
        version, restricted = stands.get(line.id, (0, True))
        marks.append(Mark(line.id, version, line.outcome, line.outcome_shown, restricted))
    return marks
