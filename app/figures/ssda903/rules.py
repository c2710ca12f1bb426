"""The statutory table and the published rules that it must pass. How episodes become its rows: `mending`. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

COLUMNS = ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END")
CODES = {"missing": "M", "away": "A", "absent": "A"}
"""By category. Missing from curfew has no code: it is no part of the return."""

RULES = {
    "564": "A period has a code but no start",
    "565": "A start has no code",
    "566": "An end has no code",
    "567": "The end is before the start",
    "570": "The start is after the end of the year",
    "571": "The end is before or after the year",
    "574": "Periods of a child overlap, or a new one starts while one is open",
    "576": "A period open in last year’s table is missing from this year’s",
    "586": "The period starts on or before the child’s date of birth",
    "DOB": "The child has no date of birth",
}
"""The published rules that can be told from this table and last year’s alone, and the date that every row needs."""

NO_BIRTH_DATE = "DOB"


@dataclass(frozen=True, order=True)
class StatutoryYear:
    """From 1 April of `began` to 31 March after it."""

    began: int

    @property
    def first(self) -> date:
        return date(self.began, 4, 1)

    @property
    def last(self) -> date:
        return date(self.began + 1, 3, 31)

    @property
    def label(self) -> str:
        """`2025-26`"""
        return f"{self.began}-{(self.began + 1) % 100:02}"

    @property
    def words(self) -> str:
        return f"1 April {self.began} to 31 March {self.began + 1}"

    @property
    def before(self) -> "StatutoryYear":
        return StatutoryYear(self.began - 1)


def year_of(day: date) -> StatutoryYear:
    return StatutoryYear(day.year - (day.month < 4))


def read_year(text: str) -> StatutoryYear | None:
    """From `2025-26` or `2025/26`; None of any other text, and of years before 1990 or after 2099."""
    found = re.fullmatch(r"(\d{4})[-/](\d{2})", text.strip(), re.ASCII)
    if found is None:
        return None
    began = int(found[1])
    return StatutoryYear(began) if 1990 <= began <= 2099 and int(found[2]) == (began + 1) % 100 else None


@dataclass(frozen=True)
class StatutoryRow:
    """One row of the table. What the rules look for can be lacking: code "", start or date of birth None.

    `end` None: still missing when the year ended. `episode_ids`: what it was made of.
    """

    child_ref: str
    born_on: date | None
    code: str
    start: date | None
    end: date | None
    child_id: int = 0
    episode_ids: tuple[int, ...] = ()

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        return (self.child_ref, in_table(self.born_on), self.code, in_table(self.start), in_table(self.end))


def in_table(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"


def broken(
    rows: Sequence[StatutoryRow], year: StatutoryYear, last_year: Iterable[StatutoryRow] = ()
) -> list[tuple[str, StatutoryRow]]:
    """Every rule that a row breaks, with the row. `last_year`: the table of the year before, for rule 576."""
    found = [(rule, row) for row in rows for rule in _of_one(row, year)]
    found += [("574", row) for row in _overlapping(rows)]
    starts = {(row.child_ref, row.start) for row in rows}
    found += [
        ("576", row) for row in last_year if row.end is None and (row.child_ref, row.start) not in starts
    ]
    return found


def _of_one(row: StatutoryRow, year: StatutoryYear) -> list[str]:
    found = []
    if row.code and row.start is None:
        found.append("564")
    if row.start is not None and not row.code:
        found.append("565")
    if row.end is not None and not row.code:
        found.append("566")
    if row.start and row.end and row.end < row.start:
        found.append("567")
    if row.start and row.start > year.last:
        found.append("570")
    if row.end and not year.first <= row.end <= year.last:
        found.append("571")
    if row.start and row.born_on and row.start <= row.born_on:
        found.append("586")
    if row.born_on is None:
        found.append(NO_BIRTH_DATE)
    return found


def _overlapping(rows: Iterable[StatutoryRow]) -> list[StatutoryRow]:
    """The rows that begin before an earlier one of their child has ended; touching dates are no overlap."""
    by_child: dict[str, list[tuple[date, date, StatutoryRow]]] = defaultdict(list)
    for row in rows:
        if row.start:
            by_child[row.child_ref].append((row.start, row.end or date.max, row))
    found = []
    for periods in by_child.values():
        until = date.min
        for start, end, row in sorted(periods, key=lambda period: period[:2]):
            if start < until:
                found.append(row)
            until = max(until, end)
    return found
