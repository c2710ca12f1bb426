"""Extracts for children's own records: one child alone, marked as delivered, and with the last the minutes are filed."""

import re
from datetime import timedelta

import httpx
import pytest

from app import database
from app.lifecycle import Forbidden, MovedOn, Refused
from app.minutes.changes import mark_filed
from app.minutes.extracts.changes import deliver, move_child, move_child_back, take_back
from app.minutes.extracts.rules import of_child
from app.minutes.fixed_text.rules import in_groups
from tests import builders
from tests.panels.packs.test_packs import read_pdf, words_in_word

from .papers import approved, circulated, good, restrict


def plain(answer: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


async def filed_at(meeting) -> object:
    return await database.fetch_value("SELECT filed_at FROM minutes WHERE meeting = $1", meeting.id)


@pytest.fixture
def page_of(make_meeting):
    def path(meeting, index: int = 0) -> str:
        return f"{meeting.path}/extracts/{meeting.children[index]}"

    return path


async def test_an_extract_holds_one_child_and_nothing_of_another_in_every_form(
    cast, clock, sign_in, make_meeting, discuss, page_of
):
    meeting = await make_meeting(3)
    for index, text in enumerate(("Words on the first", "Words on the second", "Words on the third")):
        await discuss(
            meeting, index, text=text, decision=f"Decided {index}", risk_after="high", risk_rationale="So"
        )
    await builders.an_action(
        "mace",
        cast.police.agency_id,
        clock.now.date() + timedelta(days=9),
        child=meeting.children[1],
        agenda_item=meeting.items[1],
        meeting=meeting.id,
        text="Visit the second placement",
    )
    await builders.an_action(
        "mace", cast.police.agency_id, clock.now.date(), meeting=meeting.id, text="Write about all of them"
    )
    guest = await builders.insert(
        "person", email="g@example.org", name="Gwen Guestly", agency=cast.outsider.agency_id
    )
    await builders.insert(
        "attendance",
        meeting=meeting.id,
        person=guest,
        name="Gwen Guestly",
        agency=cast.outsider.agency_id,
        status="present",
    )
    await builders.insert(
        "guest_slot",
        meeting=meeting.id,
        agenda_item=meeting.items[0],
        person=guest,
        invited_by=cast.chair.person_id,
        invited_at=clock.now,
    )
    sha256 = await circulated(cast, clock, meeting)
    for number, words in enumerate(("Added on the first", "Added on the second one"), start=1):
        await builders.insert(
            "minutes_correction",
            minutes=await database.fetch_value("SELECT id FROM minutes WHERE meeting = $1", meeting.id),
            agenda_item=meeting.items[number - 1],
            stands="a",
            should_say="b",
            asked_by=cast.police.person_id,
            asked_at=clock.now,
            status="accepted",
            number=number,
            words=words,
            decided_by=cast.chair.person_id,
            decided_at=clock.now,
        )
    refs = [
        row["child_ref"]
        for row in await database.fetch("SELECT child_ref FROM child ORDER BY id DESC LIMIT 3")
    ][::-1]
    police = await sign_in("police")
    page = await police.get(page_of(meeting, 1))
    pdf = await police.get(f"{page_of(meeting, 1)}/extract.pdf")
    word = await police.get(f"{page_of(meeting, 1)}/extract.docx")
    assert (
        f'filename="minutes-{meeting.id}-extract-{meeting.children[1]}.pdf"'
        in pdf.headers["content-disposition"]
    )
    text = page.text.split("<textarea")[1].split("</textarea>")[0]
    for told in (text, read_pdf(good(pdf))[1], words_in_word(good(word))):
        for expected in (
            "Extract from the minutes of 10 June 2026",
            "2. Testname Surname1",
            refs[1],
            "Words on the second",
            "Decided 1",
            "After: high.",
            "Visit the second placement",
            "Exampleshire Police",
            "Carys Chairwell (present)",
            "Item 2: Added on the second one",
            in_groups(sha256),
        ):
            assert expected in told, expected
        for other in ("Surname0", "Surname2", refs[0], refs[2], "first", "third", "all of them", "Guestly"):
            assert other not in told, other
    first = await police.get(page_of(meeting, 0))
    assert "Guestly" in first.text, "whoever came for this child is named"
    assert "readonly" in page.text
    assert "data-copy" in page.text
    read = await database.fetch("SELECT child_ids, details FROM history_entry WHERE kind = 'extract read'")
    assert [(row["child_ids"], row["details"]["form"]) for row in read] == [
        ([meeting.children[1]], "page"),
        ([meeting.children[1]], "pdf"),
        ([meeting.children[1]], "docx"),
        ([meeting.children[0]], "page"),
    ]


async def test_a_text_that_names_another_child_is_pointed_out(
    cast, clock, sign_in, make_meeting, discuss, page_of
):
    meeting = await make_meeting(2)
    await database.execute("UPDATE child SET name = 'Rowan Elsewhere' WHERE id = $1", meeting.children[1])
    await discuss(meeting, 0, text="Seen with Rowan at night")
    await discuss(meeting, 1, text="Seen alone")
    await circulated(cast, clock, meeting)
    police = await sign_in("police")
    assert "The child’s views: Rowan Elsewhere" in plain(await police.get(page_of(meeting, 0)))
    assert "Check before you file it" not in plain(await police.get(page_of(meeting, 1)))


async def test_with_the_last_extract_the_minutes_are_filed_and_one_taken_back_unfiles_them(
    cast, clock, sign_in, make_meeting, complete, page_of
):
    meeting = await make_meeting(3)
    await complete(meeting)
    await circulated(cast, clock, meeting)
    taker = await sign_in("minute_taker")
    here = f"{meeting.path}/extracts"
    assert "0 of 3 extracts delivered" in plain(await taker.get(here))
    done = await taker.post(here, {"children": [str(meeting.children[0])], "way": "pasted"})
    assert done.status_code == 303
    assert "Mark all 2 that are left" in (await taker.get(here)).text
    await take_back(cast.chair, meeting.id, meeting.children[0], "Too early", now=clock.now)
    done = await taker.post(here, {"children": [str(one) for one in meeting.children[:2]], "way": "pasted"})
    listed = plain(await taker.get(here))
    assert "2 of 3 extracts delivered" in listed
    assert "Pasted into the record, 10 Jun 2026, Minna Takewright" in listed
    for where in (meeting.path, f"/meetings/{meeting.id}"):
        assert "2 of 3 extracts delivered" in plain(await taker.get(where))
    assert await filed_at(meeting) is None
    with pytest.raises(Refused, match="1 extract is not delivered yet"):
        await mark_filed(cast.minute_taker, meeting.id, now=clock.now)
    clock.now += timedelta(days=1)
    taker = await sign_in("minute_taker")
    await taker.post(page_of(meeting, 2), {"way": "other", "note": "On paper, by hand"})
    assert await filed_at(meeting) == clock.now
    page = plain(await taker.get(page_of(meeting, 2)))
    assert "Another way on 11 June 2026, 10am by Minna Takewright" in page
    assert "On paper, by hand" in page

    clock.now += timedelta(days=1)
    taker = await sign_in("minute_taker")
    refused = await taker.post(f"{page_of(meeting, 2)}/taking-back", {"reason": ""})
    assert refused.status_code == 422
    assert "Say why it is taken back" in refused.text
    await taker.post(f"{page_of(meeting, 2)}/taking-back", {"reason": "Wrong child’s record"})
    assert await filed_at(meeting) is None
    page = plain(await taker.get(page_of(meeting, 2)))
    assert "Not delivered yet" in page
    assert "Wrong child’s record" in page
    clock.now += timedelta(days=1)
    await deliver(cast.chair, meeting.id, [meeting.children[2]], "document", now=clock.now)
    assert await filed_at(meeting) == clock.now
    kinds = [row["kind"] for row in await database.fetch("SELECT kind FROM history_entry ORDER BY id")]
    assert [kind for kind in kinds if ("extract" in kind and "read" not in kind) or "filed" in kind] == [
        *("extracts delivered", "extract taken back"),
        *("extracts delivered", "extracts delivered", "minutes filed"),
        *("extract taken back", "extracts delivered", "minutes filed"),
    ]
    assert await database.fetch_value("SELECT count(*) FROM extract_past") == 2


async def test_what_is_filled_in_wrongly_is_told_and_kept(cast, clock, sign_in, make_meeting, complete):
    meeting = await make_meeting(2)
    await complete(meeting)
    await circulated(cast, clock, meeting)
    taker = await sign_in("minute_taker")
    here = f"{meeting.path}/extracts"
    answer = await taker.post(here, {"way": "pigeon", "note": "kept words"})
    assert answer.status_code == 422
    assert "Choose at least one child" in answer.text
    assert "Choose how the extract got there" in answer.text
    assert "kept words" in answer.text
    answer = await taker.post(here, {"children": [str(meeting.children[0])], "way": "other"})
    assert answer.status_code == 422
    assert "Say which way it was" in answer.text
    assert re.search(rf'value="{meeting.children[0]}" id="children" checked', answer.text)
    assert await database.fetch_value("SELECT count(*) FROM extract") == 0


async def test_one_extract_is_delivered_once_and_the_second_hears_who_was_first(
    cast, clock, make_meeting, complete
):
    meeting = await make_meeting(2)
    await complete(meeting)
    await circulated(cast, clock, meeting)
    await deliver(cast.minute_taker, meeting.id, meeting.children[:1], "pasted", now=clock.now)
    with pytest.raises(MovedOn, match="by Minna Takewright"):
        await deliver(cast.officer, meeting.id, meeting.children[:1], "document", now=clock.now)
    both = await deliver(cast.officer, meeting.id, meeting.children, "document", now=clock.now)
    assert (both.count, both.is_filed) == (1, True)
    with pytest.raises(MovedOn):
        await mark_filed(cast.minute_taker, meeting.id, now=clock.now)
    await take_back(cast.officer, meeting.id, meeting.children[0], "Not there", now=clock.now)
    with pytest.raises(MovedOn, match="not marked"):
        await take_back(cast.officer, meeting.id, meeting.children[0], "Not there", now=clock.now)


async def test_others_neither_see_nor_count_nor_infer_a_restricted_child(
    cast, clock, sign_in, make_meeting, complete, page_of
):
    meeting = await make_meeting(2)
    await complete(meeting)
    await restrict(meeting, 0, (cast.police.agency_id,))
    await circulated(cast, clock, meeting)
    taker = await sign_in("minute_taker")
    listed = plain(await taker.get(f"{meeting.path}/extracts"))
    assert "0 of 1 extract delivered" in listed
    assert "Surname0" not in listed
    for tail in ("", "/extract.pdf", "/extract.docx"):
        assert (await taker.get(f"{page_of(meeting, 0)}{tail}")).status_code == 404
    hidden = {"children": [str(meeting.children[0])], "way": "pasted"}
    assert (await taker.post(f"{meeting.path}/extracts", hidden)).status_code == 404
    police = await sign_in("police")
    assert "0 of 2 extracts delivered" in plain(await police.get(f"{meeting.path}/extracts"))
    assert "Surname0" in (await police.get(page_of(meeting, 0))).text

    # whether the restricted item is about a child cannot be told from the stamp either
    await deliver(cast.chair, meeting.id, meeting.children[:1], "pasted", now=clock.now)
    await deliver(cast.minute_taker, meeting.id, meeting.children[1:], "pasted", now=clock.now)
    assert await filed_at(meeting) is None
    with pytest.raises(Refused, match="Some items of this meeting are restricted"):
        await mark_filed(cast.minute_taker, meeting.id, now=clock.now)
    await mark_filed(cast.chair, meeting.id, now=clock.now)
    assert await filed_at(meeting) == clock.now


async def test_who_may_do_what_and_when(cast, clock, sign_in, make_meeting, discuss, page_of):
    meeting = await make_meeting(2)
    await discuss(meeting, 0)
    await discuss(meeting, 1, text="", outcome="not-reached")
    await approved(cast, clock, meeting)
    chair = await sign_in("chair")
    assert "There are no extracts yet" in (await chair.get(f"{meeting.path}/extracts")).text
    assert (await chair.get(page_of(meeting))).status_code == 422
    assert (await (await sign_in("police")).get(f"{meeting.path}/extracts")).status_code == 403
    with pytest.raises(Refused, match="Circulate these first"):
        await deliver(cast.chair, meeting.id, meeting.children[:1], "pasted", now=clock.now)
    await database.execute("UPDATE minutes SET status = 'circulated', circulated_at = $1", clock.now)
    police = await sign_in("police")
    listed = await police.get(f"{meeting.path}/extracts")
    assert "0 of 1 extract delivered" in plain(listed), "who was not reached has nothing to file"
    assert 'type="checkbox"' not in listed.text
    assert (await police.post(f"{meeting.path}/extracts", {"way": "pasted"})).status_code == 403
    with pytest.raises(Forbidden):
        await deliver(cast.police, meeting.id, meeting.children[:1], "pasted", now=clock.now)
    for path in (
        page_of(meeting, 1),
        f"{meeting.path}/extracts/987654321",
        "/meetings/987654321/minutes/extracts",
    ):
        assert (await chair.get(path)).status_code == 404
    elsewhere = await builders.a_child()
    for tail in ("", "/extract.pdf", "/extract.docx"):
        assert (await chair.get(f"{meeting.path}/extracts/{elsewhere}{tail}")).status_code == 404


async def test_the_same_form_sent_twice_marks_once(cast, clock, sign_in, make_meeting, complete):
    meeting = await make_meeting(1)
    await complete(meeting)
    await circulated(cast, clock, meeting)
    taker = await sign_in("minute_taker")
    form = {"which": "all", "way": "pasted", "submission_key": "the-same"}
    for _ in range(2):
        assert (await taker.post(f"{meeting.path}/extracts", form)).status_code == 303
    assert await database.fetch_value("SELECT count(*) FROM extract") == 1


async def test_an_extract_follows_its_child_when_records_become_one(cast, clock, make_meeting, complete):
    meeting = await make_meeting(1)
    await complete(meeting)
    await circulated(cast, clock, meeting)
    await deliver(cast.chair, meeting.id, meeting.children, "pasted", now=clock.now)
    kept = await builders.a_child()
    [merged] = meeting.children
    async with database.transaction():
        await database.execute("UPDATE agenda_item SET child = $1 WHERE child = $2", kept, merged)
        moved = await move_child(kept, merged)
    assert await database.fetch_value("SELECT child FROM extract") == kept
    async with database.transaction():
        await move_child_back(kept, merged, moved)
    assert await database.fetch_value("SELECT child FROM extract") == merged


def test_of_the_content_only_the_child_s_items_stay():
    content = {
        "items": [{"id": 1}, {"id": 2}],
        "actions": [{"id": 9}],
        "attendance": [{"name": "A", "agency": "X"}, {"name": "A", "agency": "Y"}],
    }
    left = of_child(content, (2,), [("A", "Y")])
    assert left == {"items": [{"id": 2}], "actions": [], "attendance": [{"name": "A", "agency": "X"}]}
