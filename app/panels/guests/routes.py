"""`/meetings/{id}/guests` for whoever asks guests, and `/meetings/{id}/slot`, all that a guest sees of a meeting."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field, field_validator

from app import database
from app.access import Permission
from app.history.changes import record_read
from app.lifecycle import Refused
from app.panels.attendance.queries import agencies_by_name
from app.panels.guests.changes import Asked as AskedGuest
from app.panels.guests.changes import Guest, ask_guest, renew_link, take_guest_off
from app.panels.guests.queries import items_to_ask_to, slots_for, slots_of_meeting
from app.panels.guests.rules import CAPACITIES, may_still_come, shows_the_child, without_its_item
from app.panels.guests.telling.queries import asking_of, told_of
from app.panels.meetings.queries import meeting_for
from app.panels.replies.queries import asked_to
from app.panels.replies.rules import why_no_reply
from app.panels.restricting.queries import hidden_items
from app.people.rules import INVITATION_HOURS, clean_email
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]


class GuestForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "item_id": "Choose which item the guest is asked to",
        "email": "Enter the guest’s e-mail address",
        "capacity": "Choose in what capacity the guest comes",
    }
    wrong: ClassVar[dict[str, str]] = {
        "item_id": "Choose an item from the list",
        "name": "Use 100 characters or fewer",
        "agency_id": "Choose an agency from the list",
    }
    item_id: int = Field(ge=1)
    email: str
    capacity: str
    name: str = Field(default="", max_length=100)
    agency_id: int | None = Field(default=None, ge=1)

    @field_validator("email")
    @classmethod
    def is_an_address(cls, value: str) -> str:
        return clean_email(value)

    @field_validator("capacity")
    @classmethod
    def is_known(cls, value: str) -> str:
        if value not in CAPACITIES:
            raise ValueError("Choose in what capacity the guest comes")
        return value


@get("/meetings/{meeting_id:int}/guests", opt=needs(Permission.INVITE_GUEST))
async def guests_page(request: Asked, meeting_id: FromPath[int]) -> Template:
    return await _guests(request, meeting_id)


async def _guests(
    request: Asked, meeting_id: int, *, status: int = 200, asked: AskedGuest | None = None, **context: Any
) -> Template:
    """The guests in the order of their turns; `asked` shows the link of somebody who has no password yet, once."""
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id, Permission.INVITE_GUEST)
        hidden = await hidden_items(who, meeting.id)
        slots = [without_its_item(slot, hidden) for slot in await slots_of_meeting(meeting.id)]
        told = await told_of(meeting, [slot for slot in slots if slot.item_id not in hidden])
        items = await items_to_ask_to(who, meeting.id)
        agencies = await agencies_by_name()
        children = [row["child_id"] for row in items] + [slot.child_id for slot in slots]
        if any(children):
            named = [child for child in children if child]
            await record_read(who.person_id, "meeting", [meeting.id], now=now, children=named)
    link = f"{_address(request)}/set-password/{asked.token}" if asked and asked.token else ""
    return page(
        request,
        "panels/guests.html",
        status=status,
        **{
            "meeting": meeting,
            "slots": slots,
            "told": told,
            "items": items,
            "agencies": agencies,
            "capacities": CAPACITIES,
            "may_ask": may_still_come(meeting, now),
            "link": link,
            "link_for": asked.slot if asked else None,
            "link_hours": INVITATION_HOURS,
            "given": {},
            "errors": {},
            **context,
        },
    )


@post("/meetings/{meeting_id:int}/guests", opt=needs(Permission.INVITE_GUEST))
async def ask(request: Asked, meeting_id: FromPath[int]) -> Answer:
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.INVITE_GUEST)
    filled = await read_form(request, GuestForm)
    if filled.value is None:
        return await _guests(request, meeting_id, status=422, errors=filled.errors, given=filled.given)
    form = filled.value
    try:
        asked = await ask_guest(
            who,
            meeting,
            Guest(form.email, form.name, form.agency_id, form.capacity),
            item_id=form.item_id,
            address=_address(request),
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Refused as problem:
        errors = problem.errors or {"email": problem.sentence}
        return await _guests(request, meeting_id, status=422, errors=errors, given=filled.given)
    if asked.token:
        return await _guests(request, meeting_id, asked=asked)
    await flash(request, "The guest has been asked and is told by e-mail.")
    return see_other(f"/meetings/{meeting_id}/guests")


@post("/meetings/{meeting_id:int}/guests/{slot_id:int}/ending", opt=needs(Permission.INVITE_GUEST))
async def take_off(request: Asked, meeting_id: FromPath[int], slot_id: FromPath[int]) -> Answer:
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.INVITE_GUEST)
    filled = await read_form(request, Form)
    await take_guest_off(
        who,
        meeting,
        slot_id,
        address=_address(request),
        now=now_of(request),
        submission_key=filled.value.submission_key if filled.value else None,
    )
    await flash(request, "The guest has been taken off and is told by e-mail.")
    return see_other(f"/meetings/{meeting_id}/guests")


@post("/meetings/{meeting_id:int}/guests/{slot_id:int}/link", opt=needs(Permission.INVITE_GUEST))
async def new_link(request: Asked, meeting_id: FromPath[int], slot_id: FromPath[int]) -> Answer:
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.INVITE_GUEST)
    asked = await renew_link(who, meeting, slot_id, now=now_of(request))
    return await _guests(request, meeting_id, asked=asked)


@get("/meetings/{meeting_id:int}/slot", opt=needs(Permission.SEE_SLOT))
async def slot_page(request: Asked, meeting_id: FromPath[int]) -> Template:
    """When and where a guest comes; the child once the guest has read the confidentiality statement."""
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        slots = await slots_for(who, meeting_id)
        meeting, asked = await asked_to(who, meeting_id)
        shown = shows_the_child(meeting) and asked.confidentiality_at is not None
        telling = {slot.id: await asking_of(slot) for slot in slots} if shown else {}
        children = [slot.child_id for slot in slots if slot.child_id]
        if shown and children:
            await record_read(who.person_id, "slot", [slot.id for slot in slots], now=now, children=children)
    return page(
        request,
        "panels/slot.html",
        meeting=meeting,
        slots=slots,
        asked=asked,
        shown=shown,
        telling=telling,
        too_late=why_no_reply(meeting, now),
    )


def _address(request: Asked) -> str:
    address: str = request.app.state.settings.base_url
    return address


ROUTES = [guests_page, ask, take_off, new_link, slot_page]
