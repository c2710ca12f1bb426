"""Counting actions by the date they were first due. No definitions in words: see the rules."""

from app.figures.actions.rules import DEFINITION
from app.figures.counting import SPLITS_OF_CHILDREN, Counting, Noun, Unit
from app.figures.queries import of_case

# An action may be about no single child, such as one about a place, and may have no person of its own.
ACTIONS_DUE = """
WITH seen AS MATERIALIZED (
    SELECT a.id, width_bucket(a.original_due_on, {starts}) AS month, a.issued_on, a.finished_on, a.original_due_on,
        a.due_on, p.slug AS panel, g.name AS agency, coalesce(a.owner::text, '') AS owner, {dimensions},
        CASE
            WHEN a.finished_on <= {as_at_on} AND a.status = 'completed'
                THEN CASE WHEN a.finished_on <= a.original_due_on THEN 'completed_on_time' ELSE 'completed_late' END
            WHEN a.finished_on <= {as_at_on} THEN a.status
            WHEN a.original_due_on < {open_deadlines_from} THEN 'overdue'
            ELSE 'not_yet_due' END AS state
    FROM {action} a LEFT JOIN {child} c ON c.id = a.child
        JOIN panel p ON p.id = a.panel JOIN agency g ON g.id = a.agency
    WHERE a.original_due_on >= {from_on} AND a.original_due_on < {to_on} AND a.issued_on <= {as_at_on}
        AND a.status <> 'withdrawn' AND ({panel} IS NULL OR p.slug = {panel}) AND {legal_status}
)
"""

ACTIONS = Counting(
    DEFINITION,
    ACTIONS_DUE,
    (
        Unit(
            "seen",
            Noun.ACTION,
            {
                "due": "state <> 'not_yet_due'",
                "completed_on_time": "state = 'completed_on_time'",
                "completed_late": "state = 'completed_late'",
                "not_possible": "state = 'not-possible'",
                "not_done": "state = 'not-done'",
                "overdue": "state = 'overdue'",
                "not_yet_due": "state = 'not_yet_due'",
                "extended": "state <> 'not_yet_due' AND due_on > original_due_on",
                "overdue_within_extension": "state = 'overdue' AND due_on >= {open_deadlines_from}",
            },
            splits=(*SPLITS_OF_CHILDREN, "panel", "agency", "owner"),
            numbers={
                "median_days": "percentile_disc(0.5) WITHIN GROUP (ORDER BY finished_on - issued_on) "
                "FILTER (WHERE state IN ('completed_on_time', 'completed_late'))"
            },
        ),
    ),
    of_case("a.issued_on", no_child="a.child IS NULL"),
)
