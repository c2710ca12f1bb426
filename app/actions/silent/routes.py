"""Which agencies say nothing, panel by panel, as a page and a file; each number leads to its rows. No policy."""

from typing import Any

from litestar import Request, Response, get
from litestar.response import Template

from app import database
from app.access import Permission
from app.actions.silent.queries import panels_answered_for, silence_on
from app.actions.silent.rules import PanelSilence
from app.panels.terms.rules import StandingPanel
from app.web.documents.sending import attached
from app.web.documents.spreadsheets import CSV, csv_bytes
from app.web.pages import now_of, page, today_of, who_of
from app.web.routing import needs

BASE = "/actions/overview/silent-agencies"
COLUMNS = (
    "panel", "agency", "required", "meeting", "meeting_on", "items_asked", "items_answered", "not_acknowledged",
    "issued_up_to", "overdue",
)  # fmt: skip
Asking = Request[Any, Any, Any]


@get(BASE, opt=needs(Permission.SEE_SILENT_AGENCIES))
async def silent_agencies(request: Asking) -> Template:
    panels, chosen, shows_all, found = await _found(request)
    return page(
        request,
        "actions/silent_agencies.html",
        panels=panels,
        chosen=chosen,
        shows_all=shows_all,
        found=found,
        shown=[one for one in found if shows_all or one.silent or one.nobody],
        quiet=sum(not one.silent and not one.nobody for one in found),
        path=BASE,
    )


async def _found(
    request: Asking,
) -> tuple[list[StandingPanel], StandingPanel | None, bool, list[PanelSilence]]:
    """The panels to choose from, the chosen one, whether all agencies are shown, and how they stand."""
    who = who_of(request)
    asked = request.query_params.get("panel", "")
    async with database.transaction():
        panels = await panels_answered_for(who)
        chosen = next((panel for panel in panels if panel.slug == asked), None)
        found = await silence_on(who, [chosen] if chosen else panels, now_of(request), today_of(request))
    return panels, chosen, request.query_params.get("show") == "all", found


@get(f"{BASE}.csv", opt=needs(Permission.SEE_SILENT_AGENCIES))
async def silent_agencies_csv(request: Asking) -> Response[bytes]:
    """A row for each panel and agency of the page."""
    _, _, shows_all, found = await _found(request)
    rows = (
        (
            one.panel.name,
            agency.agency_name,
            "yes" if agency.is_required else "no",
            one.meeting.id if one.meeting else "",
            one.meeting.on if one.meeting else "",
            agency.asked,
            agency.answered,
            agency.unacknowledged,
            one.issued_to,
            agency.overdue,
        )
        for one in found
        for agency in (one.agencies if shows_all else one.silent)
    )
    return attached(csv_bytes(COLUMNS, rows), CSV, f"silent-agencies-{today_of(request)}.csv")


ROUTES: list[Any] = [silent_agencies, silent_agencies_csv]
