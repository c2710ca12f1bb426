"""What open pages ask and say while several people take minutes: signs of life, news, the text that stands now."""

import json
from collections.abc import AsyncIterator
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from app import database
from app.access import Identity, Permission
from app.history.changes import record_read
from app.london import LONDON
from app.minutes.discussion.queries import discussion_for
from app.minutes.discussion.rules import EVERY_SECTION, FIELD_HEADINGS, MARKABLE, clean_text
from app.minutes.live.changes import be_present, go_away
from app.minutes.live.queries import marks_of, present_in
from app.minutes.live.rules import LONGEST_PAGE, told
from app.minutes.live.streams import Streams
from app.minutes.marking.queries import choices_for
from app.minutes.marking.rules import hidden_keys, seen_by
from app.panels.meetings.queries import meeting_for
from app.panels.restricting.queries import hidden_items
from app.web.pages import now_of, who_of
from app.web.routing import needs
from app.web.sessions import cookie_name, signed_in

Answer = Response[Any]
LIVE = "/meetings/{meeting_id:int}/minutes/live"
LATEST = "/meetings/{meeting_id:int}/minutes/items/{item_id:int}/latest"
PASSIVE = needs(Permission.TAKE_MINUTES, passive=True)
"""Pages ask by themselves, also when nobody sits before them: that must not keep a session alive."""


@get(LIVE, opt=PASSIVE | {"uncompressed": True})
async def live(request: Request[Any, Any, Any], meeting_id: FromPath[int]) -> Answer:
    """The news as a stream for whoever asks for one; else how it is now, as JSON."""
    who = who_of(request)
    async with database.transaction():
        await meeting_for(who, meeting_id, Permission.TAKE_MINUTES)
        if "text/event-stream" not in request.headers.get("accept", ""):
            return _json(await _news(request, who, meeting_id))
    token = request.cookies[cookie_name(request.app.state.settings)]
    return ServerSentEvent(_events(request.app.state.streams, token, meeting_id))


async def _events(streams: Streams, token: str, meeting_id: int) -> AsyncIterator[ServerSentEventMessage]:
    with streams.joined(token, meeting_id) as stream:
        yield ServerSentEventMessage(comment="open", data=None, retry=2000)
        while True:
            kind, words = await stream.next()
            if kind:
                yield ServerSentEventMessage(event=kind, data=words)
            else:
                yield ServerSentEventMessage(comment="here", data=None)
            if kind == "ended":
                return


@post(LIVE, opt=PASSIVE, status_code=200)
async def be_there(request: Request[Any, Any, Any], meeting_id: FromPath[int]) -> Answer:
    """A page's sign of life: which item it has open; answered with how it is now, for pages without a stream."""
    who, now = who_of(request), now_of(request)
    found = signed_in(request)
    assert found is not None
    form = await request.form()
    page, item = clean_text(str(form.get("page") or ""))[:LONGEST_PAGE], str(form.get("item") or "")
    async with database.transaction():
        await meeting_for(who, meeting_id, Permission.TAKE_MINUTES)
        if page and form.get("leaving"):
            await go_away(found.session_hash, page)
        elif page:
            item_id = int(item) if item.isascii() and item.isdecimal() and len(item) < 19 else None
            await be_present(who, found.session_hash, page, meeting_id, item_id, now=now)
        return _json(await _news(request, who, meeting_id))


async def _news(request: Request[Any, Any, Any], who: Identity, meeting_id: int) -> dict[str, Any]:
    present = await present_in(meeting_id, now_of(request))
    return told(who.person_id, present, await marks_of(meeting_id), await hidden_items(who, meeting_id))


@get(LATEST, opt=PASSIVE)
async def latest(
    request: Request[Any, Any, Any], meeting_id: FromPath[int], item_id: FromPath[int]
) -> Answer:
    """The text of an item as it stands, field by field, for a page that has it open."""
    who = who_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id, Permission.TAKE_MINUTES)
        stored = await discussion_for(who, meeting_id, item_id)
        hidden = hidden_keys(stored.said.marks, seen_by(who, meeting.panel_id))
        said = stored.said.leaving_out(hidden)
        choices = await choices_for(who, meeting.panel_id, said.marks.values())
        await record_read(
            who.person_id,
            "minutes",
            [meeting_id],
            now=now_of(request),
            children=[stored.child_id] if stored.child_id else [],
        )
    texts = dict.fromkeys((*EVERY_SECTION, *FIELD_HEADINGS), "") | said.flat()
    marks: dict[str, Any] = {}
    for key in MARKABLE:
        marks[f"source.{key}"] = str(said.mark(key).source or "")
        marks[f"readers.{key}"] = choices.chosen(said.mark(key))
    gone = {*hidden, *(f"{part}.{key}" for key in hidden for part in ("source", "readers"))}
    return _json(
        {
            "version": stored.version,
            "by": "You" if stored.saved_by == who.person_id else stored.saved_by_name or "Someone",
            "at": f"{stored.saved_at.astimezone(LONDON):%H:%M}" if stored.saved_at else "",
            "fields": {name: value for name, value in (texts | marks).items() if name not in gone},
        }
    )


def _json(values: dict[str, Any]) -> Answer:
    return Response(json.dumps(values).encode(), media_type="application/json")


ROUTES = [live, be_there, latest]
