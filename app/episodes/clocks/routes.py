"""The page of open clocks: every episode on which something runs, by its next deadline."""

from typing import Any

from litestar import Request, Response, get
from litestar.response import Template

from app import database
from app.access import Permission
from app.episodes.clocks.confirming import ROUTES as CONFIRMING
from app.episodes.clocks.queries import page_of_clocks
from app.history.changes import record_read
from app.web.pages import now_of, page, who_of
from app.web.routing import needs

Answer = Template | Response[Any]

SHOWN = {
    "all": "All clocks",
    "missing": "Children missing now",
    "returned": "Interviews after a return",
    "overdue": "Overdue alone",
}
PER_PAGE = 20


@get("/clocks", opt=needs(Permission.RECORD_CHILD))
async def clocks_page(request: Request[Any, Any, Any]) -> Answer:
    who, now, asked = who_of(request), now_of(request), request.query_params
    show = asked.get("show", "all") if asked.get("show") in SHOWN else "all"
    given = asked.get("page", "")
    number = max(1, int(given)) if given.isdecimal() and len(given) < 6 else 1
    async with database.transaction():
        found = await page_of_clocks(show, now, page=number, per_page=PER_PAGE)
        ids = sorted({one.child_id for one in found.shown})
        await record_read(who.person_id, "child", ids, now=now, children=ids)
    return page(
        request,
        "episodes/clocks.html",
        running=found.shown,
        total=found.total(show),
        overdue=found.overdue,
        missing=found.missing,
        show=show,
        shown=SHOWN,
        per_page=PER_PAGE,
        number=number,
        pages=-(-found.total(show) // PER_PAGE),
    )


ROUTES: list[Any] = [clocks_page, *CONFIRMING]
