"""Counting closures, recalls and referrals of panel cases. No definitions in words: see the rules."""

from app.figures.cells import Cell, figure_of
from app.figures.queries import Records, of_case, panels_for_figures
from app.figures.recall import rules
from app.figures.rules import Figure, Group, Question

# Cases as they stood. A referral that met the threshold on a day when no case was open can be a recall; one made on
# the day of a closure still belongs to the case that was open that day.
CASES = """
WITH cases AS MATERIALIZED (
    SELECT k.id, k.panel, k.child, k.referral, k.accepted_on,
        CASE WHEN k.first_meeting_on <= {as_at_on} THEN k.first_meeting_on END AS first_meeting_on,
        CASE WHEN k.closed_on <= {as_at_on} THEN k.closed_on END AS closed_on, k.closure_reason,
        {own} AS own, {here} AS here,
        c.born_on + interval '18 years' + CASE WHEN to_char(c.born_on, 'MMDD') = '0229' THEN interval '1 day'
            ELSE interval '0' END AS eighteen_on
    FROM {panel_case} k JOIN {child} c ON c.id = k.child
    WHERE k.accepted_on <= {as_at_on} AND {legal_status} AND {asked_side}
), on_panel AS MATERIALIZED (
    SELECT * FROM cases WHERE {panel} IS NULL OR panel = (SELECT id FROM panel WHERE slug = {panel})
), fresh AS MATERIALIZED (
    SELECT r.id, r.panel, r.child, r.referred_on
    FROM {referral} r
    WHERE r.threshold = 'met' AND r.referred_on <= {as_at_on}
        AND EXISTS (SELECT FROM on_panel k
            WHERE k.panel = r.panel AND k.child = r.child AND k.closed_on < r.referred_on)
        AND NOT EXISTS (SELECT FROM on_panel k WHERE k.panel = r.panel AND k.child = r.child AND k.referral <> r.id
            AND k.accepted_on <= r.referred_on AND coalesce(k.closed_on >= r.referred_on, true))
)
"""

AS_PRINTED = """
SELECT width_bucket(met.first_meeting_on, {starts}) AS month, met.panel, met.own, met.here, count(*) AS met,
    count(*) FILTER (WHERE NOT is_open AND latest_reason = 'reduced-risk') AS met_closed,
    count(*) FILTER (WHERE f.last_on > met.first_meeting_on) AS met_recalled,
    count(*) FILTER (WHERE f.last_on > met.first_meeting_on IS NOT TRUE) AS met_sustained
FROM (
    SELECT panel, child, own, here, min(first_meeting_on) AS first_meeting_on, bool_or(closed_on IS NULL) AS is_open,
        (array_agg(closure_reason ORDER BY closed_on DESC NULLS LAST, id DESC))[1] AS latest_reason
    FROM on_panel GROUP BY panel, child, own, here
) AS met
LEFT JOIN (SELECT panel, child, max(referred_on) AS last_on FROM fresh GROUP BY panel, child) AS f
    ON f.panel = met.panel AND f.child = met.child
WHERE met.first_meeting_on >= {from_on} AND met.first_meeting_on < {to_on}
GROUP BY 1, 2, 3, 4
"""

FAIR = """
, closed AS MATERIALIZED (
    SELECT k.*, e.followed_to, e.followed_to < {open_deadlines_from} AS has_passed
    FROM on_panel k, LATERAL (SELECT (k.closed_on + interval '12 months')::date AS followed_to) AS e
    WHERE k.closed_on >= {from_on} AND k.closed_on < {to_on}
), left_out AS (
    SELECT id FROM closed WHERE eighteen_on > closed_on AND eighteen_on <= followed_to
    UNION
    SELECT k.id FROM closed k JOIN cases l
        ON l.child = k.child AND l.closed_on >= k.closed_on AND l.closed_on <= k.followed_to
        AND (l.closure_reason IN ('moved', 'died', 'turned-18')
            OR (l.closure_reason = 'transferred' AND l.panel = k.panel))
), recalled AS (
    SELECT DISTINCT k.id FROM closed k JOIN fresh f ON f.panel = k.panel AND f.child = k.child
        AND f.referred_on > k.closed_on AND f.referred_on <= k.followed_to
)
SELECT width_bucket(closed_on, {starts}) AS month, panel, own, here, count(*) AS closures,
    count(*) FILTER (WHERE NOT has_passed) AS waiting,
    count(*) FILTER (WHERE has_passed AND l.id IS NOT NULL) AS left_out,
    count(*) FILTER (WHERE has_passed AND l.id IS NULL) AS followed,
    count(*) FILTER (WHERE has_passed AND l.id IS NULL AND r.id IS NOT NULL) AS recalled
FROM closed LEFT JOIN left_out l ON l.id = closed.id LEFT JOIN recalled r ON r.id = closed.id
GROUP BY 1, 2, 3, 4
"""

REFERRED = """
SELECT width_bucket(referred_on, {starts}) AS month, panel, own, here, count(*) AS referrals,
    count(*) FILTER (WHERE referred_on <= earlier_on + interval '12 months') AS rereferrals
FROM (
    SELECT r.panel, r.referred_on, {own} AS own, {here} AS here,
        lag(r.referred_on) OVER (PARTITION BY r.panel, r.child ORDER BY r.referred_on) AS earlier_on
    FROM {referral} r JOIN {child} c ON c.id = r.child
    WHERE r.referred_on <= {as_at_on} AND {legal_status} AND {asked_side}
        AND ({panel} IS NULL OR r.panel = (SELECT id FROM panel WHERE slug = {panel}))
) AS referred
WHERE referred_on >= {from_on} AND referred_on < {to_on}
GROUP BY 1, 2, 3, 4
"""


async def recall(question: Question) -> Figure:
    """The figure `recall`: people, closures and referrals are counted apart and added up."""
    rows = []
    for sql in (CASES + AS_PRINTED, CASES + FAIR, REFERRED):
        rows += await Records(question, of_case("c.born_on")).rows(sql)
    cells: dict[int, list[Cell]] = {}
    for row in rows:
        month, panel, own, here = (row.pop(name) for name in ("month", "panel", "own", "here"))
        cells.setdefault(panel, []).extend([Cell(None, own, here, row), Cell(month, own, here, row)])
    figure = figure_of(
        question, [cell for found in cells.values() for cell in found], rules.DEFINITION.values
    )
    figure.by["panel"] = [
        Group(panel.slug, panel.name, figure_of(question, cells[panel.id], rules.DEFINITION.values).values)
        for panel in await panels_for_figures()
        if panel.id in cells
    ]
    return figure
