"""The periods that reports are about: quarters, half years, inspection years, weeks. Pure; the present is passed in."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from app.london import add_months, month_start
from app.windows import Window, last_quarter


@dataclass(frozen=True)
class Period:
    """`noun` is what people call it; `last_complete` is the latest one that had ended when this day began."""

    noun: str
    last_complete: Callable[[date], Window]

    def labels(self, window: Window) -> tuple[str, str]:
        """What stands over the numbers of this window, and over those of the time before it."""
        noun = self.noun if self.last_complete(window.last) == window else "time"
        return f"This {noun}", f"{noun.capitalize()} before"


def last_half_year(today: date) -> Window:
    """April to September or October to March, as committees of councils sit."""
    return _last_that_began_in((4, 10), 6, today)


def last_inspection_year(today: date) -> Window:
    """April to March, as the statutory returns have it."""
    return _last_that_began_in((4,), 12, today)


def last_two_months(today: date) -> Window:
    """The last two complete calendar months, the first of them January, March, and so on."""
    return _last_that_began_in(range(1, 13, 2), 2, today)


def _last_that_began_in(months: Collection[int], length: int, today: date) -> Window:
    """The latest complete period of so many months that began in one of these."""
    start = month_start(today)
    while start.month not in months:
        start = add_months(start, -1)
    return Window(add_months(start, -length), start)


def last_week(today: date) -> Window:
    """Monday to Sunday."""
    monday = today - timedelta(days=today.weekday())
    return Window(monday - timedelta(days=7), monday)


def this_week_so_far(today: date) -> Window:
    """The seven days that end with today: lists of who is missing are about now."""
    return Window(today - timedelta(days=6), today + timedelta(days=1))


QUARTER = Period("quarter", last_quarter)
HALF_YEAR = Period("half year", last_half_year)
INSPECTION_YEAR = Period("year", last_inspection_year)
TWO_MONTHS = Period("two months", last_two_months)
WEEK = Period("week", last_week)
SEVEN_DAYS = Period("seven days", this_week_so_far)


def earlier(window: Window, months: int) -> Window:
    """The same window so many months earlier."""
    return Window(add_months(window.first, -months), add_months(window.last, -months))
