"""A panel's rhythms one after the other: which hold, which are over, when the next may begin. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from app.panels.rhythm.rules.recurrences import Recurrence, words_of
from app.panels.words import long_day


@dataclass(frozen=True)
class SeriesFacts:
    """A rhythm as it is stored, with where and by whom its meetings are held."""

    id: int
    panel_id: int
    frequency: str
    weekday: int
    nth: int | None
    clock: time
    length_minutes: int
    place: str
    video_link: str
    chair_id: int | None
    chair_name: str
    minute_taker_id: int | None
    minute_taker_name: str
    holiday_rule: str
    starts_on: date
    ends_on: date | None
    generated_until: date | None
    version: int

    @property
    def recurrence(self) -> Recurrence:
        return Recurrence(
            self.frequency,
            self.weekday,
            self.nth,
            self.clock,
            self.holiday_rule,
            self.starts_on,
            self.ends_on,
        )

    @property
    def words(self) -> str:
        return words_of(self.recurrence)

    @property
    def never_held(self) -> bool:
        """It was replaced before its first day came."""
        return self.ends_on is not None and self.ends_on < self.starts_on

    def is_over(self, today: date) -> bool:
        return self.ends_on is not None and self.ends_on < today

    def is_to_come(self, today: date) -> bool:
        return self.starts_on > today and not self.never_held


def live(series: Iterable[SeriesFacts], today: date) -> list[SeriesFacts]:
    """Those that still give meetings, now or later, the earliest first."""
    found = [one for one in series if not one.is_over(today) and not one.never_held]
    return sorted(found, key=lambda one: (one.starts_on, one.id))


def mark_of(series: Iterable[SeriesFacts], today: date) -> str:
    """Which rhythms somebody saw before changing them; another mark says that they were changed meanwhile."""
    return "-".join(f"{one.id}.{one.version}" for one in live(series, today))


def starting_problem(starts_on: date, series: Sequence[SeriesFacts], today: date) -> str | None:
    """Why a rhythm can't take over from the ones before on this day, or None."""
    if live(series, today) and starts_on < today:
        return "The rhythm before holds until today. Choose today or a later day."
    ended = [
        one.ends_on for one in series if one.ends_on is not None and one.is_over(today) and not one.never_held
    ]
    if ended and starts_on <= max(ended):
        return f"The rhythm before ended on {long_day(max(ended))}. Choose a later day."
    return None


def ending_problem(last_day: date, series: Sequence[SeriesFacts], today: date) -> str | None:
    """Why the panel's rhythm can't end after this day, or None."""
    held = live(series, today)
    if not held:
        return "This panel has no rhythm to end."
    if last_day < today:
        return "This day is past. Choose today or a later day."
    ends = [one.ends_on for one in held]
    if all(end is not None and end <= last_day for end in ends):
        return "The rhythm ends by then already. Choose an earlier day."
    return None
