"""Children whose episodes trigger a meeting about them: so many starts in a rolling window of London dates."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from app import database
from app.london import add_working_days, day_start, london_date
from app.panels.selection.rules import reasons
from app.panels.selection.rules.occasions import (
    MOST_NEAR_MISSES,
    Draft,
    Drafts,
    HeldMeeting,
    NearDraft,
    Occasion,
    Told,
    last_days,
)
from app.panels.selection_rules import MissingInDays

MOST_MISSED = 200

# A start triggers where the start so many before it lies in the days that end with its own date, and where nobody met
# about the child or left it off since. Days of London are asked for only where the hours between the two do not tell.
JUDGED = """
    WITH spaced AS (
        SELECT child, started_at, lag(started_at, $4::int) OVER (PARTITION BY child ORDER BY started_at, id) AS first_at
        FROM episode
        WHERE merged_into IS NULL AND category = ANY($1::text[]) AND started_at >= $2 AND started_at < $3{of_these}
    ), answered AS (
        SELECT * FROM unnest($7::bigint[], $8::timestamptz[]) AS answered(child, until)
    ), judged AS (
        SELECT s.*, until IS NULL OR started_at > until AS is_open,
               CASE WHEN first_at IS NULL THEN false
                    WHEN started_at - first_at < make_interval(hours => 24 * $5::int - 25) THEN true
                    WHEN started_at - first_at > make_interval(hours => 24 * $5::int + 1) THEN false
                    ELSE (started_at AT TIME ZONE 'Europe/London')::date
                         - (first_at AT TIME ZONE 'Europe/London')::date < $5 END AS is_close
        FROM spaced s LEFT JOIN answered USING (child)
"""

BY_CHILD = (
    JUDGED
    + """
    ), by_child AS MATERIALIZED (
        SELECT child, min(started_at) FILTER (WHERE started_at >= $6 AND is_open AND is_close) AS due_at,
               count(*) FILTER (WHERE started_at >= $10) AS recent, max(started_at) AS latest,
               array_agg(started_at) FILTER
                   (WHERE started_at >= $9 AND started_at < $6 AND is_open AND is_close) AS missed
        FROM judged GROUP BY child
    ), missed AS (
        SELECT child, latest, missed, (SELECT max(at) FROM unnest(missed) AS at) AS last_at FROM by_child
        WHERE missed IS NOT NULL
    )
"""
)

LAST_MISSED = "FROM missed ORDER BY (last_at AT TIME ZONE 'Europe/London')::date DESC, child LIMIT $11"

# One row for each child, to be listed (due), named as missed, or as one short.
TRIGGERED = (
    BY_CHILD
    + f"""
    SELECT 'due' AS standing, b.child, b.due_at, b.missed, told.*, NULL::int AS recent
    FROM by_child b CROSS JOIN LATERAL (
        SELECT array_agg(id) AS ids, array_agg(day) AS days, array_agg(ref) AS refs,
               count(*) FILTER (WHERE started_at < b.due_at) AS before,
               (array_agg(responsible_authority))[count(*)] AS responsible_authority,
               (array_agg(placed_in))[count(*)] AS placed_in
        FROM (SELECT id, started_at, (started_at AT TIME ZONE 'Europe/London')::date AS day,
                     coalesce(episode_ref, 'E' || id) AS ref, responsible_authority, placed_in
              FROM episode
              WHERE child = b.child AND merged_into IS NULL AND category = ANY($1::text[]) AND started_at < $3
                AND started_at >= ((b.due_at AT TIME ZONE 'Europe/London')::date - $5::int + 1)::timestamp
                                  AT TIME ZONE 'Europe/London'
              ORDER BY started_at, id) e
    ) told WHERE b.due_at IS NOT NULL
    UNION ALL
    (SELECT 'missed', child, latest, missed, NULL, NULL, NULL, NULL, NULL, NULL, NULL {LAST_MISSED})
    UNION ALL
    (SELECT 'one short', child, latest, NULL, NULL, NULL, NULL, NULL, NULL, NULL, recent FROM by_child
     WHERE due_at IS NULL AND recent > 0 AND recent = $4 ORDER BY latest DESC, child LIMIT $12)
"""
)

# Who is due and since when, and who was missed: what a long list needs of those that it does not show.
OUTLINED = (
    BY_CHILD
    + f"""
    SELECT child, due_at, NULL::timestamptz[] AS missed FROM by_child
    WHERE due_at IS NOT NULL
    UNION ALL (SELECT child, NULL, missed {LAST_MISSED})
"""
)

# Whom a meeting is due about, and no more than that.
DUE = (
    JUDGED
    + """
    )
    SELECT child, min(started_at) AS due_at FROM judged WHERE started_at >= $6 AND is_open AND is_close GROUP BY child
"""
)

# A held meeting answers whatever had happened by then.
HELD = """
    SELECT child, starts_at, date_only FROM meeting
    WHERE panel = $1 AND status = 'held' AND child IS NOT NULL AND starts_at >= $2 AND starts_at < $3
      AND id IS DISTINCT FROM $4
    UNION ALL
    SELECT i.child, m.starts_at, m.date_only FROM agenda_item i JOIN meeting m ON m.id = i.meeting
    WHERE m.panel = $1 AND m.status = 'held' AND i.status = 'on-agenda' AND i.child IS NOT NULL
      AND m.starts_at >= $2 AND m.starts_at < $3 AND m.id IS DISTINCT FROM $4
"""

# Leaving a child off answers the episodes that were listed, be it on an agenda or before a meeting was convened.
LEFT_OFF = """
    SELECT i.child, coalesce((SELECT max(e.started_at) FROM episode e WHERE e.id = ANY(i.episode_ids)),
                             least(m.starts_at, i.recorded_at)) AS answered_at
    FROM agenda_item i JOIN meeting m ON m.id = i.meeting
    WHERE m.panel = $1 AND m.status <> 'cancelled' AND i.status = 'left-off' AND i.child IS NOT NULL
      AND m.starts_at >= $2 AND (m.starts_at < $3 OR i.recorded_at < $3) AND m.id IS DISTINCT FROM $4
    UNION ALL
    SELECT child, answers_until FROM not_convened
    WHERE panel = $1 AND withdrawn_at IS NULL AND answers_until >= $2 AND decided_at < $3
"""


@dataclass(frozen=True)
class Outlined:
    """By child, the start that a meeting is due for; and those whose older triggers were missed, in words."""

    due: dict[int, datetime]
    missed: tuple[NearDraft, ...]


async def by_triggers(
    rule: MissingInDays, occasion: Occasion, children: Collection[int] | None = None
) -> Drafts:
    """The earliest unanswered trigger of each child comes first: its meeting is due first.

    Missed are the triggers that stopped being proposed within as many days again. `children`: nobody else is read.
    """
    if children is None and occasion.only_child is not None:
        children = [occasion.only_child]
    asked = [*await _asked(rule, occasion), MOST_NEAR_MISSES]
    of_these = ""
    if children is not None:
        of_these = " AND child = ANY($13::bigint[])"
        asked.append(list(children))
    rows = await database.fetch(TRIGGERED.format(of_these=of_these), *asked)

    @cache
    def due_on(day: date) -> date:
        return add_working_days(day, occasion.terms.timescales.convene)

    counted = occasion.terms.counted
    items = tuple(_draft(rule, counted, row, due_on) for row in rows if row["standing"] == "due")
    near = [_missed(rule, row) for row in rows if row["standing"] == "missed"]
    near += [_one_short(rule, counted, row) for row in rows if row["standing"] == "one short"]
    return Drafts(last_days(occasion.on, rule.proposed_days), items, near=tuple(near))


async def outline_triggers(rule: MissingInDays, occasion: Occasion) -> Outlined:
    """Whom `by_triggers` lists and whom it names as missed, without the words of those listed."""
    rows = await database.fetch(OUTLINED.format(of_these=""), *await _asked(rule, occasion))
    return Outlined(
        {row["child"]: row["due_at"] for row in rows if row["due_at"] is not None},
        tuple(_missed(rule, row) for row in rows if row["missed"] is not None),
    )


async def _asked(rule: MissingInDays, occasion: Occasion) -> list[Any]:
    oldest_listed = _oldest_listed(rule, occasion)
    answered = await _answered(occasion, day_start(oldest_listed - timedelta(days=1)))
    return [
        occasion.categories,
        day_start(oldest_listed - timedelta(days=rule.days - 1)),
        occasion.at,
        rule.count - 1,
        rule.days,
        day_start(last_days(occasion.on, rule.proposed_days).start),
        list(answered),
        list(answered.values()),
        day_start(oldest_listed),
        day_start(occasion.on - timedelta(days=rule.days - 1)),
        MOST_MISSED,
    ]


async def triggers_due(rule: MissingInDays, occasion: Occasion) -> dict[int, datetime]:
    """By child, the start that `by_triggers` would list it for: for a count, without the words and all that is near."""
    window, oldest_listed = last_days(occasion.on, rule.proposed_days), _oldest_listed(rule, occasion)
    answered = await _answered(occasion, day_start(oldest_listed - timedelta(days=1)))
    rows = await database.fetch(
        DUE.format(of_these=""),
        occasion.categories,
        day_start(window.start - timedelta(days=rule.days - 1)),
        occasion.at,
        rule.count - 1,
        rule.days,
        day_start(window.start),
        list(answered),
        list(answered.values()),
    )
    return {row["child"]: row["due_at"] for row in rows}


def _oldest_listed(rule: MissingInDays, occasion: Occasion) -> date:
    return occasion.on - timedelta(days=2 * rule.proposed_days - 1)


async def _answered(occasion: Occasion, since: datetime) -> dict[int, datetime]:
    """Until when each child's triggers are answered; meetings before `since` answer none that are still listed."""
    asked = (occasion.panel.id, since, occasion.at, occasion.meeting_id)
    answers = [
        (row["child"], HeldMeeting(row["starts_at"], row["date_only"]).covers_until)
        for row in await database.fetch(HELD, *asked)
    ]
    answers += [(row["child"], row["answered_at"]) for row in await database.fetch(LEFT_OFF, *asked)]
    answered: dict[int, datetime] = {}
    for child, at in answers:
        answered[child] = max(at, answered.get(child, at))
    return answered


def _draft(rule: MissingInDays, counted: str, row: dict[str, Any], due_on: Any) -> Draft:
    days: Sequence[date] = row["days"]
    at: int = row["before"]
    trigger, due = days[at], due_on(days[at])
    since = f"and since then on {reasons.full_days(days[at + 1 :])}; " if days[at + 1 :] else ""
    return Draft(
        row["child"],
        f"{counted} {reasons.times(at + 1)} in the {rule.days} days to {reasons.full_day(trigger)}: "
        f"{reasons.full_days(days[: at + 1])}; {since}meeting due by {reasons.full_day(due)}",
        (row["due_at"],),
        tuple(row["ids"]),
        {
            "triggered_on": trigger.isoformat(),
            "trigger_episode": row["ids"][at],
            "due_on": due.isoformat(),
            "proposed_until": (trigger + timedelta(days=rule.proposed_days - 1)).isoformat(),
            "missed_triggers": [day.isoformat() for day in _days(row["missed"])],
        },
        told=Told(tuple(row["refs"]), row["responsible_authority"], row["placed_in"]),
    )


def _missed(rule: MissingInDays, row: dict[str, Any]) -> NearDraft:
    days = _days(row["missed"])
    on = reasons.full_days(sorted(set(days)))
    return NearDraft(
        row["child"],
        f"missed: triggered on {on}, and no meeting was held within {rule.proposed_days} days",
        (0, days[0]),
        missed=True,
    )


def _one_short(rule: MissingInDays, counted: str, row: dict[str, Any]) -> NearDraft:
    often = f"{counted} {reasons.times(row['recent'])} in the last {rule.days} days"
    return NearDraft(row["child"], f"{often}, one short", (1, -row["due_at"].timestamp()))


def _days(starts: Sequence[datetime] | None) -> list[date]:
    """The London days of these starts, the earliest first."""
    return sorted(london_date(start) for start in starts or ())
