"""Reads behind the list of actions: one page of it, and how many there are in each part."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app import database
from app.access import Identity, Permission, permits
from app.actions.holding.queries import POST_IS_VACANT, held_by
from app.actions.owed.rules import (
    AGENCY,
    ESCALATED,
    FINISHED,
    HANDED_OVER,
    ISSUED,
    LEADING_SEATS,
    MINE,
    MORE_TIME,
    PANELS,
    PER_PAGE,
    RECENT_DAYS,
    OwedFilters,
    sees_every_panel,
)
from app.actions.queries import LISTED, OPEN_SQL, ListedAction, listed_from, not_hidden, sees_action
from app.actions.rules import SOON_DAYS
from app.panels.restricting.queries import seer

MOST_RECENT = 10
MOST_WAITING = 30
MOST_ISSUED = 300
"""Of all that somebody issued, the latest are looked at: a minute taker issues thousands."""
WAITING_LOOK_BACK = timedelta(days=90)
"""What nobody has acknowledged for longer has climbed the ladder to others."""

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
class Waiting:
    """An action on which somebody else is to move: more time asked for, handed over, or issued and not seen yet."""

    why: str
    action: ListedAction
    since: datetime
    asked_for: date | None


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
    # a sum is in no index: for one person's few PostgreSQL would else walk everybody's by due date
    within = "a.due_on + 0, a.id" if filters.whose == MINE and not finished else order
    rows = (
        f"SELECT a.* FROM action a WHERE {clause} AND {condition} ORDER BY {within} "
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
    """Open actions of this person's agency that name nobody, and are not on their own list: easily overlooked."""
    return int(
        await database.fetch_value(
            f"SELECT count(*) FROM action a WHERE a.agency = $1 AND a.owner IS NULL AND a.{OPEN_SQL} "
            f"AND {POST_IS_VACANT} AND {held_by(2)} IS NOT TRUE AND {not_hidden(2)}",
            who.agency_id,
            *seer(who),
        )
    )


# The latest handover alone: whoever had it before has nothing to wait for
WAITING = f"""
SELECT '{MORE_TIME}' AS why, e.action, e.asked_at AS since, e.asked_for FROM action_extension e
    JOIN action a ON a.id = e.action WHERE e.asked_by = $1 AND e.answer = '' AND a.{OPEN_SQL}
UNION ALL SELECT '{HANDED_OVER}', h.action, h.made_at, NULL FROM action_handover h JOIN action a ON a.id = h.action
    WHERE (h.person = $1 OR h.from_owner = $1) AND h.made_at > $2 AND a.status = 'issued'
    AND a.owner IS DISTINCT FROM $1
    AND NOT EXISTS (SELECT FROM action_handover n WHERE n.action = h.action AND n.id > h.id)
UNION ALL SELECT '{ISSUED}', w.action, w.made_at, NULL FROM (
        SELECT action, made_at FROM action_update WHERE person = $1 AND status = 'issued' AND made_at > $2
        ORDER BY made_at DESC LIMIT {MOST_ISSUED}) w JOIN action a ON a.id = w.action
    WHERE a.status = 'issued' AND a.owner IS DISTINCT FROM $1
    AND NOT EXISTS (SELECT FROM action_handover n WHERE n.action = w.action)
ORDER BY since DESC LIMIT {MOST_WAITING}
"""


async def waiting_for_others(who: Identity, now: datetime) -> list[Waiting]:
    """What this person asked for, gave away or issued and somebody else has to answer, by due date."""
    rows = await database.fetch(WAITING, who.person_id, now - WAITING_LOOK_BACK)
    if not rows:
        return []
    found = await database.fetch_as(
        ListedAction,
        f"{LISTED} WHERE a.id = ANY($1::bigint[]) AND {sees_action(2)} ORDER BY a.due_on, a.id",
        [row["action"] for row in rows],
        *seer(who),
    )
    by_action = {row["action"]: row for row in reversed(rows)}
    return [
        Waiting(row["why"], action, row["since"], row["asked_for"])
        for action in found
        if permits(who, Permission.SEE_ACTION, action.scope)
        for row in (by_action[action.id],)
    ]


async def panels_with_actions(who: Identity) -> list[PanelChoice]:
    """The panels to filter by: by role all, else those of a seat or with an action of theirs or their agency's."""
    return await database.fetch_as(
        PanelChoice,
        "SELECT p.slug, p.name FROM panel p WHERE $1 OR p.id = ANY($2::bigint[]) OR p.id IN ("
        "SELECT panel FROM action WHERE owner = $3 "
        f"UNION ALL SELECT panel FROM action WHERE agency = $4 AND {OPEN_SQL} "
        "UNION ALL SELECT panel FROM action WHERE agency = $4 AND finished_on IS NOT NULL) ORDER BY p.name",
        sees_every_panel(who),
        list(who.seat_panels()),
        who.person_id,
        who.agency_id,
    )


async def escalated_to(who: Identity) -> int:
    """How many open actions were escalated to this person and are still overdue under the same due date."""
    clause, values = _escalated(who)
    return int(
        await database.fetch_value(
            f"SELECT count(*) FROM action a WHERE {clause} AND a.{OPEN_SQL} AND {not_hidden(len(values) + 1)}",
            *values,
            *seer(who),
        )
    )


def _escalated(who: Identity) -> tuple[str, list[Any]]:
    """What this person was told as somebody above, as far as its page still opens to them."""
    clause = (
        "EXISTS (SELECT FROM action_reminder n WHERE n.action = a.id AND n.person = $1 AND n.due_on = a.due_on "
        "AND n.rung IN ('line-lead', 'agency-lead', 'chair')) "
        "AND (a.agency = $2 OR a.panel = ANY($3::bigint[]) OR $4)"
    )
    return clause, [who.person_id, who.agency_id, sorted(who.seat_panels()), sees_every_panel(who)]


def _whose(who: Identity, filters: OwedFilters) -> tuple[str, list[Any]]:
    """The condition for whose actions these are, and its values."""
    values: list[Any] = []
    if filters.whose == AGENCY:
        clause, values = "a.agency = $1", [who.agency_id]
    elif filters.whose == PANELS and sees_every_panel(who):
        clause = "true"
    elif filters.whose == ESCALATED:
        clause, values = _escalated(who)
    elif filters.whose == PANELS:
        clause, values = "a.panel = ANY($1::bigint[])", [sorted(who.seat_panels(*LEADING_SEATS))]
    else:
        clause, values = held_by(1), [who.person_id]
    if filters.panel:
        values = [*values, filters.panel]
        clause += f" AND a.panel = (SELECT id FROM panel WHERE slug = ${len(values)})"
    clause += f" AND {not_hidden(len(values) + 1)}"
    return clause, [*values, *seer(who)]
