"""What a cell may say: text into typed values. Pure."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Any, NamedTuple

from app.london import LONDON
from app.web.documents.spreadsheets import EXECUTABLE

CellReader = Callable[[str], Any]
"""Takes the cleaned, non-empty text of a cell; returns its value or raises Unreadable."""

LONGEST_TEXT = 2_000

EMPTY_WORDS = frozenset(
    {"#N/A", "#N/A N/A", "#NULL!", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "NULL", "null", "(null)"}
    | {"N/A", "n/a", "NaN", "nan", "NaT"}
)
"""What spreadsheets and databases write where they have nothing."""

_SPACES = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u200b": "", "\ufeff": "", "\u00ad": ""}
)
_QUOTES = str.maketrans({"‘": "'", "’": "'", "‛": "'", "“": '"', "”": '"', "„": '"'})


class Unreadable(ValueError):
    """A cell that cannot be understood; the message is a sentence for the person who mends the file."""


class When(NamedTuple):
    """An instant in UTC. `date_only`: the start of a London day, no time was given. `note`: a warning."""

    at: datetime
    date_only: bool = False
    note: str = ""


def clean(cell: str) -> str:
    """The cell without stray spaces and curly quotes; empty where it only says that there is nothing."""
    if not cell.isascii():
        cell = cell.translate(_SPACES).translate(_QUOTES)
        if len(cell) > 1 and cell[0] == cell[-1] == '"':
            cell = cell[1:-1]
    cell = cell.strip()
    if cell in EMPTY_WORDS:
        return ""
    if len(cell) > 1 and cell[0] == "'" and cell[1] in EXECUTABLE:
        return cell[1:]  # as `safe_cell` wrote it
    return cell


def text(cell: str) -> str:
    if len(cell) > LONGEST_TEXT:
        raise Unreadable(f"This text is longer than {LONGEST_TEXT:,} characters. Shorten it.")
    return cell


def email(cell: str) -> str:
    if not re.fullmatch(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+", cell):
        raise Unreadable(f"“{cell}” is not an email address.")
    return cell


def words(cell: str) -> list[str]:
    """Several values with `;` between them, each once, in their order."""
    return list(dict.fromkeys(part.strip() for part in text(cell).split(";") if part.strip()))


def flags(cell: str) -> list[str]:
    """Several values with `;` between them as slugs: `County lines; CSE` is `county-lines`, `cse`."""
    return list(dict.fromkeys(slug for slug in map(slug_of, words(cell)) if slug))


def slug_of(words_: str) -> str:
    """Words in lower case with hyphens between, so that one spelling stands for all."""
    return re.sub(r"[^a-z0-9]+", "-", words_.casefold()).strip("-")


def yes_or_no(cell: str) -> bool:
    word = cell.casefold()
    if word in ("yes", "y", "true", "1"):
        return True
    if word in ("no", "n", "false", "0"):
        return False
    raise Unreadable(f"“{cell}” is neither yes nor no.")


def one_of(*choices: str, **others: str) -> CellReader:
    """A reader of one word of a list, whatever its case and hyphens; `others` are further words for one."""
    known = {slug_of(choice): choice for choice in choices} | {slug_of(k): v for k, v in others.items()}

    def read(cell: str) -> str:
        found = known.get(slug_of(cell))
        if found is None:
            raise Unreadable(f"“{cell}” is not one of: {', '.join(choices)}.")
        return found

    return read


def whole_number(least: int, most: int) -> CellReader:
    def read(cell: str) -> int:
        if not re.fullmatch(r"\d{1,9}", cell) or not least <= int(cell) <= most:
            raise Unreadable(f"“{cell}” is not a whole number from {least} to {most}.")
        return int(cell)

    return read


_WHEN = re.compile(
    r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})/(\d{1,2})/(\d{4}))"
    r"(?:(?:T|t| +)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)? *(Z|z|[+-]\d{2}(?::?\d{2})?)?)?"
)


def day(cell: str) -> date:
    """A date, `2026-01-31` or `31/01/2026`; a time of midnight after it is what spreadsheets add."""
    found, read = _read(cell, "Write it as 31/01/2026 or 2026-01-31.")
    if any(int(part or 0) for part in found.group(7, 8, 9)):
        raise Unreadable(f"“{cell}” has a time. Write only the date.")
    return read


def moment(cell: str) -> When:
    """A date with or without a time. No offset means London time; a time that London skipped is refused."""
    found, read = _read(cell, "Write it as 31/01/2026 14:30 or 2026-01-31 14:30.")
    if found[7] is None:
        return When(datetime(read.year, read.month, read.day, tzinfo=LONDON).astimezone(UTC), True)
    hour, minute, second = int(found[7]), int(found[8]), int(found[9] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise Unreadable(f"“{cell}” has a time that does not exist.")
    wall = datetime(read.year, read.month, read.day, hour, minute, second)  # noqa: DTZ001 - zone follows
    if found[10]:
        return When(wall.replace(tzinfo=_offset(found[10], cell)).astimezone(UTC))
    steady = _steady_offset(read)
    if steady is not None:
        return When(wall.replace(tzinfo=UTC) - steady)
    return _on_a_day_the_clocks_change(wall, cell)


def _read(cell: str, hint: str) -> tuple[re.Match[str], date]:
    found = _WHEN.fullmatch(cell)
    if found is None:
        raise Unreadable(f"“{cell}” is not a date that can be read. {hint}")
    try:
        if found[1]:
            read = date(int(found[1]), int(found[2]), int(found[3]))
        else:
            read = date(int(found[6]), int(found[5]), int(found[4]))
    except ValueError:
        raise Unreadable(f"“{cell}” is a date that does not exist. {hint}") from None
    if not 1900 <= read.year <= 2100:
        raise Unreadable(f"“{cell}” is not in the years 1900 to 2100.")
    return found, read


def _offset(written: str, cell: str) -> timezone:
    if written in "Zz":
        return UTC
    hours, minutes = int(written[1:3]), int(written[3:].lstrip(":") or 0)
    if hours > 14 or minutes > 59:
        raise Unreadable(f"“{cell}” has an offset from UTC that does not exist.")
    away = timedelta(hours=hours, minutes=minutes)
    return timezone(-away if written[0] == "-" else away)


@cache
def _steady_offset(of: date) -> timedelta | None:
    """London's offset on a day on which the clocks stay as they are, else None."""
    first = datetime(of.year, of.month, of.day, tzinfo=LONDON).utcoffset()
    last = datetime(of.year, of.month, of.day, 23, 59, tzinfo=LONDON).utcoffset()
    return first if first == last else None


def _on_a_day_the_clocks_change(wall: datetime, cell: str) -> When:
    earlier, later = wall.replace(tzinfo=LONDON, fold=0), wall.replace(tzinfo=LONDON, fold=1)
    at = earlier.astimezone(UTC)
    if at.astimezone(LONDON).replace(tzinfo=None) != wall:
        raise Unreadable(f"“{cell}” did not happen: the clocks went forward in that hour. Check the time.")
    if earlier.utcoffset() != later.utcoffset():
        return When(at, False, "This hour came twice as the clocks went back; the earlier one was taken.")
    return When(at)
