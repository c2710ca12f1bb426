"""Every page of the panels' room, collected from its parts."""

from typing import Any

from app.panels.agenda import routes as agenda
from app.panels.attendance import routes as attendance
from app.panels.contributions import routes as contributions
from app.panels.meetings import routes as meetings
from app.panels.planning import routes as planning
from app.panels.standing import routes as standing
from app.panels.terms import routes as terms
from app.panels.versions import routes as versions

ROUTES: list[Any] = [
    *standing.ROUTES,
    *terms.ROUTES,
    *planning.ROUTES,
    *meetings.ROUTES,
    *agenda.ROUTES,
    *versions.ROUTES,
    *attendance.ROUTES,
    *contributions.ROUTES,
]
