"""`/panels/{slug}/cases`: who is under the panel's oversight."""

from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.episodes.rules import COHORT_WORDS, cohort_of
from app.history.changes import record_read
from app.panels.cases.checklist.queries import checklists_of
from app.panels.cases.listing.queries import cases_listed, counts_of
from app.panels.cases.listing.rules import PER_PAGE, SHOWN, chips, read_choice
from app.panels.cases.overlap.queries import also_on
from app.panels.cases.rules import CAME_BY, CLOSURE_REASONS
from app.panels.handed_in import handed_in
from app.panels.standing.queries import panel_for
from app.panels.standing.rules import scope_of
from app.web.pages import now_of, page, today_of, who_of
from app.web.routing import needs


@get("/panels/{slug:str}/cases", opt=needs(Permission.SEE_CASE))
async def case_list(request: Request[Any, Any, Any], slug: FromPath[str]) -> Template:
    who, now, today = who_of(request), now_of(request), today_of(request)
    choice, base = read_choice(request.query_params), f"/panels/{slug}/cases"
    async with database.transaction():
        panel = await panel_for(who, slug, Permission.SEE_CASE)
        counts = await counts_of(panel.id, today)
        lines, total = await cases_listed(panel.id, choice, today, handed_in.own_names)
        children = [line.child_id for line in lines]
        outcomes = await handed_in.last_outcomes(panel.id, children, now, who)
        checklists = await checklists_of([line.id for line in lines], today)
        others = await also_on(who, panel.id, children, today)
        if lines:
            await record_read(
                who.person_id, "panel case", [line.id for line in lines], now=now, children=children
            )
    return page(
        request,
        "panels/cases.html",
        panel=panel,
        base=base,
        counts=counts,
        lines=lines,
        total=total,
        choice=choice,
        chips=chips(choice, base),
        shown=SHOWN,
        cohort_words=COHORT_WORDS,
        cohort_of_line=lambda line: cohort_of(
            line.responsible_authority, line.placed_in, handed_in.own_names
        ),
        outcomes=outcomes,
        checklists=checklists,
        others=others,
        came_by=CAME_BY,
        closure_reasons=CLOSURE_REASONS,
        per_page=PER_PAGE,
        pages=max(1, -(-total // PER_PAGE)),
        may_refer=permits(who, Permission.REFER_CHILD, scope_of(panel.id)),
    )


ROUTES: list[Any] = [case_list]
