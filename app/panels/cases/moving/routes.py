"""`/cases/{id}/moving`: stepping a case down, or transferring it, to another panel."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app import database
from app.access import Permission
from app.history.changes import record_read
from app.lifecycle import MovedOn, Refused
from app.panels.cases.closing.queries import open_matters
from app.panels.cases.closing.routes import TOO_LONG
from app.panels.cases.moving.changes import pass_on
from app.panels.cases.moving.rules import WAYS, choices
from app.panels.cases.queries import case_for, case_head, targets_for
from app.panels.cases.rules import LONGEST_WORDS
from app.panels.fields import Day
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]


class MovingForm(Form):
    blank: ClassVar[dict[str, str]] = {"target": "Choose the panel where the case goes on"}
    wrong: ClassVar[dict[str, str]] = {
        "target": "Choose the panel where the case goes on",
        "rationale": TOO_LONG,
    }
    version: int = 0
    way: str = ""
    target: int
    rationale: str = Field(default="", max_length=LONGEST_WORDS)
    next_review_on: Day | None = None


@get("/cases/{case_id:int}/moving", opt=needs(Permission.DECIDE_CASE))
async def moving_page(request: Asked, case_id: FromPath[int]) -> Template:
    return await _moving(request, case_id)


async def _moving(request: Asked, case_id: int, *, status: int = 200, **context: Any) -> Template:
    who, now, today = who_of(request), now_of(request), today_of(request)
    async with database.transaction():
        case = await case_for(who, case_id, Permission.DECIDE_CASE)
        head = await case_head(case_id, today)
        if case.closed_on:
            raise MovedOn("This case is closed, so it cannot be passed on. Nothing was changed.")
        found = choices(head.panel_kind, await targets_for(case))
        matters = (await open_matters(who, case.panel_id, {case.child_id: today}, today))[case.child_id]
        await record_read(who.person_id, "panel case", [case_id], now=now, children=[case.child_id])
    return page(
        request,
        "panels/case-moving.html",
        status=status,
        **{
            "case": case,
            "head": head,
            "choices": found,
            "matters": matters,
            "errors": {},
            "given": {},
            **context,
        },
    )


@post("/cases/{case_id:int}/moving", opt=needs(Permission.DECIDE_CASE), status_code=303)
async def move(request: Asked, case_id: FromPath[int]) -> Answer:
    who = who_of(request)
    await case_for(who, case_id, Permission.DECIDE_CASE)
    filled = await read_form(request, MovingForm)
    errors, form = dict(filled.errors), filled.value
    if filled.given.get("way") not in WAYS:
        errors["way"] = "Choose whether the case steps down or is transferred"
    if form is not None and not errors:
        try:
            await pass_on(
                who,
                case_id,
                form.version,
                way=form.way,
                target_id=form.target,
                rationale=form.rationale,
                next_review_on=form.next_review_on,
                now=now_of(request),
                base_url=request.app.state.settings.base_url,
                submission_key=form.submission_key,
            )
        except Refused as problem:
            errors = problem.errors
    if errors:
        return await _moving(request, case_id, status=422, errors=errors, given=filled.given)
    await flash(
        request, "The case is closed here and goes on there. Whoever leads that panel is told by e-mail."
    )
    return see_other(f"/cases/{case_id}")


ROUTES: list[Any] = [moving_page, move]
