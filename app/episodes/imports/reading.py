"""From the bytes of a file to rows of typed values: encoding, separator, header, limits. Pure."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.episodes.imports.kinds import Column, ImportKind, Problem, Row, Unusable
from app.episodes.imports.rules import Unreadable, When, clean
from app.web.documents.spreadsheets import csv_bytes

LARGEST_FILE = 20 * 1024 * 1024
MOST_ROWS = 200_000


_NOT_TEXT = (
    (
        b"PK\x03\x04",
        "This is a spreadsheet or a zip file, not a CSV file. Open it and save it as “CSV UTF-8”.",
    ),
    (
        b"%PDF",
        "This is a PDF file, not a CSV file. Ask for the list as a spreadsheet and save it as “CSV UTF-8”.",
    ),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel file, not a CSV file. Open it and save it as CSV."),
    (b"\x1f\x8b", "This is a compressed file, not a CSV file. Unpack it and choose the file inside."),
    (b"\xff\xfe", "This file is saved as Unicode text (UTF-16). Save it again as “CSV UTF-8”."),
    (b"\xfe\xff", "This file is saved as Unicode text (UTF-16). Save it again as “CSV UTF-8”."),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_ANYTHING = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Sheet:
    """A file as cells. `rows` bear the numbers a spreadsheet gives them (the header is 1); no blank ones."""

    header: list[str]
    rows: list[tuple[int, list[str]]]


@dataclass
class Reading:
    """The rows that can be used, the ones that cannot, and the columns that the file has."""

    columns: frozenset[str]
    rows: list[Row] = field(default_factory=list)
    rejected: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def read_sheet(content: bytes, kind: ImportKind) -> Sheet:
    """The file as cells, each still as it stands there.

    Raises Unusable where it is not such a file, or too large.
    """
    if len(content) > LARGEST_FILE:
        raise Unusable(
            "The file is larger than 20 MB. Split it into smaller files and bring them one by one."
        )
    lines = _text(content)
    separator = _separator(lines, kind)
    header: list[str] | None = None
    rows: list[tuple[int, list[str]]] = []
    number = 1
    for cells in _records(lines, separator):
        blank = not any(cell and not cell.isspace() for cell in cells)
        if header is None:
            if not blank:
                header = cells
            continue
        number += 1
        if not blank:
            rows.append((number, cells))
            if len(rows) > MOST_ROWS:
                raise Unusable(
                    f"The file has more than {MOST_ROWS:,} rows. "
                    "Split it into smaller files and bring them one by one."
                )
    if header is None:
        raise Unusable("The file is empty. Choose a file with a header line and one row for each record.")
    return Sheet(header, rows)


def check_shape(content: bytes, kind: ImportKind) -> None:
    """Raises Unusable where the file as a whole cannot be used, without looking at its rows."""
    _places(read_sheet(content, kind).header, kind)


def read_rows(
    sheet: Sheet,
    kind: ImportKind,
    now: datetime,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Reading:
    """The sheet's rows as typed values, after everything that can be told from the file alone.

    Raises Unusable where a required column is missing.
    """
    places, warnings = _places(sheet.header, kind)
    reading = Reading(frozenset(places), warnings=warnings)
    readers: list[tuple[Column, int, dict[str, Any]]] = [
        (column, places[column.name], {}) for column in kind.columns if column.name in places
    ]
    width = len(sheet.header)
    for done, (number, cells) in enumerate(sheet.rows):
        if done % 2_000 == 0:
            progress(done, len(sheet.rows))
        row = Row(number, {}, cells, places)
        problems = _too_wide(row, width) or _read_cells(row, readers, reading.warnings)
        if not problems:
            impossible = kind.check(row, now)
            if impossible:
                problems = [row.problem(*impossible)]
        if problems:
            reading.rejected.append(_one_of(problems))
        else:
            reading.rows.append(row)
    if not sheet.rows:
        reading.warnings.append(Problem(1, "", "", "There is nothing under the header of this file."))
    return reading


def rejected_rows(sheet: Sheet, rejected: Sequence[Problem]) -> bytes:
    """The rejected rows as a CSV file to mend and bring again, each with its problem in the last column."""
    by_number = {problem.row: problem for problem in rejected}
    width = len(sheet.header)
    rows = (
        (*cells[:width], *[""] * (width - len(cells)), number, f"{problem.field}: {problem.problem}")
        for number, cells in sheet.rows
        if (problem := by_number.get(number))
    )
    return csv_bytes((*sheet.header, "row", "problem"), rows)


def warnings_file(warnings: Sequence[Problem]) -> bytes:
    """Warnings as a CSV file: row, column, value, and what to know."""
    rows = ((one.row, one.field, one.value, one.problem) for one in warnings)
    return csv_bytes(("row", "column", "value", "warning"), rows)


def _read_cells(
    row: Row, readers: list[tuple[Column, int, dict[str, Any]]], warnings: list[Problem]
) -> list[Problem]:
    """Fills the row's values; returns what is wrong. Each column remembers the cells it has read."""
    problems: list[Problem] = []
    cells, values = row.cells, row.values
    for column, place, known in readers:
        cell = cells[place] if place < len(cells) else ""
        value = known.get(cell)
        if value is None and cell:
            text = clean(cell)
            if text:
                try:
                    value = known[cell] = column.read(text)
                except Unreadable as problem:
                    problems.append(row.problem(column.name, str(problem)))
                    continue
        if value is None:
            if column.required:
                problems.append(row.problem(column.name, f"{column.name} is empty. Every row needs it."))
            continue
        values[column.name] = value
        if type(value) is When and value.note:
            warnings.append(row.problem(column.name, value.note))
    return problems


def _too_wide(row: Row, width: int) -> list[Problem]:
    if len(row.cells) <= width or not any(cell.strip() for cell in row.cells[width:]):
        return []
    return [
        Problem(
            row.number,
            "",
            row.cells[width],
            f"This row has {len(row.cells)} cells but the header has {width}. "
            "A text with the separator in it needs quotation marks around it.",
        )
    ]


def _one_of(problems: list[Problem]) -> Problem:
    """One entry for each rejected row; further problems are told in the same sentence."""
    first, *others = problems
    if not others:
        return first
    told = " ".join([first.problem, *(f"Also {other.field}: {other.problem}" for other in others)])
    return Problem(first.row, first.field, first.value, told)


def _text(content: bytes) -> str:
    for start, sentence in _NOT_TEXT:
        if content.startswith(start):
            raise Unusable(sentence)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise Unusable(
                "The letters of this file cannot be read: it is neither UTF-8 nor Windows-1252. "
                "Open it and save it as “CSV UTF-8”."
            ) from None
    if _CONTROL.search(text):
        raise Unusable("This is not a text file. Choose a CSV file, saved as “CSV UTF-8”.")
    if text.lstrip()[:9].casefold().startswith(("<!doctype", "<html", "<?xml")):
        raise Unusable("This is a web page or an XML file, not a CSV file. Save the list as “CSV UTF-8”.")
    return text


def _separator(text: str, kind: ImportKind) -> str:
    """Comma, semicolon or tab: whichever finds most of the kind's columns in the header line."""
    known = {_key(column.name) for column in kind.columns}
    first = next((line for line in text.splitlines() if line.strip(" ,;\t")), "")
    if first.casefold().startswith("sep=") and len(first) > 4:
        return first[4]  # a hint that Excel writes
    found = {mark: sum(_key(cell) in known for cell in first.split(mark)) for mark in (",", ";", "\t")}
    return max(found, key=lambda mark: (found[mark], first.count(mark)))


def _records(text: str, separator: str) -> list[list[str]]:
    lines = (
        text.splitlines(keepends=True) if "\r" in text.replace("\r\n", "") else io.StringIO(text, newline="")
    )
    try:
        records = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as problem:
        if "unexpected end" in str(problem) or "field larger" in str(problem):
            raise Unusable(
                "A quotation mark in this file is opened and never closed. Mend it and try again."
            ) from None
        try:
            records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        except csv.Error:
            raise Unusable(
                "The rows of this file cannot be told apart. Save it again as “CSV UTF-8”."
            ) from None
    if records and records[0] and records[0][0].casefold().startswith("sep="):
        del records[0]
    return records


def _places(header: list[str], kind: ImportKind) -> tuple[dict[str, int], list[Problem]]:
    """Where each known column stands, and a warning for each other one."""
    known = {_key(column.name): column.name for column in kind.columns}
    places: dict[str, int] = {}
    warnings: list[Problem] = []
    for place, written in enumerate(header):
        title = clean(written)
        name = known.get(_key(title))
        if name is None:
            if title:
                warnings.append(Problem(1, title, "", f"The column “{title}” is not used."))
        elif name in places:
            raise Unusable(f"The column {name} stands in this file twice. Remove one and try again.")
        else:
            places[name] = place
    missing = [c.name for c in kind.columns if (c.required or c.expected) and c.name not in places]
    if not missing and kind.one_of and not any(choice <= places.keys() for choice in kind.one_of):
        missing = [" or ".join(" with ".join(sorted(choice)) for choice in kind.one_of)]
    if missing:
        what = "column" if len(missing) == 1 else "columns"
        raise Unusable(
            f"The file lacks the {what} {', '.join(missing)}. "
            f"It has: {', '.join(filter(None, map(clean, header)))}. Check that this is a file of "
            f"{kind.label.casefold()} in the layout {kind.layout}, and add what is missing.{_hint(header, kind)}"
        )
    return places, warnings


def _hint(header: list[str], kind: ImportKind) -> str:
    if kind.layout != "ssda903" and "misstart" in map(_key, header):
        return " It looks like an SSDA903 table: choose that layout."
    return ""


def _key(title: str) -> str:
    return _ANYTHING.sub("", title.casefold())
