"""Every page of the panels' room, collected from its parts."""

from typing import Any

from app.panels.agenda import routes as agenda
from app.panels.attendance import routes as attendance
from app.panels.briefing import routes as briefing
from app.panels.calendar import routes as calendar
from app.panels.cases import routes as cases
from app.panels.contributions import routes as contributions
from app.panels.convening import routes as convening
from app.panels.guests import routes as guests
from app.panels.guests.telling import routes as telling
from app.panels.hotspots import routes as hotspots
from app.panels.meetings import routes as meetings
from app.panels.packs import routes as packs
from app.panels.planner import routes as planner
from app.panels.planning import routes as planning
from app.panels.problems import routes as problems
from app.panels.referrals import routes as referrals
from app.panels.replies import routes as replies
from app.panels.restricting import routes as restricting
from app.panels.rhythm import routes as rhythm
from app.panels.standing import routes as standing
from app.panels.swapping import routes as swapping
from app.panels.terms import routes as terms
from app.panels.versions import routes as versions

ROUTES: list[Any] = [
    *standing.ROUTES,
    *terms.ROUTES,
    *rhythm.ROUTES,
    *convening.ROUTES,
    *planner.ROUTES,
    *planning.ROUTES,
    *meetings.ROUTES,
    *agenda.ROUTES,
    *versions.ROUTES,
    *restricting.ROUTES,
    *packs.ROUTES,
    *hotspots.ROUTES,
    *attendance.ROUTES,
    *referrals.ROUTES,
    *briefing.ROUTES,
    *cases.ROUTES,
    *calendar.ROUTES,
    *replies.ROUTES,
    *guests.ROUTES,
    *telling.ROUTES,
    *contributions.ROUTES,
    *problems.ROUTES,
    *swapping.ROUTES,
]
