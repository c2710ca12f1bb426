"""Reads of actions: one action as a person may see it, its updates, and what a meeting's item agreed."""

from dataclasses import dataclass
from datetime import date, datetime

from app import database
from app.access import Identity, Permission, Scope, permits
from app.lifecycle import Forbidden, Invisible
from app.panels.restricting.queries import seer, sees_item


@dataclass(frozen=True)
class ListedAction:
    """An action with its surroundings, as lists and its own page show it; `last_…` is the latest word on it.

    `holder_…` and `cover_…` are of its post, and only those who can sign in; a post that ended has neither.
    `rung`: how far up an unfinished one that is overdue has come.
    """

    id: int
    action_ref: str | None
    panel_id: int
    panel_name: str
    panel_slug: str
    meeting_id: int | None
    meeting_at: datetime | None
    item_id: int | None
    item_title: str
    child_id: int | None
    child_name: str
    text: str
    why: str
    priority: str
    strand: str
    owner_id: int | None
    owner_name: str
    owner_left: bool
    agency_id: int
    agency_name: str
    post_id: int | None
    post_name: str
    post_ended: bool
    holder_id: int | None
    holder_name: str
    cover_id: int | None
    cover_name: str
    issued_on: date
    issued_at: datetime | None
    due_on: date
    original_due_on: date
    status: str
    finished_on: date | None
    tracking: int | None
    tracking_overruled: bool
    anticipated_on: date | None
    version: int
    last_note: str
    last_at: datetime | None
    last_by: str
    rung: str = ""

    @property
    def scope(self) -> Scope:
        return Scope(
            frozenset({self.panel_id}),
            self.owner_id if not self.owner_left else None,
            self.agency_id,
            frozenset(person for person in (self.holder_id, self.cover_id) if person is not None),
        )


@dataclass(frozen=True)
class ActionWord:
    """One update of an action: who, when, which status, what was said."""

    status: str
    note: str
    made_at: datetime
    by: str
    by_agency: str


COLUMNS = """
SELECT a.id, a.action_ref, a.panel AS panel_id, p.name AS panel_name, p.slug AS panel_slug,
    a.meeting AS meeting_id, m.starts_at AS meeting_at, a.agenda_item AS item_id, coalesce(i.title, '') AS item_title,
    a.child AS child_id, coalesce(nullif(c.name, ''), c.child_ref, '') AS child_name, a.text, a.why,
    a.priority, a.strand, a.owner AS owner_id, coalesce(o.name, '') AS owner_name,
    o.disabled_at IS NOT NULL AS owner_left,
    a.agency AS agency_id, g.name AS agency_name, a.post AS post_id, coalesce(t.name, '') AS post_name,
    t.ended_at IS NOT NULL AS post_ended, th.id AS holder_id, coalesce(th.name, '') AS holder_name,
    tc.id AS cover_id, coalesce(tc.name, '') AS cover_name,
    a.issued_on, a.issued_at, a.due_on, a.original_due_on, a.status, a.finished_on, a.tracking,
    a.tracking_overruled, a.anticipated_on, a.version,
    coalesce(u.note, '') AS last_note, u.made_at AS last_at, coalesce(u.name, '') AS last_by,
    CASE WHEN a.finished_on IS NULL THEN coalesce((SELECT r.rung FROM action_rung r WHERE r.action = a.id
        AND r.due_on = a.due_on ORDER BY r.id DESC LIMIT 1), '') ELSE '' END AS rung
"""


def whose(row: str) -> str:
    """SQL: the agency `g`, the owner `o`, the post `t` with its holder `th` and cover `tc`, those who are here."""
    return f"""
JOIN agency g ON g.id = {row}.agency
LEFT JOIN person o ON o.id = {row}.owner
LEFT JOIN post t ON t.id = {row}.post
LEFT JOIN person th ON th.id = t.holder AND th.disabled_at IS NULL AND t.ended_at IS NULL
LEFT JOIN person tc ON tc.id = t.cover AND tc.disabled_at IS NULL AND t.ended_at IS NULL
"""


SURROUNDINGS = f"""
JOIN panel p ON p.id = a.panel
{whose("a")}
LEFT JOIN meeting m ON m.id = a.meeting
LEFT JOIN agenda_item i ON i.id = a.agenda_item
LEFT JOIN child c ON c.id = a.child
LEFT JOIN LATERAL (
    SELECT w.note, w.made_at, person.name FROM action_update w LEFT JOIN person ON person.id = w.person
    WHERE w.action = a.id ORDER BY w.made_at DESC, w.id DESC LIMIT 1
) u ON true
"""
LISTED = f"{COLUMNS} FROM action a {SURROUNDINGS}"


def listed_from(rows: str) -> str:
    """The same columns for some rows of `action`, given as a query: chosen first, so that only they are joined."""
    return f"{COLUMNS} FROM ({rows}) a {SURROUNDINGS}"


def sees_action(first: int, item: str = "i") -> str:
    """SQL: whether a person may see action `a`, as far as its item is restricted. `first`: of `seer(who)`'s arguments.

    The person who owes it, or holds or covers its post, always may; an agency only where the item is open to it.
    """
    posts = f"SELECT h.id FROM post h WHERE ${first}::bigint IN (h.holder, h.cover) AND h.ended_at IS NULL"
    return (
        f"(a.owner IS NOT DISTINCT FROM ${first}::bigint OR a.post = ANY(ARRAY({posts})) "
        f"OR {sees_item(first, item, 'a.panel')})"
    )


def not_hidden(first: int) -> str:
    """The same for a query of actions alone."""
    return (
        "NOT EXISTS (SELECT FROM agenda_item r WHERE r.id = a.agenda_item AND r.restricted "
        f"AND NOT {sees_action(first, 'r')})"
    )


OPEN_SQL = "status IN ('issued', 'acknowledged', 'in-progress')"
"""In the words of the partial indexes, so that they are used."""


async def action_for(who: Identity, action_id: int) -> ListedAction:
    """The action, if this person may know of it. Raises Invisible."""
    found = await database.fetch_as(
        ListedAction, f"{LISTED} WHERE a.id = $1 AND {sees_action(2)}", action_id, *seer(who)
    )
    if not found or not permits(who, Permission.SEE_ACTION, found[0].scope):
        raise Invisible
    return found[0]


async def action_to_update(who: Identity, action_id: int) -> ListedAction:
    """The same for somebody who means to say how it stands. Raises Invisible or Forbidden."""
    action = await action_for(who, action_id)
    if not permits(who, Permission.UPDATE_ACTION, action.scope):
        raise Forbidden(Permission.UPDATE_ACTION)
    return action


async def words_on(action_id: int) -> list[ActionWord]:
    """Every update of an action, the latest first."""
    return await database.fetch_as(
        ActionWord,
        "SELECT w.status, w.note, w.made_at, coalesce(person.name, '') AS by, coalesce(agency.name, '') AS by_agency "
        "FROM action_update w LEFT JOIN person ON person.id = w.person "
        "LEFT JOIN agency ON agency.id = person.agency WHERE w.action = $1 ORDER BY w.made_at DESC, w.id DESC",
        action_id,
    )


async def actions_of_item(item_id: int) -> list[ListedAction]:
    """What was agreed under one agenda item, in the order it was agreed."""
    return await database.fetch_as(ListedAction, f"{LISTED} WHERE a.agenda_item = $1 ORDER BY a.id", item_id)


def children_seen(actions: list[ListedAction]) -> set[int]:
    """The children whose records a list of actions shows."""
    return {action.child_id for action in actions if action.child_id is not None}
