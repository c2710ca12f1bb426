"""What happens under somebody's typing hands: too much at once, an item that goes, a clock that goes back, an approval."""

import asyncio
import re
from datetime import timedelta

import pytest

from app import database
from app.lifecycle import MovedOn
from app.minutes.changes import approve_minutes, send_to_chair
from app.minutes.discussion.changes import save_discussion
from app.minutes.discussion.rules import Said
from app.minutes.revisions.rules import Attempt

from .conftest import stored_text, version_of

AUTOSAVE = {"X-Autosave": "1", "Accept": "application/json"}


async def test_a_paste_of_two_megabytes_is_refused_in_words_and_given_back(sign_in, make_meeting):
    meeting = await make_meeting(1)
    taker = await sign_in("minute_taker")
    form = {"version": "0", "child_views": "word " * 400_000, "strengths": "Football club"}
    by_itself = await taker.post(meeting.item_path(), form, headers=AUTOSAVE)
    assert by_itself.status_code == 422
    assert re.search(r"has 1,999,999 characters\. Shorten it to 200,000", by_itself.json()["problem"])
    by_button = await taker.post(meeting.item_path(), form)
    assert by_button.status_code == 422
    assert by_button.text.count("word ") > 399_000
    assert "Football club" in by_button.text
    assert "data-unsaved" in by_button.text
    assert await database.fetch_value("SELECT count(*) FROM discussion") == 0


@pytest.mark.parametrize("status", ["deferred", "left-off"])
async def test_an_item_that_leaves_the_agenda_keeps_what_is_being_typed_on_the_page(
    sign_in, make_meeting, discuss, status
):
    meeting = await make_meeting(1)
    await discuss(meeting, text="before")
    taker = await sign_in("minute_taker")
    await database.execute("UPDATE agenda_item SET status = $1", status)
    form = {"version": "1", "child_views": "typed meanwhile"}
    by_itself = await taker.post(meeting.item_path(), form, headers=AUTOSAVE)
    assert (by_itself.status_code, by_itself.json()["fixed"]) == (409, True)
    assert "no longer on the agenda" in by_itself.json()["problem"]
    by_button = await taker.post(meeting.item_path(), form)
    assert by_button.status_code == 409
    assert "typed meanwhile" in re.sub(r"<[^>]+>", "", by_button.text)
    assert (await stored_text())["child_views"] == "before"


async def test_an_item_restricted_under_the_typist_tells_nothing_more(sign_in, make_meeting, discuss):
    meeting = await make_meeting(1)
    await discuss(meeting, text="Not for everybody")
    taker = await sign_in("minute_taker")
    await database.execute("UPDATE agenda_item SET restricted = true, open_title = 'An item'")
    answer = await taker.post(meeting.item_path(), {"version": "1", "child_views": "x"}, headers=AUTOSAVE)
    assert answer.status_code == 404
    assert "Not for everybody" not in answer.text


async def test_a_clock_that_goes_back_reorders_nothing(sign_in, clock, make_meeting):
    meeting = await make_meeting(1)
    taker = await sign_in("minute_taker")
    for version, text in enumerate(("first", "second", "third")):
        form = {"version": str(version), "child_views": text, "editing": "page", "edits": str(version)}
        answer = await taker.post(meeting.item_path(), form, headers=AUTOSAVE)
        assert answer.json() == {
            "version": version + 1,
            "saved_at": f"{10 - version}:00:00".zfill(8),
            "stands": True,
        }
        clock.now -= timedelta(hours=1)
    assert (await stored_text())["child_views"] == "third"
    shown = (await taker.get(f"{meeting.item_path()}/revisions")).text
    assert "third" in shown
    assert "second" in shown


async def test_a_late_save_of_a_page_that_went_on_says_that_its_words_do_not_stand(sign_in, make_meeting):
    meeting = await make_meeting(1)
    taker = await sign_in("minute_taker")

    async def save(edits: int, text: str) -> dict:
        form = {"version": "0", "child_views": text, "editing": "page", "edits": str(edits)}
        return (await taker.post(meeting.item_path(), form, headers=AUTOSAVE)).json()

    assert (await save(5, "and more"))["stands"]
    late = await save(4, "and")
    assert (late["version"], late["stands"]) == (1, False)
    assert (await stored_text())["child_views"] == "and more"


async def test_approving_while_somebody_types_fixes_every_text_that_was_said_to_be_saved(
    cast, clock, make_meeting, complete
):
    meeting = await make_meeting(1)
    await complete(meeting)
    saved: list[str] = []

    async def type_on() -> None:
        for number in range(1, 200):
            said = Said({"child_views": f"text {number}"}, outcome="discussed")
            attempt = Attempt(number, said, cast.officer.person_id)
            try:
                await save_discussion(cast.officer, meeting.id, meeting.items[0], attempt, now=clock.now)
            except MovedOn:
                return
            saved.append(f"text {number}")
            await asyncio.sleep(0)

    async def approve() -> None:
        while len(saved) < 3:  # noqa: ASYNC110 - until somebody is in the middle of it
            await asyncio.sleep(0.005)
        taken = await version_of(meeting)
        await send_to_chair(cast.minute_taker, meeting.id, taken, now=clock.now, base_url="http://testserver")
        await approve_minutes(cast.chair, meeting.id, await version_of(meeting), now=clock.now)

    await asyncio.gather(type_on(), approve())
    content = await database.fetch_value("SELECT content FROM minutes WHERE meeting = $1", meeting.id)
    assert f'"{saved[-1]}"' in content
