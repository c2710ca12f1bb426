"""Saving what was said: versions, late saves, doubled requests, parallel savers, restoring."""

import asyncio
import contextvars

import pytest

from app import database
from app.history.changes import AlreadySubmitted
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused, Stale
from app.minutes.changes import approve_minutes, send_to_chair
from app.minutes.discussion.changes import leave_unreached, restore_revision, save_discussion
from app.minutes.discussion.queries import discussion_of
from app.minutes.discussion.rules import Said, said_from_text
from app.minutes.revisions.queries import revision_lines, sittings
from app.minutes.revisions.rules import Attempt
from tests import builders

from .conftest import version_of

BASE = "http://testserver"


def words(text: str) -> Said:
    return Said(sections={"child_views": text})


async def revisions(item: int) -> list[str]:
    rows = await database.fetch(
        "SELECT r.text FROM discussion_revision r JOIN discussion d ON d.id = r.discussion "
        "WHERE d.agenda_item = $1 ORDER BY r.version",
        item,
    )
    return [said_from_text(row["text"]).sections.get("child_views", "") for row in rows]


async def test_every_saved_text_is_a_revision(cast, clock, make_meeting):
    meeting = await make_meeting(1)
    version = 0
    for text in ("A", "AB", "ABC"):
        saved = await save_discussion(
            cast.minute_taker,
            meeting.id,
            meeting.items[0],
            Attempt(version, words(text), cast.minute_taker.person_id),
            now=clock.now,
        )
        version = saved.version
    assert version == 3
    assert await revisions(meeting.items[0]) == ["A", "AB", "ABC"]
    entries = await database.fetch("SELECT child_ids FROM history_entry WHERE kind = 'discussion saved'")
    assert [entry["child_ids"] for entry in entries] == [[meeting.children[0]]] * 3


async def test_an_unchanged_text_leaves_no_trace(cast, clock, make_meeting):
    meeting = await make_meeting(1)
    attempt = Attempt(0, words("A"), cast.minute_taker.person_id)
    first = await save_discussion(cast.minute_taker, meeting.id, meeting.items[0], attempt, now=clock.now)
    again = await save_discussion(
        cast.minute_taker, meeting.id, meeting.items[0], Attempt(first.version, words("A"), 1), now=clock.now
    )
    assert again.version == first.version
    assert await revisions(meeting.items[0]) == ["A"]
    assert (
        await database.fetch_value("SELECT count(*) FROM history_entry WHERE kind = 'discussion saved'") == 1
    )


async def test_a_stale_save_changes_nothing_and_tells_whose_text_stands(cast, clock, make_meeting):
    meeting = await make_meeting(1)
    item = meeting.items[0]
    await save_discussion(
        cast.officer, meeting.id, item, Attempt(0, words("theirs"), cast.officer.person_id), now=clock.now
    )
    with pytest.raises(Stale) as stale:
        await save_discussion(
            cast.minute_taker,
            meeting.id,
            item,
            Attempt(0, words("mine"), cast.minute_taker.person_id),
            now=clock.now,
        )
    assert stale.value.by == "Otis Panelby"
    assert stale.value.version == 1
    assert stale.value.theirs["sections"] == {"child_views": "theirs"}
    assert await revisions(item) == ["theirs"]


@pytest.mark.parametrize("earlier", [0, 1])
async def test_of_many_parallel_savers_one_wins_and_the_others_are_told(
    cast, clock, make_meeting, discuss, earlier
):
    meeting = await make_meeting(1)
    item = meeting.items[0]
    if earlier:
        await discuss(meeting, text="there before")
    people = [cast.minute_taker, cast.officer] * 4
    read = await discussion_of(meeting.id, item)  # all of them read before any of them wrote

    async def save(number: int, who):
        attempt = Attempt(earlier, words(f"text {number}"), who.person_id, f"page-{number}")
        return await save_discussion(who, meeting.id, item, attempt, now=clock.now, known=read)

    answers = await asyncio.gather(*(save(n, who) for n, who in enumerate(people)), return_exceptions=True)
    won = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert [answer.version for answer in won] == [earlier + 1]
    assert all(isinstance(answer, Stale) for answer in answers if isinstance(answer, BaseException))
    assert len(await revisions(item)) == earlier + 1


async def test_the_same_request_ten_times_in_parallel_saves_once(cast, clock, make_meeting):
    meeting = await make_meeting(1)
    attempt = Attempt(0, words("once"), cast.minute_taker.person_id, "page", 4)
    answers = await asyncio.gather(
        *(
            save_discussion(cast.minute_taker, meeting.id, meeting.items[0], attempt, now=clock.now)
            for _ in range(10)
        )
    )
    assert {answer.version for answer in answers} == {1}
    assert await revisions(meeting.items[0]) == ["once"]


async def test_a_doubled_save_that_read_before_its_twin_is_told_the_version_that_holds_its_words(
    cast, clock, make_meeting
):
    meeting = await make_meeting(1)
    who, item = cast.minute_taker, meeting.items[0]

    async def save(text: str, base: int, known=None):
        attempt = Attempt(base, Said(sections={"child_views": text}), who.person_id, "page", base + 1)
        return await save_discussion(who, meeting.id, item, attempt, now=clock.now, known=known)

    await save("I want", 0)
    await save("I want to", 1)
    read = await discussion_of(meeting.id, item)
    await save("I want to go", 2)
    doubled = Attempt(1, Said(sections={"child_views": "I want to go"}), who.person_id, "page", 3)
    told = await save_discussion(who, meeting.id, item, doubled, now=clock.now, known=read)
    assert (told.version, told.stands) == (3, True)


async def test_two_people_writing_on_different_items_never_meet(cast, clock, make_meeting):
    meeting = await make_meeting(6)
    await asyncio.gather(
        *(
            save_discussion(who, meeting.id, item, Attempt(0, words("x"), who.person_id), now=clock.now)
            for item, who in zip(meeting.items, [cast.minute_taker, cast.officer] * 3, strict=True)
        )
    )
    assert await database.fetch_value("SELECT count(*) FROM discussion_revision") == 6


@pytest.mark.parametrize("name", ["chair", "police", "manager", "admin", "outsider"])
async def test_only_those_who_take_minutes_save(cast, clock, make_meeting, name):
    meeting = await make_meeting(1)
    who = getattr(cast, name)
    with pytest.raises((Forbidden, Invisible)):
        await save_discussion(
            who, meeting.id, meeting.items[0], Attempt(0, words("x"), who.person_id), now=clock.now
        )
    assert await revisions(meeting.items[0]) == []


async def test_an_item_of_another_meeting_is_not_found(cast, clock, make_meeting):
    meeting = await make_meeting(1)
    other = await builders.a_meeting("high-risk-misper")
    elsewhere = await builders.an_item(other, await builders.a_child())
    with pytest.raises(Invisible):
        await save_discussion(
            cast.minute_taker,
            meeting.id,
            elsewhere,
            Attempt(0, words("x"), cast.minute_taker.person_id),
            now=clock.now,
        )


async def test_a_section_that_is_too_long_is_refused(cast, clock, make_meeting):
    meeting = await make_meeting(1)
    with pytest.raises(Refused) as refusal:
        await save_discussion(
            cast.minute_taker,
            meeting.id,
            meeting.items[0],
            Attempt(0, words("x" * 200_001), cast.minute_taker.person_id),
            now=clock.now,
        )
    assert set(refusal.value.errors) == {"child_views"}


async def test_minutes_with_the_chair_cannot_be_edited(cast, clock, make_meeting, complete):
    meeting = await make_meeting(1)
    await complete(meeting)
    await send_to_chair(
        cast.minute_taker, meeting.id, await version_of(meeting), now=clock.now, base_url=BASE
    )
    with pytest.raises(MovedOn, match="with the chair"):
        await save_discussion(
            cast.minute_taker,
            meeting.id,
            meeting.items[0],
            Attempt(1, words("more"), cast.minute_taker.person_id),
            now=clock.now,
        )
    await approve_minutes(cast.chair, meeting.id, await version_of(meeting), now=clock.now)
    with pytest.raises(MovedOn, match="approved"):
        await save_discussion(
            cast.minute_taker,
            meeting.id,
            meeting.items[0],
            Attempt(1, words("more"), cast.minute_taker.person_id),
            now=clock.now,
        )


async def test_a_save_and_the_sending_never_pass_each_other(cast, clock, make_meeting, complete):
    """Whichever comes first, the chair's copy holds every text that was answered as saved."""
    for _ in range(5):
        meeting = await make_meeting(1, starts_at=clock.now.replace(microsecond=next(builders.numbers)))
        await complete(meeting)
        version = await version_of(meeting)
        answers = await asyncio.gather(
            save_discussion(
                cast.officer,
                meeting.id,
                meeting.items[0],
                Attempt(1, Said({"child_views": "late"}, outcome="discussed"), cast.officer.person_id),
                now=clock.now,
            ),
            send_to_chair(cast.minute_taker, meeting.id, version, now=clock.now, base_url=BASE),
            return_exceptions=True,
        )
        assert answers[1] is None
        saved = not isinstance(answers[0], BaseException)
        assert saved or isinstance(answers[0], MovedOn)
        await approve_minutes(cast.chair, meeting.id, await version_of(meeting), now=clock.now)
        content = await database.fetch_value("SELECT content FROM minutes WHERE meeting = $1", meeting.id)
        assert ("late" in content) == saved


async def test_the_sending_waits_for_a_save_under_way(cast, clock, make_meeting, complete):
    meeting = await make_meeting(1)
    await complete(meeting)
    version = await version_of(meeting)
    late = Attempt(1, Said({"child_views": "late"}, outcome="discussed"), cast.officer.person_id)
    async with database.transaction():
        await save_discussion(cast.officer, meeting.id, meeting.items[0], late, now=clock.now)
        sending = asyncio.create_task(
            send_to_chair(cast.minute_taker, meeting.id, version, now=clock.now, base_url=BASE),
            context=contextvars.Context(),
        )
        await asyncio.sleep(0.3)
        assert not sending.done()
    await sending
    assert await database.fetch_value("SELECT status FROM minutes") == "with-chair"


async def test_a_request_that_comes_again_after_the_sending_is_still_a_success(
    cast, clock, make_meeting, complete
):
    meeting = await make_meeting(1)
    await complete(meeting)
    attempt = Attempt(1, Said({"child_views": "x"}, outcome="discussed"), cast.minute_taker.person_id, "page")
    await save_discussion(cast.minute_taker, meeting.id, meeting.items[0], attempt, now=clock.now)
    await send_to_chair(
        cast.minute_taker, meeting.id, await version_of(meeting), now=clock.now, base_url=BASE
    )
    again = await save_discussion(cast.minute_taker, meeting.id, meeting.items[0], attempt, now=clock.now)
    assert again.version == 2


async def test_nothing_is_left_unreached_once_the_chair_reads(cast, clock, make_meeting, complete):
    meeting = await make_meeting(1)
    await complete(meeting)
    await send_to_chair(
        cast.minute_taker, meeting.id, await version_of(meeting), now=clock.now, base_url=BASE
    )
    with pytest.raises(MovedOn, match="with the chair"):
        await leave_unreached(cast.minute_taker, meeting.id, now=clock.now)


async def test_a_cancelled_meeting_takes_no_text(cast, clock, make_meeting):
    meeting = await make_meeting(1, status="cancelled", cancelled_reason="Snow")
    with pytest.raises(MovedOn, match="cancelled"):
        await save_discussion(
            cast.minute_taker,
            meeting.id,
            meeting.items[0],
            Attempt(0, words("x"), cast.minute_taker.person_id),
            now=clock.now,
        )


async def test_restoring_makes_a_new_revision(cast, clock, make_meeting, discuss):
    meeting = await make_meeting(1)
    await discuss(meeting, text="first")
    await discuss(meeting, text="second")
    saved = await restore_revision(cast.minute_taker, meeting.id, meeting.items[0], 1, 2, now=clock.now)
    assert saved.version == 3
    assert await revisions(meeting.items[0]) == ["first", "second", "first"]


async def test_restoring_on_a_stale_page_is_refused(cast, clock, make_meeting, discuss):
    meeting = await make_meeting(1)
    for text in ("first", "second", "third"):
        await discuss(meeting, text=text)
    with pytest.raises(Stale):
        await restore_revision(cast.minute_taker, meeting.id, meeting.items[0], 1, 2, now=clock.now)
    with pytest.raises(Invisible):
        await restore_revision(cast.minute_taker, meeting.id, meeting.items[0], 9, 3, now=clock.now)
    assert await revisions(meeting.items[0]) == ["first", "second", "third"]


async def test_restoring_twice_with_one_form_restores_once(cast, clock, make_meeting, discuss):
    meeting = await make_meeting(1)
    await discuss(meeting, text="first")
    await discuss(meeting, text="second")
    restore = (cast.minute_taker, meeting.id, meeting.items[0], 1, 2)
    await restore_revision(*restore, now=clock.now, submission_key="k")
    with pytest.raises(AlreadySubmitted):
        await restore_revision(*restore, now=clock.now, submission_key="k")
    assert await revisions(meeting.items[0]) == ["first", "second", "first"]


async def test_saves_of_one_open_page_stand_together_in_the_list(cast, clock, make_meeting):
    meeting = await make_meeting(1)

    async def save(base: int, text: str, who, editing: str) -> None:
        attempt = Attempt(base, words(text), who.person_id, editing)
        await save_discussion(who, meeting.id, meeting.items[0], attempt, now=clock.now)

    await save(0, "a", cast.minute_taker, "one")
    await save(1, "ab", cast.minute_taker, "one")
    await save(2, "abc", cast.officer, "two")
    await save(3, "abcd", cast.minute_taker, "one")
    await save(4, "abcde", cast.minute_taker, "one")
    discussion = await database.fetch_value("SELECT id FROM discussion")
    assert [(line.version, line.saves) for line in await sittings(discussion)] == [(5, 2), (3, 1), (2, 2)]
    assert [line.version for line in await revision_lines(discussion)] == [5, 4, 3, 2, 1]


async def test_what_was_not_reached_is_noted_at_once_and_keeps_what_was_written(
    cast, clock, make_meeting, discuss
):
    meeting = await make_meeting(4)
    await discuss(meeting, 0)
    await discuss(meeting, 1, text="begun", outcome="")
    assert await leave_unreached(cast.minute_taker, meeting.id, now=clock.now, submission_key="k") == 2
    outcomes = await database.fetch(
        "SELECT outcome FROM discussion d JOIN agenda_item i ON i.id = d.agenda_item ORDER BY i.position"
    )
    assert [row["outcome"] for row in outcomes] == ["discussed", "", "not-reached", "not-reached"]
    with pytest.raises(AlreadySubmitted):
        await leave_unreached(cast.minute_taker, meeting.id, now=clock.now, submission_key="k")
