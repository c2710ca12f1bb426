"""Bringing 100,000 episodes in, as the page does it: a check that undoes itself, then the import."""

import csv
import io
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from time import perf_counter

from app.episodes.imports.catalogue import import_kind
from app.episodes.imports.running import run_import
from app.london import LONDON
from benchmarks.authority import MANAGER, Built
from benchmarks.measuring import Measured, of_runs

ROWS = 100_000
AIM_SECONDS = 20
COLUMNS = (
    "episode_ref",
    "child_ref",
    "child_name",
    "category",
    "started_at",
    "returned_at",
    "missing_from",
    "missing_from_kind",
    "found_at",
    "police_risk",
)


def episodes_file(built: Built, rows: int = ROWS) -> bytes:
    """Rows of the year before, four in five of them about children that are known."""
    chance = random.Random(7)
    known = built.size.children
    told = io.StringIO()
    lines = csv.writer(told)
    lines.writerow(COLUMNS)
    for number in range(rows):
        child = chance.randint(1, known) if chance.random() < 0.8 else known + chance.randint(1, rows // 10)
        # a year back, in whole minutes, away from the hour that the clocks repeat or leave out
        start = (built.now - timedelta(days=chance.randint(2, 365))).astimezone(LONDON)
        start = start.replace(hour=chance.randint(3, 23), minute=chance.randint(0, 59), tzinfo=None)
        lines.writerow(
            (
                f"NEW-{number}",
                f"CH-{child:07}",
                "",
                "missing",
                f"{start:%d/%m/%Y %H:%M}",
                f"{start + timedelta(hours=chance.randint(1, 40)):%d/%m/%Y %H:%M}",
                f"Sample House {chance.randint(1, 90)}",
                "residential",
                "",
                "medium",
            )
        )
    return told.getvalue().encode()


async def measure_import(built: Built, only: str) -> AsyncIterator[Measured]:
    """The check and the import of one file, once each."""
    if only not in f"importing {ROWS:,} episodes":
        return
    kind = import_kind("episodes")
    assert kind is not None
    content = episodes_file(built)
    for what, dry_run in (("check", True), ("import", False)):
        start = perf_counter()
        ran = await run_import(kind, content, who_id=MANAGER, now=built.now, dry_run=dry_run)
        took = perf_counter() - start
        told = ran.result
        note = f"{told.added:,} added, {len(told.rejected):,} rejected, {len(told.warnings):,} warnings"
        yield of_runs(f"importing {ROWS:,} episodes: {what}", [took], AIM_SECONDS, note, unit="s")
