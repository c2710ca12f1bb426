"""Tells those an action is with, in the transaction of its change: one mail for each person and item."""

from collections.abc import Collection
from datetime import datetime

from app import database
from app.actions.holding.rules import Candidate
from app.actions.telling.queries import item_stands, messages_to_release, news_in, waiting_message
from app.actions.telling.rules import CHANGED, ISSUED, MOVED, WITHDRAWN, goes_at, mail_of
from app.outbox.changes import (
    hold_message,
    release_messages,
    rewrite_message,
    take_back_message,
    write_message,
)

ONE_AT_A_TIME = 5_190
"""Names the lock under which the mails about one item are gathered: two at once would both begin a mail."""


async def tell(
    item_id: int,
    action_id: int,
    before: Collection[Candidate],
    after: Collection[Candidate],
    *,
    urgent: bool,
    now: datetime,
    base_url: str,
) -> None:
    """Tells everybody whom an action came to, stays with or leaves; the action stands as it is to be already.

    A mail that still waits is rewritten, so nobody is told of what was mended in time. Withdrawn: `after` is empty.
    """
    await database.execute("SELECT pg_advisory_xact_lock($1, $2)", ONE_AT_A_TIME, item_id % 2**31)
    not_before = goes_at(now, await item_stands(item_id), urgent=urgent)
    known = {one.person_id for one in before}
    kept = {one.person_id for one in after}
    for one in after:
        word = CHANGED if one.person_id in known else ISSUED
        await _say(item_id, action_id, one, word, not_before, now, base_url)
    for one in before:
        if one.person_id not in kept:
            word = MOVED if after else WITHDRAWN
            await _unsay(item_id, action_id, one, word, not_before, now, base_url)


async def _say(
    item_id: int,
    action_id: int,
    to: Candidate,
    word: str,
    not_before: datetime,
    now: datetime,
    base_url: str,
) -> None:
    waiting = await waiting_message(to.person_id, item_id, now)
    if waiting is None or not await hold_message(waiting, now):
        # its words are written below, once it is known what it tells
        waiting = await write_message(
            person_id=to.person_id, recipient=to.email, subject="", body="", now=now, not_before=not_before
        )
    # who has not read yet that it was issued need not be told that it changed
    await database.execute(
        "INSERT INTO action_message (action, person, message, word) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (message, action) DO UPDATE SET word = CASE WHEN action_message.word = 'issued' "
        "AND excluded.word = 'changed' THEN 'issued' ELSE excluded.word END",
        action_id,
        to.person_id,
        waiting,
        word,
    )
    await rewrite_message(waiting, *mail_of(await news_in(waiting), base_url), not_before)


async def _unsay(
    item_id: int,
    action_id: int,
    to: Candidate,
    word: str,
    not_before: datetime,
    now: datetime,
    base_url: str,
) -> None:
    waiting = await waiting_message(to.person_id, item_id, now)
    if waiting is not None and await hold_message(waiting, now):
        unread = await database.fetch_value(
            "DELETE FROM action_message WHERE message = $1 AND action = $2 AND word = 'issued' RETURNING id",
            waiting,
            action_id,
        )
        if unread is not None:
            news = await news_in(waiting)
            if news:
                await rewrite_message(waiting, *mail_of(news, base_url), not_before)
            else:
                await take_back_message(waiting)
            return
    await _say(item_id, action_id, to, word, not_before, now, base_url)


async def release_told(now: datetime) -> int:
    """Lets the mails go whose item has its outcome or whose meeting has ended; returns how many went on their way."""
    return await release_messages(await messages_to_release(now), now)
