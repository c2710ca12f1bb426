"""The one writer of the record: what was changed, and who read a child's record."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import asyncpg

from app import database


class AlreadySubmitted(Exception):
    """This form was taken before; the transaction is undone and the person is sent where they were going."""


class NotRecorded(Exception):
    """A read could not be recorded, so the page must not be sent."""


async def record(
    person_id: int | None,
    kind: str,
    about: str,
    about_ids: Iterable[int],
    *,
    now: datetime,
    children: Iterable[int] = (),
    details: dict[str, Any] | None = None,
    submission_key: str | None = None,
) -> None:
    """Writes one entry in the transaction of the change. `kind` is past tense ("agenda issued").

    Raises AlreadySubmitted when the form with this key was taken before; let it leave the transaction.
    """
    try:
        await database.execute(
            "INSERT INTO history_entry "
            "(happened_at, person_id, kind, about, about_ids, child_ids, details, submission_key) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            now,
            person_id,
            kind,
            about,
            list(about_ids),
            sorted(set(children)),
            json.dumps(details or {}, default=str),
            submission_key or None,
        )
    except asyncpg.UniqueViolationError as problem:
        raise AlreadySubmitted from problem


async def refuse_second(submission_key: str | None) -> None:
    """Raises AlreadySubmitted when the form with this key was taken before.

    For a change whose own checks would otherwise call its second sending wrong; ask it after taking the row.
    """
    if submission_key and await database.fetch_value(
        "SELECT EXISTS (SELECT FROM history_entry WHERE submission_key = $1)", submission_key
    ):
        raise AlreadySubmitted


async def record_read(
    person_id: int,
    about: str,
    about_ids: Iterable[int],
    *,
    now: datetime,
    children: Iterable[int] = (),
    details: dict[str, Any] | None = None,
) -> None:
    """Writes who read what, before the page is sent.

    Raises NotRecorded when that fails: the page must not go out.
    """
    try:
        await record(
            person_id, f"{about} read", about, about_ids, now=now, children=children, details=details
        )
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
        raise NotRecorded from problem
