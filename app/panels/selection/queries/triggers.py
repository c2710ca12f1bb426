"""Children whose episodes trigger a meeting about them: so many starts in a rolling window of London dates."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from app import database
from app.london import add_working_days, day_start
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
# about the child or left it off since.
JUDGED = """
    WITH counted AS (
        SELECT id, child, started_at, (started_at AT TIME ZONE 'Europe/London')::date AS day FROM episode
        WHERE merged_into IS NULL AND category = ANY($1::text[]) AND started_at >= $2 AND started_at < $3{of_one_child}
    ), spaced AS (
        SELECT *, day - lag(day, $4::int) OVER (PARTITION BY child ORDER BY started_at, id) AS spread FROM counted
    ), answered AS (
        SELECT * FROM unnest($7::bigint[], $8::timestamptz[]) AS answered(child, until)
    ), judged AS (
        SELECT s.*, spread < $5 AND (until IS NULL OR started_at > until) AS triggers
        FROM spaced s LEFT JOIN answered USING (child)
"""

# One row for each child, to be listed (due), named as missed, or as one short.
TRIGGERED = (
    JUDGED
    + """
    ), by_child AS MATERIALIZED (
        SELECT child, min(started_at) FILTER (WHERE triggers AND day >= $6) AS due_at,
               max(day) FILTER (WHERE triggers AND day >= $9 AND day < $6) AS missed_last,
               count(*) FILTER (WHERE day >= $10) AS recent, max(started_at) AS latest,
               array_agg(day ORDER BY day) FILTER (WHERE triggers AND day >= $9 AND day < $6) AS missed
        FROM judged GROUP BY child
    ), due AS (
        SELECT b.child, b.due_at, b.missed, array_agg(c.id ORDER BY c.started_at, c.id) AS ids,
               array_agg(c.started_at ORDER BY c.started_at, c.id) AS starts,
               array_agg(c.day ORDER BY c.started_at, c.id) AS days,
               array_agg(coalesce(e.episode_ref, 'E' || e.id) ORDER BY c.started_at, c.id) AS refs,
               (array_agg(e.responsible_authority ORDER BY c.started_at, c.id))[count(*)] AS responsible_authority,
               (array_agg(e.placed_in ORDER BY c.started_at, c.id))[count(*)] AS placed_in
        FROM by_child b JOIN counted c ON c.child = b.child JOIN episode e ON e.id = c.id
        WHERE b.due_at IS NOT NULL AND c.day > (b.due_at AT TIME ZONE 'Europe/London')::date - $5
        GROUP BY b.child, b.due_at, b.missed
    )
    SELECT 'due' AS standing, due.*, NULL::int AS recent FROM due
    UNION ALL
    (SELECT 'missed', child, latest, missed, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM by_child
     WHERE missed_last IS NOT NULL ORDER BY missed_last DESC, child LIMIT $11)
    UNION ALL
    (SELECT 'one short', child, latest, NULL, NULL, NULL, NULL, NULL, NULL, NULL, recent FROM by_child
     WHERE due_at IS NULL AND recent > 0 AND recent = $4 ORDER BY latest DESC, child LIMIT $12)
"""
)

# Whom a meeting is due about, and no more than that.
DUE = (
    JUDGED
    + """
    )
    SELECT child, min(started_at) AS due_at FROM judged WHERE triggers AND day >= $6 GROUP BY child
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


async def by_triggers(rule: MissingInDays, occasion: Occasion) -> Drafts:
    """The earliest unanswered trigger of each child comes first: its meeting is due first.

    Missed are the triggers that stopped being proposed within as many days again.
    """
    window, oldest_listed = last_days(occasion.on, rule.proposed_days), _oldest_listed(rule, occasion)
    answered = await _answered(occasion, day_start(oldest_listed - timedelta(days=1)))
    asked: list[Any] = [
        occasion.categories,
        day_start(oldest_listed - timedelta(days=rule.days - 1)),
        occasion.at,
        rule.count - 1,
        rule.days,
        window.start,
        list(answered),
        list(answered.values()),
        oldest_listed,
        occasion.on - timedelta(days=rule.days - 1),
        MOST_MISSED,
        MOST_NEAR_MISSES,
    ]
    of_one_child = ""
    if occasion.only_child is not None:
        of_one_child = " AND child = $13"
        asked.append(occasion.only_child)
    rows = await database.fetch(TRIGGERED.format(of_one_child=of_one_child), *asked)

    @cache
    def due_on(day: date) -> date:
        return add_working_days(day, occasion.terms.timescales.convene)

    counted = occasion.terms.counted
    items = tuple(_draft(rule, counted, row, due_on) for row in rows if row["standing"] == "due")
    near = [_missed(rule, row) for row in rows if row["standing"] == "missed"]
    near += [_one_short(rule, counted, row) for row in rows if row["standing"] == "one short"]
    return Drafts(window, items, near=tuple(near))


async def triggers_due(rule: MissingInDays, occasion: Occasion) -> dict[int, datetime]:
    """By child, the start that `by_triggers` would list it for: for a count, without the words and all that is near."""
    window, oldest_listed = last_days(occasion.on, rule.proposed_days), _oldest_listed(rule, occasion)
    answered = await _answered(occasion, day_start(oldest_listed - timedelta(days=1)))
    rows = await database.fetch(
        DUE.format(of_one_child=""),
        occasion.categories,
        day_start(window.start - timedelta(days=rule.days - 1)),
        occasion.at,
        rule.count - 1,
        rule.days,
        window.start,
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
    at = row["starts"].index(row["due_at"])
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
            "missed_triggers": [day.isoformat() for day in row["missed"] or ()],
        },
        told=Told(tuple(row["refs"]), row["responsible_authority"], row["placed_in"]),
    )


def _missed(rule: MissingInDays, row: dict[str, Any]) -> NearDraft:
    days = reasons.full_days(sorted(set(row["missed"])))
    return NearDraft(
        row["child"],
        f"missed: triggered on {days}, and no meeting was held within {rule.proposed_days} days",
        (0, row["missed"][0]),
        missed=True,
    )


def _one_short(rule: MissingInDays, counted: str, row: dict[str, Any]) -> NearDraft:
    often = f"{counted} {reasons.times(row['recent'])} in the last {rule.days} days"
    return NearDraft(row["child"], f"{often}, one short", (1, -row["due_at"].timestamp()))
