"""Counting missing episodes and the children among them. No definitions in words: see the rules."""

from app.figures.cells import Cell, figure_of
from app.figures.missing import rules
from app.figures.queries import Records
from app.figures.rules import Figure, Question

# One pass over what started or ended in the window; `month` and `ended_in` number its months, null outside it.
# An episode whose report is dated later has not been reported yet.
EPISODES = """
WITH told AS MATERIALIZED (
    SELECT e.child, e.started_at, c.born_on, {own} AS own, {here} AS here,
        CASE WHEN e.started_at >= {from_at} AND e.started_at < {to_at} AND e.started_at < {until}
            THEN width_bucket(e.started_at, {edges}) END AS month,
        CASE WHEN e.returned_at >= {from_at} AND e.returned_at < {to_at} AND e.returned_at < {until}
            THEN width_bucket(e.returned_at, {edges}) END AS ended_in,
        coalesce(e.sw_contact_at < {until}, false) AS is_contacted,
        coalesce(e.returned_at >= {until}, coalesce(e.end_unknown_after >= {as_at_on}, true)) AS still_missing,
        coalesce(e.reported_at < {until}, false) AS is_reported,
        CASE
            WHEN e.returned_at IS NULL AND e.end_unknown_after < {as_at_on} THEN 'without time'
            WHEN e.date_only <> '{{}}' AND (
                CASE WHEN e.reported_at < {until} THEN 'reported_at' ELSE 'started_at' END = ANY(e.date_only)
                OR (e.returned_at < {until} AND 'returned_at' = ANY(e.date_only))) THEN 'without time'
            WHEN e.returned_at < {until} THEN
                CASE WHEN e.returned_at - {clock_from} <= interval '24 hours' THEN 'yes' ELSE 'no' END
            WHEN {at} - {clock_from} < interval '24 hours' THEN 'pending'
            ELSE 'no' END AS within_24h
    FROM {episode} e JOIN {child} c ON c.id = e.child
    WHERE e.category = 'missing' AND e.merged_into IS NULL AND {legal_status} AND (
        (e.started_at >= {from_at} AND e.started_at < {to_at} AND e.started_at < {until})
        OR (e.returned_at >= {from_at} AND e.returned_at < {to_at} AND e.returned_at < {until}))
), children AS (
    SELECT child, month, count(*) AS episodes, min(started_at) AS first, min(born_on) AS born_on,
        max({latest}) AS latest
    FROM told WHERE month IS NOT NULL GROUP BY child, month
), scoped AS (
    SELECT month, episodes, first, latest, born_on FROM children
    UNION ALL
    SELECT NULL, sum(episodes), min(first), max(latest), min(born_on) FROM children GROUP BY child
)
SELECT 'episodes' AS of, month, ended_in, own, here, jsonb_build_object(
    'episodes', count(*),
    'contacted', count(*) FILTER (WHERE is_contacted),
    'still_missing', count(*) FILTER (WHERE still_missing),
    'date_only_24h', count(*) FILTER (WHERE within_24h = 'without time'),
    'pending_24h', count(*) FILTER (WHERE within_24h = 'pending'),
    'answered_24h', count(*) FILTER (WHERE within_24h IN ('yes', 'no')),
    'clock_from_start', count(*) FILTER (WHERE within_24h IN ('yes', 'no') AND NOT is_reported),
    'returned_24h', count(*) FILTER (WHERE within_24h = 'yes')
) AS counts
FROM told GROUP BY month, ended_in, own, here
UNION ALL
SELECT 'children', month, NULL, latest & 2 = 2, latest & 1 = 1, jsonb_build_object(
    'children', count(*),
    'repeat_children', count(*) FILTER (WHERE episodes >= {repeats}),
    'children_age_unknown', count(*) FILTER (WHERE born_on IS NULL),
    'children_under_16', count(*) FILTER (
        WHERE born_on > (first AT TIME ZONE 'Europe/London')::date - interval '16 years')
)
FROM scoped GROUP BY 2, 4, 5
"""


async def missing(question: Question) -> Figure:
    """The figure `missing`: one set-based query whose cells are added up."""
    cells = []
    for row in await Records(question).rows(EPISODES):
        own, here, counts = row["own"], row["here"], row["counts"]
        if row["of"] == "children":
            cells.append(Cell(row["month"], own, here, counts))
            continue
        ended = {"returned": counts["episodes"], "contacted": counts.pop("contacted")}
        for month, found in ((row["month"], counts), (row["ended_in"], ended)):
            if month is not None:
                cells += [Cell(None, own, here, found), Cell(month, own, here, found)]
    return figure_of(question, cells, rules.values)
