"""My actions: what a person owes, overdue first, each with its two-click update. No policy, no SQL."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Request, get
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.actions.extensions.queries import requests_for, waiting_extensions
from app.actions.owed.queries import (
    OwedCounts,
    escalated_to,
    owed_actions,
    owed_counts,
    panels_with_actions,
    recently_finished,
    waiting_for_others,
    without_a_person,
)
from app.actions.owed.rules import (
    ESCALATED,
    FINISHED,
    MINE,
    OwedFilters,
    pages_of,
    read_filters,
    whose_choices,
)
from app.actions.queries import ListedAction, children_seen
from app.actions.recommendations.queries import led_by
from app.actions.rules import LATER, OVERDUE, SOON, due_group, due_words
from app.history.changes import record_read
from app.web.pages import now_of, page, today_of, who_of
from app.web.routing import needs

HEADINGS = {OVERDUE: "Overdue", SOON: "Due in the next 7 days", LATER: "Later"}


@dataclass(frozen=True)
class Trouble:
    """An update that was not taken: the person's input, and why."""

    action_id: int
    move: str
    note: str
    sentence: str


@get("/actions", opt=needs(Permission.SEE_ACTION))
async def my_actions(request: Request[Any, Any, Any]) -> Template:
    return await owed_page(request, read_filters(request.query_params, who_of(request)))


async def owed_page(
    request: Request[Any, Any, Any],
    filters: OwedFilters,
    *,
    status: int = 200,
    trouble: Trouble | None = None,
    just: ListedAction | None = None,
) -> Template:
    """The list as page or part; `just` is the action that was updated a moment ago, shown where it stood."""
    who, today = who_of(request), today_of(request)
    found = await _found(request, filters)
    counts, actions, recent = found["counts"], found["actions"], found["recent"]
    total = counts.finished if filters.state == FINISHED else counts.open
    return page(
        request,
        "actions/my_actions.html",
        part="actions/_my_actions.html",
        status=status,
        filters=filters,
        whose_choices=whose_choices(who, bool(found["escalated"]) or filters.whose == ESCALATED),
        escalated=found["escalated"] if filters.whose == MINE else 0,
        panel_names={panel.slug: panel.name for panel in found["panels"]},
        groups=_groups(filters, actions, counts, just, today),
        counts=counts,
        recent=[action for action in recent if just is None or action.id != just.id],
        **{name: found[name] for name in ("unnamed", "waiting", "asked", "requests", "led")},
        updates_several=filters.state != FINISHED and permits(who, Permission.UPDATE_SEVERAL_ACTIONS),
        total=total,
        pages=pages_of(total),
        may_update={a.id for a in actions if permits(who, Permission.UPDATE_ACTION, a.scope)},
        due_words=due_words,
        trouble=trouble,
        just=just,
        errors={f"note-{trouble.action_id}": trouble.sentence} if trouble else {},
        back="list",
    )


async def _found(request: Request[Any, Any, Any], filters: OwedFilters) -> dict[str, Any]:
    """What the list shows, its reading recorded."""
    who, today = who_of(request), today_of(request)
    is_first, is_mine = _shows_waiting(filters), filters.whose == MINE
    async with database.transaction():
        counts = await owed_counts(who, filters, today)
        actions = await owed_actions(who, filters)
        recent = await recently_finished(who, filters, today) if _shows_recent(filters) else []
        waiting = await waiting_for_others(who, now_of(request)) if is_first else []
        found = {
            "counts": counts,
            "actions": actions,
            "recent": recent,
            "waiting": waiting,
            "panels": await panels_with_actions(who),
            "unnamed": await without_a_person(who) if is_mine else 0,
            "asked": await waiting_extensions([action.id for action in actions]),
            "requests": len(await requests_for(who)),
            "escalated": await escalated_to(who),
            "led": await led_by(who, today) if is_first else None,
        }
        shown = [*actions, *recent, *(one.action for one in waiting)]
        if shown:
            await record_read(
                who.person_id,
                "action",
                [action.id for action in shown],
                now=now_of(request),
                children=children_seen(shown),
            )
    return found


def _shows_waiting(filters: OwedFilters) -> bool:
    return filters.whose == MINE and filters.state != FINISHED and filters.page == 1 and not filters.panel


def _shows_recent(filters: OwedFilters) -> bool:
    return filters.state != FINISHED and filters.page == 1


def _groups(
    filters: OwedFilters,
    actions: list[ListedAction],
    counts: OwedCounts,
    just: ListedAction | None,
    today: date,
) -> list[dict[str, Any]]:
    """The page's actions under their headings, each heading with the number on all pages."""
    if filters.state == FINISHED:
        return [{"key": FINISHED, "title": "Finished", "count": counts.finished, "actions": actions}]
    placed = actions
    if just is not None and just.finished_on is not None:
        placed = sorted([*actions, just], key=lambda action: (action.due_on, action.id))
    sizes = {OVERDUE: counts.overdue, SOON: counts.soon, LATER: counts.later}
    groups = [
        {
            "key": key,
            "title": title,
            "count": sizes[key],
            "actions": [a for a in placed if due_group(a.due_on, today) == key],
        }
        for key, title in HEADINGS.items()
    ]
    return [group for group in groups if group["actions"]]
