"""The actions that somebody chose, as far as they may see and update them."""

from collections.abc import Collection

from app import database
from app.access import Identity, Permission, permits
from app.actions.queries import LISTED, ListedAction, sees_action
from app.lifecycle import Forbidden, Invisible
from app.panels.restricting.queries import seer


async def chosen_actions(who: Identity, action_ids: Collection[int]) -> list[ListedAction]:
    """All of them by due date. Raises Invisible or Forbidden where one is not for this person."""
    actions = await database.fetch_as(
        ListedAction,
        f"{LISTED} WHERE a.id = ANY($1::bigint[]) AND {sees_action(2)} ORDER BY a.due_on, a.id",
        sorted(action_ids),
        *seer(who),
    )
    if len(actions) != len(set(action_ids)):
        raise Invisible
    if not all(permits(who, Permission.UPDATE_ACTION, action.scope) for action in actions):
        raise Forbidden(Permission.UPDATE_ACTION)
    return actions
