"""The tracking table as a file for spreadsheets. Pure."""

import csv
import io
from collections.abc import Sequence

from app.actions.tracking.queries import TrackedWords
from app.actions.tracking.rules import Tracked, words_of
from app.episodes.imports.rules import safe_cell

COLUMNS = (
    *("kind", "number", "reference", "panel", "recommendation_or_action", "lead", "agency", "timescale"),
    *("present_date", "status", "finished_on", "category", "category_words", "against_the_dates"),
    *("anticipated_on", "remarks"),
)


def csv_of(rows: Sequence[tuple[Tracked, int | None, TrackedWords]]) -> bytes:
    """A line for each row, spreadsheet formulas made harmless; `category` is empty where nobody has judged it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row, category, words in rows:
        cells = (
            row.kind,
            row.id,
            words.reference,
            row.panel_name,
            words.text,
            words.lead,
            row.agency_name,
            row.original_due_on,
            words.due_on,
            row.status,
            row.finished_on,
            category,
            words_of(category),
            "yes" if row.tracking_overruled and category == row.tracking else "",
            words.anticipated_on,
            words.remarks,
        )
        writer.writerow([safe_cell(cell) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
