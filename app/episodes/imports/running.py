"""The one way in for a file: read, check, lock, apply, write the history; a dry run undoes it all."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from app import database
from app.episodes.imports.kinds import ImportContext, ImportKind, ImportResult, Outcome, Problem
from app.episodes.imports.reading import Reading, Sheet, read_rows, read_sheet
from app.history.changes import record

ONE_AT_A_TIME = 2026_903
"""The advisory lock that lets one import through at a time."""

TRIES = 3


class _OnlyTried(Exception):
    """Leaves the transaction of a dry run, so that nothing of it stays."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


@dataclass
class Progress:
    """How far an import is, in per cent; whoever shows it reads it from time to time."""

    percent: int = 0

    def reading(self, done: int, of: int) -> None:
        self.percent = 5 + 45 * done // max(of, 1)


@dataclass(frozen=True)
class Ran:
    """A result, and the sheet from which its rejected rows can be given back."""

    result: ImportResult
    sheet: Sheet


@dataclass(frozen=True)
class _Order:
    """What was asked for, once the file is read."""

    kind: ImportKind
    who_id: int | None
    now: datetime
    dry_run: bool
    also: Callable[[Ran], Awaitable[None]] | None
    import_id: int | None


async def run_import(
    kind: ImportKind,
    content: bytes,
    *,
    who_id: int | None,
    now: datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
    also: Callable[[Ran], Awaitable[None]] | None = None,
    import_id: int | None = None,
) -> Ran:
    """Brings the file in, all of its good rows or nothing; on a dry run only says what would happen.

    `also` is awaited inside the transaction, after the rows are in; `import_id` is the upload's, for the history.
    Must not run inside another transaction. Raises Unusable where the file as a whole cannot be used.
    """
    progress = progress or Progress()
    sheet = await asyncio.to_thread(read_sheet, content, kind)
    reading = await asyncio.to_thread(read_rows, sheet, kind, now, progress.reading)
    order = _Order(kind, who_id, now, dry_run, also, import_id)
    for attempt in range(1, TRIES + 1):
        try:
            outcome = await _apply(order, sheet, reading, progress)
            break
        except (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError):
            # somebody recorded one of these by hand in the same moment; the next try sees it
            if attempt == TRIES:
                raise
    progress.percent = 100
    return Ran(_result(sheet, reading, outcome), sheet)


async def _apply(order: _Order, sheet: Sheet, reading: Reading, progress: Progress) -> Outcome:
    context = ImportContext(order.who_id, order.now, reading.columns)
    try:
        async with database.transaction():
            progress.percent = 50
            await database.execute("SELECT pg_advisory_xact_lock($1)", ONE_AT_A_TIME)
            progress.percent = 60
            outcome = await order.kind.apply(list(reading.rows), context) if reading.rows else Outcome()
            progress.percent = 95
            if order.dry_run:
                raise _OnlyTried(outcome)
            result = _result(sheet, reading, outcome)
            await _record(order, result, outcome)
            if order.also is not None:
                await order.also(Ran(result, sheet))
            return outcome
    except _OnlyTried as tried:
        return tried.outcome


async def _record(order: _Order, result: ImportResult, outcome: Outcome) -> None:
    await record(
        order.who_id,
        "file imported",
        "import",
        [] if order.import_id is None else [order.import_id],
        now=order.now,
        children=outcome.child_ids,
        details={
            "kind": order.kind.slug,
            "layout": order.kind.layout,
            "read": result.read,
            "added": result.added,
            "updated": result.updated,
            "unchanged": result.unchanged,
            "rejected": len(result.rejected),
        },
    )


def _result(sheet: Sheet, reading: Reading, outcome: Outcome) -> ImportResult:
    rejected = sorted([*reading.rejected, *outcome.rejected], key=_by_row)
    return ImportResult(
        read=len(sheet.rows),
        added=outcome.added,
        updated=outcome.updated,
        unchanged=len(sheet.rows) - outcome.added - outcome.updated - len(rejected),
        rejected=tuple(rejected),
        warnings=tuple(sorted([*reading.warnings, *outcome.warnings], key=_by_row)),
    )


def _by_row(problem: Problem) -> int:
    return problem.row
