"""When the seven panels of the example met and will meet, where, and how promptly the minutes followed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.example.rules import Present, Size, chance, london
from app.london import add_months, add_working_days, is_working_day, london_date

MISSING = "missing-children-panel"
HIGH_RISK = "high-risk-misper"
MACE = "mace"
TRACKING = "child-exploitation-tracking"
HOTSPOTS = "multiple-missing-hotspots"
OPERATIONAL = "missing-operational-group"
REPEAT = "repeat-missing"

WEEKLY = (MISSING, HIGH_RISK)

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
class _Rhythm:
    slug: str
    hour: int
    minute: int
    length: int
    weeks: int = 0


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


def sittings(size: Size, present: Present) -> list[Sitting]:
    """Every meeting of the six panels on a calendar, past ones first; repeat missing meetings have none."""
    first, second = present.next_working_day, present.working_days_on(2)
    reach = size.told_weeks
    rhythms = (
        (_Rhythm(MISSING, 10, 0, 180, 1), first, (*WEEKLY_PACES,)),
        (_Rhythm(HIGH_RISK, 14, 0, 90, 1), first, (*WEEKLY_PACES[1:],)),
        (_Rhythm(MACE, 9, 30, 180, 2), second, (Pace(2, 4), Pace(2, 4, 9, unreached=1))),
        (_Rhythm(TRACKING, 9, 30, 120), present.last_morning, SLOW_PACES),
        (_Rhythm(HOTSPOTS, 13, 30, 120), first, SLOW_PACES[1:]),
        (_Rhythm(OPERATIONAL, 15, 0, 120), second, SLOW_PACES[1:]),
    )
    found: list[Sitting] = []
    for rhythm, anchor, paces in rhythms:
        found += _series(rhythm, anchor, paces, reach)
    return sorted(found, key=lambda sitting: (sitting.starts_at, sitting.slug))


def _series(rhythm: _Rhythm, anchor: date, paces: tuple[Pace, ...], reach: int) -> Iterator[Sitting]:
    luck = chance(f"sittings of {rhythm.slug}")
    held = 0
    for back in range(1, reach + 1):
        day = _on(rhythm, anchor, -back)
        if (anchor - day).days > reach * 7:
            break
        starts_at = london(day, rhythm.hour, rhythm.minute)
        # the third meeting ago at the earliest, so that the latest ones are always there to be looked at
        if back in (4, 11) or (back > 12 and luck.random() < 0.04):
            yield Sitting(rhythm.slug, starts_at, rhythm.length, None, luck.choice(CANCELLED))
            continue
        pace = paces[held] if held < len(paces) else _usual_pace(luck.random(), back * (rhythm.weeks or 4))
        held += 1
        yield Sitting(rhythm.slug, starts_at, rhythm.length, pace)
    for ahead in range(3):
        day = _on(rhythm, anchor, ahead)
        waits = ahead == 0 and rhythm.slug in WAITING
        yield Sitting(rhythm.slug, london(day, rhythm.hour, rhythm.minute), rhythm.length, prepared=not waits)


def _on(rhythm: _Rhythm, anchor: date, steps: int) -> date:
    day = anchor + timedelta(weeks=rhythm.weeks * steps) if rhythm.weeks else add_months(anchor, steps)
    return day if is_working_day(day) else add_working_days(day, 1)


def _usual_pace(drawn: float, weeks_ago: int) -> Pace:
    """Promptness improved over the year: from one in two within the standard to four in five."""
    prompt = 0.82 - 0.35 * min(1.0, weeks_ago / 52)
    if drawn < prompt:
        return IN_TIME
    late = 1 + int((drawn - prompt) * 40)
    if drawn > 0.975:
        return Pace(4 + late, 9 + late)
    return Pace(3 + late, 6 + late, 8 + late, 10 + late + late % 4)
