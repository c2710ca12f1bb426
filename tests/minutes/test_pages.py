"""The pages of minutes over HTTP: saving with and without JavaScript, both texts, reading, who sees what."""

import json
import re

import httpx
import pytest

from app import database
from tests import builders

from .conftest import stored_text, version_of


def plain(answer: httpx.Response) -> str:
    """The words of a page without its tags."""
    return re.sub(r"<[^>]+>", "", answer.text)


AUTOSAVE = {"X-Autosave": "1", "Accept": "application/json"}


async def test_the_item_page_begins_with_what_the_records_know(sign_in, make_meeting, clock):
    meeting = await make_meeting(2)
    await builders.a_risk(meeting.children[0], clock.now.date(), "high")
    await builders.an_episode(meeting.children[0], clock.now.replace(month=5), missing_from="Sample House")
    taker = await sign_in("minute_taker")
    answer = await taker.get(meeting.item_path())
    assert answer.status_code == 200
    assert "Testname Surname0" in answer.text
    assert "Missing 3 times in 90 days" in answer.text
    assert "missing from Sample House; returned 10 May 2026, 4pm after 6 hours" in answer.text
    assert re.search(r'<option value="high" selected>', answer.text)
    assert "data-autosave" in answer.text
    assert "data-next-item" in answer.text
    assert "data-previous-item" not in answer.text


async def test_saving_by_the_button_and_by_itself(sign_in, make_meeting):
    meeting = await make_meeting(1)
    taker = await sign_in("minute_taker")
    first = await taker.post(
        meeting.item_path(), {"version": "0", "child_views": "I want to go home", "editing": "p"}
    )
    assert first.status_code == 303
    assert first.headers["location"] == meeting.item_path()
    second = await taker.post(
        meeting.item_path(),
        {"version": "1", "child_views": "I want to go home now", "editing": "p"},
        headers=AUTOSAVE,
    )
    assert second.status_code == 200
    assert second.json() == {"version": 2, "saved_at": "10:00:00", "stands": True}
    page = await taker.get(meeting.item_path())
    assert "I want to go home now" in page.text
    assert "Saved 10:00:00" in page.text


async def test_a_field_that_did_not_come_along_stays(sign_in, make_meeting):
    meeting = await make_meeting(1)
    taker = await sign_in("minute_taker")
    await taker.post(meeting.item_path(), {"version": "0", "child_views": "kept", "decision": "first"})
    await taker.post(meeting.item_path(), {"version": "1", "decision": "second"})
    assert await stored_text() == {"child_views": "kept", "decision": "second"}
    await taker.post(meeting.item_path(), {"version": "2", "child_views": "", "decision": "second"})
    assert await stored_text() == {"decision": "second"}


async def test_save_and_next_leads_to_the_next_item_and_after_the_last_to_the_overview(sign_in, make_meeting):
    meeting = await make_meeting(2)
    taker = await sign_in("minute_taker")
    first = await taker.post(meeting.item_path(0), {"version": "0", "decision": "x", "go": "next"})
    assert first.headers["location"] == meeting.item_path(1)
    last = await taker.post(meeting.item_path(1), {"version": "0", "decision": "x", "go": "next"})
    assert last.headers["location"] == meeting.path


@pytest.mark.parametrize("version", [None, "", "abc", "-1", "1.5", "99999999999"])
async def test_a_save_without_a_version_is_refused_and_kept_on_the_page(
    sign_in, make_meeting, discuss, version
):
    meeting = await make_meeting(1)
    await discuss(meeting, text="stored words")
    taker = await sign_in("minute_taker")
    form = {"child_views": "unsaved words"} | ({} if version is None else {"version": version})
    answer = await taker.post(meeting.item_path(), form)
    assert answer.status_code == 428
    assert "stored words" in plain(answer)
    assert "unsaved words" in plain(answer)
    by_itself = await taker.post(meeting.item_path(), form, headers=AUTOSAVE)
    assert by_itself.status_code == 428
    assert "problem" in by_itself.json()
    assert await database.fetch_value("SELECT count(*) FROM discussion_revision") == 1


async def test_a_stale_save_shows_both_texts_and_saves_them_as_one(sign_in, make_meeting, clock):
    meeting = await make_meeting(1)
    taker, officer = await sign_in("minute_taker"), await sign_in("officer")
    await taker.post(meeting.item_path(), {"version": "0", "child_views": "Shared line", "decision": "D"})
    await officer.post(
        meeting.item_path(), {"version": "1", "child_views": "Shared line\nOfficer line", "decision": "D"}
    )
    answer = await taker.post(
        meeting.item_path(), {"version": "1", "child_views": "Shared line\nTaker line", "decision": "D2"}
    )
    assert answer.status_code == 409
    assert "Otis Panelby saved another text" in answer.text
    assert "10 June 2026, 10am" in answer.text
    merged = re.search(r'<textarea[^>]*id="child_views"[^>]*>\s*(.*?)</textarea>', answer.text, re.S)
    assert merged is not None
    assert merged[1] == "Shared line\nOfficer line\nTaker line"
    base = re.search(r'name="version" value="(\d+)"', answer.text)
    assert base is not None
    saved = await taker.post(
        meeting.item_path(), {"version": base[1], "child_views": merged[1], "decision": "D2"}
    )
    assert saved.status_code == 303
    assert await database.fetch_value("SELECT version FROM discussion") == 3
    assert await stored_text() == {"child_views": "Shared line\nOfficer line\nTaker line", "decision": "D2"}


async def test_a_stale_autosave_answers_in_json_and_changes_nothing(sign_in, make_meeting, discuss):
    meeting = await make_meeting(1)
    await discuss(meeting, text="theirs")
    officer = await sign_in("officer")
    answer = await officer.post(
        meeting.item_path(), {"version": "0", "child_views": "mine"}, headers=AUTOSAVE
    )
    assert answer.status_code == 409
    assert answer.json()["problem"].startswith("Minna Takewright saved another text")
    assert await stored_text() == {"child_views": "theirs", "outcome": "discussed"}


async def test_a_lost_answer_is_no_conflict_with_oneself(sign_in, make_meeting):
    meeting = await make_meeting(1)
    taker = await sign_in("minute_taker")

    def save(text: str, edits: int, editing: str = "page"):
        form = {"version": "0", "child_views": text, "editing": editing, "edits": str(edits)}
        return taker.post(meeting.item_path(), form, headers=AUTOSAVE)

    assert (await save("A", 1)).json()["version"] == 1
    assert (await save("A", 1)).json()["version"] == 1  # the same request once more
    assert (await save("AB", 2)).json()["version"] == 2  # typing went on, the answer never came
    assert (await save("A", 1)).json()["version"] == 1  # and an old one arrives late
    assert (await save("other tab", 9, "another page")).status_code == 409
    assert await stored_text() == {"child_views": "AB"}


async def test_a_text_sent_after_the_minutes_went_to_the_chair_is_kept_on_the_page(
    sign_in, make_meeting, complete
):
    meeting = await make_meeting(1)
    await complete(meeting)
    taker = await sign_in("minute_taker")
    await taker.post(f"{meeting.path}/sending", {"version": str(await version_of(meeting))})
    answer = await taker.post(meeting.item_path(), {"version": "1", "child_views": "one more thing"})
    assert answer.status_code == 409
    assert "with the chair" in answer.text
    assert "one more thing" in answer.text
    by_itself = await taker.post(
        meeting.item_path(), {"version": "1", "child_views": "more"}, headers=AUTOSAVE
    )
    assert by_itself.status_code == 409
    assert "with the chair" in by_itself.json()["problem"]
    reading = await taker.get(meeting.item_path())
    assert "<textarea" not in reading.text.split('id="item-actions"')[0]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("child_views", "x" * 200_001, "200,001 characters"),
        ("next_review_on", "someday", "date of the next review"),
        ("next_review_on", "2026-02-30", "date of the next review"),
        ("risk_after", "enormous", "level of the risk scale"),
        ("outcome", "postponed", "outcome"),
    ],
)
async def test_what_cannot_be_read_is_told_and_kept(sign_in, make_meeting, field, value, sentence):
    meeting = await make_meeting(1)
    taker = await sign_in("minute_taker")
    form = {"version": "0", "strengths": "Football club", field: value}
    answer = await taker.post(meeting.item_path(), form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Football club" in answer.text
    by_itself = await taker.post(meeting.item_path(), form, headers=AUTOSAVE)
    assert by_itself.status_code == 422
    assert sentence in by_itself.json()["problem"]
    assert await database.fetch_value("SELECT count(*) FROM discussion") == 0


async def test_text_is_shown_escaped_and_without_control_characters(sign_in, make_meeting):
    meeting = await make_meeting(1)
    taker = await sign_in("minute_taker")
    nasty = "<script>alert(1)</script>\x00\x08{{ 7*7 }}</textarea><img src=x onerror=alert(2)>"
    await taker.post(
        meeting.item_path(),
        {"version": "0", "child_views": nasty, "strengths": nasty, "decision": nasty, "outcome": "discussed"},
    )
    await taker.post(meeting.item_path(), {"version": "1", "child_views": "changed", "decision": nasty})
    for path in (
        meeting.item_path(),
        meeting.path,
        f"{meeting.path}/text",
        f"{meeting.item_path()}/revisions",
    ):
        page = await taker.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "49" not in re.findall(r"alert\(1\)&lt;/script&gt;(.{0,4})", page.text)
        assert "\x00" not in page.text
    stale = await taker.post(meeting.item_path(), {"version": "1", "child_views": nasty})
    assert stale.status_code == 409
    assert "<script>alert" not in stale.text
    assert "<img src=x" not in stale.text


async def test_earlier_texts_are_compared_and_restored(sign_in, make_meeting, discuss):
    meeting = await make_meeting(1)
    await discuss(meeting, text="She was seen at the park")
    await discuss(meeting, text="She was found at the park")
    taker = await sign_in("minute_taker")
    page = await taker.get(f"{meeting.item_path()}/revisions")
    assert "<del>seen </del><ins>found </ins>" in page.text
    answer = await taker.post(
        f"{meeting.item_path()}/revisions/1/restoration", {"base": "2", "submission_key": "k"}
    )
    assert answer.status_code == 303
    assert await stored_text() == {"child_views": "She was seen at the park", "outcome": "discussed"}
    assert (await taker.get(f"{meeting.item_path()}/revisions?newer=77")).status_code == 404
    assert (
        await taker.post(f"{meeting.item_path()}/revisions/77/restoration", {"base": "3"})
    ).status_code == 404
    assert (
        await taker.post(f"{meeting.item_path()}/revisions/2/restoration", {"base": "2"})
    ).status_code == 409
    assert await database.fetch_value("SELECT count(*) FROM discussion_revision") == 3


async def test_reads_are_recorded_with_every_child_on_the_page(sign_in, make_meeting, cast):
    meeting = await make_meeting(2)
    taker = await sign_in("minute_taker")
    for path in (meeting.path, meeting.item_path(), f"{meeting.path}/text"):
        await database.execute("TRUNCATE history_entry")
        await taker.get(path)
        entry = await database.fetch_one("SELECT person_id, kind, about_ids, child_ids FROM history_entry")
        assert entry == {
            "person_id": cast.minute_taker.person_id,
            "kind": "minutes read",
            "about_ids": [meeting.id],
            "child_ids": meeting.children,
        }


async def test_the_overview_tells_how_far_it_is_and_what_is_missing(sign_in, make_meeting, discuss):
    meeting = await make_meeting(3, attended=False)
    await discuss(meeting, 0)
    taker = await sign_in("minute_taker")
    page = await taker.get(meeting.path)
    assert "1 of 3 items have an outcome" in page.text
    assert "Record who attended" in page.text
    assert "Record an outcome for items 2 and 3" in page.text
    refused = await taker.post(f"{meeting.path}/sending", {"version": str(await version_of(meeting))})
    assert refused.status_code == 422
    assert "Record who attended" in refused.text


async def test_the_meeting_is_recorded_as_held_with_its_end(sign_in, make_meeting, clock):
    meeting = await make_meeting(1, status="agenda-issued", ended_at=None)
    taker = await sign_in("minute_taker")
    assert "Record that it was held" in (await taker.get(meeting.path)).text
    for wrong in ("25:00", "11:00", "08:30"):
        answer = await taker.post(f"{meeting.path}/end", {"ended_on": "2026-06-10", "ended_time": wrong})
        assert answer.status_code == 422, wrong
        assert wrong in answer.text
    answer = await taker.post(f"{meeting.path}/end", {"ended_on": "2026-06-10", "ended_time": "9:45"})
    assert answer.status_code == 303
    held = await database.fetch_one("SELECT status, ended_at FROM meeting WHERE id = $1", meeting.id)
    assert held["status"] == "held"
    assert held["ended_at"].isoformat() == "2026-06-10T08:45:00+00:00"
    again = await taker.post(f"{meeting.path}/end", {"ended_on": "2026-06-10", "ended_time": "9:50"})
    assert again.status_code == 303
    assert (
        await database.fetch_value("SELECT ended_at FROM meeting WHERE id = $1", meeting.id)
        == held["ended_at"]
    )


async def test_items_nobody_wrote_about_are_left_unreached_at_once(sign_in, make_meeting, discuss):
    meeting = await make_meeting(3)
    await discuss(meeting, 0)
    taker = await sign_in("minute_taker")
    answer = await taker.post(f"{meeting.path}/unreached", {"submission_key": "k"})
    assert answer.status_code == 303
    assert await database.fetch_value("SELECT count(*) FROM discussion WHERE outcome = 'not-reached'") == 2


READERS = {
    "draft": {
        "minute_taker": 200,
        "officer": 200,
        "chair": 200,
        "manager": 200,
        "police": 403,
        "health": 403,
    },
    "circulated": {
        "minute_taker": 200,
        "officer": 200,
        "chair": 200,
        "manager": 200,
        "police": 200,
        "health": 200,
    },
}


@pytest.mark.parametrize("status", ["draft", "with-chair", "approved", "circulated"])
async def test_who_reads_minutes_at_each_step(sign_in, make_meeting, complete, status):
    meeting = await make_meeting(1)
    await complete(meeting, text="secret words")
    taker, chair = await sign_in("minute_taker"), await sign_in("chair")
    for step, browser, path in (
        ("with-chair", taker, "sending"),
        ("approved", chair, "approval"),
        ("circulated", taker, "circulation"),
    ):
        if await database.fetch_value("SELECT status FROM minutes") == status:
            break
        answer = await browser.post(f"{meeting.path}/{path}", {"version": str(await version_of(meeting))})
        assert answer.status_code == 303, (step, answer.text)
    expected = READERS["circulated" if status == "circulated" else "draft"] | {"outsider": 403, "admin": 403}
    for name, code in expected.items():
        browser = await sign_in(name)
        for path in (meeting.path, f"{meeting.path}/text"):
            answer = await browser.get(path)
            # the page itself is open to whoever was sent minutes once, so for others it does not exist
            found = 404 if name in ("outsider", "admin") and path == meeting.path else code
            assert answer.status_code == found, (name, path)
            if code != 200:
                assert "secret words" not in answer.text
                assert "Testname" not in answer.text
            elif path.endswith("/text") or status != "draft":
                assert "secret words" in answer.text, (name, path)


async def test_someone_with_a_seat_elsewhere_does_not_find_the_meeting(sign_in, make_meeting, cast):
    meeting = await make_meeting(1)
    other = await builders.panel_id("general")
    person = await builders.insert(
        "person", email="x@example.org", name="X", agency=cast.police.agency_id, roles=[]
    )
    await builders.insert(
        "seat", panel=other, person=person, agency=cast.police.agency_id, role="minute-taker"
    )
    object.__setattr__(cast, "elsewhere", type(cast.police)(person, "X", "x@example.org", 1, "Police"))
    browser = await sign_in("elsewhere")
    assert (await browser.get(meeting.path)).status_code == 404
    assert (await browser.get(meeting.item_path())).status_code == 404
    assert (await browser.post(meeting.item_path(), {"version": "0", "decision": "x"})).status_code == 404


async def test_the_fixed_text_shows_its_fingerprint_and_whose_approval_it_is(sign_in, make_meeting, complete):
    meeting = await make_meeting(1)
    await complete(meeting)
    taker, chair = await sign_in("minute_taker"), await sign_in("chair")
    await taker.post(f"{meeting.path}/sending", {"version": str(await version_of(meeting))})
    with_chair = await chair.get(meeting.path)
    reading = re.search(r'name="reading" value="([0-9a-f]{64})"', with_chair.text)
    assert reading is not None
    await chair.post(
        f"{meeting.path}/approval", {"version": str(await version_of(meeting)), "reading": reading[1]}
    )
    page = await chair.get(meeting.path)
    sha256 = await database.fetch_value("SELECT sha256 FROM minutes")
    assert " ".join(sha256[n : n + 8] for n in range(0, 64, 8)) in page.text
    assert "Carys Chairwell" in page.text
    content = json.loads(await database.fetch_value("SELECT content FROM minutes"))
    assert content["approved"]["by"] == "Carys Chairwell"


async def test_an_action_issued_while_the_chair_reads_is_read_before_it_is_approved(
    sign_in, make_meeting, complete, cast
):
    meeting = await make_meeting(1)
    await complete(meeting)
    taker, chair = await sign_in("minute_taker"), await sign_in("chair")
    await taker.post(f"{meeting.path}/sending", {"version": str(await version_of(meeting))})
    reading = re.search(r'name="reading" value="([0-9a-f]{64})"', (await chair.get(meeting.path)).text)
    assert reading is not None
    await database.execute("UPDATE attendance SET status = 'absent' WHERE person = $1", cast.police.person_id)
    form = {"version": str(await version_of(meeting)), "reading": reading[1]}
    assert (await chair.post(f"{meeting.path}/approval", form)).status_code == 409
    assert await database.fetch_value("SELECT status FROM minutes") == "with-chair"


async def test_returning_without_remarks_is_refused_and_with_them_shows_them(sign_in, make_meeting, complete):
    meeting = await make_meeting(1)
    await complete(meeting)
    taker, chair = await sign_in("minute_taker"), await sign_in("chair")
    await taker.post(f"{meeting.path}/sending", {"version": str(await version_of(meeting))})
    version = str(await version_of(meeting))
    assert (await chair.post(f"{meeting.path}/return", {"version": version})).status_code == 422
    answer = await chair.post(f"{meeting.path}/return", {"version": version, "remarks": "Name the school"})
    assert answer.status_code == 303
    assert "Name the school" in (await taker.get(meeting.path)).text


async def test_a_form_sent_twice_moves_once_and_leads_back(sign_in, make_meeting, complete):
    meeting = await make_meeting(1)
    await complete(meeting)
    taker = await sign_in("minute_taker")
    form = {"version": str(await version_of(meeting)), "submission_key": "same"}
    for _ in range(3):
        answer = await taker.post(
            f"{meeting.path}/sending", form, headers={"Referer": f"http://testserver{meeting.path}"}
        )
        assert answer.status_code == 303
        assert answer.headers["location"] == meeting.path
    assert (
        await database.fetch_value("SELECT count(*) FROM history_entry WHERE kind = 'minutes sent to chair'")
        == 1
    )
    assert await database.fetch_value("SELECT count(*) FROM outbox_message") == 1


async def test_minutes_from_a_file_show_their_stamps_without_a_text(sign_in, make_meeting, clock):
    meeting = await make_meeting(1)
    made = await builders.insert(
        "minutes", meeting=meeting.id, status="with-chair", sent_to_chair_at=clock.now
    )
    chair, police = await sign_in("chair"), await sign_in("police")
    page = await chair.get(meeting.path)
    assert "not in Homeward" in page.text
    assert "Approve these" not in page.text
    assert (await chair.post(f"{meeting.path}/approval", {"version": "1"})).status_code == 409
    await database.execute(
        "UPDATE minutes SET status = 'circulated', circulated_at = $2 WHERE id = $1", made, clock.now
    )
    page = await police.get(meeting.path)
    assert page.status_code == 200
    assert "not in Homeward" in page.text
