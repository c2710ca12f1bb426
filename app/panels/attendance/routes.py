"""`/meetings/{id}/attendance`: who came, in one form, and whether that makes a quorum."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app import database
from app.access import Permission, permits
from app.lifecycle import MovedOn, Refused
from app.panels.agenda.queries import terms_of
from app.panels.attendance.changes import add_guest, record_attendance
from app.panels.attendance.queries import agencies_by_name, attendees_of
from app.panels.attendance.rules import STATUS_NAMES, quorum_of, read_marks
from app.panels.meetings.queries import meeting_for
from app.panels.replies.rules import tally_of
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]


@get("/meetings/{meeting_id:int}/attendance", opt=needs(Permission.SEE_MEETING))
async def attendance_page(request: Asked, meeting_id: FromPath[int]) -> Template:
    return await _attendance(request, meeting_id)


async def _attendance(request: Asked, meeting_id: int, *, status: int = 200, **context: Any) -> Template:
    who = who_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id)
        terms = await terms_of(meeting)
        attendees = await attendees_of(meeting)
        agencies = await agencies_by_name()
    return page(
        request,
        "panels/attendance.html",
        status=status,
        **{
            "meeting": meeting,
            "attendees": attendees,
            "quorum": quorum_of(attendees, terms.quorum, terms.required_agencies),
            "replies": tally_of(attendees),
            "signing": sum(one.person_id is not None for one in attendees),
            "acknowledged": sum(one.confidentiality_at is not None for one in attendees),
            "statuses": list(STATUS_NAMES.items()),
            "agencies": agencies,
            "may_record": permits(who, Permission.RECORD_ATTENDANCE, meeting.scope)
            and meeting.status != "cancelled",
            "errors": {},
            "given": {},
            **context,
        },
    )


@post("/meetings/{meeting_id:int}/attendance", opt=needs(Permission.RECORD_ATTENDANCE))
async def save(request: Asked, meeting_id: FromPath[int]) -> Answer:
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.RECORD_ATTENDANCE)
    filled = await read_form(request, Form)
    marks, errors = read_marks({name: str(value) for name, value in filled.given.items()})
    if errors:
        return await _attendance(request, meeting_id, status=422, errors=errors, given=filled.given)
    try:
        changed = await record_attendance(
            who,
            meeting,
            marks,
            now=now_of(request),
            submission_key=filled.value.submission_key if filled.value else None,
        )
    except Refused as problem:
        errors = {"attendance": problem.sentence}
        return await _attendance(request, meeting_id, status=422, errors=errors, given=filled.given)
    except MovedOn as problem:
        return await _attendance(request, meeting_id, status=409, errors={"attendance": str(problem)})
    await flash(
        request, "Attendance has been saved." if changed else "Attendance is saved; nothing was different."
    )
    return see_other(f"/meetings/{meeting_id}/attendance")


class GuestForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "guest_name": "Enter the guest’s name",
        "agency_id": "Choose an agency",
    }
    wrong: ClassVar[dict[str, str]] = {
        "guest_name": "Use 100 characters or fewer",
        "agency_id": "Choose an agency from the list",
    }
    guest_name: str = Field(max_length=100)
    agency_id: int = Field(ge=1, le=2**62)


@post("/meetings/{meeting_id:int}/attendance/guests", opt=needs(Permission.RECORD_ATTENDANCE))
async def add(request: Asked, meeting_id: FromPath[int]) -> Answer:
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.RECORD_ATTENDANCE)
    filled = await read_form(request, GuestForm)
    if filled.value is None:
        return await _attendance(request, meeting_id, status=422, errors=filled.errors, given=filled.given)
    try:
        await add_guest(
            who,
            meeting,
            name=filled.value.guest_name,
            agency_id=filled.value.agency_id,
            now=now_of(request),
            submission_key=filled.value.submission_key,
        )
    except Refused as problem:
        errors = problem.errors or {"guest_name": problem.sentence}
        return await _attendance(request, meeting_id, status=422, errors=errors, given=filled.given)
    await flash(request, "The guest has been added.")
    return see_other(f"/meetings/{meeting_id}/attendance")


ROUTES = [attendance_page, save, add]
