"""The forms that plan, change and cancel a meeting. Its own page stands in `meetings`."""

from datetime import time
from typing import Annotated, Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import BeforeValidator, Field, field_validator

from app import database
from app.access import Permission
from app.history.changes import record_read
from app.lifecycle import MovedOn, Refused, Stale
from app.london import LONDON
from app.panels.agenda.queries import children_by_id, children_matching, require_pickable
from app.panels.fields import Day
from app.panels.meetings.changes import Plan, cancel_meeting, change_meeting, plan_meeting
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import (
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    MeetingFacts,
    read_clock,
)
from app.panels.selection.queries import proposal_on
from app.panels.standing.queries import panel_for, seats_on
from app.panels.terms.queries import terms_at
from app.panels.terms.rules import StandingPanel
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]


class MeetingForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "starts_on": "Enter the date of the meeting",
        "starts_time": "Enter the time at which the meeting starts",
        "length_minutes": "Enter how long the meeting takes, in minutes",
    }
    wrong: ClassVar[dict[str, str]] = {
        "length_minutes": f"Enter a whole number of minutes from {SHORTEST_MINUTES} to {LONGEST_MINUTES}",
        "place": "Use 200 characters or fewer for the place",
        "chair_id": "Choose the chair from the list",
        "minute_taker_id": "Choose the minute taker from the list",
        "child": "Choose the child again",
    }
    starts_on: Day
    starts_time: Annotated[time, BeforeValidator(read_clock)]
    length_minutes: int = Field(ge=SHORTEST_MINUTES, le=LONGEST_MINUTES)
    place: str = Field(default="", max_length=200)
    video_link: str = Field(default="", max_length=2000)
    chair_id: int | None = Field(default=None, ge=1, le=2**62)
    minute_taker_id: int | None = Field(default=None, ge=1, le=2**62)
    child: int | None = Field(default=None, ge=0, le=2**62)
    wanted: str = ""
    version: int = 0

    @field_validator("video_link")
    @classmethod
    def is_an_address(cls, link: str) -> str:
        if link and not (link.startswith(("https://", "http://")) and " " not in link):
            raise ValueError("Enter the whole address of the video meeting, beginning with https://")
        return link

    @property
    def plan(self) -> Plan:
        return Plan(
            day=self.starts_on,
            clock=self.starts_time,
            length=self.length_minutes,
            place=self.place,
            video_link=self.video_link,
            chair_id=self.chair_id,
            minute_taker_id=self.minute_taker_id,
        )


@get("/panels/{slug:str}/meetings/new", opt=needs(Permission.PLAN_MEETING))
async def new_meeting(request: Asked, slug: FromPath[str]) -> Template:
    panel = await panel_for(who_of(request), slug, Permission.PLAN_MEETING)
    terms = await terms_at(panel, today_of(request))
    seats = await seats_on(panel.id)
    child = request.query_params.get("child", "")
    given: dict[str, Any] = {
        "length_minutes": terms.meeting_minutes,
        "chair_id": next((seat.person_id for seat in seats if seat.role == "chair"), None),
        "minute_taker_id": next((seat.person_id for seat in seats if seat.role == "minute-taker"), None),
    }
    if child.isdecimal() and len(child) < 18:
        given["child"] = int(child)
    return await _plan_form(request, panel, given=given)


@post("/panels/{slug:str}/meetings/new", opt=needs(Permission.PLAN_MEETING))
async def plan(request: Asked, slug: FromPath[str]) -> Answer:
    """Plans the meeting; the button “Find” only looks for a child and keeps what was typed."""
    panel = await panel_for(who_of(request), slug, Permission.PLAN_MEETING)
    filled = await read_form(request, MeetingForm)
    if "find" in filled.given:
        return await _plan_form(request, panel, given=filled.given, searched=True)
    if filled.value is None:
        return await _plan_form(request, panel, given=filled.given, errors=filled.errors, status=422)
    form = filled.value
    if form.wanted and form.child is None:
        errors = {"child": "Choose which child the meeting is for, or that it is for none of these"}
        return await _plan_form(request, panel, given=filled.given, errors=errors, status=422, searched=True)
    try:
        if form.child:
            proposed = await _proposed_children(request, panel)
            await require_pickable(who_of(request), form.child, form.wanted, proposed)
        meeting_id = await plan_meeting(
            who_of(request),
            panel,
            form.plan,
            child_id=form.child or None,
            address=request.app.state.settings.base_url,
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Refused as problem:
        return await _plan_form(request, panel, given=filled.given, errors=problem.errors, status=422)
    await flash(request, "The meeting has been planned. Prepare its agenda next.")
    return see_other(f"/meetings/{meeting_id}")


async def _proposed_children(request: Asked, panel: StandingPanel) -> dict[int, str]:
    """Whom the panel's rule lists today, with the reason in words."""
    proposal = await proposal_on(panel, today_of(request), now=now_of(request))
    return {item.child_id: item.reason for item in proposal.items}


async def _plan_form(
    request: Asked,
    panel: StandingPanel,
    *,
    given: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
    searched: bool = False,
) -> Template:
    """The form, with the child it is for and, after a search, the children that were found."""
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        found = await children_matching(who, given.get("wanted", "")) if given.get("wanted") else []
        chosen = await _chosen_child(request, panel, given)
        seen = [row["id"] for row in found] + ([chosen["id"]] if chosen else [])
        if seen:
            await record_read(who.person_id, "panel", [panel.id], now=now, children=seen)
        seats = [seat for seat in await seats_on(panel.id) if seat.role != "observer"]
    return page(
        request,
        "panels/new-meeting.html",
        status=status,
        panel=panel,
        seats=seats,
        given=given,
        errors=errors or {},
        found=found,
        searched=searched,
        chosen=chosen,
    )


async def _chosen_child(request: Asked, panel: StandingPanel, given: dict[str, Any]) -> dict[str, Any] | None:
    child = given.get("child")
    if not child or not str(child).isdecimal() or len(str(child)) > 9 or not int(child):
        return None
    proposed = await _proposed_children(request, panel)
    await require_pickable(who_of(request), int(child), str(given.get("wanted", "")), proposed)
    found = (await children_by_id([int(child)])).get(int(child))
    return found and found | {"reason": proposed.get(int(child), "")}


@get("/meetings/{meeting_id:int}/change", opt=needs(Permission.PLAN_MEETING))
async def change_form(request: Asked, meeting_id: FromPath[int]) -> Template:
    meeting = await meeting_for(who_of(request), meeting_id, Permission.PLAN_MEETING)
    local = meeting.starts_at.astimezone(LONDON)
    given = {
        "starts_on": local.date().isoformat(),
        "starts_time": f"{local:%H:%M}",
        "length_minutes": meeting.length_minutes,
        "place": meeting.place,
        "video_link": meeting.video_link,
        "chair_id": meeting.chair_id,
        "minute_taker_id": meeting.minute_taker_id,
    }
    return await _change_form(request, meeting, given=given)


async def _change_form(
    request: Asked,
    meeting: MeetingFacts,
    *,
    given: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
    theirs: MeetingFacts | None = None,
) -> Template:
    if not meeting.is_open:
        raise MovedOn(f"This meeting was {meeting.status}. It can’t be changed any more.")
    seats = [seat for seat in await seats_on(meeting.panel_id) if seat.role != "observer"]
    return page(
        request,
        "panels/change-meeting.html",
        status=status,
        meeting=meeting,
        seats=seats,
        given=given,
        errors=errors or {},
        theirs=theirs,
    )


@post("/meetings/{meeting_id:int}/change", opt=needs(Permission.PLAN_MEETING))
async def change(request: Asked, meeting_id: FromPath[int]) -> Answer:
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.PLAN_MEETING)
    filled = await read_form(request, MeetingForm)
    if filled.value is None:
        return await _change_form(request, meeting, given=filled.given, errors=filled.errors, status=422)
    try:
        await change_meeting(
            who,
            meeting,
            filled.value.plan,
            seen=filled.value.version,
            address=request.app.state.settings.base_url,
            now=now_of(request),
            submission_key=filled.value.submission_key,
        )
    except Refused as problem:
        return await _change_form(request, meeting, given=filled.given, errors=problem.errors, status=422)
    except Stale as problem:
        now_is = await meeting_for(who, meeting_id, Permission.PLAN_MEETING)
        errors = {"starts_on": f"{problem} Yours is below, theirs beside it: save again to keep yours."}
        return await _change_form(
            request, now_is, given=filled.given, errors=errors, status=409, theirs=now_is
        )
    await flash(request, "The meeting has been changed.")
    return see_other(f"/meetings/{meeting_id}")


class CancelForm(Form):
    blank: ClassVar[dict[str, str]] = {"reason": "Enter why the meeting is cancelled"}
    wrong: ClassVar[dict[str, str]] = {"reason": "Use 1,000 characters or fewer"}
    reason: str = Field(max_length=1000)
    version: int = 0


@get("/meetings/{meeting_id:int}/cancellation", opt=needs(Permission.PLAN_MEETING))
async def cancel_form(request: Asked, meeting_id: FromPath[int]) -> Template:
    meeting = await meeting_for(who_of(request), meeting_id, Permission.PLAN_MEETING)
    return _cancel_form(request, meeting)


def _cancel_form(request: Asked, meeting: MeetingFacts, *, status: int = 200, **context: Any) -> Template:
    if not meeting.is_open:
        raise MovedOn(f"This meeting was {meeting.status} already. Nothing was changed.")
    return page(
        request,
        "panels/cancel-meeting.html",
        status=status,
        **{"meeting": meeting, "errors": {}, "given": {}, **context},
    )


@post("/meetings/{meeting_id:int}/cancellation", opt=needs(Permission.PLAN_MEETING))
async def cancel(request: Asked, meeting_id: FromPath[int]) -> Answer:
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.PLAN_MEETING)
    filled = await read_form(request, CancelForm)
    if filled.value is None:
        return _cancel_form(request, meeting, status=422, errors=filled.errors, given=filled.given)
    try:
        await cancel_meeting(
            who,
            meeting,
            reason=filled.value.reason,
            seen=filled.value.version,
            address=request.app.state.settings.base_url,
            now=now_of(request),
            submission_key=filled.value.submission_key,
        )
    except Stale as problem:
        now_is = await meeting_for(who, meeting_id, Permission.PLAN_MEETING)
        errors = {
            "reason": f"{problem} Look at the meeting again; if it should still be cancelled, press the button."
        }
        return _cancel_form(request, now_is, status=409, errors=errors, given=filled.given)
    await flash(request, "The meeting has been cancelled. Its items come forward to the next one.")
    return see_other(f"/meetings/{meeting_id}")


ROUTES = [new_meeting, plan, change_form, change, cancel_form, cancel]
