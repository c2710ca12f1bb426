"""Every page of this room, gathered for the house."""

from typing import Any

from app.episodes.children.routes import ROUTES as CHILDREN
from app.episodes.clocks.routes import ROUTES as CLOCKS
from app.episodes.corrections.routes import ROUTES as CORRECTIONS
from app.episodes.lists.routes import ROUTES as LISTS
from app.episodes.merging.routes import ROUTES as MERGING
from app.episodes.places.naming.routes import ROUTES as NAMING_PLACES
from app.episodes.places.routes import ROUTES as PLACES
from app.episodes.recording.assessing import ROUTES as ASSESSING
from app.episodes.recording.children import ROUTES as RECORDING_CHILDREN
from app.episodes.recording.routes import ROUTES as RECORDING
from app.episodes.schedules.routes import ROUTES as SCHEDULES
from app.episodes.uploads.routes import ROUTES as UPLOADS
from app.episodes.withdrawals.routes import ROUTES as WITHDRAWALS

ROUTES: list[Any] = [
    *CHILDREN,
    *CLOCKS,
    *LISTS,
    *SCHEDULES,
    *CORRECTIONS,
    *WITHDRAWALS,
    *MERGING,
    *RECORDING,
    *RECORDING_CHILDREN,
    *ASSESSING,
    *UPLOADS,
    *PLACES,
    *NAMING_PLACES,
]
