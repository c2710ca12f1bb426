"""Plans, changes, cancels and holds meetings."""

from dataclasses import dataclass
from datetime import date, datetime, time

import asyncpg

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused, Stale
from app.london import london_date
from app.panels.agenda.placing import store_items
from app.panels.agenda.preparing import NewItem, item_of_child
from app.panels.agenda.queries import child_exists, open_case_of, proposal_of, terms_of
from app.panels.agenda.standing import put_standing_on
from app.panels.calendar.changes import ask_again, call_off, invite, invite_planned, retime_guests, slot_times
from app.panels.guests.rules import SlotTime
from app.panels.meetings.queries import last_change_to, meeting_for, times_taken
from app.panels.meetings.rules import (
    MEETING,
    MeetingFacts,
    MoveFacts,
    cancelled_message,
    moved_message,
    planning_problems,
)
from app.panels.standing.queries import seats_on
from app.panels.standing.rules import scope_of
from app.panels.terms.queries import terms_at
from app.panels.terms.rules import StandingPanel


@dataclass(frozen=True)
class Plan:
    """What is decided when a meeting is planned or changed. `day` and `clock` are of London."""

    day: date
    clock: time
    length: int
    place: str = ""
    video_link: str = ""
    chair_id: int | None = None
    minute_taker_id: int | None = None


async def plan_meeting(
    who: Identity,
    panel: StandingPanel,
    plan: Plan,
    *,
    child_id: int | None = None,
    address: str | None = None,
    now: datetime,
    submission_key: str | None = None,
) -> int:
    """A new meeting of a panel; one for a child alone begins with that child on its agenda. Returns its id.

    Everybody with a seat is invited when the service's `address` is told: without it there is nothing to link to.
    Raises Forbidden, or Refused with sentences by field.
    """
    if not permits(who, Permission.PLAN_MEETING, scope_of(panel.id)):
        raise Forbidden(Permission.PLAN_MEETING)
    if child_id is not None and not await child_exists(child_id):
        raise Invisible
    async with database.transaction():
        await _take_panel(panel.id, submission_key)
        starts_at = await _checked(panel.id, plan, now, None)
        try:
            meeting_id = await database.fetch_value(
                "INSERT INTO meeting (panel, starts_at, length_minutes, place, video_link, child, chair, minute_taker) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
                panel.id,
                starts_at,
                plan.length,
                plan.place,
                plan.video_link,
                child_id,
                plan.chair_id,
                plan.minute_taker_id,
            )
        except asyncpg.UniqueViolationError as problem:
            raise Refused(
                "Choose another time", {"starts_time": "The panel already meets then. Choose another time."}
            ) from problem
        await put_standing_on([meeting_id], await terms_at(panel, london_date(starts_at)))
        if child_id is not None:
            await _put_child_on(await meeting_for(who, meeting_id), child_id, now)
        await record(
            who.person_id,
            "meeting planned",
            "meeting",
            [meeting_id],
            now=now,
            children=[child_id] if child_id else [],
            details={"starts_at": starts_at},
            submission_key=submission_key,
        )
        if address is not None:
            await invite_planned(await meeting_for(who, meeting_id), address=address, now=now)
    found: int = meeting_id
    return found


async def _put_child_on(meeting: MeetingFacts, child_id: int, now: datetime) -> None:
    """The one child of a meeting, with the rule's reason where the rule proposes it."""
    proposal = await proposal_of(meeting, now)
    minutes = min((await terms_of(meeting)).minutes_per_item, meeting.length_minutes)
    proposed = [item for item in proposal.items if item.child_id == child_id]
    if proposed:
        await store_items(meeting, [item_of_child(proposed[0], proposal, minutes)])
        trigger = proposed[0].facts.get("trigger_episode")
        if trigger:
            await database.execute(
                "UPDATE meeting SET trigger_episode = $2 WHERE id = $1", meeting.id, int(trigger)
            )
        return
    item = NewItem(
        kind="child",
        child_id=child_id,
        case_id=await open_case_of(meeting.panel_id, child_id),
        minutes=minutes,
        reason="The meeting is held for this child alone",
        added_by="hand",
    )
    await store_items(meeting, [item])


async def change_meeting(
    who: Identity,
    meeting: MeetingFacts,
    plan: Plan,
    *,
    seen: int,
    address: str,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Another time, place, length, chair or minute taker; everybody asked is told of another time or place.

    Raises Forbidden, Refused by field, MovedOn when it is settled, Stale when others changed it meanwhile.
    """
    if not permits(who, Permission.PLAN_MEETING, meeting.scope):
        raise Forbidden(Permission.PLAN_MEETING)
    if not meeting.is_open:
        raise MovedOn(f"This meeting was {meeting.status}. It can’t be changed any more.")
    async with database.transaction():
        await _take_panel(meeting.panel_id, submission_key)
        starts_at = await _checked(meeting.panel_id, plan, now, meeting)
        turns = await slot_times(meeting.id)
        changed = await database.fetch_value(
            "UPDATE meeting SET starts_at = $2, length_minutes = $3, place = $4, video_link = $5, chair = $6, "
            "minute_taker = $7, version = version + 1 "
            "WHERE id = $1 AND version = $8 AND status IN ('planned', 'agenda-issued') RETURNING id",
            meeting.id,
            starts_at,
            plan.length,
            plan.place,
            plan.video_link,
            plan.chair_id,
            plan.minute_taker_id,
            seen,
        )
        if changed is None:
            await _say_who_was_first(meeting)
        await record(
            who.person_id,
            "meeting changed",
            "meeting",
            [meeting.id],
            now=now,
            details={"starts_at": starts_at},
            submission_key=submission_key,
        )
        await _tell_of_change(meeting, await meeting_for(who, meeting.id), turns, address, now)


async def _tell_of_change(
    before: MeetingFacts,
    after: MeetingFacts,
    turns: dict[int, SlotTime | None],
    address: str,
    now: datetime,
) -> None:
    """The same event at another time or place. Who had answered for another time is asked again."""
    moved = before.starts_at != after.starts_at
    elsewhere = (before.place, before.video_link) != (after.place, after.video_link)
    if moved:
        await ask_again(after)
    if moved or elsewhere or before.length_minutes != after.length_minutes:
        await invite(after, moved_message(after, address), address=address, now=now)
    await retime_guests(after, turns, address=address, now=now, all_told=elsewhere)


async def cancel_meeting(
    who: Identity,
    meeting: MeetingFacts,
    *,
    reason: str,
    seen: int,
    address: str,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Cancels a meeting with its reason; its items come forward to the next one. Everybody with a seat is told.

    Raises Forbidden, Refused without a reason, MovedOn, or Stale.
    """
    async with database.transaction():
        await refuse_second(submission_key)
        step = MEETING.check(
            "cancel", meeting.status, who, meeting.scope, MoveFacts(meeting.starts_at, now, reason=reason)
        )
        changed = await database.fetch_value(
            "UPDATE meeting SET status = $2, cancelled_reason = $3, version = version + 1 "
            "WHERE id = $1 AND version = $4 AND status = ANY($5) RETURNING id",
            meeting.id,
            step.target,
            reason.strip(),
            seen,
            list(step.sources),
        )
        if changed is None:
            await _say_who_was_first(meeting)
        await record(
            who.person_id,
            "meeting cancelled",
            "meeting",
            [meeting.id],
            now=now,
            details={"reason": reason.strip()},
            submission_key=submission_key,
        )
        after = await meeting_for(who, meeting.id)
        await call_off(after, cancelled_message(after, address), address=address, now=now)


async def hold_meeting(
    who: Identity,
    meeting_id: int,
    *,
    now: datetime,
    ended_at: datetime | None = None,
    submission_key: str | None = None,
) -> None:
    """Marks a meeting as held; joins the caller's transaction, as the minutes do.

    Raises Invisible, Forbidden, Refused before it has started, MovedOn when it was held or cancelled already.
    """
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id)
        await refuse_second(submission_key)
        step = MEETING.check("hold", meeting.status, who, meeting.scope, MoveFacts(meeting.starts_at, now))
        changed = await database.fetch_value(
            "UPDATE meeting SET status = $2, ended_at = $3, version = version + 1 "
            "WHERE id = $1 AND status = ANY($4) RETURNING id",
            meeting.id,
            step.target,
            ended_at or now,
            list(step.sources),
        )
        if changed is None:
            raise MovedOn("Someone settled this meeting just now. Nothing was changed.")
        await record(
            who.person_id,
            "meeting held",
            "meeting",
            [meeting.id],
            now=now,
            details={"ended_at": ended_at or now},
            submission_key=submission_key,
        )


async def _take_panel(panel_id: int, submission_key: str | None) -> None:
    """One plan after the other: two for the same hour can't pass each other, and one form makes one meeting."""
    await database.execute("SELECT FROM panel WHERE id = $1 FOR UPDATE", panel_id)
    await refuse_second(submission_key)


async def _checked(panel_id: int, plan: Plan, now: datetime, meeting: MeetingFacts | None) -> datetime:
    """The instant the meeting would start. Raises Refused with sentences by field."""
    around = datetime.combine(plan.day, plan.clock, now.tzinfo)
    others = await times_taken(panel_id, around, meeting.id if meeting else None)
    starts_at, problems = planning_problems(plan.day, plan.clock, plan.length, now, others)
    if meeting is not None and starts_at == meeting.starts_at:
        problems = {name: words for name, words in problems.items() if "in the past" not in words}
    seated = {seat.person_id for seat in await seats_on(panel_id)}
    if plan.chair_id is not None and plan.chair_id not in seated:
        problems["chair_id"] = "Choose the chair from the people with a seat on this panel"
    if plan.minute_taker_id is not None and plan.minute_taker_id not in seated:
        problems["minute_taker_id"] = "Choose the minute taker from the people with a seat on this panel"
    if problems or starts_at is None:
        raise Refused("Check the meeting", problems)
    return starts_at


async def _say_who_was_first(meeting: MeetingFacts) -> None:
    last = await last_change_to(meeting.id)
    raise Stale({}, last.by if last else "", meeting.version)
