"""`/meetings/{id}/agenda`: preparing it for a chair, reading it for everybody else. Issuing stands in `versions`."""

from collections.abc import Awaitable
from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app import database
from app.access import Permission, permits
from app.lifecycle import MovedOn, Refused
from app.panels.agenda.changes import (
    accept_proposed,
    add_child,
    add_standing_item,
    leave_off_proposed,
    move_item,
    put_standing_items,
    set_order,
)
from app.panels.agenda.pages import by_hand_page, preparing_page, proposed_page
from app.panels.agenda.queries import proposal_of, require_pickable
from app.panels.agenda.rules import MOST_MINUTES, read_minutes
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.versions.pages import reading_page
from app.web.forms import Form, read_form
from app.web.pages import now_of, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]


@get("/meetings/{meeting_id:int}/agenda", opt=needs(Permission.SEE_MEETING))
async def agenda(request: Asked, meeting_id: FromPath[int]) -> Template:
    """For whoever may prepare it, the agenda in the making; for everybody else, and afterwards, as it was issued."""
    who = who_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id)
        if meeting.is_open and permits(who, Permission.PREPARE_AGENDA, meeting.scope):
            return await preparing_page(request, meeting)
        return await reading_page(request, meeting)


async def _prepare(
    request: Asked, meeting: MeetingFacts, work: Awaitable[Any], given: dict[str, Any], back_to: str = ""
) -> Answer:
    """Does one change and goes back to the agenda, to the page of what is proposed that it was made on.

    What can't be done is said there, with what was typed.
    """
    try:
        await work
    except (Refused, MovedOn) as problem:
        sentences = problem.errors if isinstance(problem, Refused) else {}
        again = await meeting_for(who_of(request), meeting.id, Permission.PREPARE_AGENDA)
        if not again.is_open:
            raise
        async with database.transaction():
            return await preparing_page(
                request,
                again,
                status=422 if isinstance(problem, Refused) else 409,
                errors=sentences or {"": str(problem)},
                given=given,
            )
    number = proposed_page(request)
    shown = f"?proposed={number}" if number > 1 else ""
    return see_other(f"/meetings/{meeting.id}/agenda{shown}{back_to}")


class AcceptForm(Form):
    child: list[int] = []
    place: list[str] = []
    source: list[int] = []
    everything: str = ""


@post("/meetings/{meeting_id:int}/agenda/items", opt=needs(Permission.PREPARE_AGENDA))
async def accept(request: Asked, meeting_id: FromPath[int]) -> Answer:
    meeting = await meeting_for(who_of(request), meeting_id, Permission.PREPARE_AGENDA)
    filled = await read_form(request, AcceptForm, lists=("child", "place", "source"))
    form = filled.value or AcceptForm()
    work = accept_proposed(
        who_of(request),
        meeting,
        children=form.child,
        places=form.place,
        sources=form.source,
        everything=bool(form.everything),
        now=now_of(request),
        submission_key=form.submission_key,
    )
    return await _prepare(request, meeting, work, filled.given)


class MoveForm(Form):
    key: str = ""
    field: str = ""
    value: str = ""
    reason: str = Field(default="", max_length=2000)
    wrong: ClassVar[dict[str, str]] = {"reason": "Use 2,000 characters or fewer for the reason"}


@post("/meetings/{meeting_id:int}/agenda/left-off", opt=needs(Permission.PREPARE_AGENDA))
async def leave_off(request: Asked, meeting_id: FromPath[int]) -> Answer:
    """Leaves off an item (`key`), or something that is proposed (`field` and `value`)."""
    who, now = who_of(request), now_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.PREPARE_AGENDA)
    filled = await read_form(request, MoveForm)
    if filled.value is None:
        return await _prepare(request, meeting, _refuse(filled.errors), filled.given)
    form = filled.value
    where = f"reason-{form.key or f'{form.field}-{form.value}'}"
    if not form.reason.strip():
        return await _prepare(request, meeting, _refuse({where: "Enter why it is left off"}), filled.given)
    work: Awaitable[None]
    if form.key:
        work = move_item(
            who,
            meeting,
            "leave off",
            key=form.key,
            reason=form.reason,
            now=now,
            submission_key=form.submission_key,
        )
    else:
        work = leave_off_proposed(
            who,
            meeting,
            field=form.field,
            value=form.value,
            reason=form.reason,
            now=now,
            submission_key=form.submission_key,
        )
    return await _prepare(request, meeting, work, filled.given)


async def _refuse(errors: dict[str, str]) -> None:
    raise Refused("Check what you entered.", errors)


@post("/meetings/{meeting_id:int}/agenda/deferred", opt=needs(Permission.PREPARE_AGENDA))
async def defer(request: Asked, meeting_id: FromPath[int]) -> Answer:
    return await _move(request, meeting_id, "defer")


@post("/meetings/{meeting_id:int}/agenda/put-back", opt=needs(Permission.PREPARE_AGENDA))
async def put_back(request: Asked, meeting_id: FromPath[int]) -> Answer:
    return await _move(request, meeting_id, "put back")


async def _move(request: Asked, meeting_id: int, name: str) -> Answer:
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.PREPARE_AGENDA)
    filled = await read_form(request, MoveForm)
    form = filled.value or MoveForm()
    work = move_item(
        who, meeting, name, key=form.key, now=now_of(request), submission_key=form.submission_key
    )
    return await _prepare(request, meeting, work, filled.given)


class OrderForm(Form):
    move: str = ""


@post("/meetings/{meeting_id:int}/agenda/order", opt=needs(Permission.PREPARE_AGENDA))
async def order(request: Asked, meeting_id: FromPath[int]) -> Answer:
    """Keeps the minutes beside each item and, where a button says so, moves one of them up or down."""
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.PREPARE_AGENDA)
    filled = await read_form(request, OrderForm)
    given = {name: str(value) for name, value in filled.given.items()}
    shown = {name.removeprefix("was-"): text for name, text in given.items() if name.startswith("was-")}
    minutes, problems = read_minutes({key: given.get(f"minutes-{key}", "") for key in shown})
    if problems:
        errors = {f"minutes-{key}": sentence for key, sentence in problems.items()}
        return await _prepare(request, meeting, _refuse(errors), filled.given)
    key, _, way = (filled.value.move if filled.value else "").partition(":")
    back_to = f"#item-{key}" if key in shown else ""
    work = set_order(
        who,
        meeting,
        move=(key, way) if way in ("up", "down") else None,
        minutes=minutes,
        was={name: int(text) for name, text in shown.items() if text.isdecimal() and len(text) < 6},
        now=now_of(request),
    )
    return await _prepare(request, meeting, work, filled.given, back_to)


class StandingItemForm(Form):
    blank: ClassVar[dict[str, str]] = {"title": "Enter what the item is about"}
    wrong: ClassVar[dict[str, str]] = {
        "title": "Use 150 characters or fewer",
        "item_minutes": f"Enter the minutes as a whole number from 1 to {MOST_MINUTES}",
    }
    title: str = Field(max_length=150)
    item_minutes: int | None = Field(default=None, ge=1, le=MOST_MINUTES)


@post("/meetings/{meeting_id:int}/agenda/standing-items", opt=needs(Permission.PREPARE_AGENDA))
async def add_standing(request: Asked, meeting_id: FromPath[int]) -> Answer:
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.PREPARE_AGENDA)
    filled = await read_form(request, StandingItemForm)
    if filled.value is None:
        return await _prepare(request, meeting, _refuse(filled.errors), filled.given)
    work = add_standing_item(
        who,
        meeting,
        title=filled.value.title,
        minutes=filled.value.item_minutes,
        now=now_of(request),
        submission_key=filled.value.submission_key,
    )
    return await _prepare(request, meeting, work, filled.given)


@post("/meetings/{meeting_id:int}/agenda/standing-items/all", opt=needs(Permission.PREPARE_AGENDA))
async def put_standing(request: Asked, meeting_id: FromPath[int]) -> Answer:
    """Puts on what the terms of reference have on every agenda and this one lacks."""
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.PREPARE_AGENDA)
    filled = await read_form(request, Form)
    key = filled.value.submission_key if filled.value else None
    work = put_standing_items(who, meeting, now=now_of(request), submission_key=key)
    return await _prepare(request, meeting, work, {})


class ByHandForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "child_id": "Find the child first, then choose who it is",
        "reason": "Enter why the child should be discussed",
    }
    wrong: ClassVar[dict[str, str]] = {
        "child_id": "Choose the child from the list",
        "reason": "Use 2,000 characters or fewer for the reason",
    }
    wanted: str = Field(default="", max_length=200)
    child_id: int = Field(ge=1, le=2**62)
    reason: str = Field(max_length=2000)


@get("/meetings/{meeting_id:int}/agenda/items/new", opt=needs(Permission.PREPARE_AGENDA))
async def new_item(request: Asked, meeting_id: FromPath[int]) -> Template:
    meeting = await meeting_for(who_of(request), meeting_id, Permission.PREPARE_AGENDA)
    return await by_hand_page(request, meeting, given={})


@post("/meetings/{meeting_id:int}/agenda/items/new", opt=needs(Permission.PREPARE_AGENDA))
async def add_by_hand(request: Asked, meeting_id: FromPath[int]) -> Answer:
    """Adds a child that the rule does not list; the button “Find” only looks for one."""
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.PREPARE_AGENDA)
    filled = await read_form(request, ByHandForm)
    if "find" in filled.given:
        return await by_hand_page(request, meeting, given=filled.given)
    if filled.value is None:
        return await by_hand_page(request, meeting, given=filled.given, errors=filled.errors, status=422)
    form = filled.value
    try:
        proposal = await proposal_of(meeting, now_of(request))
        near = {near.child_id for near in proposal.near_misses} | {item.child_id for item in proposal.items}
        await require_pickable(who, form.child_id, form.wanted, near)
        await add_child(
            who,
            meeting,
            child_id=form.child_id,
            reason=form.reason,
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Refused as problem:
        errors = problem.errors or {"": problem.sentence}
        return await by_hand_page(request, meeting, given=filled.given, errors=errors, status=422)
    return see_other(f"/meetings/{meeting_id}/agenda")


ROUTES = [
    agenda,
    accept,
    leave_off,
    defer,
    put_back,
    order,
    add_standing,
    put_standing,
    new_item,
    add_by_hand,
]
