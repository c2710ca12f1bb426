"""The page of open clocks: every episode on which something runs, by its next deadline."""

from typing import Any

from litestar import Request, Response, get
from litestar.response import Template

from app import database
from app.access import Permission
from app.episodes.clocks.confirming import ROUTES as CONFIRMING
from app.episodes.clocks.queries import RunningClocks, running_clocks
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
        running = await running_clocks(None, now)
        kept = [one for one in running if _is_shown(one, show, now)]
        shown = kept[(number - 1) * PER_PAGE : number * PER_PAGE]
        ids = sorted({one.child_id for one in shown})
        await record_read(who.person_id, "child", ids, now=now, children=ids)
    return page(
        request,
        "episodes/clocks.html",
        running=shown,
        total=len(kept),
        overdue=sum(bool(one.overdue(now)) for one in running),
        missing=sum(one.episode.returned_at is None for one in running),
        show=show,
        shown=SHOWN,
        per_page=PER_PAGE,
        number=number,
        pages=-(-len(kept) // PER_PAGE),
    )


def _is_shown(one: RunningClocks, show: str, now: Any) -> bool:
    match show:
        case "missing":
            return one.episode.returned_at is None
        case "returned":
            return one.episode.returned_at is not None
        case "overdue":
            return bool(one.overdue(now))
        case _:
            return True


ROUTES: list[Any] = [clocks_page, *CONFIRMING]
