"""Rows as a CSV file that spreadsheets open, formulas made harmless. Pure; what the rows say is up to the caller."""

import csv
import io
from collections.abc import Iterable, Sequence

CSV = "text/csv; charset=utf-8"

EXECUTABLE = "=+-@"
"""What a spreadsheet takes for the beginning of a formula."""


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]], *, marked: bool = True) -> bytes:
    """UTF-8; `marked` with the byte order mark that spreadsheets need and that uploads to a return refuse."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe_cell(column) for column in columns])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return (b"\xef\xbb\xbf" if marked else b"") + text.getvalue().encode()


def safe_cell(value: object) -> str:
    """The value as text for a CSV file, an apostrophe before what a spreadsheet would take for a formula."""
    text = "" if value is None else str(value)
    if text and (text[0] in EXECUTABLE or text[0] < " "):
        return "'" + text
    return text
