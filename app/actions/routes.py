"""Every route of this room. The handlers live beside what they show."""

from app.actions.amending.routes import ROUTES as AMENDING
from app.actions.digests.routes import ROUTES as DIGESTS
from app.actions.evidence.routes import ROUTES as EVIDENCE
from app.actions.extensions.routes import ROUTES as EXTENSIONS
from app.actions.handing_over.routes import ROUTES as HANDING_OVER
from app.actions.issuing.routes import issue, item_actions, prompts
from app.actions.overview.routes import ROUTES as OVERVIEW
from app.actions.owed.routes import my_actions
from app.actions.recommendations.routes import ROUTES as RECOMMENDATIONS
from app.actions.reviewing.routes import ROUTES as REVIEWING
from app.actions.saved_views.routes import ROUTES as SAVED_VIEWS
from app.actions.several.routes import ROUTES as SEVERAL
from app.actions.silent.routes import ROUTES as SILENT
from app.actions.tracking.routes import ROUTES as TRACKING
from app.actions.updates.routes import action_page, update

ROUTES = [
    my_actions,
    action_page,
    update,
    item_actions,
    issue,
    prompts,
    *AMENDING,
    *EXTENSIONS,
    *HANDING_OVER,
    *EVIDENCE,
    *SEVERAL,
    *REVIEWING,
    *OVERVIEW,
    *SILENT,
    *SAVED_VIEWS,
    *TRACKING,
    *RECOMMENDATIONS,
    *DIGESTS,
]
