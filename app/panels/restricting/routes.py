"""`/meetings/{id}/agenda/restriction/{key}`: who sees an item, and the title that everybody else sees."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Identity, Permission
from app.history.changes import record_read
from app.lifecycle import Invisible, Refused
from app.panels.agenda.queries import children_by_id, items_of
from app.panels.agenda.rules import ItemFacts
from app.panels.carried.queries import carried_to
from app.panels.carried.rules import Carried
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.changes import open_item, restrict_item
from app.panels.restricting.queries import Nameable, nameable
from app.panels.restricting.rules import Restriction, may_see_item
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
RESTRICTION = "/meetings/{meeting_id:int}/agenda/restriction/{key:str}"
SUGGESTED_TITLE = "Restricted item"


class RestrictionForm(Form):
    wrong: ClassVar[dict[str, str]] = {
        "people": "Choose people with a seat on this panel",
        "agencies": "Choose agencies with a seat on this panel",
    }
    open_title: str = ""
    people: list[int] = []
    agencies: list[int] = []


@get(RESTRICTION, opt=needs(Permission.RESTRICT_ITEM))
async def restriction(request: Asked, meeting_id: FromPath[int], key: FromPath[str]) -> Template:
    return await _form(request, meeting_id, key)


async def _form(
    request: Asked,
    meeting_id: int,
    key: str,
    *,
    given: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    who = who_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id, Permission.RESTRICT_ITEM)
        item = await _item(who, meeting, key)
        seats = await nameable(meeting.panel_id)
        child = None
        if item.child_id:
            child = (await children_by_id([item.child_id])).get(item.child_id)
            await record_read(
                who.person_id, "agenda", [meeting.id], now=now_of(request), children=[item.child_id]
            )
    return page(
        request,
        "panels/restrict.html",
        status=status,
        meeting=meeting,
        item=item,
        key=key,
        child=child,
        people=[[s.person_id, f"{s.name}, {s.role.replace('-', ' ')}, {s.agency_name}"] for s in seats],
        agencies=sorted({(s.agency_id, s.agency_name) for s in seats}, key=lambda one: one[1]),
        given=given or _given(item, meeting, seats),
        errors=errors or {},
    )


def _given(item: ItemFacts | Carried, meeting: MeetingFacts, seats: list[Nameable]) -> dict[str, Any]:
    """What the form begins with: as it is, or for the meeting's minute taker, without whom nobody writes it down."""
    if item.restricted:
        return {
            "open_title": item.open_title,
            "people": list(item.allowed_people),
            "agencies": list(item.allowed_agencies),
        }
    takers = [seat.person_id for seat in seats if seat.person_id == meeting.minute_taker_id]
    takers = takers or [seat.person_id for seat in seats if seat.role == "minute-taker"]
    return {"open_title": SUGGESTED_TITLE, "people": takers, "agencies": []}


async def _item(who: Identity, meeting: MeetingFacts, key: str) -> ItemFacts | Carried:
    """An item by its key, or what comes forward under it. Raises Invisible, also where this person may not see it."""
    found: list[ItemFacts | Carried] = [*await items_of(meeting.id), *await carried_to(meeting)]
    item = next((one for one in found if one.key == key), None)
    if item is None or not may_see_item(who, meeting.panel_id, item):
        raise Invisible
    return item


@post(RESTRICTION, opt=needs(Permission.RESTRICT_ITEM))
async def restrict(request: Asked, meeting_id: FromPath[int], key: FromPath[str]) -> Answer:
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.RESTRICT_ITEM)
    filled = await read_form(request, RestrictionForm, lists=("people", "agencies"))
    if filled.value is None:
        return await _form(request, meeting_id, key, given=filled.given, errors=filled.errors, status=422)
    form = filled.value
    try:
        await restrict_item(
            who,
            meeting,
            key,
            Restriction(form.open_title, tuple(form.people), tuple(form.agencies)),
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Refused as problem:
        return await _form(request, meeting_id, key, given=filled.given, errors=problem.errors, status=422)
    await flash(request, "The item is restricted. Everybody else sees its open title alone.")
    return see_other(f"/meetings/{meeting_id}/agenda")


@post(f"{RESTRICTION}/removal", opt=needs(Permission.RESTRICT_ITEM))
async def remove(request: Asked, meeting_id: FromPath[int], key: FromPath[str]) -> Answer:
    meeting = await meeting_for(who_of(request), meeting_id, Permission.RESTRICT_ITEM)
    filled = await read_form(request, Form)
    await open_item(
        who_of(request),
        meeting,
        key,
        now=now_of(request),
        submission_key=filled.value.submission_key if filled.value else None,
    )
    await flash(request, "The item is open to everybody with a seat again.")
    return see_other(f"/meetings/{meeting_id}/agenda")


ROUTES = [restriction, restrict, remove]
