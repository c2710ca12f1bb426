"""Meetings: statuses, moves, lengths and times. Nothing is read or written here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from app.access import Permission, Scope
from app.lifecycle import Lifecycle, Move
from app.london import LONDON, day_in, london_date
from app.panels.rhythm.rules.coming import moved_words
from app.panels.words import clock_time, counted, length_in_words, long_day

SHORTEST_MINUTES = 15
LONGEST_MINUTES = 720
YEARS = range(2000, 2101)
"""A date outside was mistyped, whatever it was meant to be."""


class MeetingStatus(StrEnum):
    PLANNED = "planned"
    AGENDA_ISSUED = "agenda-issued"
    HELD = "held"
    CANCELLED = "cancelled"


OPEN = frozenset({MeetingStatus.PLANNED.value, MeetingStatus.AGENDA_ISSUED.value})
"""The statuses in which a meeting and its agenda may still be changed."""


@dataclass(frozen=True)
class MeetingFacts:
    """One meeting of a standing panel. `child_id` where it is held for one child alone."""

    id: int
    panel_id: int
    panel_slug: str
    panel_name: str
    panel_kind: str
    starts_at: datetime
    date_only: bool
    length_minutes: int
    place: str
    video_link: str
    child_id: int | None
    trigger_episode_id: int | None
    status: str
    cancelled_reason: str
    chair_id: int | None
    chair_name: str
    minute_taker_id: int | None
    minute_taker_name: str
    agenda_issued_at: datetime | None
    ended_at: datetime | None
    version: int
    series_day: date | None = None
    series_clock: time | None = None

    @property
    def scope(self) -> Scope:
        return Scope(panel_ids=frozenset({self.panel_id}))

    @property
    def on(self) -> date:
        """Its day in London: the terms of reference of that day hold for it."""
        return london_date(self.starts_at)

    @property
    def ends_at(self) -> datetime:
        """When it is meant to end."""
        return self.starts_at + timedelta(minutes=self.length_minutes)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def moved_from(self) -> str:
        """In words, where its rhythm would have it; blank where it stands there, or was planned by hand."""
        return moved_words(self.series_day, self.series_clock, self.starts_at)

    @property
    def title(self) -> str:
        return f"{self.panel_name}, {long_day(self.starts_at)}"


@dataclass(frozen=True)
class MoveFacts:
    """What a move of a meeting is judged by. `changes` counts what differs from the agenda as last issued."""

    starts_at: datetime
    now: datetime
    items: int = 0
    changes: int = 0
    reason: str = ""


def needs_an_item(facts: MoveFacts) -> str | None:
    if facts.items:
        return None
    return "The agenda is empty. Put at least one item on it, then issue it."


def needs_a_change(facts: MoveFacts) -> str | None:
    return None if facts.changes else "Nothing has changed since the agenda was issued."


def needs_to_have_started(facts: MoveFacts) -> str | None:
    if facts.now >= facts.starts_at:
        return None
    return (
        f"This meeting starts on {long_day(facts.starts_at)} at {clock_time(facts.starts_at)}. "
        "It can be marked as held once it has started."
    )


def needs_a_reason(facts: MoveFacts) -> str | None:
    return None if facts.reason.strip() else "Enter why the meeting is cancelled"


def _move(
    name: str,
    sources: Iterable[MeetingStatus],
    target: MeetingStatus,
    permission: Permission,
    *requires: object,
) -> Move:
    return Move(name, frozenset(s.value for s in sources), target.value, permission, tuple(requires))  # type: ignore[arg-type]


MEETING = Lifecycle(
    statuses=tuple(status.value for status in MeetingStatus),
    moves=(
        _move(
            "issue agenda",
            [MeetingStatus.PLANNED],
            MeetingStatus.AGENDA_ISSUED,
            Permission.ISSUE_AGENDA,
            needs_an_item,
        ),
        _move(
            "issue agenda again",
            [MeetingStatus.AGENDA_ISSUED],
            MeetingStatus.AGENDA_ISSUED,
            Permission.ISSUE_AGENDA,
            needs_an_item,
            needs_a_change,
        ),
        _move(
            "hold",
            [MeetingStatus.AGENDA_ISSUED],
            MeetingStatus.HELD,
            Permission.RECORD_ATTENDANCE,
            needs_to_have_started,
        ),
        _move(
            "cancel",
            [MeetingStatus.PLANNED, MeetingStatus.AGENDA_ISSUED],
            MeetingStatus.CANCELLED,
            Permission.PLAN_MEETING,
            needs_a_reason,
        ),
    ),
)


def is_for(meeting: MeetingFacts, child_id: int | None) -> bool:
    """Whether a child may come before this meeting: any child, or the one it is held for."""
    return meeting.child_id is None or meeting.child_id == child_id


def instant_in_london(day: date, clock: time) -> datetime | None:
    """The instant of a London wall-clock time, in UTC; None in the hour that is left out in March.

    In the hour that comes twice in October the earlier one is meant.
    """
    local = datetime.combine(day, clock, LONDON)
    instant = local.astimezone(UTC)
    return instant if instant.astimezone(LONDON).time() == clock else None


def read_day(text: str) -> date:
    """The date that a text is. Raises ValueError with a sentence."""
    day = day_in(text)
    if day is None or day.year not in YEARS:
        raise ValueError("Enter a real date, such as 3/12/2026")
    return day


def read_clock(text: str) -> time:
    """A time as people write it: 14:30, 2:30pm, 9am. Raises ValueError with a sentence."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2})(?::\d{2})?)?\s*(am|pm)?", text.strip().lower())
    if found is None or (found[2] is None and found[3] is None):
        raise ValueError("Enter a time, such as 14:30 or 2:30pm")
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            raise ValueError("Enter a time, such as 14:30 or 2:30pm")
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    if hour > 23 or minute > 59:
        raise ValueError("Enter a time, such as 14:30 or 2:30pm")
    return time(hour, minute)


def planning_problems(
    day: date, clock: time, length: int, now: datetime, others: Iterable[tuple[datetime, int]]
) -> tuple[datetime | None, dict[str, str]]:
    """The instant at which a meeting would start, and sentences by field where it can't.

    `others` are the start and length of the panel's other meetings that are not cancelled.
    """
    starts_at = instant_in_london(day, clock)
    if starts_at is None:
        return None, {
            "starts_time": f"The clocks go forward on {long_day(day)}: "
            f"there is no {clock:%H:%M} that day. Choose another time."
        }
    if starts_at <= now:
        when = "starts_time" if day == london_date(now) else "starts_on"
        return starts_at, {when: "This is in the past. Choose a day and time to come."}
    ends_at = starts_at + timedelta(minutes=length)
    for other_start, other_length in others:
        other_end = other_start + timedelta(minutes=other_length)
        if other_start < ends_at and starts_at < other_end:
            return starts_at, {
                "starts_time": f"The panel already meets on {long_day(other_start)} from {clock_time(other_start)} "
                f"to {clock_time(other_end)}. Choose another time."
            }
    return starts_at, {}


def time_left_in_words(total: int, length: int) -> str:
    """How the items' minutes stand against the meeting's length."""
    if total > length:
        return f"{length_in_words(total - length)} over"
    if total == length:
        return "no time left"
    return f"{length_in_words(length - total)} left"


MINOR = frozenset(
    {
        "agenda put in order",
        "items accepted",
        "item put back",
        # they stand on the attendance page, one line for each person
        "reply given",
        "confidentiality acknowledged",
        "guest asked",
        "guest taken off",
    }
)
"""What a meeting's history leaves out: it says nothing to someone who was not there."""


def is_told(kind: str, prepares: bool) -> bool:
    """Whether an entry stands in the history that a person sees: what was decided on single items is for preparers."""
    return kind not in MINOR and (prepares or not kind.startswith("item"))


def history_words(kind: str, details: Mapping[str, Any]) -> str:
    """What an entry adds to its kind: the version, what changed, the reason."""
    if kind == "agenda issued":
        items = counted(int(details.get("items", 0)), "item")
        changed = f": {details['changed']}" if details.get("changed") else f" with {items}"
        return f"Version {details.get('version', 1)}{changed}"
    return str(details.get("reason", ""))


def moved_message(meeting: MeetingFacts, address: str) -> tuple[str, str]:
    """Subject and text when a meeting has another time, length or place: a reference and a link only."""
    where = meeting.place or ("by video" if meeting.video_link else "place to be told")
    when = f"{long_day(meeting.starts_at)} at {clock_time(meeting.starts_at)}"
    body = (
        f"{meeting.panel_name} now meets on {when}, {where}.\n\n"
        f"See the meeting here (you will be asked to sign in):\n{address}/meetings/{meeting.id}\n\n"
        f"Say whether you come:\n{address}/meetings/{meeting.id}/reply\n\n"
        f"Reference: meeting {meeting.id}\n"
    )
    return f"Meeting changed: {meeting.title}", body


def cancelled_message(meeting: MeetingFacts, address: str) -> tuple[str, str]:
    """Subject and text when a meeting is cancelled; why stands on its page, since a reason may tell of a child."""
    body = (
        f"The meeting of {meeting.panel_name} on {long_day(meeting.starts_at)} at {clock_time(meeting.starts_at)} "
        "has been cancelled. Its items come forward to the next meeting.\n\n"
        f"See why here (you will be asked to sign in):\n{address}/meetings/{meeting.id}\n\n"
        f"Reference: meeting {meeting.id}\n"
    )
    return f"Meeting cancelled: {meeting.title}", body
