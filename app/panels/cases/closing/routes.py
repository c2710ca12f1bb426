"""`/cases/{id}/closing` and `/cases/{id}/reopening`: closing a case by hand, and taking that back."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app import database
from app.access import Permission
from app.history.changes import record_read
from app.lifecycle import MovedOn, Refused
from app.panels.cases.closing.changes import close_by_hand, reopen_case
from app.panels.cases.closing.queries import open_matters
from app.panels.cases.closing.rules import RECENT_DAYS
from app.panels.cases.queries import case_for, case_head, has_later_case, next_cases, review_before_closing
from app.panels.cases.rules import CLOSURE_REASONS, LONGEST_WORDS
from app.panels.fields import Day
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
TOO_LONG = f"Use {LONGEST_WORDS:,} characters or fewer"


class ClosingForm(Form):
    blank: ClassVar[dict[str, str]] = {"closed_on": "Enter the day on which the case is closed"}
    wrong: ClassVar[dict[str, str]] = {
        "rationale": TOO_LONG,
        "despite": TOO_LONG,
    }
    version: int = 0
    closed_on: Day
    reason: str = ""
    rationale: str = Field(default="", max_length=LONGEST_WORDS)
    despite: str = Field(default="", max_length=LONGEST_WORDS)


@get("/cases/{case_id:int}/closing", opt=needs(Permission.DECIDE_CASE))
async def closing_page(request: Asked, case_id: FromPath[int]) -> Template:
    return await _closing(request, case_id)


async def _closing(request: Asked, case_id: int, *, status: int = 200, **context: Any) -> Template:
    who, now, today = who_of(request), now_of(request), today_of(request)
    async with database.transaction():
        case = await case_for(who, case_id, Permission.DECIDE_CASE)
        head = await case_head(case_id, today)
        if case.closed_on:
            raise MovedOn("This case is closed already. Nothing was changed.")
        matters = (await open_matters(who, case.panel_id, {case.child_id: today}, today))[case.child_id]
        await record_read(who.person_id, "panel case", [case_id], now=now, children=[case.child_id])
    return page(
        request,
        "panels/case-closing.html",
        status=status,
        **{
            "case": case,
            "head": head,
            "matters": matters,
            "recent_days": RECENT_DAYS,
            "reasons": CLOSURE_REASONS,
            "errors": {},
            "given": {},
            **context,
        },
    )


@post("/cases/{case_id:int}/closing", opt=needs(Permission.DECIDE_CASE), status_code=303)
async def close(request: Asked, case_id: FromPath[int]) -> Answer:
    who = who_of(request)
    await case_for(who, case_id, Permission.DECIDE_CASE)
    filled = await read_form(request, ClosingForm)
    errors, form = filled.errors, filled.value
    if form is not None:
        try:
            await close_by_hand(
                who,
                case_id,
                form.version,
                closed_on=form.closed_on,
                reason=form.reason,
                rationale=form.rationale,
                despite=form.despite,
                now=now_of(request),
                submission_key=form.submission_key,
            )
        except Refused as problem:
            errors = problem.errors
    if errors:
        return await _closing(request, case_id, status=422, errors=errors, given=filled.given)
    await flash(request, "The case is closed.")
    return see_other(f"/cases/{case_id}")


class ReopeningForm(Form):
    wrong: ClassVar[dict[str, str]] = {
        "rationale": TOO_LONG,
    }
    version: int = 0
    rationale: str = Field(default="", max_length=LONGEST_WORDS)
    next_review_on: Day | None = None


@get("/cases/{case_id:int}/reopening", opt=needs(Permission.DECIDE_CASE))
async def reopening_page(request: Asked, case_id: FromPath[int]) -> Template:
    return await _reopening(request, case_id)


async def _reopening(request: Asked, case_id: int, *, status: int = 200, **context: Any) -> Template:
    who, now, today = who_of(request), now_of(request), today_of(request)
    async with database.transaction():
        case = await case_for(who, case_id, Permission.DECIDE_CASE)
        head = await case_head(case_id, today)
        if case.closed_on is None:
            raise MovedOn("This case is open. Nothing was changed.")
        review = await review_before_closing(case_id)
        await record_read(who.person_id, "panel case", [case_id], now=now, children=[case.child_id])
        later, went_on = await has_later_case(case), await next_cases(case_id)
    return page(
        request,
        "panels/case-reopening.html",
        status=status,
        **{
            "case": case,
            "head": head,
            "has_later_case": later,
            "went_on": went_on,
            "review": review if review and review >= today else None,
            "reasons": CLOSURE_REASONS,
            "errors": {},
            "given": {},
            **context,
        },
    )


@post("/cases/{case_id:int}/reopening", opt=needs(Permission.DECIDE_CASE), status_code=303)
async def reopen(request: Asked, case_id: FromPath[int]) -> Answer:
    who = who_of(request)
    await case_for(who, case_id, Permission.DECIDE_CASE)
    filled = await read_form(request, ReopeningForm)
    errors, form = filled.errors, filled.value
    if form is not None:
        try:
            await reopen_case(
                who,
                case_id,
                form.version,
                rationale=form.rationale,
                next_review_on=form.next_review_on,
                now=now_of(request),
                submission_key=form.submission_key,
            )
        except Refused as problem:
            errors = problem.errors
    if errors:
        return await _reopening(request, case_id, status=422, errors=errors, given=filled.given)
    await flash(request, "The case is open again.")
    return see_other(f"/cases/{case_id}")


ROUTES: list[Any] = [closing_page, close, reopening_page, reopen]
