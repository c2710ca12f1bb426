"""Counting what followed each return: offers, interviews, declines. No definitions in words: see the rules."""

from app.episodes.clocks.queries import interview_due_in_sql, told_at_in_sql
from app.figures.counting import Counting, Noun, Unit
from app.figures.interviews.rules import DEFINITION

# `month` and `ended_in` number the months of the window in which an episode started and ended, null outside it.
# When the 72 hours have passed is for the clocks to say.
RETURNS = f"""
WITH told AS MATERIALIZED (
    SELECT e.id, e.child, e.started_at, e.returned_at, {{dimensions}},
        CASE WHEN e.started_at >= {{from_at}} AND e.started_at < {{to_at}} AND e.started_at < {{until}}
            THEN width_bucket(e.started_at, {{edges}}) END AS month,
        CASE WHEN e.returned_at >= {{from_at}} AND e.returned_at < {{to_at}} AND e.returned_at < {{until}}
            THEN width_bucket(e.returned_at, {{edges}}) END AS ended_in,
        'returned_at' <> ALL(e.date_only) AS is_timed,
        CASE WHEN e.la_notified_at < {{until}} AND 'la_notified_at' <> ALL(e.date_only)
            THEN {told_at_in_sql("e")} END AS informed_at,
        {interview_due_in_sql("e")} <= {{at}} AS has_passed
    FROM {{episode}} e JOIN {{child}} c ON c.id = e.child
    WHERE e.category = 'missing' AND e.merged_into IS NULL AND {{legal_status}} AND (
        (e.started_at >= {{from_at}} AND e.started_at < {{to_at}} AND e.started_at < {{until}})
        OR (e.returned_at >= {{from_at}} AND e.returned_at < {{to_at}} AND e.returned_at < {{until}}))
)
"""

# An interview as it stood: one that is held later is still to come, one that is only offered later is not there.
# `latest` orders by the day it was held or offered, those without a day first, then by when it was noted.
INTERVIEWED = """
, interviewed AS (
    SELECT t.id, bool_or(i.outcome = 'completed') AS is_completed, max(i.latest) AS latest,
        bool_or(i.offered_at IS NOT NULL OR i.outcome IN ('completed', 'declined-child', 'declined-carer'))
            AS is_offered,
        bool_or(i.offer_timed AND t.is_timed AND i.offered_at - t.returned_at <= interval '72 hours') AS offered_72h,
        bool_or(i.offer_timed AND i.offered_at - t.informed_at <= interval '72 hours') AS offered_72h_informed,
        bool_or(NOT i.offer_timed) AS offer_untimed,
        bool_or(i.outcome = 'completed' AND i.held_timed AND t.is_timed
            AND i.held_at - t.returned_at <= interval '72 hours') AS held_72h,
        bool_or(i.outcome = 'completed' AND NOT i.held_timed) AS held_untimed,
        bool_or(i.is_followed_up) AS is_followed_up
    FROM told t
    JOIN {interview_episode} ie ON ie.episode = t.id
    JOIN (
        SELECT id, offered_at, held_at, outcome, is_followed_up,
            CASE WHEN offered_at IS NOT NULL THEN 'offered_at' <> ALL(date_only) END AS offer_timed,
            CASE WHEN held_at IS NOT NULL THEN 'held_at' <> ALL(date_only) END AS held_timed,
            ARRAY[
                coalesce((date_part('epoch', coalesce(held_at, offered_at)) * 1000000)::bigint, -9000000000000000),
                id,
                array_position({outcomes}, outcome::text)
            ] AS latest
        FROM (
            SELECT n.id, n.date_only, CASE WHEN n.offered_at < {until} THEN n.offered_at END AS offered_at,
                CASE WHEN n.held_at < {until} THEN n.held_at END AS held_at,
                CASE WHEN n.held_at >= {until} THEN 'pending' ELSE n.outcome END AS outcome,
                coalesce(n.followed_up_at < {until}, false) AS is_followed_up
            FROM {interview} n
            WHERE (n.offered_at IS NULL AND n.held_at IS NULL) OR n.offered_at < {until} OR n.held_at < {until}
        ) AS dated
    ) AS i ON i.id = ie.interview
    WHERE t.ended_in IS NOT NULL
    GROUP BY t.id
)
"""

OUTCOMES = """
, starts AS (
    SELECT child, month, count(*) AS episodes FROM told WHERE month IS NOT NULL GROUP BY child, month
), repeats_of_window AS (
    SELECT child FROM starts GROUP BY child HAVING sum(episodes) >= {repeats}
), judged AS MATERIALIZED (
    SELECT t.id, t.child, t.ended_in AS month, t.authority, t.placed, t.legal_status, t.age_band, t.sex, t.ethnicity,
        t.disability, t.started_at, t.has_passed, t.is_timed, t.informed_at, f.outcome,
        t.has_passed AND f.outcome <> 'not-required' AS is_eligible, i.is_offered, i.is_followed_up,
        coalesce(i.offered_72h, false) AS offered_72h, coalesce(i.offer_untimed, false) AS offer_untimed,
        coalesce(i.offered_72h_informed, false) AS offered_72h_informed,
        coalesce(i.held_72h, false) AS held_72h, coalesce(i.held_untimed, false) AS held_untimed,
        w.child IS NOT NULL AS is_repeat, coalesce(m.episodes >= {repeats}, false) AS is_repeat_in_month
    FROM told t LEFT JOIN interviewed i ON i.id = t.id
    LEFT JOIN repeats_of_window w ON w.child = t.child
    LEFT JOIN starts m ON m.child = t.child AND m.month = t.ended_in
    CROSS JOIN LATERAL (
        SELECT CASE WHEN i.is_completed THEN 'completed'
            ELSE coalesce(({outcomes})[i.latest[3]], 'pending') END AS outcome
    ) AS f
    WHERE t.ended_in IS NOT NULL
)
"""

# A child is where its latest episode was, whether that one was declined or not.
DECLINERS = """
, of_repeats AS (
    SELECT id, month, authority, placed, legal_status, age_band, sex, ethnicity, disability,
        outcome = 'completed' AS is_completed
    FROM judged WHERE is_eligible AND is_repeat
), of_repeats_in_months AS (
    SELECT id, month, authority, placed, legal_status, age_band, outcome = 'completed' AS is_completed
    FROM judged WHERE is_eligible AND is_repeat_in_month
), in_months AS MATERIALIZED (
    SELECT child AS id, month, count(*) FILTER (WHERE is_eligible AND outcome = 'declined-child') AS declined,
        max({latest}) AS latest, bool_or(is_repeat) AS is_repeat, bool_or(is_repeat_in_month) AS is_repeat_in_month,
        min(sex) AS sex, min(ethnicity) AS ethnicity, min(disability) AS disability
    FROM judged GROUP BY child, month
), decliners AS (
    SELECT id, is_repeat, sex, ethnicity, disability, {of_latest}
    FROM (
        SELECT id, max(latest) AS latest, bool_or(is_repeat) AS is_repeat, min(sex) AS sex,
            min(ethnicity) AS ethnicity, min(disability) AS disability
        FROM in_months GROUP BY id HAVING sum(declined) > 0
    ) AS found
), decliners_of_months AS (
    SELECT id, month, is_repeat_in_month AS is_repeat, {of_latest} FROM in_months WHERE declined > 0
)
"""

INTERVIEWS = Counting(
    DEFINITION,
    RETURNS + INTERVIEWED + OUTCOMES + DECLINERS,
    (
        Unit(
            "judged",
            Noun.EPISODE,
            {
                "not_required": "outcome = 'not-required'",
                "not_yet_due": "outcome <> 'not-required' AND NOT has_passed",
                "eligible": "is_eligible",
                "offered": "is_eligible AND is_offered",
                "completed": "is_eligible AND outcome = 'completed'",
                "declined_child": "is_eligible AND outcome = 'declined-child'",
                "followed_up": "is_eligible AND outcome = 'declined-child' AND is_followed_up",
                "declined_carer": "is_eligible AND outcome = 'declined-carer'",
                "unable": "is_eligible AND outcome = 'unable'",
                "unaccounted": "is_eligible AND outcome = 'pending'",
                "offered_72h": "is_eligible AND offered_72h",
                "timed_offer": "is_eligible AND is_timed AND (offered_72h OR NOT offer_untimed)",
                "without_time_72h": "is_eligible AND NOT (is_timed AND (offered_72h OR NOT offer_untimed))",
                "held_72h": "is_eligible AND held_72h",
                "timed_held": "is_eligible AND is_timed AND (held_72h OR NOT held_untimed)",
                "offered_72h_informed": "is_eligible AND offered_72h_informed",
                "timed_informed": "is_eligible AND informed_at IS NOT NULL "
                "AND (offered_72h_informed OR NOT offer_untimed)",
            },
        ),
        Unit(
            "of_repeats",
            Noun.EPISODE,
            {"eligible_repeat": "true", "completed_repeat": "is_completed"},
            relation_of_months="of_repeats_in_months",
        ),
        Unit(
            "decliners",
            Noun.CHILD,
            {"declined_children": "true", "declined_repeat_children": "is_repeat"},
            relation_of_months="decliners_of_months",
        ),
    ),
)
