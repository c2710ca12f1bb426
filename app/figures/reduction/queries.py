"""Counting cases before and after, and one child's episodes for a strip. No definitions in words: see the rules."""

from collections import Counter
from datetime import date

from app import database
from app.figures.counting import SPLITS_OF_CHILDREN, Counting, Noun, Unit
from app.figures.queries import Records, of_case
from app.figures.reduction.comparing import DAYS, FALL_PERCENT, FEWER, Away
from app.figures.reduction.rules import DEFINITION
from app.figures.rules import Question
from app.london import day_end

# The day of return of an episode, or the last day on which it is known to last.
LAST_DAY = """greatest((e.started_at AT TIME ZONE 'Europe/London')::date,
        CASE WHEN e.returned_at < {until} THEN (e.returned_at AT TIME ZONE 'Europe/London')::date
            ELSE least({as_at_on}, e.end_unknown_after) END)"""

# Cases as they stood, and the 90 dates on either side of those that are over. Days that begin with the child missing
# are merged, so that episodes that overlap take a day away once.
SIDES = """
WITH cases AS MATERIALIZED (
    SELECT k.id, k.panel, k.child, k.closure_reason,
        CASE WHEN k.first_meeting_on <= {as_at_on} THEN k.first_meeting_on END AS first_meeting_on,
        CASE WHEN k.closed_on <= {as_at_on} THEN k.closed_on END AS closed_on
    FROM {panel_case} k JOIN {child} c ON c.id = k.child
    WHERE k.accepted_on <= {as_at_on} AND {legal_status}
), closed AS MATERIALIZED (
    SELECT *, closed_on + <days> < {open_deadlines_from} AS has_passed
    FROM cases WHERE closed_on >= {from_on} AND closed_on < {to_on}
        AND ({panel} IS NULL OR panel = (SELECT id FROM panel WHERE slug = {panel}))
), sides AS (
    SELECT id, child, 'before' AS side, first_meeting_on - <days> AS from_on FROM closed WHERE has_passed
    UNION ALL SELECT id, child, 'after', closed_on + 1 FROM closed WHERE has_passed
), away AS MATERIALIZED (
    SELECT e.child, (e.started_at AT TIME ZONE 'Europe/London')::date AS from_on, <last-day> AS to_on
    FROM {episode} e WHERE e.category = 'missing' AND e.merged_into IS NULL AND e.started_at < {until}
        AND e.child IN (SELECT child FROM closed WHERE has_passed)
), met AS MATERIALIZED (
    SELECT s.id, s.side, s.from_on, a.from_on AS began_on,
        daterange(greatest(a.from_on + 1, s.from_on), least(a.to_on + 1, s.from_on + <days>)) AS missing
    FROM sides s JOIN away a ON a.child = s.child AND a.from_on < s.from_on + <days> AND a.to_on >= s.from_on
), measured AS (
    SELECT id, side, count(*) FILTER (WHERE began_on >= from_on) AS episodes, range_agg(missing) AS missing
    FROM met GROUP BY id, side
), compared AS MATERIALIZED (
    SELECT k.*, coalesce(b.episodes, 0) AS episodes_before,
        coalesce(a.episodes, 0) AS episodes_after,
        <days> - coalesce((SELECT sum(upper(r) - lower(r)) FROM unnest(b.missing) AS r), 0) AS days_before,
        <days> - coalesce((SELECT sum(upper(r) - lower(r)) FROM unnest(a.missing) AS r), 0) AS days_after
    FROM closed k LEFT JOIN measured b ON b.id = k.id AND b.side = 'before'
        LEFT JOIN measured a ON a.id = k.id AND a.side = 'after'
), gone AS (
    SELECT k.id FROM closed k JOIN cases l ON l.child = k.child
        AND l.closed_on BETWEEN k.closed_on AND k.closed_on + <days>
        AND (l.closure_reason IN ('moved', 'died', 'turned-18')
            OR (l.closure_reason = 'transferred' AND l.panel = k.panel))
), closures AS (
    SELECT k.id, width_bucket(k.closed_on, {starts}) AS month, p.slug AS panel, {dimensions}, k.has_passed,
        k.episodes_before, k.episodes_after, k.days_before, k.days_after,
        coalesce(g.birthday > k.closed_on AND g.birthday <= k.closed_on + <days>, false)
            OR k.id IN (SELECT id FROM gone) AS is_gone
    FROM compared k JOIN panel p ON p.id = k.panel JOIN {child} c ON c.id = k.child
    CROSS JOIN LATERAL (SELECT k.closed_on AS on_day) AS aged
    CROSS JOIN LATERAL (SELECT (c.born_on + interval '18 years' + CASE WHEN to_char(c.born_on, 'MMDD') = '0229'
        THEN interval '1 day' ELSE interval '0' END)::date AS birthday) AS g
)
""".replace("<days>", str(DAYS)).replace("<last-day>", LAST_DAY)

ELIGIBLE = "has_passed AND episodes_before > 0"
REDUCED = (
    f"{ELIGIBLE} AND days_after > 0 AND episodes_before - episodes_after >= {FEWER} "
    f"AND 100 * episodes_after * days_before <= {100 - FALL_PERCENT} * episodes_before * days_after"
)

REDUCTION = Counting(
    DEFINITION,
    SIDES,
    (
        Unit(
            "closures",
            Noun.CASE,
            {
                "closures": "true",
                "waiting_90d": "NOT has_passed",
                "left_out_no_baseline": "has_passed AND episodes_before = 0",
                "eligible": ELIGIBLE,
                "reduced": REDUCED,
                "gone_90d": f"{ELIGIBLE} AND is_gone",
            },
            ("panel", *SPLITS_OF_CHILDREN),
            numbers={
                name: f"(sum({name}) FILTER (WHERE {ELIGIBLE}))::bigint"
                for name in ("episodes_before", "episodes_after", "days_before", "days_after")
            },
        ),
    ),
    of_case("aged.on_day"),
)

BEGAN = """
SELECT m.side, m.began_on - m.from_on AS day, count(*) AS episodes
FROM met m JOIN closures k ON k.id = m.id
WHERE m.began_on >= m.from_on AND <asked> GROUP BY 1, 2
"""


async def began_by_day(question: Question) -> dict[str, Counter[int]]:
    """Of all compared cases: on which of the 90 days episodes began, before and after."""
    records = Records(question, REDUCTION.whose)
    asked = f"{ELIGIBLE} AND {records.asked(REDUCTION.units[0].splits)}"
    found: dict[str, Counter[int]] = {"before": Counter(), "after": Counter()}
    for row in await records.rows(SIDES + BEGAN.replace("<asked>", asked)):
        found[row["side"]][row["day"]] = row["episodes"]
    return found


async def away_of_child(child_id: int, today: date) -> list[Away]:
    """The missing episodes of a child up to a day, by their London dates."""
    return await database.fetch_as(
        Away,
        "SELECT (e.started_at AT TIME ZONE 'Europe/London')::date AS from_on, "
        + LAST_DAY.format(until="$2::timestamptz", as_at_on="$3::date")
        + " AS to_on FROM episode e WHERE e.child = $1 AND e.category = 'missing' AND e.merged_into IS NULL "
        "AND e.started_at < $2 ORDER BY e.started_at",
        child_id,
        day_end(today),
        today,
    )
