"""Figures in words and cells: a value as people read it, the window, the rows of a CSV file. Pure."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

from app.episodes.imports.rules import safe_cell
from app.figures.rules import Definition, Figure, Measure, Question, Share, Value
from app.london import LONDON

NOTHING = "–"

COLUMNS = (
    *("figure", "definition", "from", "to", "as_at", "split", "group", "group_label"),
    *("key", "label", "value", "numerator", "denominator", "percent", "low", "high"),
)


def said(value: Measure) -> str:
    """`61 % (55 of 90)`, `1,204`, or a dash where there is nothing to say."""
    if isinstance(value, Share):
        counts = f"{value.numerator:,} of {value.denominator:,}"
        return f"{NOTHING} ({counts})" if value.percent is None else f"{value.whole_percent} % ({counts})"
    return NOTHING if value.value is None else f"{value.value:,}"


def window_words(question: Question) -> str:
    """`1 April 2026 to 30 June 2026, as at 10 July 2026`: both days included."""
    last = question.to_on - timedelta(days=1)
    words = f"{_long(question.from_on)} to {_long(last)}, as at {_long(question.as_at_on)}"
    if question.known_at is None:
        return words
    local = question.known_at.astimezone(LONDON)
    return f"{words}, as known on {_long(local.date())} at {local:%H:%M}"


def csv_of(definition: Definition, question: Question, figure: Figure) -> bytes:
    """Every value of the answer as a row of a CSV file, spreadsheet formulas made harmless."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    asked = (definition.name, definition.reference, question.from_on, question.to_on, question.as_at_on)
    for split, group, label, values in _parts(figure):
        for value in values:
            writer.writerow([safe_cell(cell) for cell in (*asked, split, group, label, *_cells(value))])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _parts(figure: Figure) -> Iterator[tuple[str, str, str, list[Measure]]]:
    """The whole, then each month, then each group of each split."""
    yield "all", "", "", figure.values
    for month, values in figure.by_month:
        yield "month", f"{month:%Y-%m}", f"{month:%B %Y}", values
    for split, groups in figure.by.items():
        for group in groups:
            yield split, group.key, group.label, group.values


def _cells(value: Measure) -> tuple[object, ...]:
    if isinstance(value, Value):
        return (value.key, value.label, value.value, "", "", "", "", "")
    low, high = (value.interval or ("", "")) if value.with_interval else ("", "")
    return (value.key, value.label, "", value.numerator, value.denominator, value.percent, low, high)


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
