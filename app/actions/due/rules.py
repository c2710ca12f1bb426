"""A due date read from a date or from words ("3 working days", "before next meeting"), and what to say of it. Pure."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from app.london import add_months, add_working_days, bank_holiday_names, day_in, is_working_day, next_month
from app.panels.words import long_day

UNREADABLE = (
    "Enter the due date with day, month and year, such as 20/6/2026, or in words, such as “3 working days”, "
    "“Friday” or “before next meeting”"
)
NO_MEETING = "No next meeting of this panel is planned yet. Enter a date instead."
LONGEST_WORDS = 60
LONGEST_YEARS = 5
MOST_COUNTED = 1000
"""More days, weeks or months than this was mistyped."""

SUGGESTIONS = (
    "Tomorrow",
    "3 working days",
    "Friday",
    "1 week",
    "2 weeks",
    "End of the month",
    "Before next meeting",
)

NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
} | {"a": 1, "an": 1}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


@dataclass(frozen=True)
class Due:
    """What words came to: a date, or the sentence to show instead."""

    on: date | None = None
    problem: str = ""


def read_due(words: str, today: date, next_meeting_on: date | None) -> Due:
    """The date that words mean when said today. `next_meeting_on`: of the panel's next planned meeting, if any is.

    Days, weeks and months count from today; "3 working days" leaves out weekends and bank holidays; a weekday is the
    next one after today; "before next meeting" is the working day before it.
    """
    plain = _plain(words)
    if not plain or len(words) > LONGEST_WORDS:
        return Due(problem=UNREADABLE)
    if re.fullmatch(r"(?:the )?(?:panel’?'?s )?next (?:panel )?meeting|(?:the )?next panel", plain):
        return _before(next_meeting_on)
    try:
        on = day_in(plain) or next(
            (found for read in READERS if (found := read(plain, today)) is not None), None
        )
    except (ValueError, OverflowError):
        on = None
    return Due(on) if on is not None else Due(problem=UNREADABLE)


def due_problem(on: date, meeting_on: date) -> str | None:
    """Why an action agreed in a meeting of that day cannot be due then; None where it can."""
    if on < meeting_on:
        return f"Enter a date on or after the meeting, {long_day(meeting_on)}"
    if on > add_months(meeting_on, 12 * LONGEST_YEARS):
        return f"Check the year: this is more than five years after the meeting ({long_day(on)})"
    return None


def due_note(on: date, today: date) -> str:
    """What there is to say of a due date that may stand; blank where there is nothing."""
    if on < today:
        return f"{long_day(on)} has passed already."
    if is_working_day(on):
        return ""
    holiday = bank_holiday_names(on.year).get(on)
    what = f"is a bank holiday ({holiday})" if holiday else "falls on a weekend"
    return f"{long_day(on)} {what}. The next working day is {long_day(add_working_days(on, 1))}."


def _before(next_meeting_on: date | None) -> Due:
    return Due(add_working_days(next_meeting_on, -1)) if next_meeting_on else Due(problem=NO_MEETING)


def _plain(words: str) -> str:
    """Lower case, single spaces, and without the words that change nothing: by, within, due, in, on, before."""
    plain = re.sub(r"[.,;]+(?=\s|$)", " ", words.lower())
    plain = re.sub(r"\s+", " ", plain).strip()
    return re.sub(r"^(?:(?:due|by|within|in|on|before|until|no later than|at|from now) )+", "", plain)


def _named_day(plain: str, today: date) -> date | None:
    named = {
        "today": today,
        "now": today,
        "tomorrow": today + timedelta(days=1),
        "the day after tomorrow": today + timedelta(days=2),
        "day after tomorrow": today + timedelta(days=2),
        "next week": today + timedelta(days=7),
        "a fortnight": today + timedelta(days=14),
        "fortnight": today + timedelta(days=14),
        "next working day": add_working_days(today, 1),
        "the next working day": add_working_days(today, 1),
    }
    return named.get(plain)


def _counted(plain: str, today: date) -> date | None:
    """3 days, ten working days, 48 hours, 2 weeks, a month."""
    found = re.fullmatch(
        r"(\d{1,4}|[a-z]+) (hour|working day|business day|day|week|fortnight|month)s?(?: from (?:now|today)| time)?",
        plain,
    )
    if found is None:
        return None
    said, unit = found.groups()
    number = int(said) if said.isdecimal() else NUMBERS.get(said)
    if number is None or number > MOST_COUNTED:
        return None
    if unit == "hour":
        return today + timedelta(days=-(-number // 24))
    if unit in ("working day", "business day"):
        return add_working_days(today, number)
    if unit == "month":
        return add_months(today, number)
    return today + timedelta(days=number * {"day": 1, "week": 7, "fortnight": 14}[unit])


def _weekday(plain: str, today: date) -> date | None:
    """Friday: the next one after today; next Friday: the one of next week."""
    found = re.fullmatch(r"(this |next |coming )?([a-z]+)(?: (?:next )?week)?", plain)
    if found is None:
        return None
    day = next((n for n, name in enumerate(WEEKDAYS) if found[2] in (name, name[:3], name[:4])), None)
    if day is None:
        return None
    if (found[1] or "").strip() == "next" or plain.endswith("next week"):
        return today + timedelta(days=7 - today.weekday() + day)
    return today + timedelta(days=(day - today.weekday() - 1) % 7 + 1)


def _end_of(plain: str, today: date) -> date | None:
    """The week ends on its Friday (on a weekend: on the next), the month and the year on their last day."""
    found = re.fullmatch(r"(?:the )?end of (?:the |this )?(next )?(week|month|year|[a-z]+)", plain)
    if found is None:
        return None
    later, what = bool(found[1]), found[2]
    if what == "week":
        friday = today + timedelta(days=(4 - today.weekday()) % 7)
        return friday + timedelta(days=7) if later and today.weekday() < 5 else friday
    if what == "month":
        return _last_day(next_month(today) if later else today)
    if what == "year":
        return date(today.year + later, 12, 31)
    month = _month(what)
    return None if month is None else _last_day(date(today.year + (month < today.month), month, 1))


def _day_of_month(plain: str, today: date) -> date | None:
    """20 June, 20th of June 2026, June 20, 20/6, the 20th: without a year or month the next one from today on."""
    day_first = re.fullmatch(
        r"(?:[a-z]+ )?(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]+)(?: (\d{4}))?", plain
    )
    month_first = re.fullmatch(r"([a-z]+) (\d{1,2})(?:st|nd|rd|th)?(?: (\d{4}))?", plain)
    figures = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{2}|\d{4}))?", plain)
    if re.fullmatch(r"(?:the )?(\d{1,2})(?:st|nd|rd|th)", plain):
        day = int("".join(mark for mark in plain if mark.isdecimal()))
        months = (add_months(today.replace(day=1), ahead) for ahead in range(13))
        return next(on for first in months if (on := _on(first.year, first.month, day)) and on >= today)
    if day_first and (month := _month(day_first[2])):
        return _this_year_or_next(int(day_first[1]), month, day_first[3], today)
    if month_first and (month := _month(month_first[1])):
        return _this_year_or_next(int(month_first[2]), month, month_first[3], today)
    if figures:
        return _this_year_or_next(int(figures[1]), int(figures[2]), figures[3], today)
    return None


def _this_year_or_next(day: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _on(int(year) + (2000 if len(year) == 2 else 0), month, day)
    coming = (_on(today.year + ahead, month, day) for ahead in range(5))
    return next((on for on in coming if on and on >= today), None)


def _on(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(name: str) -> int | None:
    return next((n for n, full in enumerate(MONTHS, 1) if name in (full, full[:3], full[:4])), None)


def _last_day(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


READERS: tuple[Callable[[str, date], date | None], ...] = (
    _named_day,
    _counted,
    _end_of,
    _weekday,
    _day_of_month,
)
