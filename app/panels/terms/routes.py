"""`/panels/{slug}/terms`: the terms of reference, every version of them, and a new one."""

from datetime import date
from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.access import Permission, permits
from app.episodes.queries import levels_on
from app.lifecycle import Refused, Stale
from app.panels.fields import Day
from app.panels.meetings.rules import read_day
from app.panels.standing.queries import panel_for, versions_of_terms
from app.panels.standing.rules import scope_of, term_changes, term_lines
from app.panels.terms.changes import terms_mark, write_terms
from app.panels.terms.rules import StandingPanel, by_path, settings_of
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]


class TermsForm(Form):
    blank: ClassVar[dict[str, str]] = {"holds_from": "Enter the day from which the terms hold"}
    holds_from: Day
    seen: str = ""


@get("/panels/{slug:str}/terms", opt=needs(Permission.SEE_PANEL))
async def terms_page(request: Asked, slug: FromPath[str]) -> Template:
    """Every version of the terms of reference, the latest first; with a day (`on`) it says which held then."""
    panel = await panel_for(who_of(request), slug)
    versions = await versions_of_terms(panel.id)
    on = _day_asked(request.query_params.get("on", ""))
    earlier = [row.overrides for row in versions[1:]] + [{}]
    return page(
        request,
        "panels/terms.html",
        panel=panel,
        versions=[
            (
                row,
                [line for line in term_lines(panel.kind, row.overrides) if line.default],
                term_changes(panel.kind, before, row.overrides),
            )
            for row, before in zip(versions, earlier, strict=False)
        ],
        on=on,
        held=next((row for row in versions if on and row.holds_from <= on), None),
        may_plan=permits(who_of(request), Permission.PLAN_MEETING, scope_of(panel.id)),
        may_manage=permits(who_of(request), Permission.MANAGE_PANEL, scope_of(panel.id)),
    )


def _day_asked(text: str) -> date | None:
    try:
        return read_day(text)
    except ValueError:
        return None


@get("/panels/{slug:str}/terms/new", opt=needs(Permission.MANAGE_PANEL))
async def new_terms(request: Asked, slug: FromPath[str]) -> Template:
    """The form, filled with what holds now; the planner's numbers come in the address."""
    panel = await panel_for(who_of(request), slug, Permission.MANAGE_PANEL)
    versions = await versions_of_terms(panel.id)
    own = by_path(versions[0].overrides) if versions else {}
    known = {setting.path for setting in settings_of(panel.kind)}
    tried = {path: value for path, value in request.query_params.items() if path in known}
    return await _terms_form(request, panel, given=own | tried | {"seen": terms_mark(versions)})


async def _terms_form(
    request: Asked,
    panel: StandingPanel,
    *,
    given: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    return page(
        request,
        "panels/new-terms.html",
        status=status,
        panel=panel,
        settings=settings_of(panel.kind),
        levels=await levels_on(today_of(request)),
        given=given,
        errors=errors or {},
    )


@post("/panels/{slug:str}/terms", opt=needs(Permission.MANAGE_PANEL))
async def save_terms(request: Asked, slug: FromPath[str]) -> Answer:
    panel = await panel_for(who_of(request), slug, Permission.MANAGE_PANEL)
    settings = settings_of(panel.kind)
    filled = await read_form(request, TermsForm, lists=[s.path for s in settings if s.choices])
    if filled.value is None:
        return await _terms_form(request, panel, given=filled.given, errors=filled.errors, status=422)
    try:
        await write_terms(
            who_of(request),
            panel,
            holds_from=filled.value.holds_from,
            given={s.path: filled.given[s.path] for s in settings if filled.given.get(s.path, []) != []},
            seen=filled.value.seen,
            now=now_of(request),
            submission_key=filled.value.submission_key,
        )
    except Refused as problem:
        return await _terms_form(request, panel, given=filled.given, errors=problem.errors, status=422)
    except Stale:
        versions = await versions_of_terms(panel.id)
        told = "Someone wrote new terms while you were filling this in. Yours are below: look at both, then save again."
        given = filled.given | {"seen": terms_mark(versions)}
        return await _terms_form(request, panel, given=given, errors={"holds_from": told}, status=409)
    await flash(request, "The new terms of reference have been saved.")
    return see_other(f"/panels/{slug}")


ROUTES = [terms_page, new_terms, save_terms]
