"""The page on which one item is minuted, its saves, and both texts when a save came late."""

import secrets
from collections.abc import Collection, Mapping
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
from app.minutes.discussion.contributed import with_contributions
from app.minutes.discussion.form import CHOICE_OF, NOT_NAMEABLE, FilledDiscussion, fill, read_said
from app.minutes.discussion.page import ItemPage, item_page
from app.minutes.discussion.queries import Discussion, discussion_for
from app.minutes.discussion.rules import Said, heading_of, section_of_contributions, sections_for
from app.minutes.fixed_text.rules import printed_item, readable
from app.minutes.marking.queries import choices_for, names_in
from app.minutes.marking.rules import hidden_keys, kept_open, seen_by
from app.minutes.queries import item_lines, minutes_of
from app.minutes.revisions.queries import saved_text
from app.minutes.revisions.rules import Attempt, differences, mark_differences
from app.minutes.rules import why_text_is_fixed
from app.panels.contributions.queries import contributions_for
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import hidden_items
from app.panels.words import listed
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
ITEM = "/meetings/{meeting_id:int}/minutes/items/{item_id:int}"
BRING_IN = "bring-in"
"""The button that saves the text with what agencies sent after it; with `-` and a number after it, with that one."""


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
    marked: Said | None = None,
) -> Template:
    """`given` and `marked`: the texts and marks that the form came with, where it is shown again."""
    return page(
        request,
        "minutes/item.html",
        status=status,
        shown=shown,
        meeting=shown.meeting,
        discussion=shown.discussion,
        texts=given if given is not None else shown.said.flat(),
        marked=marked or shown.said,
        errors=errors or {},
        editing=secrets.token_urlsafe(9),
        saved_clock=_clock(shown.discussion.saved_at) if shown.discussion.saved_at else "",
        printed=readable(printed_item(shown.meeting.panel_kind, shown.printed, [])) if shown.fixed else None,
        brought=shown.brought_in,
    )


@post(ITEM, opt=needs(Permission.TAKE_MINUTES), status_code=303)
async def save(request: Request[Any, Any, Any], meeting_id: FromPath[int], item_id: FromPath[int]) -> Answer:
    """Saves the text, by the button or by itself while it is typed (then it answers with a few words of JSON)."""
    who, now = who_of(request), now_of(request)
    form = await request.form()
    filled = fill(
        {key: value for key, value in form.items() if isinstance(value, str)},
        {key: form.getall(key) for key in form if key.startswith("readers.")},
    )
    saved = refusal = None
    try:
        async with database.transaction():
            meeting = await meeting_for(who, meeting_id, Permission.TAKE_MINUTES)
            stored, base = await _base(who, meeting, item_id, filled)
            hidden = _hidden(who, meeting, stored.said, base)
            lost = filled.typed_in(hidden, base.leaving_out(_hidden(who, meeting, base)))
            filled = filled.leaving_out(hidden)
            said, errors = await _written(who, meeting, filled, base)
            said = said.keeping(stored.said, hidden)
            said = await _with_contributions(who, meeting, stored, said, str(form.get("go") or ""), hidden)
            if filled.version is not None and not errors and not lost:
                attempt = Attempt(filled.version, said, who.person_id, filled.editing, filled.edits)
                saved = await save_discussion(who, meeting_id, item_id, attempt, now=now, known=stored)
    except (Stale, MovedOn) as problem:
        refusal = problem
    if saved is None and not errors:
        status = 428 if filled.version is None else 409
        sentence = str(refusal) if isinstance(refusal, MovedOn) else ""
        return await _both_texts(request, meeting, stored, base, said, status, sentence, lost)
    if saved is None:
        return await _refused(request, meeting, item_id, said, filled, errors)
    if _saves_itself(request):
        return _json({"version": saved.version, "saved_at": _clock(saved.saved_at), "stands": saved.stands})
    await flash(request, f"Saved at {_clock(saved.saved_at)}.")
    return see_other(await _next_path(who, meeting, item_id, str(form.get("go") or "")))


def _hidden(who: Identity, meeting: MeetingFacts, *texts: Said) -> frozenset[str]:
    """The sections that are marked for others in one of these texts."""
    sees = seen_by(who, meeting.panel_id)
    return frozenset(key for said in texts for key in hidden_keys(said.marks, sees))


async def _written(
    who: Identity, meeting: MeetingFacts, filled: FilledDiscussion, base: Said
) -> tuple[Said, dict[str, str]]:
    """What the form says on top of its base, and sentences by field; whoever restricts a section goes on reading it."""
    said, errors = read_said(filled, base, await levels_on(london_date(meeting.starts_at)))
    changed = [key for key, mark in said.marks.items() if mark != base.mark(key)]
    if not changed:
        return said, errors
    choices = await choices_for(who, meeting.panel_id, base.marks.values())
    errors |= {f"readers.{key}": NOT_NAMEABLE for key in changed if choices.refuses(said.marks[key])}
    sees = seen_by(who, meeting.panel_id)
    return said.with_marks(kept_open(said.marks, base.marks, who.person_id, sees)), errors


async def _with_contributions(
    who: Identity, meeting: MeetingFacts, item: Discussion, said: Said, go: str, hidden: Collection[str]
) -> Said:
    """The text with the contribution, or all of them, that a button asked for, each with its source."""
    key = section_of_contributions(sections_for(meeting.panel_kind, item.kind))
    if not go.startswith(BRING_IN) or not key or key in hidden:
        return said
    sent = (await contributions_for(who, meeting, item.item_id)).get(item.item_id, [])
    wanted = go.removeprefix(BRING_IN).removeprefix("-")
    return with_contributions(said, key, sent, [one for one in sent if wanted in ("", str(one.id))])


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
        said = said.leaving_out(shown.hidden)
        shown = shown.beside((await contributions_for(who_of(request), meeting, item_id)).get(item_id, []))
    return _show(
        request,
        shown.based_on(filled.version or 0),
        given=said.flat() | filled.texts,
        errors=errors,
        status=422,
        marked=said,
    )


async def _both_texts(
    request: Request[Any, Any, Any],
    meeting: MeetingFacts,
    stored: Discussion,
    base: Said,
    mine: Said,
    status: int,
    sentence: str = "",
    lost: Mapping[str, str] | None = None,
) -> Answer:
    """The stored text and the one that came, side by side, with a form to save them as one.

    `lost`: what was typed into sections that are for others by now; it is shown to be copied.
    """
    async with database.transaction():
        stored = await discussion_for(who_of(request), meeting.id, stored.item_id)
        why = sentence or _why(stored, status, lost or {})
        if _saves_itself(request):
            told = {"problem": why, "version": stored.version}
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
        hidden = _hidden(who_of(request), meeting, stored.said, base)
        base, theirs, mine = (said.leaving_out(hidden) for said in (base, stored.said, mine))
        marked = mark_differences(base, theirs, mine)
        names = await names_in(mark for one in marked for mark in (one.theirs, one.mine))
    fixed = why_text_is_fixed(minutes.status, meeting.status, stored.item_status)
    return page(
        request,
        "minutes/both_texts.html",
        status=status,
        meeting=meeting,
        discussion=stored,
        differences=sorted(differences(base, theirs, mine), key=lambda one: not one.clash),
        marked=marked,
        names=names,
        lost={heading_of(key): text for key, text in (lost or {}).items()},
        sentence=why,
        fixed=fixed,
        level_choices=[(level, level.capitalize()) for level in levels],
        choices=CHOICE_OF,
        editing=secrets.token_urlsafe(9),
    )


def _why(stored: Discussion, status: int, lost: Mapping[str, str]) -> str:
    if lost:
        headings = listed([f"“{heading_of(key)}”" for key in sorted(lost)])
        return f"{headings} can be read by others only by now, so what you wrote there was not saved."
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
    """Where the button leads: the same item, its actions, the next one, or after the last one the overview."""
    if go == "actions":
        return f"/meetings/{meeting.id}/items/{item_id}/actions"
    if go != "next":
        return f"/meetings/{meeting.id}/minutes/items/{item_id}"
    hidden = await hidden_items(who, meeting.id)
    ids = [line.id for line in await item_lines(meeting.id) if line.id not in hidden]
    later = ids[ids.index(item_id) + 1 :] if item_id in ids else []
    return f"/meetings/{meeting.id}/minutes/items/{later[0]}" if later else f"/meetings/{meeting.id}/minutes"


ROUTES = [item, save]
