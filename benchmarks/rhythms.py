"""A year of meetings for twenty panels, made by their rhythms as the daily job does, and undone after each run."""

from collections.abc import AsyncIterator
from datetime import datetime
from time import perf_counter

from app import database
from app.london import london_date
from app.panels.rhythm.changes import continue_rhythms
from benchmarks.authority import Built
from benchmarks.measuring import Measured, of_runs

PANELS = 20
RUNS = 5
AIM = 1000

# Every rhythm there is, five panels each, on all days of the week; as a panel of the plain kind would set it.
SET = """
    WITH made AS (
        INSERT INTO panel (slug, name, kind)
        SELECT 'bench-' || n, 'Sample panel ' || n, 'general' FROM generate_series(1, $1::int) n RETURNING id)
    INSERT INTO series (panel, frequency, weekday, nth, clock, starts_on)
    SELECT id, (ARRAY['weekly', 'fortnightly', 'monthly', 'quarterly'])[1 + id % 4], id % 5,
        CASE WHEN id % 4 > 1 THEN 1 + id % 3 END, TIME '10:00', $2::date
    FROM made
"""


class _Undone(Exception):
    """Takes everything back."""


async def measure_rhythms(built: Built, only: str) -> AsyncIterator[Measured]:
    what = f"a year's meetings for {PANELS} panels"
    if only not in what:
        return
    runs = [await _once(built.now) for _ in range(RUNS)]
    yield of_runs(what, [took for took, _ in runs], AIM, f"{runs[0][1]:,} meetings")


async def _once(now: datetime) -> tuple[float, int]:
    """How long it takes, in milliseconds, and how many meetings there are then."""
    took, made = 0.0, 0
    try:
        async with database.transaction():
            await database.execute(SET, PANELS, london_date(now))
            start = perf_counter()
            made = await continue_rhythms(now)
            took = (perf_counter() - start) * 1000
            raise _Undone
    except _Undone:
        return took, made
