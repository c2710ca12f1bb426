"""Kaplan-Meier: the share that nothing has happened to, day by day, with its interval. Pure; no SQL, no words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

from app.figures.arithmetic import Z_95

AFTER_3_MONTHS, AFTER_6_MONTHS, AFTER_12_MONTHS = 91, 182, 365
READ_AT = (AFTER_3_MONTHS, AFTER_6_MONTHS, AFTER_12_MONTHS)
"""The days at which the curve is read: three, six and twelve months."""

LONGEST = AFTER_12_MONTHS + 1
"""Whoever was followed longer counts as followed so long: the curve is not read or drawn beyond."""


@dataclass(frozen=True)
class Ends:
    """How many were followed to a day: `events` whom it happened to on it, `losses` who could be followed no longer."""

    events: int = 0
    losses: int = 0


@dataclass(frozen=True)
class Step:
    """The curve from the end of `day` until the next step: shares from 0 to 1.

    `at_risk` were followed up to the day, those whom it happened to on the day among them. `low` and `high` are None
    where the interval is not defined: before the first event, and once it has happened to everybody.
    """

    day: int
    at_risk: int
    events: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Curve:
    """The steps in the order of their days, each a day with events; `followed` is how many were followed for how long.

    Events come before losses on the same day: who is lost on a day was still there for what happened on it.
    """

    steps: tuple[Step, ...]
    ends: tuple[tuple[int, Ends], ...]

    @property
    def total(self) -> int:
        return sum(found.events + found.losses for _, found in self.ends)

    def at_risk(self, day: int) -> int:
        """How many were followed up to this day, to whom it had not happened before it."""
        return sum(found.events + found.losses for on, found in self.ends if on >= day)

    def at(self, day: int) -> Step | None:
        """The curve as it stands at the end of a day.

        None where it cannot be said: nobody was followed so long, and it had not happened to everybody before.
        """
        reached: Step | None = None
        for step in self.steps:
            if step.day > day:
                break
            reached = step
        left = self.at_risk(day)
        if left == 0 and (reached is None or reached.share > 0):
            return None
        if reached is None:
            return Step(day, left, 0, 1.0, None, None)
        return Step(day, left, 0, reached.share, reached.low, reached.high)


def kaplan_meier(ended: Mapping[int, Ends] | Iterable[tuple[int, bool]], z: float = Z_95) -> Curve:
    """The curve of pairs (days followed, whether it happened then), or of the same pairs counted by day.

    The interval is Greenwood's on the log(-log) scale, so that it stays between 0 and 1 (Kalbfleisch and Prentice).
    """
    ends = sorted((ended if isinstance(ended, Mapping) else _by_day(ended)).items())
    left = sum(found.events + found.losses for _, found in ends)
    share, spread, steps = 1.0, 0.0, []
    for day, found in ends:
        if found.events:
            survivors = left - found.events
            share *= survivors / left
            if survivors:
                spread += found.events / (left * survivors)
            steps.append(Step(day, left, found.events, share, *_interval(share, spread, z)))
        left -= found.events + found.losses
    return Curve(tuple(steps), tuple(ends))


def pooled(parts: Iterable[tuple[int, int, int]]) -> dict[int, Ends]:
    """Rows of (day, events, losses) added up by day."""
    added: dict[int, Ends] = {}
    for day, events, losses in parts:
        before = added.get(day, Ends())
        added[day] = Ends(before.events + events, before.losses + losses)
    return added


def _by_day(pairs: Iterable[tuple[int, bool]]) -> dict[int, Ends]:
    return pooled((day, int(happened), int(not happened)) for day, happened in pairs)


def _interval(share: float, spread: float, z: float) -> tuple[float | None, float | None]:
    """`spread` is Greenwood's sum: the variance of log(share)."""
    if not 0 < share < 1:
        return None, None
    on_scale = log(-log(share))
    width = z * sqrt(spread) / -log(share)
    return exp(-exp(on_scale + width)), exp(-exp(on_scale - width))
