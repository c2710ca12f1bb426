"""Reads cases with the meetings held about them, and meetings with their agendas. Counts alone leave this folder."""

from datetime import date, datetime
from typing import Any

from app import database
from app.london import day_start, london_date
from app.minutes.organised.rules import CaseMet, MeetingRun
from app.minutes.timeliness.queries import Standards, standards
from app.panels.kinds import KINDS
from app.panels.selection_rules import CaseFlow

# minutes say a next review once they are approved; until then the words of a draft agree nothing
CASES = """
    SELECT c.id, c.panel AS panel_id, p.slug, p.name, p.kind, c.accepted_on, c.closed_on, c.first_meeting_on,
           c.last_reviewed_on, c.next_review_on, met.days, met.agreed
    FROM panel_case c JOIN panel p ON p.id = c.panel
    LEFT JOIN LATERAL (
        SELECT array_agg(h.day ORDER BY h.id) AS days, array_agg(h.agreed ORDER BY h.id) AS agreed
        FROM (
            SELECT m.id, (m.starts_at AT TIME ZONE 'Europe/London')::date AS day,
                   CASE WHEN n.approved_at IS NOT NULL THEN d.next_review_on END AS agreed
            FROM agenda_item i JOIN meeting m ON m.id = i.meeting
            LEFT JOIN discussion d ON d.agenda_item = i.id LEFT JOIN minutes n ON n.meeting = m.id
            WHERE i.child = c.child AND m.panel = c.panel AND m.status = 'held' AND i.status = 'on-agenda'
              AND coalesce(d.outcome, '') <> 'not-reached'
        ) h
        WHERE h.day >= c.accepted_on AND (c.closed_on IS NULL OR h.day <= c.closed_on)
    ) met ON true
    WHERE c.accepted_on < $2 AND (c.closed_on IS NULL OR c.closed_on >= $1) AND ($3::text IS NULL OR p.slug = $3)
"""


async def cases_met(first: date, last: date, panel: str | None = None) -> list[CaseMet]:
    """The cases open at some time in [first, last), of one panel or of all."""
    known = await standards()
    return [_case(row, known) for row in await database.fetch(CASES, first, last, panel)]


def _case(row: dict[str, Any], known: Standards) -> CaseMet:
    terms = known.of(row["panel_id"], row["kind"], row["accepted_on"])
    agreed = {day: then for day, then in zip(row["days"] or (), row["agreed"] or (), strict=True) if then}
    told = {day for day in (row["first_meeting_on"], row["last_reviewed_on"]) if day}
    latest = max(told, default=None)
    if latest and row["next_review_on"]:
        agreed[latest] = row["next_review_on"]
    return CaseMet(
        panel_slug=row["slug"],
        panel_name=row["name"],
        accepted_on=row["accepted_on"],
        within=terms.timescales.initial_meeting,
        weeks=terms.rule.review_weeks if isinstance(terms.rule, CaseFlow) else 0,
        met_on=tuple(sorted({*(row["days"] or ()), *told})),
        agreed=agreed,
        closed_on=row["closed_on"],
    )


MEETINGS = """
    SELECT m.panel AS panel_id, p.slug, p.name, p.kind, m.status, m.starts_at, m.date_only,
           coalesce((SELECT min(v.issued_at) FROM agenda_version v WHERE v.meeting = m.id), m.agenda_issued_at)
               AS issued_at
    FROM meeting m JOIN panel p ON p.id = m.panel
    WHERE m.status IN ('held', 'cancelled') AND m.starts_at >= $1 AND m.starts_at < $2
      AND ($3::text IS NULL OR p.slug = $3)
"""


async def meetings_run(first: date, last: date, panel: str | None = None) -> list[MeetingRun]:
    """The meetings held or cancelled in [first, last) by London date.

    When the agenda of a meeting went out that came by a file without saying so, nobody knows. Of panels that convene
    for one child it is not asked: they may meet before its days have passed.
    """
    known = await standards()
    rows = await database.fetch(MEETINGS, day_start(first), day_start(last), panel)
    return [_meeting(row, known) for row in rows]


def _meeting(row: dict[str, Any], known: Standards) -> MeetingRun:
    day = london_date(row["starts_at"])
    issued: datetime | None = row["issued_at"]
    return MeetingRun(
        panel_slug=row["slug"],
        panel_name=row["name"],
        status=row["status"],
        day=day,
        agenda_within=known.of(row["panel_id"], row["kind"], day).timescales.agenda,
        agenda_issued_on=london_date(issued) if issued else None,
        agenda_counts=not KINDS[row["kind"]].for_one_child and (issued is not None or not row["date_only"]),
    )
