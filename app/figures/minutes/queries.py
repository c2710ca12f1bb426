"""Reading the stamps of held meetings for the figure `minutes`. Stages and standards are the minutes' own rules."""

from datetime import date, datetime

from app.figures.counting import Noun
from app.figures.facts import FactCounting, FactUnit
from app.figures.minutes import rules
from app.figures.minutes.rules import MeetingFacts
from app.figures.queries import Records, Row, standards_known
from app.figures.rules import Question
from app.london import london_date
from app.minutes.timeliness.queries import Standards
from app.minutes.timeliness.rules import Stamps, stage_facts

HELD = """
WITH held AS MATERIALIZED (
    SELECT m.*, p.id AS panel_id, p.slug, p.name AS panel_name, p.kind FROM {meeting} m JOIN panel p ON p.id = m.panel
    WHERE m.status = 'held' AND m.starts_at >= {from_at} AND m.starts_at < {to_at} AND m.starts_at < {until}
        AND ({panel} IS NULL OR p.slug = {panel})
)
SELECT m.id, m.panel_id, m.slug, m.panel_name, m.kind, m.starts_at, m.ended_at,
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


async def meetings_held(question: Question) -> list[MeetingFacts]:
    """The meetings held in the window, of the panel asked for or of all, with their stages as they stood."""
    rows = await Records(question).rows(HELD)
    known = await standards_known(question)
    return [_meeting(row, known, question) for row in rows]


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
        id=row["id"],
        on=held_on,
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


MINUTES = FactCounting(
    rules.DEFINITION,
    (FactUnit(Noun.MEETING, meetings_held, rules.TESTS, rules.numbers, rules.told_of),),
    splits=("panel", "chair", "minute_taker"),
)
