"""Reads of the outbox: what is due, what waits, what could not be sent."""

from dataclasses import dataclass
from datetime import datetime

from app import database


@dataclass(frozen=True)
class LeasedMessage:
    """A message that one sender holds until `lease_until`; nobody else may send it before."""

    id: int
    recipient: str
    subject: str
    body: str
    calendar: str
    calendar_method: str
    message_id: str
    written_at: datetime
    attempts: int
    lease_until: datetime


@dataclass(frozen=True)
class FailedMessage:
    """A message that a person has to look at: what the mail server said."""

    id: int
    recipient: str
    subject: str
    written_at: datetime
    failed_at: datetime
    problem: str


@dataclass(frozen=True)
class OutboxState:
    waiting: int
    failed: int
    oldest_waiting_at: datetime | None


async def outbox_state() -> OutboxState:
    rows = await database.fetch_as(
        OutboxState,
        "SELECT (SELECT count(*) FROM outbox_message WHERE sent_at IS NULL AND failed_at IS NULL) AS waiting, "
        "(SELECT count(*) FROM outbox_message WHERE failed_at IS NOT NULL) AS failed, "
        "(SELECT min(written_at) FROM outbox_message WHERE sent_at IS NULL AND failed_at IS NULL) "
        "AS oldest_waiting_at",
    )
    return rows[0]


async def failed_messages(most: int = 50) -> list[FailedMessage]:
    """What could not be sent, the latest failure first."""
    return await database.fetch_as(
        FailedMessage,
        "SELECT id, recipient, subject, written_at, failed_at, problem FROM outbox_message "
        "WHERE failed_at IS NOT NULL ORDER BY failed_at DESC, id DESC LIMIT $1",
        most,
    )
