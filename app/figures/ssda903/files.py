"""The statutory table as the file that is sent, and what was mended or left out as one to work through. Pure."""

from collections.abc import Iterator, Sequence

from app.figures.ssda903.mending import StatutoryTable
from app.figures.ssda903.rules import COLUMNS, StatutoryRow, in_table
from app.web.documents.spreadsheets import csv_bytes

NOTE_COLUMNS = ("CHILD", "rule", "what", "MISSING", "MIS_START", "MIS_END", "in the table as", "episode")


def table_file(table: StatutoryTable) -> bytes:
    return csv_bytes(COLUMNS, (row.cells for row in table.rows), marked=False)


def notes_file(table: StatutoryTable) -> bytes:
    """A row for each period that is not in the table as it was recorded."""
    return csv_bytes(NOTE_COLUMNS, _notes(table))


def _notes(table: StatutoryTable) -> Iterator[tuple[object, ...]]:
    for left in table.left_out:
        start = in_table(left.start)
        yield left.child_ref, left.rule, left.words, "", start, "", "not in the table", left.episode_id
    for mended in table.mended:
        for row in mended.before:
            yield (
                *(
                    mended.child_ref,
                    mended.rule,
                    mended.words,
                    row.code,
                    in_table(row.start),
                    in_table(row.end),
                ),
                *(spans(mended.after), " ".join(map(str, row.episode_ids))),
            )


def spans(rows: Sequence[StatutoryRow]) -> str:
    """`M 03/05/2025 to 06/05/2025; A 06/05/2025 to 08/05/2025`"""
    return "; ".join(span(row) for row in rows)


def span(row: StatutoryRow) -> str:
    ends = f"to {in_table(row.end)}" if row.end else "and still missing"
    return f"{row.code} {in_table(row.start)} {ends}"
