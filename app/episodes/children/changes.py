"""Recording a child by hand: whom a referral names before any file does."""

from datetime import date, datetime

import asyncpg

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import record
from app.lifecycle import Forbidden, Refused

TAKEN = "A child with this reference is recorded already. Find the child by it instead."


async def record_child(who: Identity, *, child_ref: str, name: str, born_on: date, now: datetime) -> int:
    """Adds a child and returns its id. Joins the caller's transaction.

    Raises Forbidden, or Refused where the reference belongs to a child already; let that leave the transaction.
    """
    if not permits(who, Permission.RECORD_CHILD):
        raise Forbidden(Permission.RECORD_CHILD)
    try:
        child_id: int = await database.fetch_value(
            "INSERT INTO child (child_ref, name, born_on) VALUES ($1, $2, $3) RETURNING id",
            child_ref,
            name,
            born_on,
        )
    except asyncpg.UniqueViolationError as problem:
        raise Refused(TAKEN, {"child_ref": TAKEN}) from problem
    await record(who.person_id, "child recorded", "child", [child_id], now=now, children=[child_id])
    return child_id
