"""Reading a window of London dates from plain text, and the windows that pages begin with. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.london import add_months, day_in, day_words, month_start

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True)
class Window:
    """From a London date, included, to another one, not included."""

    first: date
    last: date

    @property
    def words(self) -> str:
        """`1 April 2026 to 30 June 2026`: both days included."""
        return f"{day_words(self.first)} to {day_words(self.last - timedelta(days=1))}"

    @property
    def before(self) -> "Window":
        """As long, and ending where this one begins; whole months where it has whole months."""
        if self.first.day == self.last.day == 1:
            months = 12 * (self.last.year - self.first.year) + self.last.month - self.first.month
            return Window(add_months(self.first, -months), self.first)
        return Window(self.first - (self.last - self.first), self.first)


@dataclass(frozen=True)
class WindowRead:
    """What came of reading: a window, or sentences by field (`from`, `to`); `given` with the defaults filled in."""

    window: Window | None
    errors: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)


def year_so_far(today: date) -> Window:
    """This month and the eleven before it, up to and including today."""
    return Window(add_months(month_start(today), -11), today + timedelta(days=1))


def last_quarter(today: date) -> Window:
    """The last complete quarter of the calendar."""
    this = quarter_start(today)
    return Window(add_months(this, -3), this)


def quarter_start(day: date) -> date:
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def quarter_words(day: date) -> str:
    """`April to June 2026`"""
    first = quarter_start(day)
    return f"{first:%B} to {add_months(first, 2):%B} {first.year}"


def read_window(given: Mapping[str, str], default: Window, *, most_years: int = 10) -> WindowRead:
    """Reads `from` and `to`; with neither, the default. Years before 1990 and longer windows are refused."""
    kept = {name: given.get(name, "").strip() for name in ("from", "to")}
    if not any(kept.values()):
        kept = {"from": default.first.isoformat(), "to": default.last.isoformat()}
    errors: dict[str, str] = {}
    first = read_day(kept["from"], "from", "the first day", errors)
    last = read_day(kept["to"], "to", "the day after the last", errors)
    if first and last and last <= first:
        errors["to"] = "The day after the last must be later than the first day"
    elif first and last and last > add_months(first, 12 * most_years):
        errors["to"] = f"Ask for {most_years} years or fewer"
    if errors or first is None or last is None:
        return WindowRead(None, errors, kept)
    return WindowRead(Window(first, last), {}, kept)


def read_day(text: str, name: str, what: str, errors: dict[str, str]) -> date | None:
    """The day that stands in the field `name`; where there is none, `errors` says so and asks for `what`."""
    day = day_in(text)
    if day is None:
        errors[name] = f"Enter {what} as a date, such as 2026-03-31"
    elif not EARLIEST <= day <= LATEST:
        errors[name] = f"Enter {what} between 1990 and 2100"
    else:
        return day
    return None
