"""The children with the highest concern scores.

Scoring everybody in full would read every child. So all get the points that few rows tell (episodes in the window,
risk, cases, overdue actions); the leaders, and whoever could still overtake them, are scored in full.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app import database
from app.london import age_on, day_start, london_date
from app.panels.handed_in import handed_in
from app.panels.selection.queries.risks import Assessment, assessments_at, at_or_above
from app.panels.selection.rules.concern import ConcernParts, declines_to_overtake, order_of
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

PARTLY = f"""
    SELECT child, sum(points)::int AS points FROM (
        SELECT child, $5 * count(*) + $6 * sum({FULL_DAYS}) AS points FROM episode
        WHERE {COUNTED} AND started_at >= $2 AND started_at < $3 GROUP BY child
        UNION ALL SELECT * FROM unnest($7::bigint[], $8::int[])
    ) parts GROUP BY child HAVING sum(points) > 0 ORDER BY points DESC
"""

LEADERS = "FETCH FIRST $9 ROWS WITH TIES"

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

# Whoever declined so often, unless one of the latest so many answers with a date was another. An answer without a date
# may stand anywhere, so it is left to the full count. (As an EXISTS it might be answered by reading all interviews.)
OFTEN_DECLINED = f"""
    WITH often AS (SELECT child FROM interview WHERE {DECLINED} GROUP BY child HAVING count(*) >= $1)
    SELECT child FROM often WHERE NOT EXISTS (
        SELECT FROM (SELECT i.outcome FROM interview i
                     WHERE i.child = often.child AND i.outcome NOT IN ('pending', 'not-required')
                       AND coalesce(i.held_at, i.offered_at) < $2
                     ORDER BY coalesce(i.held_at, i.offered_at) DESC, i.id DESC LIMIT $1) latest WHERE NOT {DECLINED}
    ) OR (SELECT true FROM interview i WHERE i.child = often.child AND i.outcome NOT IN ('pending', 'not-required')
           AND coalesce(i.held_at, i.offered_at) IS NULL LIMIT 1)
"""

CASE_CHANGES = """
    SELECT DISTINCT child FROM panel_case
    WHERE (closed_on >= $1 AND closed_on <= $2)
       OR (accepted_on >= $1 AND accepted_on <= $2 AND recall_of IS NOT NULL)
"""


@dataclass(frozen=True)
class _Sparse:
    """The parts that few children have, by child."""

    assessed: dict[int, Assessment]
    overdue: dict[int, int]
    changed: set[int]
    points: dict[int, int] = field(default_factory=dict)


async def by_concern(rule: TopByConcern, occasion: Occasion) -> Drafts:
    """The first `top`, the next three as near misses."""
    window = last_days(occasion.on, rule.days)
    first_day = occasion.on - timedelta(days=rule.days - 1)
    asked = (occasion.categories, day_start(first_day), occasion.at, occasion.known_at)
    sparse = await _sparse(rule, occasion, first_day)
    wanted = rule.top + NEAR
    most = max(FEWEST_LEADERS, 4 * wanted)
    leaders = await database.fetch(PARTLY + LEADERS, *_points_told(asked, rule, sparse), most)
    scored = await _scored(rule, occasion, asked, sparse, [row["child"] for row in leaders])
    cut = leaders[-1]["points"] - 1 if len(leaders) >= most else 0
    needed = declines_to_overtake(rule.weights, cut, [p.score(rule.weights) for p in scored], wanted)
    if needed is not None:
        others = await _others(needed, cut, {parts.child for parts in scored}, asked, rule, sparse)
        scored += await _scored(rule, occasion, asked, sparse, others, needed)
    return _ranked(rule, window, scored)


async def count_by_concern(rule: TopByConcern, occasion: Occasion) -> int:
    """How many children `by_concern` lists: the `top`, where so many have an episode that counts."""
    first_day = occasion.on - timedelta(days=rule.days - 1)
    if rule.weights.episode:
        asked = (occasion.categories, day_start(first_day), occasion.at, rule.top)
        if await database.fetch_value(ENOUGH, *asked) == rule.top:
            return rule.top
    return len((await by_concern(rule, occasion)).items)


async def _sparse(rule: TopByConcern, occasion: Occasion, first_day: date) -> _Sparse:
    w = rule.weights
    assessed = {a.child: a for a in await assessments_at(rule, occasion, at_or_above(occasion))}
    overdue = await handed_in.overdue_actions(min(occasion.on, london_date(occasion.now)))
    changes = await database.fetch(CASE_CHANGES, first_day, occasion.on)
    sparse = _Sparse(assessed, overdue, {row["child"] for row in changes}, defaultdict(int))
    for child, a in assessed.items():
        sparse.points[child] += w.at_level + w.top_level * occasion.scales.is_top(
            a.level, a.assessed_on, occasion.on
        )
    for child, actions in overdue.items():
        sparse.points[child] += w.overdue_action * actions
    for child in sparse.changed:
        sparse.points[child] += w.case_change
    return sparse


def _points_told(asked: tuple[Any, ...], rule: TopByConcern, sparse: _Sparse) -> tuple[Any, ...]:
    points = sparse.points
    return (*asked, rule.weights.episode, rule.weights.full_day, list(points), list(points.values()))


async def _others(
    needed: int, cut: int, known: set[int], asked: tuple[Any, ...], rule: TopByConcern, sparse: _Sparse
) -> list[int]:
    """Children beyond the leaders that could still come among the first: by declines, or all that have any points."""
    rows = await database.fetch(OFTEN_DECLINED, max(needed, 1), asked[2])
    if needed == 0 and cut > 0:
        rows += await database.fetch(PARTLY, *_points_told(asked, rule, sparse))
    return sorted({row["child"] for row in rows} - known)


async def _scored(
    rule: TopByConcern,
    occasion: Occasion,
    asked: tuple[Any, ...],
    sparse: _Sparse,
    children: Sequence[int],
    fewest_declined: int = 0,
) -> list[ConcernParts]:
    """Every part of the score of these children; left out is who declined fewer interviews in a row."""
    if not children:
        return []
    declined = {
        row["child"]: row["declined"]
        for row in await database.fetch(DECLINED_IN_A_ROW, children, occasion.at)
    }
    scored = [child for child in children if declined.get(child, 0) >= fewest_declined]
    if not scored:
        return []
    episodes = {row["child"]: row for row in await database.fetch(EPISODES, *asked, scored)}
    rows = await database.fetch(CHILDREN, occasion.categories, occasion.at, scored)
    return [_parts(rule, occasion, sparse, row, episodes.get(row["id"]), declined) for row in rows]


def _parts(
    rule: TopByConcern,
    occasion: Occasion,
    sparse: _Sparse,
    child: dict[str, Any],
    episodes: dict[str, Any] | None,
    declined: dict[int, int],
) -> ConcernParts:
    id_: int = child["id"]
    born_on: date | None = child["born_on"]
    latest: datetime | None = child["latest_start"]
    assessed = sparse.assessed.get(id_)
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
