"""`/panels`: the list, one panel, its seats and its terms of reference."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app import database
from app.access import Permission, permits
from app.episodes.clocks.queries import RunningClocks, overdue_clocks
from app.history.changes import record_read
from app.lifecycle import Refused
from app.panels.agenda.queries import children_by_id
from app.panels.attendance.queries import agencies_by_name
from app.panels.cases.queries import open_case_counts
from app.panels.chronology.queries import children_of_panels
from app.panels.handed_in import handed_in
from app.panels.kinds import KINDS
from app.panels.meetings.queries import coming_meetings, last_held_meetings, next_meetings, past_meetings
from app.panels.rhythm.queries import series_of
from app.panels.rhythm.rules.series import live
from app.panels.selection.queries import proposal_on
from app.panels.standing.changes import create_panel, end_seat, give_seat
from app.panels.standing.queries import (
    chairs_of,
    panel_for,
    seat_facts,
    seatable_people,
    seats_on,
    versions_of_terms,
)
from app.panels.standing.rules import SEAT_ROLES, by_role, mine_first, scope_of, term_lines
from app.panels.terms.queries import standing_panels, terms_at
from app.panels.terms.rules import StandingPanel
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
PER_PAGE = 20


@get("/panels", opt=needs(Permission.SEE_PANEL))
async def panel_list(request: Asked) -> Template:
    who = who_of(request)
    async with database.transaction():
        panels = {panel.id: panel for panel in await standing_panels()}
        ids = [p for p in panels if permits(who, Permission.SEE_PANEL, scope_of(p))]
        coming, last = await next_meetings(ids), await last_held_meetings(ids)
        minutes = await handed_in.minutes_status([meeting.id for meeting in last.values()])
        chairs, cases = await chairs_of(ids), await open_case_counts(ids)
    mine, others = mine_first(ids, who)
    return page(
        request,
        "panels/panels.html",
        groups=[("Your panels", mine), ("Other panels" if mine else "", others)],
        panels=panels,
        coming=coming,
        last=last,
        minutes=minutes,
        chairs=chairs,
        cases=cases,
        may_manage=permits(who, Permission.MANAGE_PANEL),
        see_meetings={p: permits(who, Permission.SEE_MEETING, scope_of(p)) for p in ids},
    )


class PanelForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "name": "Enter the name of the panel",
        "kind": "Choose a kind of panel",
    }
    wrong: ClassVar[dict[str, str]] = {"name": "Enter a name of up to 100 characters"}
    name: str = Field(max_length=100)
    kind: str


@get("/panels/new", opt=needs(Permission.MANAGE_PANEL))
async def new_panel(request: Asked) -> Template:
    return _panel_form(request)


@post("/panels", opt=needs(Permission.MANAGE_PANEL))
async def create(request: Asked) -> Answer:
    filled = await read_form(request, PanelForm)
    if filled.value is None:
        return _panel_form(request, status=422, errors=filled.errors, given=filled.given)
    try:
        slug = await create_panel(
            who_of(request),
            name=filled.value.name,
            kind=filled.value.kind,
            now=now_of(request),
            submission_key=filled.value.submission_key,
        )
    except Refused as problem:
        return _panel_form(request, status=422, errors=problem.errors, given=filled.given)
    await flash(request, "The panel has been created. Give it its seats next.")
    return see_other(f"/panels/{slug}/seats")


def _panel_form(request: Asked, *, status: int = 200, **context: Any) -> Template:
    return page(
        request,
        "panels/new-panel.html",
        status=status,
        **{"kinds": KINDS, "errors": {}, "given": {}} | context,
    )


@get("/panels/{slug:str}", opt=needs(Permission.SEE_PANEL))
async def panel_page(request: Asked, slug: FromPath[str]) -> Template:
    who, today = who_of(request), today_of(request)
    number = _page_number(request)
    async with database.transaction():
        panel = await panel_for(who, slug)
        scope = scope_of(panel.id)
        see_meetings = permits(who, Permission.SEE_MEETING, scope)
        may_plan = permits(who, Permission.PLAN_MEETING, scope)
        terms = await terms_at(panel, today)
        coming = await coming_meetings(panel.id) if see_meetings else []
        past, total = await past_meetings(panel.id, number, PER_PAGE) if see_meetings else ([], 0)
        minutes = await handed_in.minutes_status([meeting.id for meeting in past])
        triggered = await _triggered(request, panel, coming) if may_plan and panel.kind.for_one_child else []
        versions = await versions_of_terms(panel.id)
        seats = await seats_on(panel.id, with_disabled=True)
        cases = (await open_case_counts([panel.id])).get(panel.id, 0)
        rhythm = live(await series_of(panel.id), today)
        overdue = await _overdue_clocks(request, panel.id)
    in_force = next((row for row in versions if row.id == terms.terms_id), None)
    return page(
        request,
        "panels/panel.html",
        panel=panel,
        terms=terms,
        term_lines=term_lines(panel.kind, in_force.overrides if in_force else {}),
        in_force=in_force,
        later=[row for row in versions if row.holds_from > today],
        seats=by_role(seats),
        coming=coming,
        past=past,
        page_number=number,
        pages=max(1, -(-total // PER_PAGE)),
        total=total,
        per_page=PER_PAGE,
        minutes=minutes,
        cases=cases,
        triggered=triggered,
        rhythm=rhythm[0] if rhythm else None,
        overdue_clocks=overdue,
        see_meetings=see_meetings,
        see_cases=permits(who, Permission.SEE_CASE, scope),
        oversees_actions=permits(who, Permission.OVERSEE_ACTIONS, scope),
        sees_silent_agencies=permits(who, Permission.SEE_SILENT_AGENCIES, scope),
        may_plan=may_plan,
        may_manage=permits(who, Permission.MANAGE_PANEL, scope),
    )


async def _overdue_clocks(request: Asked, panel_id: int) -> list[RunningClocks]:
    """What is overdue about the children that the panel lists, for whoever may see them."""
    who, now = who_of(request), now_of(request)
    if not permits(who, Permission.SEE_CHILD, scope_of(panel_id)):
        return []
    overdue = await overdue_clocks(await children_of_panels([panel_id], who), now)
    ids = sorted({one.child_id for one in overdue})
    if ids:
        await record_read(who.person_id, "child", ids, now=now, children=ids)
    return overdue


async def _triggered(request: Asked, panel: StandingPanel, coming: list[Any]) -> list[dict[str, Any]]:
    """Children for whom a meeting of their own is called for now, with the one that is planned already."""
    who, now = who_of(request), now_of(request)
    proposal = await proposal_on(panel, today_of(request), now=now)
    planned = {meeting.child_id: meeting for meeting in coming if meeting.child_id}
    children = await children_by_id([item.child_id for item in proposal.items])
    if children:
        await record_read(who.person_id, "panel", [panel.id], now=now, children=children)
    return [
        {"item": item, "child": children[item.child_id], "meeting": planned.get(item.child_id)}
        for item in proposal.items
    ]


def _page_number(request: Asked) -> int:
    text = request.query_params.get("page", "1")
    return min(max(int(text), 1), 10_000) if text.isdecimal() and len(text) < 6 else 1


@get("/panels/{slug:str}/seats", opt=needs(Permission.MANAGE_PANEL))
async def seats_page(request: Asked, slug: FromPath[str]) -> Template:
    panel = await panel_for(who_of(request), slug, Permission.MANAGE_PANEL)
    return await _seats(request, panel)


async def _seats(request: Asked, panel: StandingPanel, *, status: int = 200, **context: Any) -> Template:
    async with database.transaction():
        facts = {
            "seats": await seats_on(panel.id, with_disabled=True),
            "people": await seatable_people(panel.id),
            "agencies": await agencies_by_name(),
        }
    return page(
        request,
        "panels/seats.html",
        status=status,
        **{"panel": panel, "roles": list(SEAT_ROLES.items()), "errors": {}, "given": {}, **facts, **context},
    )


class SeatForm(Form):
    blank: ClassVar[dict[str, str]] = {"person_id": "Choose a person", "role": "Choose a role"}
    wrong: ClassVar[dict[str, str]] = {"person_id": "Choose a person", "agency_id": "Choose an agency"}
    person_id: int = Field(ge=1, le=2**62)
    role: str
    agency_id: int | None = Field(default=None, ge=1, le=2**62)


@post("/panels/{slug:str}/seats", opt=needs(Permission.MANAGE_PANEL))
async def seat_someone(request: Asked, slug: FromPath[str]) -> Answer:
    panel = await panel_for(who_of(request), slug, Permission.MANAGE_PANEL)
    filled = await read_form(request, SeatForm)
    if filled.value is None:
        return await _seats(request, panel, status=422, errors=filled.errors, given=filled.given)
    try:
        await give_seat(
            who_of(request),
            panel,
            person_id=filled.value.person_id,
            role=filled.value.role,
            agency_id=filled.value.agency_id,
            address=request.app.state.settings.base_url,
            now=now_of(request),
            submission_key=filled.value.submission_key,
        )
    except Refused as problem:
        return await _seats(request, panel, status=422, errors=problem.errors, given=filled.given)
    await flash(request, "The seat has been given.")
    return see_other(f"/panels/{slug}/seats")


@get("/panels/{slug:str}/seats/{seat_id:int}/ending", opt=needs(Permission.MANAGE_PANEL))
async def check_ending(request: Asked, slug: FromPath[str], seat_id: FromPath[int]) -> Template:
    panel = await panel_for(who_of(request), slug, Permission.MANAGE_PANEL)
    return page(request, "panels/seat-ending.html", panel=panel, seat=await seat_facts(panel.id, seat_id))


@post("/panels/{slug:str}/seats/{seat_id:int}/ending", opt=needs(Permission.MANAGE_PANEL))
async def end(request: Asked, slug: FromPath[str], seat_id: FromPath[int]) -> Answer:
    panel = await panel_for(who_of(request), slug, Permission.MANAGE_PANEL)
    address = request.app.state.settings.base_url
    await end_seat(who_of(request), panel, seat_id, address=address, now=now_of(request))
    await flash(request, "The seat has ended.")
    return see_other(f"/panels/{slug}/seats")


ROUTES = [
    panel_list,
    new_panel,
    create,
    panel_page,
    seats_page,
    seat_someone,
    check_ending,
    end,
]
