"""To whom minutes go, what each sees, who has opened them, and who lost the seat meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app import database
from app.lifecycle import MovedOn, Refused
from app.minutes.changes import approve_minutes, circulate_minutes, send_to_chair
from app.minutes.circulation.changes import (
    add_recipient,
    leave_out,
    remind_after_days,
    remind_unread,
)
from app.minutes.circulation.queries import recipients_of
from app.minutes.circulation.rules import fingerprint_of, not_seen, seen_by_both
from app.panels.meetings.queries import meeting_for
from tests import builders

from .conftest import version_of

BASE = "http://testserver"


@pytest.fixture
def approved(cast, clock, make_meeting, complete):
    """A meeting with approved minutes; its first item is restricted when told so."""

    async def make(restricted: bool = False):
        meeting = await make_meeting(2)
        await complete(meeting)
        if restricted:
            await database.execute(
                "UPDATE agenda_item SET restricted = true, open_title = 'A restricted matter', "
                "allowed_people = ARRAY[$2::bigint] WHERE id = $1",
                meeting.items[0],
                cast.police.person_id,
            )
        await send_to_chair(
            cast.minute_taker, meeting.id, await version_of(meeting), now=clock.now, base_url=BASE
        )
        await approve_minutes(cast.chair, meeting.id, await version_of(meeting), now=clock.now)
        await database.execute("DELETE FROM outbox_message")
        return meeting

    return make


async def circulate(who, meeting, clock, **fields) -> int:
    return await circulate_minutes(
        who, meeting.id, await version_of(meeting), now=clock.now, base_url=BASE, **fields
    )


async def listed(cast, meeting) -> dict[str, object]:
    found = await recipients_of(await meeting_for(cast.chair, meeting.id))
    return {one.email.split("@")[0]: one for one in found}


async def mailed() -> list[str]:
    rows = await database.fetch("SELECT recipient FROM outbox_message ORDER BY recipient")
    return [row["recipient"].split("@")[0] for row in rows]


async def test_recipients_are_changed_by_hand_with_a_reason_and_then_told(cast, clock, sign_in, approved):
    meeting = await approved()
    taker = await sign_in("minute_taker")
    path = f"{meeting.path}/recipients"
    bare = await taker.post(f"{path}/{cast.police.person_id}/leaving-out", {"reason": " "})
    assert bare.status_code == 422
    assert "Say why" in bare.text
    reason = {"reason": "Is the subject of a complaint", "submission_key": "out"}
    for _ in range(2):  # a doubled form changes it once
        done = await taker.post(f"{path}/{cast.police.person_id}/leaving-out", reason)
        assert done.status_code == 303
    added = await taker.post(path, {"person_id": cast.manager.person_id, "reason": "Chairs the review"})
    assert added.status_code == 303
    nobody = await taker.post(path, {"person_id": cast.outsider.person_id, "reason": "Asked for them"})
    assert nobody.status_code == 422
    page = await taker.get(path)
    assert "left out – Is the subject of a complaint" in page.text
    assert "Circulate to 4 people" in page.text
    assert await circulate(cast.minute_taker, meeting, clock) == 4
    assert await mailed() == ["chair", "health", "manager", "minute-taker"]
    row = await database.fetch_one(
        "SELECT status, reason, told_at FROM minutes_recipient WHERE person = $1", cast.police.person_id
    )
    assert row == {"status": "left-out", "reason": "Is the subject of a complaint", "told_at": None}
    with pytest.raises(MovedOn):
        await leave_out(
            cast.chair, meeting.id, cast.health.person_id, "late", now=clock.now, submission_key=None
        )


async def test_a_guest_and_whoever_cannot_open_them_are_not_proposed(cast, clock, approved):
    meeting = await approved()
    await builders.insert(
        "guest_slot",
        meeting=meeting.id,
        agenda_item=meeting.items[0],
        person=cast.outsider.person_id,
        invited_by=cast.chair.person_id,
        invited_at=clock.now,
    )
    await builders.insert(
        "attendance",
        meeting=meeting.id,
        person=cast.outsider.person_id,
        agency=cast.outsider.agency_id,
        status="present",
    )
    guest = (await listed(cast, meeting))["outsider"]
    assert guest.is_guest
    assert not guest.is_told
    with pytest.raises(Refused, match="guest"):
        await add_recipient(
            cast.chair,
            meeting.id,
            cast.outsider.person_id,
            "x",
            now=clock.now,
            base_url=BASE,
            submission_key=None,
        )


async def test_a_list_that_changed_since_it_was_read_is_not_circulated(cast, clock, approved):
    meeting = await approved()
    seen = fingerprint_of(await recipients_of(await meeting_for(cast.chair, meeting.id)))
    await leave_out(
        cast.chair, meeting.id, cast.health.person_id, "On leave", now=clock.now, submission_key=None
    )
    with pytest.raises(MovedOn, match="recipients changed"):
        await circulate(cast.minute_taker, meeting, clock, recipients=seen)


async def test_who_has_opened_them_is_read_from_the_record_and_the_others_are_reminded_once_by_themselves(
    cast, clock, sign_in, approved
):
    meeting = await approved()
    police, taker = await sign_in("police"), await sign_in("minute_taker")
    await taker.get(meeting.path)  # before they went out: that opens nothing
    clock.now += timedelta(minutes=1)
    await circulate(cast.minute_taker, meeting, clock)
    await database.execute("DELETE FROM outbox_message")
    assert (await police.get(meeting.path)).status_code == 200
    await taker.get(f"{meeting.path}/as-seen-by/{cast.health.person_id}")
    assert {name for name, one in (await listed(cast, meeting)).items() if one.opened_at} == {"police"}
    assert "1 of 4 has opened them" in (await taker.get(f"{meeting.path}/recipients")).text

    assert (
        await remind_unread(cast.chair, meeting.id, now=clock.now, base_url=BASE, submission_key="press") == 3
    )
    assert (
        await remind_unread(cast.chair, meeting.id, now=clock.now, base_url=BASE, submission_key="again") == 0
    )
    assert await mailed() == ["chair", "health", "minute-taker"]
    bodies = await database.fetch("SELECT subject || body AS words FROM outbox_message")
    assert not any("Testname" in body["words"] or "Constable" in body["words"] for body in bodies)


async def test_the_job_reminds_after_three_working_days_and_only_once(cast, clock, approved):
    meeting = await approved()
    clock.now = datetime(2026, 6, 11, 15, 0, tzinfo=UTC)  # a Thursday
    await circulate(cast.minute_taker, meeting, clock)
    sent = {}
    for day in (12, 14, 15, 16, 17, 18):
        sent[day] = await remind_after_days(datetime(2026, 6, day, 9, 0, tzinfo=UTC), BASE)
    assert sent == {12: 0, 14: 0, 15: 0, 16: 4, 17: 0, 18: 0}


async def test_a_recipient_who_lost_the_seat_is_told_so_in_a_sentence(cast, clock, sign_in, approved):
    meeting = await approved()
    police, outsider = await sign_in("police"), await sign_in("outsider")
    await circulate(cast.minute_taker, meeting, clock)
    await database.execute("UPDATE seat SET ended_at = now() WHERE person = $1", cast.police.person_id)
    answer = await police.get(meeting.path)
    assert answer.status_code == 403
    assert "You can’t open these minutes any more" in answer.text
    assert "Testname" not in answer.text
    assert (await outsider.get(meeting.path)).status_code == 404
    for path in (f"{meeting.path}/text", f"{meeting.path}/recipients"):
        assert (await police.get(path)).status_code in (403, 404)
    clock.now += timedelta(days=1)
    assert await remind_unread(cast.chair, meeting.id, now=clock.now, base_url=BASE, submission_key=None) == 3
    chair = await sign_in("chair")
    assert (
        "Has no seat on this panel, so can’t open them"
        in (await chair.get(f"{meeting.path}/recipients")).text
    )


async def test_a_preview_shows_what_they_will_see_and_opens_nothing_to_its_viewer(
    cast, clock, sign_in, approved
):
    meeting = await approved(restricted=True)
    chair, officer = await sign_in("chair"), await sign_in("officer")
    as_health = await chair.get(f"{meeting.path}/as-seen-by/{cast.health.person_id}")
    assert "Preview as seen by" in as_health.text
    assert "Not shown: 1 item" in as_health.text
    assert "Testname Surname0" not in as_health.text
    assert "Testname Surname1" in as_health.text
    as_police = await chair.get(f"{meeting.path}/as-seen-by/{cast.police.person_id}")
    assert "Testname Surname0" in as_police.text
    assert "everything that you see" in as_police.text
    through_officer = await officer.get(f"{meeting.path}/as-seen-by/{cast.police.person_id}")
    assert through_officer.status_code == 200
    assert "Testname Surname0" not in through_officer.text
    assert "Not shown" not in (await officer.get(f"{meeting.path}/recipients")).text
    read = await database.fetch_one(
        "SELECT person_id, child_ids, details FROM history_entry WHERE kind = 'minutes read' ORDER BY id LIMIT 1"
    )
    assert read["person_id"] == cast.chair.person_id
    assert read["child_ids"] == [meeting.children[1]]
    assert (await chair.get(f"{meeting.path}/as-seen-by/{cast.outsider.person_id}")).status_code == 404
    assert (await (await sign_in("health")).get(f"{meeting.path}/recipients")).status_code == 403


def test_what_two_see_in_common_is_what_neither_is_kept_from():
    item = {"id": 1, "kind": "child", "decision": "D", "sections": [{"key": "a"}, {"key": "b"}]}
    closed = {**item, "kind": "restricted", "decision": "", "sections": []}
    fewer = {**item, "sections": [{"key": "a"}], "decision": ""}
    whole = {"items": [item], "actions": [{"id": 5}]}
    assert seen_by_both(whole, whole) == whole
    for narrow in (closed, fewer):
        narrowed = replace_items(whole, narrow)
        assert seen_by_both(whole, narrowed) == seen_by_both(narrowed, whole) == narrowed
    assert not_seen(replace_items(whole, closed), whole).items == 1
    assert not_seen(replace_items(whole, fewer), whole).parts == 2
    assert not_seen(whole, replace_items(whole, closed)) == replace(not_seen(whole, whole))


def replace_items(content: dict, item: dict) -> dict:
    return {**content, "items": [item]}
