"""What a section of a report is asked for, and what it holds once it is built. Pure; no figures, no SQL.

A section is built when somebody looks: its builder is given what is asked (`Sought`) and gives words and tables back
(`Built`). Cells stay numbers until they are shown, so that pages, documents and files for spreadsheets say the same.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.access import Identity
from app.figures.rules import Definition, Question
from app.figures.suppression.rules import Key, Sum


class Audience(StrEnum):
    """Managers may see children and every number; a committee sees neither a child nor a number under five."""

    MANAGERS = "managers"
    COMMITTEE = "committee"


@dataclass(frozen=True)
class Part:
    """So many of so many; `interval`: the ends of its 95 % interval in per cent."""

    numerator: int
    denominator: int
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Likely:
    """An estimate in per cent with the ends of its 95 % interval, where it has any."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Hidden:
    """A number that the committee is not given; `words` stand for it."""

    words: str


Cell = str | int | float | None | Part | Likely | Hidden
"""Words, a number, nothing to say (a dash), or one of the above. Dates are words: `3 December 2026`."""


@dataclass(frozen=True)
class Table:
    """`columns` head the cells, the first that of what each row is about. `widths`: the share of each column on paper,
    alike unless told. `empty` is said instead where there are no rows."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...] = ()
    empty: str = "Nothing to show for this time."
    note: str = ""


@dataclass(frozen=True)
class Grouping:
    """A table with a row for each group of these splits; of these figures alone, where any are named."""

    caption: str
    splits: tuple[str, ...]
    figures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sought:
    """What a section is asked for. The question carries the window, the panel, the instant and the own names.

    `months` and `groupings` say which tables are wanted beside the values. `who` is None where a schedule asks.
    """

    question: Question
    audience: Audience
    before: Question
    """The same for the period before."""
    labels: tuple[str, str]
    """What stands over the numbers of the period, and over those of the period before."""
    months: bool = False
    groupings: tuple[Grouping, ...] = ()
    who: Identity | None = None

    @property
    def is_for_committee(self) -> bool:
        return self.audience is Audience.COMMITTEE


@dataclass(frozen=True)
class Built:
    """What a section says: sentences, tables, the definitions it used, the children whom it names.

    `window` stands below the title where the section is about another time than the report.

    What has numbers for a committee gives its `counts` by name, the `sums` between them, and `without`: the tables
    once it is known which counts are left out and with which words. All sections of a report are looked at together.
    """

    words: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    definitions: tuple[Definition, ...] = ()
    children: frozenset[int] = frozenset()
    window: str = ""
    counts: Mapping[Key, int] = field(default_factory=dict)
    sums: tuple[Sum, ...] = ()
    without: Callable[[Mapping[Key, str]], tuple[Table, ...]] | None = None


@dataclass(frozen=True)
class Section:
    """One part of a report. `key` names it in addresses and in what is stored: it never changes.

    `narrative`: what the officer is asked to write here, blank where there is no place for words.
    """

    key: str
    title: str
    build: Callable[[Sought], Awaitable[Built]]
    narrative: str = ""
    names_children: bool = False
