"""`/meetings/{id}/reply`: whether one comes, and the confidentiality statement."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app import database
from app.access import Permission, permits
from app.lifecycle import Refused
from app.panels.replies.changes import keep_confidentiality, reply_to
from app.panels.replies.queries import asked_to
from app.panels.replies.rules import APOLOGIES, DEPUTY, why_no_reply
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]

BACK = {"agenda": "/agenda", "slot": "/slot", "reply": "/reply", "meeting": ""}
"""Where the press on the confidentiality statement may come from, and goes back to."""


class ReplyForm(Form):
    blank: ClassVar[dict[str, str]] = {"answer": "Choose whether you come"}
    wrong: ClassVar[dict[str, str]] = {"deputy_name": "Use 100 characters or fewer"}
    answer: str
    deputy_name: str = Field(default="", max_length=100)


# whoever is signed in may have been asked as a guest: the loader knows
@get("/meetings/{meeting_id:int}/reply", opt=needs(Permission.SEE_SLOT))
async def reply_page(request: Asked, meeting_id: FromPath[int]) -> Template:
    return await _reply(request, meeting_id)


async def _reply(request: Asked, meeting_id: int, *, status: int = 200, **context: Any) -> Template:
    who = who_of(request)
    async with database.transaction():
        meeting, asked = await asked_to(who, meeting_id)
    return page(
        request,
        "panels/reply.html",
        status=status,
        **{
            "meeting": meeting,
            "asked": asked,
            "too_late": why_no_reply(meeting, now_of(request)),
            "sees_meeting": permits(who, Permission.SEE_MEETING, meeting.scope),
            "given": {"answer": asked.answer, "deputy_name": asked.deputy_name},
            "errors": {},
            **context,
        },
    )


@post("/meetings/{meeting_id:int}/reply", opt=needs(Permission.SEE_SLOT))
async def reply(request: Asked, meeting_id: FromPath[int]) -> Answer:
    who = who_of(request)
    await asked_to(who, meeting_id)
    filled = await read_form(request, ReplyForm)
    if filled.value is None:
        return await _reply(request, meeting_id, status=422, errors=filled.errors, given=filled.given)
    form = filled.value
    try:
        await reply_to(
            who,
            meeting_id,
            answer=form.answer,
            deputy_name=" ".join(form.deputy_name.split()),
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Refused as problem:
        errors = problem.errors or {"": problem.sentence}
        return await _reply(request, meeting_id, status=422, errors=errors, given=filled.given)
    await flash(request, _words(form.answer))
    return see_other(f"/meetings/{meeting_id}/reply")


def _words(answer: str) -> str:
    if answer == APOLOGIES:
        return "Your apologies have been sent. You can change your mind until the meeting starts."
    if answer == DEPUTY:
        return "Your deputy has been noted. You can change your mind until the meeting starts."
    return "You have accepted. You can change your mind until the meeting starts."


class StatementForm(Form):
    back: str = "meeting"


@post("/meetings/{meeting_id:int}/confidentiality", opt=needs(Permission.SEE_SLOT))
async def confidentiality(request: Asked, meeting_id: FromPath[int]) -> Answer:
    filled = await read_form(request, StatementForm)
    form = filled.value or StatementForm()
    await keep_confidentiality(
        who_of(request), meeting_id, now=now_of(request), submission_key=form.submission_key
    )
    await flash(request, "Thank you. It is noted that you have read the confidentiality statement.")
    return see_other(f"/meetings/{meeting_id}{BACK.get(form.back, '')}")


ROUTES = [reply_page, reply, confidentiality]
