"""The page on which an action is handed over. No policy, no SQL."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission
from app.actions.handing_over.changes import Handover, hand_over
from app.actions.handing_over.queries import colleagues_for
from app.actions.overview.rules import read_query
from app.actions.queries import action_to_update, children_seen
from app.actions.rules import is_open
from app.history.changes import record_read
from app.lifecycle import MovedOn, Refused
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Asked = Request[Any, Any, Any]
Answer = Template | Response[Any]


class HandoverForm(Form):
    blank: ClassVar[dict[str, str]] = {"version": "Reload the page and try again"}
    wrong: ClassVar[dict[str, str]] = {"to": "Choose somebody from the list"}
    to: int | None = None
    reason: str = ""
    version: int
    back: str = ""
    """The query of the overview from which the person came; blank from anywhere else."""


@get("/actions/{action_id:int}/handover", opt=needs(Permission.UPDATE_ACTION))
async def handover_page(request: Asked, action_id: FromPath[int]) -> Answer:
    return await _form(request, action_id, given={"back": request.query_params.get("back", "")})


async def _form(
    request: Asked,
    action_id: int,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
) -> Answer:
    who = who_of(request)
    async with database.transaction():
        action = await action_to_update(who, action_id)
        colleagues = await colleagues_for(action)
        await record_read(
            who.person_id, "action", [action_id], now=now_of(request), children=children_seen([action])
        )
    return page(
        request,
        "actions/handover.html",
        status=status,
        action=action,
        open=is_open(action.status),
        colleagues=colleagues,
        errors=errors or {},
        given=given or {},
    )


@post("/actions/{action_id:int}/handover", opt=needs(Permission.UPDATE_ACTION), status_code=303)
async def give(request: Asked, action_id: FromPath[int]) -> Answer:
    filled = await read_form(request, HandoverForm)
    if filled.value is None:
        return await _form(request, action_id, status=422, errors=filled.errors, given=filled.given)
    form = filled.value
    try:
        await hand_over(
            who_of(request),
            action_id,
            Handover(form.to, form.reason, form.version),
            now=now_of(request),
            base_url=request.app.state.settings.base_url,
            submission_key=form.submission_key,
        )
    except Refused as problem:
        return await _form(request, action_id, status=422, errors=problem.errors, given=filled.given)
    except MovedOn as problem:
        return await _form(request, action_id, status=409, errors={"": str(problem)}, given=filled.given)
    await flash(request, f"Action {action_id} is handed over. Its new owner is told by email.")
    return see_other(read_query(form.back).address() if form.back else "/actions")


ROUTES: list[Any] = [handover_page, give]
