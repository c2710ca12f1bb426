"""The page on which an action is mended or withdrawn before anybody took it up. No policy, no SQL."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission
from app.actions.amending.changes import Sent, amend_action, withdraw_action
from app.actions.amending.queries import action_to_mend, taken_up
from app.actions.amending.rules import needs_nobody_at_it
from app.actions.issuing.form import ActionForm
from app.actions.issuing.queries import next_meeting_on
from app.actions.issuing.routes import choices_of, given_of, said_on
from app.history.changes import AlreadySubmitted, record_read
from app.lifecycle import MovedOn, Refused
from app.panels.words import listed
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Asked = Request[Any, Any, Any]


class AmendForm(ActionForm):
    version: int


class WithdrawForm(Form):
    reason: str
    version: int

    blank: ClassVar[dict[str, str]] = {"reason": "Say why this is withdrawn, so that its owner knows."}


@get("/actions/{action_id:int}/amendment", opt=needs(Permission.ISSUE_ACTION))
async def amendment(request: Asked, action_id: FromPath[int]) -> Template:
    return await _page(request, action_id)


@post("/actions/{action_id:int}/amendment", opt=needs(Permission.ISSUE_ACTION), status_code=200)
async def amend(request: Asked, action_id: FromPath[int]) -> Template | Response[Any]:
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        _, item = await action_to_mend(who, action_id)
        coming = await next_meeting_on(item, now)
    filled = await read_form(request, AmendForm)
    if filled.value is None:
        return await _page(request, action_id, 422, filled.errors, filled.given)
    form, changed = filled.value, []
    try:
        changed = await amend_action(
            who,
            action_id,
            form.agreed(said_on(item, today_of(request)), coming),
            _sent(request, form, form.version),
            now=now,
        )
    except Refused as problem:
        errors = problem.errors or {"text": problem.sentence}
        return await _page(request, action_id, 422, errors, filled.given)
    except MovedOn as problem:
        return await _page(request, action_id, 409, {"": str(problem)}, filled.given)
    except AlreadySubmitted:
        pass
    said = f"Changed: {listed(changed)}." if changed else "Nothing was different, so nothing was changed."
    await flash(request, said)
    return see_other(f"/meetings/{item.meeting_id}/items/{item.id}/actions")


@post("/actions/{action_id:int}/withdrawal", opt=needs(Permission.ISSUE_ACTION), status_code=200)
async def withdraw(request: Asked, action_id: FromPath[int]) -> Template | Response[Any]:
    who = who_of(request)
    async with database.transaction():
        _, item = await action_to_mend(who, action_id)
    filled = await read_form(request, WithdrawForm)
    if filled.value is None:
        return await _page(request, action_id, 422, filled.errors, filled.given)
    form = filled.value
    try:
        await withdraw_action(
            who, action_id, form.reason, _sent(request, form, form.version), now=now_of(request)
        )
    except Refused as problem:
        return await _page(request, action_id, 422, {"reason": problem.sentence}, filled.given)
    except MovedOn as problem:
        return await _page(request, action_id, 409, {"": str(problem)}, filled.given)
    except AlreadySubmitted:
        pass
    await flash(request, f"Action {action_id} is withdrawn.")
    return see_other(f"/meetings/{item.meeting_id}/items/{item.id}/actions")


def _sent(request: Asked, form: Form, version: int) -> Sent:
    return Sent(version, request.app.state.settings.base_url, form.submission_key)


async def _page(
    request: Asked,
    action_id: int,
    status: int = 200,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
) -> Template:
    who = who_of(request)
    async with database.transaction():
        action, item = await action_to_mend(who, action_id)
        choices = await choices_of(request, item)
        stands = needs_nobody_at_it(action.status, await taken_up(action_id))
        await record_read(
            who.person_id,
            "action",
            [action.id],
            now=now_of(request),
            children=[action.child_id] if action.child_id is not None else [],
        )
    sent = given or {}
    return page(
        request,
        "actions/amendment.html",
        status=status,
        action=action,
        item=item,
        stands=stands,
        errors=errors or {},
        given=sent if "text" in sent else given_of(action),
        reason=sent.get("reason", ""),
        **choices,
    )


ROUTES = [amendment, amend, withdraw]
