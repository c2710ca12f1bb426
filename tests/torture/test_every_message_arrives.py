"""Two senders at one outbox are killed again and again while their mail server comes and goes; every message arrives.

`make torture` does at length what this does in seconds: HOMEWARD_TORTURE_KILLS says how many are killed.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import database
from app.outbox.changes import LEASE, write_message
from app.outbox.queries import outbox_state
from tests.outbox.conftest import Postbox
from tests.torture.sender import MailServer, Sender

KILLS = int(os.environ.get("HOMEWARD_TORTURE_KILLS", "3"))
SEED = int(os.environ.get("HOMEWARD_TORTURE_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
AT_ONCE = 2
MESSAGES_PER_KILL = 30
LONGEST_WAIT = 60.0


async def test_senders_killed_and_a_mail_server_down_for_an_hour_lose_no_message(db, tmp_path):
    postbox, dice = Postbox(slow=0.01), random.Random(SEED)
    mail, dsn = MailServer(postbox), str(database.DB.config["dsn"])
    Sender.kills = 0
    written = KILLS * MESSAGES_PER_KILL
    for number in range(written):
        await write_message(
            person_id=None,
            recipient=f"person{number % 5}@example.org",
            subject=f"Action {number}",
            body="",
            now=datetime.now(UTC),
        )

    # down for an hour: whoever asks is told so, and the messages wait
    sender = Sender(dsn, tmp_path, mail)
    while not await database.fetch_value("SELECT EXISTS (SELECT FROM outbox_message WHERE problem <> '')"):
        await _until(lambda: True, [sender])
    sender.kill()
    await time_passes(timedelta(hours=1))

    await mail.start()
    while Sender.kills < KILLS:
        enough = min(len(postbox.letters) + dice.randrange(1, MESSAGES_PER_KILL), written)
        senders = [Sender(dsn, tmp_path, mail) for _ in range(AT_ONCE)]
        await _until(lambda enough=enough: len(postbox.letters) >= enough, senders)
        await asyncio.sleep(dice.random() * 0.1)
        for sender in senders:
            sender.kill()
        await time_passes(LEASE)
    senders = [Sender(dsn, tmp_path, mail) for _ in range(AT_ONCE)]
    while (await outbox_state()).waiting:
        await _until(lambda: True, senders)
    endings = [await sender.stop() for sender in senders]
    await mail.stop()
    told = f"seed {SEED}, {Sender.kills} kills, {Path(tmp_path / 'sender.log').read_text()[-2000:]}"
    await check(postbox, written, told)
    assert endings == [0, 0], told


async def check(postbox: Postbox, written: int, told: str) -> None:
    """Every message arrived under its own id; one that went twice did so since its sender was killed."""
    rows = await database.fetch("SELECT message_id, sent_at, failed_at FROM outbox_message")
    assert all(row["sent_at"] and not row["failed_at"] for row in rows), told
    arrived = Counter(postbox.message_ids)
    assert set(arrived) == {row["message_id"] for row in rows}, told
    assert len(arrived) == written
    # at most the letter that each had just handed over
    assert sum(arrived.values()) - written <= Sender.kills, told
    assert all(len(recipients) == 1 for recipients in postbox.recipients)


async def time_passes(how_long: timedelta) -> None:
    """Nobody is at work: what is to come, and what a killed sender still holds, comes that much sooner."""
    await database.execute(
        "UPDATE outbox_message SET run_at = run_at - $1::interval, lease_until = lease_until - $1::interval, "
        "written_at = written_at - $1::interval WHERE sent_at IS NULL",
        how_long,
    )


async def _until(enough: Callable[[], bool], senders: list[Sender]) -> None:
    """Looks every now and then, at least once."""
    loop = asyncio.get_running_loop()
    until = loop.time() + LONGEST_WAIT
    while True:
        await asyncio.sleep(0.05)
        assert not any(sender.has_ended for sender in senders), f"seed {SEED}: a sender ended by itself"
        if enough():
            return
        assert loop.time() < until, f"seed {SEED}: nothing goes any more"
