"""Reads of the outbox: what is due, what waits, what went, what did not arrive; and when jobs last ran."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app import database
from app.lifecycle import Invisible


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


SENT_SHOWN = timedelta(days=14)
"""How long a message that went is shown."""
PER_PAGE = 50

WAITING = "m.sent_at IS NULL AND m.failed_at IS NULL"
FAILED = "(m.failed_at IS NOT NULL OR m.bounced_at IS NOT NULL) AND m.settled_at IS NULL"
"""Refused, given up, or come back; and nobody has seen to it yet."""
SENT = "m.sent_at IS NOT NULL AND m.bounced_at IS NULL AND m.sent_at > $1"
SEEN_TO = "m.settled_at > $1"

_WHERE = {"waiting": WAITING, "sent": SENT, "failed": FAILED}
_ORDER = {
    "waiting": "m.run_at, m.id",
    "sent": "m.sent_at DESC, m.id DESC",
    "failed": "coalesce(m.bounced_at, m.failed_at) DESC, m.id DESC",
}


@dataclass(frozen=True)
class MessageFacts:
    """A message without its words: those may hold links that are for the recipient alone."""

    id: int
    recipient: str
    subject: str
    written_at: datetime
    run_at: datetime
    attempts: int
    sent_at: datetime | None
    failed_at: datetime | None
    problem: str
    bounced_at: datetime | None
    bounce: str
    settled_at: datetime | None

    @property
    def state(self) -> str:
        """waiting, sent, failed (never taken), bounced (taken, then came back)."""
        if self.bounced_at is not None:
            return "bounced"
        if self.failed_at is not None:
            return "failed"
        return "waiting" if self.sent_at is None else "sent"

    @property
    def said(self) -> str:
        """The mail servers' words, the last ones."""
        return self.bounce or self.problem


_FACTS = (
    "SELECT m.id, m.recipient, m.subject, m.written_at, m.run_at, m.attempts, m.sent_at, m.failed_at, m.problem, "
    "m.bounced_at, m.bounce, m.settled_at FROM outbox_message m"
)


@dataclass(frozen=True)
class OutboxState:
    """How many messages wait, and how many did not arrive and are to be seen to."""

    waiting: int
    failed: int
    oldest_waiting_at: datetime | None


async def outbox_state() -> OutboxState:
    rows = await database.fetch_as(
        OutboxState,
        f"SELECT (SELECT count(*) FROM outbox_message m WHERE {WAITING}) AS waiting, "
        f"(SELECT count(*) FROM outbox_message m WHERE {FAILED}) AS failed, "
        f"(SELECT min(m.written_at) FROM outbox_message m WHERE {WAITING}) AS oldest_waiting_at",
    )
    return rows[0]


async def sent_lately(now: datetime) -> int:
    found: int = await database.fetch_value(
        f"SELECT count(*) FROM outbox_message m WHERE {SENT}", now - SENT_SHOWN
    )
    return found


async def messages_in(state: str, now: datetime, page: int = 1) -> list[MessageFacts]:
    """One page of the messages that are waiting, sent (lately) or failed: what comes next, or came last, first."""
    since = [now - SENT_SHOWN] if state == "sent" else []
    return await database.fetch_as(
        MessageFacts,
        f"{_FACTS} WHERE {_WHERE[state]} ORDER BY {_ORDER[state]} LIMIT {PER_PAGE} OFFSET {(page - 1) * PER_PAGE}",
        *since,
    )


async def messages_to(words: str, now: datetime) -> list[MessageFacts]:
    """The latest messages to whoever's address holds the words, whatever became of them."""
    like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return await database.fetch_as(
        MessageFacts,
        f"{_FACTS} WHERE m.recipient ILIKE $2 AND (({WAITING}) OR ({FAILED}) OR ({SENT}) OR ({SEEN_TO})) "
        f"ORDER BY m.written_at DESC, m.id DESC LIMIT {PER_PAGE}",
        now - SENT_SHOWN,
        like,
    )


async def not_arrived_at(recipient: str, most: int = 3) -> list[MessageFacts]:
    """The latest messages that did not arrive at this address and that nobody has seen to."""
    return await database.fetch_as(
        MessageFacts,
        f"{_FACTS} WHERE {FAILED} AND m.recipient = $1 ORDER BY {_ORDER['failed']} LIMIT $2",
        recipient,
        most,
    )


async def message_for(message_id: int) -> MessageFacts:
    """Raises Invisible when there is no such message."""
    found = await database.fetch_as(MessageFacts, f"{_FACTS} WHERE m.id = $1", message_id)
    if not found:
        raise Invisible
    return found[0]


async def failed_messages(most: int = 50) -> list[MessageFacts]:
    """What did not arrive and nobody has seen to, the latest first."""
    return await database.fetch_as(
        MessageFacts, f"{_FACTS} WHERE {FAILED} ORDER BY {_ORDER['failed']} LIMIT $1", most
    )


async def last_round_at() -> datetime | None:
    """When a round of the recurring jobs last began, in whatever process."""
    found: datetime | None = await database.fetch_value("SELECT began_at FROM job_round")
    return found
