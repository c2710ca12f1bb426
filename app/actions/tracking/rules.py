"""The six categories of tracking, what a judgement needs, and the table's totals. Pure: today is passed in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.actions.rules import (
    ACHIEVED,
    ACHIEVED_LATE,
    COMPLETED,
    INSUFFICIENT_PROGRESS,
    NEED_ANTICIPATED_DATE,
    OBSTACLE,
    PROGRESS_MADE,
    WITHDRAWN,
    WITHIN_TIMESCALE,
    tracking_of,
)
from app.london import add_months

LONGEST_WORDS = 2000
FURTHEST_MONTHS = 120
"""An anticipated date lies within ten years."""


@dataclass(frozen=True)
class Category:
    """One of Birmingham's six, with what it means."""

    number: int
    words: str
    meaning: str

    @property
    def label(self) -> str:
        return f"{self.number} {self.words}"


CATEGORIES = (
    Category(ACHIEVED, "Achieved (fully)", "Done within the timescale."),
    Category(ACHIEVED_LATE, "Achieved (late)", "Done, but after the timescale."),
    Category(PROGRESS_MADE, "Not achieved (progress made)", "Needs an anticipated date."),
    Category(
        OBSTACLE,
        "Not achieved (obstacle)",
        "All possible action was taken; the rest is beyond anybody’s control.",
    ),
    Category(INSUFFICIENT_PROGRESS, "Not achieved (insufficient progress)", "Needs an anticipated date."),
    Category(WITHIN_TIMESCALE, "In progress", "The timescale has not expired yet."),
)
BY_NUMBER = {category.number: category for category in CATEGORIES}
NOT_JUDGED = "Not judged yet"


def words_of(category: int | None) -> str:
    """The category with its number, or that nobody has judged it yet."""
    return BY_NUMBER[category].label if category else NOT_JUDGED


class Trackable(Protocol):
    """What is tracked: an action or a recommendation. `tracking` is what was judged last."""

    @property
    def status(self) -> str: ...
    @property
    def original_due_on(self) -> date: ...
    @property
    def finished_on(self) -> date | None: ...
    @property
    def tracking(self) -> int | None: ...
    @property
    def tracking_overruled(self) -> bool: ...


def category_of(one: Trackable, today: date) -> int | None:
    """Where it stands today; None where nobody has judged it."""
    return tracking_of(
        one.status, one.original_due_on, one.finished_on, today, one.tracking, one.tracking_overruled
    )


@dataclass(frozen=True)
class Judging:
    """What a person who judges has before them. `by_dates`: what dates and status alone say."""

    category: int | None
    by_dates: int | None
    choices: tuple[Category, ...]

    @property
    def words(self) -> str:
        return words_of(self.category)

    @property
    def by_dates_words(self) -> str:
        return words_of(self.by_dates)

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody to judge it."""
        return self.category is None and bool(self.choices)


def judging_of(one: Trackable, today: date) -> Judging:
    """The category now, and those that may be chosen: 1 and 2 of what is done, 6 until the timescale expires."""
    by_dates = tracking_of(one.status, one.original_due_on, one.finished_on, today)
    if by_dates == WITHIN_TIMESCALE:
        numbers: Sequence[int] = (WITHIN_TIMESCALE,)
    elif one.status == WITHDRAWN:
        numbers = ()
    elif one.status == COMPLETED:
        numbers = (ACHIEVED, ACHIEVED_LATE, PROGRESS_MADE, OBSTACLE, INSUFFICIENT_PROGRESS)
    else:
        numbers = (PROGRESS_MADE, OBSTACLE, INSUFFICIENT_PROGRESS)
    return Judging(category_of(one, today), by_dates, tuple(BY_NUMBER[number] for number in numbers))


@dataclass(frozen=True)
class Judged:
    """What somebody judged. `words`: the obstacle, why the dates are overruled, or any remark."""

    category: int
    anticipated_on: date | None
    words: str
    meeting_id: int | None = None


def is_overruling(judged: Judged, one: Trackable, today: date) -> bool:
    """Whether dates and status tell another category than the one judged."""
    by_dates = judging_of(one, today).by_dates
    return by_dates is not None and judged.category != by_dates


def judging_problems(judged: Judged, one: Trackable, today: date) -> dict[str, str]:
    """Sentences by field for what stands against a judgement; none when it may be kept."""
    chosen = {category.number for category in judging_of(one, today).choices}
    if judged.category not in chosen:
        return {"category": _why_not(judged.category, one, today)}
    problems = {}
    if judged.category in NEED_ANTICIPATED_DATE and judged.anticipated_on is None:
        problems["anticipated_on"] = "Enter the date by which it is anticipated to be achieved"
    elif judged.anticipated_on is not None and judged.category not in (ACHIEVED, ACHIEVED_LATE):
        if judged.anticipated_on < today:
            problems["anticipated_on"] = "The anticipated date must be today or later"
        elif judged.anticipated_on > add_months(today, FURTHEST_MONTHS):
            problems["anticipated_on"] = "The anticipated date must lie within ten years"
    if len(judged.words) > LONGEST_WORDS:
        problems["words"] = f"Use {LONGEST_WORDS:,} characters or fewer"
    elif not judged.words.strip() and judged.category == OBSTACLE:
        problems["words"] = "Describe the obstacle, and what was done about it"
    elif not judged.words.strip() and is_overruling(judged, one, today):
        problems["words"] = f"Say why: the dates alone come to {words_of(judging_of(one, today).by_dates)}"
    return problems


def _why_not(category: int, one: Trackable, today: date) -> str:
    if one.status == WITHDRAWN:
        return "It was withdrawn, so there is nothing to judge"
    if judging_of(one, today).by_dates == WITHIN_TIMESCALE:
        return f"Its timescale runs until {one.original_due_on:%-d %B %Y}. Until then it is in progress"
    if category == WITHIN_TIMESCALE:
        return "Its timescale has expired, or it is finished: it is not in progress any more"
    if category in (ACHIEVED, ACHIEVED_LATE):
        return "It is not marked as done. Mark it as done first"
    return "Choose one of the categories"


# The table: what was due in a quarter, by panel or agency

ACTION = "action"
RECOMMENDATION = "recommendation"
BY_PANEL = "panel"
BY_AGENCY = "agency"
OF_NO_PANEL = "-"
"""Stands for the recommendations where panels are named; no panel's slug begins with it."""
RECOMMENDATIONS = "Recommendations, of no panel"


@dataclass(frozen=True)
class Tracked:
    """One action or recommendation of the table, as far as it is counted."""

    kind: str
    id: int
    panel_slug: str
    panel_name: str
    agency_id: int
    agency_name: str
    original_due_on: date
    status: str
    finished_on: date | None
    tracking: int | None
    tracking_overruled: bool


@dataclass(frozen=True)
class Line:
    """How many of one panel or agency stand in each category; None: nobody has judged them."""

    key: str
    label: str
    counts: Mapping[int | None, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def share(self, category: int | None) -> int | None:
        """Whole per cent of all that were due, halves up; None where nothing was due."""
        count = self.counts.get(category, 0)
        return (200 * count + self.total) // (2 * self.total) if self.total else None


COLUMNS: tuple[int | None, ...] = (*BY_NUMBER, None)


def line_of(key: str, label: str, rows: Iterable[Tracked], today: date) -> Line:
    counts: dict[int | None, int] = dict.fromkeys(COLUMNS, 0)
    for row in rows:
        counts[category_of(row, today)] += 1
    return Line(key, label, counts)


def lines_by(by: str, rows: Iterable[Tracked], today: date) -> list[Line]:
    """A line for each panel (the recommendations last) or agency, by name."""
    name: Callable[[Tracked], tuple[bool, str, str]] = named_by_agency if by == BY_AGENCY else named_by_panel
    found: dict[tuple[bool, str, str], list[Tracked]] = {}
    for row in rows:
        found.setdefault(name(row), []).append(row)
    return [line_of(key, label, ones, today) for (_, label, key), ones in sorted(found.items())]


def named_by_panel(row: Tracked) -> tuple[bool, str, str]:
    if row.kind == RECOMMENDATION:
        return True, RECOMMENDATIONS, OF_NO_PANEL
    return False, row.panel_name, row.panel_slug


def named_by_agency(row: Tracked) -> tuple[bool, str, str]:
    return False, row.agency_name, str(row.agency_id)


@dataclass(frozen=True)
class Assessment:
    """A judgement as it was kept; `by` is empty where it came from a file."""

    category: int
    overruled: bool
    anticipated_on: date | None
    words: str
    by: str
    meeting_id: int | None
    meeting_on: date | None
    assessed_on: date

    @property
    def label(self) -> str:
        return words_of(self.category)
