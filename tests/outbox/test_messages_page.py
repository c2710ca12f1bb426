"""The administrators' page of messages: what waits, went and failed, and another try."""

from datetime import timedelta

from app import database
from app.outbox.jobs import note_round
from tests import builders


async def a_message(clock, recipient, **columns):
    number = next(builders.numbers)
    return await builders.insert(
        "outbox_message",
        **{
            "recipient": recipient,
            "subject": f"Action {number}",
            "body": "http://x/set-password/secret-token",
            "message_id": f"<{number}@homeward.invalid>",
            "written_at": clock.now - timedelta(days=2),
            "run_at": clock.now + timedelta(minutes=40),
        }
        | columns,
    )


async def test_an_administrator_sees_what_became_of_messages_and_gives_them_another_try(
    sign_in, house, clock
):
    admin = await sign_in("admin")
    assert "No job has ever run here" in (await admin.get("/messages")).text
    await note_round(house)
    given_up = {"failed_at": clock.now, "problem": "550 <b>No</b> such mailbox", "attempts": 3}
    failed = [await a_message(clock, f"gone{n}@example.org", **given_up) for n in range(3)]
    waiting = await a_message(clock, "later@example.org", attempts=2, problem="451 Busy")
    held = await a_message(
        clock, "in.hand@example.org", attempts=1, lease_until=clock.now + timedelta(minutes=3)
    )
    await a_message(clock, "there@example.org", sent_at=clock.now - timedelta(days=13))
    await a_message(clock, "long.ago@example.org", sent_at=clock.now - timedelta(days=15))

    home = (await admin.get("/")).text
    assert "Messages not arrived" in home
    assert "See to them" in home
    page = (await admin.get("/messages")).text
    assert "gone0@example.org" in page
    assert "550 &lt;b&gt;No&lt;/b&gt; such mailbox" in page
    assert "HOMEWARD_SMTP_URL is not set" in page
    assert "running; the last round began" in page
    sent = (await admin.get("/messages?state=sent")).text
    assert "there@example.org" in sent
    assert "long.ago@example.org" not in sent
    found = await admin.post("/messages", {"recipient": "LATER@"})
    assert "later@example.org" in found.text
    assert "gone0@example.org" not in found.text
    assert "secret-token" not in page + sent + found.text
    assert (await admin.post("/messages")).status_code == 422

    await admin.post(f"/messages/{failed[0]}/seen-to")
    await admin.post(f"/messages/{failed[1]}/send-again")
    await admin.post("/messages/send-again")
    await admin.post("/messages/send-now")
    rows = {row["id"]: row for row in await database.fetch("SELECT * FROM outbox_message")}
    assert [rows[one]["failed_at"] is None for one in failed] == [False, True, True]
    assert {rows[one]["run_at"] for one in (*failed[1:], waiting)} == {clock.now}
    assert rows[held]["run_at"] > clock.now
    assert "Everything arrived" in (await admin.get("/messages?state=failed")).text
    clock.now += timedelta(minutes=6)
    assert "nothing is sent until" in (await admin.get("/messages")).text
    kinds = await database.fetch("SELECT kind FROM history_entry WHERE about = 'message' ORDER BY id")
    assert [row["kind"] for row in kinds] == [
        "message seen to",
        "messages sent again",
        "messages sent again",
        "messages hastened",
    ]
