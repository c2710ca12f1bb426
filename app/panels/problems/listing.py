"""A panel's problems between services by service, as a page and as a file."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission
from app.history.changes import record_read
from app.lifecycle import Invisible
from app.panels.problems.queries import problems_of, services_named
from app.panels.problems.rules import (
    EXPORT_COLUMNS,
    ProblemFacts,
    age_in_words,
    by_service,
    export_row,
    key_of,
    records_problems,
)
from app.panels.standing.queries import panel_for
from app.panels.terms.rules import StandingPanel
from app.web.documents.sending import attached
from app.web.documents.spreadsheets import CSV, csv_bytes
from app.web.pages import now_of, page, today_of, who_of
from app.web.routing import needs

Asked = Request[Any, Any, Any]
OF_PANEL = "/panels/{slug:str}/service-problems"
STATES = {"open": "Open", "resolved": "Resolved", "all": "Open and resolved"}


@get(OF_PANEL, opt=needs(Permission.SEE_MEETING))
async def of_panel(request: Asked, slug: FromPath[str]) -> Template:
    async with database.transaction():
        panel, state, service, problems = await _asked_for(request, slug)
        services = await services_named(who_of(request), panel.id)
        await note_read(request, problems)
    return page(
        request,
        "panels/service-problems.html",
        panel=panel,
        groups=by_service(problems),
        state=state,
        states=list(STATES.items()),
        service=service,
        services=services,
        age=age_in_words,
    )


async def _asked_for(request: Asked, slug: str) -> tuple[StandingPanel, str, str, list[ProblemFacts]]:
    """The panel, the filters of the address, and the problems that pass them."""
    panel = await panel_for(who_of(request), slug, Permission.SEE_MEETING)
    if not records_problems(panel.kind):
        raise Invisible
    state = request.query_params.get("state", "open")
    state = state if state in STATES else "open"
    service = request.query_params.get("service", "")[:100]
    problems = await problems_of(who_of(request), panel.id, state)
    if service:
        problems = [one for one in problems if key_of(one.service) == key_of(service)]
    return panel, state, service, problems


@get(OF_PANEL + "/export", opt=needs(Permission.SEE_MEETING))
async def export(request: Asked, slug: FromPath[str]) -> Response[bytes]:
    """The list as CSV, with the filters of the page; cells that a spreadsheet would run are escaped."""
    async with database.transaction():
        panel, state, _, problems = await _asked_for(request, slug)
        await note_read(request, problems)
    today = today_of(request)
    rows = (export_row(problem, today) for problem in problems)
    return attached(
        csv_bytes(EXPORT_COLUMNS, rows), CSV, f"service-problems-{panel.slug}-{state}-{today}.csv"
    )


async def note_read(request: Asked, problems: list[ProblemFacts], also: list[int] | None = None) -> None:
    """Who reads what a child's case brought to light, before the page is sent."""
    children = {one.child_id for one in problems if one.child_id} | set(also or ())
    if problems or children:
        await record_read(
            who_of(request).person_id,
            "service problem",
            [one.id for one in problems],
            now=now_of(request),
            children=children,
        )
