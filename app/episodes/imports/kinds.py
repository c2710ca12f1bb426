"""What a kind of file is: its columns, rules and way in, as one typed value. Reads and writes nothing."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict

from app.episodes.imports.rules import CellReader


class Unusable(Exception):
    """The file as a whole cannot be used (exit 2); the message says what to do."""


class ProblemAsJson(TypedDict):
    row: int
    field: str
    value: str
    problem: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with, or worth knowing about, one row. `row` is 2 for the first line after the header."""

    row: int
    field: str
    value: str
    problem: str

    def as_json(self) -> ProblemAsJson:
        return {"row": self.row, "field": self.field, "value": self.value, "problem": self.problem}


@dataclass(frozen=True)
class Column:
    """`required`: the column must be in the file and filled in every row; `expected`: only the former."""

    name: str
    read: CellReader
    required: bool = False
    expected: bool = False


@dataclass(slots=True)
class Row:
    """One good row. A column that the file lacks reads as None, like an empty cell; `in` tells them apart.

    `values` holds what is not empty, `places` where each of the file's known columns stands.
    """

    number: int
    values: dict[str, Any]
    cells: Sequence[str] = ()
    places: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def __contains__(self, name: str) -> bool:
        return name in self.places

    def at(self, name: str) -> datetime | None:
        """The instant of a `moment` column."""
        when = self.values.get(name)
        return None if when is None else when.at

    def date_only(self, *names: str) -> list[str]:
        """Those of these `moment` columns that came without a time."""
        return [n for n in names if (when := self.values.get(n)) is not None and when.date_only]

    def text(self, name: str) -> str:
        """What the file says in this column, as it stands there."""
        place = self.places.get(name)
        return self.cells[place] if place is not None and place < len(self.cells) else ""

    def problem(self, name: str, sentence: str) -> Problem:
        return Problem(self.number, name, self.text(name), sentence)


@dataclass(frozen=True)
class ImportContext:
    """What `apply` may know besides the rows. `columns` are those of the kind that the file has."""

    who_id: int | None
    now: datetime
    columns: frozenset[str]


@dataclass(frozen=True)
class Outcome:
    """What `apply` did. Rows neither added, updated nor rejected were unchanged."""

    added: int = 0
    updated: int = 0
    rejected: Sequence[Problem] = ()
    warnings: Sequence[Problem] = ()
    child_ids: Iterable[int] = ()


RowCheck = Callable[[Row, datetime], tuple[str, str] | None]
Apply = Callable[[list[Row], ImportContext], Awaitable[Outcome]]


def nothing_to_check(row: Row, now: datetime) -> tuple[str, str] | None:
    return None


@dataclass(frozen=True)
class ImportKind:
    """A kind of file in one layout.

    `one_of`: where not empty, the header must hold all columns of at least one of these sets.
    `check` is pure and tells the field and the sentence of what is impossible in a row, or None.
    """

    slug: str
    label: str
    columns: tuple[Column, ...]
    apply: Apply
    layout: str = "homeward"
    one_of: tuple[frozenset[str], ...] = ()
    check: RowCheck = nothing_to_check


@dataclass(frozen=True)
class ImportResult:
    """What happened, or on a dry run would happen, to a file."""

    read: int
    added: int
    updated: int
    unchanged: int
    rejected: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    def as_json(self) -> dict[str, Any]:
        """The contract of `homeward import --json`."""
        return {
            "read": self.read,
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [problem.as_json() for problem in self.rejected],
            "warnings": [problem.as_json() for problem in self.warnings],
        }
