"""Asks people without a seat to one item of a meeting, and takes them off again."""

from dataclasses import dataclass
from datetime import datetime

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, MovedOn, Refused
from app.panels.calendar.changes import end_slot, invite_guest, withdraw_guest
from app.panels.guests.queries import holds_a_seat, items_to_ask_to, slot_of_meeting, slots_of_meeting
from app.panels.guests.rules import MOST_SLOTS, SlotFacts, may_still_come
from app.panels.meetings.rules import MeetingFacts
from app.people.changes import add_person, invite
from app.people.queries import person_by_email


@dataclass(frozen=True)
class Guest:
    """Who is asked. Name and agency are needed only for somebody who has no account yet."""

    email: str
    name: str = ""
    agency_id: int | None = None
    capacity: str = ""


@dataclass(frozen=True)
class Asked:
    """Who was asked. `token` makes the link to set a password, for somebody who never signed in."""

    slot: SlotFacts
    token: str | None


async def ask_guest(
    who: Identity,
    meeting: MeetingFacts,
    guest: Guest,
    *,
    item_id: int,
    address: str,
    now: datetime,
    submission_key: str | None = None,
) -> Asked:
    """Asks somebody to one item: an existing account by its e-mail address, else a new one without any role.

    Raises Forbidden, Refused by field, MovedOn once the meeting has started or is settled.
    """
    _check(who, meeting, now)
    async with database.transaction():
        await database.execute("SELECT FROM meeting WHERE id = $1 FOR UPDATE", meeting.id)
        await refuse_second(submission_key)
        item = next((row for row in await items_to_ask_to(who, meeting.id) if row["id"] == item_id), None)
        if item is None:
            raise Refused(
                "Choose an item", {"item_id": "Choose an item that is on the agenda of this meeting"}
            )
        taken = await slots_of_meeting(meeting.id)
        if len(taken) >= MOST_SLOTS:
            raise Refused(f"A meeting takes {MOST_SLOTS} guests at most.")
        person_id, is_new = await _person(who, meeting, guest, now)
        if any(slot.person_id == person_id and slot.item_id == item_id for slot in taken):
            raise Refused("Already asked", {"email": "This person is asked to this item already"})
        slot_id = await database.fetch_value(
            "INSERT INTO guest_slot (meeting, agenda_item, person, capacity, invited_by, invited_at) "
            "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            meeting.id,
            item_id,
            person_id,
            guest.capacity,
            who.person_id,
            now,
        )
        token = await invite(who, person_id, now=now) if is_new else None
        slot = await slot_of_meeting(meeting.id, slot_id)
        await invite_guest(slot, address=address, now=now)
        await _note(who, slot, "guest asked", now, submission_key)
    return Asked(slot, token)


async def take_guest_off(
    who: Identity,
    meeting: MeetingFacts,
    slot_id: int,
    *,
    address: str,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Ends a guest's slot and tells them. Raises Forbidden, Invisible, or MovedOn when it had ended."""
    _check(who, meeting, now)
    async with database.transaction():
        await refuse_second(submission_key)
        slot = await slot_of_meeting(meeting.id, slot_id)
        if not await end_slot(slot, now):
            raise MovedOn("Someone took this guest off just now. Nothing was changed.")
        await withdraw_guest(slot, address=address, now=now)
        await _note(who, slot, "guest taken off", now, submission_key)


async def renew_link(who: Identity, meeting: MeetingFacts, slot_id: int, *, now: datetime) -> Asked:
    """A new link to set a password, for a guest who has never signed in. Raises Forbidden, Invisible or Refused."""
    _check(who, meeting, now)
    slot = await slot_of_meeting(meeting.id, slot_id)
    if slot.has_password:
        raise Refused(f"{slot.person_name} has a password. An administrator can make a new link.")
    return Asked(slot, await invite(who, slot.person_id, now=now))


def _check(who: Identity, meeting: MeetingFacts, now: datetime) -> None:
    if not permits(who, Permission.INVITE_GUEST, meeting.scope):
        raise Forbidden(Permission.INVITE_GUEST)
    if not may_still_come(meeting, now):
        raise MovedOn(
            "This meeting has started, was held or was cancelled: its guests can’t be changed any more."
        )


async def _person(who: Identity, meeting: MeetingFacts, guest: Guest, now: datetime) -> tuple[int, bool]:
    """The account of this address, and whether it was made just now."""
    found = await person_by_email(guest.email)
    if found is None:
        problems = {}
        if not guest.name:
            problems["name"] = "Nobody here has this address yet. Enter the person’s name"
        if guest.agency_id is None:
            problems["agency_id"] = "Choose the agency the person works for"
        if problems:
            raise Refused("Nobody here has this address yet", problems)
        assert guest.agency_id is not None
        made = await add_person(
            who, email=guest.email, name=guest.name, agency_id=guest.agency_id, roles=[], now=now
        )
        return made, True
    if found.disabled_at is not None:
        raise Refused(
            "Can’t sign in", {"email": "This person’s account is closed. Ask an administrator to open it"}
        )
    if await holds_a_seat(meeting.panel_id, found.id):
        raise Refused(
            "Has a seat", {"email": f"{found.name} has a seat on this panel and comes to the whole meeting"}
        )
    return found.id, False


async def _note(who: Identity, slot: SlotFacts, kind: str, now: datetime, submission_key: str | None) -> None:
    await record(
        who.person_id,
        kind,
        "meeting",
        [slot.meeting.id],
        now=now,
        children=[slot.child_id] if slot.child_id else [],
        details={"slot": slot.id, "person": slot.person_id, "item": slot.item_id},
        submission_key=submission_key,
    )
