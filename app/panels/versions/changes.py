"""Issues an agenda: the first version, and each one after it."""

from datetime import datetime

from app import database
from app.access import Identity
from app.history.changes import record, refuse_second
from app.lifecycle import MovedOn
from app.panels.agenda.placing import accepted_items, bring_forward, store_items
from app.panels.agenda.queries import items_of, proposal_of
from app.panels.agenda.rules import ItemFacts
from app.panels.calendar.changes import invite, retime_guests, slot_times
from app.panels.meetings.queries import last_change_to, meeting_for
from app.panels.meetings.rules import MEETING, MeetingFacts, MeetingStatus, MoveFacts
from app.panels.versions.queries import latest_version
from app.panels.versions.rules import differences, issued_message, snapshot
from app.panels.words import clock_time, long_day


async def issue_agenda(
    who: Identity,
    meeting: MeetingFacts,
    *,
    seen: int,
    address: str,
    with_new: bool = False,
    now: datetime,
    submission_key: str | None = None,
) -> int:
    """Issues the agenda as the chair saw it (`seen` is the meeting's version) and tells everybody with a seat.

    `with_new` puts on everything that is new since the last issue. Returns the number of the version. Raises
    Forbidden, Refused (empty, or nothing changed), or MovedOn naming who was first.
    """
    name = "issue agenda" if meeting.status == MeetingStatus.PLANNED else "issue agenda again"
    async with database.transaction():
        await _take(meeting, seen, submission_key)
        turns = await slot_times(meeting.id, settled=True)
        await bring_forward(meeting, now)
        if with_new:
            await store_items(
                meeting, await accepted_items(meeting, await proposal_of(meeting, now), everything=True)
            )
        items = [item for item in await items_of(meeting.id) if item.is_on_agenda]
        before = await latest_version(meeting.id)
        changed = differences(before.items if before else [], snapshot(items))
        facts = MoveFacts(meeting.starts_at, now, items=len(items), changes=changed.count)
        step = MEETING.check(name, meeting.status, who, meeting.scope, facts)
        number = before.number + 1 if before else 1
        await _store(who, meeting, number, items, now)
        await database.execute(
            "UPDATE meeting SET status = $2, agenda_issued_at = coalesce(agenda_issued_at, $3) WHERE id = $1",
            meeting.id,
            step.target,
            now,
        )
        after = await meeting_for(who, meeting.id)
        message = issued_message(after, number, len(items), changed.words, address)
        await invite(after, message, address=address, now=now)
        await retime_guests(after, turns, address=address, now=now, all_told=False)
        await record(
            who.person_id,
            "agenda issued",
            "meeting",
            [meeting.id],
            now=now,
            children=[item.child_id for item in items if item.child_id],
            details={"version": number, "items": len(items), "changed": changed.words if before else ""},
            submission_key=submission_key,
        )
    return number


async def _take(meeting: MeetingFacts, seen: int, submission_key: str | None) -> None:
    """Of two who issue at once the first one wins; the second is told who it was."""
    taken = await database.fetch_value(
        "UPDATE meeting SET version = version + 1 WHERE id = $1 AND version = $2 AND status = $3 RETURNING id",
        meeting.id,
        seen,
        meeting.status,
    )
    if taken is not None:
        return
    await refuse_second(submission_key)
    last = await last_change_to(meeting.id)
    if last is None:
        raise MovedOn("This agenda has changed since you opened it. Look at it again, then issue it.")
    by = last.by or "Someone"
    when = f"at {clock_time(last.happened_at)} on {long_day(last.happened_at)}"
    if last.kind == "agenda issued":
        raise MovedOn(f"{by} issued this agenda {when}, before you. Nothing was sent twice.")
    raise MovedOn(f"{by} changed this agenda {when} ({last.kind}). Look at it again, then issue it.")


async def _store(
    who: Identity, meeting: MeetingFacts, number: int, items: list[ItemFacts], now: datetime
) -> None:
    await database.execute(
        "INSERT INTO agenda_version (meeting, number, issued_at, issued_by, items) VALUES ($1, $2, $3, $4, $5)",
        meeting.id,
        number,
        now,
        who.person_id,
        snapshot(items),
    )
    await database.execute(
        "UPDATE agenda_item SET first_issued_in = $2 WHERE meeting = $1 AND status = 'on-agenda' "
        "AND first_issued_in IS NULL",
        meeting.id,
        number,
    )
