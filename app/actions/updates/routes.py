"""One action: its page, and the form by which its owner says how it stands. No policy, no SQL."""

from typing import Any, ClassVar, Literal

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from litestar_htmx import HTMXRequest

from app import database
from app.access import Permission, permits
from app.actions.evidence.queries import evidence_of
from app.actions.evidence.rules import ACCEPTED, LARGEST_FILE
from app.actions.extensions.queries import waiting_extensions
from app.actions.owed.routes import Trouble, owed_page
from app.actions.owed.rules import OwedFilters, asked_in, read_filters
from app.actions.queries import ListedAction, action_for, action_to_update
from app.actions.reminding.queries import reminders_of
from app.actions.rules import ISSUED, due_words, is_open, is_overdue
from app.actions.timeline.queries import moments_of_action
from app.actions.tracking.rules import judging_of
from app.actions.updates.changes import Word, update_action
from app.history.changes import AlreadySubmitted, record_read
from app.lifecycle import MovedOn, Refused
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

SAID = {
    "acknowledged": "Action {id} acknowledged.",
    "in-progress": "Your word on action {id} is saved.",
    "completed": "Action {id} is marked as done.",
    "not-possible": "Action {id} is marked as not possible.",
    "not-done": "Action {id} is marked as not done.",
}


class UpdateForm(Form):
    move: Literal["start", "complete", "find-not-possible", "leave-undone"] | None = None
    acknowledge: str | None = None
    version: int
    note: str = ""
    back: str = ""
    filters: str = ""

    wrong: ClassVar[dict[str, str]] = {"move": "Choose what happened"}

    @property
    def chosen(self) -> str | None:
        return "acknowledge" if self.acknowledge else self.move


@get("/actions/{action_id:int}", opt=needs(Permission.SEE_ACTION))
async def action_page(request: Request[Any, Any, Any], action_id: FromPath[int]) -> Template:
    return await action_view(request, action_id)


@post("/actions/{action_id:int}/updates", opt=needs(Permission.UPDATE_ACTION), status_code=200)
async def update(request: Request[Any, Any, Any], action_id: FromPath[int]) -> Template | Response[Any]:
    """From the list or from the action's page; a refused word goes back into the form it came from."""
    who = who_of(request)
    filled = await read_form(request, UpdateForm)
    given = filled.given
    back = OwedFilters() if given.get("back") == "list" else None
    if back is not None:
        back = read_filters(asked_in(str(given.get("filters", ""))), who)
    if filled.value is None or filled.value.chosen is None:
        await _may_be_updated(request, action_id)
        return await _again(request, action_id, given, "Choose what happened", 422, back)
    form, move = filled.value, filled.value.chosen
    assert move is not None
    key = f"{form.submission_key}-{move}" if form.submission_key else None
    try:
        action = await update_action(
            who, action_id, Word(move, form.note, form.version), now=now_of(request), submission_key=key
        )
    except Refused as problem:
        return await _again(request, action_id, given, problem.sentence, 422, back)
    except MovedOn as problem:
        return await _again(request, action_id, given, str(problem), 409, back)
    except AlreadySubmitted:
        async with database.transaction():
            action = await action_for(who, action_id)
    if back is not None and isinstance(request, HTMXRequest) and request.htmx:
        return await owed_page(request, back, just=action)
    await flash(request, SAID.get(action.status, "Saved.").format(id=action.id))
    return see_other(back.address() if back is not None else f"/actions/{action_id}")


async def _may_be_updated(request: Request[Any, Any, Any], action_id: int) -> None:
    """Raises Invisible or Forbidden before a form's problems are talked about."""
    async with database.transaction():
        await action_to_update(who_of(request), action_id)


async def _again(
    request: Request[Any, Any, Any],
    action_id: int,
    given: dict[str, Any],
    sentence: str,
    status: int,
    back: OwedFilters | None,
) -> Template:
    """The same form with the person's words; one that left the list meanwhile is shown on its own page."""
    trouble = Trouble(action_id, str(given.get("move", "")), str(given.get("note", "")), sentence)
    if back is not None:
        async with database.transaction():
            action = await action_for(who_of(request), action_id)
        return await owed_page(request, back, status=status, trouble=trouble, just=action)
    return await action_view(request, action_id, status=status, trouble=trouble)


async def action_view(
    request: Request[Any, Any, Any],
    action_id: int,
    *,
    status: int = 200,
    trouble: Trouble | None = None,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
) -> Template:
    """The page of one action; `errors` and `given` are of a form on it that was not taken."""
    who, today = who_of(request), today_of(request)
    async with database.transaction():
        action = await action_for(who, action_id)
        moments = await moments_of_action(action_id)
        files = await evidence_of(action)
        waiting = (await waiting_extensions([action_id])).get(action_id)
        reminders = await reminders_of(action_id, today)
        await record_read(
            who.person_id,
            "action",
            [action.id],
            now=now_of(request),
            children=[action.child_id] if action.child_id is not None else [],
        )
    troubled = {f"note-{trouble.action_id}": trouble.sentence} if trouble else {}
    return page(
        request,
        "actions/action.html",
        status=status,
        action=action,
        moments=moments,
        files=files,
        reminders=reminders,
        accepted=ACCEPTED,
        largest=LARGEST_FILE,
        waiting=waiting if is_open(action.status) else None,
        may_decide=permits(who, Permission.DECIDE_MORE_TIME, action.scope),
        overdue=is_overdue(action.status, action.due_on, today),
        judging=judging_of(action, today),
        may_assess=permits(who, Permission.ASSESS_ACTION, action.scope),
        may_update=permits(who, Permission.UPDATE_ACTION, action.scope),
        may_mend=action.status == ISSUED
        and action.item_id is not None
        and permits(who, Permission.ISSUE_ACTION, action.scope),
        sees_child=_sees_child(request, action),
        due_words=due_words,
        trouble=trouble,
        errors=troubled | (errors or {}),
        given=given or {},
        back="action",
    )


def _sees_child(request: Request[Any, Any, Any], action: ListedAction) -> bool:
    return permits(who_of(request), Permission.SEE_CHILD, action.scope)
