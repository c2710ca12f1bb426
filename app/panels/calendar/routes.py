"""`/calendar`: a person's coming meetings and their private address; the feed itself; one meeting to download."""

import hashlib
from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.access import Permission
from app.lifecycle import Invisible
from app.panels.calendar.feeds import make_feed, note_feed_read, revoke_feed
from app.panels.calendar.queries import entries_of, feed_of, living_feed
from app.panels.calendar.rules import calendar_text, meeting_entry
from app.panels.meetings.queries import meeting_for
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs, public
from app.web.sessions import hash_token

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]

LOOK_BACK = timedelta(days=60)
"""How long past meetings stay in a feed."""
ENDING = ".ics"


@get("/calendar", opt=needs(Permission.USE_SERVICE))
async def calendar_page(request: Asked) -> Template:
    return await _calendar(request)


async def _calendar(request: Asked, *, made: str = "") -> Template:
    who, now, address = who_of(request), now_of(request), _address(request)
    entries = [
        {
            "summary": entry.summary,
            "starts_at": entry.starts_at,
            "place": entry.place,
            "path": entry.url.removeprefix(address),
        }
        for entry in await entries_of(who.person_id, address, now)
        if not entry.is_cancelled
    ]
    return page(
        request,
        "panels/calendar.html",
        entries=sorted(entries, key=lambda entry: entry["starts_at"]),
        feed=await living_feed(who.person_id),
        made=made,
    )


@post("/calendar/address", opt=needs(Permission.USE_SERVICE), status_code=200)
async def make_address(request: Asked) -> Answer:
    """The new address is on this answer alone: only its hash is kept."""
    filled = await read_form(request, Form)
    key = filled.value.submission_key if filled.value else None
    token = await make_feed(who_of(request), now=now_of(request), submission_key=key)
    return await _calendar(request, made=f"{_address(request)}/calendar/{token}{ENDING}")


@post("/calendar/address/ending", opt=needs(Permission.USE_SERVICE))
async def end_address(request: Asked) -> Answer:
    filled = await read_form(request, Form)
    key = filled.value.submission_key if filled.value else None
    if await revoke_feed(who_of(request), now=now_of(request), submission_key=key):
        await flash(request, "Your calendar address no longer works.")
    return see_other("/calendar")


@get("/calendar/{token:str}", opt=public())
async def feed(request: Asked, token: FromPath[str]) -> Response[Any]:
    """The token is the credential. Revoked, unknown and a disabled person's are all not found.

    All that is written is when it was read last, so that its owner sees whether somebody still reads it.
    """
    found = await feed_of(hash_token(token.removesuffix(ENDING))) if token.endswith(ENDING) else None
    if found is None:
        raise Invisible
    await note_feed_read(found, now_of(request))
    entries = await entries_of(found.person_id, _address(request), now_of(request) - LOOK_BACK)
    body = calendar_text(entries, name="Homeward")
    mark = f'W/"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    if mark in [one.strip() for one in request.headers.get("if-none-match", "").split(",")]:
        return Response(None, status_code=304, headers={"ETag": mark})
    return _ics(body, "homeward", {"ETag": mark})


@get("/meetings/{meeting_id:int}/meeting.ics", opt=needs(Permission.SEE_MEETING))
async def download(request: Asked, meeting_id: FromPath[int]) -> Response[Any]:
    meeting = await meeting_for(who_of(request), meeting_id)
    body = calendar_text([meeting_entry(meeting, _address(request), now_of(request))])
    return _ics(body, f"meeting-{meeting.id}")


def _ics(body: str, name: str, headers: dict[str, str] | None = None) -> Response[Any]:
    return Response(
        body.encode(),
        media_type="text/calendar",
        headers={"Content-Disposition": f'attachment; filename="{name}{ENDING}"', **(headers or {})},
    )


def _address(request: Asked) -> str:
    address: str = request.app.state.settings.base_url
    return address


ROUTES = [calendar_page, make_address, end_address, feed, download]
