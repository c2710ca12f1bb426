"""Reads behind the list of actions: one page of it, and how many there are in each part."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app import database
from app.access import Identity
from app.actions.owed.rules import (
    AGENCY,
    FINISHED,
    LEADING_SEATS,
    PANELS,
    PER_PAGE,
    RECENT_DAYS,
    OwedFilters,
    sees_every_panel,
)
from app.actions.queries import OPEN_SQL, ListedAction, listed_from, not_hidden
from app.actions.rules import SOON_DAYS
from app.panels.restricting.queries import seer

MOST_RECENT = 10
MOST_FINISHED = 5_000
"""A hundred pages; nobody leafs further, and counting on would cost."""


@dataclass(frozen=True)
class OwedCounts:
    """Open actions by how soon they are due, and all finished ones."""

    overdue: int
    soon: int
    later: int
    finished: int

    @property
    def open(self) -> int:
        return self.overdue + self.soon + self.later


@dataclass(frozen=True)
class PanelChoice:
    slug: str
    name: str


async def owed_actions(who: Identity, filters: OwedFilters) -> list[ListedAction]:
    """One page of the list: open ones by due date, finished ones the latest first."""
    clause, values = _whose(who, filters)
    finished = filters.state == FINISHED
    condition = "a.finished_on IS NOT NULL" if finished else f"a.{OPEN_SQL}"
    order = "a.finished_on DESC, a.id DESC" if finished else "a.due_on, a.id"
    rows = (
        f"SELECT a.* FROM action a WHERE {clause} AND {condition} ORDER BY {order} "
        f"LIMIT {PER_PAGE} OFFSET {PER_PAGE * (filters.page - 1)}"
    )
    return await database.fetch_as(ListedAction, f"{listed_from(rows)} ORDER BY {order}", *values)


async def recently_finished(who: Identity, filters: OwedFilters, today: date) -> list[ListedAction]:
    """What was finished in the last days, the latest first."""
    clause, values = _whose(who, filters)
    rows = (
        f"SELECT a.* FROM action a WHERE {clause} AND a.finished_on >= ${len(values) + 1} "
        f"ORDER BY a.finished_on DESC, a.id DESC LIMIT {MOST_RECENT}"
    )
    return await database.fetch_as(
        ListedAction,
        f"{listed_from(rows)} ORDER BY a.finished_on DESC, u.made_at DESC NULLS LAST, a.id DESC",
        *values,
        today - timedelta(days=RECENT_DAYS),
    )


async def owed_counts(who: Identity, filters: OwedFilters, today: date) -> OwedCounts:
    """How many there are in each part of the list, all pages together; finished ones up to MOST_FINISHED."""
    clause, values = _whose(who, filters)
    at = len(values) + 1
    rows = await database.fetch_as(
        OwedCounts,
        f"SELECT count(*) FILTER (WHERE due_on < ${at}) AS overdue, "
        f"count(*) FILTER (WHERE due_on >= ${at} AND due_on < ${at + 1}) AS soon, "
        f"count(*) FILTER (WHERE due_on >= ${at + 1}) AS later, "
        f"(SELECT count(*) FROM (SELECT FROM action a WHERE {clause} AND a.finished_on IS NOT NULL "
        f"LIMIT {MOST_FINISHED}) f) AS finished FROM action a WHERE {clause} AND a.{OPEN_SQL}",
        *values,
        today,
        today + timedelta(days=SOON_DAYS),
    )
    return rows[0]


async def without_a_person(who: Identity) -> int:
    """Open actions of this person's agency that name nobody: easily overlooked."""
    return int(
        await database.fetch_value(
            f"SELECT count(*) FROM action a WHERE a.agency = $1 AND a.owner IS NULL AND a.{OPEN_SQL} "
            f"AND {not_hidden(2)}",
            who.agency_id,
            *seer(who),
        )
    )


async def panels_with_actions(who: Identity) -> list[PanelChoice]:
    """The panels to filter by: by role all, else those of a seat or with an action of theirs or their agency's."""
    return await database.fetch_as(
        PanelChoice,
        "SELECT p.slug, p.name FROM panel p WHERE $1 OR p.id = ANY($2::bigint[]) OR EXISTS "
        "(SELECT FROM action a WHERE a.panel = p.id AND (a.owner = $3 OR a.agency = $4)) ORDER BY p.name",
        sees_every_panel(who),
        list(who.seat_panels()),
        who.person_id,
        who.agency_id,
    )


def _whose(who: Identity, filters: OwedFilters) -> tuple[str, list[Any]]:
    """The condition for whose actions these are, and its values."""
    values: list[Any] = []
    if filters.whose == AGENCY:
        clause, values = "a.agency = $1", [who.agency_id]
    elif filters.whose == PANELS and sees_every_panel(who):
        clause = "true"
    elif filters.whose == PANELS:
        clause, values = "a.panel = ANY($1::bigint[])", [sorted(who.seat_panels(*LEADING_SEATS))]
    else:
        clause, values = "a.owner = $1", [who.person_id]
    if filters.panel:
        values = [*values, filters.panel]
        clause += f" AND a.panel = (SELECT id FROM panel WHERE slug = ${len(values)})"
    if filters.whose in (AGENCY, PANELS):
        clause += f" AND {not_hidden(len(values) + 1)}"
        values = [*values, *seer(who)]
    return clause, values
