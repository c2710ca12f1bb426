"""Looks words up in the actions that a person may see, and reads the texts around them. No writes."""

from collections.abc import Sequence

from app import database
from app.access import Identity, Permission, permits
from app.actions.queries import LISTED, ListedAction, not_hidden, sees_action
from app.minutes.search.rules import (
    BEST,
    MOST_FOUND,
    Asked,
    Hit,
    Limits,
    Query,
    panels_where,
)
from app.minutes.search.texts.rules import Passage, Shown
from app.panels.restricting.queries import seer

DAY = "a.issued_on::timestamp AT TIME ZONE 'Europe/London'"
COLUMNS = "a.id, a.panel, a.meeting, a.agenda_item, a.owner, a.agency, a.post, a.child"
EVER = f"SELECT {COLUMNS}, coalesce(m.starts_at, {DAY}) AS at FROM action a LEFT JOIN meeting m ON m.id = a.meeting"
RECENT = f"""
    SELECT {COLUMNS}, m.starts_at AS at FROM meeting m JOIN action a ON a.meeting = m.id WHERE m.starts_at >= $5
    UNION ALL SELECT {COLUMNS}, {DAY} FROM action a WHERE a.meeting IS NULL AND {DAY} >= $5
"""
HITS = f"""
    WITH newest AS (
        SELECT a.id, a.panel, a.meeting, a.agenda_item, a.at FROM ({{dated}}) a
        WHERE {{words}} AND (a.owner = $8 OR a.agency = $2 OR a.panel = ANY($3))
            AND ($4::bigint IS NULL OR a.panel = $4)
            AND ($5::timestamptz IS NULL OR a.at >= $5) AND ($6::timestamptz IS NULL OR a.at < $6)
            AND ($7::bigint[] IS NULL OR a.child = ANY($7)) AND {not_hidden(8)}
        ORDER BY a.at DESC, a.meeting DESC, a.id LIMIT {MOST_FOUND + 1}
    )
    SELECT 'action' AS kind, n.id, n.panel AS panel_id, n.meeting AS meeting_id, n.at, {{rank}} AS rank,
        coalesce(i.position, 2147483647) AS position
    FROM newest n LEFT JOIN agenda_item i ON i.id = n.agenda_item LEFT JOIN searchable_action s ON s.action = n.id
"""
WITH_WORDS = "a.id IN (SELECT action FROM searchable_action WHERE words @@ $1::tsquery)"
WITHOUT_WORDS = "$1::text IS NULL"


async def find_actions(who: Identity, asked: Asked, query: Query, limits: Limits) -> list[Hit]:
    """The newest actions that hold the words, or that somebody spoke them of, and that this person may see.

    501 at most. An action stands with the meeting that agreed it.
    """
    ranks = asked.order == BEST and query.wanted
    return await database.fetch_as(
        Hit,
        HITS.format(
            dated=RECENT if limits.begins else EVER,
            words=WITH_WORDS if query.wanted else WITHOUT_WORDS,
            rank="coalesce(ts_rank(s.words, $1::tsquery, 1), 0)" if ranks else "0::float4",
        ),
        query.wanted,
        who.agency_id,
        panels_where(who, Permission.SEE_ACTION, limits.panels),
        limits.panel,
        limits.begins,
        limits.ends,
        limits.children,
        *seer(who),
    )


async def show_actions(who: Identity, action_ids: Sequence[int]) -> dict[int, Shown]:
    """What each action leads to: whom it is about, who owes it, its text and what was said of it since."""
    if not action_ids:
        return {}
    actions = await database.fetch_as(
        ListedAction,
        f"{LISTED} WHERE a.id = ANY($1::bigint[]) AND {sees_action(2)}",
        list(action_ids),
        *seer(who),
    )
    notes = await database.fetch(
        "SELECT action, note FROM action_update WHERE action = ANY($1::bigint[]) AND note <> '' "
        "ORDER BY made_at DESC, id DESC",
        list(action_ids),
    )
    return {
        action.id: _shown(action, [row["note"] for row in notes if row["action"] == action.id])
        for action in actions
        if permits(who, Permission.SEE_ACTION, action.scope)
    }


def _shown(action: ListedAction, notes: Sequence[str]) -> Shown:
    whose = f"{action.owner_name}, {action.agency_name}" if action.owner_name else action.agency_name
    return Shown(
        title=action.child_name or action.item_title or action.panel_name,
        url=f"/actions/{action.id}",
        about=whose,
        status=action.status,
        panel=action.panel_name,
        child_id=action.child_id,
        passages=[Passage("Action", action.text), *(Passage("Update", note) for note in notes)],
    )
