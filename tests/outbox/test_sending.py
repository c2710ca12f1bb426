"""Messages leave once, whatever happens on the way."""

import asyncio
import logging
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from app import database
from app.house import House
from app.lifecycle import Refused
from app.outbox.changes import LEASE, lease_messages, retry_failed, write_message
from app.outbox.jobs import _said, send_messages
from app.outbox.loop import JobLoop
from app.outbox.queries import failed_messages, outbox_state
from app.people.rules import clean_email
from tests import builders
from tests.conftest import TestClock
from tests.outbox.conftest import Postbox


async def write(clock: TestClock, recipient: str = "owner@example.org", subject: str = "Action 4") -> None:
    await write_message(
        person_id=None,
        recipient=recipient,
        subject=subject,
        body="Read it: http://x/actions/4\n",
        now=clock.now,
    )


async def rows() -> list[dict[str, Any]]:
    return await database.fetch("SELECT * FROM outbox_message ORDER BY id")


async def test_a_message_is_sent_once_with_its_own_id(
    db: None, sender: House, postbox: Postbox, clock: TestClock
) -> None:
    await write(clock)
    assert await send_messages(sender) == 1
    assert await send_messages(sender) == 0
    [row] = await rows()
    [letter] = postbox.letters
    assert row["sent_at"] == clock.now
    assert (letter["Message-ID"], letter["To"], letter["Subject"]) == (
        row["message_id"],
        "owner@example.org",
        "Action 4",
    )
    assert letter["From"] == "Homeward <homeward@testserver>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "http://x/actions/4" in letter.get_payload()


async def test_a_message_leaves_with_its_change_or_not_at_all(db: None, clock: TestClock) -> None:
    async def change() -> None:
        async with database.transaction():
            await write(clock)
            raise Refused("No.")

    with pytest.raises(Refused):
        await change()
    assert await rows() == []


async def test_with_the_mail_server_down_messages_wait_and_go_later_under_the_same_id(
    db: None, sender: House, postbox: Postbox, clock: TestClock
) -> None:
    await write(clock)
    [before] = await rows()
    down = replace(sender, settings=replace(sender.settings, smtp_url="smtp://127.0.0.1:9"))
    for _ in range(12):  # an hour and more of trying
        await send_messages(down)
        clock.now += timedelta(minutes=7)
    [waiting] = await rows()
    assert waiting["sent_at"] is None
    assert waiting["failed_at"] is None
    assert "Connect" in waiting["problem"]
    assert 5 <= waiting["attempts"] <= 8
    clock.now += timedelta(hours=1)
    assert await send_messages(sender) == 1
    assert postbox.message_ids == [before["message_id"]]


async def test_a_failed_try_waits_its_turn(
    db: None, sender: House, postbox: Postbox, clock: TestClock
) -> None:
    postbox.answers = ["451 Come back later"]
    await write(clock)
    assert await send_messages(sender) == 0
    clock.now += timedelta(seconds=59)
    assert await send_messages(sender) == 0
    assert postbox.letters == []
    clock.now += timedelta(seconds=1)
    assert await send_messages(sender) == 1
    assert len(postbox.letters) == 1


async def test_two_senders_at_once_never_send_twice(
    db: None, sender: House, postbox: Postbox, clock: TestClock
) -> None:
    postbox.slow = 0.002
    for number in range(70):
        await write(clock, subject=f"Action {number}")
    counts = await asyncio.gather(*(send_messages(sender) for _ in range(4)))
    assert sum(counts) == 70
    assert len(postbox.letters) == 70
    assert len(set(postbox.message_ids)) == 70
    assert (await outbox_state()).waiting == 0


async def test_a_lease_keeps_others_away_until_it_runs_out(db: None, clock: TestClock) -> None:
    await write(clock)
    [mine] = await lease_messages(clock.now)
    assert await lease_messages(clock.now + LEASE - timedelta(seconds=1)) == []
    [theirs] = await lease_messages(clock.now + LEASE)
    assert (theirs.id, theirs.message_id, theirs.attempts) == (mine.id, mine.message_id, 2)


@pytest.mark.parametrize("seed", range(3))
async def test_a_sender_killed_again_and_again_still_sends_everything(
    db: None, sender: House, postbox: Postbox, clock: TestClock, seed: int
) -> None:
    """Killed between the server's yes and our note of it, a message goes again under the same id, and mailboxes fold it."""
    chance = random.Random(seed)
    postbox.slow = 0.001
    for number in range(25):
        await write(clock, subject=f"Action {number}")
    for _ in range(50):
        task = asyncio.create_task(send_messages(sender))
        await asyncio.sleep(chance.random() * 0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        clock.now += LEASE
    await send_messages(sender)
    clock.now += timedelta(hours=2)
    await send_messages(sender)
    state = await outbox_state()
    assert (state.waiting, state.failed) == (0, 0)
    ids = {row["message_id"] for row in await rows()}
    assert set(postbox.message_ids) == ids
    assert len(ids) == 25


async def test_one_recipient_of_five_refused_for_good_holds_nobody_up(
    db: None, sender: House, postbox: Postbox, clock: TestClock
) -> None:
    postbox.refused = {"gone@example.org": "550 No such mailbox"}
    for name in ("one", "two", "gone", "four", "five"):
        await write(clock, f"{name}@example.org")
    assert await send_messages(sender) == 4
    [failed] = await failed_messages()
    assert (failed.recipient, failed.failed_at) == ("gone@example.org", clock.now)
    assert "550 No such mailbox" in failed.said
    assert [row["sent_at"] is None for row in await rows()] == [False, False, True, False, False]
    postbox.refused = {}
    assert await retry_failed(None, clock.now) == 1
    assert await send_messages(sender) == 1
    assert (await outbox_state()).failed == 0


async def test_our_own_address_refused_fails_no_message(
    db: None, sender: House, postbox: Postbox, clock: TestClock
) -> None:
    postbox.sender_answer = "550 Relaying denied for this sender"
    await write(clock)
    assert await send_messages(sender) == 0
    [row] = await rows()
    assert (row["failed_at"], row["problem"]) == (None, "550 Relaying denied for this sender")
    postbox.sender_answer = ""
    clock.now += timedelta(minutes=2)
    assert await send_messages(sender) == 1


@pytest.mark.parametrize(
    "address", ["a@example.org\nBcc: b@example.org", "a@example.org, b@example.org", "a b@c.d"]
)
async def test_an_address_with_a_newline_or_a_second_one_is_neither_kept_nor_sent(
    db: None, sender: House, postbox: Postbox, clock: TestClock, address: str
) -> None:
    with pytest.raises(ValueError):
        clean_email(address)
    with pytest.raises(ValueError, match="one e-mail address"):
        await write(clock, address)
    agency = await builders.insert("agency", name="Police", kind="police")
    if " " in address or "\n" in address:
        with pytest.raises(asyncpg.CheckViolationError):
            await builders.insert("person", name="P", email=address, agency=agency)
    await write(clock)
    await database.execute("UPDATE outbox_message SET recipient = $1", address)
    await write(clock)
    await send_messages(sender)
    assert postbox.recipients == [["owner@example.org"]]


async def test_an_address_that_no_mail_can_carry_fails_alone(
    db: None, sender: House, postbox: Postbox, clock: TestClock
) -> None:
    await write(clock, subject="Two\nlines")
    await write(clock)
    assert await send_messages(sender) == 1
    assert "cannot be sent" in (await failed_messages())[0].problem


async def test_after_three_days_of_trying_a_person_is_told(db: None, sender: House, clock: TestClock) -> None:
    await write(clock)
    down = replace(sender, settings=replace(sender.settings, smtp_url="smtp://127.0.0.1:9"))
    for _ in range(90):
        await send_messages(down)
        clock.now += timedelta(hours=1)
    assert [failed.recipient for failed in await failed_messages()] == ["owner@example.org"]


async def test_without_a_mail_server_messages_are_kept_and_it_is_said_once(
    db: None, house: House, clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    _said.clear()
    await write(clock)
    with caplog.at_level(logging.WARNING, "homeward.outbox"):
        for _ in range(3):
            assert await send_messages(house) == 0
    assert [record.message for record in caplog.records] == [
        "HOMEWARD_SMTP_URL is not set: messages wait in the outbox until it is."
    ]
    [row] = await rows()
    assert (row["attempts"], row["sent_at"], row["failed_at"]) == (0, None, None)


async def test_the_log_names_no_recipient(
    db: None, sender: House, postbox: Postbox, clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    postbox.refused = {"gone@example.org": "550 gone@example.org is unknown"}
    await write(clock, "gone@example.org")
    with caplog.at_level(logging.DEBUG, "homeward"):
        await send_messages(sender)
    assert "gone@" not in caplog.text


async def test_a_job_that_fails_keeps_no_other_from_running(house: House) -> None:
    ran: list[str] = []

    async def breaks(door: object) -> int:
        raise RuntimeError

    async def works(door: object) -> int:
        ran.append("works")
        return 2

    loop = JobLoop(house, [breaks, works])
    with pytest.raises(RuntimeError):
        await loop.run_once()
    assert ran == ["works"]
    assert loop.last_round_at is None
    assert await JobLoop(house, [works]).run_once() == {"works": 2}


async def test_the_loop_outlives_a_database_that_is_down_for_days(house: House) -> None:
    tried: list[int] = []

    async def breaks(door: object) -> int:
        tried.append(1)
        if len(tried) == 1200:
            loop.stop()
        raise OSError

    loop = JobLoop(house, [breaks], pause=0.0)
    await loop.run()
    assert len(tried) == 1200


async def test_the_loop_runs_beside_the_server_and_lets_a_round_finish(house: House) -> None:
    begun = asyncio.Event()
    rounds: list[str] = []

    async def slow(door: object) -> int:
        rounds.append("begun")
        begun.set()
        await asyncio.sleep(0.05)
        rounds.append("ended")
        return 1

    loop = JobLoop(house, [slow], pause=0.01)
    async with loop.running():
        await begun.wait()
    assert rounds[-2:] == ["begun", "ended"]
    assert loop.last_round_at is not None
    finished = len(rounds)
    await asyncio.sleep(0.05)
    assert len(rounds) == finished
