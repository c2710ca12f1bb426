"""The meetings that a rhythm gave, beside the days it gives now; where they go when it changes. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.london import LONDON, bank_holiday_names, london_date
from app.panels.rhythm.rules.recurrences import RhythmDay, ToHold
from app.panels.words import clock_of, long_day

TAKEN = "Left out: the panel has another meeting then"


@dataclass(frozen=True)
class RhythmMeeting:
    """A meeting that a rhythm gave. `has_rows`: attendance, a guest, or an item that is no standing one."""

    id: int
    series_id: int
    series_day: date
    starts_at: datetime
    length_minutes: int
    status: str
    cancelled_reason: str
    version: int
    items: int
    has_rows: bool

    @property
    def is_untouched(self) -> bool:
        """Nobody has done anything with it since it was made."""
        return self.status == "planned" and self.version == 1 and not self.has_rows


@dataclass(frozen=True)
class Line:
    """One day of a rhythm on its page. `meeting` is None where none was made; `why` says what differs from the rule."""

    series_day: date
    meets_on: date | None
    meeting: RhythmMeeting | None
    why: str = ""


def lines(
    days: Iterable[RhythmDay], meetings: Iterable[RhythmMeeting], clock: time, today: date
) -> list[Line]:
    """The coming days of a rhythm with the meetings that came of them, in the order in which the panel meets."""
    made = {meeting.series_day: meeting for meeting in meetings}
    given = {day.series_day: day for day in days}
    found = []
    for series_day in sorted({*made, *given}):
        meeting, day = made.get(series_day), given.get(series_day)
        if meeting is not None:
            found.append(Line(series_day, london_date(meeting.starts_at), meeting, _why(meeting, day, clock)))
        elif day is not None and (day.meets_on or day.series_day) > today:
            found.append(Line(series_day, None, None, day.why if day.meets_on is None else TAKEN))
    return sorted(found, key=lambda line: (line.meets_on or line.series_day, line.series_day))


def _why(meeting: RhythmMeeting, day: RhythmDay | None, clock: time) -> str:
    if meeting.status == "cancelled":
        return f"Cancelled: {meeting.cancelled_reason}"
    if day is not None and day.is_moved and day.meets_on == london_date(meeting.starts_at):
        return day.why
    return moved_words(meeting.series_day, clock, meeting.starts_at)


def moved_words(series_day: date | None, series_clock: time | None, starts_at: datetime) -> str:
    """How a meeting stands to what its rhythm gave it; blank where it is there, or of no rhythm."""
    if series_day is None:
        return ""
    local = starts_at.astimezone(LONDON)
    holiday = bank_holiday_names(series_day.year).get(series_day)
    if local.date() != series_day:
        why = f", a bank holiday ({holiday})" if holiday else ", which its rhythm gave it"
        return f"Moved from {long_day(series_day)}{why}"
    if series_clock is not None and local.time() != series_clock:
        return f"Moved from {clock_of(series_clock)}, which its rhythm gave it"
    return ""


def bank_holidays_met(days: Iterable[RhythmDay]) -> list[RhythmDay]:
    """Those that a bank holiday moves or leaves out."""
    return [day for day in days if day.holiday]


def new_places(
    meetings: Sequence[RhythmMeeting],
    offered: Sequence[ToHold],
    taken: Sequence[tuple[datetime, int]],
    length: int,
) -> dict[int, ToHold]:
    """Where each meeting goes under another rhythm: to the first free one on or after its own day, none shared.

    `taken`: start and length in minutes of what stays. A meeting for which there is no place is not among them.
    """
    free = [one for one in offered if not _overlaps(one.starts_at, length, taken)]
    places: dict[int, ToHold] = {}
    for meeting in sorted(meetings, key=lambda one: (one.series_day, one.id)):
        place = next((one for one in free if one.series_day >= meeting.series_day), None)
        if place is not None:
            places[meeting.id] = place
            free.remove(place)
    return places


def _overlaps(start: datetime, length: int, taken: Iterable[tuple[datetime, int]]) -> bool:
    ends = start + timedelta(minutes=length)
    return any(other < ends and start < other + timedelta(minutes=minutes) for other, minutes in taken)
