"""The pages of more time: asking for it, and what waits for the decision of a panel's lead. No policy, no SQL."""

from typing import Any, ClassVar, Literal

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.actions.extensions.changes import Decision, ask_for_more_time, decide_more_time
from app.actions.extensions.queries import extension_of, requests_for, waiting_extensions
from app.actions.queries import action_for, action_to_update, children_seen
from app.actions.rules import due_words, is_open
from app.actions.updates.routes import action_view
from app.history.changes import record_read
from app.lifecycle import Forbidden, MovedOn, Refused
from app.panels.fields import Day
from app.panels.words import long_day
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Asked = Request[Any, Any, Any]
Answer = Template | Response[Any]


class AskForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "until": "Enter the date until which you need",
        "why": "Say why more time is needed, so that the chair can decide",
    }
    until: Day
    why: str


class DecideForm(Form):
    blank: ClassVar[dict[str, str]] = {"answer": "Choose yes, another date or no"}
    wrong: ClassVar[dict[str, str]] = {
        "answer": "Choose yes, another date or no",
    }
    answer: Literal["yes", "other", "no"]
    other: Day | None = None
    note: str = ""
    back: str = ""


@get("/actions/more-time", opt=needs(Permission.DECIDE_MORE_TIME))
async def requests_page(request: Asked) -> Answer:
    return await _requests(request)


async def _requests(
    request: Asked,
    *,
    status: int = 200,
    troubled: int = 0,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
) -> Answer:
    """The requests that wait for this person; `troubled` is the one whose form comes back with `errors`."""
    who = who_of(request)
    async with database.transaction():
        waiting = await requests_for(who)
        if waiting:
            actions = [one.action for one in waiting]
            await record_read(
                who.person_id,
                "action",
                [action.id for action in actions],
                now=now_of(request),
                children=children_seen(actions),
            )
    return page(
        request,
        "actions/requests.html",
        status=status,
        waiting=waiting,
        troubled=troubled,
        errors={f"{name}-of-{troubled}": said for name, said in (errors or {}).items()},
        given=given or {},
        due_words=due_words,
    )


@get("/actions/{action_id:int}/more-time", opt=needs(Permission.UPDATE_ACTION))
async def ask_page(request: Asked, action_id: FromPath[int]) -> Answer:
    return await _ask(request, action_id)


async def _ask(
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
        waiting = (await waiting_extensions([action_id])).get(action_id)
        await record_read(
            who.person_id, "action", [action_id], now=now_of(request), children=children_seen([action])
        )
    return page(
        request,
        "actions/more_time.html",
        status=status,
        action=action,
        waiting=waiting,
        open=is_open(action.status),
        due_words=due_words,
        errors=errors or {},
        given=given or {},
    )


@post("/actions/{action_id:int}/more-time", opt=needs(Permission.UPDATE_ACTION), status_code=303)
async def ask(request: Asked, action_id: FromPath[int]) -> Answer:
    filled = await read_form(request, AskForm)
    if filled.value is None:
        return await _ask(request, action_id, status=422, errors=filled.errors, given=filled.given)
    form = filled.value
    try:
        await ask_for_more_time(
            who_of(request),
            action_id,
            form.until,
            form.why,
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Refused as problem:
        errors = problem.errors or {"": problem.sentence}
        return await _ask(request, action_id, status=422, errors=errors, given=filled.given)
    except MovedOn as problem:
        return await _ask(request, action_id, status=409, errors={"": str(problem)}, given=filled.given)
    await flash(
        request, f"You have asked for more time for action {action_id}. The panel’s chair decides about it."
    )
    return see_other(f"/actions/{action_id}")


@post(
    "/actions/{action_id:int}/more-time/{extension_id:int}",
    opt=needs(Permission.DECIDE_MORE_TIME),
    status_code=303,
)
async def decide(request: Asked, action_id: FromPath[int], extension_id: FromPath[int]) -> Answer:
    """From the list of requests or from the action's page; a refused decision goes back into its form."""
    who = who_of(request)
    filled = await read_form(request, DecideForm)
    in_list = filled.given.get("back") == "list"
    if filled.value is None:
        async with database.transaction():
            action = await action_for(who, action_id)
            if not permits(who, Permission.DECIDE_MORE_TIME, action.scope):
                raise Forbidden(Permission.DECIDE_MORE_TIME)
            await extension_of(action, extension_id)
        return await _undecided(request, action_id, extension_id, 422, filled.errors, filled.given)
    form = filled.value
    try:
        granted = await decide_more_time(
            who,
            action_id,
            extension_id,
            Decision(form.answer, form.other, form.note),
            now=now_of(request),
            base_url=request.app.state.settings.base_url,
            submission_key=form.submission_key,
        )
    except Refused as problem:
        return await _undecided(request, action_id, extension_id, 422, problem.errors, filled.given)
    except MovedOn as problem:
        return await _undecided(request, action_id, extension_id, 409, {"": str(problem)}, filled.given)
    await flash(
        request,
        f"Action {action_id} is now due on {long_day(granted)}. Its owner is told."
        if granted is not None
        else f"Action {action_id} stays due as it was. Its owner is told.",
    )
    return see_other("/actions/more-time" if in_list else f"/actions/{action_id}")


async def _undecided(
    request: Asked,
    action_id: int,
    extension_id: int,
    status: int,
    errors: dict[str, str],
    given: dict[str, Any],
) -> Answer:
    if given.get("back") == "list":
        return await _requests(request, status=status, troubled=extension_id, errors=errors, given=given)
    named = {f"{name}-of-{extension_id}" if name else "": said for name, said in errors.items()}
    return await action_view(request, action_id, status=status, errors=named, given=given)


ROUTES: list[Any] = [requests_page, ask_page, ask, decide]
