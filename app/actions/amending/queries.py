"""Reads for mending an action: whether anybody took it up, and the item under which it was agreed."""

from app import database
from app.access import Identity, Permission, permits
from app.actions.amending.rules import Taken
from app.actions.issuing.queries import ItemShown, item_for
from app.actions.queries import ListedAction, action_for
from app.lifecycle import Forbidden, Invisible


async def action_to_mend(who: Identity, action_id: int) -> tuple[ListedAction, ItemShown]:
    """The action and its item, for those who may issue there. Raises Invisible or Forbidden.

    An action that a file brought, or that belongs to no item, was issued by nobody here.
    """
    action = await action_for(who, action_id)
    if not permits(who, Permission.ISSUE_ACTION, action.scope):
        raise Forbidden(Permission.ISSUE_ACTION)
    if action.meeting_id is None or action.item_id is None:
        raise Invisible
    return action, await item_for(who, action.meeting_id, action.item_id, Permission.ISSUE_ACTION)


async def taken_up(action_id: int) -> Taken | None:
    """Who took the action up first, and when: by a word on it, by handing it over, by asking for more
    time, or a panel that looked at it again."""
    row = await database.fetch_one(
        "SELECT t.at, coalesce(p.name, '') AS by FROM ("
        "SELECT made_at AS at, person FROM action_update WHERE action = $1 AND status <> 'issued' "
        "UNION ALL SELECT made_at, person FROM action_handover WHERE action = $1 "
        "UNION ALL SELECT asked_at, asked_by FROM action_extension WHERE action = $1 "
        "UNION ALL SELECT reviewed_at, reviewed_by FROM action_review WHERE action = $1) t "
        "LEFT JOIN person p ON p.id = t.person ORDER BY t.at LIMIT 1",
        action_id,
    )
    return Taken(row["by"], row["at"]) if row else None
