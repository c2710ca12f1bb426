"""The page on which one item is minuted, its saves, and both texts when a save came late."""

import secrets
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Identity, Permission
from app.episodes.queries import levels_on
from app.history.changes import record_read
from app.lifecycle import MovedOn, Stale
from app.london import LONDON, london_date
from app.minutes.discussion.changes import save_discussion
from app.minutes.discussion.form import CHOICE_OF, FilledDiscussion, fill, read_said
from app.minutes.discussion.page import ItemPage, item_page
from app.minutes.discussion.queries import Discussion, discussion_for
from app.minutes.discussion.rules import Said, section_of_contributions, sections_for
from app.minutes.fixed_text.rules import printed_item, readable
from app.minutes.queries import item_lines, minutes_of
from app.minutes.revisions.queries import saved_text
from app.minutes.revisions.rules import Attempt, differences
from app.minutes.rules import why_text_is_fixed
from app.panels.contributions.queries import contributions_for
from app.panels.contributions.words import text_for_minutes
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import hidden_items
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
ITEM = "/meetings/{meeting_id:int}/minutes/items/{item_id:int}"
BRING_IN = "bring-in"
"""The button that saves the text with the agencies' contributions after it."""


@get(ITEM, opt=needs(Permission.TAKE_MINUTES))
async def item(request: Request[Any, Any, Any], meeting_id: FromPath[int], item_id: FromPath[int]) -> Answer:
    """One item with everything that helps to minute it."""
    who = who_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id, Permission.TAKE_MINUTES)
        shown = await item_page(who_of(request), meeting, item_id, today_of(request))
        shown = shown.beside((await contributions_for(who, meeting, item_id)).get(item_id, []))
        await record_read(
            who.person_id, "minutes", [meeting_id], now=now_of(request), children=shown.child_ids
        )
    return _show(request, shown)


def _show(
    request: Request[Any, Any, Any],
    shown: ItemPage,
    *,
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    return page(
        request,
        "minutes/item.html",
        status=status,
        shown=shown,
        meeting=shown.meeting,
        discussion=shown.discussion,
        texts=given if given is not None else shown.said.flat(),
        errors=errors or {},
        editing=secrets.token_urlsafe(9),
        saved_clock=_clock(shown.discussion.saved_at) if shown.discussion.saved_at else "",
        printed=readable(printed_item(shown.meeting.panel_kind, shown.printed, [])) if shown.fixed else None,
    )


@post(ITEM, opt=needs(Permission.TAKE_MINUTES), status_code=303)
async def save(request: Request[Any, Any, Any], meeting_id: FromPath[int], item_id: FromPath[int]) -> Answer:
    """Saves the text, by the button or by itself while it is typed (then it answers with a few words of JSON)."""
    who, now = who_of(request), now_of(request)
    form = await request.form()
    filled = fill({key: value for key, value in form.items() if isinstance(value, str)})
    saved = refusal = None
    try:
        async with database.transaction():
            meeting = await meeting_for(who, meeting_id, Permission.TAKE_MINUTES)
            stored, base = await _base(who, meeting, item_id, filled)
            said, errors = read_said(filled, base, await levels_on(london_date(meeting.starts_at)))
            if form.get("go") == BRING_IN:
                said = await _with_contributions(request, meeting, stored, said)
            if filled.version is not None and not errors:
                attempt = Attempt(filled.version, said, who.person_id, filled.editing, filled.edits)
                saved = await save_discussion(who, meeting_id, item_id, attempt, now=now, known=stored)
    except (Stale, MovedOn) as problem:
        refusal = problem
    if saved is None and not errors:
        status = 428 if filled.version is None else 409
        sentence = str(refusal) if isinstance(refusal, MovedOn) else ""
        return await _both_texts(request, meeting, stored, base, said, status, sentence)
    if saved is None:
        return await _refused(request, meeting, item_id, said, filled, errors)
    if _saves_itself(request):
        return _json({"version": saved.version, "saved_at": _clock(saved.saved_at), "stands": saved.stands})
    await flash(request, f"Saved at {_clock(saved.saved_at)}.")
    return see_other(await _next_path(who, meeting, item_id, str(form.get("go") or "")))


async def _with_contributions(
    request: Request[Any, Any, Any], meeting: MeetingFacts, item: Discussion, said: Said
) -> Said:
    """The text with what agencies sent about the item after it, each with its source."""
    key = section_of_contributions(sections_for(meeting.panel_kind, item.kind))
    sent = (await contributions_for(who_of(request), meeting, item.item_id)).get(item.item_id, [])
    return said.with_texts({key: text_for_minutes(sent, said.flat().get(key, ""))}) if key else said


async def _base(
    who: Identity, meeting: MeetingFacts, item_id: int, filled: FilledDiscussion
) -> tuple[Discussion, Said]:
    """What is stored now, and the text that the form was based on: fields that did not come keep that one's value."""
    stored = await discussion_for(who, meeting.id, item_id)
    if filled.version in (None, stored.version):
        return stored, stored.said
    if not stored.id:
        return stored, Said()
    earlier = await saved_text(stored.id, filled.version or 0)
    return stored, earlier.revision.said if earlier else Said()


async def _refused(
    request: Request[Any, Any, Any],
    meeting: MeetingFacts,
    item_id: int,
    said: Said,
    filled: FilledDiscussion,
    errors: dict[str, str],
) -> Answer:
    if _saves_itself(request):
        return _json({"problem": next(iter(errors.values()))}, 422)
    async with database.transaction():
        shown = await item_page(who_of(request), meeting, item_id, today_of(request))
        shown = shown.beside((await contributions_for(who_of(request), meeting, item_id)).get(item_id, []))
    return _show(
        request,
        shown.based_on(filled.version or 0),
        given=said.flat() | filled.texts,
        errors=errors,
        status=422,
    )


async def _both_texts(
    request: Request[Any, Any, Any],
    meeting: MeetingFacts,
    stored: Discussion,
    base: Said,
    mine: Said,
    status: int,
    sentence: str = "",
) -> Answer:
    """The stored text and the one that came, side by side, with a form to save them as one."""
    async with database.transaction():
        stored = await discussion_for(who_of(request), meeting.id, stored.item_id)
        if _saves_itself(request):
            told = {"problem": sentence or _why(stored, status), "version": stored.version}
            return _json(told | {"fixed": bool(sentence)}, status)
        minutes = await minutes_of(meeting.id)
        await record_read(
            who_of(request).person_id,
            "minutes",
            [meeting.id],
            now=now_of(request),
            children=[stored.child_id] if stored.child_id else [],
        )
        levels = await levels_on(london_date(meeting.starts_at))
    theirs = stored.said
    fixed = why_text_is_fixed(minutes.status, meeting.status, stored.item_status)
    return page(
        request,
        "minutes/both_texts.html",
        status=status,
        meeting=meeting,
        discussion=stored,
        differences=sorted(differences(base, theirs, mine), key=lambda one: not one.clash),
        sentence=sentence or _why(stored, status),
        fixed=fixed,
        level_choices=[(level, level.capitalize()) for level in levels],
        choices=CHOICE_OF,
        editing=secrets.token_urlsafe(9),
    )


def _why(stored: Discussion, status: int) -> str:
    if status == 428:
        return "This save did not say which text it was based on, so it was not put over the stored one."
    return f"{stored.saved_by_name or 'Someone'} saved another text of this item while you were writing."


def _saves_itself(request: Request[Any, Any, Any]) -> bool:
    accepted = request.headers.get("accept", "")
    return "x-autosave" in request.headers or ("application/json" in accepted and "text/html" not in accepted)


def _json(values: dict[str, Any], status: int = 200) -> Response[Any]:
    return Response(values, status_code=status, media_type="application/json")


def _clock(instant: datetime) -> str:
    return f"{instant.astimezone(LONDON):%H:%M:%S}"


async def _next_path(who: Identity, meeting: MeetingFacts, item_id: int, go: str) -> str:
    """Where the button leads: the same item, the next one, or after the last one the overview."""
    if go != "next":
        return f"/meetings/{meeting.id}/minutes/items/{item_id}"
    hidden = await hidden_items(who, meeting.id)
    ids = [line.id for line in await item_lines(meeting.id) if line.id not in hidden]
    later = ids[ids.index(item_id) + 1 :] if item_id in ids else []
    return f"/meetings/{meeting.id}/minutes/items/{later[0]}" if later else f"/meetings/{meeting.id}/minutes"


ROUTES = [item, save]
