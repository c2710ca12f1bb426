"""A sheet: tables, paragraphs and footnotes in a paper's own layout. Pure; what stands on one is each paper's own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from app.figures.rules import ALL, Figure, Measure, Question, Share
from app.figures.suppression.rules import is_small
from app.figures.words import NOTHING
from app.london import add_months, next_month

Values = Mapping[str, Measure]

QUARTERS = {4: "first quarter", 7: "second quarter", 10: "third quarter", 1: "last quarter"}
"""By its first month, which quarter of a council's year it is: the year begins in April."""


@dataclass(frozen=True)
class Cell:
    """One number of a table: as it is read, the counts behind a share, and the figure that it comes from."""

    text: str
    sub: str = ""
    href: str = ""
    measure: Measure | None = None


@dataclass(frozen=True)
class Line:
    label: str
    cells: tuple[Cell, ...]
    is_sum: bool = False


@dataclass(frozen=True)
class Table:
    """`columns`: the head of every column, that of the labels first. `empty`: what is said in place of no lines."""

    caption: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    empty: str = ""


@dataclass(frozen=True)
class Piece:
    """Some words of a paragraph; with `href` a number that leads to its figure."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Sheet:
    paragraphs: tuple[tuple[Piece, ...], ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The paragraphs alone, to be copied."""
        return "\n\n".join("".join(piece.text for piece in pieces) for pieces in self.paragraphs)


@dataclass(frozen=True)
class Asking:
    """What a sheet is made for. `filters`: those beside the window, as an address carries them.

    `cuts_off`: per cents lose what stands after the point, as some papers print them, and are not rounded.
    """

    question: Question
    filters: Mapping[str, str] = field(default_factory=dict)
    cuts_off: bool = False

    def figure_at(self, name: str, first: date, last: date, **more: str) -> str:
        """The address of a figure with the filters of this sheet, for other days."""
        return f"/figures/{name}?{self._query(first, last, more)}"

    def rows_at(self, name: str, key: str, first: date, last: date, **more: str) -> str:
        """The address of the rows behind one value of a figure."""
        return f"/figures/{name}/rows?{urlencode({'key': key})}&{self._query(first, last, more)}"

    def _query(self, first: date, last: date, more: Mapping[str, str]) -> str:
        asked = {"from": first.isoformat(), "to": last.isoformat(), **self.filters, **more}
        return urlencode({key: on for key, on in asked.items() if on and on != ALL})

    def cell(self, measure: Measure, href: str = "") -> Cell:
        if isinstance(measure, Share):
            return Cell(self.per_cent(measure), counts_of(measure), href, measure)
        return Cell(number(measure.value), "", href, measure)

    def per_cent(self, share: Share) -> str:
        """`67 %`, or `66 %` where a paper cuts off 22 of 33; a dash for a share of nothing."""
        if not share.denominator:
            return NOTHING
        if self.cuts_off:
            return f"{100 * share.numerator // share.denominator} %"
        return f"{share.whole_percent} %"


def number(value: int | float | None) -> str:
    return NOTHING if value is None else f"{value:,}"


def counts_of(share: Share) -> str:
    return f"{share.numerator:,} of {share.denominator:,}"


def by_key(measures: Iterable[Measure]) -> dict[str, Measure]:
    return {measure.key: measure for measure in measures}


def share_in(values: Values, key: str) -> Share:
    found = values[key]
    assert isinstance(found, Share)
    return found


def count_in(values: Values, key: str) -> int:
    """A count, never a share; 0 where nothing is known."""
    found = values[key]
    assert not isinstance(found, Share)
    return int(found.value or 0)


@dataclass(frozen=True)
class Period:
    """A month or a quarter of a window, clipped to it, with the values of the figures asked for it."""

    label: str
    first: date
    last: date
    values: Mapping[str, Values]
    is_quarter: bool = False


def months_of(question: Question, figures: Mapping[str, Figure]) -> list[Period]:
    """Every month of the window, with what these figures say of it."""
    said = {name: dict(figure.by_month) for name, figure in figures.items()}
    return [
        Period(
            f"{month:%B %Y}",
            max(month, question.from_on),
            min(next_month(month), question.to_on),
            {name: by_key(months[month]) for name, months in said.items()},
        )
        for month in question.months
    ]


def quarters_of(question: Question) -> list[tuple[str, date, date]]:
    """The whole quarters of a council's year within the window: what they are called, first day, day after the last."""
    found = []
    for month in question.months:
        if month.month in QUARTERS and month >= question.from_on:
            last = add_months(month, 3)
            if last <= question.to_on:
                name = f"{month:%B} to {add_months(month, 2):%B %Y}, {QUARTERS[month.month]}"
                found.append((name, month, last))
    return found


def has_small_numbers(sheet: Sheet) -> bool:
    """Whether any number of the tables, a share's counts among them, could point at a child once it is published."""
    measures = [cell.measure for table in sheet.tables for line in table.lines for cell in line.cells]
    counts = [
        count
        for measure in measures
        if measure is not None
        for count in (
            (measure.numerator, measure.denominator - measure.numerator)
            if isinstance(measure, Share)
            else (measure.value,)
        )
    ]
    return any(count is not None and is_small(count) for count in counts)
