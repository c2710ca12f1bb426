"""The one writer of the outbox. Messages hold references and links, never a child's name."""

import secrets
from datetime import datetime, timedelta

from app import database
from app.outbox.queries import LeasedMessage

LEASE = timedelta(minutes=5)
BATCH = 20
LONGEST_PROBLEM = 500


async def write_message(
    *,
    person_id: int | None,
    recipient: str,
    subject: str,
    body: str,
    now: datetime,
    calendar: str = "",
    calendar_method: str = "",
) -> None:
    """Puts a message beside the change that causes it, in the same transaction.

    `calendar` is an iCalendar text that goes along, `calendar_method` its method (REQUEST, CANCEL).
    """
    await database.execute(
        "INSERT INTO outbox_message "
        "(person_id, recipient, subject, body, message_id, written_at, run_at, calendar, calendar_method) "
        "VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8)",
        person_id,
        recipient,
        subject,
        body,
        f"<{secrets.token_hex(16)}@homeward.invalid>",
        now,
        calendar,
        calendar_method,
    )


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


async def retry_failed(now: datetime) -> int:
    """Puts every failed message back, as after mending the mail server; returns how many."""
    tag = await database.execute(
        "UPDATE outbox_message SET failed_at = NULL, run_at = $1, attempts = 0 WHERE failed_at IS NOT NULL",
        now,
    )
    return int(tag.split()[-1])
