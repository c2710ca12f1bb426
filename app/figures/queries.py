"""How figures read: the record tables as they are or as they were known, whose child it is. No figure of its own."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import database
from app.episodes.queries import is_ours_in_sql
from app.episodes.rules import names_of_ours
from app.figures.dimensions import DIMENSIONS, LEGAL_STATUS
from app.figures.rules import ALL, Question
from app.london import day_start
from app.minutes.timeliness.queries import Standards

Row = dict[str, Any]


@dataclass(frozen=True)
class Whose:
    """SQL for whose child a row is about: authority, area, legal status, and the London day on which an age is read.

    `no_child` is SQL that is true of rows about no single child.
    """

    authority: str
    placed_in: str
    legal_status: str
    aged_on: str
    no_child: str = ""


def of_case(aged_on: str, no_child: str = "") -> Whose:
    """Over cases, referrals or actions whose child is `c`: as the child's record has it."""
    return Whose("c.responsible_authority", "c.placed_in", "c.legal_status", aged_on, no_child)


OF_EPISODE = Whose(
    "coalesce(e.responsible_authority, c.responsible_authority)",
    "coalesce(e.placed_in, c.placed_in)",
    "coalesce(e.legal_status, c.legal_status)",
    "(e.started_at AT TIME ZONE 'Europe/London')::date",
)
"""Over episodes: as told with the episode, else as the child's record has it."""

OUTCOMES = ("completed", "declined-child", "declined-carer", "unable", "not-required", "pending")

LATEST = (
    "(date_part('epoch', started_at) * 1000000)::bigint * 256 "
    "+ (legal_status * 32 + age_band * 4 + authority * 2 + placed)"
)
"""Carries whose child it was at the latest episode through max(): its instant, and the codes in the lowest bits."""

OF_LATEST = (
    "((latest >> 5) & 7)::int AS legal_status, ((latest >> 2) & 7)::int AS age_band, "
    "((latest >> 1) & 1)::int AS authority, (latest & 1)::int AS placed"
)


class Records:
    """One query: its sources, named with braces in the SQL, and its arguments.

    A name becomes an argument only where the SQL uses it. `{episode}` and the other record tables are followed by an
    alias; with `known_at` each is replayed from its past rows.
    """

    def __init__(self, question: Question, whose: Whose = OF_EPISODE) -> None:
        self.question = question
        self.arguments: list[Any] = []
        self._whose = whose
        self._written: dict[str, str] = {}

    async def rows(self, sql: str) -> list[Row]:
        async with database.planned_for_its_values():
            # counting children by month outgrows the default of 4 MB and would go through temporary files
            await database.execute("SET LOCAL work_mem = '64MB'")
            if self.question.known_at is None:
                return await database.fetch(sql.format_map(self), *self.arguments)
            # replayed tables have no statistics: the planner takes them for small and would go through them row by row
            await database.execute("SET LOCAL enable_nestloop = off")
            found = await database.fetch(sql.format_map(self), *self.arguments)
            await database.execute("SET LOCAL enable_nestloop = on")
            return found

    def __getitem__(self, name: str) -> str:
        if name not in self._written:
            self._written[name] = self._write(name)
        return self._written[name]

    def _write(self, name: str) -> str:
        asked = self.question
        if name in TABLES or name in APPENDED:
            return self._table(name)
        pieces: dict[str, Callable[[], str]] = {
            "from_at": lambda: self._argument(day_start(asked.from_on), "timestamptz"),
            "to_at": lambda: self._argument(day_start(asked.to_on), "timestamptz"),
            "from_on": lambda: self._argument(asked.from_on, "date"),
            "to_on": lambda: self._argument(asked.to_on, "date"),
            "edges": lambda: self._argument(asked.edges, "timestamptz[]"),
            "starts": lambda: self._argument(asked.starts, "date[]"),
            "at": lambda: self._argument(asked.at, "timestamptz"),
            "until": lambda: self._argument(asked.until, "timestamptz"),
            "as_at_on": lambda: self._argument(asked.as_at_on, "date"),
            "open_deadlines_from": lambda: self._argument(asked.open_deadlines_from, "date"),
            "known_at": lambda: self._argument(asked.known_at, "timestamptz"),
            "own_names": lambda: self._argument(names_of_ours(asked.own_names), "text[]"),
            "repeats": lambda: self._argument(asked.repeats, "int"),
            "clock_from": lambda: (
                f"CASE WHEN e.reported_at < {self['until']} THEN e.reported_at ELSE e.started_at END"
            ),
            "outcomes": lambda: self._argument(list(OUTCOMES), "text[]"),
            "latest": lambda: LATEST,
            "of_latest": lambda: OF_LATEST,
            "dimensions": self._dimensions,
            "own": lambda: is_ours_in_sql(self._whose.authority, self["own_names"]),
            "here": lambda: is_ours_in_sql(self._whose.placed_in, self["own_names"]),
            "panel": lambda: self._argument(asked.panel, "text"),
            "legal_status": self._asked_legal_status,
            "asked_child": lambda: (
                "true" if asked.child is None else f"k.child = {self._argument(asked.child, 'bigint')}"
            ),
        }
        return pieces[name]()

    def _dimensions(self) -> str:
        """The columns of dimensions.OF_CHILDREN, as codes where it has some."""
        whose, codes = self._whose, [key for key, _ in LEGAL_STATUS.keys]
        columns = {
            "authority": f"({self['own']})::int",
            "placed": f"({self['here']})::int",
            "legal_status": f"coalesce(array_position(ARRAY{codes[1:5]}::text[], {whose.legal_status}::text), 0)",
            "age_band": f"CASE WHEN c.born_on IS NULL THEN 0 ELSE width_bucket("
            f"date_part('year', age({whose.aged_on}, c.born_on)), ARRAY[0, 10, 13, 16, 18]::float8[]) END",
            "sex": "c.sex",
            "ethnicity": "c.ethnicity",
            "disability": "c.disability",
        }
        none = {"authority": "2", "placed": "2", "legal_status": "5", "age_band": "6"}
        if whose.no_child:
            columns = {
                name: f"CASE WHEN {whose.no_child} THEN {none.get(name, chr(39) * 2)} ELSE {sql} END"
                for name, sql in columns.items()
            }
        return ", ".join(f"{sql} AS {name}" for name, sql in columns.items())

    def asked(self, splits: Collection[str]) -> str:
        """SQL over rows with these columns that keeps what the question asks for."""
        wanted = {
            "authority": self.question.authority,
            "placed": self.question.placed,
            "age_band": self.question.age_band,
        }
        return " AND ".join(
            [
                "true",
                *(self.is_in(name, key) for name, key in wanted.items() if key != ALL and name in splits),
            ]
        )

    def is_in(self, split: str, key: str) -> str:
        """SQL that is true of rows in this group of a split."""
        code = DIMENSIONS[split].code(key)
        if code is None:
            return "false"
        return f"{split} = {self._argument(code, 'int' if isinstance(code, int) else 'text')}"

    def _argument(self, value: Any, kind: str) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}::{kind}"

    def _table(self, name: str) -> str:
        if self.question.known_at is None:
            return name
        known_at = self["known_at"]
        if name in APPENDED:
            return APPENDED[name].format(known_at=known_at)
        return (
            f"(SELECT * FROM {name} WHERE recorded_at <= {known_at} UNION ALL "
            f'SELECT (jsonb_populate_record(NULL::{name}, "row")).* FROM {name}_past '
            f"WHERE held_from <= {known_at} AND {known_at} < held_until)"
        )

    def _asked_legal_status(self) -> str:
        if self.question.legal_status == ALL:
            return "true"
        return f"{self._whose.legal_status} = {self._argument(self.question.legal_status, 'text')}"


TABLES = frozenset(
    {
        "action",
        "agency",
        "agenda_item",
        "attendance",
        "child",
        "episode",
        "guest_slot",
        "interview",
        "interview_episode",
        "meeting",
        "minutes",
        "panel_case",
        "referral",
        "seat",
        "terms_of_reference",
    }
)

APPENDED = {
    "agenda_version": "(SELECT * FROM agenda_version WHERE issued_at <= {known_at})",
    "discussion": (
        "(SELECT DISTINCT ON (d.id) d.id, d.agenda_item, coalesce(r.text ->> 'outcome', '') AS outcome, "
        "(nullif(r.text ->> 'next_review_on', ''))::date AS next_review_on "
        "FROM discussion d JOIN discussion_revision r ON r.discussion = d.id WHERE r.saved_at <= {known_at} "
        "ORDER BY d.id, r.version DESC)"
    ),
}
"""Tables whose past is kept by adding alone, in them or in their revisions: as they were known."""


@dataclass(frozen=True)
class PanelChoice:
    """A standing panel that a figure can be asked for; `recorded_at`: since when it is known here."""

    id: int
    slug: str
    name: str
    recorded_at: datetime


async def panels_for_figures() -> list[PanelChoice]:
    """Every standing panel, also those that meet no longer, in the order of their names."""
    return await database.fetch_as(
        PanelChoice,
        "SELECT id, slug, name, least(recorded_at, (SELECT min(held_from) FROM panel_past o WHERE o.id = p.id)) "
        "AS recorded_at FROM panel p ORDER BY name, id",
    )


async def standards_known(question: Question) -> Standards:
    """What every panel's terms of reference say, as they were known."""
    rows = await Records(question).rows(
        "SELECT t.panel, t.holds_from, t.overrides FROM {terms_of_reference} t ORDER BY t.panel, t.holds_from"
    )
    return Standards(rows)
