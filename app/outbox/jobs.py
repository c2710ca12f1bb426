"""The sender: takes due messages under a lease and hands each to the mail server, one after the other.

Before it, the note that a round of jobs begins.
"""

import logging
from datetime import timedelta
from email.message import EmailMessage

import aiosmtplib

from app.door import Door, Job
from app.outbox import changes
from app.outbox.changes import lease_messages, mark_failed, mark_sent, postpone, release
from app.outbox.queries import LeasedMessage, outbox_state
from app.outbox.rules import (
    MailServer,
    UnusableServer,
    is_for_good,
    mail_server,
    needs_an_address,
    next_try,
)

log = logging.getLogger("homeward.outbox")

SMTP_TIMEOUT = 20.0
SAFE_MARGIN = timedelta(minutes=1)
"""A message is not begun when its lease has less than this left."""

_said: set[str] = set()


async def send_messages(door: Door) -> int:
    """Sends what is due; returns how many went. Without a mail server messages stay and wait."""
    smtp_url = door.settings.smtp_url
    if not smtp_url:
        await _say_that_messages_wait()
        return 0
    try:
        server = mail_server(smtp_url, door.settings.base_url)
    except UnusableServer as problem:
        _say_once(str(problem))
        return 0
    sent = 0
    while messages := await lease_messages(door.clock()):
        went, reached = await _send_batch(door, server, messages)
        sent += went
        if not reached:
            break
    return sent


async def _send_batch(door: Door, server: MailServer, messages: list[LeasedMessage]) -> tuple[int, bool]:
    """How many went, and whether the server could be reached for all of them."""
    sent, client = 0, None
    try:
        for place, message in enumerate(messages):
            if door.clock() > message.lease_until - SAFE_MARGIN:
                await release(message)
                continue
            try:
                if client is None or not client.is_connected:
                    client = await _connect(server)
            except (aiosmtplib.SMTPException, OSError) as problem:
                await _unreachable(door, messages[place:], problem)
                return sent, False
            sent += await _send(door, client, server, message)
    finally:
        if client is not None:
            client.close()
    return sent, True


async def _send(door: Door, client: aiosmtplib.SMTP, server: MailServer, message: LeasedMessage) -> int:
    """One message: 1 when the server took it, 0 when it was put back or given up."""
    try:
        letter = _letter(message, server.sender)
        await client.send_message(letter)
    except ValueError as problem:
        # an address or a subject that no mail can carry
        await mark_failed(message, door.clock(), f"This cannot be sent as an e-mail: {problem}")
        return 0
    except aiosmtplib.SMTPRecipientsRefused as problem:
        refusal = problem.recipients[0]
        await _refused(door, message, refusal.code, refusal.message)
        return 0
    except aiosmtplib.SMTPSenderRefused as problem:
        # about us, not about this recipient: once the server's settings are mended every message goes
        await _try_again(door, message, f"{problem.code} {problem.message}")
        return 0
    except aiosmtplib.SMTPResponseException as problem:
        await _refused(door, message, problem.code, problem.message)
        return 0
    except (aiosmtplib.SMTPException, OSError) as problem:
        client.close()
        await _try_again(door, message, _words(problem))
        return 0
    await mark_sent(message, door.clock())
    return 1


async def _connect(server: MailServer) -> aiosmtplib.SMTP:
    wishes = {"auto": None, "required": True, "none": False}
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.username,
        password=server.password,
        use_tls=server.tls_from_start,
        start_tls=False if server.tls_from_start else wishes[server.start_tls],
        timeout=SMTP_TIMEOUT,
    )
    await client.connect()
    return client


def _letter(message: LeasedMessage, sender: str) -> EmailMessage:
    """Raises ValueError where no mail can carry it: what is in the address or the subject would break its headers."""
    problem = needs_an_address(message.recipient)
    if problem:
        raise ValueError(problem)
    letter = EmailMessage()
    letter["From"] = f"Homeward <{sender}>"
    letter["To"] = message.recipient
    letter["Subject"] = message.subject
    letter["Date"] = message.written_at
    letter["Message-ID"] = message.message_id
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.body)
    if message.calendar:
        # beside the text, not attached to it: so mail programs offer to put it into the calendar;
        # as bytes, since a text would lose the ends of line that a calendar must have
        params = {"method": message.calendar_method, "charset": "utf-8"}
        letter.add_alternative(message.calendar.encode(), maintype="text", subtype="calendar", params=params)
    return letter


async def _refused(door: Door, message: LeasedMessage, code: int, answer: str) -> None:
    if is_for_good(code):
        await mark_failed(message, door.clock(), f"{code} {answer}")
        log.warning("message %s was refused with %s", message.id, code)
    else:
        await _try_again(door, message, f"{code} {answer}")


async def _unreachable(door: Door, messages: list[LeasedMessage], problem: Exception) -> None:
    log.warning("the mail server cannot be used: %s", _words(problem))
    for message in messages:
        await _try_again(door, message, _words(problem))


async def _try_again(door: Door, message: LeasedMessage, problem: str) -> None:
    now = door.clock()
    later = next_try(message.attempts, message.written_at, now)
    if later is None:
        await mark_failed(message, now, problem)
        log.warning("message %s was given up", message.id)
    else:
        await postpone(message, later, problem)


async def _say_that_messages_wait() -> None:
    state = await outbox_state()
    if state.waiting:
        _say_once("HOMEWARD_SMTP_URL is not set: messages wait in the outbox until it is.")


def _say_once(sentence: str) -> None:
    if sentence not in _said:
        _said.add(sentence)
        log.warning(sentence)


def _words(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"


async def note_round(door: Door) -> int:
    """Says that jobs run, in whatever process; 1 when it was time to say so again."""
    return int(await changes.note_round(door.clock()))


JOBS: list[Job] = [note_round, send_messages]
