"""Reading the stamps of held meetings for the figure `minutes`. Stages and standards are the minutes' own rules."""

from collections.abc import Callable
from datetime import date, datetime
from itertools import groupby

from app.figures.minutes import rules
from app.figures.minutes.rules import MeetingFacts
from app.figures.queries import Records, Row
from app.figures.rules import Figure, Group, Question
from app.london import london_date
from app.minutes.timeliness.queries import Standards, standards
from app.minutes.timeliness.rules import Stamps, stage_facts

HELD = """
WITH held AS MATERIALIZED (
    SELECT m.*, p.id AS panel_id, p.slug, p.name AS panel_name, p.kind FROM {meeting} m JOIN panel p ON p.id = m.panel
    WHERE m.status = 'held' AND m.starts_at >= {from_at} AND m.starts_at < {to_at} AND m.starts_at < {until}
        AND ({panel} IS NULL OR p.slug = {panel})
)
SELECT m.panel_id, m.slug, m.panel_name, m.kind, m.starts_at, m.ended_at,
    coalesce(c.name, m.chair_name) AS chair, coalesce(t.name, w.name, m.minute_taker_name) AS minute_taker,
    coalesce(n.actions_issued_at, i.at, CASE WHEN NOT m.date_only THEN m.ended_at END) AS actions_issued_at,
    n.sent_to_chair_at, n.approved_at, n.circulated_at, n.filed_at
FROM held m LEFT JOIN {minutes} n ON n.meeting = m.id
    LEFT JOIN (
        SELECT a.meeting, max(a.issued_at) AS at FROM {action} a
        WHERE a.meeting IN (SELECT id FROM held) AND a.issued_at < {until} GROUP BY a.meeting
    ) i ON i.meeting = m.id
    LEFT JOIN person c ON c.id = m.chair LEFT JOIN person t ON t.id = n.taker
    LEFT JOIN person w ON w.id = m.minute_taker
"""
"""Actions were all issued when a file says so, else with the last one issued here; with none, when the meeting ended.
A meeting that a file brought without saying so has no such stamp."""


async def minutes(question: Question) -> Figure:
    """The figure `minutes`. Whose children were discussed cannot split a meeting: those filters are left aside."""
    rows = await Records(question).rows(HELD)
    known = await standards()
    meetings = [_meeting(row, known, question) for row in rows]
    asked = (
        ("authority", question.authority),
        ("placed", question.placed),
        ("legal_status", question.legal_status),
    )
    return Figure(
        values=rules.values(meetings),
        by_month=[
            (
                month,
                rules.values([meeting for meeting in meetings if meeting.held_on.replace(day=1) == month]),
            )
            for month in question.months
        ],
        by={
            "panel": _groups(meetings, lambda meeting: (meeting.panel_name, meeting.panel)),
            "chair": _groups(meetings, lambda meeting: (meeting.chair, meeting.chair)),
            "minute_taker": _groups(meetings, lambda meeting: (meeting.minute_taker, meeting.minute_taker)),
        },
        not_applied=tuple(name for name, choice in asked if choice != "all"),
    )


def _meeting(row: Row, known: Standards, question: Question) -> MeetingFacts:
    held_on = london_date(row["starts_at"])
    stamps = Stamps(
        ended_on=london_date(row["ended_at"]) if row["ended_at"] else held_on,
        actions_issued_on=_day(row["actions_issued_at"], question.until),
        draft_to_chair_on=_day(row["sent_to_chair_at"], question.until),
        approved_on=_day(row["approved_at"], question.until),
        circulated_on=_day(row["circulated_at"], question.until),
        filed_on=_day(row["filed_at"], question.until),
    )
    return MeetingFacts(
        held_on=held_on,
        panel=row["slug"],
        panel_name=row["panel_name"],
        chair=row["chair"],
        minute_taker=row["minute_taker"],
        stages=tuple(
            stage_facts(stamps, known.of(row["panel_id"], row["kind"], held_on).timescales, question.until)
        ),
    )


def _day(instant: datetime | None, until: datetime) -> date | None:
    """The day of a stamp; one of a later hour of the same day has not happened yet."""
    return london_date(instant) if instant is not None and instant < until else None


def _groups(meetings: list[MeetingFacts], named: Callable[[MeetingFacts], tuple[str, str]]) -> list[Group]:
    """The meetings by what `named` says, as label and key, in the order of the labels."""
    ordered = sorted(meetings, key=named)
    return [
        Group(key or "not-noted", label or "Not noted", rules.values(list(found)))
        for (label, key), found in groupby(ordered, key=named)
    ]
