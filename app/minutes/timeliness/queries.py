"""Reads the stamps of held meetings and the standards that held on their days. Nothing is written here."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from app import database
from app.london import day_start, london_date
from app.minutes.handed_in import handed_in
from app.minutes.timeliness.rules import StageFact, Stamps, stage_facts
from app.panels.kinds import KINDS, Timescales
from app.panels.terms.rules import Terms, merged_terms


@dataclass(frozen=True)
class MeetingStamps:
    """A held meeting with its six stamps and the standards its panel had that day.

    `chair_id` and `minute_taker_id`: the people named for it, None for none or for names that came from a file.
    `returned_on`: since when a draft that the chair gave back is with the minute taker again.
    `is_from_a_file`: they are made elsewhere, and a file tells how far they are.
    """

    meeting_id: int
    panel_id: int
    panel_slug: str
    panel_name: str
    held_on: date
    chair: str
    minute_taker: str
    status: str
    stamps: Stamps
    timescales: Timescales
    chair_id: int | None = None
    minute_taker_id: int | None = None
    returned_on: date | None = None
    is_from_a_file: bool = False

    def stages(self, as_at: datetime) -> list[StageFact]:
        """The five stages after the end of the meeting, as they stood at an instant."""
        return stage_facts(self.stamps, self.timescales, as_at)


STAMPS = """
    SELECT m.id AS meeting_id, m.panel AS panel_id, p.slug AS panel_slug, p.name AS panel_name, p.kind, m.starts_at,
           m.ended_at, coalesce(c.name, m.chair_name) AS chair,
           coalesce(t.name, w.name, m.minute_taker_name) AS minute_taker,
           coalesce(n.status, 'draft') AS status, n.actions_issued_at, n.sent_to_chair_at, n.approved_at,
           n.circulated_at, n.filed_at, m.chair AS chair_id, coalesce(n.taker, m.minute_taker) AS minute_taker_id,
           n.taker IS NULL AND n.content IS NULL AND n.status <> 'draft' AS is_from_a_file,
           CASE WHEN n.status = 'draft' AND n.remarks <> '' THEN coalesce((
               SELECT max(h.happened_at) FROM history_entry h WHERE h.kind = 'minutes returned'
               AND h.about = 'minutes of meeting' AND h.about_ids @> ARRAY[m.id]
           ), n.sent_to_chair_at) END AS returned_at
    FROM meeting m JOIN panel p ON p.id = m.panel LEFT JOIN minutes n ON n.meeting = m.id
    LEFT JOIN person c ON c.id = m.chair LEFT JOIN person t ON t.id = n.taker
    LEFT JOIN person w ON w.id = m.minute_taker
    WHERE m.status = 'held' AND m.starts_at >= $1 AND m.starts_at < $2 AND (NOT $3 OR n.filed_at IS NULL)
    ORDER BY m.starts_at, m.id
"""


async def stamps_of_meetings(
    first: date, last: date, unfinished: bool = False, until: datetime | None = None
) -> list[MeetingStamps]:
    """The meetings held in [first, last) by London date, oldest first; minutes not begun have no stamps.

    `unfinished`: those alone that are not filed on the children's records. `until`: the first instant that has not
    happened yet, also for stamps of a later hour of its day.
    """
    before = min(day_start(last), until) if until else day_start(last)
    rows = await database.fetch(STAMPS, day_start(first), before, unfinished)
    known = await standards()
    issued = await handed_in.actions_issued_at([row["meeting_id"] for row in rows])
    for row in rows:  # what a file told goes before what is reckoned from the actions themselves
        row["actions_issued_at"] = row["actions_issued_at"] or issued.get(row["meeting_id"])
    return [
        _meeting(row, known.of(row["panel_id"], row["kind"], london_date(row["starts_at"])).timescales, until)
        for row in rows
    ]


def _meeting(row: dict[str, Any], timescales: Timescales, until: datetime | None) -> MeetingStamps:
    def day(instant: datetime | None) -> date | None:
        return london_date(instant) if instant and (until is None or instant < until) else None

    held_on = london_date(row["starts_at"])
    return MeetingStamps(
        meeting_id=row["meeting_id"],
        panel_id=row["panel_id"],
        panel_slug=row["panel_slug"],
        panel_name=row["panel_name"],
        held_on=held_on,
        chair=row["chair"],
        minute_taker=row["minute_taker"],
        status=row["status"],
        stamps=Stamps(
            ended_on=london_date(row["ended_at"]) if row["ended_at"] else held_on,
            actions_issued_on=day(row["actions_issued_at"]),
            draft_to_chair_on=day(row["sent_to_chair_at"]),
            approved_on=day(row["approved_at"]),
            circulated_on=day(row["circulated_at"]),
            filed_on=day(row["filed_at"]),
        ),
        timescales=timescales,
        chair_id=row["chair_id"],
        minute_taker_id=row["minute_taker_id"],
        returned_on=day(row["returned_at"]),
        is_from_a_file=bool(row["is_from_a_file"]),
    )


class Standards:
    """The terms that held for a panel on a day: of its kind, or as its terms of reference set them."""

    def __init__(self, terms: list[dict[str, Any]]) -> None:
        self._terms = {panel: list(rows) for panel, rows in groupby(terms, key=lambda row: row["panel"])}
        self._merged: dict[tuple[int, date | None], Terms] = {}

    def of(self, panel_id: int, kind: str, day: date) -> Terms:
        holding = [terms for terms in self._terms.get(panel_id, []) if terms["holds_from"] <= day]
        key = (panel_id, holding[-1]["holds_from"] if holding else None)
        if key not in self._merged:
            self._merged[key] = merged_terms(KINDS[kind], holding[-1]["overrides"] if holding else {})
        return self._merged[key]


async def standards() -> Standards:
    """What every panel's terms of reference say, read once for many meetings."""
    return Standards(
        await database.fetch(
            "SELECT panel, holds_from, overrides FROM terms_of_reference ORDER BY panel, holds_from"
        )
    )
