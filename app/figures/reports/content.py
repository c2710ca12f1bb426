"""What a report says as plain values: written the same way every time, named by its hash, read back for pages. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from app.figures.arithmetic import percent, whole_percent
from app.figures.rules import Definition
from app.figures.sections import Built, Cell, Hidden, Likely, Part, Section, Table

FORMAT = "homeward-report-1"
NOTHING = "–"
SUPPRESSED = (
    "Numbers under 5 are not shown in this report, and neither is what would give them away. Nobody is 0, which is "
    "shown."
)


def printed_section(
    section: Section, built: Built, tables: Iterable[Table], narrative: str, *, tells_children: bool
) -> dict[str, Any]:
    """One section with the officer's words."""
    return {
        "key": section.key,
        "title": section.title,
        "window": built.window,
        "words": list(built.words),
        "tables": [_printed_table(table) for table in tables],
        "narrative": narrative,
        "children": sorted(built.children) if tells_children else [],
    }


def _printed_table(table: Table) -> dict[str, Any]:
    return {
        "caption": table.caption,
        "columns": list(table.columns),
        "rows": [[printed_cell(cell) for cell in row] for row in table.rows],
        "widths": list(table.widths or (1,) * len(table.columns)),
        "empty": table.empty,
        "note": table.note,
    }


def printed_cell(cell: Cell) -> Any:
    """A cell as JSON has it: text, a number, null, or an object that says what it is."""
    if isinstance(cell, Part):
        return {"of": [cell.numerator, cell.denominator], "interval": list(cell.interval or ())}
    if isinstance(cell, Likely):
        return {"estimate": cell.value, "interval": [] if cell.low is None else [cell.low, cell.high]}
    return {"hidden": cell.words} if isinstance(cell, Hidden) else cell


def printed_definition(definition: Definition) -> dict[str, Any]:
    """A definition in full: a report keeps the words it was counted by."""
    return {
        "reference": definition.reference,
        "title": definition.title,
        "words": list(definition.words),
        "keys": [[key.label, key.sentence] for key in definition.keys],
    }


def cell_words(cell: Any) -> str:
    """A cell as people read it: `61 % (55 of 90)`, `1,204`, a dash where there is nothing to say."""
    if cell is None:
        return NOTHING
    if isinstance(cell, str):
        return cell
    if not isinstance(cell, Mapping):
        return f"{cell:,}"
    if "hidden" in cell:
        return str(cell["hidden"])
    ends = cell["interval"]
    likely = f", likely {ends[0]:g} to {ends[1]:g} %" if ends else ""
    if "estimate" in cell:
        return NOTHING if cell["estimate"] is None else f"{cell['estimate']:g} %{likely}"
    numerator, denominator = cell["of"]
    counts = f"({numerator:,} of {denominator:,})"
    share = whole_percent(numerator, denominator)
    return f"{NOTHING} {counts}" if share is None else f"{share} % {counts}{likely}"


def is_number(cell: Any) -> bool:
    """Whether it stands to the right in its column."""
    return not isinstance(cell, str)


def cell_columns(cell: Any) -> tuple[Any, ...]:
    """Value, numerator, denominator, per cent, low and high, for a spreadsheet."""
    if not isinstance(cell, Mapping):
        return ("" if cell is None else cell, "", "", "", "", "")
    if "hidden" in cell:
        return (cell["hidden"], "", "", "", "", "")
    low, high = cell["interval"] or ("", "")
    if "estimate" in cell:
        return ("", "", "", "" if cell["estimate"] is None else cell["estimate"], low, high)
    numerator, denominator = cell["of"]
    share = percent(numerator, denominator)
    return ("", numerator, denominator, "" if share is None else share, low, high)


def has_hidden(content: Mapping[str, Any]) -> bool:
    return any(
        isinstance(cell, Mapping) and "hidden" in cell
        for section in content["sections"]
        for table in section["tables"]
        for row in table["rows"]
        for cell in row
    )


def children_in(content: Mapping[str, Any]) -> list[int]:
    """Every child whom the report names, by our own ids."""
    return sorted({child for section in content["sections"] for child in section["children"]})


def as_read(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content without the instant of looking: what somebody reads before it is fixed."""
    return {key: value for key, value in content.items() if key not in ("known_at", "fixed")}


def known_at(content: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(content["known_at"])


def csv_rows(content: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Every cell of every table as a row, and every place for words that has some."""
    head = (content["title"], content["period"]["from"], content["period"]["to"], content["panel"] or "")
    for section in content["sections"]:
        if section["narrative"]:
            yield (*head, section["title"], "", "", "In words", section["narrative"], "", "", "", "", "")
        for table in section["tables"]:
            for row in table["rows"]:
                label = cell_words(row[0])
                for column, cell in zip(table["columns"][1:], row[1:], strict=True):
                    yield (*head, section["title"], table["caption"], label, column, *cell_columns(cell))


CSV_COLUMNS = (
    *("report", "from", "to", "panel", "section", "table", "row", "column"),
    *("value", "numerator", "denominator", "percent", "low", "high"),
)
