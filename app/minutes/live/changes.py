"""Signs of life of open pages, and the word that something changed. No history: who looks where is no record."""

from datetime import datetime

from app import database
from app.access import Identity, Permission
from app.minutes.discussion.queries import discussion_for
from app.minutes.live.rules import FORGOTTEN
from app.panels.meetings.queries import meeting_for

CHANNEL = "minutes"


async def announce(meeting_id: int) -> None:
    """Tells every process, once the transaction is through, that pages of this meeting's minutes have news.

    Only the meeting's number is said: what each person may know of it is decided where it is told.
    """
    await database.execute("SELECT pg_notify($1, $2)", CHANNEL, str(meeting_id))


PRESENT = """
    INSERT INTO presence (page, session, person, meeting, item, seen_at)
    SELECT $1, token_hash, person, $4, $5, $6 FROM session WHERE token_hash = $2 AND person = $3
    ON CONFLICT (page) DO UPDATE SET meeting = $4, item = $5, seen_at = $6
    WHERE presence.session = $2
"""


async def be_present(
    who: Identity, session_hash: str, page: str, meeting_id: int, item_id: int | None, *, now: datetime
) -> None:
    """Notes that a page of this session has this item open (None: the overview). Raises Invisible and Forbidden.

    A session that has ended meanwhile leaves nothing, and nobody's page can be taken over by another session.
    """
    async with database.transaction():
        await meeting_for(who, meeting_id, Permission.TAKE_MINUTES)
        if item_id is not None:
            await discussion_for(who, meeting_id, item_id)
        await database.execute(PRESENT, page, session_hash, who.person_id, meeting_id, item_id, now)
        await database.execute(
            "DELETE FROM presence WHERE meeting = $1 AND (seen_at < $2 OR seen_at > $3)",
            meeting_id,
            now - FORGOTTEN,
            now + FORGOTTEN,
        )


async def go_away(session_hash: str, page: str) -> None:
    """The page was closed, or shows something else now."""
    await database.execute("DELETE FROM presence WHERE page = $1 AND session = $2", page, session_hash)
