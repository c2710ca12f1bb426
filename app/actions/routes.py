"""Every route of this room. The handlers live beside what they show."""

from app.actions.issuing.routes import issue, item_actions
from app.actions.owed.routes import my_actions
from app.actions.updates.routes import action_page, update

ROUTES = [my_actions, action_page, update, item_actions, issue]
