"""`/panels/{slug}/to-convene`: children whose episodes call for a meeting, convened by one press or left off."""

from datetime import date, datetime, time
from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app import database
from app.access import Permission
from app.history.changes import record_read
from app.lifecycle import Invisible, MovedOn, Refused
from app.london import LONDON
from app.panels.agenda.queries import children_by_id
from app.panels.convening.changes import convene, leave_trigger_off, take_leaving_off_back
from app.panels.convening.queries import called_for, planned_meetings, times_of, to_convene
from app.panels.convening.rules import Called, Convening, free_slot
from app.panels.planning.routes import MeetingForm
from app.panels.standing.queries import panel_for, seats_on
from app.panels.standing.rules import SeatFacts
from app.panels.terms.queries import terms_at
from app.panels.terms.rules import StandingPanel
from app.panels.words import clock_of
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
MOST_SHOWN = 50
PER_PAGE = 25


async def _panel(request: Asked, slug: str) -> StandingPanel:
    """The panel, if it meets about one child at a time and this person plans its meetings."""
    panel = await panel_for(who_of(request), slug, Permission.PLAN_MEETING)
    if not panel.kind.for_one_child:
        raise Invisible
    return panel


@get("/panels/{slug:str}/to-convene", opt=needs(Permission.PLAN_MEETING))
async def to_convene_page(request: Asked, slug: FromPath[str]) -> Template:
    who, today, now = who_of(request), today_of(request), now_of(request)
    given = request.query_params.get("page", "")
    number = max(1, int(given)) if given.isascii() and given.isdecimal() and len(given) < 6 else 1
    async with database.transaction():
        panel = await _panel(request, slug)
        everything = await to_convene(panel, today, now)
        found = everything.on_page(number, PER_PAGE, MOST_SHOWN)
        children = await _children(found)
        called = await called_for(panel, [one.child_id for one in found.due], today, now)
        if children:
            await record_read(who.person_id, "panel", [panel.id], now=now, children=children)
        ways = await _Ways.of(panel, today, [one.due_on for one in found.due])
    return page(
        request,
        "panels/convene-list.html",
        panel=panel,
        found=found,
        called=called,
        children=children,
        slots={one.child_id: ways.next_for(one.due_on) for one in found.due},
        clock_of=clock_of,
        ways=ways,
        waiting=len(everything.due),
        overdue=everything.overdue(today),
        missed=len(everything.missed),
        number=number,
        per_page=PER_PAGE,
        pages=-(-len(everything.due) // PER_PAGE),
    )


async def _children(found: Convening) -> dict[int, dict[str, Any]]:
    due = (*found.due, *(one for one, _ in found.planned))
    return await children_by_id(
        [one.child_id for one in due]
        + [one.child_id for one in found.missed]
        + [one.child_id for one in found.left_off]
    )


class _Ways:
    """What is filled in for a meeting: its length, who leads and writes, and the next free time after each."""

    def __init__(self, today: date, length: int, seats: list[SeatFacts], taken: list[tuple[datetime, int]]):
        self.today, self.length, self.taken = today, length, taken
        self.chair_id, self.minute_taker_id = _of_role(seats, "chair"), _of_role(seats, "minute-taker")

    @classmethod
    async def of(cls, panel: StandingPanel, today: date, due: list[date]) -> "_Ways":
        seats = await seats_on(panel.id)
        people = [id for id in (_of_role(seats, "chair"), _of_role(seats, "minute-taker")) if id]
        taken = await times_of(panel.id, people, today, max([today, *due]))
        return cls(today, (await terms_at(panel, today)).meeting_minutes, seats, taken)

    def next_for(self, due_on: date) -> tuple[date, time] | None:
        """A free time, which then is taken: the next child of a list gets another."""
        slot = free_slot(due_on, self.today, self.length, self.taken)
        if slot is not None:
            self.taken.append((datetime.combine(*slot, LONDON), self.length))
        return slot


def _of_role(seats: list[SeatFacts], role: str) -> int | None:
    return next((seat.person_id for seat in seats if seat.role == role), None)


async def _called(request: Asked, panel: StandingPanel, child_id: int) -> Called:
    """The child, if its episodes call for a meeting of this panel now. Raises Invisible, or MovedOn when settled."""
    today, now = today_of(request), now_of(request)
    called = (await called_for(panel, [child_id], today, now)).get(child_id)
    if called is not None:
        return called
    if any(one.child_id == child_id for one in (await to_convene(panel, today, now)).left_off):
        raise MovedOn("Somebody has left this child off already. Nothing was changed.")
    raise Invisible


@get("/panels/{slug:str}/to-convene/{child_id:int}", opt=needs(Permission.PLAN_MEETING))
async def convene_form(request: Asked, slug: FromPath[str], child_id: FromPath[int]) -> Answer:
    panel = await _panel(request, slug)
    called = await _called(request, panel, child_id)
    planned = await planned_meetings(panel.id, child_id)
    if planned:
        return see_other(f"/meetings/{planned[0].meeting_id}")
    ways = await _Ways.of(panel, today_of(request), [called.due_on])
    slot = ways.next_for(called.due_on)
    given: dict[str, Any] = {
        "length_minutes": ways.length,
        "chair_id": ways.chair_id,
        "minute_taker_id": ways.minute_taker_id,
    }
    if slot is not None:
        given |= {"starts_on": slot[0].isoformat(), "starts_time": f"{slot[1]:%H:%M}"}
    return await _form(request, panel, called, "panels/convene.html", given=given)


async def _form(
    request: Asked,
    panel: StandingPanel,
    called: Called,
    template: str,
    *,
    given: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    who = who_of(request)
    await record_read(who.person_id, "panel", [panel.id], now=now_of(request), children=[called.child_id])
    return page(
        request,
        template,
        status=status,
        panel=panel,
        called=called,
        child=(await children_by_id([called.child_id]))[called.child_id],
        seats=[seat for seat in await seats_on(panel.id) if seat.role != "observer"],
        given=given,
        errors=errors or {},
    )


@post("/panels/{slug:str}/to-convene/{child_id:int}", opt=needs(Permission.PLAN_MEETING))
async def convene_child(request: Asked, slug: FromPath[str], child_id: FromPath[int]) -> Answer:
    panel = await _panel(request, slug)
    called = await _called(request, panel, child_id)
    filled = await read_form(request, MeetingForm)
    errors = filled.errors
    if filled.value is not None:
        try:
            meeting_id = await convene(
                who_of(request),
                panel,
                called,
                filled.value.plan,
                address=request.app.state.settings.base_url,
                now=now_of(request),
                submission_key=filled.value.submission_key,
            )
        except Refused as problem:
            errors = problem.errors
        else:
            await flash(request, "The meeting is convened. Check its agenda next, then issue it.")
            return see_other(f"/meetings/{meeting_id}")
    return await _form(
        request, panel, called, "panels/convene.html", given=filled.given, errors=errors, status=422
    )


class LeavingOffForm(Form):
    blank: ClassVar[dict[str, str]] = {"reason": "Enter why nobody meets about this child"}
    wrong: ClassVar[dict[str, str]] = {"reason": "Use 1,000 characters or fewer"}
    reason: str = Field(max_length=1000)


@get("/panels/{slug:str}/to-convene/{child_id:int}/leaving-off", opt=needs(Permission.PLAN_MEETING))
async def leaving_off_form(request: Asked, slug: FromPath[str], child_id: FromPath[int]) -> Template:
    panel = await _panel(request, slug)
    called = await _called(request, panel, child_id)
    return await _form(request, panel, called, "panels/convene-leave-off.html", given={})


@post("/panels/{slug:str}/to-convene/{child_id:int}/leaving-off", opt=needs(Permission.PLAN_MEETING))
async def leave_off(request: Asked, slug: FromPath[str], child_id: FromPath[int]) -> Answer:
    panel = await _panel(request, slug)
    called = await _called(request, panel, child_id)
    filled = await read_form(request, LeavingOffForm)
    if filled.value is None:
        return await _form(
            request,
            panel,
            called,
            "panels/convene-leave-off.html",
            given=filled.given,
            errors=filled.errors,
            status=422,
        )
    await leave_trigger_off(
        who_of(request),
        panel,
        called,
        reason=filled.value.reason,
        now=now_of(request),
        submission_key=filled.value.submission_key,
    )
    await flash(request, "The child is left off. Only a later episode calls for a meeting again.")
    return see_other(f"/panels/{slug}/to-convene")


@post(
    "/panels/{slug:str}/to-convene/left-off/{left_off_id:int}/withdrawal", opt=needs(Permission.PLAN_MEETING)
)
async def put_back(request: Asked, slug: FromPath[str], left_off_id: FromPath[int]) -> Answer:
    panel = await _panel(request, slug)
    filled = await read_form(request, Form)
    await take_leaving_off_back(
        who_of(request),
        panel,
        left_off_id,
        now=now_of(request),
        submission_key=filled.value.submission_key if filled.value else None,
    )
    await flash(request, "The child is back on the list.")
    return see_other(f"/panels/{slug}/to-convene")


ROUTES = [
    to_convene_page,
    convene_form,
    convene_child,
    leaving_off_form,
    leave_off,
    put_back,
]
