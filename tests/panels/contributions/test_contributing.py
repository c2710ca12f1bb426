"""Writing what an agency knows: drafts, sending, lateness, two colleagues, and who may see what."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app import database
from app.history.changes import AlreadySubmitted
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused, Stale
from app.panels.contributions.changes import say_nothing_known, write_contribution
from app.panels.contributions.queries import contributions_for
from app.panels.contributions.rules import Written
from app.panels.meetings.queries import meeting_for
from tests.conftest import Cast, SignIn, TestClock
from tests.panels.contributions.agendas import STARTS, issue, issued

KNOWN = Written({"known": "Stopped twice in May", "risks": "Older peers"})


async def test_a_draft_stays_within_its_agency_until_it_is_sent(cast: Cast, clock: TestClock) -> None:
    meeting_id, (item,) = await issued()
    draft = Written(KNOWN.texts, sends=False)
    await write_contribution(cast.police, meeting_id, item, draft, seen=0, now=clock.now)
    meeting = await meeting_for(cast.health, meeting_id)
    assert await contributions_for(cast.health, meeting) == {}
    await write_contribution(cast.police, meeting_id, item, KNOWN, seen=1, now=clock.now)
    (sent,) = (await contributions_for(cast.health, meeting))[item]
    assert (sent.agency_name, sent.known, sent.is_late) == (
        "Exampleshire Police",
        "Stopped twice in May",
        False,
    )


async def test_what_comes_after_the_working_day_before_is_taken_and_marked_late(
    cast: Cast, clock: TestClock
) -> None:
    meeting_id, items = await issued({}, {}, {})
    meeting = await meeting_for(cast.chair, meeting_id)
    last_moment = datetime(2026, 6, 16, 22, 59, 59, tzinfo=UTC)
    for item, at in zip(
        items, (last_moment, last_moment + timedelta(seconds=1), STARTS + timedelta(hours=1)), strict=True
    ):
        await write_contribution(cast.police, meeting_id, item, KNOWN, seen=0, now=at)
    sent = await contributions_for(cast.chair, meeting)
    assert [sent[item][0].is_late for item in items] == [False, True, True]


async def test_a_correction_keeps_the_time_of_the_first_sending(cast: Cast, clock: TestClock) -> None:
    meeting_id, (item,) = await issued()
    await write_contribution(cast.police, meeting_id, item, KNOWN, seen=0, now=clock.now)
    late = STARTS + timedelta(minutes=5)
    await write_contribution(
        cast.police, meeting_id, item, Written({"known": "Three times"}), seen=1, now=late
    )
    (sent,) = (await contributions_for(cast.chair, await meeting_for(cast.chair, meeting_id)))[item]
    assert (sent.known, sent.submitted_at, sent.is_late, sent.is_corrected) == (
        "Three times",
        clock.now,
        False,
        True,
    )


@pytest.mark.parametrize("status", ["planned", "held", "cancelled"])
async def test_nothing_is_taken_before_the_agenda_is_out_nor_after_the_meeting(
    cast: Cast, clock: TestClock, status: str
) -> None:
    meeting_id, (item,) = await issued()
    await database.execute("UPDATE meeting SET status = $1", status)
    for attempt in (
        write_contribution(cast.police, meeting_id, item, KNOWN, seen=0, now=clock.now),
        say_nothing_known(cast.police, meeting_id, [item], now=clock.now),
    ):
        with pytest.raises(MovedOn):
            await attempt
    assert await database.fetch_value("SELECT count(*) FROM contribution") == 0


async def test_two_colleagues_of_one_agency_never_overwrite_each_other(cast: Cast, clock: TestClock) -> None:
    meeting_id, (item,) = await issued()
    await write_contribution(cast.police, meeting_id, item, KNOWN, seen=0, now=clock.now)
    with pytest.raises(Stale) as problem:
        await write_contribution(
            cast.police, meeting_id, item, Written({"known": "Other"}), seen=0, now=clock.now
        )
    assert problem.value.theirs["known"] == "Stopped twice in May"
    # the same words again are no conflict
    await write_contribution(cast.police, meeting_id, item, KNOWN, seen=0, now=clock.now)
    assert await database.fetch_value("SELECT version FROM contribution") == 1


async def test_ten_at_once_store_one_and_lose_none_silently(cast: Cast, clock: TestClock) -> None:
    meeting_id, (item,) = await issued()
    outcomes = await asyncio.gather(
        *(
            write_contribution(
                cast.police, meeting_id, item, Written({"known": f"Text {n}"}), seen=0, now=clock.now
            )
            for n in range(10)
        ),
        return_exceptions=True,
    )
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, Stale) for outcome in outcomes) == 9


async def test_a_form_sent_twice_is_taken_once(cast: Cast, clock: TestClock) -> None:
    meeting_id, (item,) = await issued()
    await write_contribution(cast.police, meeting_id, item, KNOWN, seen=0, now=clock.now, submission_key="k")
    with pytest.raises(AlreadySubmitted):
        await write_contribution(
            cast.police, meeting_id, item, KNOWN, seen=0, now=clock.now, submission_key="k"
        )


async def test_nothing_known_about_several_leaves_what_a_colleague_has_begun(
    cast: Cast, clock: TestClock
) -> None:
    meeting_id, items = await issued({}, {}, {})
    await write_contribution(
        cast.police, meeting_id, items[1], Written(KNOWN.texts, sends=False), seen=0, now=clock.now
    )
    assert await say_nothing_known(cast.police, meeting_id, items, now=clock.now) == (2, 1)
    rows = await database.fetch("SELECT nothing_known, known FROM contribution ORDER BY agenda_item")
    assert [(row["nothing_known"], row["known"]) for row in rows] == [
        (True, ""),
        (False, "Stopped twice in May"),
        (True, ""),
    ]
    with pytest.raises(Refused):
        await say_nothing_known(cast.police, meeting_id, [], now=clock.now)


async def test_the_seats_agency_answers_not_the_home_agency(cast: Cast, clock: TestClock) -> None:
    meeting_id, (item,) = await issued()
    await database.execute(
        "UPDATE seat SET agency = $1 WHERE person = $2", cast.health.agency_id, cast.police.person_id
    )
    lent = await _again(cast.police)
    await write_contribution(lent, meeting_id, item, KNOWN, seen=0, now=clock.now)
    assert await database.fetch_value("SELECT agency FROM contribution") == cast.health.agency_id


async def _again(who: object) -> object:
    from dataclasses import replace

    from app.panels.standing.queries import seats_of

    return replace(who, seats=await seats_of(who.person_id))  # type: ignore[attr-defined,type-var]


async def test_who_speaks_for_no_agency_cannot_contribute(cast: Cast, clock: TestClock) -> None:
    meeting_id, (item,) = await issued()
    for who, problem in (
        (cast.minute_taker, Forbidden),
        (cast.officer, Forbidden),
        (cast.outsider, Invisible),
    ):
        with pytest.raises(problem):
            await write_contribution(who, meeting_id, item, KNOWN, seen=0, now=clock.now)


async def test_an_item_of_another_meeting_or_taken_off_the_agenda_is_not_there(
    cast: Cast, clock: TestClock
) -> None:
    meeting_id, (kept, gone) = await issued({}, {})
    _, (elsewhere,) = await issued(starts_at=STARTS + timedelta(days=14))
    await issue(meeting_id, 2, [kept])
    for item in (elsewhere, gone):
        with pytest.raises(Invisible):
            await write_contribution(cast.police, meeting_id, item, KNOWN, seen=0, now=clock.now)


async def test_a_restricted_item_is_nowhere_for_who_is_not_named(
    cast: Cast, clock: TestClock, sign_in: SignIn
) -> None:
    meeting_id, (open_one, closed) = await issued(
        {},
        {
            "restricted": True,
            "allowed_agencies": [cast.police.agency_id],
            "allowed_people": [cast.chair.person_id],
        },
    )
    name = await database.fetch_value(
        "SELECT c.name FROM agenda_item i JOIN child c ON c.id = i.child WHERE i.id = $1", closed
    )
    await write_contribution(cast.police, meeting_id, closed, KNOWN, seen=0, now=clock.now)
    police, health, chair = await sign_in("police"), await sign_in("health"), await sign_in("chair")
    address = f"/meetings/{meeting_id}/contributions"
    assert name in (await police.get(address)).text
    assert name in (await chair.get(address)).text
    assert name not in (await health.get(address)).text
    assert (await health.get(f"{address}/{closed}")).status_code == 404
    assert (await health.post(f"{address}/{closed}", {"known": "x", "version": "0"})).status_code == 404
    assert "1 child to research" in (await health.get(address)).text
    assert closed not in await contributions_for(cast.health, await meeting_for(cast.health, meeting_id))
    assert open_one


async def test_the_form_by_hand_from_list_to_correction(cast: Cast, sign_in: SignIn) -> None:
    meeting_id, (item, other) = await issued({}, {})
    police = await sign_in("police")
    address = f"/meetings/{meeting_id}/contributions"
    listed = (await police.get(address)).text
    assert "2 children to research" in listed
    assert "Tuesday 16 June 2026" in listed
    empty = await police.post(f"{address}/{item}", {"version": "0"})
    assert empty.status_code == 422
    assert "say that nothing is known" in empty.text
    both = await police.post(
        f"{address}/{item}", {"version": "0", "risks": "Kept words", "nothing_known": "yes"}
    )
    assert both.status_code == 422
    assert "Kept words" in both.text
    done = await police.post(f"{address}/{item}", {"version": "0", "known": "Seen", "submission_key": "a"})
    assert (done.status_code, done.headers["location"]) == (303, address)
    assert (await police.post(f"{address}/nothing-known", {"only": str(other)})).status_code == 303
    assert "everything has been answered" in (await police.get(address)).text
    assert (
        await police.post(f"{address}/{item}", {"version": "1", "known": "Seen twice"})
    ).status_code == 303
    assert (await police.post(f"{address}/nothing-known", {})).status_code == 422
    without_base = await police.post(f"{address}/{item}", {"known": "Blind"})
    assert without_base.status_code == 428
    assert "Blind" in without_base.text
    assert "Seen twice" in without_base.text


async def test_a_stale_form_shows_both_texts_and_who_wrote_the_other(cast: Cast, sign_in: SignIn) -> None:
    meeting_id, (item,) = await issued()
    police, address = await sign_in("police"), f"/meetings/{meeting_id}/contributions"
    await police.post(f"{address}/{item}", {"version": "0", "known": "First text"})
    answer = await police.post(f"{address}/{item}", {"version": "0", "known": "Second text"})
    assert answer.status_code == 409
    for words in ("First text", "Second text", "Polly Constable-Sample", 'name="version" value="1"'):
        assert words in answer.text


async def test_a_form_that_comes_after_the_meeting_keeps_its_words(cast: Cast, sign_in: SignIn) -> None:
    meeting_id, (item,) = await issued()
    police = await sign_in("police")
    await database.execute("UPDATE meeting SET status = 'held'")
    answer = await police.post(
        f"/meetings/{meeting_id}/contributions/{item}", {"version": "0", "known": "Too late"}
    )
    assert answer.status_code == 409
    assert "was held" in answer.text
    assert "Too late" in answer.text
