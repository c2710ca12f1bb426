"""The one writer of the outbox. Messages hold references and links, never a child's name."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from app import database
from app.access import Identity
from app.history.changes import record
from app.outbox.queries import FAILED, WAITING, LeasedMessage
from app.outbox.rules import needs_an_address

LEASE = timedelta(minutes=5)
BATCH = 20
LONGEST_PROBLEM = 500
ROUND_NOTED_EVERY = timedelta(seconds=30)


async def write_message(
    *,
    person_id: int | None,
    recipient: str,
    subject: str,
    body: str,
    now: datetime,
    calendar: str = "",
    calendar_method: str = "",
    not_before: datetime | None = None,
) -> int:
    """Puts a message beside the change that causes it, in the same transaction, and returns its id.

    `calendar` is an iCalendar text that goes along, `calendar_method` its method (REQUEST, CANCEL). `not_before` holds
    it back, so that more may be said in the same one. Raises ValueError for a recipient that is not one address on one
    line.
    """
    problem = needs_an_address(recipient)
    if problem:
        raise ValueError(problem)
    message_id: int = await database.fetch_value(
        "INSERT INTO outbox_message "
        "(person_id, recipient, subject, body, message_id, written_at, run_at, calendar, calendar_method) "
        "VALUES ($1, $2, $3, $4, $5, $6, $9, $7, $8) RETURNING id",
        person_id,
        recipient,
        subject,
        body,
        f"<{secrets.token_hex(16)}@homeward.invalid>",
        now,
        calendar,
        calendar_method,
        not_before or now,
    )
    return message_id


HELD_BACK = "sent_at IS NULL AND failed_at IS NULL AND lease_until IS NULL AND attempts = 0 AND run_at > $2"
"""Of a message that no sender has touched yet, nor may touch now."""


async def hold_message(message_id: int, now: datetime) -> bool:
    """Whether a message is still held back; if so, no sender takes it until this transaction ends."""
    found = await database.fetch_value(
        f"SELECT id FROM outbox_message WHERE id = $1 AND {HELD_BACK} FOR UPDATE", message_id, now
    )
    return found is not None


async def rewrite_message(message_id: int, subject: str, body: str, not_before: datetime) -> None:
    """Says more, or something else, in a message that `hold_message` holds; it never goes later than it would have."""
    await database.execute(
        "UPDATE outbox_message SET subject = $2, body = $3, run_at = least(run_at, $4) WHERE id = $1",
        message_id,
        subject,
        body,
        not_before,
    )


async def take_back_message(message_id: int) -> None:
    """Removes a message that `hold_message` holds: what it says is no longer so, and nobody has read it."""
    await database.execute("DELETE FROM outbox_message WHERE id = $1", message_id)


async def release_messages(message_ids: Collection[int], now: datetime) -> int:
    """Lets messages go that were held back; returns how many were."""
    tag = await database.execute(
        f"UPDATE outbox_message SET run_at = $2 WHERE id = ANY($1::bigint[]) AND {HELD_BACK}",
        sorted(message_ids),
        now,
    )
    return int(tag.split()[-1])


async def lease_messages(now: datetime) -> list[LeasedMessage]:
    """Takes up to a batch of due messages for this sender alone, oldest first; each counts as an attempt."""
    return await database.fetch_as(
        LeasedMessage,
        "WITH due AS (SELECT id FROM outbox_message WHERE sent_at IS NULL AND failed_at IS NULL AND run_at <= $1 "
        "AND (lease_until IS NULL OR lease_until <= $1) ORDER BY run_at, id LIMIT $3 FOR UPDATE SKIP LOCKED) "
        "UPDATE outbox_message AS m SET lease_until = $2, attempts = attempts + 1 FROM due WHERE m.id = due.id "
        "RETURNING m.id, m.recipient, m.subject, m.body, m.calendar, m.calendar_method, m.message_id, m.written_at, "
        "m.attempts, m.lease_until",
        now,
        now + LEASE,
        BATCH,
    )


async def mark_sent(message: LeasedMessage, now: datetime) -> None:
    await database.execute(
        "UPDATE outbox_message SET sent_at = $2, lease_until = NULL, problem = '' WHERE id = $1 AND sent_at IS NULL",
        message.id,
        now,
    )


async def postpone(message: LeasedMessage, until: datetime, problem: str) -> None:
    """Gives the message back, to be tried again at `until`; only while the lease is still ours."""
    await database.execute(
        "UPDATE outbox_message SET run_at = $3, lease_until = NULL, problem = $4 "
        "WHERE id = $1 AND lease_until = $2 AND sent_at IS NULL",
        message.id,
        message.lease_until,
        until,
        problem[:LONGEST_PROBLEM],
    )


async def release(message: LeasedMessage) -> None:
    """Gives an untried message back at once; the attempt does not count."""
    await database.execute(
        "UPDATE outbox_message SET lease_until = NULL, attempts = attempts - 1 "
        "WHERE id = $1 AND lease_until = $2 AND sent_at IS NULL",
        message.id,
        message.lease_until,
    )


async def mark_failed(message: LeasedMessage, now: datetime, problem: str) -> None:
    """Stops trying; a person is shown what the mail server said."""
    await database.execute(
        "UPDATE outbox_message SET failed_at = $3, lease_until = NULL, problem = $4 "
        "WHERE id = $1 AND lease_until = $2 AND sent_at IS NULL",
        message.id,
        message.lease_until,
        now,
        problem[:LONGEST_PROBLEM],
    )


async def retry_failed(who: Identity | None, now: datetime, message_id: int | None = None) -> int:
    """Puts every message that did not arrive back, or the one named; returns how many.

    They go under the Message-ID they had: should one have arrived after all, mailboxes fold the second.
    """
    async with database.transaction():
        ids = await _ids(
            "UPDATE outbox_message m SET sent_at = NULL, failed_at = NULL, bounced_at = NULL, bounce = '', "
            "run_at = $1, attempts = 0, lease_until = NULL "
            f"WHERE {FAILED} AND ($2::bigint IS NULL OR m.id = $2) RETURNING m.id",
            now,
            message_id,
        )
        await _record(who, "messages sent again", ids, now)
    return len(ids)


async def hasten(who: Identity, now: datetime, message_id: int | None = None) -> int:
    """Lets every waiting message, or the one named, be tried in the next round; returns how many.

    What a sender has in hand stays with it.
    """
    async with database.transaction():
        ids = await _ids(
            "UPDATE outbox_message m SET run_at = $1 "
            f"WHERE {WAITING} AND m.run_at > $1 AND (m.lease_until IS NULL OR m.lease_until <= $1) "
            "AND ($2::bigint IS NULL OR m.id = $2) RETURNING m.id",
            now,
            message_id,
        )
        await _record(who, "messages hastened", ids, now)
    return len(ids)


async def settle(who: Identity, now: datetime, message_id: int) -> int:
    """Notes that somebody has seen to a message that did not arrive; it is not shown as failed any more."""
    async with database.transaction():
        ids = await _ids(
            f"UPDATE outbox_message m SET settled_at = $1 WHERE {FAILED} AND m.id = $2 RETURNING m.id",
            now,
            message_id,
        )
        await _record(who, "message seen to", ids, now)
    return len(ids)


async def note_round(now: datetime) -> bool:
    """Notes that a round of jobs begins, at most twice a minute; whether it was noted."""
    tag = await database.execute(
        "INSERT INTO job_round (began_at) VALUES ($1) ON CONFLICT (id) DO UPDATE SET began_at = $1 "
        "WHERE job_round.began_at <= $2",
        now,
        now - ROUND_NOTED_EVERY,
    )
    return tag.endswith(" 1")


async def _ids(sql: str, *values: object) -> list[int]:
    return [row["id"] for row in await database.fetch(sql, *values)]


async def _record(who: Identity | None, kind: str, ids: list[int], now: datetime) -> None:
    if ids:
        await record(who.person_id if who else None, kind, "message", ids, now=now)
