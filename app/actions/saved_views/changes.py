"""Keeping, renaming and removing a view of one's own."""

from datetime import datetime

import asyncpg

from app import database
from app.access import Identity
from app.actions.saved_views.queries import view_for, views_of
from app.actions.saved_views.rules import name_of, needs_a_name, needs_room
from app.history.changes import record, refuse_second
from app.lifecycle import MovedOn, Refused

ABOUT = "saved view"


async def save_view(
    who: Identity, name: str, query: str, *, now: datetime, submission_key: str | None = None
) -> int:
    """Keeps the filters under a name and returns the view's id. Raises Refused and AlreadySubmitted."""
    async with database.transaction():
        await _one_at_a_time(who)
        await refuse_second(submission_key)
        views = await views_of(who)
        kept = _checked(name)
        if problem := needs_room(len(views)):
            raise Refused(problem, {"name": problem})
        view_id: int = await _named(
            "INSERT INTO saved_view (person, name, query) VALUES ($1, $2, $3) RETURNING id",
            who.person_id,
            kept,
            query,
        )
        await record(who.person_id, "view saved", ABOUT, [view_id], now=now, submission_key=submission_key)
    return view_id


async def rename_view(
    who: Identity,
    view_id: int,
    name: str,
    version: int,
    *,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Raises Invisible, Refused, MovedOn (the same person did so elsewhere) and AlreadySubmitted."""
    async with database.transaction():
        await _one_at_a_time(who)
        await refuse_second(submission_key)
        view = await view_for(who, view_id)
        if view.version != version:
            raise MovedOn(f"You renamed this view to “{view.name}” meanwhile. Nothing was changed now.")
        await _named(
            "UPDATE saved_view SET name = $3, version = version + 1 WHERE id = $1 AND version = $2 RETURNING id",
            view_id,
            version,
            _checked(name),
        )
        await record(who.person_id, "view renamed", ABOUT, [view_id], now=now, submission_key=submission_key)


async def remove_view(
    who: Identity, view_id: int, *, now: datetime, submission_key: str | None = None
) -> None:
    """Raises Invisible and AlreadySubmitted."""
    async with database.transaction():
        await _one_at_a_time(who)
        await refuse_second(submission_key)
        await view_for(who, view_id)
        await database.execute("DELETE FROM saved_view WHERE id = $1", view_id)
        await record(who.person_id, "view removed", ABOUT, [view_id], now=now, submission_key=submission_key)


async def _one_at_a_time(who: Identity) -> None:
    """Two windows of one person must not both find room for the last view."""
    await database.execute("SELECT FROM person WHERE id = $1 FOR NO KEY UPDATE", who.person_id)


def _checked(name: str) -> str:
    kept = name_of(name)
    if problem := needs_a_name(kept):
        raise Refused(problem, {"name": problem})
    return kept


async def _named(sql: str, *values: object) -> int:
    try:
        done: int = await database.fetch_value(sql, *values)
    except asyncpg.UniqueViolationError as problem:
        sentence = "You keep a view of this name already. Choose another name."
        raise Refused(sentence, {"name": sentence}) from problem
    return done
