"""Timing one thing many times, and the table that tells. Knows nothing of what is timed."""

import gc
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter

WARM_UPS = 3
MOST_RUNS = 60
FEWEST_RUNS = 5
LONGEST = 2.0
"""Seconds after which no further run is begun, once there are enough."""


@dataclass(frozen=True)
class Measured:
    """One line of the table, in milliseconds unless `unit` says otherwise; `note` says what was done.

    `best` is what stays when nothing else runs on the machine.
    """

    what: str
    median: float
    p95: float | None
    best: float | None
    runs: int
    aim: float | None = None
    unit: str = "ms"
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.aim is None:
            return ""
        return "" if self.median <= self.aim else "MISSED"


async def timed(
    what: str,
    work: Callable[[], Awaitable[object]],
    aim: float | None = None,
    note: str = "",
    most_runs: int = MOST_RUNS,
) -> Measured:
    """Awaits `work()` until enough is known: a warm-up, then at most `most_runs` runs or about two seconds."""
    for _ in range(min(WARM_UPS, most_runs)):
        await work()
    took: list[float] = []
    gc.collect()
    gc.freeze()
    began = perf_counter()
    while len(took) < most_runs and (len(took) < FEWEST_RUNS or perf_counter() - began < LONGEST):
        start = perf_counter()
        await work()
        took.append((perf_counter() - start) * 1000)
    gc.unfreeze()
    return of_runs(what, took, aim, note)


def of_runs(
    what: str, took: list[float], aim: float | None = None, note: str = "", unit: str = "ms"
) -> Measured:
    ordered = sorted(took)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    p95 = ordered[max(0, -(-95 * len(ordered) // 100) - 1)] if len(ordered) > 1 else None
    best = ordered[0] if len(ordered) > 1 else None
    return Measured(what, median, p95, best, len(ordered), aim, unit, note)


def print_title(title: str) -> None:
    print(f"\n{title}\n{'':42} {'median':>9} {'95 %':>9} {'best':>9} {'n':>4}  aim")


def print_line(one: Measured) -> None:
    p95, best = (_number(value) if value is not None else "" for value in (one.p95, one.best))
    aim = "" if one.aim is None else f"≤ {one.aim:g} {one.unit}"
    times = f"{_number(one.median):>9} {p95:>9} {best:>9} {one.runs:>4}"
    print(f"{one.what:42} {times}  {aim:<9} {one.verdict:<6} {one.note}".rstrip())
    sys.stdout.flush()


def not_there(what: str, why: object) -> Measured:
    """A line for what could not be measured."""
    return Measured(what, 0, None, None, 0, note=str(why))


def _number(value: float) -> str:
    return f"{value:,.1f}" if value < 1000 else f"{value:,.0f}"
