"""The one writer of invitations: who is told of a meeting, with the calendar entry that goes along."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app import database
from app.outbox.changes import write_message
from app.panels.calendar.messages import (
    Message,
    invited_message,
    rhythm_ended_message,
    rhythm_message,
    seat_ended_message,
    vanished_message,
)
from app.panels.calendar.queries import (
    Invitee,
    invitees_of,
    meetings_invited_to,
    seated_person,
)
from app.panels.calendar.rules import (
    CANCEL,
    REQUEST,
    Entry,
    Party,
    calendar_text,
    meeting_entry,
    slot_entry,
)
from app.panels.guests.queries import slots_of_meeting
from app.panels.guests.rules import SlotFacts, SlotTime, taken_off_message, times_that_changed
from app.panels.guests.rules import invited_message as guest_message
from app.panels.handed_in import handed_in
from app.panels.meetings.rules import MeetingFacts

MOST_CALLED_OFF = 12
"""Cancellations that one change of a rhythm sends to a person: a year of a monthly panel, a quarter of a weekly one."""


async def invite(meeting: MeetingFacts, message: Message, *, address: str, now: datetime) -> None:
    """Tells everybody with a seat by `message`, with the meeting as it is now for their calendars.

    The first invitation, a change and an issued agenda are all this: the same UID with a higher SEQUENCE.
    """
    entry = meeting_entry(meeting, address, now)
    for invitee in await invitees_of(meeting.id, meeting.panel_id):
        await _write(invitee, message, entry, REQUEST, now)


async def call_off(meeting: MeetingFacts, message: Message, *, address: str, now: datetime) -> None:
    """Tells everybody with a seat, and every guest, that a meeting is cancelled, and takes it off their calendars."""
    entry = meeting_entry(meeting, address, now)
    for invitee in await invitees_of(meeting.id, meeting.panel_id):
        await _write(invitee, message, entry, CANCEL, now)
    for slot in await slots_of_meeting(meeting.id):
        await withdraw_guest(slot, address=address, now=now)


async def invite_planned(meeting: MeetingFacts, *, address: str, now: datetime) -> None:
    """The first invitation to a meeting that was planned by hand."""
    await invite(meeting, invited_message(meeting, address), address=address, now=now)


async def invite_newly_seated(panel_id: int, person_id: int, *, address: str, now: datetime) -> None:
    """The coming meetings that everybody else was invited to already."""
    person = await seated_person(panel_id, person_id)
    for meeting in await meetings_invited_to(panel_id, now) if person else []:
        assert person is not None
        message = invited_message(meeting, address)
        await _write(person, message, meeting_entry(meeting, address, now), REQUEST, now)


async def withdraw_seated(panel_id: int, person_id: int, *, address: str, now: datetime) -> None:
    """Takes the coming meetings off the calendar of somebody whose seat ended, and forgets their replies to them."""
    person = await seated_person(panel_id, person_id)
    for meeting in await meetings_invited_to(panel_id, now):
        await database.execute(
            "DELETE FROM attendance WHERE meeting = $1 AND person = $2", meeting.id, person_id
        )
        if person is not None:
            message = seat_ended_message(meeting)
            await _write(person, message, meeting_entry(meeting, address, now), CANCEL, now)


async def ask_again(meeting: MeetingFacts) -> None:
    """A reply was given for another time: it is asked for again. What was noted at the meeting stays."""
    await database.execute(
        "UPDATE attendance SET status = 'invited', deputy_name = '', replied_at = NULL "
        "WHERE meeting = $1 AND replied_at IS NOT NULL AND status IN ('accepted', 'apologies')",
        meeting.id,
    )


async def announce_rhythm(panel_id: int, panel_name: str, words: str, *, address: str, now: datetime) -> None:
    """One e-mail about a new or changed rhythm, in `words` ("every Tuesday at 10am from 5 January 2027").

    Its meetings stand in everybody's feed; each is invited to by its own entry when its agenda is issued.
    """
    subject, body = rhythm_message(panel_name, words, address)
    for invitee in await invitees_of(0, panel_id):
        await write_message(
            person_id=invitee.person_id, recipient=invitee.email, subject=subject, body=body, now=now
        )


async def announce_rhythm_ended(
    panel_id: int, panel_name: str, last_day: str, removed: int, *, address: str, now: datetime
) -> None:
    """One e-mail that a panel's rhythm ends, and how many meetings are planned no more."""
    subject, body = rhythm_ended_message(panel_name, last_day, removed, address)
    for invitee in await invitees_of(0, panel_id):
        await write_message(
            person_id=invitee.person_id, recipient=invitee.email, subject=subject, body=body, now=now
        )


async def call_off_vanished(
    panel_id: int, meetings: Sequence[MeetingFacts], *, address: str, now: datetime
) -> None:
    """Takes the next of these meetings, which exist no more, off everybody's calendar.

    Each needs its own message, since a calendar program reads one UID in a cancellation. Those that come after the
    next dozen leave the feeds at once; nobody was invited to them one by one.
    """
    invitees = await invitees_of(0, panel_id)
    for meeting in sorted(meetings, key=lambda one: one.starts_at)[:MOST_CALLED_OFF]:
        entry = meeting_entry(replace(meeting, version=meeting.version + 1), address, now)
        for invitee in invitees:
            await _write(invitee, vanished_message(meeting, address), entry, CANCEL, now)


async def slot_times(meeting_id: int, *, settled: bool = False) -> dict[int, SlotTime | None]:
    """When each guest's turn is, to be compared after a change; with `settled` only by an agenda that was issued."""
    return {slot.id: slot.settled if settled else slot.time for slot in await slots_of_meeting(meeting_id)}


async def retime_guests(
    meeting: MeetingFacts,
    before: Mapping[int, SlotTime | None],
    *,
    address: str,
    now: datetime,
    all_told: bool,
) -> None:
    """Tells guests whose turn comes at another time than `before`; those whose item went off the agenda are withdrawn.

    `all_told`: also those whose time stays, since the place changed.
    """
    slots = await slots_of_meeting(meeting.id)
    changed = times_that_changed(slots, before)
    for slot, is_on in changed if not all_told else [(slot, slot.time is not None) for slot in slots]:
        if is_on:
            await invite_guest(slot, address=address, now=now, again=True)
        else:
            await end_slot(slot, now)
            await withdraw_guest(slot, address=address, now=now)


async def end_slot(slot: SlotFacts, now: datetime) -> bool:
    """Ends a guest's slot; their reply to it is forgotten when it was their last. False when it had ended."""
    ended = await database.fetch_value(
        "UPDATE guest_slot SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING id", slot.id, now
    )
    await database.execute(
        "DELETE FROM attendance a WHERE a.meeting = $1 AND a.person = $2 AND a.status IN ('invited', 'accepted', "
        "'apologies') AND NOT EXISTS (SELECT FROM guest_slot g WHERE g.meeting = $1 AND g.person = $2 "
        "AND g.ended_at IS NULL)",
        slot.meeting.id,
        slot.person_id,
    )
    return ended is not None


async def invite_guest(slot: SlotFacts, *, address: str, now: datetime, again: bool = False) -> None:
    """A guest's own invitation to the time of one item."""
    assert slot.time is not None, "an item without a time has no invitation"
    entry = slot_entry(slot.id, slot.meeting, *slot.time, address, now)
    await _write(_guest(slot), guest_message(slot, address, again), entry, REQUEST, now)


async def withdraw_guest(slot: SlotFacts, *, address: str, now: datetime) -> None:
    """Takes a guest's slot off their calendar."""
    starts_at, minutes = slot.time or (slot.meeting.starts_at, slot.meeting.length_minutes)
    entry = slot_entry(slot.id, slot.meeting, starts_at, minutes, address, now)
    await _write(_guest(slot), taken_off_message(slot, address), entry, CANCEL, now)


def _guest(slot: SlotFacts) -> Invitee:
    return Invitee(slot.person_id, slot.person_name, slot.person_email, slot.answer)


async def _write(person: Invitee, message: Message, entry: Entry, method: str, now: datetime) -> None:
    subject, body = message
    await write_message(
        person_id=person.person_id,
        recipient=person.email,
        subject=subject,
        body=body,
        now=now,
        calendar=_calendar(person, entry, method),
        calendar_method=method,
    )


def _calendar(person: Invitee, entry: Entry, method: str) -> str:
    return calendar_text(
        [entry.called_off() if method == CANCEL else entry],
        method=method,
        organizer=Party("Homeward", handed_in.organizer),
        attendee=Party(person.name, person.email, person.answer),
    )
