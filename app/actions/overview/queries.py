"""Reads behind the overview: a page of actions, how many there are, and what the filters offer. No writes."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app import database
from app.access import Identity
from app.actions.overview.rules import (
    AGE_DAYS,
    COUNTED,
    NOBODY,
    OPEN,
    OVERDUE,
    PER_PAGE,
    USUAL,
    ActionChoice,
    Choices,
    Reach,
    owner_named,
    reach_of,
)
from app.actions.queries import OPEN_SQL, ListedAction, listed_from, not_hidden
from app.actions.rules import WITHDRAWN
from app.panels.restricting.queries import seer

MOST_IN_A_FILE = 20_000
A_YEAR = 365

RESTRICTED = "SELECT x.id FROM agenda_item x WHERE x.restricted"
AWAITS_MORE_TIME = "a.id IN (SELECT action FROM action_extension WHERE answer = '')"
ESCALATED = """
    EXISTS (SELECT FROM action_rung r WHERE r.action = a.id AND r.due_on = a.due_on AND r.rung <> 'owner')
"""
IS_OPEN = f"a.{OPEN_SQL}"
STATE_SQL = {
    OPEN: IS_OPEN,
    OVERDUE: IS_OPEN + " AND a.due_on < {today}",
    "unacknowledged": "a.status = 'issued'",
    "more-time": f"{IS_OPEN} AND {AWAITS_MORE_TIME}",
    "escalated": f"{IS_OPEN} AND {ESCALATED}",
    "acknowledged": "a.status = 'acknowledged'",
    "in-progress": "a.status = 'in-progress'",
    "finished": "a.finished_on IS NOT NULL",
    "completed": "a.status = 'completed'",
    "not-possible": "a.status = 'not-possible'",
    "not-done": "a.status = 'not-done'",
    "all": "{today}::date IS NOT NULL",
}
ALL_OPEN = frozenset({*COUNTED, "escalated", "acknowledged", "in-progress"})

ORDERS = {
    "due": ("", "a.due_on"),
    "issued": ("", "a.issued_on"),
    "panel": ("JOIN panel p ON p.id = a.panel", "lower(p.name)"),
    "agency": ("JOIN agency g ON g.id = a.agency", "lower(g.name)"),
    "owner": (
        "LEFT JOIN person o ON o.id = a.owner LEFT JOIN post t ON t.id = a.post",
        "lower(coalesce(o.name, t.name))",
    ),
    "status": (
        "",
        "array_position(ARRAY['issued', 'acknowledged', 'in-progress', 'completed', 'not-possible', 'not-done'], "
        "a.status::text)",
    ),
}
OWNER_KEY = f"""CASE WHEN k.owner IS NOT NULL THEN 'person-' || k.owner WHEN k.post IS NOT NULL THEN 'post-' || k.post
    ELSE '{NOBODY}' END"""
OWNER_NAME = "coalesce(o.name || CASE WHEN o.disabled_at IS NULL THEN '' ELSE ' (has left)' END, t.name, '')"
NAMED = """
    LEFT JOIN person o ON o.id = k.owner LEFT JOIN post t ON t.id = k.post
    LEFT JOIN agency g ON g.id = coalesce(o.agency, t.agency)
"""
GROUPINGS = {
    "panel": ("a.panel", "p.slug", "p.name", "''", "JOIN panel p ON p.id = k.panel"),
    "agency": ("a.agency", "g.id::text", "g.name", "''", "JOIN agency g ON g.id = k.agency"),
    "owner": (
        "a.owner, CASE WHEN a.owner IS NULL THEN a.post END AS post",
        OWNER_KEY,
        OWNER_NAME,
        "coalesce(g.name, '')",
        NAMED,
    ),
}
"""By what is grouped: columns of an action, then of a group its key as a filter, its name, what stands beside it."""


@dataclass(frozen=True)
class Group:
    """Actions of one panel, agency or owner: its key as a filter, its name (blank: nobody’s), and how many by state.

    `agency_name` stands beside an owner.
    """

    key: str
    name: str
    agency_name: str
    counts: dict[str, int]


class _Conditions:
    """Conditions on actions `a` and their values, for one query."""

    def __init__(self, who: Identity, today: date) -> None:
        self.values: list[Any] = []
        self.parts: list[str] = []
        self.today = self.mark(today) + "::date"
        self.parts.append(f"a.status <> '{WITHDRAWN}'")
        self.parts.append(_within(reach_of(who), self))
        at = len(self.values) + 1
        self.values += seer(who)
        # most items are open to everybody: the rest alone are looked at one by one
        self.parts.append(f"a.agenda_item NOT IN ({RESTRICTED}) OR {not_hidden(at)}")

    def mark(self, value: Any) -> str:
        self.values.append(value)
        return f"${len(self.values)}"

    def add(self, condition: str) -> None:
        self.parts.append(condition)

    def state(self, state: str) -> str:
        return STATE_SQL[state].format(today=self.today)

    @property
    def sql(self) -> str:
        return " AND ".join(f"({part})" for part in (*self.parts, f"{self.today} IS NOT NULL"))


def _within(reach: Reach, these: _Conditions) -> str:
    if reach.everywhere:
        return "true"
    parts = []
    if reach.panels:
        parts.append(f"a.panel = ANY({these.mark(sorted(reach.panels))}::bigint[])")
    if reach.agency is not None:
        parts.append(f"a.agency = {these.mark(reach.agency)}::bigint")
    return " OR ".join(parts) or "false"


def _filtered(who: Identity, choice: ActionChoice, today: date) -> _Conditions:
    """Every filter but the state."""
    these = _Conditions(who, today)
    if choice.panel:
        these.add(f"a.panel = (SELECT id FROM panel WHERE slug = {these.mark(choice.panel)})")
    if choice.agency:
        these.add(f"a.agency = {these.mark(int(choice.agency))}::bigint")
    if choice.owner == NOBODY:
        these.add("a.owner IS NULL AND a.post IS NULL")
    elif named := owner_named(choice.owner):
        column = {"person": "a.owner", "post": "a.owner IS NULL AND a.post"}[named[0]]
        these.add(f"{column} = {these.mark(named[1])}::bigint")
    if choice.age:
        these.add(_aged(choice.age, these))
    if choice.priority:
        these.add(f"a.priority = {these.mark(choice.priority)}")
    if choice.strand:
        these.add(f"a.strand = {these.mark(choice.strand)}")
    if choice.due_from:
        these.add(f"a.due_on >= {these.mark(choice.due_from)}")
    if choice.due_to:
        these.add(f"a.due_on <= {these.mark(choice.due_to)}")
    if choice.issued_to:
        these.add(f"a.issued_on <= {these.mark(choice.issued_to)}")
    if choice.text:
        these.add(f"strpos(lower(a.text), lower({these.mark(choice.text)})) > 0")
    return these


def _aged(age: str, these: _Conditions) -> str:
    first, last = AGE_DAYS[age]
    if age.startswith("late"):
        upper = f" AND a.due_on >= {these.today} - {last}" if last else ""
        return f"{IS_OPEN} AND a.due_on <= {these.today} - {first}{upper}"
    days = f"coalesce(a.finished_on, {these.today}) - a.issued_on"
    return (
        f"{days} <= {last}"
        if first == 0
        else f"{days} >= {first}" + (f" AND {days} <= {last}" if last else "")
    )


async def counts_of(who: Identity, choice: ActionChoice, today: date) -> dict[str, int]:
    """How many actions pass the filters, for each counted state and the chosen one."""
    these = _filtered(who, choice, today)
    if choice.state in ALL_OPEN:
        these.add(IS_OPEN)  # in the words of the partial indexes
    row = await database.fetch_one(
        f"SELECT {_counts(these, choice)} FROM action a WHERE {these.sql}", *these.values
    )
    assert row is not None
    return _by_state(row, choice)


def _states(choice: ActionChoice) -> list[str]:
    return list(dict.fromkeys((*COUNTED, choice.state)))


def _counts(these: _Conditions, choice: ActionChoice) -> str:
    return ", ".join(
        f'count(*) FILTER (WHERE {these.state(state)}) AS "{state}"' for state in _states(choice)
    )


def _by_state(row: dict[str, Any], choice: ActionChoice) -> dict[str, int]:
    return {state: row[state] for state in _states(choice)}


async def actions_of(who: Identity, choice: ActionChoice, today: date) -> list[ListedAction]:
    """One page of the list in its order."""
    return await _listed(who, choice, today, PER_PAGE, PER_PAGE * (choice.page - 1))


async def actions_for_file(who: Identity, choice: ActionChoice, today: date) -> list[ListedAction]:
    """Every action that passes the filters, in the list's order, one more than MOST_IN_A_FILE at most."""
    return await _listed(who, choice, today, MOST_IN_A_FILE + 1, 0)


async def _listed(
    who: Identity, choice: ActionChoice, today: date, most: int, after: int
) -> list[ListedAction]:
    these = _filtered(who, choice, today)
    these.add(these.state(choice.state))
    join, by = ORDERS[choice.sort]
    turned = "DESC" if choice.down else "ASC"
    # the whole rows of those alone that are shown: sorting them all with their texts would cost
    rows = (
        "SELECT a.*, chosen.place FROM (SELECT a.id, "
        f"row_number() OVER (ORDER BY {by} {turned} NULLS LAST, a.due_on, a.id) AS place "
        f"FROM action a {join} WHERE {these.sql} ORDER BY place LIMIT {most} OFFSET {after}"
        ") chosen JOIN action a ON a.id = chosen.id"
    )
    return await database.fetch_as(ListedAction, f"{listed_from(rows)} ORDER BY a.place", *these.values)


async def asked_for_more_time(actions: Collection[ListedAction]) -> dict[int, date]:
    """By action, until when more time is asked for and nobody has answered yet."""
    rows = await database.fetch(
        "SELECT action, asked_for FROM action_extension WHERE answer = '' AND action = ANY($1::bigint[])",
        [action.id for action in actions],
    )
    return {row["action"]: row["asked_for"] for row in rows}


async def groups_of(who: Identity, choice: ActionChoice, today: date) -> list[Group]:
    """What passes the filters by panel, agency or owner, as `by` says: who has most overdue first, then most open."""
    these = _filtered(who, choice, today)
    if choice.state in ALL_OPEN:
        these.add(IS_OPEN)
    columns, key, name, beside, named = GROUPINGS[choice.by]
    rows = await database.fetch(
        f"SELECT {key} AS key, {name} AS name, {beside} AS agency_name, k.* "
        f"FROM (SELECT {columns}, {_counts(these, choice)} FROM action a WHERE {these.sql} "
        f"GROUP BY {', '.join(str(number + 1) for number in range(columns.count(',') + 1))}) k {named}",
        *these.values,
    )
    groups = [Group(row["key"], row["name"], row["agency_name"], _by_state(row, choice)) for row in rows]
    shown = [group for group in groups if any(group.counts.values())]
    return sorted(shown, key=lambda group: (-group.counts[OVERDUE], -group.counts[OPEN], group.name.lower()))


OFFERED = """
    SELECT p.slug AS panel, g.id::text AS agency, {owner} AS owner, coalesce(p.name, g.name, {name}) AS name,
        og.name AS beside, k.kind
    FROM (
        SELECT CASE WHEN grouping(a.panel) = 0 THEN 'panel' WHEN grouping(a.agency) = 0 THEN 'agency'
            ELSE 'owner' END AS kind, a.panel, a.agency, a.owner, CASE WHEN a.owner IS NULL THEN a.post END AS post
        FROM action a WHERE {sql} GROUP BY GROUPING SETS ((a.panel), (a.agency), (a.owner, a.post))
    ) k
    LEFT JOIN panel p ON p.id = k.panel LEFT JOIN agency g ON g.id = k.agency
    LEFT JOIN person o ON o.id = k.owner LEFT JOIN post t ON t.id = k.post
    LEFT JOIN agency og ON og.id = coalesce(o.agency, t.agency)
"""


async def choices_for(who: Identity, choice: ActionChoice, today: date) -> Choices:
    """What the filters offer: panels, agencies and owners with an action that this person oversees and may see.

    While open actions are asked for, those with an open one, else those of the last year too: more would be slow to
    find and long to look through. What is chosen stays as long as there ever was an action.
    """
    these = _Conditions(who, today)
    these.add(
        IS_OPEN if choice.state in ALL_OPEN else f"{IS_OPEN} OR a.finished_on >= {these.today} - {A_YEAR}"
    )
    found = await _offered(these)
    found["panel"] |= await _led(reach_of(who))
    for kind in ("panel", "agency", "owner"):
        chosen = getattr(choice, kind)
        if chosen and chosen not in found[kind] and chosen != NOBODY:
            found[kind] |= (await _offered(_filtered(who, replace(USUAL, **{kind: chosen}), today)))[kind]
    return Choices(
        _by_name(found["panel"]),
        _by_name(found["agency"]),
        {NOBODY: "Nobody named"} | _by_name(found["owner"]),
    )


async def _offered(these: _Conditions) -> dict[str, dict[str, str]]:
    """By kind of filter, the names by key."""
    rows = await database.fetch(
        OFFERED.format(owner=OWNER_KEY, name=OWNER_NAME, sql=these.sql), *these.values
    )
    found: dict[str, dict[str, str]] = {"panel": {}, "agency": {}, "owner": {}}
    for row in rows:
        name = f"{row['name']}, {row['beside']}" if row["beside"] else row["name"]
        found[row["kind"]][row[row["kind"]]] = name
    found["owner"].pop(NOBODY, None)
    return found


async def _led(reach: Reach) -> dict[str, str]:
    """The panels that are offered even while nothing was agreed there."""
    rows = await database.fetch(
        "SELECT slug, name FROM panel WHERE ($1 AND active) OR id = ANY($2::bigint[])",
        reach.everywhere,
        sorted(reach.panels),
    )
    return {row["slug"]: row["name"] for row in rows}


def _by_name(names: dict[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda pair: (pair[1].lower(), pair[0])))
