"""Reads of case file checklists, for one case or a whole page of them. Nothing is written here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from app import database
from app.london import day_end
from app.panels.cases.checklist.rules import CheckLine, Checklist, checklist

# What the child's record tells already need not be typed again: its risk assessments and its social worker's contacts.
LINES = """
    SELECT k.panel_case AS case_id, k.kind, k.done_on, k.note, coalesce(p.name, '') AS by, false AS from_records, k.id
    FROM case_check k LEFT JOIN person p ON p.id = k.noted_by WHERE k.panel_case = ANY($1::bigint[])
    UNION ALL
    SELECT c.id, 'risk-assessment', a.assessed_on, '', '', true, 0
    FROM panel_case c CROSS JOIN LATERAL (
        SELECT r.assessed_on FROM risk_assessment r WHERE r.child = c.child AND r.assessed_on <= $2
        ORDER BY r.assessed_on DESC LIMIT 1) a
    WHERE c.id = ANY($1::bigint[])
    UNION ALL
    SELECT c.id, 'social-worker-contact', (met.at AT TIME ZONE 'Europe/London')::date, '', '', true, 0
    FROM panel_case c CROSS JOIN LATERAL (
        SELECT greatest(
            (SELECT max(e.sw_contact_at) FROM episode e
             WHERE e.child = c.child AND e.merged_into IS NULL AND e.sw_contact_at < $3),
            (SELECT max(n.followed_up_at) FROM interview n WHERE n.child = c.child AND n.followed_up_at < $3)) AS at
    ) met
    WHERE c.id = ANY($1::bigint[]) AND met.at IS NOT NULL
"""


async def checklists_of(case_ids: Collection[int], today: date) -> dict[int, Checklist]:
    """The checklist of each case as of a day, in one query."""
    by_case: dict[int, list[CheckLine]] = {case_id: [] for case_id in case_ids}
    for line in await database.fetch_as(CheckLine, LINES, sorted(by_case), today, day_end(today)):
        by_case[line.case_id].append(line)
    return {case_id: checklist(lines, today) for case_id, lines in by_case.items()}


async def lines_of(case_id: int) -> list[CheckLine]:
    """Every line that was noted on a case, the latest first."""
    return await database.fetch_as(
        CheckLine,
        "SELECT k.panel_case AS case_id, k.kind, k.done_on, k.note, coalesce(p.name, '') AS by, "
        "false AS from_records, k.id FROM case_check k LEFT JOIN person p ON p.id = k.noted_by "
        "WHERE k.panel_case = $1 ORDER BY k.done_on DESC, k.id DESC",
        case_id,
    )


@dataclass(frozen=True)
class FileRow:
    """A case in the matrix of a panel's checklists."""

    id: int
    child_id: int
    child_ref: str
    child_name: str
    accepted_on: date

    @property
    def known_as(self) -> str:
        return self.child_name or self.child_ref


async def open_cases(panel_id: int) -> list[FileRow]:
    """Every open case of a panel, by the child's name."""
    return await database.fetch_as(
        FileRow,
        "SELECT k.id, k.child AS child_id, c.child_ref, c.name AS child_name, k.accepted_on "
        "FROM panel_case k JOIN child c ON c.id = k.child WHERE k.panel = $1 AND k.closed_on IS NULL "
        "ORDER BY c.name = '', lower(c.name), c.child_ref",
        panel_id,
    )
