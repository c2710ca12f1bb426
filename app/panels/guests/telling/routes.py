"""`/meetings/{id}/slot/{slot}`: what a guest knows of their item, sent before the meeting; and reminding guests."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission
from app.history.changes import record_read
from app.lifecycle import Invisible, MovedOn, Refused, Stale
from app.panels.contributions.forms import ContributionForm
from app.panels.guests.rules import shows_the_child
from app.panels.guests.telling.changes import remind_guests, tell
from app.panels.guests.telling.queries import asking_for
from app.panels.guests.telling.rules import Asking
from app.panels.meetings.queries import meeting_for
from app.panels.words import counted
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
PATH = "/meetings/{meeting_id:int}/slot/{slot_id:int}"


@get(PATH, opt=needs(Permission.SEE_SLOT))
async def telling_page(request: Asked, meeting_id: FromPath[int], slot_id: FromPath[int]) -> Answer:
    """Sends to the slot's page, with its statement or its word that the meeting is over, whoever may not see it."""
    asking = await _asking(request, meeting_id, slot_id)
    if not _is_shown(asking):
        return see_other(f"/meetings/{meeting_id}/slot")
    return await _page(request, asking)


@post(PATH, opt=needs(Permission.SEE_SLOT))
async def telling(request: Asked, meeting_id: FromPath[int], slot_id: FromPath[int]) -> Answer:
    asking = await _asking(request, meeting_id, slot_id)
    filled = await read_form(request, ContributionForm)
    if asking.slot.confidentiality_at is None:
        return see_other(f"/meetings/{meeting_id}/slot")
    if filled.value is None:
        return await _page(request, asking, given=filled.given, errors=filled.errors, status=422)
    form = filled.value
    try:
        await tell(
            who_of(request),
            meeting_id,
            slot_id,
            form.written,
            seen=form.version or 0,
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Refused as problem:
        return await _page(request, asking, given=filled.given, errors=problem.errors, status=422)
    except (MovedOn, Stale) as problem:
        again = await _asking(request, meeting_id, slot_id)
        sentence = (
            "Another text about this was saved from your account meanwhile. It is shown below and yours is in the "
            "form: put together what is to stay, then send."
            if isinstance(problem, Stale)
            else str(problem)
        )
        return await _page(request, again, given=filled.given, errors={"": sentence}, status=409)
    await flash(
        request, "Your draft has been saved. Nobody else sees it." if form.draft else "Sent. Thank you."
    )
    return see_other(f"/meetings/{meeting_id}/slot" + (f"/{slot_id}" if form.draft else ""))


@post("/meetings/{meeting_id:int}/guests/reminders", opt=needs(Permission.INVITE_GUEST))
async def remind(request: Asked, meeting_id: FromPath[int]) -> Answer:
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.INVITE_GUEST)
    filled = await read_form(request, Form)
    try:
        number = await remind_guests(
            who,
            meeting,
            address=request.app.state.settings.base_url,
            now=now_of(request),
            submission_key=filled.value.submission_key if filled.value else None,
        )
    except Refused as problem:
        await flash(request, problem.sentence)
    else:
        await flash(
            request, f"{counted(number, 'guest')} {'is' if number == 1 else 'are'} reminded by e-mail."
        )
    return see_other(f"/meetings/{meeting_id}/guests")


async def _asking(request: Asked, meeting_id: int, slot_id: int) -> Asking:
    """Raises Invisible for a slot that is not this person's, or whose item is about nobody."""
    asking = await asking_for(who_of(request), meeting_id, slot_id)
    if not asking.is_about_something:
        raise Invisible
    return asking


def _is_shown(asking: Asking) -> bool:
    return shows_the_child(asking.slot.meeting) and asking.slot.confidentiality_at is not None


async def _page(
    request: Asked,
    asking: Asking,
    *,
    given: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    """The form of one item. After the meeting it names the child no more, and gives back the words that came late."""
    slot, written, shown = asking.slot, asking.written, _is_shown(asking)
    if shown and slot.child_id:
        async with database.transaction():
            await record_read(
                who_of(request).person_id, "slot", [slot.id], now=now_of(request), children=[slot.child_id]
            )
    stored = written.texts | {"nothing_known": "yes" if written.nothing_known else ""} if written else {}
    return page(
        request,
        "panels/slot-telling.html",
        status=status,
        meeting=slot.meeting,
        slot=slot,
        asking=asking,
        mine=written,
        shown=shown,
        theirs=written if status == 409 and shown else None,
        values=stored if given is None else given,
        version=written.version if written else 0,
        errors=errors or {},
    )


ROUTES = [telling_page, telling, remind]
