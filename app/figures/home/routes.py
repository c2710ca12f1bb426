"""`/`: the home page by role."""

from datetime import datetime, timedelta
from typing import Any

from litestar import Request, get
from litestar.response import Template

from app import database
from app.access import Identity, Permission, Scope, permits
from app.actions.extensions.queries import requests_for
from app.actions.owed.queries import owed_actions, owed_counts
from app.actions.owed.rules import OwedFilters
from app.figures.attention import rules as attention
from app.figures.attention.queries import late_now
from app.figures.attention.rules import Attention
from app.figures.headlines.queries import six_numbers
from app.figures.home import queries
from app.figures.home.rules import minutes_lines
from app.london import london_date
from app.minutes.corrections.queries import waiting_for
from app.outbox.queries import outbox_state
from app.panels.guests.queries import slots_of_person
from app.web.pages import now_of, page, today_of, who_of
from app.web.routing import needs

MOST_SHOWN = 5
STILL_THERE = timedelta(hours=12)
"""How long after its meeting began a guest's part stays on the page."""


@get("/", opt=needs(Permission.USE_SERVICE))
async def home(request: Request[Any, Any, Any]) -> Template:
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        context = await _of_everybody(request, who) | await _of_panels(who, now)
        if permits(who, Permission.DECIDE_MORE_TIME):
            context["requests"] = len(await requests_for(who))
        if permits(who, Permission.RECORD_CHILD):
            context["away"] = await queries.children_away(now)
        if permits(who, Permission.MANAGE_PEOPLE):
            context["outbox"] = await outbox_state()
        if permits(who, Permission.SEE_FIGURES, Scope()):
            if queries.sees_all(who):
                context["attention"] = _attention(context, await late_now(who, now), now)
            context["numbers"] = await six_numbers(now, request.app.state.settings.authority_names)
    return page(request, "home/home.html", **context)


def _attention(context: dict[str, Any], late: list[Attention], now: datetime) -> list[Attention]:
    """Everything that a manager has to see to, children first. In place of the tiles of everybody else."""
    found = attention.missing_now(context["away"]) if "away" in context else []
    found += late
    for panel in context["to_convene"]:
        found += attention.to_convene(panel.slug, panel.name, panel.due, panel.overdue)
    over = [one for one in context["meetings"] if london_date(one.starts_at) < london_date(now)]
    found += attention.not_marked_held([(one.id, one.panel_name, london_date(one.starts_at)) for one in over])
    found += attention.more_time_asked(context.get("requests", 0))
    if "outbox" in context:
        found += attention.messages_failed(context["outbox"].failed)
    return found + attention.own_actions(context["counts"].overdue, context["counts"].open)


async def _of_everybody(request: Request[Any, Any, Any], who: Identity) -> dict[str, Any]:
    mine = OwedFilters()
    return {
        "slots": await slots_of_person(who.person_id, now_of(request) - STILL_THERE),
        "counts": await owed_counts(who, mine, today_of(request)),
        "actions": (await owed_actions(who, mine))[:MOST_SHOWN],
    }


async def _of_panels(who: Identity, now: datetime) -> dict[str, Any]:
    if not permits(who, Permission.SEE_MEETING):
        return {
            "meetings": [],
            "minutes": [],
            "to_convene": [],
            "contributions": {},
            "prepares": frozenset(),
            "takes": frozenset(),
        }
    meetings = await queries.coming_meetings(who, now)
    return {
        "meetings": meetings,
        "to_convene": await queries.meetings_to_convene(who, now),
        "contributions": await queries.contributions_asked(who, meetings),
        "minutes": minutes_lines(who, await queries.minutes_in_hand(who, now)),
        "prepares": frozenset(meeting.id for meeting in meetings if queries.prepares(who, meeting)),
        "takes": frozenset(meeting.id for meeting in meetings if queries.takes(who, meeting)),
        "corrections": await waiting_for(who),
        "sees_promptness": permits(who, Permission.SEE_PROMPTNESS),
    }


ROUTES = [home]
