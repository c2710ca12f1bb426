"""Dates, times and counts as the panels' sentences put them. Pure; how pages show a date is the templates' business."""

from collections.abc import Sequence
from datetime import date, datetime, time

from app.london import LONDON, day_words


def long_day(value: date | datetime) -> str:
    """Thursday 3 December 2026, in London."""
    local = _local(value)
    return f"{local:%A} {local.day} {local:%B %Y}"


def long_moment(value: datetime) -> str:
    """3 December 2026, 2:30pm, in London."""
    return f"{day_words(value.astimezone(LONDON))}, {clock_time(value)}"


def day_and_month(value: date | datetime) -> str:
    """3 December, in London."""
    local = _local(value)
    return f"{local.day} {local:%B}"


def clock_time(value: datetime) -> str:
    """2:30pm, in London."""
    return clock_of(value.astimezone(LONDON).time())


def clock_of(clock: time) -> str:
    """2:30pm, of a time on the wall."""
    minutes = f":{clock:%M}" if clock.minute else ""
    return f"{clock.hour % 12 or 12}{minutes}{'am' if clock.hour < 12 else 'pm'}"


def counted(number: int, noun: str, many: str = "") -> str:
    """1 item, 2 items."""
    return f"{number} {noun if number == 1 else many or noun + 's'}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """a, b and c"""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def length_in_words(minutes: int) -> str:
    """1 hour 30 minutes"""
    hours, rest = divmod(minutes, 60)
    parts = ([counted(hours, "hour")] if hours else []) + (
        [counted(rest, "minute")] if rest or not hours else []
    )
    return " ".join(parts)


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(LONDON) if isinstance(value, datetime) else value
