"""Every figure over a year beside the least that it has to ask, and the pages and files made of figures."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from app import database
from app.figures.catalogue import FIGURES, FigureKind, figure_for
from app.figures.reports.changes import make_report
from app.figures.reports.kinds import kind_of
from app.figures.rules import Figure, Question, last_complete_year
from app.london import day_start, london_date
from benchmarks.authority import MANAGER, Built
from benchmarks.measuring import Measured, not_there, timed
from benchmarks.pages import NotThere, readers

FIGURE_AIMS = {"small": 100, "large": 1000, "dense": 1000}
HOME_AIMS = {"small": 150, "large": 1000, "dense": 1000}
"""The manager's home; a figure's page and the rows behind a number may take as long."""
REPORT_AIM = 2000
REPORT = "six-monthly-report"

# The least that any program has to ask for a figure: no months, no splits, nothing left out or told apart.
PLAIN = {
    "missing": """
        SELECT count(*), count(DISTINCT child) FROM episode
        WHERE category = 'missing' AND merged_into IS NULL AND started_at >= $1 AND started_at < $2
    """,
    "interviews": """
        SELECT count(*), count(i.id), count(*) FILTER (WHERE i.outcome = 'completed'),
            count(DISTINCT e.child) FILTER (WHERE i.outcome = 'declined-child')
        FROM episode e LEFT JOIN interview_episode x ON x.episode = e.id LEFT JOIN interview i ON i.id = x.interview
        WHERE e.category = 'missing' AND e.merged_into IS NULL AND e.returned_at >= $1 AND e.returned_at < $2
    """,
    "recall": """
        SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT FROM referral r WHERE r.panel = k.panel
            AND r.child = k.child AND r.threshold = 'met' AND r.referred_on > k.closed_on
            AND r.referred_on <= k.closed_on + interval '12 months'))
        FROM panel_case k WHERE k.closed_on >= $1::timestamptz::date AND k.closed_on < $2::timestamptz::date
    """,
    "reduction": """
        SELECT count(*), sum(before), sum(after) FROM panel_case k CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE started_at < k.first_meeting_on) AS before,
                count(*) FILTER (WHERE started_at >= k.closed_on) AS after FROM episode e
            WHERE e.child = k.child AND e.category = 'missing' AND e.merged_into IS NULL
                AND e.started_at >= k.first_meeting_on - 90 AND e.started_at < k.closed_on + 91) AS episodes
        WHERE k.closed_on >= $1::timestamptz::date AND k.closed_on < $2::timestamptz::date
    """,
    "meetings": """
        SELECT count(*), count(*) FILTER (WHERE first_meeting_on <= accepted_on + 14) FROM panel_case
        WHERE accepted_on >= $1::timestamptz::date AND accepted_on < $2::timestamptz::date
    """,
    "minutes": """
        SELECT count(*), count(*) FILTER (WHERE t.circulated_at < m.ended_at + interval '14 days')
        FROM meeting m LEFT JOIN minutes t ON t.meeting = m.id
        WHERE m.status = 'held' AND m.starts_at >= $1 AND m.starts_at < $2
    """,
    "actions": """
        SELECT status, count(*), count(*) FILTER (WHERE finished_on <= original_due_on) FROM action
        WHERE original_due_on >= $1::timestamptz::date AND original_due_on < $2::timestamptz::date GROUP BY status
    """,
    "attendance": """
        SELECT a.agency, count(DISTINCT m.id) FILTER (WHERE a.status IN ('present', 'deputy')), count(DISTINCT m.id)
        FROM meeting m JOIN attendance a ON a.meeting = m.id
        WHERE m.status = 'held' AND m.starts_at >= $1 AND m.starts_at < $2 GROUP BY a.agency
    """,
}


async def measure_figures(built: Built, only: str) -> AsyncIterator[Measured]:
    """Each figure over the last twelve complete months with every split and month, and its plain count as the limit."""
    from_on, to_on = last_complete_year(london_date(built.now))
    question = Question(from_on, to_on, built.now, ("Sampleshire",))
    aim = FIGURE_AIMS[built.size.name]
    known = replace(question, known_at=built.now - timedelta(days=30))
    for kind in FIGURES.values():
        asked = [
            (f"figure, {kind.name}, one year", question),
            (f"figure, {kind.name}, values alone", replace(question, brief=True)),
            (f"figure, {kind.name}, as known before", known),
        ]
        for what, one in asked:
            if only in what:
                yield await _figure(what, kind, one, aim)
        what = f"figure, {kind.name}: its plain count"
        if only in what and kind.name in PLAIN:
            yield await _plain_count(what, PLAIN[kind.name], from_on, to_on)


async def _figure(what: str, kind: FigureKind, question: Question, aim: float) -> Measured:
    async def count() -> Figure:
        return await figure_for(kind, question)

    return await timed(what, count, aim)


async def _plain_count(what: str, sql: str, from_on: date, to_on: date) -> Measured:
    return await timed(
        what,
        lambda: database.fetch(sql, day_start(from_on), day_start(to_on)),
        note="the limit: no months, no splits",
    )


async def measure_pages_of_figures(built: Built, folder: Path, only: str) -> AsyncIterator[Measured]:
    """As a manager reads them: every figure's page, rows behind its numbers, layouts of papers, a report."""
    size = built.size.name
    asked: list[tuple[str, str, float | None]] = [
        ("home page, safeguarding manager", "/", HOME_AIMS[size]),
        *((f"figures page, {name}", f"/figures/{name}", HOME_AIMS[size]) for name in FIGURES),
        *((f"figures rows, {name}", path, HOME_AIMS[size]) for name, path in _rows().items()),
        *(
            (f"figures paper, {name}", f"/figures/papers/{name}", None)
            for name in ("thurrock", "wolverhampton", "nottinghamshire", "birmingham")
        ),
    ]
    async with readers(built, folder) as people:
        reader = people[MANAGER]
        for what, path, aim in asked:
            if only in what:
                yield await _read(what, reader, path, aim)
        for form in ("", ".pdf"):
            what = f"figures report, six months{', PDF' if form else ''}"
            if only in what:
                yield await _read(what, reader, f"/reports/{await _report(built)}{form}", REPORT_AIM)


def _rows() -> dict[str, str]:
    """The rows behind the number that counts most, by figure."""
    keys = {"missing": "episodes", "interviews": "eligible", "recall": "closures", "actions": "due"}
    return {name: f"/figures/{name}/rows?key={key}" for name, key in keys.items() if name in FIGURES}


async def _read(what: str, reader: Any, path: str, aim: float | None) -> Measured:
    try:
        size = len((await reader.get(path)).content)
        return await timed(what, lambda: reader.get(path), aim, f"{size / 1000:.0f} kB")
    except NotThere as problem:
        return not_there(what, problem)


async def _report(built: Built) -> int:
    """A draft of the six-monthly report about the last half year, made once."""
    kept: int | None = await database.fetch_value("SELECT max(id) FROM report WHERE kind = $1", REPORT)
    kind = kind_of(REPORT)
    assert kind is not None
    if kept is not None:
        return kept
    window = kind.period.last_complete(london_date(built.now))
    made = await make_report(None, kind, kind.audiences[0], window, now=_a_moment_before(built.now))
    await database.execute("UPDATE report SET made_by = $2 WHERE id = $1", made, MANAGER)
    return made


def _a_moment_before(now: datetime) -> datetime:
    return now - timedelta(seconds=1)
