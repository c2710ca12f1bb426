"""Children at or above a risk level: everybody, or those reported missing in the days before the meeting."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app import database
from app.panels.selection.rules import reasons
from app.panels.selection.rules.occasions import (
    MOST_NEAR_MISSES,
    Draft,
    Drafts,
    NearDraft,
    Occasion,
    days_earlier,
    last_days,
)
from app.panels.selection.rules.proposals import Window
from app.panels.selection_rules import HasLevel, MissingAndAtRisk, RiskAtOrAbove

NEAR_DAYS = 90


@dataclass(frozen=True)
class Assessment:
    """A child's latest risk assessment on or before a day."""

    child: int
    level: str
    assessed_on: date
    flags: list[str] = field(default_factory=list)
    next_review_on: date | None = None

    @property
    def facts(self) -> dict[str, Any]:
        due = {"next_review_on": self.next_review_on.isoformat()} if self.next_review_on else {}
        return {
            "risk_level": self.level,
            "risk_assessed_on": self.assessed_on.isoformat(),
            "flags": list(self.flags),
            **due,
        }


# An assessment of the same day that was recorded later stands for the day.
LATEST = """
    SELECT r.child, r.level, r.assessed_on, r.flags, r.next_review_on FROM unnest($1::bigint[]) AS wanted(child)
    CROSS JOIN LATERAL (SELECT * FROM risk_assessment WHERE risk_assessment.child = wanted.child AND assessed_on <= $2
                        ORDER BY assessed_on DESC, id DESC LIMIT 1) r
"""

# Each child's last assessment with one of the words, unless a later one has another. Both are told by indexes; whether
# there is a later one is asked child by child (OFFSET 0): few children ever stood so high, and all are assessed. The
# rest of those that are left is read one by one as well, or all assessments would be read for it.
STANDING_AT = """
    WITH standing AS MATERIALIZED (
        SELECT DISTINCT ON (r.child) r.child, r.assessed_on, r.id
        FROM unnest($1::text[], $2::date[], $3::date[]) AS s(level, since, until)
        JOIN risk_assessment r ON r.level = s.level
         AND r.assessed_on >= s.since AND r.assessed_on < s.until AND r.assessed_on <= $4
        ORDER BY r.child, r.assessed_on DESC, r.id DESC)
    SELECT r.* FROM standing s CROSS JOIN LATERAL (
        SELECT child, level, assessed_on, flags, next_review_on FROM risk_assessment WHERE id = s.id OFFSET 0) r
    WHERE NOT EXISTS (
        SELECT FROM risk_assessment later WHERE later.child = s.child AND later.assessed_on <= $4
         AND (later.assessed_on, later.id) > (s.assessed_on, s.id) OFFSET 0)
"""

# For one word and its dates alone, so that the index gives the latest first and the rest is not read.
LATEST_AT = """
    SELECT r.child, r.level, r.assessed_on, r.flags, r.next_review_on FROM risk_assessment r
    WHERE r.level = $1 AND r.assessed_on >= $2 AND r.assessed_on < $3 AND r.assessed_on <= $4
      AND NOT EXISTS (
        SELECT FROM risk_assessment later WHERE later.child = r.child AND later.assessed_on <= $4
         AND (later.assessed_on, later.id) > (r.assessed_on, r.id))
    ORDER BY r.assessed_on DESC, r.id DESC LIMIT $5
"""

# Everybody who is listed; of the others, who is one level below or was never assessed, the most often reported first.
REPORTED = """
    WITH reported AS (
        SELECT child, array_agg(id ORDER BY started_at, id) AS episode_ids, count(*) AS times,
               max(coalesce(reported_at, started_at)) AS last_at
        FROM episode
        WHERE merged_into IS NULL AND category = ANY($1::text[]) AND started_at < $3
          AND coalesce(reported_at, started_at) >= $2 AND coalesce(reported_at, started_at) < $3
        GROUP BY child
    ), standing AS (
        SELECT * FROM unnest($4::text[], $5::date[], $6::date[], $7::int[]) AS s(level, since, until, above)
    ), judged AS (
        SELECT p.*, r.level, r.assessed_on, r.flags, r.next_review_on, s.above,
               ARRAY(SELECT f FROM unnest(r.flags) f
                     WHERE replace(replace(lower(f), ' ', '-'), '_', '-') = ANY($8::text[])) AS hits
        FROM reported p
        LEFT JOIN LATERAL (SELECT * FROM risk_assessment WHERE child = p.child AND assessed_on <= $9
                           ORDER BY assessed_on DESC, id DESC LIMIT 1) r ON true
        LEFT JOIN standing s ON s.level = r.level AND r.assessed_on >= s.since AND r.assessed_on < s.until
    )
    (SELECT *, true AS listed FROM judged WHERE above >= 0 OR hits <> '{}')
    UNION ALL
    (SELECT *, false FROM judged WHERE hits = '{}' AND (level IS NULL OR above = -1)
     ORDER BY times DESC, last_at DESC, child LIMIT $10)
"""


async def latest_assessments(child_ids: Iterable[int], on: date) -> dict[int, Assessment]:
    """Each child's latest assessment on or before a day; a child without one is not in the answer."""
    rows = await database.fetch_as(Assessment, LATEST, list(child_ids), on)
    return {row.child: row for row in rows}


async def assessments_at(rule: HasLevel, occasion: Occasion, above: Iterable[int]) -> list[Assessment]:
    """The children whose latest assessment stands so far above the rule's level; 0 is at it."""
    standing = occasion.scales.standing(occasion.on, rule, above)
    return await database.fetch_as(
        Assessment,
        STANDING_AT,
        [word for word, _, _ in standing],
        [start for _, start, _ in standing],
        [end for _, _, end in standing],
        occasion.on,
    )


async def _just_below(rule: HasLevel, occasion: Occasion) -> list[Assessment]:
    """Those assessed last of the children who stand one level below, in the last 90 days."""
    since = occasion.on - timedelta(days=NEAR_DAYS - 1)
    found = [
        assessment
        for word, start, end in occasion.scales.standing(occasion.on, rule, [-1])
        for assessment in await database.fetch_as(
            Assessment, LATEST_AT, word, max(start, since), end, occasion.on, MOST_NEAR_MISSES
        )
    ]
    return sorted(found, key=lambda a: a.assessed_on, reverse=True)[:MOST_NEAR_MISSES]


def at_or_above(occasion: Occasion) -> range:
    return range(max(len(era.levels) for era in occasion.scales.eras))


async def by_risk(rule: RiskAtOrAbove, occasion: Occasion) -> Drafts:
    """Highest level first, then the review that is due first. One level below in the last 90 days is a near miss."""
    window = last_days(occasion.on, NEAR_DAYS)
    found = await assessments_at(rule, occasion, at_or_above(occasion))
    below = await _just_below(rule, occasion)
    items = []
    for a in found:
        above = occasion.scales.above(a.level, a.assessed_on, occasion.on, rule) or 0
        reason = f"assessed at {a.level} risk on {reasons.full_day(a.assessed_on)}"
        items.append(
            Draft(a.child, reason, (-above, a.next_review_on or date.max, a.assessed_on), (), a.facts)
        )
    near = [
        NearDraft(
            a.child,
            f"assessed at {a.level} risk on {reasons.full_day(a.assessed_on)}, one level below",
            (-a.assessed_on.toordinal(),),
        )
        for a in below
    ]
    return Drafts(window, tuple(items), near=tuple(near))


async def count_by_risk(rule: RiskAtOrAbove, occasion: Occasion) -> int:
    """How many children `by_risk` lists."""
    return len(await assessments_at(rule, occasion, at_or_above(occasion)))


async def by_missing_and_risk(rule: MissingAndAtRisk, occasion: Occasion) -> Drafts:
    """Highest level first. Near misses: reported missing, and one level below or without any assessment."""
    window = Window(days_earlier(occasion.at, rule.days), occasion.at)
    standing = [
        (*told, above)
        for above in (-1, *at_or_above(occasion))
        for told in occasion.scales.standing(occasion.on, rule, [above])
    ]
    rows = await database.fetch(
        REPORTED,
        occasion.categories,
        window.start,
        window.end,
        *([told[place] for told in standing] for place in range(4)),
        [_folded(flag) for flag in rule.flags],
        occasion.on,
        MOST_NEAR_MISSES,
    )
    often = f"reported {occasion.terms.counted} {{times}} in the {rule.days} days"
    listed = tuple(_at_risk(row, often) for row in rows if row["listed"])
    return Drafts(window, listed, near=tuple(_nearly(row, often) for row in rows if not row["listed"]))


def _at_risk(row: dict[str, Any], often: str) -> Draft:
    found = Assessment(row["child"], row["level"], row["assessed_on"], row["flags"], row["next_review_on"])
    above = -99 if row["above"] is None else row["above"]
    risks = [f"{found.level} risk"] if above >= 0 else []
    if row["hits"]:
        risks.append(f"flagged {', '.join(flag.replace('-', ' ') for flag in row['hits'])}")
    return Draft(
        row["child"],
        f"{often.format(times=reasons.times(row['times']))}; {' and '.join(risks)} "
        f"on {reasons.full_day(found.assessed_on)}",
        (-above, -row["times"], -row["last_at"].timestamp()),
        tuple(row["episode_ids"]),
        {"episodes": row["times"], **found.facts, "listed_for_flags": row["hits"]},
    )


def _nearly(row: dict[str, Any], often: str) -> NearDraft:
    why = (
        f"assessed at {row['level']} risk, one level below"
        if row["level"]
        else "no risk assessment on record"
    )
    return NearDraft(
        row["child"],
        f"{often.format(times=reasons.times(row['times']))}; {why}",
        (-row["times"], -row["last_at"].timestamp()),
    )


def _folded(flag: str) -> str:
    return "-".join(flag.casefold().replace("-", " ").replace("_", " ").split())
