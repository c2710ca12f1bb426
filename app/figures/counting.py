"""Counting what a figure declares: every test in the whole, by month and by every split, in one query, and its rows.

A figure names the kinds of things it counts (`Unit`) and tests over them in SQL. A number and the rows behind it come
from the same test, so they cannot differ. No definitions: see the rules of each figure.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from app import database
from app.figures.dimensions import DIMENSIONS, NOT_KNOWN, OF_CHILDREN, Dimension
from app.figures.queries import OF_EPISODE, Records, Whose
from app.figures.rules import ALL, Definition, Figure, Group, Question

Found = dict[tuple[str, int | str], dict[str, Any]]
"""Counts by split and the code or word of a group; the whole has neither."""

SPLITS_OF_CHILDREN = tuple(dimension.name for dimension in OF_CHILDREN)


class Noun(StrEnum):
    """What a row behind a number is; its id is that of the record."""

    EPISODE = "episode"
    CHILD = "child"
    CASE = "case"
    REFERRAL = "referral"
    ACTION = "action"
    MEETING = "meeting"


@dataclass(frozen=True)
class Unit:
    """One kind of thing that a figure counts: a relation of its SQL with one row for each.

    The relation has `id` (that of the record), `month` (1 is the first of the window) and a column for each split.
    `tests` are SQL conditions by the name of what they count. `numbers` are SQL aggregates, such as a median.
    `relation_of_months`: where a thing counts once in each month and once in all, its rows by month.
    """

    relation: str
    noun: Noun
    tests: Mapping[str, str]
    splits: tuple[str, ...] = SPLITS_OF_CHILDREN
    numbers: Mapping[str, str] = field(default_factory=dict)
    relation_of_months: str = ""


class Part(StrEnum):
    """Which rows behind a share."""

    COUNTED = "counted"
    OUT_OF = "out-of"
    NOT_COUNTED = "not-counted"


@dataclass(frozen=True)
class Drill:
    """A number of a figure that somebody wants to see behind: of one month, or of one group of a split."""

    key: str
    part: Part = Part.COUNTED
    month: date | None = None
    split: str = ""
    group: str = ""


@dataclass(frozen=True)
class Behind:
    """The records behind a number, in the order of their ids. `noun` is None for a number that is no count.

    A record stands in `ids` as often as it is counted, such as a case for each of its reviews; `told` is what the
    figure says of a record, once for each time.
    """

    noun: Noun | None
    ids: tuple[int, ...] = ()
    told: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def records(self) -> tuple[int, ...]:
        """Each record once."""
        return tuple(dict.fromkeys(self.ids))


Named = Callable[[], Awaitable[Mapping[str, str]]]
"""Gives the labels of the groups of a split whose keys are ids or slugs."""


async def _panel_names() -> dict[str, str]:
    return {row["slug"]: row["name"] for row in await database.fetch("SELECT slug, name FROM panel")}


async def _people_names() -> dict[str, str]:
    found = {str(row["id"]): row["name"] for row in await database.fetch("SELECT id, name FROM person")}
    return {NOT_KNOWN: "No named person"} | found


NAMED: Mapping[str, Named] = {"panel": _panel_names, "owner": _people_names}


@dataclass(frozen=True)
class Counting:
    """A figure as it is counted: common table expressions, and the units among them."""

    definition: Definition
    sql: str
    units: tuple[Unit, ...]
    whose: Whose = OF_EPISODE

    async def figure(self, question: Question) -> Figure:
        """Every value, in the whole, by month and by split; in the whole alone where the question is brief."""
        found = await self._counts(question)
        months = question.months
        values = self.definition.values
        splits = (
            []
            if question.brief
            else list(dict.fromkeys(split for unit in self.units for split in unit.splits))
        )
        return Figure(
            values=values(found.get(("", ""), {}), len(months)),
            by_month=[]
            if question.brief
            else [(month, values(found.get(("month", n), {}), 1)) for n, month in enumerate(months, start=1)],
            by={split: await self._groups(DIMENSIONS[split], found, len(months)) for split in splits},
            not_applied=self._not_applied(question),
            counts=found.get(("", ""), {}),
        )

    async def behind(self, question: Question, drill: Drill) -> Behind:
        """The records that a number counts. Raises KeyError for a key that the figure does not have."""
        key = self.definition.key(drill.key)
        unit = next((one for one in self.units if key.test in one.tests), None)
        if unit is None or key.reckon is not None:
            return Behind(None)
        counted = unit.tests[key.test]
        out_of = unit.tests.get(key.out_of, "true")
        condition = {
            Part.COUNTED: counted,
            Part.OUT_OF: out_of,
            Part.NOT_COUNTED: f"({out_of}) AND NOT coalesce({counted}, false)",
        }[drill.part]
        records = Records(question, self.whose)
        wanted = [records.asked(unit.splits), f"({condition})"]
        relation = unit.relation
        if drill.month is not None:
            relation = unit.relation_of_months or relation
            months = question.months
            number = months.index(drill.month) + 1 if drill.month in months else 0
            wanted.append(f"month = {number}")
        if drill.split:
            wanted.append(records.is_in(drill.split, drill.group) if drill.split in unit.splits else "false")
        where = " AND ".join(wanted)
        rows = await records.rows(self.sql + f"SELECT DISTINCT id FROM {relation} WHERE {where} ORDER BY id")
        return Behind(unit.noun, tuple(row["id"] for row in rows))

    async def _counts(self, question: Question) -> Found:
        """What each test found, by split and group; the whole has neither."""
        records = Records(question, self.whose)
        parts = []
        for unit in self.units:
            asked = records.asked(unit.splits)
            if question.brief:
                parts.append(_counting(unit, unit.relation, asked, (), whole=True))
            elif unit.relation_of_months:
                parts.append(_counting(unit, unit.relation, asked, unit.splits, whole=True))
                parts.append(_counting(unit, unit.relation_of_months, asked, ("month",), whole=False))
            else:
                parts.append(_counting(unit, unit.relation, asked, ("month", *unit.splits), whole=True))
        found: Found = {}
        for row in await records.rows(self.sql + " UNION ALL ".join(parts)):
            group = row["code"] if row["code"] is not None else row["word"]
            found.setdefault((row["split"], "" if group is None else group), {}).update(row["counts"])
        return found

    async def _groups(self, dimension: Dimension, found: Found, months: int) -> list[Group]:
        codes = {dimension.key(code): code for split, code in found if split == dimension.name}
        names = await NAMED[dimension.name]() if dimension.name in NAMED else {}
        groups = [
            Group(
                key,
                names.get(key, dimension.label(key)),
                self.definition.values(found.get((dimension.name, codes.get(key, "")), {}), months),
            )
            for key in dimension.in_order(set(codes))
        ]
        return sorted(groups, key=lambda group: (group.label, group.key)) if names else groups

    def _not_applied(self, question: Question) -> tuple[str, ...]:
        """Filters that no unit knows."""
        asked = {
            "authority": question.authority,
            "placed": question.placed,
            "age_band": question.age_band,
        }
        known = {split for unit in self.units for split in unit.splits}
        return tuple(name for name, choice in asked.items() if choice != ALL and name not in known)


def _counting(unit: Unit, relation: str, asked: str, splits: tuple[str, ...], *, whole: bool) -> str:
    """One SELECT: split, code or word of the group, and every count of the unit."""
    counts = [f"'{name}', count(*) FILTER (WHERE {test})" for name, test in unit.tests.items()]
    counts += [f"'{name}', {aggregate}" for name, aggregate in unit.numbers.items()]
    sets = [*(["()"] if whole else []), *(f"({split})" for split in splits)]
    names = "".join(f" WHEN grouping({split}) = 0 THEN '{split}'" for split in splits)
    codes = [split for split in splits if split == "month" or DIMENSIONS[split].keys]
    words = [split for split in splits if split not in codes]
    return (
        f"SELECT {f'CASE{names} ELSE {chr(39) * 2} END' if names else chr(39) * 2} AS split, "
        f"{_first(codes, 'int')} AS code, {_first(words, 'text')} AS word, "
        f"jsonb_build_object({', '.join(counts)}) AS counts "
        f"FROM {relation} WHERE {asked} GROUP BY GROUPING SETS ({', '.join(sets)})"
    )


def _first(columns: list[str], kind: str) -> str:
    """The one column of a grouping set that is not null."""
    return f"coalesce({', '.join(columns)})::{kind}" if columns else f"NULL::{kind}"
