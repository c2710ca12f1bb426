"""Rows as a CSV file that spreadsheets open, formulas made harmless. Pure; what the rows say is up to the caller."""

import csv
import io
from collections.abc import Iterable, Sequence

from app.episodes.imports.rules import safe_cell

CSV = "text/csv; charset=utf-8"


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]], *, marked: bool = True) -> bytes:
    """UTF-8; `marked` with the byte order mark that spreadsheets need and that uploads to a return refuse."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return (b"\xef\xbb\xbf" if marked else b"") + text.getvalue().encode()
