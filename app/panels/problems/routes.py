"""Problems between services: recorded from an item, followed one by one."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.lifecycle import Invisible, MovedOn, Refused
from app.panels.agenda.queries import children_by_id, item_facts, panel_of
from app.panels.meetings.queries import meeting_for
from app.panels.problems.changes import move_problem, pass_problem_on, record_problem, say_of_problem
from app.panels.problems.listing import export, note_read, of_panel
from app.panels.problems.queries import (
    meetings_since,
    owners_of,
    problem_for,
    problems_found_in,
    services_named,
    words_of,
)
from app.panels.problems.rules import (
    PROBLEM,
    Found,
    age_in_words,
    records_problems,
    why_not_recorded,
)
from app.panels.restricting.queries import require_seen_item
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
OF_ITEM = "/meetings/{meeting_id:int}/items/{item_id:int}/service-problems"
ONE = "/service-problems/{problem_id:int}"


@get(OF_ITEM, opt=needs(Permission.SEE_MEETING))
async def of_item(request: Asked, meeting_id: FromPath[int], item_id: FromPath[int]) -> Template:
    return await _of_item(request, meeting_id, item_id)


async def _of_item(
    request: Asked,
    meeting_id: int,
    item_id: int,
    *,
    given: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    """What an item brought to light, with a form for the next one."""
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id)
        item = await item_facts(meeting.id, item_id)
        await require_seen_item(who, item.id)
        if not records_problems((await panel_of(meeting)).kind):
            raise Invisible
        found = await problems_found_in(who, item.id)
        child = (await children_by_id([item.child_id])).get(item.child_id) if item.child_id else None
        await note_read(request, found, [item.child_id] if item.child_id else [])
        services, owners = await services_named(who, meeting.panel_id), await owners_of(meeting.panel_id)
    closed = why_not_recorded(meeting, now)
    return page(
        request,
        "panels/service-problems-of-item.html",
        status=status,
        meeting=meeting,
        item=item,
        name=(child["name"] or child["child_ref"]) if child else item.title,
        found=found,
        services=services,
        owners=owners,
        closed=closed,
        may_record=closed is None and permits(who, Permission.RECORD_PROBLEM, meeting.scope),
        may_take=permits(who, Permission.TAKE_MINUTES, meeting.scope),
        given=given or {},
        errors=errors or {},
        age=age_in_words,
    )


class FoundForm(Form):
    service: str = ""
    problem: str = ""
    owner: str = ""


@post(OF_ITEM, opt=needs(Permission.RECORD_PROBLEM))
async def find(request: Asked, meeting_id: FromPath[int], item_id: FromPath[int]) -> Answer:
    who = who_of(request)
    await meeting_for(who, meeting_id, Permission.RECORD_PROBLEM)
    filled = await read_form(request, FoundForm)
    form = filled.value or FoundForm()
    try:
        await record_problem(
            who,
            meeting_id,
            item_id,
            Found(form.service, form.problem, form.owner),
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Refused as problem:
        errors = problem.errors or {"": problem.sentence}
        return await _of_item(request, meeting_id, item_id, given=filled.given, errors=errors, status=422)
    await flash(request, "The problem has been recorded and will be followed until it is resolved.")
    return see_other(f"/meetings/{meeting_id}/items/{item_id}/service-problems")


@get(ONE, opt=needs(Permission.SEE_MEETING))
async def one_problem(request: Asked, problem_id: FromPath[int]) -> Template:
    return await _one(request, problem_id)


async def _one(
    request: Asked,
    problem_id: int,
    *,
    given: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    who = who_of(request)
    async with database.transaction():
        problem = await problem_for(who, problem_id)
        words = await words_of(problem.id)
        meetings = await meetings_since(problem, now_of(request))
        owners = await owners_of(problem.panel_id)
        await note_read(request, [problem])
    return page(
        request,
        "panels/service-problem.html",
        status=status,
        problem=problem,
        words=words,
        meetings=meetings,
        owners=owners,
        moves={move.name for move in PROBLEM.open_moves(problem.status, who, problem.scope)},
        age=age_in_words(problem.days_open(today_of(request))),
        given=given or {},
        errors=errors or {},
    )


class WordsForm(Form):
    wrong: ClassVar[dict[str, str]] = {"meeting": "Choose the meeting from the list"}
    words: str = ""
    meeting: int | None = None
    version: int = 0


@post(f"{ONE}/words", opt=needs(Permission.RECORD_PROBLEM))
async def say(request: Asked, problem_id: FromPath[int]) -> Answer:
    return await _do(request, problem_id, "", "What was said has been added.")


@post(f"{ONE}/resolution", opt=needs(Permission.RECORD_PROBLEM))
async def resolve(request: Asked, problem_id: FromPath[int]) -> Answer:
    return await _do(request, problem_id, "resolve", "The problem has been resolved.")


@post(f"{ONE}/reopening", opt=needs(Permission.RECORD_PROBLEM))
async def reopen(request: Asked, problem_id: FromPath[int]) -> Answer:
    return await _do(request, problem_id, "reopen", "The problem is open again.")


class OwnerForm(Form):
    owner: str = ""
    words: str = ""
    version: int = 0


@post(f"{ONE}/owner", opt=needs(Permission.RECORD_PROBLEM))
async def pass_on(request: Asked, problem_id: FromPath[int]) -> Answer:
    who = who_of(request)
    await problem_for(who, problem_id, Permission.RECORD_PROBLEM)
    filled = await read_form(request, OwnerForm)
    if filled.value is None:
        return await _one(request, problem_id, given=filled.given, errors=filled.errors, status=422)
    form = filled.value
    try:
        await pass_problem_on(
            who,
            problem_id,
            owner=form.owner,
            words=form.words,
            seen=form.version,
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Refused as problem:
        return await _one(request, problem_id, given=filled.given, errors=problem.errors, status=422)
    except MovedOn as moved:
        return await _one(request, problem_id, given=filled.given, errors={"": str(moved)}, status=409)
    await flash(request, "Somebody else has taken the problem on.")
    return see_other(f"/service-problems/{problem_id}")


async def _do(request: Asked, problem_id: int, move: str, done: str) -> Answer:
    """Adds words or makes a move; what can't be done is said beside the form that was sent."""
    who, now = who_of(request), now_of(request)
    await problem_for(who, problem_id, Permission.RECORD_PROBLEM)
    filled = await read_form(request, WordsForm)
    if filled.value is None:
        return await _one(request, problem_id, given=filled.given, errors=filled.errors, status=422)
    form = filled.value
    try:
        if move:
            await move_problem(
                who,
                problem_id,
                move,
                words=form.words,
                seen=form.version,
                now=now,
                submission_key=form.submission_key,
            )
        else:
            await say_of_problem(
                who,
                problem_id,
                words=form.words,
                meeting_id=form.meeting,
                now=now,
                submission_key=form.submission_key,
            )
    except Refused as problem:
        errors = problem.errors or {f"{move}-words" if move else "words": problem.sentence}
        return await _one(request, problem_id, given=filled.given, errors=errors, status=422)
    except MovedOn as moved:
        return await _one(request, problem_id, given=filled.given, errors={"": str(moved)}, status=409)
    await flash(request, done)
    return see_other(f"/service-problems/{problem_id}")


ROUTES = [of_item, find, of_panel, export, one_problem, say, pass_on, resolve, reopen]
