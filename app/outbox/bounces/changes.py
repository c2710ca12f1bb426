"""Noting that a message came back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app import database
from app.history.changes import record
from app.lifecycle import MovedOn, Refused
from app.outbox.bounces.rules import Notification


async def note_bounce(notification: Notification, now: datetime) -> int:
    """Marks the message as come back and returns its id; once, however often the server says so.

    Raises Refused where none of ours is meant, MovedOn where it came back before or is on its way again.
    """
    async with database.transaction():
        message = await _message_of(notification.message_ids)
        if message["bounced_at"] is not None:
            raise MovedOn(f"Message {message['id']} was noted as come back before.")
        if message["sent_at"] is None:
            raise MovedOn(f"Message {message['id']} is on its way again; nothing was noted.")
        await database.execute(
            "UPDATE outbox_message SET bounced_at = $2, bounce = $3, settled_at = NULL WHERE id = $1",
            message["id"],
            now,
            notification.words,
        )
        await record(None, "message bounced", "message", [message["id"]], now=now)
    return int(message["id"])


async def _message_of(message_ids: Sequence[str]) -> dict[str, Any]:
    found = await database.fetch_one(
        "SELECT id, sent_at, bounced_at FROM outbox_message WHERE message_id = ANY($1) LIMIT 1 FOR UPDATE",
        list(message_ids),
    )
    if found is None:
        raise Refused("None of our messages bears the Message-ID that this notification names.")
    return found
