"""Which six numbers, over which time, and how each compares with the time before, in words. Pure; counts nothing."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.figures.reduction.rules import CAPTION
from app.figures.rules import Estimate, Measure, Share, last_complete_year
from app.figures.words import said
from app.london import add_months, month_start
from app.windows import Window

NUMBERS = 6


class Span(StrEnum):
    """How long one period is: the last complete one of its kind, against the one before."""

    MONTH = "month"
    THREE_MONTHS = "three-months"
    YEAR = "year"


MONTHS = {Span.MONTH: 1, Span.THREE_MONTHS: 3}


@dataclass(frozen=True)
class Headline:
    """A number of a figure: what it is called here, what it is out of, and over which time.

    `beside`: the key of the number that a plain number is a part of. `caption`: what has to be said with it.
    """

    figure: str
    key: str
    title: str
    of: str
    span: Span
    beside: str = ""
    caption: str = ""


HEADLINES = (
    Headline("minutes", "within_standard", "Minutes circulated in time", "meetings", Span.MONTH),
    Headline("actions", "completed_on_time", "Actions completed on time", "actions due", Span.MONTH),
    Headline("interviews", "offered_72h", "Interviews offered within 72 hours", "returns", Span.MONTH),
    Headline(
        "missing",
        "repeat_children",
        "Children missing 3 times or more",
        "children who went missing",
        Span.THREE_MONTHS,
        beside="children",
    ),
    Headline("recall", "recalled_12m", "Recalled within 12 months", "closed cases", Span.YEAR),
    Headline(
        "reduction",
        "reduced",
        "Missing much less after the panel",
        "closed cases",
        Span.YEAR,
        caption=CAPTION,
    ),
    Headline("attendance", "quorate", "Meetings that were quorate", "meetings held", Span.MONTH),
)
"""In their order; the first six whose figures there are. Months for what is steered every week; three months for what
is told by episodes of one child; years for what happens seldom and has to be waited for."""


def windows(span: Span, today: date, followed_for: int = 0) -> tuple[Window, Window]:
    """The last complete period and the one before. A year ends so far back that `followed_for` months have passed."""
    if span is Span.YEAR:
        window = Window(*last_complete_year(today, followed_for))
    else:
        last = month_start(today)
        window = Window(add_months(last, -MONTHS[span]), last)
    return window, window.before


def months_words(window: Window) -> str:
    """`October 2026`, `August to October 2026`, `November 2024 to October 2025`: whole months alone."""
    first, last = window.first, add_months(window.last, -1)
    if first == last:
        return f"{first:%B %Y}"
    return f"{first:%B} to {last:%B %Y}" if first.year == last.year else f"{first:%B %Y} to {last:%B %Y}"


@dataclass(frozen=True)
class Compared:
    """A headline's number with that of the period before. `followed_for`: months that had to pass after the period."""

    headline: Headline
    now: Measure
    before: Measure
    window: Window
    earlier: Window
    followed_for: int = 0
    all_of_them: Measure | None = None
    """What a plain number is a part of."""

    @property
    def percent_or_number(self) -> int | float | None:
        return _number(self.now)

    @property
    def is_percent(self) -> bool:
        return isinstance(self.now, (Share, Estimate))

    @property
    def counts(self) -> str:
        """`55 of 90 meetings`, and where chance alone could move it, if that is asked; blank without counts."""
        if isinstance(self.now, Share):
            ends = _range(self.now)
            likely = f"; likely between {ends[0]:g} % and {ends[1]:g} %" if ends else ""
            return f"{self.now.numerator:,} of {self.now.denominator:,} {self.headline.of}{likely}"
        return f"of {said(self.all_of_them)} {self.headline.of}" if self.all_of_them is not None else ""

    @property
    def period(self) -> str:
        """`October 2026`, or what the year is: `closed November 2024 to October 2025`."""
        words = months_words(self.window)
        return f"Closed {words}, then followed for {self.followed_for} months" if self.followed_for else words

    @property
    def change(self) -> str:
        """How it compares, in words: `Up from 61 % (55 of 90) in September 2026`."""
        now, before = _number(self.now), _number(self.before)
        when = months_words(self.earlier)
        if now is None:
            return "Nothing to count in this time"
        if before is None:
            return f"Nothing to compare with in {when}"
        if now == before:
            return f"The same as in {when}: {said(self.before)}"
        way = f"{'Up' if now > before else 'Down'} from {said(self.before)} in {when}"
        return f"{way}. The two ranges overlap: this may be chance" if self._may_be_chance else way

    @property
    def href(self) -> str:
        """The figure's page with the same window."""
        return f"/figures/{self.headline.figure}?from={self.window.first}&to={self.window.last}"

    @property
    def _may_be_chance(self) -> bool:
        """Whether both are estimates with ranges, and the ranges overlap."""
        now, before = _range(self.now), _range(self.before)
        return now is not None and before is not None and now[0] <= before[1] and before[0] <= now[1]


def _number(measure: Measure) -> int | float | None:
    return measure.whole_percent if isinstance(measure, Share) else measure.value


def _range(measure: Measure) -> tuple[float, float] | None:
    if isinstance(measure, Share):
        return measure.interval if measure.with_interval else None
    if isinstance(measure, Estimate) and measure.low is not None and measure.high is not None:
        return measure.low, measure.high
    return None
