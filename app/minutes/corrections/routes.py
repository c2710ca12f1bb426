"""`/meetings/{id}/minutes/corrections`: asking for one, and the chair's decision on each."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app import database
from app.access import Permission, permits
from app.history.changes import record_read
from app.lifecycle import Refused
from app.london import london_date
from app.minutes.corrections import changes
from app.minutes.corrections.queries import corrections_for, window_for
from app.minutes.corrections.rules import MOST_WORDS
from app.minutes.corrections.rules import Request as Correcting
from app.minutes.page import text_of
from app.minutes.queries import minutes_for, who_came
from app.minutes.rules import MinutesStatus
from app.panels.meetings.queries import meeting_for
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
CORRECTIONS = "/meetings/{meeting_id:int}/minutes/corrections"
TOO_LONG = f"Use {MOST_WORDS} characters or fewer"


class CorrectionForm(Form):
    wrong: ClassVar[dict[str, str]] = {
        "item_id": "Choose an item from the list",
        "stands": TOO_LONG,
        "should_say": TOO_LONG,
    }
    item_id: int | None = Field(default=None, ge=1)
    stands: str = Field(default="", max_length=MOST_WORDS)
    should_say: str = Field(default="", max_length=MOST_WORDS)


class DecisionForm(Form):
    wrong: ClassVar[dict[str, str]] = {"words": TOO_LONG}
    words: str = Field(default="", max_length=MOST_WORDS)


@get(CORRECTIONS, opt=needs(Permission.SEE_MINUTES))
async def corrections(request: Asked, meeting_id: FromPath[int]) -> Template:
    """Everybody sees the addenda and what they asked for themselves; the chairs see all."""
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
    """`about`: the correction whose small form was wrong; its words stay in it."""
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        meeting, minutes = await minutes_for(who, meeting_id)
        # what is asked for may quote what only some may see: those who decide read it, others the addendum alone
        may_decide = permits(who, Permission.APPROVE_MINUTES, meeting.scope)
        found = await corrections_for(who, minutes.id, all_of_them=may_decide)
        whole = await text_of(who, meeting, minutes, await who_came(meeting))
        items = [item for item in whole.content["items"] if item["kind"] != "restricted"] if whole else []
        titles = {
            item["id"]: f"{item['number']}. "
            + (item["child"]["name"] or item["child"]["ref"] if item["child"] else item["title"])
            for item in items
        }
        window = await window_for(meeting, minutes)
        today = london_date(now)
        is_open = (
            window.is_open(today)
            and minutes.status == MinutesStatus.CIRCULATED
            and not minutes.is_from_a_file
        )
        may_ask = is_open and await changes.may_ask(who, meeting)
        children = [item["child"]["id"] for item in items if item["child"]]
        await record_read(who.person_id, "corrections of minutes", [meeting_id], now=now, children=children)
    return page(
        request,
        "minutes/corrections.html",
        status=status,
        meeting=meeting,
        minutes=minutes,
        corrections=found,
        titles=titles,
        window=window.sentence(today),
        may_ask=may_ask,
        may_decide=may_decide,
        errors=errors or {},
        given=given or {},
        about=about,
    )


@post(CORRECTIONS, opt=needs(Permission.SEE_MINUTES), status_code=303)
async def ask(request: Asked, meeting_id: FromPath[int]) -> Answer:
    await minutes_for(who_of(request), meeting_id)
    filled = await read_form(request, CorrectionForm)
    errors, form = filled.errors, filled.value
    if form is not None:
        try:
            await changes.ask_for_correction(
                who_of(request),
                meeting_id,
                Correcting(form.item_id, form.stands, form.should_say),
                now=now_of(request),
                base_url=request.app.state.settings.base_url,
                submission_key=form.submission_key,
            )
        except Refused as refusal:
            errors = refusal.errors or {"": refusal.sentence}
    if errors:
        return await _show(request, meeting_id, errors=errors, given=filled.given, status=422)
    await flash(request, "Your correction is with the chair. You will be told by e-mail what becomes of it.")
    return see_other(f"/meetings/{meeting_id}/minutes/corrections")


@post(
    f"{CORRECTIONS}/{{correction_id:int}}/acceptance",
    opt=needs(Permission.APPROVE_MINUTES),
    status_code=303,
)
async def accept(request: Asked, meeting_id: FromPath[int], correction_id: FromPath[int]) -> Answer:
    return await _decide(request, meeting_id, correction_id, accepts=True)


@post(
    f"{CORRECTIONS}/{{correction_id:int}}/declining",
    opt=needs(Permission.APPROVE_MINUTES),
    status_code=303,
)
async def decline(request: Asked, meeting_id: FromPath[int], correction_id: FromPath[int]) -> Answer:
    return await _decide(request, meeting_id, correction_id, accepts=False)


async def _decide(request: Asked, meeting_id: int, correction_id: int, *, accepts: bool) -> Answer:
    await meeting_for(who_of(request), meeting_id, Permission.APPROVE_MINUTES)
    filled = await read_form(request, DecisionForm)
    errors = {f"words-{correction_id}": sentence for sentence in filled.errors.values()}
    if filled.value is not None:
        verb = changes.accept_correction if accepts else changes.decline_correction
        try:
            await verb(
                who_of(request),
                meeting_id,
                correction_id,
                filled.value.words,
                now=now_of(request),
                base_url=request.app.state.settings.base_url,
                submission_key=filled.value.submission_key,
            )
        except Refused as refusal:
            errors = refusal.errors
    if errors:
        return await _show(
            request, meeting_id, errors=errors, given=filled.given, about=correction_id, status=422
        )
    said = "The addendum stands under the minutes." if accepts else "The correction is declined."
    await flash(request, said)
    return see_other(f"/meetings/{meeting_id}/minutes/corrections")


ROUTES = [corrections, ask, accept, decline]
