"""A meeting's page, and the button that marks it as held."""

from collections.abc import Collection
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.history.changes import record_read
from app.panels.agenda.queries import children_by_id, items_of, terms_of
from app.panels.attendance.queries import attendees_of
from app.panels.attendance.rules import quorum_of
from app.panels.contributions.queries import standing_of
from app.panels.handed_in import handed_in
from app.panels.meetings.changes import hold_meeting
from app.panels.meetings.queries import history_of_meeting, meeting_for
from app.panels.meetings.rules import MEETING, MeetingFacts, MeetingStatus, history_words, is_told
from app.panels.replies.queries import own_place
from app.panels.replies.rules import tally_of, why_no_reply
from app.panels.restricting.queries import hidden_items
from app.panels.restricting.rules import tells_of
from app.panels.versions.queries import versions_of
from app.panels.versions.rules import VersionFacts
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]


@get("/meetings/{meeting_id:int}", opt=needs(Permission.SEE_MEETING))
async def meeting_page(request: Asked, meeting_id: FromPath[int]) -> Template:
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id)
        terms = await terms_of(meeting)
        attendees = await attendees_of(meeting)
        prepares = permits(who, Permission.PREPARE_AGENDA, meeting.scope)
        hidden = await hidden_items(who, meeting.id)
        child = await _its_child(request, meeting, hidden)
        history = [line for line in await history_of_meeting(meeting.id) if is_told(line.kind, prepares)]
        versions = await versions_of(meeting.id)
        items = await _item_minutes(meeting, versions, prepares)
        minutes = (await handed_in.minutes_status([meeting.id])).get(meeting.id, "")
        extracts = await handed_in.extracts_words(who, meeting.id)
        contributions = await standing_of(who, meeting)
        place = await own_place(who, meeting)
        earlier_actions = await handed_in.actions_looked_at(who, meeting.id)
    return page(
        request,
        "panels/meeting.html",
        meeting=meeting,
        moves={move.name for move in MEETING.open_moves(meeting.status, who, meeting.scope)},
        may_plan=permits(who, Permission.PLAN_MEETING, meeting.scope),
        may_prepare=prepares,
        may_record=permits(who, Permission.RECORD_ATTENDANCE, meeting.scope),
        may_take=permits(who, Permission.TAKE_MINUTES, meeting.scope),
        has_started=now >= meeting.starts_at,
        child=child,
        items=len(items),
        item_minutes=sum(items),
        versions=versions,
        attendees=attendees,
        quorum=quorum_of(attendees, terms.quorum, terms.required_agencies),
        came=sum(one.came for one in attendees),
        minutes=minutes,
        extracts=extracts,
        contributions=contributions,
        earlier_actions=earlier_actions,
        replies=tally_of(attendees),
        own=place,
        may_reply=place is not None and why_no_reply(meeting, now) is None,
        may_ask_guests=permits(who, Permission.INVITE_GUEST, meeting.scope),
        guests=sum(one.seat_role == "guest" for one in attendees),
        history=[
            (line, history_words(line.kind, {} if tells_of(line.details, hidden) else line.details))
            for line in history
        ],
    )


async def _item_minutes(meeting: MeetingFacts, versions: list[VersionFacts], prepares: bool) -> list[int]:
    """The minutes of each item: as they stand now for whoever prepares them, as issued for everybody else."""
    if prepares or meeting.status == MeetingStatus.HELD:
        return [item.minutes for item in await items_of(meeting.id) if item.is_on_agenda]
    return [row["minutes"] for row in versions[0].items] if versions else []


async def _its_child(request: Asked, meeting: MeetingFacts, hidden: Collection[int]) -> dict[str, Any] | None:
    """The one child of a meeting: named to whoever prepares it and, once the agenda is out, to the whole panel."""
    who = who_of(request)
    prepares = permits(who, Permission.PREPARE_AGENDA, meeting.scope)
    if meeting.child_id is None or not (prepares or meeting.agenda_issued_at or meeting.status == "held"):
        return None
    if hidden and any(i.id in hidden and i.child_id == meeting.child_id for i in await items_of(meeting.id)):
        return None
    await record_read(
        who.person_id, "meeting", [meeting.id], now=now_of(request), children=[meeting.child_id]
    )
    return (await children_by_id([meeting.child_id])).get(meeting.child_id)


@post("/meetings/{meeting_id:int}/held", opt=needs(Permission.RECORD_ATTENDANCE))
async def hold(request: Asked, meeting_id: FromPath[int]) -> Answer:
    filled = await read_form(request, Form)
    await hold_meeting(
        who_of(request),
        meeting_id,
        now=now_of(request),
        submission_key=filled.value.submission_key if filled.value else None,
    )
    await flash(request, "The meeting has been marked as held.")
    return see_other(f"/meetings/{meeting_id}")


ROUTES = [meeting_page, hold]
