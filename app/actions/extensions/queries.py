"""Reads of requests for more time: the one that waits on an action, and those that wait for somebody's decision."""

from dataclasses import dataclass

from app import database
from app.access import Identity, Permission, permits
from app.actions.extensions.rules import ExtensionFacts
from app.actions.queries import LISTED, OPEN_SQL, ListedAction, sees_action
from app.lifecycle import Invisible
from app.panels.restricting.queries import LEADS, seer

MOST_SHOWN = 100

EXTENSION = """
SELECT e.id, e.action AS action_id, e.asked_by AS asked_by_id, p.name AS asked_by, g.name AS asked_by_agency,
    e.asked_at, e.asked_for, e.due_on_then, e.why, e.answer, coalesce(q.name, '') AS answered_by, e.answered_at,
    e.granted_for, e.note
FROM action_extension e JOIN person p ON p.id = e.asked_by JOIN agency g ON g.id = p.agency
LEFT JOIN person q ON q.id = e.answered_by
"""


@dataclass(frozen=True)
class Request:
    """A request that waits, with its action."""

    extension: ExtensionFacts
    action: ListedAction


async def waiting_extensions(action_ids: list[int]) -> dict[int, ExtensionFacts]:
    """The request that waits on each of these actions, by action."""
    if not action_ids:
        return {}
    found = await database.fetch_as(
        ExtensionFacts, f"{EXTENSION} WHERE e.answer = '' AND e.action = ANY($1::bigint[])", action_ids
    )
    return {extension.action_id: extension for extension in found}


async def extension_of(action: ListedAction, extension_id: int) -> ExtensionFacts:
    """One request about an action that was loaded for the person. Raises Invisible."""
    found = await database.fetch_as(
        ExtensionFacts, f"{EXTENSION} WHERE e.id = $1 AND e.action = $2", extension_id, action.id
    )
    if not found:
        raise Invisible
    return found[0]


async def requests_for(who: Identity) -> list[Request]:
    """The requests that wait for this person's decision, the longest waiting first."""
    if not permits(who, Permission.DECIDE_MORE_TIME):
        return []
    rows = await database.fetch(
        f"SELECT e.id, e.action FROM action_extension e JOIN action a ON a.id = e.action "
        f"WHERE e.answer = '' AND a.{OPEN_SQL} AND ($1 OR a.panel = ANY($2::bigint[])) "
        f"ORDER BY e.asked_at, e.id LIMIT {MOST_SHOWN}",
        permits(Identity(0, "", "", 0, "", who.roles), Permission.DECIDE_MORE_TIME),
        sorted(who.seat_panels(*LEADS)),
    )
    action_ids = [row["action"] for row in rows]
    if not action_ids:
        return []
    extensions = await waiting_extensions(action_ids)
    actions = await database.fetch_as(
        ListedAction, f"{LISTED} WHERE a.id = ANY($1::bigint[]) AND {sees_action(2)}", action_ids, *seer(who)
    )
    seen = {a.id: a for a in actions if permits(who, Permission.DECIDE_MORE_TIME, a.scope)}
    return [Request(extensions[id], seen[id]) for id in action_ids if id in seen and id in extensions]
