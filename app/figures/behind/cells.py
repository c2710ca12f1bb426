"""A cell behind a number: what it can hold, over which column it stands, how page and file say it. Pure; no SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.london import LONDON
from app.web.templating import clock, short_day

NOTHING = "–"


@dataclass(frozen=True)
class Moment:
    """An instant, or its London day where no time was noted."""

    at: datetime
    date_only: bool = False

    @property
    def words(self) -> str:
        return short_day(self.at) if self.date_only else f"{short_day(self.at)}, {clock(self.at)}"

    @property
    def iso(self) -> str:
        local = self.at.astimezone(LONDON)
        return f"{local:%Y-%m-%d}" if self.date_only else f"{local:%Y-%m-%dT%H:%M}"


Cell = Moment | date | str | int | float | None


@dataclass(frozen=True)
class Column:
    """`under`: the page says it below the first cell, the file in a column of its own.

    `gives_way`: the page leaves it to the file where the figure says itself what is counted of each row.
    """

    title: str
    numeric: bool = False
    under: bool = False
    gives_way: bool = False


TOLD = Column("What is counted")
"""What the figure says of a record, where it says anything."""


def on_the_page(columns: Sequence[Column]) -> list[Column]:
    """Those that have a cell of their own there."""
    return [column for column in columns if not (column.under or (column.gives_way and TOLD in columns))]


def shown(cell: Cell) -> str:
    """A cell as the page has it."""
    if cell is None or cell == "":
        return NOTHING
    if isinstance(cell, Moment):
        return cell.words
    return short_day(cell) if isinstance(cell, date) else f"{cell:,}" if isinstance(cell, int) else str(cell)


def filed(cell: Cell) -> str:
    """A cell as the file has it."""
    if isinstance(cell, Moment):
        return cell.iso
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)
