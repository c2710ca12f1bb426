"""Reads for the safe-closure check: episodes and interviews; actions are handed in. Nothing is written here."""

from collections.abc import Mapping
from datetime import date

from app import database
from app.access import Identity
from app.london import day_end
from app.panels.cases.closing.rules import OpenMatters, RecentEpisode, Unheard, of_panel, recent_from
from app.panels.handed_in import handed_in

EPISODES = """
    SELECT e.id, e.child AS child_id, e.started_at, e.returned_at, e.end_unknown_after IS NOT NULL AS end_unknown
    FROM unnest($1::bigint[], $2::timestamptz[]) AS asked(child, since)
    JOIN episode e ON e.child = asked.child
    WHERE e.category = 'missing' AND e.merged_into IS NULL AND e.started_at < $3
      AND (e.started_at >= asked.since OR e.returned_at >= asked.since
           OR (e.returned_at IS NULL AND e.end_unknown_after IS NULL))
    ORDER BY e.started_at, e.id
"""

# When an interview was: held, offered, else the latest episode that it is about.
UNHEARD = """
    WITH told AS MATERIALIZED (
        SELECT n.id, n.child, n.outcome, n.followed_up_at, coalesce(
            CASE WHEN n.outcome = 'completed' THEN coalesce(n.held_at, n.offered_at)
                 ELSE coalesce(n.offered_at, n.held_at) END,
            (SELECT max(e.started_at) FROM interview_episode x JOIN episode e ON e.id = x.episode
             WHERE x.interview = n.id)) AS at
        FROM interview n
        WHERE n.child = ANY($1::bigint[]) AND n.outcome IN ('completed', 'declined-child', 'declined-carer')
    )
    SELECT n.id, n.child AS child_id, n.outcome = 'declined-carer' AS by_carer, n.at AS declined_at
    FROM told n
    WHERE n.outcome <> 'completed' AND n.followed_up_at IS NULL AND NOT EXISTS (
        SELECT FROM told heard WHERE heard.child = n.child AND heard.outcome = 'completed'
        AND (heard.at >= n.at OR EXISTS (
            SELECT FROM interview_episode mine JOIN interview_episode theirs ON theirs.episode = mine.episode
            WHERE mine.interview = n.id AND theirs.interview = heard.id)))
    ORDER BY n.at, n.id
"""


async def open_matters(
    who: Identity | None, panel_id: int, closing: Mapping[int, date], today: date
) -> dict[int, OpenMatters]:
    """By child, what is still open when a case of the panel is closed as of a day; always the same few queries.

    Actions agreed under restricted items are counted for everybody and told to those alone who may see them.
    """
    if not closing:
        return {}
    ids = sorted(closing)
    actions = await handed_in.open_actions(ids, all_of_them=True)
    seen = await handed_in.open_actions(ids, who) if actions else {}
    episodes = await database.fetch_as(
        RecentEpisode, EPISODES, ids, [recent_from(closing[child]) for child in ids], day_end(today)
    )
    unheard = await database.fetch_as(Unheard, UNHEARD, ids)
    found = {}
    for child in ids:
        told = of_panel(seen.get(child, []), panel_id)
        found[child] = OpenMatters(
            told,
            tuple(one for one in unheard if one.child_id == child),
            tuple(one for one in episodes if one.child_id == child),
            hidden=len(of_panel(actions.get(child, []), panel_id)) - len(told),
        )
    return found
