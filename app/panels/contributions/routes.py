"""`/meetings/{id}/contributions`: an agency's list of children to research, one form for each, and who has answered."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.history.changes import record_read
from app.lifecycle import MovedOn, Refused, Stale
from app.panels.agenda.queries import terms_of
from app.panels.contributions.changes import remind_agencies, say_nothing_known, write_contribution
from app.panels.contributions.forms import ContributionForm
from app.panels.contributions.pages import both_texts, item_page
from app.panels.contributions.queries import agencies_asked, contributions_to, items_for, told_by_guests
from app.panels.contributions.rules import (
    agency_asked_through,
    due_on,
    lines_of,
    progress_of,
    sees_progress,
    why_closed,
)
from app.panels.contributions.words import nobody_seated_for, owed_words, waiting_words
from app.panels.meetings.queries import meeting_for
from app.panels.words import counted
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
LIST = "/meetings/{meeting_id:int}/contributions"


@get(LIST, opt=needs(Permission.SEE_CONTRIBUTIONS))
async def contributions(request: Asked, meeting_id: FromPath[int]) -> Template:
    return await _list(request, meeting_id)


async def _list(
    request: Asked, meeting_id: int, *, errors: dict[str, str] | None = None, status: int = 200
) -> Template:
    """The list of the person's own agency and, for whoever runs the panel, how far every agency has come."""
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id, Permission.SEE_CONTRIBUTIONS)
        items = [] if meeting.status == "planned" else await items_for(who, meeting)
        written = await contributions_to(meeting, items)
        terms = await terms_of(meeting)
        agencies = await agencies_asked(meeting, terms.required_agencies)
        guests = await told_by_guests(meeting, items) if sees_progress(who, meeting) else []
        if items:
            await record_read(
                who.person_id,
                "contributions",
                [meeting.id],
                now=now,
                children=[item.child_id for item in items if item.child_id],
            )
    agency_id = agency_asked_through(who, meeting.panel_id)
    mine = lines_of(meeting, items, written, agency_id) if agency_id else []
    progress = progress_of(agencies, items, written)
    is_open = why_closed(meeting) is None
    return page(
        request,
        "panels/contributions.html",
        status=status,
        meeting=meeting,
        items=items,
        lines=mine,
        agency_name=next((one.name for one in agencies if one.id == agency_id), ""),
        owed=owed_words(mine),
        free=[line for line in mine if line.contribution is None],
        progress=progress if sees_progress(who, meeting) else [],
        waiting=waiting_words(progress),
        guests=guests,
        nobody=nobody_seated_for(agencies, terms.required_agencies),
        may_remind=is_open and permits(who, Permission.PREPARE_AGENDA, meeting.scope),
        to_remind=[one for one in progress if one.may_be_reminded(today_of(request))],
        due_on=due_on(meeting.starts_at),
        is_open=is_open,
        closed=why_closed(meeting),
        errors=errors or {},
    )


class NothingKnownForm(Form):
    item: list[int] = []
    only: int | None = None
    """The button beside one line: this one alone, whatever is ticked."""


@post(f"{LIST}/nothing-known", opt=needs(Permission.CONTRIBUTE))
async def nothing_known(request: Asked, meeting_id: FromPath[int]) -> Answer:
    who = who_of(request)
    await meeting_for(who, meeting_id)
    filled = await read_form(request, NothingKnownForm, lists=("item",))
    form = filled.value or NothingKnownForm()
    try:
        answered, left = await say_nothing_known(
            who,
            meeting_id,
            [form.only] if form.only else form.item,
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Refused as problem:
        errors = problem.errors or {"": problem.sentence}
        return await _list(request, meeting_id, errors=errors, status=422)
    except MovedOn as problem:
        return await _list(request, meeting_id, errors={"": str(problem)}, status=409)
    words = f"“Nothing known” has been sent for {counted(answered, 'item')}."
    if left:
        verb = "has" if left == 1 else "have"
        words = f"{words} {counted(left, 'other')} {verb} been begun by a colleague and stayed as it was."
    await flash(request, words)
    return see_other(f"/meetings/{meeting_id}/contributions")


@get(LIST + "/{item_id:int}", opt=needs(Permission.SEE_CONTRIBUTIONS))
async def contribution(request: Asked, meeting_id: FromPath[int], item_id: FromPath[int]) -> Template:
    meeting = await meeting_for(who_of(request), meeting_id, Permission.SEE_CONTRIBUTIONS)
    return await item_page(request, meeting, item_id)


@post(LIST + "/{item_id:int}", opt=needs(Permission.CONTRIBUTE))
async def write(request: Asked, meeting_id: FromPath[int], item_id: FromPath[int]) -> Answer:
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id, Permission.SEE_CONTRIBUTIONS)
    filled = await read_form(request, ContributionForm)
    if filled.value is None:
        return await item_page(
            request, meeting, item_id, given=filled.given, errors=filled.errors, status=422
        )
    form = filled.value
    if form.version is None:
        sentence = "This did not say which text it was based on, so it was not put over the stored one."
        return await both_texts(request, meeting, item_id, form.written, sentence, status=428)
    try:
        await write_contribution(
            who,
            meeting_id,
            item_id,
            form.written,
            seen=form.version,
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Stale as problem:
        return await both_texts(request, meeting, item_id, form.written, str(problem), status=409)
    except (Refused, MovedOn) as problem:
        errors = problem.errors if isinstance(problem, Refused) else {}
        status = 422 if isinstance(problem, Refused) else 409
        again = await meeting_for(who, meeting_id, Permission.SEE_CONTRIBUTIONS)
        return await item_page(
            request, again, item_id, given=filled.given, errors=errors or {"": str(problem)}, status=status
        )
    await flash(
        request,
        "Your draft has been saved. Nobody outside your agency sees it." if form.draft else "Sent.",
    )
    return see_other(f"/meetings/{meeting_id}/contributions" + (f"/{item_id}" if form.draft else ""))


class ReminderForm(Form):
    agency: list[int] = []


@post(f"{LIST}/reminders", opt=needs(Permission.PREPARE_AGENDA))
async def remind(request: Asked, meeting_id: FromPath[int]) -> Answer:
    who = who_of(request)
    await meeting_for(who, meeting_id, Permission.PREPARE_AGENDA)
    filled = await read_form(request, ReminderForm, lists=("agency",))
    form = filled.value or ReminderForm()
    try:
        reminded = await remind_agencies(
            who,
            meeting_id,
            form.agency,
            address=request.app.state.settings.base_url,
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except (Refused, MovedOn) as problem:
        status = 422 if isinstance(problem, Refused) else 409
        return await _list(request, meeting_id, errors={"": str(problem)}, status=status)
    await flash(
        request,
        f"{counted(reminded, 'agency', 'agencies')} {'is' if reminded == 1 else 'are'} reminded by e-mail.",
    )
    return see_other(f"/meetings/{meeting_id}/contributions")


ROUTES = [contributions, nothing_known, remind, contribution, write]
