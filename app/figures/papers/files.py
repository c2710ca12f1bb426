"""A sheet as a file: CSV for spreadsheets, and a document to print. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from app.figures.papers.rules.sheets import Cell, Line, Sheet, Table
from app.figures.rules import Share
from app.panels.words import long_moment
from app.web.documents.shapes import Block, Chapter, Document
from app.web.documents.shapes import Table as PrintedTable
from app.web.documents.spreadsheets import csv_bytes

COLUMNS = ("table", "line", "column", "as_shown", "value", "numerator", "denominator", "percent")
FIRST_WIDTH = 4
OTHER_WIDTH = 3


def csv_of(sheet: Sheet) -> bytes:
    """A row for each number: `as_shown` is what the sheet says, `percent` has one decimal, always rounded."""
    rows = (
        (table.caption, line.label, column, cell.text, *_counts(cell))
        for table, line, column, cell in _numbers(sheet)
    )
    return csv_bytes(COLUMNS, rows)


def _numbers(sheet: Sheet) -> Iterator[tuple[Table, Line, str, Cell]]:
    for table in sheet.tables:
        for line in table.lines:
            for column, cell in zip(table.columns[1:], line.cells, strict=True):
                yield table, line, column, cell


def _counts(cell: Cell) -> tuple[object, ...]:
    found = cell.measure
    if isinstance(found, Share):
        return ("", found.numerator, found.denominator, found.percent)
    return (cell.text.replace(",", "") if found is None else found.value, "", "", "")


def document_of(
    sheet: Sheet, *, title: str, council: str, window: str, authority: str, reader: str, now: datetime
) -> Document:
    """The sheet on paper, for one reader."""
    return Document(
        title=title,
        kicker=f"In the layout of {council}’s paper",
        authority=authority,
        running=f"{title}, {window}",
        reference=title,
        reader=reader,
        opened=long_moment(now),
        has_contents=False,
        cover=(
            Block(text=window),
            *(Block(text="".join(piece.text for piece in pieces)) for pieces in sheet.paragraphs),
        ),
        chapters=(
            *(_chapter(number, table) for number, table in enumerate(sheet.tables, start=1)),
            Chapter("notes", "How this is counted", blocks=(Block(points=sheet.notes),), own_page=False),
        ),
    )


def _chapter(number: int, table: Table) -> Chapter:
    block = Block(table=_printed(table)) if table.lines else Block(text=table.empty)
    return Chapter(f"table-{number}", table.caption, blocks=(block,), own_page=False)


def _printed(table: Table) -> PrintedTable:
    rows: Sequence[tuple[str, ...]] = [
        (line.label, *(f"{cell.text}\n{cell.sub}" if cell.sub else cell.text for cell in line.cells))
        for line in table.lines
    ]
    return PrintedTable(table.columns, tuple(rows), (FIRST_WIDTH, *(OTHER_WIDTH for _ in table.columns[1:])))
