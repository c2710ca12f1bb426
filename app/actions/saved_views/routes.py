"""Saving the overview's filters under a name, and the page where one's own views are renamed and removed."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.access import Permission
from app.actions.overview.routes import overview_page
from app.actions.overview.rules import read_query
from app.actions.saved_views.changes import remove_view, rename_view, save_view
from app.actions.saved_views.queries import view_for, views_of
from app.actions.saved_views.rules import LONGEST_NAME, MOST
from app.history.changes import AlreadySubmitted
from app.lifecycle import MovedOn, Refused
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

VIEWS = "/actions/overview/views"
Asking = Request[Any, Any, Any]
Answer = Template | Response[Any]


class SaveForm(Form):
    name: str = ""
    filters: str = ""


class RenameForm(Form):
    name: str = ""
    version: int


@get(VIEWS, opt=needs(Permission.OVERSEE_ACTIONS))
async def saved_views(request: Asking) -> Template:
    return await _views_page(request)


async def _views_page(
    request: Asking,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    given: dict[int, str] | None = None,
) -> Template:
    """`given`: by view, a name that was not taken."""
    views = await views_of(who_of(request))
    return page(
        request,
        "actions/saved_views.html",
        status=status,
        views=[(view, read_query(view.query)) for view in views],
        most=MOST,
        longest=LONGEST_NAME,
        errors=errors or {},
        given=given or {},
    )


@post(VIEWS, opt=needs(Permission.OVERSEE_ACTIONS), status_code=200)
async def save(request: Asking) -> Answer:
    filled = await read_form(request, SaveForm)
    form = filled.value or SaveForm()
    choice = read_query(form.filters)
    try:
        await save_view(
            who_of(request), form.name, choice.kept, now=now_of(request), submission_key=form.submission_key
        )
    except Refused as problem:
        return await overview_page(
            request, choice, status=422, errors=problem.errors, given={"name": form.name}
        )
    except AlreadySubmitted:
        return see_other(choice.address(page=1))
    await flash(request, "View saved. You find it above the list whenever you come back.")
    return see_other(choice.address(page=1))


@post(f"{VIEWS}/{{view_id:int}}/name", opt=needs(Permission.OVERSEE_ACTIONS), status_code=200)
async def rename(request: Asking, view_id: FromPath[int]) -> Answer:
    who = who_of(request)
    view = await view_for(who, view_id)
    filled = await read_form(request, RenameForm)
    name = str(filled.given.get("name", ""))
    version = filled.value.version if filled.value else view.version
    key = filled.value.submission_key if filled.value else None
    try:
        await rename_view(who, view_id, name, version, now=now_of(request), submission_key=key)
    except (Refused, MovedOn) as problem:
        return await _views_page(
            request,
            status=422 if isinstance(problem, Refused) else 409,
            errors={f"name-{view_id}": str(problem)},
            given={view_id: name},
        )
    except AlreadySubmitted:
        return see_other(VIEWS)
    await flash(request, "View renamed.")
    return see_other(VIEWS)


@post(f"{VIEWS}/{{view_id:int}}/removal", opt=needs(Permission.OVERSEE_ACTIONS))
async def remove(request: Asking, view_id: FromPath[int]) -> Answer:
    filled = await read_form(request, Form)
    try:
        await remove_view(
            who_of(request),
            view_id,
            now=now_of(request),
            submission_key=filled.value.submission_key if filled.value else None,
        )
    except AlreadySubmitted:
        return see_other(VIEWS)
    await flash(request, "View removed. No action was changed.")
    return see_other(VIEWS)


ROUTES: list[Any] = [saved_views, save, rename, remove]
