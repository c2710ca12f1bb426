"""`/meetings/{id}/minutes/acceptance`: whether the meeting accepts the minutes of the one before."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app import database
from app.access import Permission
from app.lifecycle import Invisible, Refused
from app.minutes.acceptance.changes import record_acceptance
from app.minutes.acceptance.queries import earlier_minutes, item_of_previous_minutes
from app.minutes.acceptance.rules import VERDICT_WORDS
from app.minutes.queries import minutes_of
from app.minutes.rules import why_text_is_fixed
from app.panels.meetings.queries import meeting_for
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
ACCEPTANCE = "/meetings/{meeting_id:int}/minutes/acceptance"


class AcceptanceForm(Form):
    wrong: ClassVar[dict[str, str]] = {"remarks": "Use 4000 characters or fewer"}
    verdict: str = ""
    remarks: str = Field(default="", max_length=4000)
    version: int = 0


@get(ACCEPTANCE, opt=needs(Permission.TAKE_MINUTES))
async def acceptance(request: Asked, meeting_id: FromPath[int]) -> Template:
    return await _show(request, meeting_id)


async def _show(
    request: Asked,
    meeting_id: int,
    *,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
    about: int = 0,
    status: int = 200,
) -> Template:
    """`about`: the minutes whose form was wrong."""
    async with database.transaction():
        meeting = await meeting_for(who_of(request), meeting_id, Permission.TAKE_MINUTES)
        item_id = await item_of_previous_minutes(meeting_id)
        if item_id is None:
            raise Invisible
        earlier = await earlier_minutes(meeting, item_id)
        fixed = why_text_is_fixed((await minutes_of(meeting_id)).status, meeting.status)
    return page(
        request,
        "minutes/acceptance.html",
        status=status,
        meeting=meeting,
        item_id=item_id,
        earlier=earlier,
        fixed=fixed,
        verdicts=[list(pair) for pair in VERDICT_WORDS.items()],
        errors=errors or {},
        given=given or {},
        about=about,
    )


@post(f"{ACCEPTANCE}/{{minutes_id:int}}", opt=needs(Permission.TAKE_MINUTES), status_code=303)
async def save(request: Asked, meeting_id: FromPath[int], minutes_id: FromPath[int]) -> Answer:
    await meeting_for(who_of(request), meeting_id, Permission.TAKE_MINUTES)
    filled = await read_form(request, AcceptanceForm)
    errors, form = filled.errors, filled.value
    if form is not None:
        try:
            await record_acceptance(
                who_of(request),
                meeting_id,
                minutes_id,
                form.verdict,
                form.remarks,
                form.version,
                now=now_of(request),
                submission_key=form.submission_key,
            )
        except Refused as refusal:
            errors = refusal.errors
    if errors:
        named = {f"{field}-{minutes_id}": sentence for field, sentence in errors.items()}
        return await _show(
            request, meeting_id, errors=named, given=filled.given, about=minutes_id, status=422
        )
    await flash(request, "It is recorded what the meeting said of the earlier minutes.")
    return see_other(f"/meetings/{meeting_id}/minutes/acceptance")


ROUTES = [acceptance, save]
