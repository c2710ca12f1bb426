"""`/cases/{id}`: one case, with its story, its file and what may be done with it; and every other page of cases."""

from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.history.changes import record_read
from app.panels.cases.checklist import routes as checklist
from app.panels.cases.checklist.queries import checklists_of, lines_of
from app.panels.cases.checklist.rules import KINDS
from app.panels.cases.closing import routes as closing
from app.panels.cases.closing.queries import open_matters
from app.panels.cases.closing.rules import NOTHING_OPEN
from app.panels.cases.listing import routes as listing
from app.panels.cases.moving import routes as moving
from app.panels.cases.overlap.queries import also_on
from app.panels.cases.queries import case_for, case_head, discussed_at, entries_of, next_cases, risks_between
from app.panels.cases.rules import CAME_BY, open_moves, state_in_words
from app.panels.cases.telling import story
from app.panels.handed_in import handed_in
from app.panels.recalls.queries import recalled_on_panel
from app.web.pages import now_of, page, today_of, who_of
from app.web.routing import needs

Asked = Request[Any, Any, Any]


@get("/cases/{case_id:int}", opt=needs(Permission.SEE_CASE))
async def case_page(request: Asked, case_id: FromPath[int]) -> Template:
    return await _show(request, case_id)


async def _show(request: Asked, case_id: int, *, status: int = 200, **context: Any) -> Template:
    who, now, today = who_of(request), now_of(request), today_of(request)
    async with database.transaction():
        case = await case_for(who, case_id)
        head = await case_head(case_id, today)
        child = case.child_id
        told = story(
            case,
            head,
            await discussed_at(who, case),
            await risks_between(child, case.accepted_on, case.closed_on),
            await entries_of(case_id),
            await next_cases(case_id),
        )
        file = (await checklists_of([case_id], case.closed_on or today))[case_id]
        noted = await lines_of(case_id)
        others = (await also_on(who, case.panel_id, [child], today)).get(child, [])
        outcome = (await handed_in.last_outcomes(case.panel_id, [child], now, who)).get(child, "")
        in_figures = await handed_in.case_in_figures(who, case, now)
        matters, recall = NOTHING_OPEN, None
        if case.closed_on is None:
            matters = (await open_matters(who, case.panel_id, {child: today}, today))[child]
            recall = (await recalled_on_panel(who, case.panel_id, [child], today)).get(child)
        await record_read(who.person_id, "panel case", [case_id], now=now, children=[child])
    return page(
        request,
        "panels/case.html",
        status=status,
        **{
            "case": case,
            "head": head,
            "told": told,
            "file": file,
            "noted": noted,
            "others": others,
            "outcome": outcome,
            "matters": matters,
            "recall": recall,
            "in_figures": in_figures,
            "moves": open_moves(who, case),
            "may_note": permits(who, Permission.RECORD_CHECKLIST, case.scope) and case.closed_on is None,
            "kinds": KINDS,
            "came_by": CAME_BY,
            "state": state_in_words(case, today),
            "errors": {},
            "given": {},
            **context,
        },
    )


ROUTES: list[Any] = [
    case_page,
    *listing.ROUTES,
    *checklist.case_with(_show),
    *closing.ROUTES,
    *moving.ROUTES,
]
