"""Meetings as iCalendar texts (RFC 5545, RFC 5546): events, invitations, feeds. No child is ever named in one. Pure.

Written by hand: icalendar takes 70 ms and more for a feed of 200 meetings, lists a hundred days for the zone, and this
is all there is to it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from app.london import LONDON
from app.panels.meetings.rules import MeetingFacts, MeetingStatus

REQUEST = "REQUEST"
CANCEL = "CANCEL"
LONGEST_LINE = 75
"""Octets, without the line's end."""

# the rule that holds since 1996 is enough for meetings: no list of years
LONDON_ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/London",
    "BEGIN:DAYLIGHT",
    "DTSTART:19810329T010000",
    "TZNAME:BST",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "DTSTART:19961027T020000",
    "TZNAME:GMT",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True)
class Entry:
    """One event of a calendar. `stamped_at`: when this form of it came to be. `sequence` rises with every change."""

    uid: str
    sequence: int
    stamped_at: datetime
    starts_at: datetime
    length_minutes: int
    summary: str
    place: str
    url: str
    description: str = ""
    is_cancelled: bool = False
    date_only: bool = False

    def called_off(self) -> "Entry":
        """The same event as it leaves a calendar, whether the meeting goes ahead without this person or not."""
        if self.is_cancelled:
            return self
        return replace(self, is_cancelled=True, summary=f"Cancelled: {self.summary}")


@dataclass(frozen=True)
class Party:
    """Who invites, or who is invited. `answer` is the status of their reply."""

    name: str
    email: str
    answer: str = "invited"


PARTICIPATION = {"accepted": "ACCEPTED", "apologies": "DECLINED"}


def uid_of(noun: str, number: int, address: str) -> str:
    """The same for the whole life of a meeting or slot, and unlike those of any other service."""
    return f"{noun}-{number}@{urlsplit(address).hostname or 'localhost'}"


def meeting_entry(meeting: MeetingFacts, address: str, stamped_at: datetime) -> Entry:
    """A meeting as whoever has a seat sees it: which panel, when, where, and the link to its page."""
    cancelled = meeting.status == MeetingStatus.CANCELLED
    return Entry(
        uid=uid_of("meeting", meeting.id, address),
        sequence=meeting.version,
        stamped_at=stamped_at,
        starts_at=meeting.starts_at,
        length_minutes=meeting.length_minutes,
        summary=f"{'Cancelled: ' if cancelled else ''}{_meeting(meeting.panel_name)}",
        place=place_words(meeting.place, bool(meeting.video_link)),
        url=f"{address}/meetings/{meeting.id}",
        description=f"Reference: meeting {meeting.id}\nSee it here (sign in): {address}/meetings/{meeting.id}\n"
        f"Reply here: {address}/meetings/{meeting.id}/reply",
        is_cancelled=cancelled,
        date_only=meeting.date_only,
    )


def slot_entry(
    slot_id: int, meeting: MeetingFacts, starts_at: datetime, minutes: int, address: str, stamped_at: datetime
) -> Entry:
    """The time of a guest's item: which panel and where, but not whom it is about."""
    cancelled = meeting.status == MeetingStatus.CANCELLED
    page = f"{address}/meetings/{meeting.id}/slot"
    return Entry(
        uid=uid_of("slot", slot_id, address),
        sequence=meeting.version,
        stamped_at=stamped_at,
        starts_at=starts_at,
        length_minutes=minutes,
        summary=f"{'Cancelled: ' if cancelled else ''}{_meeting(meeting.panel_name)}, your part",
        place=place_words(meeting.place, bool(meeting.video_link)),
        url=page,
        description=f"Reference: meeting {meeting.id}\nWhat it is about, and your reply (sign in): {page}",
        is_cancelled=cancelled,
    )


def _meeting(panel_name: str) -> str:
    return panel_name if panel_name.lower().endswith("meeting") else f"{panel_name} meeting"


def place_words(place: str, by_video: bool) -> str:
    """Where, without the address of the video meeting: who has it may walk in, so it stays on the page."""
    if place and by_video:
        return f"{place}, or by video"
    return place or ("By video" if by_video else "")


def calendar_text(
    entries: Iterable[Entry],
    *,
    method: str = "",
    organizer: Party | None = None,
    attendee: Party | None = None,
    name: str = "",
) -> str:
    """A whole calendar. Without a method it is a feed or a file to keep; libical refuses a published one without
    an organizer, so there is none.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Homeward//Panel meetings//EN", "CALSCALE:GREGORIAN"]
    if method:
        lines.append(f"METHOD:{method}")
    if name:
        lines += [
            f"X-WR-CALNAME:{text(name)}",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "X-PUBLISHED-TTL:PT1H",
        ]
    lines += LONDON_ZONE
    for entry in entries:
        lines += _event(entry, organizer, attendee)
    lines.append("END:VCALENDAR")
    return "".join(fold(line) + "\r\n" for line in lines)


def _event(entry: Entry, organizer: Party | None, attendee: Party | None) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_utc(entry.stamped_at)}",
        *_times(entry),
        f"SUMMARY:{text(entry.summary)}",
        f"DESCRIPTION:{text(entry.description)}",
        f"URL:{entry.url}",
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT" if entry.is_cancelled or entry.date_only else "TRANSP:OPAQUE",
    ]
    if entry.place:
        lines.append(f"LOCATION:{text(entry.place)}")
    if organizer:
        lines.append(f"ORGANIZER;CN={parameter(organizer.name)}:mailto:{organizer.email}")
    if attendee:
        # no answer is asked for by mail: nobody reads it, the reply's page needs sign-in
        lines.append(
            f"ATTENDEE;CN={parameter(attendee.name)};CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;"
            f"PARTSTAT={PARTICIPATION.get(attendee.answer, 'NEEDS-ACTION')};RSVP=FALSE:mailto:{attendee.email}"
        )
    return [*lines, "END:VEVENT"]


def _times(entry: Entry) -> list[str]:
    if entry.date_only:
        day = entry.starts_at.astimezone(LONDON).date()
        return [
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        ]
    ends_at = entry.starts_at + timedelta(minutes=entry.length_minutes)
    return [_at("DTSTART", entry.starts_at), _at("DTEND", ends_at)]


def _at(name: str, instant: datetime) -> str:
    """London wall time; in UTC in the hour of October that comes twice, which calendars read one way or the other."""
    local = instant.astimezone(LONDON)
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        return f"{name}:{_utc(instant)}"
    return f"{name};TZID=Europe/London:{local:%Y%m%dT%H%M%S}"


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def text(value: str) -> str:
    """A value of the type TEXT: nothing in it can end its line or begin another property."""
    plain = CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def parameter(value: str) -> str:
    """A quoted parameter; a quotation mark can't stand in one."""
    return '"' + re.sub(r"[\x00-\x1f\x7f]", "", value).replace('"', "’") + '"'


def fold(line: str) -> str:
    """A long line in pieces of at most 75 octets, never within a character."""
    if len(line) <= LONGEST_LINE and line.isascii():
        return line
    pieces, piece, room = [], "", LONGEST_LINE
    for mark in line:
        size = len(mark.encode())
        if size > room:
            pieces.append(piece)
            piece, room = " ", LONGEST_LINE - 1
        piece += mark
        room -= size
    return "\r\n".join([*pieces, piece])
