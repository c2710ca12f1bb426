"""The tracking table as a file for spreadsheets. Pure."""

from collections.abc import Sequence

from app.actions.tracking.queries import TrackedWords
from app.actions.tracking.rules import Tracked, words_of
from app.web.documents.spreadsheets import csv_bytes

COLUMNS = (
    *("kind", "number", "reference", "panel", "recommendation_or_action", "lead", "agency", "timescale"),
    *("present_date", "status", "finished_on", "category", "category_words", "against_the_dates"),
    *("anticipated_on", "remarks"),
)


def csv_of(rows: Sequence[tuple[Tracked, int | None, TrackedWords]]) -> bytes:
    """A line for each row, spreadsheet formulas made harmless; `category` is empty where nobody has judged it."""
    return csv_bytes(COLUMNS, (_cells(row, category, words) for row, category, words in rows))


def _cells(row: Tracked, category: int | None, words: TrackedWords) -> tuple[object, ...]:
    return (
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
