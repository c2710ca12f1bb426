"""Rows as the files that councils bring, and the way they go in: the same import as everybody's. Holds no rows."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime

from app.episodes.imports.catalogue import import_kind
from app.episodes.imports.running import run_import

FileRow = Mapping[str, str]


def moment(at: datetime | None) -> str:
    """An instant with its offset, so that no hour is doubtful; blank for none."""
    return "" if at is None else at.isoformat(sep=" ", timespec="minutes")


async def bring_in(kind: str, rows: Sequence[FileRow], who_id: int, now: datetime) -> None:
    """Imports the rows as a file. Raises RuntimeError when a row is rejected: the example must be flawless."""
    if not rows:
        return
    known = import_kind(kind)
    assert known is not None, f"there is no import of {kind}"
    ran = await run_import(known, as_csv(rows), who_id=who_id, now=now)
    if ran.result.rejected:
        first = ran.result.rejected[0]
        raise RuntimeError(
            f"The example's {kind} were rejected: row {first.row}, {first.field}: {first.problem}"
        )


def as_csv(rows: Sequence[FileRow]) -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()
