"""Counting missing episodes and the children among them. No definitions in words: see the rules."""

from app.figures.counting import Counting, Noun, Unit
from app.figures.missing.rules import DEFINITION

# One pass over what started or ended in the window; `month` and `ended_in` number its months, null outside it.
# An episode whose report is dated later has not been reported yet. A child is where its latest episode was.
EPISODES = """
WITH told AS MATERIALIZED (
    SELECT e.id, e.child, e.started_at, c.born_on, {dimensions},
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
), started AS (
    SELECT * FROM told WHERE month IS NOT NULL
), ended AS (
    SELECT id, ended_in AS month, authority, placed, legal_status, age_band, sex, ethnicity, disability, is_contacted
    FROM told WHERE ended_in IS NOT NULL
), in_months AS MATERIALIZED (
    SELECT child AS id, month, count(*) AS episodes, min(started_at) AS first, min(born_on) AS born_on,
        max({latest}) AS latest, min(sex) AS sex, min(ethnicity) AS ethnicity, min(disability) AS disability
    FROM started GROUP BY child, month
), in_all AS (
    SELECT id, sum(episodes) AS episodes, min(first) AS first, min(born_on) AS born_on, max(latest) AS latest,
        min(sex) AS sex, min(ethnicity) AS ethnicity, min(disability) AS disability
    FROM in_months GROUP BY id
), children AS (
    SELECT id, episodes, first, born_on, sex, ethnicity, disability, {of_latest} FROM in_all
), children_of_months AS (
    SELECT id, month, episodes, first, born_on, sex, ethnicity, disability, {of_latest} FROM in_months
)
"""

MISSING = Counting(
    DEFINITION,
    EPISODES,
    (
        Unit(
            "started",
            Noun.EPISODE,
            {
                "episodes": "true",
                "still_missing": "still_missing",
                "returned_24h": "within_24h = 'yes'",
                "answered_24h": "within_24h IN ('yes', 'no')",
                "pending_24h": "within_24h = 'pending'",
                "date_only_24h": "within_24h = 'without time'",
                "clock_from_start": "within_24h IN ('yes', 'no') AND NOT is_reported",
            },
        ),
        Unit("ended", Noun.EPISODE, {"returned": "true", "sw_contact": "is_contacted"}),
        Unit(
            "children",
            Noun.CHILD,
            {
                "children": "true",
                "repeat_children": "episodes >= {repeats}",
                "children_age_unknown": "born_on IS NULL",
                "children_under_16": "born_on > (first AT TIME ZONE 'Europe/London')::date - interval '16 years'",
            },
            relation_of_months="children_of_months",
        ),
    ),
)
