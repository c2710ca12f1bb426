"""London time and England's working days. Pure: the present is always passed in."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")


def london_date(instant: datetime) -> date:
    return instant.astimezone(LONDON).date()


def day_words(day: date) -> str:
    """`3 December 2026`"""
    return f"{day.day} {day:%B %Y}"


def short_day_words(day: date) -> str:
    """`3 Dec 2026`"""
    return f"{day.day} {day:%b %Y}"


def day_in(text: str) -> date | None:
    """The date that a text is, as browsers send it or people write it: 2026-12-03, 3/12/2026; None of any other."""
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    return None


@lru_cache(maxsize=4096)
def day_start(day: date) -> datetime:
    """The first instant of a London day, in UTC."""
    return datetime.combine(day, time.min, LONDON).astimezone(UTC)


def day_end(day: date) -> datetime:
    """The first instant after a London day, in UTC: days of 23 and 25 hours come out right."""
    return day_start(day + timedelta(days=1))


def month_start(day: date) -> date:
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after this day's."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def months_between(first: date, last: date) -> list[date]:
    """The first days of the calendar months that touch [first, last); none where that is empty."""
    if last <= first:
        return []
    months, month = [], month_start(first)
    while month < last:
        months.append(month)
        month = next_month(month)
    return months


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, (next_month(first) - timedelta(days=1)).day))


@cache
def bank_holiday_names(year: int) -> dict[date, str]:
    """The bank holidays of England with what they are called."""
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year))


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England."""
    return frozenset(bank_holiday_names(year))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year)


@lru_cache(maxsize=4096)
def add_working_days(day: date, count: int) -> date:
    """The date `count` working days after `day` (the day itself is 0); before it when negative."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        if is_working_day(day):
            left -= 1
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days lie in (first, last]; the day itself is 0, negative when `last` is earlier."""
    if last < first:
        return -working_days_between(last, first)
    weeks, rest = divmod((last - first).days, 7)
    weekdays = 5 * weeks + sum((first.weekday() + day) % 7 < 5 for day in range(1, rest + 1))
    years = range(first.year, last.year + 1)
    return weekdays - sum(first < day <= last for year in years for day in _free_weekdays(year))


@cache
def _free_weekdays(year: int) -> tuple[date, ...]:
    return tuple(day for day in bank_holidays(year) if day.weekday() < 5)


def age_on(born_on: date, day: date) -> int:
    """Completed years; someone born on 29 February has the birthday on 1 March in other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
