"""Makes and revokes a person's private calendar address. Who has it reads their meetings, so it is kept as a hash."""

import secrets
from datetime import datetime, timedelta

from app import database
from app.access import Identity
from app.history.changes import record, refuse_second
from app.panels.calendar.queries import Feed
from app.web.sessions import hash_token

NOTED_EVERY = timedelta(hours=1)
"""Calendar programs fetch every few minutes; one write an hour tells their owner enough."""


async def make_feed(who: Identity, *, now: datetime, submission_key: str | None = None) -> str:
    """A new private address; one made before stops working. Returns its token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    async with database.transaction():
        await database.execute("SELECT FROM person WHERE id = $1 FOR UPDATE", who.person_id)
        await refuse_second(submission_key)
        await _revoke(who, now)
        await database.execute(
            "INSERT INTO calendar_feed (person, token_hash, made_at) VALUES ($1, $2, $3)",
            who.person_id,
            hash_token(token),
            now,
        )
        await record(
            who.person_id,
            "calendar address made",
            "person",
            [who.person_id],
            now=now,
            submission_key=submission_key,
        )
    return token


async def note_feed_read(feed: Feed, now: datetime) -> None:
    """Keeps when a calendar program fetched this address last, once an hour; like a session's last sight, no record."""
    if feed.last_read_at is None or now - feed.last_read_at >= NOTED_EVERY:
        await database.execute("UPDATE calendar_feed SET last_read_at = $2 WHERE id = $1", feed.id, now)


async def revoke_feed(who: Identity, *, now: datetime, submission_key: str | None = None) -> bool:
    """Ends the private address at once; False when there was none."""
    async with database.transaction():
        await refuse_second(submission_key)
        if not await _revoke(who, now):
            return False
        await record(
            who.person_id,
            "calendar address revoked",
            "person",
            [who.person_id],
            now=now,
            submission_key=submission_key,
        )
    return True


async def _revoke(who: Identity, now: datetime) -> bool:
    tag = await database.execute(
        "UPDATE calendar_feed SET revoked_at = $2 WHERE person = $1 AND revoked_at IS NULL",
        who.person_id,
        now,
    )
    return tag != "UPDATE 0"
