"""Issuing an agenda, and reading each version of it."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission
from app.history.changes import record_read
from app.lifecycle import MovedOn, Refused
from app.panels.agenda.pages import preparing_page
from app.panels.agenda.preparing import prepared
from app.panels.agenda.queries import beside_children, items_of, proposal_of
from app.panels.agenda.rules import seen_by
from app.panels.carried.queries import carried_to
from app.panels.meetings.queries import meeting_for, recipients_of
from app.panels.meetings.rules import MeetingFacts, time_left_in_words
from app.panels.versions.changes import issue_agenda
from app.panels.versions.pages import reading_page
from app.panels.versions.queries import latest_version
from app.panels.versions.rules import differences, snapshot
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]


@get("/meetings/{meeting_id:int}/agenda/issue", opt=needs(Permission.ISSUE_AGENDA))
async def check_issue(request: Asked, meeting_id: FromPath[int]) -> Answer:
    """What will be issued, to whom: the last look before it goes out."""
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id, Permission.ISSUE_AGENDA)
        if not meeting.is_open:
            raise MovedOn(f"This meeting was {meeting.status}. Its agenda can’t be issued any more.")
        items = await items_of(meeting.id)
        preparation = prepared(
            who, meeting, items, await carried_to(meeting), await proposal_of(meeting, now)
        )
        before = await latest_version(meeting.id)
        children = seen_by(
            who, meeting.panel_id, await beside_children(meeting, preparation.child_ids, now, who)
        )
        if children:
            await record_read(who.person_id, "agenda", [meeting.id], now=now, children=children)
        recipients = await recipients_of(meeting.panel_id)
    return page(
        request,
        "panels/issue-agenda.html",
        meeting=meeting,
        preparation=preparation,
        children=children,
        number=before.number + 1 if before else 1,
        changes=differences(before.items, snapshot(items)) if before else None,
        recipients=recipients,
        time_left=time_left_in_words(preparation.total, preparation.length),
    )


class IssueForm(Form):
    version: int = 0
    with_new: str = ""


@post("/meetings/{meeting_id:int}/agenda/versions", opt=needs(Permission.ISSUE_AGENDA))
async def issue(request: Asked, meeting_id: FromPath[int]) -> Answer:
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.ISSUE_AGENDA)
    filled = await read_form(request, IssueForm)
    form = filled.value or IssueForm()
    try:
        number = await issue_agenda(
            who,
            meeting,
            seen=form.version,
            address=request.app.state.settings.base_url,
            with_new=bool(form.with_new),
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except (Refused, MovedOn) as problem:
        return await _not_issued(request, meeting, problem)
    await flash(request, _issued_words(number))
    return see_other(f"/meetings/{meeting_id}/agenda")


def _issued_words(number: FromPath[int]) -> str:
    if number == 1:
        return "The agenda has been issued. Everybody with a seat is told by e-mail."
    return f"Version {number} of the agenda has been issued. Everybody with a seat is told by e-mail."


async def _not_issued(request: Asked, meeting: MeetingFacts, problem: Refused | MovedOn) -> Template:
    """The agenda as it stands now, with the sentence that says why nothing was issued."""
    async with database.transaction():
        again = await meeting_for(who_of(request), meeting.id, Permission.ISSUE_AGENDA)
        if not again.is_open:
            raise problem
        status = 422 if isinstance(problem, Refused) else 409
        return await preparing_page(request, again, status=status, errors={"": str(problem)})


@get("/meetings/{meeting_id:int}/agenda/versions/{number:int}", opt=needs(Permission.SEE_MEETING))
async def one_version(request: Asked, meeting_id: FromPath[int], number: FromPath[int]) -> Template:
    async with database.transaction():
        meeting = await meeting_for(who_of(request), meeting_id)
        return await reading_page(request, meeting, number)


ROUTES = [check_issue, issue, one_version]
