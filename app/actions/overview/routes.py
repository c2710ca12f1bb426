"""`/actions/overview`: the actions of the panels somebody leads or the agency they answer for. No policy, no SQL."""

from typing import Any

from litestar import Request, Response, get
from litestar.response import Template

from app import database
from app.access import Identity, Permission, permits
from app.actions.overview.files import csv_of, owner_words
from app.actions.overview.queries import (
    MOST_IN_A_FILE,
    actions_for_file,
    actions_of,
    asked_for_more_time,
    choices_for,
    counts_of,
    groups_of,
)
from app.actions.overview.rules import (
    AGES,
    BASE,
    COUNTED,
    GROUPINGS,
    PER_PAGE,
    PRIORITIES,
    STATES,
    STRAND_WORDS,
    ActionChoice,
    chips,
    reach_of,
    read_choice,
    settled,
)
from app.actions.queries import ListedAction, children_seen
from app.actions.rules import due_words, is_open, is_overdue
from app.actions.saved_views.queries import views_of
from app.history.changes import record_read
from app.lifecycle import Refused
from app.web.documents.sending import attached
from app.web.documents.spreadsheets import CSV
from app.web.pages import now_of, page, today_of, who_of
from app.web.routing import needs
from app.web.templating import short_day

Asking = Request[Any, Any, Any]


@get(BASE, opt=needs(Permission.OVERSEE_ACTIONS))
async def overview(request: Asking) -> Template:
    return await overview_page(request, read_choice(request.query_params))


async def overview_page(
    request: Asking,
    asked: ActionChoice,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
) -> Template:
    """The list or its groups; `errors` and `given` are of the form that saves the view."""
    who, today = who_of(request), today_of(request)
    async with database.transaction():
        choices = await choices_for(who, asked, today)
        choice = settled(asked, choices)
        counts = await counts_of(who, choice, today)
        groups = await groups_of(who, choice, today) if choice.by else []
        actions = await actions_of(who, choice, today) if not choice.by else []
        awaiting = await asked_for_more_time(actions)
        views = await views_of(who)
        await _note_read(request, actions)
    total = len(groups) if choice.by else counts[choice.state]
    first = PER_PAGE * (choice.page - 1)
    return page(
        request,
        "actions/overview.html",
        status=status,
        choice=choice,
        choices=choices,
        chips=chips(choice, choices, short_day),
        reach_words=_reach_words(who, choices.panels),
        counts=counts,
        counted=COUNTED,
        groups=groups[first : first + PER_PAGE],
        actions=actions,
        awaiting=awaiting,
        to_name={action.id for action in actions if _may_name_somebody(who, action)},
        total=total,
        pages=max(1, -(-total // PER_PAGE)),
        per_page=PER_PAGE,
        views=views,
        open_view=next((view for view in views if view.query == choice.kept), None),
        states=STATES,
        ages=AGES,
        priorities=PRIORITIES,
        strands=STRAND_WORDS,
        groupings=GROUPINGS,
        due_words=due_words,
        owner_words=owner_words,
        is_open=is_open,
        is_overdue=is_overdue,
        may_see_silent=permits(who, Permission.SEE_SILENT_AGENCIES),
        updates_several=permits(who, Permission.UPDATE_SEVERAL_ACTIONS),
        errors=errors or {},
        given=given or {},
    )


def _may_name_somebody(who: Identity, action: ListedAction) -> bool:
    """Whether nobody who is here is named for an open action, and this person may give it to a colleague."""
    named = (action.owner_id and not action.owner_left) or action.holder_id or action.cover_id
    return is_open(action.status) and not named and permits(who, Permission.UPDATE_ACTION, action.scope)


def _reach_words(who: Identity, panels: Any) -> str:
    reach = reach_of(who)
    if reach.everywhere:
        return "All panels and agencies."
    parts = []
    if reach.panels:
        parts.append("the panels you lead")
    if reach.agency is not None:
        parts.append(f"{who.agency_name} on every panel")
    return f"Actions of {' and of '.join(parts)}."


async def _note_read(request: Asking, actions: list[ListedAction]) -> None:
    """Who reads of the children in these actions, before they are sent."""
    if actions:
        await record_read(
            who_of(request).person_id,
            "action",
            [action.id for action in actions],
            now=now_of(request),
            children=children_seen(actions),
        )


@get(f"{BASE}.csv", opt=needs(Permission.OVERSEE_ACTIONS))
async def overview_csv(request: Asking) -> Response[bytes]:
    """Every action that passes the page's filters, in its order."""
    who, today = who_of(request), today_of(request)
    asked = read_choice(request.query_params)
    async with database.transaction():
        choice = settled(asked, await choices_for(who, asked, today))
        actions = await actions_for_file(who, choice, today)
        if len(actions) > MOST_IN_A_FILE:
            raise Refused(
                f"A file holds up to {MOST_IN_A_FILE:,} actions. Choose a panel, an agency or a time."
            )
        awaiting = await asked_for_more_time(actions)
        await _note_read(request, actions)
    return attached(csv_of(actions, awaiting, today), CSV, f"actions-{choice.state}-{today}.csv")


ROUTES: list[Any] = [overview, overview_csv]
