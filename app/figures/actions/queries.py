"""Counting actions by the date they were first due. No definitions in words: see the rules."""

from app.figures.actions import rules
from app.figures.cells import SIDES
from app.figures.queries import Records, Row, of_case
from app.figures.rules import OLA, OWN, Figure, Group, Measure, Question

ABOUT_NO_CHILD = "none"

COUNTED = """
WITH seen AS MATERIALIZED (
    SELECT width_bucket(a.original_due_on, {starts}) AS month, a.panel, a.agency, a.owner, a.issued_on, a.finished_on,
        a.original_due_on, a.due_on,
        CASE WHEN a.child IS NULL THEN 'none' WHEN {own} THEN 'own' ELSE 'ola' END AS side,
        CASE
            WHEN a.finished_on <= {as_at_on} AND a.status = 'completed'
                THEN CASE WHEN a.finished_on <= a.original_due_on THEN 'completed_on_time' ELSE 'completed_late' END
            WHEN a.finished_on <= {as_at_on} THEN a.status
            WHEN a.original_due_on < {open_deadlines_from} THEN 'overdue'
            ELSE 'not_yet_due' END AS state
    FROM {action} a LEFT JOIN {child} c ON c.id = a.child
    WHERE a.original_due_on >= {from_on} AND a.original_due_on < {to_on} AND a.issued_on <= {as_at_on}
        AND a.status <> 'withdrawn'
        AND ({panel} IS NULL OR a.panel = (SELECT id FROM panel WHERE slug = {panel}))
        AND {legal_status} AND {asked_side}
)
SELECT grouped.*, p.slug, p.name AS panel_name, g.name AS agency_name, o.name AS owner_name
FROM (
    SELECT CASE WHEN grouping(month) = 0 THEN 'month' WHEN grouping(panel) = 0 THEN 'panel'
        WHEN grouping(agency) = 0 THEN 'agency' WHEN grouping(owner) = 0 THEN 'owner'
        WHEN grouping(side) = 0 THEN 'authority' ELSE 'whole' END AS by,
    month, panel, agency, owner, side,
    count(*) FILTER (WHERE state <> 'not_yet_due') AS due,
    count(*) FILTER (WHERE state = 'completed_on_time') AS completed_on_time,
    count(*) FILTER (WHERE state = 'completed_late') AS completed_late,
    count(*) FILTER (WHERE state = 'not-possible') AS not_possible,
    count(*) FILTER (WHERE state = 'not-done') AS not_done,
    count(*) FILTER (WHERE state = 'overdue') AS overdue,
    count(*) FILTER (WHERE state = 'not_yet_due') AS not_yet_due,
    count(*) FILTER (WHERE state <> 'not_yet_due' AND due_on > original_due_on) AS extended,
    count(*) FILTER (WHERE state = 'overdue' AND due_on >= {open_deadlines_from}) AS overdue_within_extension,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY finished_on - issued_on)
        FILTER (WHERE state IN ('completed_on_time', 'completed_late')) AS median_days
    FROM seen GROUP BY GROUPING SETS ((), (month), (panel), (agency), (owner), (side))
) AS grouped
LEFT JOIN panel p ON p.id = grouped.panel LEFT JOIN agency g ON g.id = grouped.agency
LEFT JOIN person o ON o.id = grouped.owner
"""


def _values(counts: Row) -> list[Measure]:
    return rules.DEFINITION.values(counts, 1)


async def actions(question: Question) -> Figure:
    """The figure `actions`: one query, grouped each way at once."""
    rows = await Records(question, of_case("a.issued_on")).rows(COUNTED)
    months = {row["month"]: row for row in rows if row["by"] == "month"}
    sides = {row["side"]: row for row in rows if row["by"] == "authority"}
    return Figure(
        values=_values(next(row for row in rows if row["by"] == "whole")),
        by_month=[(month, _values(months.get(n, {}))) for n, month in enumerate(question.months, start=1)],
        by={
            "authority": [
                Group(side, label, _values(sides.get(side, {})))
                for side, label in (
                    (OWN, SIDES[OWN]),
                    (OLA, SIDES[OLA]),
                    (ABOUT_NO_CHILD, "About no single child"),
                )
            ],
            "panel": _groups(rows, "panel", "slug", "panel_name"),
            "agency": _groups(rows, "agency", "agency_name", "agency_name"),
            "owner": _groups(rows, "owner", "owner_name", "owner_name"),
        },
    )


def _groups(rows: list[Row], by: str, key: str, label: str) -> list[Group]:
    """The rows grouped one way, in the order of their labels; an action may have no person of its own."""
    found = [row for row in rows if row["by"] == by]
    return [
        Group(row[key] or "nobody", row[label] or "No named person", _values(row))
        for row in sorted(found, key=lambda row: (row[label] or "", row[by] or 0))
    ]
