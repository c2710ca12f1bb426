"""What mail servers send back later, read from their notifications."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from app import database
from app.lifecycle import MovedOn, Refused
from app.outbox.bounces.changes import note_bounce
from app.outbox.bounces.commands import mail
from app.outbox.bounces.rules import Notification, UnreadableNotification, read_notification
from app.outbox.changes import retry_failed, write_message
from app.outbox.jobs import send_messages

OURS = "<0123456789abcdef0123456789abcdef@homeward.invalid>"


def notification(
    returned: str = f"Content-Type: message/rfc822\n\nMessage-ID: {OURS}\nSubject: Action 4\n\nwords",
    recipient: str = "Final-Recipient: rfc822; Gone@Example.org\nAction: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1 <gone@example.org>:\n  User unknown",
    answers: str = "",
) -> bytes:
    """As Postfix writes it."""
    mail = f"""From: MAILER-DAEMON@mail.example.org
To: homeward@council.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <9@mail.example.org>
{answers}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
Arrival-Date: Wed, 10 Jun 2026 09:00:00 +0000

{recipient}

--edge
{returned}
--edge--
"""
    return mail.encode()


HEADERS_ALONE = f"Content-Type: text/rfc822-headers\n\nMessage-ID:\n  {OURS}\nSubject: Action 4\n"
NOTHING_BACK = "Content-Type: text/plain\n\nnothing of it"


@pytest.mark.parametrize(
    ("given_back", "answers"),
    [
        ({}, ""),
        ({"returned": HEADERS_ALONE}, ""),
        ({"returned": NOTHING_BACK}, f"In-Reply-To: {OURS}\n"),
        ({"returned": NOTHING_BACK}, f"X-Original-Message-ID: {OURS}\n"),
    ],
)
def test_a_notification_names_our_message_in_any_of_the_usual_ways(given_back, answers):
    read = read_notification(notification(answers=answers, **given_back))
    assert OURS in read.message_ids
    assert "<9@mail.example.org>" not in read.message_ids
    assert (read.recipient, read.is_final) == ("gone@example.org", True)
    assert read.words == "550 5.1.1 <gone@example.org>: User unknown"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no delivery-status part"),
        (b"\xff\x00\xfe not mail at all", "no delivery-status part"),
        (notification(returned=NOTHING_BACK), "no Message-ID"),
        (notification(recipient="Action: failed"), "no Final-Recipient"),
        (notification() + b"x" * 1_000_000, "larger than"),
        (b"Content-Type: message/rfc822\n\n" * 3000 + notification(), "in each other"),
    ],
)
def test_what_is_no_notification_is_refused_in_one_sentence(content, sentence):
    with pytest.raises(UnreadableNotification, match=sentence):
        read_notification(content)
    # nothing is opened for it: the house is not even asked
    answer = CliRunner().invoke(mail, ["bounced", "-"], input=content, obj=SimpleNamespace())
    assert answer.exit_code == 1
    assert sentence in answer.output
    assert answer.output.count("\n") == 1


LINES = st.lists(
    st.sampled_from(notification().decode().splitlines()) | st.text(max_size=30), max_size=60
).map("\n".join)


@given(st.binary(max_size=400) | LINES.map(lambda text: text.encode("utf-8", "replace")))
def test_whatever_is_piped_in_is_read_or_refused(content):
    try:
        read = read_notification(content)
    except UnreadableNotification:
        return
    assert read.words.isprintable()
    assert len(read.words) <= 500
    assert read.message_ids


async def test_a_message_that_comes_back_is_marked_once_and_can_be_sent_again(
    db, sender, postbox, clock, sign_in, cast
):
    police = cast.police.email
    for subject in ("Action 4", "Action 5"):
        await write_message(
            person_id=None, recipient=police, subject=subject, body="link/secret-token", now=clock.now
        )
    assert await send_messages(sender) == 2
    back = Notification((postbox.message_ids[0],), police, True, "550 5.1.1 User unknown")
    clock.now += timedelta(hours=1)
    noted = await note_bounce(back, clock.now)
    for again, problem in ((back, MovedOn), (Notification(("<strange@x>",), police, True, ""), Refused)):
        with pytest.raises(problem):
            await note_bounce(again, clock.now)

    admin = await sign_in("admin")
    page = (await admin.get("/messages")).text
    assert "Came back" in page
    assert "550 5.1.1 User unknown" in page
    assert "secret-token" not in page
    assert "550 5.1.1 User unknown" in (await admin.get(f"/people/{cast.police.person_id}")).text
    assert "550 5.1.1" not in (await admin.get(f"/people/{cast.health.person_id}")).text

    assert await retry_failed(None, clock.now) == 1
    assert await send_messages(sender) == 1
    assert postbox.message_ids[2] == postbox.message_ids[0]
    row = await database.fetch_one("SELECT * FROM outbox_message WHERE id = $1", noted)
    assert (row["sent_at"], row["bounced_at"], row["bounce"]) == (clock.now, None, "")
