"""What every figure shares: the question asked, values and shares, definitions. No counts of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from app.figures.arithmetic import one_decimal, percent, whole_percent, wilson
from app.london import add_months, day_end, day_start, london_date, months_between

ALL = "all"
OWN = "own"
OLA = "ola"
HERE = "here"
AWAY = "away"

REPEATS = 3
"""How many episodes in the window make a child repeatedly missing (Wolverhampton, Nottinghamshire)."""


@dataclass(frozen=True)
class Question:
    """What is asked of a figure. `from_on` is included, `to_on` is not; both are London dates.

    `as_at` is event time, the end of that London day (None: now); `known_at` is what had been recorded by an instant.
    """

    from_on: date
    to_on: date
    now: datetime
    own_names: tuple[str, ...] = ()
    as_at: date | None = None
    known_at: datetime | None = None
    panel: str | None = None
    authority: str = ALL
    placed: str = ALL
    legal_status: str = ALL
    age_band: str = ALL
    repeats: int = REPEATS
    child: int | None = None
    """One child alone, for figures about cases: what a page tells of one case is what the figure counts of it."""
    brief: bool = False
    """The values of the whole window are enough, without its months and splits."""

    def without_panel(self) -> "Question":
        return replace(self, panel=None)

    @property
    def at(self) -> datetime:
        """The instant at which ages and clocks are read."""
        return self.now if self.as_at is None else day_end(self.as_at)

    @property
    def until(self) -> datetime:
        """The first instant that has not happened; what is dated now has."""
        return self.now + timedelta(microseconds=1) if self.as_at is None else day_end(self.as_at)

    @property
    def as_at_on(self) -> date:
        """The London day of `at`: facts dated later have not happened."""
        return london_date(self.now) if self.as_at is None else self.as_at

    @property
    def open_deadlines_from(self) -> date:
        """The earliest deadline that has not passed: a deadline has passed once its day has ended."""
        return london_date(self.at)

    @property
    def months(self) -> list[date]:
        """The first days of the calendar months that the window touches."""
        return months_between(self.from_on, self.to_on)

    @property
    def starts(self) -> list[date]:
        """Where each row of `by_month` begins: the month's first day, the first row with the window."""
        return [max(month, self.from_on) for month in self.months]

    @property
    def edges(self) -> list[datetime]:
        """`starts` as instants."""
        return [day_start(start) for start in self.starts]


@dataclass(frozen=True)
class Value:
    """A number; None where there is nothing to say yet."""

    key: str
    label: str
    value: int | float | None
    note: str = ""

    def plain(self) -> dict[str, Any]:
        return {"key": self.key, "label": self.label, "value": self.value}


@dataclass(frozen=True)
class Share:
    """So many of so many; `low` and `high` are the ends of a 95 % interval in per cent, where one is given."""

    key: str
    label: str
    numerator: int
    denominator: int
    with_interval: bool = False
    note: str = ""

    @property
    def percent(self) -> float | None:
        return percent(self.numerator, self.denominator)

    @property
    def whole_percent(self) -> int | None:
        return whole_percent(self.numerator, self.denominator)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The Wilson 95 % interval in per cent, one decimal."""
        ends = wilson(self.numerator, self.denominator)
        return None if ends is None else (one_decimal(100 * ends[0]), one_decimal(100 * ends[1]))

    def plain(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "key": self.key,
            "label": self.label,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "percent": self.percent,
        }
        if self.with_interval:
            low, high = self.interval or (None, None)
            said |= {"low": low, "high": high}
        return said


@dataclass(frozen=True)
class Estimate:
    """A share read from a curve, in per cent with one decimal, with the ends of its 95 % interval.

    `share` is the same from 0 to 1 and not rounded, so that the screen's whole per cent is rounded once.
    """

    key: str
    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""
    share: float | None = None

    @property
    def whole_percent(self) -> int | None:
        share = self.share if self.share is not None or self.value is None else self.value / 100
        return None if share is None else int(100 * share + 0.5)

    def plain(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "label": self.label,
            "value": self.value,
            "low": self.low,
            "high": self.high,
        }


Measure = Value | Share | Estimate

Counts = Mapping[str, Any]
"""What was counted, by the names of the tests; what is not in it was not found once."""

Reckoned = Callable[[Counts, int], Measure]
"""Makes a value from counts and the number of calendar months that they cover."""


@dataclass(frozen=True)
class Key:
    """One value of a figure, and what it counts in plain words.

    `count` is the name of the test that counts it, its own name unless said otherwise; with `out_of`, the name of
    another test, it is a share. `left_out` are keys that say what the denominator leaves out. What `reckon` makes of
    counts has no rows of its own.
    """

    name: str
    label: str
    words: str
    out_of_words: str = ""
    count: str = ""
    out_of: str = ""
    left_out: tuple[str, ...] = ()
    with_interval: bool = False
    reckon: Reckoned | None = None

    @property
    def test(self) -> str:
        return self.count or self.name

    def measure(self, counts: Counts, months: int) -> Measure:
        if self.reckon is not None:
            return self.reckon(counts, months)
        number = int(counts.get(self.test) or 0)
        if not self.out_of:
            return Value(self.name, self.label, number)
        return Share(self.name, self.label, number, int(counts.get(self.out_of) or 0), self.with_interval)

    @property
    def sentence(self) -> str:
        """What it counts, and out of what."""
        return f"{self.words[:-1]}, out of {self.out_of_words}." if self.out_of_words else self.words


def reckoned(name: str, label: str, words: str, reckon: Callable[[Counts, int], float | None]) -> Key:
    """A value that is a number made of counts, such as how many a month."""
    return Key(name, label, words, reckon=lambda counts, months: Value(name, label, reckon(counts, months)))


@dataclass(frozen=True)
class Group:
    """The same values for one part of what was counted, such as one panel."""

    key: str
    label: str
    values: list[Measure]

    def plain(self) -> dict[str, Any]:
        return {"key": self.key, "label": self.label, "values": [value.plain() for value in self.values]}


@dataclass(frozen=True)
class Figure:
    """A figure's answer. `not_applied` names the filters that mean nothing for it and were left aside."""

    values: list[Measure]
    by_month: list[tuple[date, list[Measure]]]
    by: dict[str, list[Group]] = field(default_factory=dict)
    not_applied: tuple[str, ...] = ()
    counts: Counts = field(default_factory=dict)
    """What the values of the whole window are made of, for what is drawn of them."""

    def value(self, key: str) -> Measure:
        return next(value for value in self.values if value.key == key)


@dataclass(frozen=True)
class Definition:
    """What a figure counts, in plain words; another meaning is another version.

    `words` has one paragraph each for the window and what is counted. `keys` are its values; of a retired version
    their words alone matter. `since` is the day from which it holds, `changed` what it changed of the one before.
    """

    name: str
    version: int
    title: str
    asks: str
    words: tuple[str, ...]
    keys: tuple[Key, ...]
    since: date = date(2026, 11, 20)
    changed: str = ""
    retired: tuple["Definition", ...] = ()
    """The versions before it, the latest first: no longer counted, kept for whoever holds a number of theirs."""

    @property
    def reference(self) -> str:
        return f"{self.name}/{self.version}"

    def key(self, name: str) -> Key:
        """Raises KeyError."""
        for key in self.keys:
            if key.name == name:
                return key
        raise KeyError(name)

    def values(self, counts: Counts, months: int) -> list[Measure]:
        """Every value, in the order of the keys."""
        return [key.measure(counts, months) for key in self.keys]


def last_complete_year(today: date, followed_for: int = 0) -> tuple[date, date]:
    """The last 12 complete calendar months after which `followed_for` more months are complete, as a window."""
    to_on = add_months(today.replace(day=1), -followed_for)
    return to_on.replace(year=to_on.year - 1), to_on
