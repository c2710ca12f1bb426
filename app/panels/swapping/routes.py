"""`/meetings/{id}/agenda/swap`: one form that takes a case off and puts a near miss on."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission
from app.history.changes import record_read
from app.lifecycle import MovedOn, Refused
from app.panels.agenda.queries import children_by_id
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.swapping.changes import swap_cases
from app.panels.swapping.queries import preparation_of
from app.panels.swapping.rules import Swap, choices_of
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
SWAP = "/meetings/{meeting_id:int}/agenda/swap"


@get(SWAP, opt=needs(Permission.PREPARE_AGENDA))
async def swap_page(request: Asked, meeting_id: FromPath[int]) -> Template:
    return await _form(request, await _open_meeting(request, meeting_id))


async def _open_meeting(request: Asked, meeting_id: int) -> MeetingFacts:
    meeting = await meeting_for(who_of(request), meeting_id, Permission.PREPARE_AGENDA)
    if not meeting.is_open:
        raise MovedOn(f"This meeting was {meeting.status}, so its agenda can’t be changed any more.")
    return meeting


async def _form(
    request: Asked,
    meeting: MeetingFacts,
    *,
    given: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        preparation = await preparation_of(who, meeting, now)
        choices = choices_of(preparation)
        named = [child for _, child in (*choices.off, *choices.on)]
        children = await children_by_id(named)
        if named:
            await record_read(who.person_id, "agenda", [meeting.id], now=now, children=named)
    reasons = {line.child_id: line.reason for line in preparation.lines}
    reasons |= {one.child_id: one.reason for one in preparation.proposed}
    reasons |= {near.child_id: near.reason for near in preparation.near_misses}

    def offered(pairs: tuple[tuple[str, int], ...]) -> list[tuple[str, str, str]]:
        return [
            (
                value,
                children[child]["name"] or children[child]["child_ref"],
                _sentence(reasons.get(child, "")),
            )
            for value, child in pairs
            if child in children
        ]

    return page(
        request,
        "panels/swap.html",
        status=status,
        meeting=meeting,
        off=offered(choices.off),
        on=offered(choices.on),
        given=given or {},
        errors=errors or {},
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


class SwapForm(Form):
    off: str = ""
    on: str = ""
    reason: str = ""


@post(SWAP, opt=needs(Permission.PREPARE_AGENDA))
async def swap(request: Asked, meeting_id: FromPath[int]) -> Answer:
    meeting = await _open_meeting(request, meeting_id)
    filled = await read_form(request, SwapForm)
    form = filled.value or SwapForm()
    try:
        await swap_cases(
            who_of(request),
            meeting,
            Swap(form.off, form.on, form.reason),
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Refused as problem:
        errors = problem.errors or {"": problem.sentence}
        return await _form(request, meeting, given=filled.given, errors=errors, status=422)
    await flash(request, "The cases have been swapped. Your reason stands with both.")
    return see_other(f"/meetings/{meeting_id}/agenda")


ROUTES = [swap_page, swap]
