"""When a guest may say what they know of their item, and until when it is on time. Pure."""

from dataclasses import dataclass
from datetime import datetime

from app.panels.contributions.rules import (
    AskedItem,
    ContributionFacts,
    due_at,
    due_in_words,
    why_closed,
)
from app.panels.guests.rules import SlotFacts
from app.panels.meetings.rules import MeetingStatus
from app.panels.words import clock_time, long_day

OVER = "This meeting was held, so nothing can be sent any more. Tell the person who invited you what is known now."
NOT_ISSUED = "The agenda has not been issued with this item yet. You are told by e-mail when it is."
ASKED_ABOUT = ("child", "place")


@dataclass(frozen=True)
class Asking:
    """A guest's slot with its item as it was issued (None before), and what they wrote so far."""

    slot: SlotFacts
    item: AskedItem | None
    written: ContributionFacts | None

    @property
    def is_about_something(self) -> bool:
        """Nothing is asked about an introduction or any other business."""
        return self.slot.item_kind in ASKED_ABOUT

    @property
    def closed(self) -> str | None:
        """Why nothing can be sent now, or None."""
        if self.slot.meeting.status == MeetingStatus.HELD:
            return OVER
        if self.slot.meeting.status == MeetingStatus.PLANNED or self.item is None:
            return NOT_ISSUED
        return why_closed(self.slot.meeting)

    @property
    def is_owed(self) -> bool:
        """Whether something is asked for now that the guest has not sent."""
        return (
            self.is_about_something
            and self.closed is None
            and not (self.written is not None and self.written.is_sent)
        )

    @property
    def due_at(self) -> datetime | None:
        return due_at(self.slot.meeting.starts_at, self.item.issued_at) if self.item else None

    @property
    def due_words(self) -> str:
        return due_in_words(self.slot.meeting.starts_at, self.item.issued_at) if self.item else ""


def reminder_message(asking: Asking, address: str) -> tuple[str, str]:
    """Subject and text of a guest's reminder: a reference and a link, never whom it is about."""
    meeting = asking.slot.meeting
    when = f"{long_day(meeting.starts_at)} at {clock_time(meeting.starts_at)}"
    body = (
        f"You are asked to one item of the meeting of {meeting.panel_name} on {when}. What you know beforehand is "
        f"asked for {asking.due_words}; “nothing known” is an answer.\n\n"
        f"Answer here (you will be asked to sign in):\n{address}/meetings/{meeting.id}/slot\n\n"
        f"Reference: meeting {meeting.id}\n"
    )
    return f"Reminder: your part in {meeting.panel_name}, {long_day(meeting.starts_at)}", body
