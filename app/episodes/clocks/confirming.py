"""The list of children missing for over 24 hours: still missing? Confirm it, or record the return."""

from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission
from app.episodes import queries
from app.episodes.clocks.changes import confirm_missing
from app.episodes.clocks.queries import running_clocks
from app.episodes.clocks.rules import CONFIRM_AFTER_HOURS
from app.history.changes import record_read
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
RECORD = Permission.RECORD_CHILD


class ConfirmForm(Form):
    version: int


@get("/episodes/open", opt=needs(RECORD))
async def open_episodes(request: Request[Any, Any, Any]) -> Answer:
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        away = await running_clocks(None, now, away_alone=True)
        long = [one for one in away if one.episode.started_at <= now - timedelta(hours=CONFIRM_AFTER_HOURS)]
        ids = sorted({one.child_id for one in long})
        await record_read(who.person_id, "child", ids, now=now, children=ids)
    # whoever was never asked about comes first, then whoever was asked longest ago
    long.sort(key=lambda one: (one.episode.confirmed_missing_at or one.episode.started_at, one.episode.id))
    return page(
        request,
        "episodes/open.html",
        long=long,
        shorter=len(away) - len(long),
        confirm_again=now - timedelta(hours=CONFIRM_AFTER_HOURS),
    )


@post("/episodes/{episode_id:int}/confirmation", opt=needs(RECORD), status_code=303)
async def confirm(request: Request[Any, Any, Any], episode_id: FromPath[int]) -> Answer:
    child, episode = await queries.episode_for(who_of(request), episode_id, RECORD)
    filled = await read_form(request, ConfirmForm)
    await confirm_missing(
        who_of(request),
        child,
        episode,
        version=filled.value.version if filled.value else 0,
        now=now_of(request),
        key=filled.value.submission_key if filled.value else None,
    )
    await flash(request, "Confirmed: still missing.")
    return see_other("/episodes/open")


ROUTES: list[Any] = [open_episodes, confirm]
