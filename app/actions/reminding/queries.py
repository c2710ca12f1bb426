"""Reads what reminding judges by: actions near their due date, who is there, what was reached and said before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from app import database
from app.access import Identity, SeatHeld
from app.actions.holding.queries import holders_of
from app.actions.queries import OPEN_SQL
from app.actions.reminding.rules import SOON_BEFORE, Board, Everybody, Rung, Watched
from app.actions.reminding.words import NoticeGiven, RungReached, Told, lines_of, what_comes_next
from app.london import add_working_days
from app.panels.kinds import Escalation
from app.panels.terms.queries import standing_panels, terms_at

WATCHED = """
SELECT a.id, a.panel AS panel_id, a.agency AS agency_id, a.owner AS owner_id, a.post AS post_id, a.priority,
    a.issued_on, a.due_on, i.restricted IS TRUE AS restricted, coalesce(i.allowed_people, '{}') AS allowed_people,
    coalesce(i.allowed_agencies, '{}') AS allowed_agencies
FROM action a LEFT JOIN agenda_item i ON i.id = a.agenda_item
"""


async def board_on(today: date) -> Board:
    """The board of every action that may have to be spoken of today."""
    horizon = add_working_days(today, SOON_BEFORE)
    rows = await database.fetch(
        f"{WATCHED} WHERE a.{OPEN_SQL} AND a.due_on <= $1 ORDER BY a.due_on, a.id", horizon
    )
    return await _board(rows, today)


async def board_of(action_id: int, today: date) -> Board:
    """The same for one action, whatever its due date; without an action where it is finished."""
    rows = await database.fetch(f"{WATCHED} WHERE a.{OPEN_SQL} AND a.id = $1", action_id)
    return await _board(rows, today) if rows else Board([], Everybody({}, {}, {}), {}, {}, {})


async def _board(rows: list[dict[str, Any]], today: date) -> Board:
    ids = [row["id"] for row in rows]
    there = await everybody()
    # an owner who is here has it; who has the others takes looking
    holders = await holders_of([row["id"] for row in rows if row["owner_id"] not in there.people])
    return Board(
        [
            Watched(
                **row,
                with_ids=tuple(one.person_id for one in holders[row["id"]])
                if row["id"] in holders
                else (row["owner_id"],),
            )
            for row in rows
        ],
        there,
        await _escalations({row["panel_id"] for row in rows}, today),
        await _reached(ids),
        await _told(ids),
    )


async def everybody() -> Everybody:
    """Everybody who can sign in, with seats and roles as when they do; and who leads whom."""
    rows = await database.fetch(
        "SELECT p.id, p.name, p.email, p.agency, a.name AS agency_name, p.roles, p.line_lead, "
        "p.disabled_at IS NOT NULL AS has_left FROM person p JOIN agency a ON a.id = p.agency ORDER BY p.id"
    )
    seats: dict[int, list[SeatHeld]] = {}
    for row in await database.fetch(
        "SELECT person, panel, role, agency FROM seat WHERE ended_at IS NULL ORDER BY panel, id"
    ):
        seats.setdefault(row["person"], []).append(SeatHeld(row["panel"], row["role"], row["agency"]))
    people = {
        row["id"]: Identity(
            row["id"],
            row["name"],
            row["email"],
            row["agency"],
            row["agency_name"],
            frozenset(row["roles"]),
            tuple(seats.get(row["id"], ())),
        )
        for row in rows
        if not row["has_left"]
    }
    posts = await database.fetch(
        "SELECT id, holder, cover FROM post WHERE ended_at IS NULL AND (holder IS NOT NULL OR cover IS NOT NULL)"
    )
    return Everybody(
        people,
        {row["id"]: row["line_lead"] for row in rows if row["line_lead"] is not None},
        {
            row["id"]: frozenset(one for one in (row["holder"], row["cover"]) if one in people)
            for row in posts
        },
    )


async def _escalations(panel_ids: Collection[int], today: date) -> dict[int, Escalation]:
    return {
        panel.id: (await terms_at(panel, today)).escalation
        for panel in await standing_panels()
        if panel.id in panel_ids
    }


async def _reached(action_ids: list[int]) -> dict[int, dict[Rung, date]]:
    found: dict[int, dict[Rung, date]] = {}
    for row in await database.fetch(
        "SELECT r.action, r.rung, r.reached_on FROM action_rung r JOIN action a ON a.id = r.action "
        "AND a.due_on = r.due_on WHERE r.action = ANY($1::bigint[])",
        action_ids,
    ):
        found.setdefault(row["action"], {})[Rung(row["rung"])] = row["reached_on"]
    return found


async def _told(action_ids: list[int]) -> dict[int, set[tuple[int, str]]]:
    found: dict[int, set[tuple[int, str]]] = {}
    for row in await database.fetch(
        "SELECT n.action, n.person, n.rung FROM action_reminder n JOIN action a ON a.id = n.action "
        "AND a.due_on = n.due_on WHERE n.action = ANY($1::bigint[])",
        action_ids,
    ):
        found.setdefault(row["action"], set()).add((row["person"], row["rung"]))
    return found


@dataclass(frozen=True)
class Reminders:
    """What an action's page tells of its reminders: the latest first, and what comes next."""

    lines: list[Told]
    next: str


async def reminders_of(action_id: int, today: date) -> Reminders:
    return Reminders(
        lines_of(await _rungs_of(action_id), await _notices_of(action_id)),
        what_comes_next(await board_of(action_id, today), today),
    )


async def _rungs_of(action_id: int) -> list[RungReached]:
    """Every step up of an action, the latest first."""
    return await database.fetch_as(
        RungReached,
        "SELECT rung, due_on, reached_on, vacant FROM action_rung WHERE action = $1 ORDER BY id DESC",
        action_id,
    )


async def _notices_of(action_id: int) -> list[NoticeGiven]:
    """Everybody who was told of an action, the latest first."""
    return await database.fetch_as(
        NoticeGiven,
        "SELECT p.name, g.name AS agency_name, n.rung, n.due_on, n.told_on FROM action_reminder n "
        "JOIN person p ON p.id = n.person JOIN agency g ON g.id = p.agency WHERE n.action = $1 "
        "ORDER BY n.id DESC",
        action_id,
    )
