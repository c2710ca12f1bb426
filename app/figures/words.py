"""Figures in words and cells: a value as people read it, the window, the rows of a CSV file. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from app.figures.rules import Definition, Estimate, Figure, Measure, Question, Share, Value
from app.london import day_words
from app.panels.words import long_moment
from app.web.documents.spreadsheets import csv_bytes

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
    if isinstance(value, Estimate):
        return NOTHING if value.value is None else f"{value.whole_percent} %"
    return NOTHING if value.value is None else f"{value.value:,}"


def range_words(value: Measure) -> str:
    """`, 95 % interval 10.8 to 60.3 %` where there is one."""
    ends: tuple[float | None, float | None] | None = None
    if isinstance(value, Share) and value.with_interval:
        ends = value.interval
    elif isinstance(value, Estimate):
        ends = (value.low, value.high)
    return "" if ends is None or ends[0] is None else f", 95 % interval {ends[0]} to {ends[1]} %"


def window_words(question: Question) -> str:
    """`1 April 2026 to 30 June 2026, as at 10 July 2026`: both days included."""
    last = question.to_on - timedelta(days=1)
    words = f"{day_words(question.from_on)} to {day_words(last)}, as at {day_words(question.as_at_on)}"
    if question.known_at is None:
        return words
    return f"{words}, as known on {long_moment(question.known_at)}"


def in_words(definition: Definition) -> str:
    """The definition as docs/definitions.md holds it: what it asks, how it counts, a line for each value."""
    lines = [f"### {definition.title} (`{definition.reference}`)", definition.asks, *definition.words]
    keys = "\n".join(f"- `{key.name}`: {key.sentence}" for key in definition.keys)
    return "\n\n".join([*lines, keys])


def csv_of(definition: Definition, question: Question, figure: Figure) -> bytes:
    """Every value of the answer as a row of a CSV file, spreadsheet formulas made harmless."""
    asked = (definition.name, definition.reference, question.from_on, question.to_on, question.as_at_on)
    rows = (
        (*asked, split, group, label, *_cells(value))
        for split, group, label, values in _parts(figure)
        for value in values
    )
    return csv_bytes(COLUMNS, rows)


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
    if isinstance(value, Estimate):
        return (value.key, value.label, value.value, "", "", "", value.low, value.high)
    low, high = (value.interval or ("", "")) if value.with_interval else ("", "")
    return (value.key, value.label, "", value.numerator, value.denominator, value.percent, low, high)
