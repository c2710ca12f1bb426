"""Guests of a meeting: when the turn of their item comes, and what they are written. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from app.panels.meetings.rules import MeetingFacts, MeetingStatus
from app.panels.words import clock_time, long_day

MOST_SLOTS = 60

CAPACITIES = (
    "The child’s social worker",
    "School or college",
    "Placement or children’s home",
    "Foster carer",
    "Youth justice worker",
    "Health professional",
    "Independent advocate",
    "Other",
)

SlotTime = tuple[datetime, int]
"""When an item's turn comes, and its minutes."""


@dataclass(frozen=True)
class SlotFacts:
    """A guest's place at one item. `settled` is the time by the agenda as it was issued last.

    `time` is that or, before the item was issued, the time as the agenda stands; None: it is on no agenda any more.
    `child_name` is empty for an item that is about no child.
    """

    id: int
    meeting: MeetingFacts
    item_id: int
    item_kind: str
    item_title: str
    child_id: int | None
    child_name: str
    person_id: int
    person_name: str
    person_email: str
    agency_name: str
    capacity: str
    has_password: bool
    invited_at: datetime
    time: SlotTime | None
    settled: SlotTime | None
    answer: str
    confidentiality_at: datetime | None


def slot_time(starts_at: datetime, item_id: int, items: Iterable[Mapping[str, Any]]) -> SlotTime | None:
    """When an item's turn comes: after the minutes of those before it. `items` in order, each `item` and `minutes`."""
    at = starts_at
    for row in items:
        if row["item"] == item_id:
            return at, int(row["minutes"])
        at += timedelta(minutes=int(row["minutes"]))
    return None


def may_still_come(meeting: MeetingFacts, now: datetime) -> bool:
    """Whether guests are still asked to it or taken off: until it starts."""
    return meeting.is_open and now < meeting.starts_at


def without_its_item(slot: SlotFacts, hidden: Mapping[int, str]) -> SlotFacts:
    """The slot as it stands for whoever may not see its restricted item; `hidden`: open titles by item."""
    if slot.item_id not in hidden:
        return slot
    title = hidden[slot.item_id] or "Restricted item"
    return replace(slot, item_kind="restricted", item_title=title, child_id=None, child_name="")


def shows_the_child(meeting: MeetingFacts) -> bool:
    """A guest sees the child until the meeting is settled, and not afterwards."""
    return meeting.is_open


def times_that_changed(
    slots: Sequence[SlotFacts], before: Mapping[int, SlotTime | None]
) -> list[tuple[SlotFacts, bool]]:
    """The slots whose guests must be told, each with whether its item is still on the agenda."""
    return [(slot, slot.time is not None) for slot in slots if slot.time != before.get(slot.id)]


def invited_message(slot: SlotFacts, address: str, again: bool = False) -> tuple[str, str]:
    """Subject and text of a guest's invitation: when, where and a link, never whom it is about."""
    assert slot.time is not None
    when = f"{long_day(slot.time[0])} at {clock_time(slot.time[0])}"
    opening = (
        f"The time of your part in the meeting of {slot.meeting.panel_name} is now {when}."
        if again
        else f"You are asked to take part in the meeting of {slot.meeting.panel_name} on {when}, for one item."
    )
    body = (
        f"{opening} It is planned to take {slot.time[1]} minutes. The time may still move a little; "
        "you are told if it does.\n\n"
        "What it is about, your reply, and what you know beforehand (you will be asked to sign in):\n"
        f"{address}/meetings/{slot.meeting.id}/slot\n\n"
        f"Reference: meeting {slot.meeting.id}\n"
    )
    noun = "Your time has changed" if again else "Your part"
    return f"{noun}: {slot.meeting.panel_name}, {long_day(slot.time[0])}", body


def taken_off_message(slot: SlotFacts, address: str) -> tuple[str, str]:
    """Subject and text when a guest is no longer needed, or the whole meeting is cancelled."""
    meeting = slot.meeting
    reason = (
        "has been cancelled"
        if meeting.status == MeetingStatus.CANCELLED
        else "will go ahead without your part: you are no longer asked to come"
    )
    body = (
        f"The meeting of {meeting.panel_name} on {long_day(meeting.starts_at)} {reason}.\n\n"
        f"Reference: meeting {meeting.id}\n"
    )
    return f"No longer needed: {meeting.panel_name}, {long_day(meeting.starts_at)}", body
