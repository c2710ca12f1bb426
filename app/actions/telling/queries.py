"""Reads behind the mails about new actions: which one still waits, what it says, and what became of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from app import database
from app.actions.telling.rules import ItemStands, News

NEWS = """
SELECT n.action AS action_id, n.word, a.due_on, a.priority = 'urgent' AS urgent,
    CASE WHEN a.owner = n.person THEN 'owner'
        WHEN n.person IN (t.holder, t.cover) THEN 'post' ELSE 'agency' END AS given_as
FROM action_message n JOIN action a ON a.id = n.action LEFT JOIN post t ON t.id = a.post
WHERE n.message = $1 ORDER BY a.id
"""
HELD = (
    "m.sent_at IS NULL AND m.failed_at IS NULL AND m.lease_until IS NULL AND m.attempts = 0 AND m.run_at > $1"
)


@dataclass(frozen=True)
class Told:
    """What became of the latest mail about an action: sent, given up, or to go at `run_at`."""

    action_id: int
    run_at: datetime
    sent_at: datetime | None
    failed_at: datetime | None


async def item_stands(item_id: int) -> ItemStands:
    """How far its discussion and its meeting are."""
    return (
        await database.fetch_as(
            ItemStands,
            "SELECT coalesce(d.outcome, '') <> '' AS closed, m.status = 'held' OR m.ended_at IS NOT NULL "
            "AS meeting_ended, m.starts_at + make_interval(mins => m.length_minutes) AS meeting_ends_at "
            "FROM agenda_item i JOIN meeting m ON m.id = i.meeting LEFT JOIN discussion d ON d.agenda_item = i.id "
            "WHERE i.id = $1",
            item_id,
        )
    )[0]


async def waiting_message(person_id: int, item_id: int, now: datetime) -> int | None:
    """The mail to this person about actions of this item that still waits, if there is one."""
    found: int | None = await database.fetch_value(
        "SELECT m.id FROM outbox_message m JOIN action_message n ON n.message = m.id JOIN action a ON a.id = n.action "
        f"WHERE {HELD} AND n.person = $2 AND a.agenda_item = $3 ORDER BY m.id LIMIT 1",
        now,
        person_id,
        item_id,
    )
    return found


async def messages_to_release(now: datetime) -> list[int]:
    """Mails that wait though the outcome of their item is recorded, or their meeting has ended."""
    rows = await database.fetch(
        "SELECT DISTINCT m.id FROM outbox_message m JOIN action_message n ON n.message = m.id "
        "JOIN action a ON a.id = n.action JOIN meeting t ON t.id = a.meeting "
        f"LEFT JOIN discussion d ON d.agenda_item = a.agenda_item WHERE {HELD} "
        "AND (t.status = 'held' OR t.ended_at IS NOT NULL OR d.outcome <> '') ORDER BY m.id",
        now,
    )
    return [row["id"] for row in rows]


async def news_in(message_id: int) -> list[News]:
    """What a mail tells, as its actions stand now."""
    return await database.fetch_as(News, NEWS, message_id)


async def told_of(action_ids: Collection[int]) -> dict[int, Told]:
    """By action, what became of the latest mail about it."""
    rows = await database.fetch_as(
        Told,
        "SELECT DISTINCT ON (n.action) n.action AS action_id, m.run_at, m.sent_at, m.failed_at "
        "FROM action_message n JOIN outbox_message m ON m.id = n.message WHERE n.action = ANY($1::bigint[]) "
        "ORDER BY n.action, m.id DESC",
        sorted(set(action_ids)),
    )
    return {told.action_id: told for told in rows}
