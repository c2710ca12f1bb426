"""When the seven panels of the example met and will meet, where, and how promptly the minutes followed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from app.example.rules import Present, Size, chance
from app.london import add_months, london_date
from app.panels.rhythm.rules.recurrences import (
    Frequency,
    HolidayRule,
    Recurrence,
    days_of,
    instant_of,
    rhythm_day,
)

MISSING = "missing-children-panel"
HIGH_RISK = "high-risk-misper"
MACE = "mace"
TRACKING = "child-exploitation-tracking"
HOTSPOTS = "multiple-missing-hotspots"
OPERATIONAL = "missing-operational-group"
REPEAT = "repeat-missing"

WEEKLY = (MISSING, HIGH_RISK)
MONTHLY = (TRACKING, HOTSPOTS, OPERATIONAL)

CONVENED_A_WEEK = 6
"""Repeat missing meetings, at most."""

PLACES = ("Civic Centre, room 3", "Sampleford police station, conference room", "Lantern House", "")
VIDEO_LINK = "https://meet.example.org/panel"
CANCELLED = (
    "Too few agencies could come: not quorate in advance",
    "The chair was unwell and nobody could stand in",
    "Snow closed the building",
)


@dataclass(frozen=True)
class Pace:
    """Working days from the meeting to each stage; None: it has not come to it. `returned`: the chair's remarks."""

    draft: int | None
    approved: int | None = None
    circulated: int | None = None
    filed: int | None = None
    returned: str = ""
    unreached: int = 0
    """How many items at the end of the agenda the meeting did not get to."""


IN_TIME = Pace(2, 4, 5, 6)
"""Within the standards of a weekly panel, and so within everybody's."""


@dataclass(frozen=True)
class Sitting:
    """One meeting. Without a pace it was cancelled for the reason given, or has not been held yet."""

    slug: str
    starts_at: datetime
    length: int
    pace: Pace | None = None
    cancelled_reason: str = ""
    prepared: bool = True
    """Whether the chair issues its agenda in time; otherwise it still waits to be prepared."""

    places: tuple[str, ...] = PLACES

    @property
    def day(self) -> date:
        return london_date(self.starts_at)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.length)


@dataclass(frozen=True)
class Rhythm:
    """When one of the panels on a calendar meets. `anchor`: the day that its next meeting must fall on."""

    slug: str
    recurrence: Recurrence
    anchor: date
    length: int
    paces: tuple[Pace, ...]

    def from_day(self, first: date) -> Recurrence:
        """The same rhythm as it is set on a day: it starts with its own first day from then on."""
        (starts_on, *_) = days_of(self.recurrence, first, self.anchor + timedelta(days=62))
        return replace(self.recurrence, starts_on=starts_on)


WEEKLY_PACES = (
    # the latest meeting first: minutes in every state
    Pace(None),
    Pace(2),
    Pace(
        3,
        returned="Please say under item 2 who will see the child before Friday, and add what the carers said.",
    ),
    Pace(3, 6),
    Pace(2, 5, 7, 12),
    Pace(2, 4, 5),
)
WAITING = (MISSING, HIGH_RISK, HOTSPOTS, OPERATIONAL)
"""Panels whose next agenda is still to be prepared; those of the others are out."""

SLOW_PACES = (Pace(4, unreached=1), Pace(6, 9, 11, 15))


def rhythms(size: Size, present: Present) -> list[Rhythm]:
    """Those of the six panels on a calendar; repeat missing meetings have none."""
    first, second = present.next_working_day, present.working_days_on(2)
    weekly, monthly = Frequency.WEEKLY.value, Frequency.MONTHLY.value
    after, before = HolidayRule.AFTER.value, HolidayRule.BEFORE.value
    latest = (Pace(2, 4), Pace(2, 4, 9, unreached=1))
    told = (
        (MISSING, weekly, first, time(10), after, 180, WEEKLY_PACES),
        (HIGH_RISK, weekly, first, time(14), before, 90, WEEKLY_PACES[1:]),
        (MACE, Frequency.FORTNIGHTLY.value, second, time(9, 30), after, 180, latest),
        (TRACKING, monthly, present.last_morning, time(9, 30), after, 120, SLOW_PACES),
        (HOTSPOTS, monthly, first, time(13, 30), after, 120, SLOW_PACES[1:]),
        (OPERATIONAL, monthly, second, time(15), after, 120, SLOW_PACES[1:]),
    )
    reach = size.told_weeks + size.told_weeks % 2 + 4
    found = []
    for slug, frequency, anchor, clock, holiday_rule, length, paces in told:
        nth = None if frequency != monthly else (anchor.day - 1) // 7 + 1 if anchor.day <= 28 else -1
        starts_on = anchor - timedelta(weeks=reach)
        recurrence = Recurrence(frequency, anchor.weekday(), nth, clock, holiday_rule, starts_on)
        found.append(Rhythm(slug, recurrence, anchor, length, paces))
    return found


def sittings(size: Size, present: Present) -> list[Sitting]:
    """Every meeting by these rhythms, past ones first, and the next three of each."""
    found: list[Sitting] = []
    for rhythm in rhythms(size, present):
        found += _series(rhythm, size.told_weeks)
    return sorted(found, key=lambda sitting: (sitting.starts_at, sitting.slug))


def _series(rhythm: Rhythm, reach: int) -> Iterator[Sitting]:
    luck = chance(f"sittings of {rhythm.slug}")
    anchor, held = rhythm.anchor, 0
    past = days_of(rhythm.recurrence, anchor - timedelta(weeks=reach), anchor - timedelta(days=1))
    for back, day in enumerate(reversed(past), 1):
        starts_at = _starts_at(rhythm, day)
        # the third meeting ago at the earliest, so that the latest ones are always there to be looked at
        if back in (4, 11) or (back > 12 and luck.random() < 0.04):
            yield Sitting(rhythm.slug, starts_at, rhythm.length, None, luck.choice(CANCELLED))
            continue
        weeks_ago = (anchor - day).days // 7
        pace = rhythm.paces[held] if held < len(rhythm.paces) else _usual_pace(luck.random(), weeks_ago)
        held += 1
        yield Sitting(rhythm.slug, starts_at, rhythm.length, pace)
    for ahead, day in enumerate(days_of(rhythm.recurrence, anchor, add_months(anchor, 4))[:3]):
        waits = ahead == 0 and rhythm.slug in WAITING
        yield Sitting(rhythm.slug, _starts_at(rhythm, day), rhythm.length, prepared=not waits)


def _starts_at(rhythm: Rhythm, day: date) -> datetime:
    """Where the rule for bank holidays puts a day of the rhythm; none of these rules leaves one out."""
    meets_on = rhythm_day(day, rhythm.recurrence.holiday_rule).meets_on
    assert meets_on is not None
    return instant_of(meets_on, rhythm.recurrence.clock)


def _usual_pace(drawn: float, weeks_ago: int) -> Pace:
    """Promptness improved over the year: from one in two within the standard to four in five."""
    prompt = 0.82 - 0.35 * min(1.0, weeks_ago / 52)
    if drawn < prompt:
        return IN_TIME
    late = 1 + int((drawn - prompt) * 40)
    if drawn > 0.975:
        return Pace(4 + late, 9 + late)
    return Pace(3 + late, 6 + late, 8 + late, 10 + late + late % 4)
