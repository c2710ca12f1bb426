"""Issuing: never empty, once, told without names; what is new since, as the next version."""

import asyncio
from datetime import timedelta

import pytest

from app import database
from app.access import Identity
from app.lifecycle import Forbidden, MovedOn, Refused
from app.panels.agenda.changes import accept_proposed, move_item
from app.panels.versions.changes import issue_agenda
from app.panels.versions.queries import versions_of
from tests import builders
from tests.conftest import Cast, SignIn, TestClock
from tests.panels.agenda.steps import (
    THIS_WEEK,
    TOMORROW,
    children_on,
    count,
    facts,
    meeting_tomorrow,
    missing_child,
    on_agenda,
)


async def issue(who: Identity, meeting: int, clock: TestClock, **options: object) -> int:
    at = await facts(who, meeting)
    seen = options.pop("seen", at.version)
    return await issue_agenda(who, at, seen=seen, address="http://testserver", now=clock.now, **options)  # type: ignore[arg-type]


async def test_an_empty_agenda_is_not_issued(cast: Cast, clock: TestClock) -> None:
    meeting = await meeting_tomorrow()
    with pytest.raises(Refused, match="empty"):
        await issue(cast.chair, meeting, clock)
    assert (await facts(cast.chair, meeting)).status == "planned"
    assert await count("agenda_version") == await count("outbox_message") == 0


async def test_an_agenda_of_nothing_but_left_off_items_is_empty(cast: Cast, clock: TestClock) -> None:
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await missing_child(), status="left-off", left_off_reason="Not ours")
    with pytest.raises(Refused, match="empty"):
        await issue(cast.chair, meeting, clock)


async def test_issuing_keeps_the_agenda_and_tells_every_seat_without_a_name(
    cast: Cast, clock: TestClock
) -> None:
    child = await missing_child(name="Saffron Sampleworth", child_ref="SAF-123")
    meeting = await meeting_tomorrow()
    await accept_proposed(cast.chair, await facts(cast.chair, meeting), everything=True, now=clock.now)
    assert await issue(cast.chair, meeting, clock) == 1
    after = await facts(cast.chair, meeting)
    assert (after.status, after.agenda_issued_at) == ("agenda-issued", clock.now)
    [version] = await versions_of(meeting)
    assert [(row["child"], row["reason"]) for row in version.items] == [
        (child, "missing from 8 to 9 June 2026")
    ]
    mail = await database.fetch("SELECT recipient, subject, body FROM outbox_message ORDER BY recipient")
    seated = sorted(who.email for who in (cast.chair, cast.minute_taker, cast.police, cast.health))
    assert [row["recipient"] for row in mail] == seated
    for row in mail:
        assert f"http://testserver/meetings/{meeting}/agenda" in row["body"]
        for secret in ("Saffron", "Sampleworth", "SAF-123"):
            assert secret not in row["subject"] + row["body"]
    details = await database.fetch("SELECT details FROM history_entry")
    assert "Saffron" not in str(details)


async def test_people_who_are_disabled_or_whose_seat_ended_are_not_told(cast: Cast, clock: TestClock) -> None:
    await database.execute("UPDATE person SET disabled_at = now() WHERE id = $1", cast.police.person_id)
    await database.execute("UPDATE seat SET ended_at = now() WHERE person = $1", cast.health.person_id)
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await missing_child())
    await issue(cast.chair, meeting, clock)
    told = {row["person_id"] for row in await database.fetch("SELECT person_id FROM outbox_message")}
    assert told == {cast.chair.person_id, cast.minute_taker.person_id}


@pytest.mark.parametrize("name", ["minute_taker", "police", "manager", "admin", "outsider"])
async def test_only_chairs_and_officers_issue(cast: Cast, clock: TestClock, name: str) -> None:
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await missing_child())
    at = await facts(cast.chair, meeting)
    with pytest.raises(Forbidden):
        await issue_agenda(getattr(cast, name), at, seen=at.version, address="", now=clock.now)
    assert await count("agenda_version") == 0


async def test_of_two_who_issue_at_once_the_second_is_told_who_was_first(
    cast: Cast, clock: TestClock
) -> None:
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await missing_child())
    at = await facts(cast.chair, meeting)
    done = await asyncio.gather(
        *(
            issue_agenda(who, at, seen=at.version, address="", now=clock.now)
            for who in (cast.chair, cast.officer, cast.chair, cast.officer)
        ),
        return_exceptions=True,
    )
    assert [one for one in done if one == 1] == [1]
    refusals = [one for one in done if one != 1]
    assert len(refusals) == 3
    first = await database.fetch_value("SELECT issued_by FROM agenda_version")
    winner = cast.chair if first == cast.chair.person_id else cast.officer
    for one in refusals:
        assert isinstance(one, MovedOn)
        assert f"{winner.name} issued this agenda" in str(one)
    assert await count("agenda_version") == 1
    assert await count("outbox_message") == 4


async def test_an_agenda_that_changed_since_it_was_looked_at_is_not_issued(
    cast: Cast, clock: TestClock
) -> None:
    meeting = await meeting_tomorrow()
    child = await missing_child()
    at = await facts(cast.chair, meeting)
    await accept_proposed(cast.officer, at, children=[child], now=clock.now)
    with pytest.raises(MovedOn, match="Otis Panelby changed this agenda"):
        await issue(cast.chair, meeting, clock, seen=at.version)
    assert await count("agenda_version") == 0


async def test_ten_presses_of_one_button_issue_once(sign_in: SignIn, cast: Cast) -> None:
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await missing_child())
    at = await facts(cast.chair, meeting)
    browser = await sign_in("chair")
    form = {"version": str(at.version), "submission_key": "one-press"}
    answers = await asyncio.gather(
        *(browser.post(f"/meetings/{meeting}/agenda/versions", form) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {303}
    assert await count("agenda_version") == 1
    assert await count("outbox_message") == 4


async def test_what_comes_up_after_issue_is_added_with_one_press_and_told_again(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    meeting = await meeting_tomorrow()
    first = await missing_child()
    await accept_proposed(cast.chair, await facts(cast.chair, meeting), everything=True, now=clock.now)
    await issue(cast.chair, meeting, clock)
    late = await missing_child(THIS_WEEK + timedelta(hours=5), name="Late Sampleworth")
    browser = await sign_in("chair")
    answer = await browser.get(f"/meetings/{meeting}/agenda")
    assert "New since issued (1)" in answer.text
    assert "Add all and issue version 2" in answer.text
    assert await children_on(meeting) == [first]
    version = (await facts(cast.chair, meeting)).version
    answer = await browser.post(
        f"/meetings/{meeting}/agenda/versions", {"version": str(version), "with_new": "yes"}
    )
    assert answer.status_code == 303
    assert await children_on(meeting) == [first, late]
    assert [item.first_issued_in for item in await on_agenda(meeting)] == [1, 2]
    assert [v.number for v in await versions_of(meeting)] == [2, 1]
    assert (
        await count("outbox_message WHERE subject LIKE 'Agenda changed%' AND body LIKE '%1 item added%'") == 4
    )
    read = (await (await sign_in("police")).get(f"/meetings/{meeting}/agenda")).text
    assert "Added in version 2" in read
    assert "Late Sampleworth" in read


async def test_nothing_changed_is_nothing_to_issue(cast: Cast, clock: TestClock) -> None:
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await missing_child())
    await issue(cast.chair, meeting, clock)
    with pytest.raises(Refused, match="Nothing has changed"):
        await issue(cast.chair, meeting, clock)


async def test_members_read_what_was_issued_until_the_next_version(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    meeting = await meeting_tomorrow()
    item = await builders.an_item(meeting, await missing_child(name="Saffron Sampleworth"))
    await builders.an_item(meeting, await missing_child(name="Basil Sampleworth"))
    await issue(cast.chair, meeting, clock)
    await move_item(
        cast.chair,
        await facts(cast.chair, meeting),
        "leave off",
        key=str(item),
        reason="Moved away",
        now=clock.now,
    )
    browser = await sign_in("police")
    assert "Saffron Sampleworth" in (await browser.get(f"/meetings/{meeting}/agenda")).text
    await issue(cast.chair, meeting, clock)
    now_is = (await browser.get(f"/meetings/{meeting}/agenda")).text
    assert "Taken off in version 2" in now_is
    assert "1 item taken off" in now_is
    before = (await browser.get(f"/meetings/{meeting}/agenda/versions/1")).text
    assert "This is an earlier version" in before
    assert (await browser.get(f"/meetings/{meeting}/agenda/versions/3")).status_code == 404
    assert (
        await count("history_entry WHERE kind = 'agenda read' AND person_id = $1", cast.police.person_id) == 3
    )


async def test_outsiders_and_administrators_find_no_agenda(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await missing_child())
    await issue(cast.chair, meeting, clock)
    for name in ("outsider", "admin"):
        answer = await (await sign_in(name)).get(f"/meetings/{meeting}/agenda")
        assert answer.status_code in (403, 404)
        assert "Sample Child" not in answer.text


async def test_members_learn_of_no_decision_on_a_single_item(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await missing_child())
    item = await builders.an_item(meeting, await missing_child())
    await move_item(
        cast.chair,
        await facts(cast.chair, meeting),
        "leave off",
        key=str(item),
        reason="Saffron has moved",
        now=clock.now,
    )
    await issue(cast.chair, meeting, clock)
    path = f"/meetings/{meeting}"
    assert "Saffron has moved" in (await (await sign_in("chair")).get(path)).text
    text = (await (await sign_in("police")).get(path)).text
    assert "Saffron has moved" not in text
    assert "Version 1 with 1 item" in text


async def test_open_actions_of_panels_one_is_not_on_stay_out_of_sight(
    sign_in: SignIn, cast: Cast, clock: TestClock
) -> None:
    child = await missing_child()
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, child)
    await issue(cast.chair, meeting, clock)
    for slug, text in (("missing-children-panel", "Ours to do"), ("mace", "Theirs to do")):
        await builders.an_action(slug, cast.health.agency_id, TOMORROW.date(), child=child, text=text)
    path = f"/meetings/{meeting}/agenda"
    both = (await (await sign_in("police")).get(path)).text
    assert "Ours to do" in both
    assert "Theirs to do" in both
    mace = await builders.panel_id("mace")
    await database.execute("UPDATE seat SET ended_at = now() WHERE panel = $1", mace)
    ours = (await (await sign_in("police")).get(path)).text
    assert "Ours to do" in ours
    assert "Theirs to do" not in ours


async def test_the_last_look_shows_the_order_and_who_is_told(sign_in: SignIn, cast: Cast) -> None:
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await missing_child(name="Saffron Sampleworth"))
    answer = await (await sign_in("chair")).get(f"/meetings/{meeting}/agenda/issue")
    assert answer.status_code == 200
    for words in ("Saffron Sampleworth", "Polly Constable-Sample", "Issue the agenda"):
        assert words in answer.text
    assert await count("history_entry WHERE kind = 'agenda read'") == 1


async def test_a_meeting_is_issued_even_on_its_day(cast: Cast, clock: TestClock) -> None:
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await missing_child())
    clock.now = TOMORROW + timedelta(minutes=5)
    assert await issue(cast.chair, meeting, clock) == 1
