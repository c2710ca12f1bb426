"""Several actions updated at once: choose them and say a word, check it, save it. No policy, no SQL."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Template

from app import database
from app.access import Permission
from app.actions.owed.queries import owed_actions, owed_counts
from app.actions.owed.rules import OPEN, PANELS, OwedFilters, asked_in, pages_of, read_filters
from app.actions.queries import ListedAction, children_seen
from app.actions.rules import due_words
from app.actions.several.changes import refuse_moved, update_several
from app.actions.several.queries import chosen_actions
from app.actions.several.rules import (
    MORE_TIME,
    MOST_AT_ONCE,
    MOVES,
    Several,
    SomeMoved,
    read_chosen,
    several_problems,
)
from app.history.changes import AlreadySubmitted, record_read
from app.lifecycle import Refused
from app.panels.fields import Day
from app.web.forms import Filled, Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Asked = Request[Any, Any, Any]
Answer = Template | Response[Any]


class SeveralForm(Form):
    chosen: list[str] = []
    move: str = ""
    note: str = ""
    until: Day | None = None
    filters: str = ""
    change: str = ""


@get("/actions/several", opt=needs(Permission.UPDATE_SEVERAL_ACTIONS))
async def choose_page(request: Asked) -> Answer:
    given = {"whose": PANELS, **request.query_params}
    return await _choose(request, read_filters(given, who_of(request)))


async def _choose(
    request: Asked,
    filters: OwedFilters,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
    moved: dict[int, str] | None = None,
) -> Answer:
    """The list with its boxes; `moved` says what happened to those that changed meanwhile."""
    who, given = who_of(request), given or {}
    chosen = read_chosen(given.get("chosen", []))
    async with database.transaction():
        counts = await owed_counts(who, filters, today_of(request))
        listed = await owed_actions(who, filters)
        here = {action.id for action in listed}
        others = [one for one in chosen if one not in here]
        actions = listed + (await chosen_actions(who, others[:MOST_AT_ONCE]) if others else [])
        await _record_read(request, actions)
    return page(
        request,
        "actions/several.html",
        status=status,
        filters=filters,
        address=_address(filters),
        actions=[action for action in actions if action.finished_on is None],
        chosen=set(chosen) - set(moved or {}),
        moved=moved or {},
        pages=pages_of(counts.open),
        total=counts.open,
        moves=MOVES,
        due_words=due_words,
        errors=errors or {},
        given=given,
    )


@post("/actions/several", opt=needs(Permission.UPDATE_SEVERAL_ACTIONS), status_code=200)
async def check_several(request: Asked) -> Answer:
    """Shows what would be saved; nothing is yet."""
    filled, filters = await _read(request)
    several = _several(filled)
    problems = dict(filled.errors) or several_problems(several)
    if problems or (filled.value and filled.value.change):
        errors = {} if filled.value and filled.value.change else problems
        return await _choose(
            request, filters, status=422 if errors else 200, errors=errors, given=filled.given
        )
    who = who_of(request)
    try:
        async with database.transaction():
            actions = await chosen_actions(who, several.versions)
            await refuse_moved(several, actions)
            await _record_read(request, actions)
    except SomeMoved as problem:
        return await _moved(request, filters, filled.given, problem)
    return page(
        request,
        "actions/several_check.html",
        several=several,
        actions=actions,
        filters=filters,
        address=_address(filters),
        more_time=MORE_TIME,
        due_words=due_words,
    )


@post("/actions/several/confirmation", opt=needs(Permission.UPDATE_SEVERAL_ACTIONS), status_code=303)
async def save_several(request: Asked) -> Answer:
    filled, filters = await _read(request)
    several = _several(filled)
    if filled.errors:
        return await _choose(request, filters, status=422, errors=filled.errors, given=filled.given)
    try:
        count = await update_several(
            who_of(request),
            several,
            now=now_of(request),
            base_url=request.app.state.settings.base_url,
            submission_key=filled.value.submission_key if filled.value else None,
        )
    except Refused as problem:
        return await _choose(request, filters, status=422, errors=problem.errors, given=filled.given)
    except SomeMoved as problem:
        return await _moved(request, filters, filled.given, problem)
    except AlreadySubmitted:
        count = len(several.versions)
    await flash(request, f"{count} {'action is' if count == 1 else 'actions are'} updated: {several.words}.")
    return see_other(filters.address(page=1))


async def _read(request: Asked) -> tuple[Filled[SeveralForm], OwedFilters]:
    filled = await read_form(request, SeveralForm, lists=("chosen",))
    asked = asked_in(str(filled.given.get("filters", "")))
    return filled, read_filters({"whose": PANELS, **asked, "state": OPEN}, who_of(request))


def _several(filled: Filled[SeveralForm]) -> Several:
    form = filled.value
    if form is None:
        return Several({}, "", "")
    return Several(read_chosen(form.chosen), form.move, form.note, form.until)


async def _moved(request: Asked, filters: OwedFilters, given: dict[str, Any], problem: SomeMoved) -> Answer:
    return await _choose(
        request, filters, status=409, errors={"": str(problem)}, given=given, moved=problem.sentences
    )


def _address(filters: OwedFilters) -> str:
    """The address of this page with the list's filters."""
    return filters.address().replace("/actions", "/actions/several", 1)


async def _record_read(request: Asked, actions: list[ListedAction]) -> None:
    if actions:
        await record_read(
            who_of(request).person_id,
            "action",
            [action.id for action in actions],
            now=now_of(request),
            children=children_seen(actions),
        )


ROUTES: list[Any] = [choose_page, check_several, save_several]
