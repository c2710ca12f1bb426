"""The children with the highest concern scores.

Scoring everybody in full would read every child. So all get the points that few rows tell (episodes in the window,
cases, overdue actions); the leaders, and whoever could still overtake them, are scored in full.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app import database
from app.london import age_on, day_start, london_date
from app.panels.handed_in import handed_in
from app.panels.selection.queries.risks import Assessment, assessments_at, at_or_above, latest_assessments
from app.panels.selection.rules.concern import ConcernParts, leading, least_to_overtake, order_of
from app.panels.selection.rules.occasions import Draft, Drafts, NearDraft, Occasion, last_days
from app.panels.selection.rules.proposals import Window
from app.panels.selection_rules import TopByConcern

FEWEST_LEADERS = 60
NEAR = 3

COUNTED = "merged_into IS NULL AND category = ANY($1::text[])"

# Full 24 hours that were certainly spent missing: a date without a time counts from the end of its day as a start and
# from its beginning as a return; an unknown end counts nothing.
FULL_DAYS = """CASE WHEN coalesce(returned_at, $4) - started_at < interval '24 hours' THEN 0
    WHEN returned_at IS NULL AND end_unknown_after IS NOT NULL THEN 0 ELSE greatest(0, floor(
    extract(epoch FROM least(coalesce(returned_at, $4), $4) - CASE WHEN 'started_at' = ANY(date_only)
        THEN ((started_at AT TIME ZONE 'Europe/London')::date + 1)::timestamp AT TIME ZONE 'Europe/London'
        ELSE started_at END) / 86400))::int END"""

# Two lists for all children with any points, so that thousands come as one row.
PARTLY = f"""
    SELECT array_agg(child ORDER BY points DESC) AS children, array_agg(points ORDER BY points DESC) AS points FROM (
        SELECT child, sum(points)::int AS points FROM (
            SELECT child, $5 * count(*) + $6 * sum({FULL_DAYS}) AS points FROM episode
            WHERE {COUNTED} AND started_at >= $2 AND started_at < $3 GROUP BY child
            UNION ALL SELECT * FROM unnest($7::bigint[], $8::int[])
        ) parts GROUP BY child HAVING sum(points) > 0
    ) partly
"""

ENOUGH = f"""
    SELECT count(*) FROM (SELECT DISTINCT child FROM episode
                          WHERE {COUNTED} AND started_at >= $2 AND started_at < $3 LIMIT $4) found
"""

EPISODES = f"""
    SELECT child, array_agg(id ORDER BY started_at, id) AS episode_ids, sum({FULL_DAYS})::int AS full_days
    FROM episode WHERE {COUNTED} AND child = ANY($5::bigint[]) AND started_at >= $2 AND started_at < $3 GROUP BY child
"""

CHILDREN = """
    SELECT c.id, c.child_ref, c.born_on, latest.started_at AS latest_start FROM child c
    LEFT JOIN LATERAL (SELECT started_at FROM episode WHERE child = c.id AND merged_into IS NULL
        AND category = ANY($1::text[]) AND started_at < $2 ORDER BY started_at DESC LIMIT 1) latest ON true
    WHERE c.id = ANY($3::bigint[])
"""

DECLINED = "outcome IN ('declined-child', 'declined-carer')"

# An interview stands where it was held, else offered, else where its latest episode began. One that is pending or was
# not required is no answer, so it does not break the row.
DECLINED_IN_A_ROW = f"""
    SELECT child, count(*) AS declined FROM (
        SELECT child, count(*) FILTER (WHERE NOT {DECLINED}) OVER
            (PARTITION BY child ORDER BY happened_at DESC, id DESC ROWS UNBOUNDED PRECEDING) AS breaks
        FROM (SELECT i.child, i.id, i.outcome, coalesce(i.held_at, i.offered_at,
                (SELECT max(e.started_at) FROM interview_episode ie JOIN episode e ON e.id = ie.episode
                 WHERE ie.interview = i.id), '-infinity') AS happened_at
              FROM interview i WHERE i.child = ANY($1::bigint[]) AND i.outcome NOT IN ('pending', 'not-required')) told
        WHERE happened_at < $2) ordered
    WHERE breaks = 0 GROUP BY child
"""

# Whoever declined so often that it would do with the points there are, unless one of the latest so many answers with a
# date was another. An answer without a date may stand anywhere, so it is left to the full count. (As an EXISTS it might
# be answered by reading all interviews.)
OFTEN_DECLINED = f"""
    WITH often AS MATERIALIZED (
        SELECT child, count(*) AS declined FROM interview WHERE {DECLINED} GROUP BY child HAVING count(*) >= $1
    ), enough AS MATERIALIZED (
        SELECT child FROM often LEFT JOIN unnest($3::bigint[], $4::int[]) AS partly(child, points) USING (child)
        WHERE $5::int * declined + coalesce(points, 0) >= $6
    )
    SELECT child FROM enough WHERE NOT EXISTS (
        SELECT FROM (SELECT i.outcome FROM interview i
                     WHERE i.child = enough.child AND i.outcome NOT IN ('pending', 'not-required')
                       AND coalesce(i.held_at, i.offered_at) < $2
                     ORDER BY coalesce(i.held_at, i.offered_at) DESC, i.id DESC LIMIT $1) latest WHERE NOT {DECLINED}
    ) OR (SELECT true FROM interview i WHERE i.child = enough.child AND i.outcome NOT IN ('pending', 'not-required')
           AND coalesce(i.held_at, i.offered_at) IS NULL LIMIT 1)
"""

CASE_CHANGES = """
    SELECT DISTINCT child FROM panel_case
    WHERE (closed_on >= $1 AND closed_on <= $2)
       OR (accepted_on >= $1 AND accepted_on <= $2 AND recall_of IS NOT NULL)
"""


@dataclass(frozen=True)
class _Sparse:
    """The parts that few children have, by child; who is at risk is not counted in `points`."""

    overdue: dict[int, int]
    changed: set[int]
    points: dict[int, int] = field(default_factory=dict)


async def by_concern(rule: TopByConcern, occasion: Occasion) -> Drafts:
    """The first `top`, the next three as near misses."""
    window = last_days(occasion.on, rule.days)
    first_day = occasion.on - timedelta(days=rule.days - 1)
    asked = (occasion.categories, day_start(first_day), occasion.at, occasion.known_at)
    sparse = await _sparse(rule, first_day, occasion)
    wanted = rule.top + NEAR
    partly = await _partly(asked, rule, sparse)
    leaders, cut = leading(partly, max(FEWEST_LEADERS, 4 * wanted))
    declined = await _declined(leaders, occasion)
    scored = await _scored(rule, occasion, asked, sparse, leaders, declined)
    bar = least_to_overtake(rule.weights, [parts.score(rule.weights) for parts in scored], wanted)
    others = await _others(bar, cut, partly, set(leaders), rule, occasion)
    scored += await _scored(rule, occasion, asked, sparse, list(others), others)
    return _ranked(rule, window, scored)


async def count_by_concern(rule: TopByConcern, occasion: Occasion) -> int:
    """How many children `by_concern` lists: the `top`, where so many have an episode that counts."""
    first_day = occasion.on - timedelta(days=rule.days - 1)
    if rule.weights.episode:
        asked = (occasion.categories, day_start(first_day), occasion.at, rule.top)
        if await database.fetch_value(ENOUGH, *asked) == rule.top:
            return rule.top
    return len((await by_concern(rule, occasion)).items)


async def _sparse(rule: TopByConcern, first_day: date, occasion: Occasion) -> _Sparse:
    weights = rule.weights
    overdue = await handed_in.overdue_actions(min(occasion.on, london_date(occasion.now)))
    changes = await database.fetch(CASE_CHANGES, first_day, occasion.on)
    sparse = _Sparse(overdue, {row["child"] for row in changes}, defaultdict(int))
    for child, actions in overdue.items():
        sparse.points[child] += weights.overdue_action * actions
    for child in sparse.changed:
        sparse.points[child] += weights.case_change
    return sparse


def _is_at_level(rule: TopByConcern, occasion: Occasion, found: Assessment) -> bool:
    above = occasion.scales.above(found.level, found.assessed_on, occasion.on, rule)
    return above is not None and above >= 0


def _points_of_risk(rule: TopByConcern, occasion: Occasion, found: Assessment) -> int:
    """What the assessment counts, of a child that stands at or above the rule's level."""
    is_top = occasion.scales.is_top(found.level, found.assessed_on, occasion.on)
    return rule.weights.at_level + rule.weights.top_level * is_top


async def _partly(asked: tuple[Any, ...], rule: TopByConcern, sparse: _Sparse) -> dict[int, int]:
    """Every child's points without risk, age and declines, the most first; nobody who has none."""
    weights, points = rule.weights, sparse.points
    row = await database.fetch_one(
        PARTLY, *asked, weights.episode, weights.full_day, list(points), list(points.values())
    )
    return dict(zip(row["children"], row["points"], strict=True)) if row and row["children"] else {}


async def _declined(children: Sequence[int], occasion: Occasion) -> dict[int, int]:
    """By child, the return interviews declined in a row; nobody whose latest was not declined."""
    if not children:
        return {}
    rows = await database.fetch(DECLINED_IN_A_ROW, children, occasion.at)
    return {row["child"]: row["declined"] for row in rows}


async def _others(
    bar: int, cut: int, partly: dict[int, int], leaders: set[int], rule: TopByConcern, occasion: Occasion
) -> dict[int, int]:
    """Children beyond the leaders who may come as far as the bar before their age counts, with what each declined.

    `cut`: the most points that any of them has without risk and declines. Where the risk could bring a child that far
    by itself, everybody at risk is asked for; else the declines must do most of it, and any risk is allowed for.
    """
    weight, by_risk = rule.weights.declined, rule.weights.at_level + rule.weights.top_level
    if cut + by_risk >= bar:
        partly, by_risk = dict(partly), 0
        for found in await assessments_at(rule, occasion, at_or_above(occasion)):
            partly[found.child] = partly.get(found.child, 0) + _points_of_risk(rule, occasion, found)
        cut = max((points for child, points in partly.items() if child not in leaders), default=0)
    others = {child for child, points in partly.items() if points >= bar}
    if weight:
        least = max(1, -(-(bar - by_risk - cut) // weight))
        points = (list(partly), list(partly.values()), weight, bar - by_risk)
        rows = await database.fetch(OFTEN_DECLINED, least, occasion.at, *points)
        others |= {row["child"] for row in rows}
    in_order = sorted(others - leaders)
    declined = await _declined(in_order, occasion)
    return {
        child: declined.get(child, 0)
        for child in in_order
        if partly.get(child, 0) + by_risk + weight * declined.get(child, 0) >= bar
    }


async def _scored(
    rule: TopByConcern,
    occasion: Occasion,
    asked: tuple[Any, ...],
    sparse: _Sparse,
    children: Sequence[int],
    declined: dict[int, int],
) -> list[ConcernParts]:
    """Every part of the score of these children."""
    if not children:
        return []
    episodes = {row["child"]: row for row in await database.fetch(EPISODES, *asked, children)}
    rows = await database.fetch(CHILDREN, occasion.categories, occasion.at, children)
    assessed = await latest_assessments(children, occasion.on)
    return [
        _parts(rule, occasion, sparse, row, episodes.get(row["id"]), declined, assessed.get(row["id"]))
        for row in rows
    ]


def _parts(
    rule: TopByConcern,
    occasion: Occasion,
    sparse: _Sparse,
    child: dict[str, Any],
    episodes: dict[str, Any] | None,
    declined: dict[int, int],
    latest_assessed: Assessment | None,
) -> ConcernParts:
    id_: int = child["id"]
    born_on: date | None = child["born_on"]
    latest: datetime | None = child["latest_start"]
    assessed = latest_assessed if latest_assessed and _is_at_level(rule, occasion, latest_assessed) else None
    return ConcernParts(
        child=id_,
        child_ref=child["child_ref"],
        episode_ids=tuple(episodes["episode_ids"]) if episodes else (),
        full_days=episodes["full_days"] if episodes else 0,
        at_level=assessed is not None,
        top_level=assessed is not None
        and occasion.scales.is_top(assessed.level, assessed.assessed_on, occasion.on),
        risk_level=assessed.level if assessed else "",
        young=born_on is not None and age_on(born_on, occasion.on) < rule.young_under,
        declined=declined.get(id_, 0),
        overdue_actions=sparse.overdue.get(id_, 0),
        case_change=id_ in sparse.changed,
        latest_start=latest,
    )


def _ranked(rule: TopByConcern, window: Window, scored: Iterable[ConcernParts]) -> Drafts:
    weights = rule.weights
    cases = sorted((p for p in scored if p.is_a_case(weights)), key=lambda p: order_of(p, weights))
    return Drafts(
        window,
        tuple(
            Draft(p.child, p.reason(weights), (rank,), p.episode_ids, p.facts(weights))
            for rank, p in enumerate(cases[: rule.top])
        ),
        near=tuple(
            NearDraft(p.child, p.reason(weights), (rank,))
            for rank, p in enumerate(cases[rule.top : rule.top + NEAR])
        ),
    )
