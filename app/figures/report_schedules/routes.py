"""`/reports/schedules`: which report is made when, and who is told; whoever chooses need not be able to read it."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath

from app.access import Permission, permits
from app.episodes.schedules.pages import Answer, Asked, SchedulePages
from app.figures.report_schedules.kinds import SCHEDULED
from app.web.routing import needs

SCHEDULE = "/reports/schedules/{kind:str}"
PAGES = SchedulePages(
    SCHEDULED,
    "/reports/schedules",
    "Scheduled reports",
    "Reports whose draft is made by itself when its time has ended. Whoever is chosen gets a link by e-mail to a page "
    "that needs sign-in, never a name or a number. An officer adds words to a draft and fixes it.",
    "report",
    lambda who: ("Reports", "/reports") if permits(who, Permission.SEE_REPORT) else ("Messages", "/messages"),
)


@get("/reports/schedules", opt=needs(Permission.SCHEDULE_REPORT))
async def scheduled_reports(request: Asked) -> Answer:
    return await PAGES.overview(request)


@get(SCHEDULE, opt=needs(Permission.SCHEDULE_REPORT))
async def scheduled_report(request: Asked, kind: FromPath[str]) -> Answer:
    return await PAGES.form(request, kind)


@post(SCHEDULE, opt=needs(Permission.SCHEDULE_REPORT), status_code=303)
async def change_scheduled_report(request: Asked, kind: FromPath[str]) -> Answer:
    return await PAGES.change(request, kind)


ROUTES: list[Any] = [scheduled_reports, scheduled_report, change_scheduled_report]
