"""Reads of saved views; nobody sees another person's. `view_for` is the only way to one."""

from dataclasses import dataclass

from app import database
from app.access import Identity
from app.lifecycle import Invisible


@dataclass(frozen=True)
class View:
    """A named choice of filters: the query of the overview's address, as `ActionChoice.kept` writes it."""

    id: int
    name: str
    query: str
    version: int


async def views_of(who: Identity) -> list[View]:
    """This person's views by name."""
    return await database.fetch_as(
        View,
        "SELECT id, name, query, version FROM saved_view WHERE person = $1 ORDER BY lower(name)",
        who.person_id,
    )


async def view_for(who: Identity, view_id: int) -> View:
    """The view, where it is this person's. Raises Invisible."""
    rows = await database.fetch_as(
        View,
        "SELECT id, name, query, version FROM saved_view WHERE id = $1 AND person = $2",
        view_id,
        who.person_id,
    )
    if not rows:
        raise Invisible
    return rows[0]
