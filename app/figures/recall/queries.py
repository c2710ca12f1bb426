"""Counting closures, recalls and referrals of panel cases. No definitions in words: see the rules."""

from datetime import date, datetime, timedelta

from app.figures.counting import SPLITS_OF_CHILDREN, Counting, Noun, Unit
from app.figures.queries import Records, of_case
from app.figures.recall.rules import DEFINITION, Recall
from app.figures.rules import Question
from app.figures.survival.rules import LONGEST

# Cases as they stood. A referral that met the threshold on a day when no case was open can be a recall; one made on
# the day of a closure still belongs to the case that was open that day.
CASES = """
WITH cases AS MATERIALIZED (
    SELECT k.id, k.panel, k.child, k.referral, k.accepted_on,
        CASE WHEN k.first_meeting_on <= {as_at_on} THEN k.first_meeting_on END AS first_meeting_on,
        CASE WHEN k.closed_on <= {as_at_on} THEN k.closed_on END AS closed_on, k.closure_reason,
        (c.born_on + interval '18 years' + CASE WHEN to_char(c.born_on, 'MMDD') = '0229' THEN interval '1 day'
            ELSE interval '0' END)::date AS eighteen_on
    FROM {panel_case} k JOIN {child} c ON c.id = k.child
    WHERE k.accepted_on <= {as_at_on} AND {legal_status} AND {asked_child}
), on_panel AS MATERIALIZED (
    SELECT * FROM cases WHERE {panel} IS NULL OR panel = (SELECT id FROM panel WHERE slug = {panel})
), fresh AS MATERIALIZED (
    SELECT r.id, r.panel, r.child, r.referred_on
    FROM {referral} r
    WHERE r.threshold = 'met' AND r.referred_on <= {as_at_on} AND coalesce(r.decided_at < {until}, true)
        AND EXISTS (SELECT FROM on_panel k
            WHERE k.panel = r.panel AND k.child = r.child AND k.closed_on < r.referred_on)
        AND NOT EXISTS (SELECT FROM on_panel k WHERE k.panel = r.panel AND k.child = r.child AND k.referral <> r.id
            AND k.accepted_on <= r.referred_on AND coalesce(k.closed_on >= r.referred_on, true))
)
"""

# A person on a panel is the case of the first initial meeting there.
AS_PRINTED = """
, people AS (
    SELECT panel, child, bool_or(closed_on IS NULL) AS is_open,
        (array_agg(id ORDER BY first_meeting_on NULLS LAST, id))[1] AS id, min(first_meeting_on) AS first_meeting_on,
        (array_agg(closure_reason ORDER BY closed_on DESC NULLS LAST, id DESC))[1] AS latest_reason
    FROM on_panel GROUP BY panel, child
), met AS (
    SELECT m.id, width_bucket(m.first_meeting_on, {starts}) AS month, p.slug AS panel, {dimensions},
        NOT m.is_open AND m.latest_reason = 'reduced-risk' AS is_closed,
        coalesce(f.last_on > m.first_meeting_on, false) AS is_recalled
    FROM people m JOIN panel p ON p.id = m.panel JOIN {child} c ON c.id = m.child
    CROSS JOIN LATERAL (SELECT m.first_meeting_on AS on_day) AS aged
    LEFT JOIN (SELECT panel, child, max(referred_on) AS last_on FROM fresh GROUP BY panel, child) AS f
        ON f.panel = m.panel AND f.child = m.child
    WHERE m.first_meeting_on >= {from_on} AND m.first_meeting_on < {to_on}
)
"""

# `gone_on` is the day after which nobody could have seen a recall, `ends_on` the last one that a closure is followed.
FAIR = """
, closed AS MATERIALIZED (
    SELECT k.*, (k.closed_on + interval '12 months')::date AS followed_to
    FROM on_panel k WHERE k.closed_on >= {from_on} AND k.closed_on < {to_on}
), back AS (
    SELECT k.id, min(f.referred_on) AS back_on
    FROM closed k JOIN fresh f ON f.panel = k.panel AND f.child = k.child AND f.referred_on > k.closed_on
    GROUP BY k.id
), left_by AS (
    SELECT k.id, min(l.closed_on) AS left_on
    FROM closed k JOIN cases l ON l.child = k.child AND l.closed_on >= k.closed_on
        AND (l.closure_reason IN ('moved', 'died', 'turned-18')
            OR (l.closure_reason = 'transferred' AND l.panel = k.panel))
    GROUP BY k.id
), followed AS (
    SELECT k.id, k.closed_on, k.child, k.panel, k.followed_to, back.back_on,
        least(CASE WHEN k.eighteen_on > k.closed_on THEN k.eighteen_on END, left_by.left_on) AS gone_on
    FROM closed k LEFT JOIN back ON back.id = k.id LEFT JOIN left_by ON left_by.id = k.id
), closures AS (
    SELECT k.id, width_bucket(k.closed_on, {starts}) AS month, p.slug AS panel, {dimensions},
        k.followed_to < {open_deadlines_from} AS has_passed,
        coalesce(k.gone_on <= k.followed_to, false) AS is_left_out,
        k.back_on, coalesce(k.back_on <= k.followed_to, false) AS is_back,
        coalesce(k.back_on <= e.ends_on, false) AS ends_back,
        least(least(e.ends_on, k.back_on) - k.closed_on, {longest}) AS days
    FROM followed k JOIN panel p ON p.id = k.panel JOIN {child} c ON c.id = k.child
    CROSS JOIN LATERAL (SELECT k.closed_on AS on_day) AS aged
    CROSS JOIN LATERAL (SELECT least(k.gone_on, {as_at_on}) AS ends_on) AS e
)
""".replace("{longest}", str(LONGEST))

REFERRED = """
, referred AS (
    SELECT r.id, width_bucket(r.referred_on, {starts}) AS month, coalesce(p.slug, '') AS panel, {dimensions},
        coalesce(r.referred_on <= r.earlier_on + interval '12 months', false) AS is_again
    FROM (
        SELECT id, child, referred_on, coalesce(panel, asked_panel) AS panel,
            max(referred_on) OVER (PARTITION BY coalesce(panel, asked_panel), child ORDER BY referred_on
                RANGE BETWEEN UNBOUNDED PRECEDING AND '1 day' PRECEDING) AS earlier_on
        FROM {referral} o WHERE referred_on <= {as_at_on}
    ) AS r JOIN {child} c ON c.id = r.child LEFT JOIN panel p ON p.id = r.panel
    CROSS JOIN LATERAL (SELECT r.referred_on AS on_day) AS aged
    WHERE r.referred_on >= {from_on} AND r.referred_on < {to_on} AND {legal_status}
        AND ({panel} IS NULL OR p.slug = {panel})
)
"""

SPLITS = ("panel", *SPLITS_OF_CHILDREN)

RECALL = Counting(
    DEFINITION,
    CASES + AS_PRINTED + FAIR + REFERRED,
    (
        Unit(
            "met",
            Noun.CASE,
            {
                "met": "true",
                "met_closed": "is_closed",
                "met_recalled": "is_recalled",
                "met_sustained": "NOT is_recalled",
            },
            SPLITS,
        ),
        Unit(
            "closures",
            Noun.CASE,
            {
                "closures": "true",
                "waiting": "NOT has_passed",
                "left_out": "has_passed AND is_left_out",
                "followed": "has_passed AND NOT is_left_out",
                "recalled": "has_passed AND NOT is_left_out AND is_back",
                "followed_on": f"days = {LONGEST}",
            },
            SPLITS,
            numbers={"ends": f"array_agg(2 * days + ends_back::int) FILTER (WHERE days < {LONGEST})"},
        ),
        Unit("referred", Noun.REFERRAL, {"referrals": "true", "rereferrals": "is_again"}, SPLITS),
    ),
    of_case("aged.on_day"),
)


async def recall_of(case_id: int, child_id: int, closed_on: date, now: datetime) -> Recall:
    """What the figure counts of one closure."""
    question = Question(closed_on, closed_on + timedelta(days=1), now, child=child_id)
    rows = await Records(question, RECALL.whose).rows(
        CASES + FAIR + "SELECT id, back_on, has_passed AND is_left_out AS is_left_out FROM closures"
    )
    return next(
        (Recall(row["back_on"], row["is_left_out"]) for row in rows if row["id"] == case_id), Recall()
    )
