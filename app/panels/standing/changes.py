"""Creates standing panels, writes their terms of reference, gives and ends seats."""

from datetime import datetime

import asyncpg

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, MovedOn, Refused
from app.panels.calendar.changes import invite_newly_seated, withdraw_seated
from app.panels.kinds import KINDS
from app.panels.standing.queries import (
    seat_facts,
    seatable_people,
)
from app.panels.standing.rules import SEAT_ROLES, scope_of, slug_of
from app.panels.terms.rules import StandingPanel


async def create_panel(
    who: Identity, *, name: str, kind: str, now: datetime, submission_key: str | None
) -> str:
    """A new standing panel with its kind's defaults; returns its slug. Raises Forbidden or Refused."""
    if not permits(who, Permission.MANAGE_PANEL):
        raise Forbidden(Permission.MANAGE_PANEL)
    if kind not in KINDS:
        raise Refused("Choose a kind of panel", {"kind": "Choose a kind of panel"})
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock(hashtext('panel slugs'))")
        await refuse_second(submission_key)
        rows = await database.fetch("SELECT slug, name FROM panel")
        if any(row["name"].casefold() == name.casefold() for row in rows):
            raise Refused(
                "Choose another name",
                {"name": f"There is a panel called “{name}” already. Choose another name."},
            )
        slug = slug_of(name, [row["slug"] for row in rows])
        panel_id = await database.fetch_value(
            "INSERT INTO panel (slug, name, kind) VALUES ($1, $2, $3) RETURNING id", slug, name, kind
        )
        await record(
            who.person_id,
            "panel created",
            "panel",
            [panel_id],
            now=now,
            details={"kind": kind},
            submission_key=submission_key,
        )
    return slug


async def give_seat(
    who: Identity,
    panel: StandingPanel,
    *,
    person_id: int,
    role: str,
    agency_id: int | None,
    address: str | None = None,
    now: datetime,
    submission_key: str | None,
) -> None:
    """Seats a person for an agency (their own unless told). Raises Forbidden or Refused.

    With the service's `address` the person is invited to the coming meetings.
    """
    if not permits(who, Permission.MANAGE_PANEL, scope_of(panel.id)):
        raise Forbidden(Permission.MANAGE_PANEL)
    if role not in SEAT_ROLES:
        raise Refused("Choose a role", {"role": "Choose a role"})
    async with database.transaction():
        await database.execute("SELECT FROM panel WHERE id = $1 FOR UPDATE", panel.id)
        await refuse_second(submission_key)
        person = next((one for one in await seatable_people(panel.id) if one.id == person_id), None)
        if person is None:
            raise Refused(
                "Choose someone else",
                {
                    "person_id": "This person has a seat on the panel already, or can’t sign in. Choose someone else."
                },
            )
        try:
            seat_id = await database.fetch_value(
                "INSERT INTO seat (panel, person, agency, role) VALUES ($1, $2, $3, $4) RETURNING id",
                panel.id,
                person_id,
                agency_id or person.agency_id,
                role,
            )
        except asyncpg.UniqueViolationError as problem:
            raise MovedOn(
                "Someone gave this person a seat on the panel just now. Nothing was changed."
            ) from problem
        except asyncpg.ForeignKeyViolationError as problem:
            raise Refused("Choose an agency", {"agency_id": "Choose an agency from the list"}) from problem
        await record(
            who.person_id,
            "seat given",
            "panel",
            [panel.id],
            now=now,
            details={"seat": seat_id, "person": person_id, "role": role},
            submission_key=submission_key,
        )
        if address is not None:
            await invite_newly_seated(panel.id, person_id, address=address, now=now)


async def end_seat(who: Identity, panel: StandingPanel, seat_id: int, *, address: str, now: datetime) -> None:
    """Ends a seat from now on; coming meetings leave the person's calendar.

    Raises Forbidden, Invisible for another panel's, MovedOn when it had ended.
    """
    if not permits(who, Permission.MANAGE_PANEL, scope_of(panel.id)):
        raise Forbidden(Permission.MANAGE_PANEL)
    async with database.transaction():
        seat = await seat_facts(panel.id, seat_id)
        ended = await database.fetch_value(
            "UPDATE seat SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING id", seat_id, now
        )
        if ended is None:
            raise MovedOn("This seat had already ended. Nothing was changed.")
        await record(
            who.person_id,
            "seat ended",
            "panel",
            [panel.id],
            now=now,
            details={"seat": seat_id, "person": seat.person_id, "role": seat.role},
        )
        await withdraw_seated(panel.id, seat.person_id, address=address, now=now)
