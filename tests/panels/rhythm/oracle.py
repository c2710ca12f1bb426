"""Recurrences by walking through the calendar day by day; no library, no arithmetic shared with the app."""

import calendar
from datetime import date, timedelta

from app.panels.rhythm.rules.recurrences import Recurrence


def days_walked(recurrence: Recurrence, first: date, last: date) -> list[date]:
    found: list[date] = []
    begun: date | None = None
    day = recurrence.starts_on
    while day <= last:
        if (recurrence.ends_on is None or day <= recurrence.ends_on) and _fits(recurrence, day):
            begun = begun or day
            if _is_counted(recurrence, begun, day):
                found.append(day)
        day += timedelta(days=1)
    return [one for one in found if one >= first]


def _fits(recurrence: Recurrence, day: date) -> bool:
    if day.weekday() != recurrence.weekday:
        return False
    if recurrence.frequency in ("weekly", "fortnightly"):
        return True
    of_the_month = [
        number
        for number in range(1, calendar.monthrange(day.year, day.month)[1] + 1)
        if date(day.year, day.month, number).weekday() == recurrence.weekday
    ]
    assert recurrence.nth is not None
    wanted = of_the_month[-1] if recurrence.nth == -1 else of_the_month[recurrence.nth - 1]
    return day.day == wanted


def _is_counted(recurrence: Recurrence, begun: date, day: date) -> bool:
    if recurrence.frequency == "fortnightly":
        return (day - begun).days % 14 == 0
    if recurrence.frequency == "quarterly":
        return ((day.year - begun.year) * 12 + day.month - begun.month) % 3 == 0
    return True
