"""The pages of a meeting's minutes: taking them, reading them, and the moves from draft to the children's records."""

from datetime import datetime
from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.history.changes import record_read
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused
from app.london import LONDON, london_date
from app.minutes import changes
from app.minutes.acceptance import routes as acceptance
from app.minutes.acceptance.queries import acceptances_of
from app.minutes.circulation import routes as circulation
from app.minutes.circulation.queries import opened_by, was_sent_to
from app.minutes.corrections import routes as corrections
from app.minutes.corrections.queries import addenda_of, count_to_decide
from app.minutes.discussion import routes as discussion
from app.minutes.discussion.changes import leave_unreached
from app.minutes.documents import routes as documents
from app.minutes.extracts import routes as extracts
from app.minutes.extracts.queries import extract_lines
from app.minutes.extracts.rules import progress_of
from app.minutes.live import routes as live
from app.minutes.page import minutes_page, text_of
from app.minutes.promptness import routes as promptness
from app.minutes.quality import routes as quality
from app.minutes.queries import minutes_for, minutes_of
from app.minutes.reviewed.rules import children_of_reviews
from app.minutes.revisions import routes as revisions
from app.minutes.rules import MinutesStatus, may_read_draft
from app.panels.meetings.changes import hold_meeting
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts, instant_in_london, read_clock
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.problems import problem_page
from app.web.routing import needs

Answer = Template | Response[Any]
MINUTES = "/meetings/{meeting_id:int}/minutes"


class MoveForm(Form):
    """A move of the minutes as they were read: their version, and the fingerprint of the text."""

    wrong: ClassVar[dict[str, str]] = {"version": "Reload the page, then try again"}
    version: int = 0
    reading: str | None = None
    remarks: str = ""
    recipients: str | None = None


class EndForm(Form):
    """When the meeting ended; nothing given means just now."""

    ended_on: str = ""
    ended_time: str = ""


@get(MINUTES, opt=needs(Permission.OPEN_MINUTES))
async def minutes_home(request: Request[Any, Any, Any], meeting_id: FromPath[int]) -> Answer:
    """The minute taker's overview of a draft; for everybody else, and later, the text."""
    try:
        return await _show(request, meeting_id)
    except (Invisible, Forbidden):
        if not await was_sent_to(meeting_id, who_of(request).person_id):
            raise
        return _no_longer(request)


@get(f"{MINUTES}/text", opt=needs(Permission.SEE_MINUTES))
async def text(request: Request[Any, Any, Any], meeting_id: FromPath[int]) -> Answer:
    """The whole text in one piece, a draft's too, for those who may read it."""
    return await _show(request, meeting_id, as_text=True)


async def _show(
    request: Request[Any, Any, Any],
    meeting_id: int,
    *,
    as_text: bool = False,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
    status: int = 200,
) -> Answer:
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id, Permission.SEE_MINUTES)
        minutes = await minutes_of(meeting_id)
        if minutes.status != MinutesStatus.CIRCULATED and not may_read_draft(who, meeting.scope):
            return _not_yet(request)
        meeting, minutes = await minutes_for(who, meeting_id)
        shown = await minutes_page(who, meeting, minutes, now)
        takes = minutes.status == MinutesStatus.DRAFT and permits(who, Permission.TAKE_MINUTES, meeting.scope)
        whole = None if takes and not as_text else await text_of(who, meeting, minutes, shown.came)
        opened = None
        if minutes.status == MinutesStatus.CIRCULATED and may_read_draft(who, meeting.scope):
            opened = await opened_by(meeting_id)
        addenda = await addenda_of(minutes.id, who)
        accepted = await acceptances_of(minutes.id)
        to_decide = 0
        if permits(who, Permission.APPROVE_MINUTES, meeting.scope):
            to_decide = await count_to_decide(who, minutes.id)
        filing = None
        if minutes.status == MinutesStatus.CIRCULATED:
            filing = progress_of(await extract_lines(who, meeting_id))
        named = {*shown.child_ids, *(children_of_reviews(whole.content) if whole else ())}
        await record_read(who.person_id, "minutes", [meeting_id], now=now, children=named)
    return page(
        request,
        "minutes/taking.html" if takes and not as_text else "minutes/reading.html",
        status=status,
        shown=shown,
        meeting=meeting,
        minutes=minutes,
        whole=whole,
        filing=filing,
        takes=takes,
        may_file=permits(who, Permission.CIRCULATE_MINUTES, meeting.scope),
        took=who.person_id in shown.facts.taker_ids,
        opened=opened,
        addenda=addenda,
        accepted=accepted,
        to_decide=to_decide,
        end=_likely_end(meeting, now),
        errors=errors or {},
        given=given or {},
    )


def _not_yet(request: Request[Any, Any, Any]) -> Answer:
    return problem_page(
        request,
        403,
        "These minutes are not circulated yet",
        "You can read them here once the chair has approved them and they are circulated. You will be told by e-mail.",
    )


def _no_longer(request: Request[Any, Any, Any]) -> Answer:
    return problem_page(
        request,
        403,
        "You can’t open these minutes any more",
        "They were sent to you while you had a seat on this panel, and you have none now. If you still need them, ask "
        "the chair of the panel.",
    )


def _likely_end(meeting: MeetingFacts, now: datetime) -> datetime:
    """What the form for the end begins with: now while the meeting may still run, else when it was to end."""
    return min(now, meeting.ends_at).astimezone(LONDON)


@post(f"{MINUTES}/end", opt=needs(Permission.RECORD_ATTENDANCE), status_code=303)
async def end_meeting(request: Request[Any, Any, Any], meeting_id: FromPath[int]) -> Answer:
    """Records that the meeting was held, and when it ended."""
    who, now = who_of(request), now_of(request)
    filled = await read_form(request, EndForm)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id, Permission.RECORD_ATTENDANCE)
    ended_at, errors = _read_end(filled.value or EndForm(), meeting, now)
    if not errors:
        try:
            await hold_meeting(
                who,
                meeting_id,
                now=now,
                ended_at=ended_at,
                submission_key=filled.given.get("submission_key"),
            )
        except Refused as refusal:
            errors = refusal.errors or {"": refusal.sentence}
        except MovedOn:
            if meeting.status == "cancelled":
                raise
            return see_other(f"/meetings/{meeting_id}/minutes")  # pressed twice: it is recorded
    if errors:
        return await _show(request, meeting_id, errors=errors, given=filled.given, status=422)
    await flash(request, "The meeting is recorded as held.")
    return see_other(f"/meetings/{meeting_id}/minutes")


def _read_end(form: EndForm, meeting: MeetingFacts, now: datetime) -> tuple[datetime, dict[str, str]]:
    if not form.ended_time:
        return now, {}
    try:
        clock = read_clock(form.ended_time)
        day = (
            datetime.fromisoformat(form.ended_on).date() if form.ended_on else london_date(meeting.starts_at)
        )
    except ValueError:
        return now, {"ended_time": "Enter when the meeting ended: a day, and a time such as 12:30"}
    ended_at = instant_in_london(day, clock)
    if ended_at is None or ended_at < meeting.starts_at:
        return now, {"ended_time": "The meeting ended after it started. Check the day and the time."}
    if ended_at > now:
        return now, {"ended_time": "This is still to come. Record the end once the meeting is over."}
    return ended_at, {}


@post(f"{MINUTES}/unreached", opt=needs(Permission.TAKE_MINUTES), status_code=303)
async def unreached(request: Request[Any, Any, Any], meeting_id: FromPath[int]) -> Answer:
    """Notes every item nobody wrote about as not reached."""
    filled = await read_form(request, Form)
    count = await leave_unreached(
        who_of(request),
        meeting_id,
        now=now_of(request),
        submission_key=filled.given.get("submission_key"),
    )
    items = "1 item is" if count == 1 else f"{count} items are"
    await flash(request, f"{items} noted as not reached and will come forward to the next meeting.")
    return see_other(f"/meetings/{meeting_id}/minutes")


@post(f"{MINUTES}/sending", opt=needs(Permission.TAKE_MINUTES), status_code=303)
async def send(request: Request[Any, Any, Any], meeting_id: FromPath[int]) -> Answer:
    """Hands the draft to the chair."""
    filled = await read_form(request, MoveForm)
    form = filled.value or MoveForm()
    try:
        await changes.send_to_chair(
            who_of(request),
            meeting_id,
            form.version,
            now=now_of(request),
            base_url=request.app.state.settings.base_url,
            submission_key=form.submission_key,
        )
    except Refused as refusal:
        return await _show(request, meeting_id, errors={"sending": refusal.sentence}, status=422)
    await flash(request, "The draft is with the chair.")
    return see_other(f"/meetings/{meeting_id}/minutes")


@post(f"{MINUTES}/return", opt=needs(Permission.APPROVE_MINUTES), status_code=303)
async def give_back(request: Request[Any, Any, Any], meeting_id: FromPath[int]) -> Answer:
    """Returns the draft to the minute taker with remarks."""
    filled = await read_form(request, MoveForm)
    form = filled.value or MoveForm()
    try:
        await changes.return_to_taker(
            who_of(request),
            meeting_id,
            form.version,
            form.remarks,
            now=now_of(request),
            base_url=request.app.state.settings.base_url,
            submission_key=form.submission_key,
        )
    except Refused as refusal:
        return await _show(
            request, meeting_id, errors={"remarks": refusal.sentence}, given=filled.given, status=422
        )
    await flash(request, "The draft is back with the minute taker, with your remarks.")
    return see_other(f"/meetings/{meeting_id}/minutes")


@post(f"{MINUTES}/approval", opt=needs(Permission.APPROVE_MINUTES), status_code=303)
async def approve(request: Request[Any, Any, Any], meeting_id: FromPath[int]) -> Answer:
    """Fixes the text that was read."""
    filled = await read_form(request, MoveForm)
    form = filled.value or MoveForm()
    try:
        await changes.approve_minutes(
            who_of(request),
            meeting_id,
            form.version,
            form.reading,
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Refused as refusal:
        return await _show(request, meeting_id, errors={"approval": refusal.sentence}, status=422)
    await flash(request, "The minutes are approved. Their text no longer changes.")
    return see_other(f"/meetings/{meeting_id}/minutes")


@post(f"{MINUTES}/circulation", opt=needs(Permission.CIRCULATE_MINUTES), status_code=303)
async def circulate(request: Request[Any, Any, Any], meeting_id: FromPath[int]) -> Answer:
    """Opens the minutes to the panel and tells everybody."""
    filled = await read_form(request, MoveForm)
    form = filled.value or MoveForm()
    told = await changes.circulate_minutes(
        who_of(request),
        meeting_id,
        form.version,
        form.recipients,
        now=now_of(request),
        base_url=request.app.state.settings.base_url,
        submission_key=form.submission_key,
    )
    people = "1 person is" if told == 1 else f"{told} people are"
    await flash(request, f"The minutes are circulated. {people} told by e-mail.")
    return see_other(f"/meetings/{meeting_id}/minutes")


@post(f"{MINUTES}/filing", opt=needs(Permission.CIRCULATE_MINUTES), status_code=303)
async def file(request: Request[Any, Any, Any], meeting_id: FromPath[int]) -> Answer:
    """Notes that the minutes are on each child's record."""
    filled = await read_form(request, MoveForm)
    await changes.mark_filed(
        who_of(request),
        meeting_id,
        now=now_of(request),
        submission_key=filled.given.get("submission_key"),
    )
    await flash(request, "The minutes are marked as filed on the children’s records.")
    return see_other(f"/meetings/{meeting_id}/minutes")


ROUTES = [
    minutes_home,
    text,
    end_meeting,
    unreached,
    send,
    give_back,
    approve,
    circulate,
    file,
    *promptness.ROUTES,
    *quality.ROUTES,
    *discussion.ROUTES,
    *documents.ROUTES,
    *extracts.ROUTES,
    *live.ROUTES,
    *circulation.ROUTES,
    *corrections.ROUTES,
    *acceptance.ROUTES,
    *revisions.ROUTES,
]
