"""Children missing at any time since the panel's last held meeting, and those recorded late since then."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app import database
from app.panels.selection.rules import reasons
from app.panels.selection.rules.occasions import Draft, Drafts, Occasion, Told, since_last
from app.panels.selection.rules.proposals import Window
from app.panels.selection.rules.reasons import Spell
from app.panels.selection_rules import AnySinceLastMeeting

# A return that came as a date alone counts to the end of that London day.
RETURNED = """CASE WHEN 'returned_at' = ANY(e.date_only)
    THEN ((e.returned_at AT TIME ZONE 'Europe/London')::date + 1)::timestamp AT TIME ZONE 'Europe/London'
    ELSE e.returned_at END"""

# Each branch reads a bounded part of one index: starts within the window; starts shortly before it; the few that
# lasted longer than a fortnight; the open ones; what was recorded since. An end unknown after a statutory year's end
# is never taken for open.
FOUND = f"""
    WITH found AS (
        SELECT e.id, false AS late FROM episode e
        WHERE e.started_at >= $2 AND e.started_at < $3
        UNION ALL
        SELECT e.id, false FROM episode e
        WHERE e.started_at >= $2 - interval '16 days' AND e.started_at < $2 AND {RETURNED} > $2
          AND e.returned_at - e.started_at <= interval '14 days'
        UNION ALL
        SELECT e.id, false FROM episode e
        WHERE e.returned_at - e.started_at > interval '14 days' AND e.returned_at > $2 - interval '2 days'
          AND e.started_at < least($2, $3) AND {RETURNED} > $2
        UNION ALL
        SELECT e.id, false FROM episode e
        WHERE e.returned_at IS NULL AND e.end_unknown_after IS NULL AND e.started_at < least($2, $3)
        UNION ALL
        SELECT e.id, true FROM episode e
        WHERE $5 AND e.first_recorded_at >= $2 AND e.first_recorded_at < $3 AND e.started_at < $2
          AND NOT EXISTS (
            SELECT FROM agenda_item i JOIN meeting m ON m.id = i.meeting
            WHERE i.child = e.child AND e.id = ANY(i.episode_ids) AND i.status <> 'deferred'
              AND m.panel = $4 AND m.status = 'held' AND m.starts_at < $3 AND m.id IS DISTINCT FROM $6)
    )
"""

SPELLS = (
    FOUND
    + """
    SELECT e.id, e.child, e.started_at, e.returned_at, 'returned_at' = ANY(e.date_only) AS return_untimed,
           e.returned_at IS NULL AND e.end_unknown_after IS NOT NULL AS end_unknown, f.late,
           coalesce(e.episode_ref, 'E' || e.id) AS ref, e.responsible_authority, e.placed_in
    FROM (SELECT id, bool_and(late) AS late FROM found GROUP BY id) f JOIN episode e ON e.id = f.id
    WHERE e.merged_into IS NULL AND e.category = ANY($1::text[])
    ORDER BY e.started_at, e.id
"""
)

CHILDREN = (
    FOUND
    + """
    SELECT count(DISTINCT e.child) FROM episode e
    WHERE e.id IN (SELECT id FROM found) AND e.merged_into IS NULL AND e.category = ANY($1::text[])
"""
)


async def since_last_meeting(rule: AnySinceLastMeeting, occasion: Occasion) -> Drafts:
    """Late records are looked for only once a meeting was held: before that there is nothing to be late for."""
    window = since_last(occasion, rule.first_days)
    rows = await database.fetch(SPELLS, *_asked(occasion, window))
    by_child: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_child[row["child"]].append(row)
    return Drafts(window, tuple(_draft(child, told, occasion) for child, told in by_child.items()))


async def count_since_last_meeting(rules: Sequence[AnySinceLastMeeting], occasion: Occasion) -> list[int]:
    """How many children `since_last_meeting` lists under each of these rules; they differ before the first meeting."""
    windows = [since_last(occasion, rule.first_days) for rule in rules]
    children = {
        window: await database.fetch_value(CHILDREN, *_asked(occasion, window)) for window in set(windows)
    }
    return [children[window] for window in windows]


def _asked(occasion: Occasion, window: Window) -> tuple[Any, ...]:
    return (
        occasion.categories,
        window.start,
        window.end,
        occasion.panel.id,
        occasion.last_held is not None,
        occasion.meeting_id,
    )


def _draft(child: int, rows: list[dict[str, Any]], occasion: Occasion) -> Draft:
    """Who is still missing comes first, the longest missing at the head; then the latest start."""
    known_at = occasion.known_at
    spells = [_spell(row) for row in rows]
    missing_since = [s.started_at for s in spells if reasons.is_still_missing(s, known_at)]
    told = "; ".join(reasons.span(spell, known_at) for spell in spells if not spell.late)
    late = "; ".join(reasons.span(spell, known_at) for spell in spells if spell.late)
    parts = ([f"{occasion.terms.counted} {told}"] if told else []) + (
        [f"recorded since the last meeting: {occasion.terms.counted} {late}"] if late else []
    )
    return Draft(
        child,
        "; ".join(parts),
        (0, min(missing_since).timestamp()) if missing_since else (1, -spells[-1].started_at.timestamp()),
        tuple(spell.id for spell in spells),
        {
            "episodes": len(spells),
            "still_missing": bool(missing_since),
            "recorded_late": sum(spell.late for spell in spells),
            **_hours_missing(missing_since, known_at),
        },
        told=Told(
            tuple(row["ref"] for row in rows), rows[-1]["responsible_authority"], rows[-1]["placed_in"]
        ),
    )


def _spell(row: dict[str, Any]) -> Spell:
    return Spell(
        row["id"],
        row["child"],
        row["started_at"],
        row["returned_at"],
        row["end_unknown"],
        row["late"],
        row["return_untimed"],
    )


def _hours_missing(missing_since: list[datetime], known_at: datetime) -> dict[str, int]:
    if not missing_since:
        return {}
    return {"hours_missing": max(known_at - min(missing_since), timedelta()) // timedelta(hours=1)}
