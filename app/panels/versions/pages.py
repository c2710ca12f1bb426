"""The page of an agenda as it was issued: what it is given to show. Called by routes inside a page's transaction."""

from datetime import timedelta
from typing import Any

from litestar import Request
from litestar.response import Template

from app.access import Permission, permits
from app.history.changes import record_read
from app.lifecycle import Invisible
from app.panels.agenda.queries import beside_children, items_of, previous_minutes
from app.panels.agenda.rules import seen_by
from app.panels.carried.rules import Heading, earlier_actions
from app.panels.contributions.queries import contributions_for
from app.panels.handed_in import handed_in
from app.panels.meetings.rules import MeetingFacts, MeetingStatus
from app.panels.problems.queries import problems_of
from app.panels.replies.queries import own_place
from app.panels.restricting.queries import hidden_items
from app.panels.restricting.rules import as_seen
from app.panels.selection.rules.concern_parts import concern_by_child
from app.panels.versions.queries import versions_of
from app.panels.versions.rules import VersionFacts, differences, snapshot
from app.web.pages import now_of, page, who_of

Asked = Request[Any, Any, Any]


async def reading_page(request: Asked, meeting: MeetingFacts, number: int | None = None) -> Template:
    """The agenda for attendees: the latest version, or the one that was asked for, with what changed since the last.

    Who reads it, and about whom, is recorded before it goes out. Raises Invisible for a version that never was.
    """
    who, now = who_of(request), now_of(request)
    versions = await versions_of(meeting.id)
    shown = next((v for v in versions if number in (None, v.number)), None)
    if shown is None and number is not None:
        raise Invisible
    before = next((v for v in versions if shown and v.number == shown.number - 1), None)
    items = shown.items if shown else await _never_issued(meeting)
    changed = differences(before.items, items) if before and shown else None
    gone = [row for row in before.items if row["item"] in changed.taken_off] if before and changed else []
    stored = await items_of(meeting.id)
    hidden = await hidden_items(who, meeting.id)
    items, gone = as_seen(items, hidden), as_seen(gone, hidden)
    named = {row["child"] for row in (*items, *gone) if row["child"]}
    children = seen_by(who, meeting.panel_id, await beside_children(meeting, named, now, who))
    open_problems = await problems_of(who, meeting.panel_id) if meeting.is_open else []
    restricted = {item.id for item in stored if item.restricted}
    earlier = earlier_actions(
        await handed_in.carried_actions(who, meeting.id),
        [
            Heading(
                row["item"],
                row["kind"],
                row["child"],
                row["title"],
                row.get("standing", ""),
                row["item"] in restricted,
            )
            for row in items
        ],
    )
    told = {*children, *(one.child_id for one in open_problems if one.child_id), *earlier.child_ids}
    if told:
        await record_read(who.person_id, "agenda", [meeting.id], now=now, children=told)
    return page(
        request,
        "panels/issued-agenda.html",
        meeting=meeting,
        shown=shown,
        versions=_told(versions),
        items=_with_times(meeting, items),
        total=sum(row["minutes"] for row in items),
        added=set(changed.added) if changed else set(),
        changed=changed,
        gone=gone,
        children=children,
        contributions=await contributions_for(who, meeting),
        concern=concern_by_child(stored),
        previous=await previous_minutes(who, meeting),
        restricted=restricted,
        earlier=earlier,
        open_problems=open_problems,
        panel_slug=meeting.panel_slug,
        own=await own_place(who, meeting),
        may_prepare=meeting.is_open and permits(who, Permission.PREPARE_AGENDA, meeting.scope),
        is_latest=shown is None or shown.number == versions[0].number,
    )


async def _never_issued(meeting: MeetingFacts) -> list[dict[str, Any]]:
    """A meeting that was brought in from elsewhere may be held without an agenda of ours ever being issued."""
    return snapshot(await items_of(meeting.id)) if meeting.status == MeetingStatus.HELD else []


def _with_times(meeting: MeetingFacts, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each item with the time at which its turn comes."""
    at, timed = meeting.starts_at, []
    for row in items:
        timed.append({**row, "at": at})
        at += timedelta(minutes=row["minutes"])
    return timed


def _told(versions: list[VersionFacts]) -> list[dict[str, Any]]:
    """The versions, latest first, each with what changed from the one before."""
    told = []
    for version, before in zip(versions, [*versions[1:], None], strict=False):
        words = differences(before.items, version.items).words if before else f"{len(version.items)} items"
        told.append({"version": version, "words": words or "nothing changed"})
    return told
