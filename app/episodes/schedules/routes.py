"""`/scheduled-lists`: which list goes to whom and when, for administrators; they need not be able to read it."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath

from app.access import Permission
from app.episodes.schedules.kinds import LISTS
from app.episodes.schedules.pages import Answer, Asked, SchedulePages
from app.web.routing import needs

LIST = "/scheduled-lists/{kind:str}"
PAGES = SchedulePages(
    LISTS,
    "/scheduled-lists",
    "Scheduled lists",
    "Lists of missing children, by e-mail: a link to a page that needs sign-in, never a name or a number. They go out "
    "on working days; what would fall on a bank holiday goes on the next working day.",
    "list",
    lambda who: ("Messages", "/messages"),
)


@get("/scheduled-lists", opt=needs(Permission.MANAGE_MESSAGES))
async def scheduled_lists(request: Asked) -> Answer:
    return await PAGES.overview(request)


@get(LIST, opt=needs(Permission.MANAGE_MESSAGES))
async def scheduled_list(request: Asked, kind: FromPath[str]) -> Answer:
    return await PAGES.form(request, kind)


@post(LIST, opt=needs(Permission.MANAGE_MESSAGES), status_code=303)
async def change_scheduled_list(request: Asked, kind: FromPath[str]) -> Answer:
    return await PAGES.change(request, kind)


ROUTES: list[Any] = [scheduled_lists, scheduled_list, change_scheduled_list]
