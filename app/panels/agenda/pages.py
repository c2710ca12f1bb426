"""The pages of an agenda in the making: what they are given to show. Called by routes inside a page's transaction."""

from typing import Any

from litestar import Request
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.history.changes import record_read
from app.london import london_date
from app.panels.agenda.preparing import lacking_standing, prepared
from app.panels.agenda.queries import (
    beside_children,
    children_matching,
    items_of,
    previous_minutes,
    proposal_of,
    terms_of,
)
from app.panels.agenda.rules import seen_by
from app.panels.carried.queries import carried_to
from app.panels.carried.rules import Heading, earlier_actions
from app.panels.cases.overlap.queries import also_on
from app.panels.handed_in import handed_in
from app.panels.meetings.rules import MeetingFacts, time_left_in_words
from app.panels.problems.queries import problems_of
from app.panels.recalls.queries import recalled_on_panel
from app.panels.selection.rules.concern_parts import concern_by_child
from app.panels.versions.queries import versions_of
from app.panels.versions.rules import differences, snapshot
from app.web.pages import now_of, page, who_of

Asked = Request[Any, Any, Any]


def proposed_page(request: Asked) -> int:
    """Which page of what is proposed is asked for; also a form says from which one it was sent."""
    given = str(request.query_params.get("proposed", ""))
    return max(1, int(given)) if given.isascii() and given.isdecimal() and len(given) < 6 else 1


async def preparing_page(
    request: Asked,
    meeting: MeetingFacts,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
) -> Template:
    """The agenda for whoever prepares it. Who reads it, and about whom, is recorded before it goes out."""
    who, now = who_of(request), now_of(request)
    proposal = await proposal_of(meeting, now)
    items = await items_of(meeting.id)
    everything = prepared(who, meeting, items, await carried_to(meeting), proposal)
    preparation, shown = everything.on_page(proposed_page(request))
    versions = await versions_of(meeting.id)
    children = seen_by(who, meeting.panel_id, await beside_children(meeting, preparation.child_ids, now, who))
    open_problems = await problems_of(who, meeting.panel_id)
    earlier = earlier_actions(
        await handed_in.carried_actions(who, meeting.id),
        [
            Heading(line.key, line.kind, line.child_id, line.title, line.standing_key, line.restricted)
            for line in preparation.lines
        ],
    )
    named = {*children, *(one.child_id for one in open_problems if one.child_id), *earlier.child_ids}
    if named:
        await record_read(who.person_id, "agenda", [meeting.id], now=now, children=named)
    return page(
        request,
        "panels/agenda.html",
        part="panels/_agenda.html",
        status=status,
        meeting=meeting,
        preparation=preparation,
        shown=shown,
        proposal=proposal,
        children=children,
        lacking=lacking_standing(await terms_of(meeting), items),
        previous=await previous_minutes(who, meeting),
        may_restrict=permits(who, Permission.RESTRICT_ITEM, meeting.scope),
        concern=concern_by_child((*proposal.items, *items)),
        open_problems=open_problems,
        earlier=earlier,
        recalls=await recalled_on_panel(
            who, meeting.panel_id, children, london_date(min(now, meeting.starts_at))
        ),
        others=await also_on(who, meeting.panel_id, children, london_date(meeting.starts_at)),
        panel_slug=meeting.panel_slug,
        versions=versions,
        changes=differences(versions[0].items, snapshot(items)) if versions else None,
        time_left=time_left_in_words(preparation.total, preparation.length),
        errors=errors or {},
        given=given or {},
    )


async def by_hand_page(
    request: Asked,
    meeting: MeetingFacts,
    *,
    given: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    """The form for a child that the rule does not list, with the children that were found."""
    who, now = who_of(request), now_of(request)
    wanted = str(given.get("wanted", ""))
    async with database.transaction():
        found = await children_matching(who, wanted) if wanted else []
        if found:
            ids = [row["id"] for row in found]
            await record_read(who.person_id, "agenda", [meeting.id], now=now, children=ids)
    return page(
        request,
        "panels/add-child.html",
        status=status,
        meeting=meeting,
        found=found,
        wanted=wanted,
        given=given,
        errors=errors or {},
    )
