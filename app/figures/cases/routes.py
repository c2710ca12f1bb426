"""`/figures/reduction/cases/{id}`: what the panel changed for one child, before its case and after it."""

from datetime import date
from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.figures.charts.rules import strip_of_case
from app.figures.reduction.comparing import DAYS, comparison, last_day_after
from app.figures.reduction.queries import away_of_child
from app.figures.reduction.rules import CAPTION, DEFINITION, WHAT_CAPTION_MEANS
from app.history.changes import record_read
from app.lifecycle import Forbidden, Invisible
from app.london import day_words
from app.panels.cases.queries import case_for, case_head
from app.panels.cases.rules import CaseFacts
from app.web.pages import now_of, page, today_of, who_of
from app.web.routing import needs


@get("/figures/{name:str}/cases/{case_id:int}", opt=needs(Permission.SEE_FIGURES))
async def before_and_after(
    request: Request[Any, Any, Any], name: FromPath[str], case_id: FromPath[int]
) -> Template:
    """Only this figure has a page for a case. A fixed word here would keep `/figures/{address}` from being found."""
    if name != DEFINITION.name:
        raise Invisible
    who, now, today = who_of(request), now_of(request), today_of(request)
    async with database.transaction():
        case = await case_for(who, case_id)
        if not permits(who, Permission.SEE_FIGURES, case.scope):
            raise Forbidden(Permission.SEE_FIGURES)
        head = await case_head(case_id, today)
        reason = _why_not(case, today)
        compared = None
        if case.first_meeting_on and case.closed_on and not reason:
            compared = comparison(
                case.first_meeting_on, case.closed_on, await away_of_child(case.child_id, today)
            )
        await record_read(who.person_id, "panel case", [case_id], now=now, children=[case.child_id])
    return page(
        request,
        "figures/reduction-case.html",
        case=case,
        head=head,
        compared=compared,
        strip=strip_of_case(compared) if compared else None,
        reason=reason,
        caption=f"{CAPTION} {WHAT_CAPTION_MEANS}",
        definition=DEFINITION,
    )


def _why_not(case: CaseFacts, today: date) -> str:
    """Why there is nothing to compare yet, or never will be; blank where there is."""
    if case.first_meeting_on is None or case.first_meeting_on > today:
        return "No initial meeting is recorded, so there are no days before it."
    if case.closed_on is None or case.closed_on > today:
        return f"This case is open. It can be compared once {DAYS} days have passed since its closure."
    last = last_day_after(case.closed_on)
    if last >= today:
        return f"The {DAYS} days after the closure are over on {day_words(last)}. Come back after that day."
    return ""


ROUTES = [before_and_after]
