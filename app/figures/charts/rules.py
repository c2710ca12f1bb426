"""Charts as plain values: the finding as a sentence, what is drawn, the table. Drawn by components/chart.html."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.figures.arithmetic import whole_percent
from app.figures.reduction.comparing import Comparison, Side
from app.figures.survival.rules import AFTER_12_MONTHS, READ_AT, Curve, Step

TICKS = ((0, "0"), (91, "3"), (182, "6"), (273, "9"), (365, "12"))
"""Where the axis of a survival curve is marked: in days, and the months that people say for them."""

MOST_LABELS = 14
LONGEST_LABEL = 44
"""Characters of a bar's name that fit over it on a phone; the table beside the chart has the whole name."""


@dataclass(frozen=True)
class Reading:
    """A curve read at a time: whole per cent, None where it cannot be said; `at_risk` were still followed."""

    after: str
    percent: int | None
    low: int | None
    high: int | None
    at_risk: int


@dataclass(frozen=True)
class SurvivalChart:
    """`steps` are (day, share, low, high) from 0 to 1; `until` is the last day that anybody was followed to."""

    title: str
    sub: str
    total: int
    steps: tuple[tuple[int, float, float | None, float | None], ...]
    until: int
    at_risk: tuple[tuple[int, str, int], ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class StripRow:
    """One side of a before and after: `days` are (number of the day, how many episodes began), `away` are hatched."""

    label: str
    words: str
    days: tuple[tuple[int, int], ...]
    away: tuple[int, ...]
    episodes: int
    exposed_days: int
    from_words: str
    to_words: str


@dataclass(frozen=True)
class StripChart:
    """Two rows of 90 days."""

    title: str
    sub: str
    rows: tuple[StripRow, StripRow]
    most: int
    """The most episodes that began on one day: the height of a mark."""


@dataclass(frozen=True)
class BarRow:
    """The numbers of one bar or group of bars, in the order of the series; `whole` is what a stack is part of."""

    label: str
    long_label: str
    numbers: tuple[int, ...]
    whole: int = 0
    href: str = ""


@dataclass(frozen=True)
class BarsChart:
    """Bars with several series, beside each other or stacked; at most five series have a pattern of their own."""

    title: str
    sub: str
    series: tuple[str, ...]
    rows: tuple[BarRow, ...]

    @property
    def most(self) -> int:
        return max((number for row in self.rows for number in row.numbers), default=0)

    @property
    def longest(self) -> int:
        return max((max(row.whole, sum(row.numbers)) for row in self.rows), default=0)


def survival_chart(curve: Curve) -> SurvivalChart:
    """How many closed cases had not come back, by time since closure."""
    followed = [day for day, _ in curve.ends]
    until = min(max(followed, default=0), AFTER_12_MONTHS)
    steps = [(step.day, step.share, step.low, step.high) for step in curve.steps if step.day <= until]
    return SurvivalChart(
        title=_survival_finding(curve),
        sub="Closed cases without a new referral that met the threshold, by months since closure. "
        "The band is the 95 % range: how far chance alone could move the line.",
        total=curve.total,
        steps=tuple(steps),
        until=until,
        at_risk=tuple((day, label, curve.at_risk(day)) for day, label in TICKS),
        readings=tuple(
            _reading(curve, day, f"{months} months") for day, months in zip(READ_AT, (3, 6, 12), strict=True)
        ),
    )


def _survival_finding(curve: Curve) -> str:
    if curve.total == 0:
        return "No case was closed in this time"
    for day, months in ((365, 12), (182, 6), (91, 3)):
        step = curve.at(day)
        if step is not None:
            return f"{months} months after closure, {_with_range(step)} of closed cases had not come back"
    return "No closed case has been followed for 3 months yet"


def _with_range(step: Step) -> str:
    share = f"{_whole(step.share)} %"
    if step.low is None or step.high is None:
        return share
    return f"{share} (likely {_whole(step.low)} to {_whole(step.high)} %)"


def _reading(curve: Curve, day: int, after: str) -> Reading:
    step = curve.at(day)
    if step is None:
        return Reading(after, None, None, None, 0)
    low, high = (None if end is None else _whole(end) for end in (step.low, step.high))
    return Reading(after, _whole(step.share), low, high, step.at_risk)


def _whole(share: float) -> int:
    return int(100 * share + 0.5)


BEFORE = ("90 days before the initial meeting", "the initial meeting")
AFTER = ("the closure", "90 days after the closure")


def strip_of_case(compared: Comparison) -> StripChart:
    """One child: marks where episodes began, before the initial meeting and after closure."""
    return _strip(
        _case_finding(compared),
        "Each mark is the day on which an episode began; hatched days began with the child missing.",
        _row_of_side("Before", compared.before, BEFORE),
        _row_of_side("After", compared.after, AFTER),
    )


@dataclass(frozen=True)
class Together:
    """One side of many cases laid over each other: episodes by number of the day, and all their exposed days."""

    began: Mapping[int, int]
    exposed_days: int


def strip_of_cases(reduced: int, compared: int, before: Together, after: Together) -> StripChart:
    """Many cases by the days from the initial meeting and from closure."""
    if compared == 0:
        title = "No case closed in this time can be compared"
    else:
        share = whole_percent(reduced, compared)
        title = f"In {reduced:,} of {compared:,} cases the child went missing significantly less after ({share} %)"
    return _strip(
        title,
        "The height of a mark is the number of episodes that began on that day, of all compared cases together.",
        _strip_row("Before", before.began, before.exposed_days, BEFORE),
        _strip_row("After", after.began, after.exposed_days, AFTER),
    )


def _case_finding(compared: Comparison) -> str:
    before, after = compared.before.episodes, compared.after.episodes
    counts = f"{_episodes(before)} in the 90 days before, {after} in the 90 days after"
    if not compared.has_baseline:
        return f"No episode in the 90 days before, {after} in the 90 days after: nothing to compare with"
    if compared.is_reduced:
        return f"{counts}: significantly fewer"
    return f"{counts}: fewer, but not significantly" if after < before else f"{counts}: not fewer"


def _strip(title: str, sub: str, before: StripRow, after: StripRow) -> StripChart:
    most = max((number for row in (before, after) for _, number in row.days), default=1)
    return StripChart(title, sub, (before, after), most)


def _row_of_side(label: str, side: Side, ends: tuple[str, str]) -> StripRow:
    return replace(
        _strip_row(label, Counter(side.began), side.exposed_days, ends), away=tuple(sorted(side.away))
    )


def _strip_row(label: str, began: Mapping[int, int], exposed: int, ends: tuple[str, str]) -> StripRow:
    episodes = sum(began.values())
    rate = f", {_rate(episodes, exposed)} in 30 exposed days" if exposed else ", no exposed day"
    return StripRow(
        label=label,
        words=f"{_episodes(episodes)}{rate}",
        days=tuple(sorted(began.items())),
        away=(),
        episodes=episodes,
        exposed_days=exposed,
        from_words=ends[0],
        to_words=ends[1],
    )


def _rate(episodes: int, exposed_days: int) -> float:
    return (600 * episodes + exposed_days) // (2 * exposed_days) / 10


def _episodes(number: int) -> str:
    return "1 episode" if number == 1 else f"{number:,} episodes"


def months_chart(
    months: Sequence[tuple[date, tuple[int, ...]]], series: tuple[str, ...], sub: str = ""
) -> BarsChart:
    """Several numbers by month beside each other; the finding is the month in which the first was highest."""
    every = -(-len(months) // MOST_LABELS)
    rows = tuple(
        BarRow(f"{month:%b %y}" if number % every == 0 else "", f"{month:%B %Y}", numbers)
        for number, (month, numbers) in enumerate(months)
    )
    return BarsChart(_months_finding(months, series), sub, series, rows)


def _months_finding(months: Sequence[tuple[date, tuple[int, ...]]], series: tuple[str, ...]) -> str:
    names = f"{series[0]} by month" if len(series) == 1 else f"{series[0]} and {series[1].lower()} by month"
    if not any(numbers[0] for _, numbers in months):
        return f"{names}: none in this time"
    most, lowest = max(months, key=lambda one: one[1][0]), min(months, key=lambda one: one[1][0])
    if most[1][0] == lowest[1][0]:
        return f"{names}: the same in every month" if len(months) > 1 else names
    others = f" ({most[1][1]:,} {series[1].lower()})" if len(series) > 1 else ""
    fewest = f"fewest in {lowest[0]:%B %Y}: {lowest[1][0]:,}"
    return f"{series[0]} were most in {most[0]:%B %Y}: {most[1][0]:,}{others}; {fewest}"


ACTION_SERIES = ("On time", "Late", "Not possible", "Not done", "Overdue")


def actions_chart(agencies: Sequence[tuple[str, tuple[int, int, int, int, int]]]) -> BarsChart:
    """What became of the actions due, by agency in the order given: the numbers in the order of ACTION_SERIES."""
    rows = tuple(BarRow(_short(name), name, numbers, sum(numbers)) for name, numbers in agencies)
    return BarsChart(_actions_finding(rows), "Actions by the date they were first due.", ACTION_SERIES, rows)


def _actions_finding(rows: Sequence[BarRow]) -> str:
    if not any(row.whole for row in rows):
        return "No actions were due in this time"
    worst = max(rows, key=lambda row: (row.numbers[-1], row.long_label))
    if worst.numbers[-1] == 0:
        return "No agency has an overdue action"
    return f"{worst.long_label} has the most overdue actions: {worst.numbers[-1]:,} of {worst.whole:,} due"


ATTENDANCE_SERIES = ("Present or by deputy", "Neither")


def attendance_chart(agencies: Sequence[tuple[str, int, int]]) -> BarsChart:
    """Agencies with the meetings they came to and the meetings held, in the order given."""
    rows = tuple(BarRow(_short(name), name, (came, held - came), held) for name, came, held in agencies)
    return BarsChart(
        _attendance_finding(rows),
        "Meetings held; cancelled ones do not count.",
        ATTENDANCE_SERIES,
        rows,
    )


def _attendance_finding(rows: Sequence[BarRow]) -> str:
    held = [row for row in rows if row.whole]
    if not held:
        return "No meeting was held in this time"
    if all(row.numbers[1] == 0 for row in held):
        return "Every required agency came to every meeting"
    least = min(held, key=lambda row: (row.numbers[0] / row.whole, row.long_label))
    share = whole_percent(least.numbers[0], least.whole)
    return f"{least.long_label} came least often: to {least.numbers[0]} of {least.whole} meetings ({share} %)"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1].rstrip()}…"
