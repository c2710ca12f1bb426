"""Birmingham's tracking table: what was due, by the six categories and by quarter. Pure."""

from collections.abc import Sequence
from datetime import date

from app.actions.tracking.filters import TrackingFilters
from app.actions.tracking.rules import CATEGORIES, COLUMNS, words_of
from app.actions.tracking.rules import Line as Counted
from app.figures.papers.rules.sheets import Cell, Line, Sheet, Table, number
from app.figures.rules import Share
from app.windows import quarter_words


def sheet(quarters: Sequence[tuple[date, Counted]], whole: Counted) -> Sheet:
    """`quarters`: by its first day, how many stand in each category; `whole`: all of them together."""
    heads = ("Due", *(words_of(category) for category in COLUMNS), "All due")
    lines = [_line(quarter_words(first), counted, TrackingFilters(first)) for first, counted in quarters]
    if len(quarters) > 1:
        lines.append(_line("All quarters", whole, None))
    return Sheet(
        tables=(Table("Actions and recommendations by category", heads, tuple(lines)),),
        notes=(
            *(f"{one.label}: {one.meaning}" for one in CATEGORIES),
            "Each action and recommendation counts once, in the quarter in which it was first due; a new date moves it "
            "to no other quarter. Categories are as they stand today.",
            "Every number leads to its rows in the tracking table, which has the paper’s columns.",
        ),
    )


def _line(label: str, counted: Counted, filters: TrackingFilters | None) -> Line:
    cells = []
    for category in COLUMNS:
        count = counted.counts[category]
        share = Share(str(category or "none"), words_of(category), count, counted.total)
        href = filters.rows_of("", category) if filters and count else ""
        cells.append(Cell(number(count), f"{share.whole_percent} %" if counted.total else "", href, share))
    href = filters.address() if filters and counted.total else ""
    cells.append(Cell(number(counted.total), "", href))
    return Line(label, tuple(cells), is_sum=filters is None)
