"""The form that grades an item of a sample, and what grades add up to. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.minutes.sampling.rules import Drawn, Draws
from app.windows import quarter_start, quarter_words

OF_ITEMS = Draws("items", largest=100, usual=10)
LONGEST_REMARKS = 2_000
GOOD = 3
"""Marks from this one on are good."""


@dataclass(frozen=True)
class Criterion:
    """One line of the form. `short` heads its column in tables."""

    key: str
    label: str
    short: str
    asks: str


CRITERIA = (
    Criterion(
        "clarity",
        "Clear to somebody who was not there",
        "Clarity",
        "Who said what, what was known and what follows, without knowing the case",
    ),
    Criterion(
        "voice",
        "The child’s voice",
        "Child’s voice",
        "What the child thinks and wants, in their words, or why nobody knows",
    ),
    Criterion(
        "rationale",
        "Rationale",
        "Rationale",
        "Why this was decided and not something else; disagreement is noted",
    ),
    Criterion(
        "actions",
        "SMART actions",
        "Actions",
        "Specific, measurable, agreed with their owner, realistic, with a date",
    ),
    Criterion(
        "risk",
        "Risk analysis",
        "Risk",
        "What raises and lowers the risk, and why the level is what it is",
    ),
    Criterion(
        "language",
        "Language",
        "Language",
        "Plain and respectful; nothing that blames the child for what is done to them",
    ),
)
BY_KEY = {criterion.key: criterion for criterion in CRITERIA}

NOT_APPLICABLE = "na"
CHOICES = (("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), (NOT_APPLICABLE, "Not applicable"))
SCALE = "1 poor, 2 needs work, 3 good, 4 very good"


@dataclass(frozen=True)
class Mark:
    """What one criterion was given: 1 to 4, or None where it does not apply; and remarks."""

    value: int | None
    remarks: str = ""

    @property
    def words(self) -> str:
        return "Not applicable" if self.value is None else str(self.value)


Marks = Mapping[str, Mark]
"""By criterion; one that is missing was not marked yet."""


def marks_from(stored: Mapping[str, Any]) -> dict[str, Mark]:
    """From what a row keeps."""
    return {
        key: Mark(told["mark"], told.get("remarks", ""))
        for key, told in stored.items()
        if key in BY_KEY and isinstance(told, Mapping)
    }


def as_stored(marks: Marks) -> dict[str, Any]:
    return {key: {"mark": mark.value, "remarks": mark.remarks} for key, mark in sorted(marks.items())}


def read_marks(given: Mapping[str, Any]) -> tuple[dict[str, Mark], dict[str, str]]:
    """The marks of a form, and a sentence by field for what cannot be taken. A criterion may be left for later.

    Remarks alone are refused: they would be kept under no mark.
    """
    marks: dict[str, Mark] = {}
    problems: dict[str, str] = {}
    for criterion in CRITERIA:
        told = str(given.get(criterion.key, ""))
        remarks = str(given.get(f"{criterion.key}_remarks", "")).strip()
        if len(remarks) > LONGEST_REMARKS:
            problems[f"{criterion.key}_remarks"] = f"Use {LONGEST_REMARKS:,} characters or fewer"
        elif told in ("1", "2", "3", "4"):
            marks[criterion.key] = Mark(int(told), remarks)
        elif told == NOT_APPLICABLE:
            marks[criterion.key] = Mark(None, remarks)
        elif told or remarks:
            problems[criterion.key] = f"{criterion.label}: choose a mark from 1 to 4, or not applicable"
    return marks, problems


def is_complete(marks: Marks) -> bool:
    return all(criterion.key in marks for criterion in CRITERIA)


@dataclass(frozen=True)
class Sample(Drawn):
    """A sample of minuted items, and how many of them are graded."""

    items: int
    graded: int

    @property
    def is_done(self) -> bool:
        return self.graded == self.items


@dataclass(frozen=True)
class SampledItem:
    """One item of a sample with its grade. No child is named: that is the page of the item."""

    position: int
    item_id: int
    meeting_id: int
    panel_slug: str
    panel_name: str
    held_on: date
    number: int
    kind: str
    child_id: int | None
    marks: Marks = field(default_factory=dict)
    graded_by: str = ""
    graded_at: datetime | None = None
    version: int = 1
    sample_id: int = 0
    seed: str = ""

    @property
    def title(self) -> str:
        return f"Item {self.number} of {self.panel_name}"

    @property
    def status(self) -> str:
        if self.graded_at:
            return "Graded"
        return f"{len(self.marks)} of {len(CRITERIA)} marked" if self.marks else "Not graded"


def next_ungraded(items: Sequence[SampledItem], after: int = 0) -> SampledItem | None:
    """The next item to grade behind a position, then from the start."""
    waiting = [item for item in items if item.graded_at is None]
    return next((item for item in waiting if item.position > after), waiting[0] if waiting else None)


@dataclass(frozen=True)
class Average:
    """The mean mark of one criterion, one decimal, halves up; None where nothing was marked. `of`: how many marks."""

    mean: float | None
    of: int


@dataclass(frozen=True)
class Trend:
    """What the grades of one panel or quarter say: good marks of all marks, and the mean of each criterion."""

    key: str
    label: str
    items: int
    good: int
    marks: int
    averages: Mapping[str, Average]

    @property
    def percent(self) -> int | None:
        """Good marks, whole per cent, halves up."""
        return (200 * self.good + self.marks) // (2 * self.marks) if self.marks else None


def trend_of(key: str, label: str, items: Sequence[SampledItem]) -> Trend:
    given = {
        criterion.key: [
            mark.value
            for item in items
            if (mark := item.marks.get(criterion.key)) is not None and mark.value is not None
        ]
        for criterion in CRITERIA
    }
    every = [value for values in given.values() for value in values]
    return Trend(
        key,
        label,
        len(items),
        sum(value >= GOOD for value in every),
        len(every),
        {name: Average(mean(values), len(values)) for name, values in given.items()},
    )


def mean(values: Sequence[int]) -> float | None:
    if not values:
        return None
    return (20 * sum(values) + len(values)) // (2 * len(values)) / 10


def by_panel(items: Sequence[SampledItem]) -> list[Trend]:
    """A trend for each panel, by name."""
    return _trends(items, lambda item: (item.panel_name, item.panel_slug, item.panel_name))


def by_quarter(items: Sequence[SampledItem]) -> list[Trend]:
    """A trend for each quarter of the calendar in which graded meetings were held, the earliest first."""

    def quarter(item: SampledItem) -> tuple[str, str, str]:
        first = quarter_start(item.held_on).isoformat()
        return (first, first, quarter_words(item.held_on))

    return _trends(items, quarter)


def _trends(
    items: Sequence[SampledItem], named: Callable[[SampledItem], tuple[str, str, str]]
) -> list[Trend]:
    """Grouped by order, key and label."""
    found: dict[tuple[str, str, str], list[SampledItem]] = {}
    for item in items:
        found.setdefault(named(item), []).append(item)
    return [trend_of(key, label, ones) for (_, key, label), ones in sorted(found.items())]


COLUMNS = (
    *("sample", "seed", "position", "panel", "held_on", "item", "meeting", "number"),
    *("criterion", "mark", "remarks", "graded_by", "graded_at"),
)


def export_rows(items: Sequence[SampledItem]) -> list[list[object]]:
    """A row for each mark. No child is named, but remarks are as they were written."""
    return [
        [
            item.sample_id,
            item.seed,
            item.position,
            item.panel_name,
            item.held_on,
            item.item_id,
            item.meeting_id,
            item.number,
            criterion.label,
            "not applicable" if mark.value is None else mark.value,
            mark.remarks,
            item.graded_by,
            item.graded_at.isoformat(timespec="seconds") if item.graded_at else "",
        ]
        for item in items
        for criterion in CRITERIA
        if (mark := item.marks.get(criterion.key)) is not None
    ]
