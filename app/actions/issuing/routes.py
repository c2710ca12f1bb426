"""The actions of one agenda item, and the form to issue another while the meeting talks. No policy, no SQL."""

from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from litestar_htmx import HTMXRequest

from app import database
from app.access import Permission, Scope, permits
from app.actions.due.rules import SUGGESTIONS, Due, due_note, due_problem, read_due
from app.actions.issuing.changes import issue_action
from app.actions.issuing.form import STRAND_CHOICES, ActionForm, TypedForm
from app.actions.issuing.queries import (
    ItemShown,
    agencies_to_choose,
    children_to_choose,
    item_for,
    next_meeting_on,
    owners_to_choose,
    posts_to_choose,
)
from app.actions.issuing.rules import Agreed, needs_a_living_meeting, needs_the_item_on_the_agenda
from app.actions.queries import ListedAction, actions_of_item
from app.actions.rules import ISSUED, due_words, is_overdue
from app.actions.telling.queries import told_of
from app.actions.wording.rules import prompts_for
from app.history.changes import AlreadySubmitted, record_read
from app.lifecycle import Refused
from app.panels.words import long_day
from app.web.forms import read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Asked = Request[Any, Any, Any]


@get("/meetings/{meeting_id:int}/items/{item_id:int}/actions", opt=needs(Permission.SEE_MEETING))
async def item_actions(request: Asked, meeting_id: FromPath[int], item_id: FromPath[int]) -> Template:
    return await _item_page(request, meeting_id, item_id)


@post(
    "/meetings/{meeting_id:int}/items/{item_id:int}/actions",
    opt=needs(Permission.ISSUE_ACTION),
    status_code=200,
)
async def issue(
    request: Asked, meeting_id: FromPath[int], item_id: FromPath[int]
) -> Template | Response[Any]:
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        item = await item_for(who, meeting_id, item_id, Permission.ISSUE_ACTION)
        coming = await next_meeting_on(item, now)
    filled = await read_form(request, ActionForm)
    if filled.value is None:
        return await _item_page(
            request, meeting_id, item_id, status=422, errors=filled.errors, given=filled.given
        )
    agreed, issued_id = filled.value.agreed(said_on(item, today_of(request)), coming), None
    try:
        issued_id = await issue_action(
            who,
            meeting_id,
            item_id,
            agreed,
            now=now,
            base_url=request.app.state.settings.base_url,
            submission_key=filled.value.submission_key,
        )
    except Refused as problem:
        errors = problem.errors or {"text": problem.sentence}
        return await _item_page(request, meeting_id, item_id, status=422, errors=errors, given=filled.given)
    except AlreadySubmitted:
        pass  # the same form, sent twice: the first one issued the action
    if isinstance(request, HTMXRequest) and request.htmx:
        return await _item_page(request, meeting_id, item_id, issued_id=issued_id)
    await flash(request, _said_of(agreed, today_of(request)))
    return see_other(f"/meetings/{meeting_id}/items/{item_id}/actions")


@post(
    "/meetings/{meeting_id:int}/items/{item_id:int}/actions/prompts",
    opt=needs(Permission.ISSUE_ACTION),
    status_code=200,
)
async def prompts(
    request: Asked, meeting_id: FromPath[int], item_id: FromPath[int]
) -> Template | Response[Any]:
    """What would make the action clearer while it is typed. A POST, since what is typed must not stand in a log."""
    who = who_of(request)
    async with database.transaction():
        item = await item_for(who, meeting_id, item_id, Permission.ISSUE_ACTION)
        coming = await next_meeting_on(item, now_of(request))
    if not isinstance(request, HTMXRequest) or not request.htmx:
        return see_other(f"/meetings/{meeting_id}/items/{item_id}/actions")
    typed = (await read_form(request, TypedForm)).value or TypedForm()
    today = today_of(request)
    due = read_due(typed.due_on, said_on(item, today), coming) if typed.due_on else Due()
    wrong = due.problem or (due_problem(due.on, item.facts.meeting_on) if due.on else None)
    on = due.on if not wrong else None
    return page(
        request,
        "actions/_prompts.html",
        prompts=prompts_for(typed.text, why=typed.why, dated=bool(typed.due_on), owned=bool(typed.owner)),
        due=on,
        wrong=wrong,
        note=due_note(on, today) if on else "",
        today=today,
        due_words=due_words,
    )


def _said_of(agreed: Agreed, today: date) -> str:
    """What is said after saving where no script showed it while typing."""
    said = ["Action issued. Its owner is told by email."]
    if agreed.due.on:
        said += [f"It is due on {long_day(agreed.due.on)}.", due_note(agreed.due.on, today)]
    said += [prompt.sentence for prompt in prompts_for(agreed.text, why=agreed.why)]
    return " ".join(sentence for sentence in said if sentence)


async def _item_page(
    request: Asked,
    meeting_id: int,
    item_id: int,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
    issued_id: int | None = None,
) -> Template:
    who, today = who_of(request), today_of(request)
    async with database.transaction():
        item = await item_for(who, meeting_id, item_id)
        actions = await actions_of_item(item_id)
        may_issue = permits(who, Permission.ISSUE_ACTION, Scope(frozenset({item.panel_id})))
        waits = needs_a_living_meeting(item.facts) or needs_the_item_on_the_agenda(item.facts)
        choices = await choices_of(request, item) if may_issue and not waits else {}
        told = await told_of([action.id for action in actions]) if may_issue else {}
        await record_read(
            who.person_id,
            "action",
            [action.id for action in actions],
            now=now_of(request),
            children=[item.child_id] if item.child_id is not None else [],
        )
    issued = next((action for action in actions if action.id == issued_id), None)
    return page(
        request,
        "actions/item_actions.html",
        part="actions/_item_actions.html",
        status=status,
        item=item,
        actions=actions,
        told=told,
        may_issue=may_issue,
        may_mend={action.id for action in actions if may_issue and action.status == ISSUED},
        waits=waits,
        due_words=due_words,
        is_overdue=is_overdue,
        errors=errors or {},
        given=given or {},
        issued_id=issued_id,
        issued=issued if may_issue else None,
        prompts=prompts_for(issued.text, why=issued.why) if issued and may_issue else [],
        note=due_note(issued.due_on, today) if issued else "",
        today=today,
        **choices,
    )


async def choices_of(request: Asked, item: ItemShown) -> dict[str, Any]:
    """What the form of an action offers."""
    return {
        "owners": await owners_to_choose(item.panel_id),
        "posts": await posts_to_choose(),
        "agencies": await agencies_to_choose(item.panel_id),
        "children": await children_to_choose(who_of(request), item),
        "coming": await next_meeting_on(item, now_of(request)),
        "strands": STRAND_CHOICES,
        "suggestions": SUGGESTIONS,
    }


def said_on(item: ItemShown, today: date) -> date:
    """The day from which words such as "3 working days" count: today, or a meeting that is still to come."""
    return max(today, item.facts.meeting_on)


def given_of(action: ListedAction) -> dict[str, str]:
    """An action as its form shows it before anything is changed."""
    owner = f"agency-{action.agency_id}"
    if action.post_id is not None:
        owner = f"post-{action.post_id}"
    if action.owner_id is not None:
        owner = f"person-{action.owner_id}"
    return {
        "text": action.text,
        "why": action.why,
        "owner": owner,
        "due_on": f"{action.due_on.day}/{action.due_on.month}/{action.due_on.year}",
        "priority": action.priority,
        "strand": action.strand,
        "child": str(action.child_id or ""),
    }
