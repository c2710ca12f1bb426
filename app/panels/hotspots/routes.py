"""`/meetings/{id}/hotspots`: the places of a meeting, each with its months, times of day and children."""

from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.history.changes import record_read
from app.panels.hotspots.queries import hotspots_of
from app.panels.meetings.queries import meeting_for
from app.web.pages import now_of, page, who_of
from app.web.routing import needs


@get("/meetings/{meeting_id:int}/hotspots", opt=needs(Permission.SEE_MEETING))
async def hotspots(request: Request[Any, Any, Any], meeting_id: FromPath[int]) -> Template:
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id)
        prepares = permits(who, Permission.PREPARE_AGENDA, meeting.scope)
        found = await hotspots_of(who, meeting, now, prepares)
        children = {child.id for one in found for child in one.behind.children}
        if found:
            await record_read(who.person_id, "hotspots", [meeting.id], now=now, children=children)
    return page(request, "panels/hotspots.html", meeting=meeting, hotspots=found)


ROUTES = [hotspots]
