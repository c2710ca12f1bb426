"""Reads cases with the meetings held about them, and meetings with their agendas. Counts alone leave this folder.

The SQL names its tables and what is asked, so that figures can ask it of a past day, or as things were known.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

from app import database
from app.london import day_start, london_date
from app.minutes.organised.rules import CaseMet, MeetingRun
from app.minutes.timeliness.queries import Standards
from app.panels.kinds import KINDS
from app.panels.selection_rules import CaseFlow

Row = dict[str, Any]
Read = Callable[[str], Awaitable[list[Row]]]
"""Answers SQL that names its tables and what is asked in braces."""

# Minutes say a next review once they are approved; until then the words of a draft agree nothing. What a review agreed
# for later can have been done before the case was closed: two years are further than reviews are agreed.
CASES = """
WITH cases AS MATERIALIZED (
    SELECT c.*, p.slug, p.name AS panel_name, p.kind FROM {panel_case} c JOIN panel p ON p.id = c.panel
    WHERE c.accepted_on < {to_on} AND c.accepted_on <= {as_at_on}
        AND (c.closed_on IS NULL OR c.closed_on >= {from_on} - 730) AND ({panel} IS NULL OR p.slug = {panel})
), met AS (
    SELECT c.id, array_agg(h.day ORDER BY h.meeting, h.item) AS days,
        array_agg(h.agreed ORDER BY h.meeting, h.item) AS agreed
    FROM cases c JOIN (
        SELECT i.child, i.id AS item, m.id AS meeting, m.panel, (m.starts_at AT TIME ZONE 'Europe/London')::date AS day,
            CASE WHEN n.approved_at < {until} THEN d.next_review_on END AS agreed
        FROM {agenda_item} i JOIN {meeting} m ON m.id = i.meeting
            LEFT JOIN {discussion} d ON d.agenda_item = i.id LEFT JOIN {minutes} n ON n.meeting = m.id
        WHERE i.status = 'on-agenda' AND m.status = 'held' AND m.starts_at < {until}
            AND coalesce(d.outcome, '') <> 'not-reached'
    ) h ON h.child = c.child AND h.panel = c.panel AND h.day >= c.accepted_on
        AND (c.closed_on IS NULL OR h.day <= c.closed_on)
    GROUP BY c.id
)
SELECT c.id, c.panel AS panel_id, c.slug, c.panel_name, c.kind, c.accepted_on,
    CASE WHEN c.closed_on <= {as_at_on} THEN c.closed_on END AS closed_on,
    CASE WHEN c.first_meeting_on <= {as_at_on} THEN c.first_meeting_on END AS first_meeting_on,
    CASE WHEN c.last_reviewed_on <= {as_at_on} THEN c.last_reviewed_on END AS last_reviewed_on,
    CASE WHEN greatest(c.first_meeting_on, c.last_reviewed_on) <= {as_at_on} THEN c.next_review_on END
        AS next_review_on,
    met.days, met.agreed
FROM cases c LEFT JOIN met ON met.id = c.id
"""


async def cases_met(read: Read, known: Standards) -> list[CaseMet]:
    """The cases open at some time in the window, and those closed so shortly before that a review fell due in it."""
    return [_case(row, known) for row in await read(CASES)]


def _case(row: Row, known: Standards) -> CaseMet:
    terms = known.of(row["panel_id"], row["kind"], row["accepted_on"])
    agreed = {day: then for day, then in zip(row["days"] or (), row["agreed"] or (), strict=True) if then}
    told = {day for day in (row["first_meeting_on"], row["last_reviewed_on"]) if day}
    latest = max(told, default=None)
    if latest and row["next_review_on"]:
        agreed[latest] = row["next_review_on"]
    return CaseMet(
        id=row["id"],
        panel_slug=row["slug"],
        panel_name=row["panel_name"],
        accepted_on=row["accepted_on"],
        within=terms.timescales.initial_meeting,
        weeks=terms.rule.review_weeks if isinstance(terms.rule, CaseFlow) else 0,
        met_on=tuple(sorted({*(row["days"] or ()), *told})),
        agreed=agreed,
        closed_on=row["closed_on"],
    )


MEETINGS = """
SELECT m.id, m.panel AS panel_id, p.slug, p.name AS panel_name, p.kind, m.status, m.starts_at,
    a.issued_at IS NOT NULL OR NOT m.date_only AS agenda_is_told,
    CASE WHEN a.issued_at < {until} THEN a.issued_at END AS issued_at
FROM {meeting} m JOIN panel p ON p.id = m.panel CROSS JOIN LATERAL (
    SELECT coalesce((SELECT min(v.issued_at) FROM {agenda_version} v WHERE v.meeting = m.id), m.agenda_issued_at)
        AS issued_at
) a
WHERE m.status IN ('held', 'cancelled') AND m.starts_at >= {from_at} AND m.starts_at < {to_at} AND m.starts_at < {until}
    AND ({panel} IS NULL OR p.slug = {panel})
"""


async def meetings_run(read: Read, known: Standards) -> list[MeetingRun]:
    """The meetings held or cancelled in the window by London date.

    When the agenda of a meeting went out that came by a file without saying so, nobody knows. Of panels that convene
    for one child it is not asked: they may meet before its days have passed.
    """
    return [_meeting(row, known) for row in await read(MEETINGS)]


def _meeting(row: Row, known: Standards) -> MeetingRun:
    day = london_date(row["starts_at"])
    issued: datetime | None = row["issued_at"]
    return MeetingRun(
        id=row["id"],
        panel_slug=row["slug"],
        panel_name=row["panel_name"],
        status=row["status"],
        day=day,
        agenda_within=known.of(row["panel_id"], row["kind"], day).timescales.agenda,
        agenda_issued_on=london_date(issued) if issued else None,
        agenda_is_told=row["agenda_is_told"],
        for_one_child=KINDS[row["kind"]].for_one_child,
    )


class _AsItStands(dict[str, str]):
    """What the SQL may name, as it stands now: the tables themselves, and an argument for each thing asked."""

    def __init__(self, asked: dict[str, tuple[Any, str]]) -> None:
        self.arguments: list[Any] = []
        self._asked = asked

    def __missing__(self, name: str) -> str:
        if name not in self._asked:
            return name
        value, kind = self._asked[name]
        self.arguments.append(value)
        self[name] = f"${len(self.arguments)}::{kind}"
        return self[name]


def as_it_stands(first: date, last: date, now: datetime, panel: str | None = None) -> Read:
    """Reads [first, last) by London date, of one panel or of all, as everything stands now."""
    asked = {
        "from_on": (first, "date"),
        "to_on": (last, "date"),
        "from_at": (day_start(first), "timestamptz"),
        "to_at": (day_start(last), "timestamptz"),
        "as_at_on": (london_date(now), "date"),
        "until": (now + timedelta(microseconds=1), "timestamptz"),
        "panel": (panel, "text"),
    }

    async def read(sql: str) -> list[Row]:
        names = _AsItStands(asked)
        return await database.fetch(sql.format_map(names), *names.arguments)

    return read
