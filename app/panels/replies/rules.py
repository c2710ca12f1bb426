"""Replies before a meeting: which there are, until when they are taken, how they add up. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.panels.attendance.rules import Attendee
from app.panels.meetings.rules import MeetingFacts, MeetingStatus
from app.panels.words import clock_time, long_day

ACCEPT = "accept"
APOLOGIES = "apologies"
DEPUTY = "deputy"

STORED = {ACCEPT: "accepted", APOLOGIES: "apologies", DEPUTY: "accepted"}
"""A deputy who will come is an acceptance with a name; “deputy came” is noted at the meeting alone."""

BEFORE = frozenset({"invited", "accepted", "apologies"})
"""The statuses that a reply may replace; the others were noted at the meeting."""


@dataclass(frozen=True)
class Asked:
    """Somebody who is asked to a meeting: by a seat, or as a guest to an item whose turn comes at `starts_at`."""

    person_id: int
    agency_id: int
    agency_name: str
    is_guest: bool
    starts_at: datetime
    status: str
    deputy_name: str
    replied_at: datetime | None
    confidentiality_at: datetime | None

    @property
    def answer(self) -> str:
        """What was replied, as the form names it; empty while there is no reply."""
        if self.replied_at is None:
            return ""
        if self.status == STORED[DEPUTY] and self.deputy_name:
            return DEPUTY
        return {"accepted": ACCEPT, "apologies": APOLOGIES}.get(self.status, "")


def why_no_reply(meeting: MeetingFacts, now: datetime) -> str | None:
    """The sentence to show when a reply can't be taken any more, or None."""
    if meeting.status == MeetingStatus.CANCELLED:
        return "This meeting was cancelled, so no reply is needed."
    if meeting.status == MeetingStatus.HELD:
        return "This meeting has been held, so no reply is needed any more."
    if now >= meeting.starts_at:
        when = f"{long_day(meeting.starts_at)} at {clock_time(meeting.starts_at)}"
        return f"This meeting started on {when}. Tell the minute taker who comes."
    return None


def reply_problems(answer: str, deputy_name: str, asked: Asked) -> dict[str, str]:
    """Sentences by field."""
    known = {ACCEPT, APOLOGIES} if asked.is_guest else set(STORED)
    if answer not in known:
        return {"answer": "Choose whether you come"}
    if answer == DEPUTY and not deputy_name:
        return {"deputy_name": f"Enter the name of the person from {asked.agency_name} who comes for you"}
    return {}


@dataclass(frozen=True)
class Tally:
    """How those who are asked have answered."""

    accepted: int
    deputies: int
    apologies: int
    silent: int

    @property
    def words(self) -> str:
        """5 accepted, 1 sends a deputy, 1 sends apologies, 3 have not answered"""
        parts = []
        if self.accepted:
            parts.append(f"{self.accepted} accepted")
        if self.deputies:
            parts.append(f"{self.deputies} {'sends' if self.deputies == 1 else 'send'} a deputy")
        if self.apologies:
            parts.append(f"{self.apologies} {'sends' if self.apologies == 1 else 'send'} apologies")
        if self.silent:
            parts.append(f"{self.silent} {'has' if self.silent == 1 else 'have'} not answered")
        return ", ".join(parts)


def tally_of(attendees: Iterable[Attendee]) -> Tally:
    asked = [one for one in attendees if one.person_id is not None]
    coming = [one for one in asked if one.status == "accepted"]
    return Tally(
        accepted=sum(not one.deputy_name for one in coming),
        deputies=sum(bool(one.deputy_name) for one in coming),
        apologies=sum(one.status == "apologies" for one in asked),
        silent=sum(one.status == "invited" for one in asked),
    )
