"""Minutes as PDF and Word: the same text as on the page, for that reader alone, and accessible."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from docx import Document as read_word

from app import database
from app.minutes.documents import routes
from app.minutes.documents.document import document_of
from app.minutes.documents.rules import Addendum, Printed
from app.minutes.fixed_text.rules import content_of, in_groups, readable
from app.web.documents.pdf import pdf_of
from app.web.documents.shapes import words_of
from tests import builders
from tests.minutes.test_fixed_text_rules import HEAD
from tests.panels.packs.test_packs import parts_of, read_pdf, words_in_word

from .papers import approved, circulated, good, restrict


async def an_action(cast, meeting, index: int | None, text: str) -> None:
    await builders.an_action(
        "mace",
        cast.police.agency_id,
        date(2026, 6, 20),
        child=meeting.children[index] if index is not None else None,
        agenda_item=meeting.items[index] if index is not None else None,
        meeting=meeting.id,
        text=text,
    )


async def test_the_minutes_come_as_pdf_with_contents_tables_and_the_fingerprint_of_the_page(
    cast, clock, sign_in, make_meeting, complete
):
    meeting = await make_meeting(2, place="Room 4")
    await complete(meeting, decision="Keep the plan", risk_after="high", risk_rationale="More nights away")
    await an_action(cast, meeting, 0, "Visit the placement")
    await an_action(cast, meeting, None, "Write to the bus company")
    sha256 = await circulated(cast, clock, meeting)
    police = await sign_in("police")
    answer = await police.get(f"/meetings/{meeting.id}/minutes.pdf")
    reader, words = read_pdf(good(answer))
    assert answer.headers["content-disposition"] == f'attachment; filename="minutes-{meeting.id}-v1.pdf"'
    for expected in (
        "Minutes of Wednesday 10 June 2026",
        "9am to 9:50am",
        "Room 4",
        "Contents",
        "Carys Chairwell Exampleshire Council Present",
        "1. Testname Surname0",
        "2. Testname Surname1",
        "Seen and heard.",
        "Keep the plan",
        "After: high.",
        "More nights away",
        "Visit the placement Exampleshire Police 20 June 2026",
        "Write to the bus company",
        "Approved by Carys Chairwell",
    ):
        assert expected in words, expected
    shown = in_groups(sha256)
    assert shown in (await police.get(meeting.path)).text
    for page in reader.pages:
        told = " ".join(page.extract_text().split())
        assert f"Minutes of meeting {meeting.id}, version 1" in told
        assert f"SHA-256 {shown}" in told
        assert "Opened by Polly Constable-Sample, 10 June 2026, 10am" in told
    root: Any = reader.trailer["/Root"]
    kinds = {str(part["/S"]) for part in parts_of(root["/StructTreeRoot"])}
    assert {"/TOC", "/TOCI", "/H1", "/H2", "/Table", "/TH", "/TD"} <= kinds
    assert "Testname" not in root["/Metadata"].get_data().decode()


async def test_word_opens_with_headings_and_tables(cast, clock, sign_in, make_meeting, complete):
    meeting = await make_meeting(2)
    await complete(meeting)
    await an_action(cast, meeting, 1, "Visit the placement")
    sha256 = await circulated(cast, clock, meeting)
    content = good(await (await sign_in("police")).get(f"/meetings/{meeting.id}/minutes.docx"))
    file = read_word(io.BytesIO(content))
    refs = [row["child_ref"] for row in await database.fetch("SELECT child_ref FROM child ORDER BY id")]
    headings = [one.text for one in file.paragraphs if one.style.name == "Heading 1"]
    assert headings == [
        "Attendance",
        f"1. Testname Surname0, {refs[0]}",
        f"2. Testname Surname1, {refs[1]}",
    ]
    assert [[cell.text for cell in table.rows[0].cells] for table in file.tables] == [
        ["Name", "Agency", "Attendance"],
        ["Action", "Who", "By"],
    ]
    assert in_groups(sha256) in words_in_word(content)
    assert "Opened by Polly Constable-Sample" in words_in_word(content)


async def test_what_one_reader_may_not_see_is_in_no_file_of_theirs(
    cast, clock, sign_in, make_meeting, discuss
):
    meeting = await make_meeting(2)
    await discuss(meeting, 0, text="Only police know")
    await discuss(meeting, 1, text="Known to all")
    await an_action(cast, meeting, 0, "A covert step")
    await restrict(meeting, 0, (cast.police.agency_id,))
    await circulated(cast, clock, meeting)
    secrets = ("Surname0", "Only police know", "covert step")
    health, police = await sign_in("health"), await sign_in("police")
    for form, read in (("pdf", lambda content: read_pdf(content)[1]), ("docx", words_in_word)):
        theirs = read(good(await health.get(f"/meetings/{meeting.id}/minutes.{form}")))
        assert "A matter for named agencies" in theirs
        assert "One item is restricted and not told here" in theirs
        assert "Known to all" in theirs
        assert not [secret for secret in secrets if secret in theirs]
        ours = read(good(await police.get(f"/meetings/{meeting.id}/minutes.{form}")))
        assert not [secret for secret in secrets if secret not in ours]
    read = await database.fetch(
        "SELECT person_id, child_ids FROM history_entry WHERE kind = 'minutes read' AND details ? 'form'"
    )
    by_reader = {row["person_id"]: row["child_ids"] for row in read}
    assert by_reader == {
        cast.health.person_id: meeting.children[1:],
        cast.police.person_id: meeting.children,
    }


async def test_a_draft_says_so_on_every_page_and_is_only_for_those_who_make_it(
    cast, sign_in, make_meeting, complete
):
    meeting = await make_meeting(1)
    await complete(meeting)
    chair = await sign_in("chair")
    reader, words = read_pdf(good(await chair.get(f"/meetings/{meeting.id}/minutes.pdf")))
    assert all("Draft – not approved" in page.extract_text() for page in reader.pages)
    assert "SHA-256" not in words
    answer = await chair.get(f"/meetings/{meeting.id}/minutes.docx")
    assert "Draft – not approved" in words_in_word(answer.content)
    assert f"minutes-{meeting.id}-draft.docx" in answer.headers["content-disposition"]
    for form in ("pdf", "docx"):
        refused = await (await sign_in("police")).get(f"/meetings/{meeting.id}/minutes.{form}")
        assert refused.status_code == 403


async def test_a_text_that_was_tampered_with_is_printed_with_a_warning(
    cast, clock, sign_in, make_meeting, complete
):
    meeting = await make_meeting(1)
    await complete(meeting)
    await approved(cast, clock, meeting)
    async with database.transaction():
        await database.execute("SET LOCAL session_replication_role = replica")  # past what forbids it
        await database.execute("UPDATE minutes SET content = replace(content, 'Seen and heard', 'Not seen')")
    chair = await sign_in("chair")
    _, words = read_pdf(good(await chair.get(f"/meetings/{meeting.id}/minutes.pdf")))
    assert "This text is not the one that was approved" in words
    assert "does not match" in words
    word = words_in_word(good(await chair.get(f"/meetings/{meeting.id}/minutes.docx")))
    assert "This text is not the one that was approved" in word


async def test_that_minutes_are_taken_along_is_recorded_before_they_are_made(
    cast, sign_in, make_meeting, complete, monkeypatch
):
    meeting = await make_meeting(2)
    await complete(meeting)
    seen: list[Any] = []

    async def look(*_: object, **__: object) -> bytes:
        seen.extend(await database.fetch("SELECT * FROM history_entry WHERE kind = 'minutes read'"))
        return b"%PDF"

    monkeypatch.setattr(routes, "pdf_of", look)
    await (await sign_in("chair")).get(f"/meetings/{meeting.id}/minutes.pdf")
    [entry] = seen
    assert entry["child_ids"] == meeting.children
    assert entry["details"] == {"version": 0, "form": "pdf"}


async def test_without_a_record_and_without_a_text_there_is_no_file(cast, sign_in, make_meeting, complete):
    meeting = await make_meeting(1)
    await complete(meeting)
    elsewhere = await make_meeting(1, slug="missing-children-panel")
    await builders.insert("minutes", meeting=elsewhere.id, status="circulated")
    chair = await sign_in("chair")
    assert (await chair.get(f"/meetings/{elsewhere.id}/minutes.pdf")).status_code == 422
    assert (await chair.get("/meetings/987654321/minutes.pdf")).status_code == 404
    await database.execute("ALTER TABLE history_entry ADD CONSTRAINT none CHECK (kind <> 'minutes read')")
    for form in ("pdf", "docx"):
        answer = await chair.get(f"/meetings/{meeting.id}/minutes.{form}")
        assert answer.status_code == 503
        assert b"Testname" not in answer.content


@pytest.mark.parametrize("text", ["#panic() *x* _y_ = z <a> @b", "مرحبا 漢字 👩‍👩‍👧 \u202ejs", "x" * 5_000])
async def test_whatever_was_typed_the_file_is_made(cast, sign_in, make_meeting, discuss, text):
    meeting = await make_meeting(1)
    await discuss(meeting, text=text)
    chair = await sign_in("chair")
    _, words = read_pdf(good(await chair.get(f"/meetings/{meeting.id}/minutes.pdf")))
    assert "Child" in words
    if text.startswith("#"):
        assert text in words
    read_word(io.BytesIO(good(await chair.get(f"/meetings/{meeting.id}/minutes.docx"))))


async def test_light_markdown_is_set_as_the_page_shows_it(cast, sign_in, make_meeting, discuss):
    meeting = await make_meeting(1)
    await discuss(
        meeting,
        text="Said **firmly**:\n- one [link](https://example.org/a)\n  - below\n2. second\n[x](javascript:y)",
    )
    chair = await sign_in("chair")
    reader, words = read_pdf(good(await chair.get(f"/meetings/{meeting.id}/minutes.pdf")))
    assert "Said firmly:" in words
    assert "**" not in words
    assert "[x](javascript:y)" in words, "no link, only what was typed"
    kinds = [str(part["/S"]) for part in parts_of(reader.trailer["/Root"]["/StructTreeRoot"])]
    assert kinds.count("/L") == 3
    content = good(await chair.get(f"/meetings/{meeting.id}/minutes.docx"))
    styles = {one.text: one.style.name for one in read_word(io.BytesIO(content)).paragraphs}
    assert styles["one link"] == "List Bullet"
    assert styles["below"] == "List Bullet 2"
    assert "Said firmly:" in styles


async def test_addenda_stand_after_the_text_and_make_a_new_version():
    content = readable(content_of(HEAD, [], [], {"by": "Carys Chairwell", "at": "2026-06-11T09:00:00+00:00"}))
    at = datetime(2026, 6, 15, 9, tzinfo=UTC)
    later = Addendum(at.replace(day=16), "Carys Chairwell", "The visit was on Monday.", about="Item 1")
    first = Addendum(at, "Carys Chairwell", "The bus station is the old one.")
    printed = Printed(
        1, content, "ab" * 32, True, "Exampleshire", "Polly", at.replace(day=17), addenda=(later, first)
    )
    document = document_of(printed)
    assert document.reference.endswith("version 3")
    assert document.chapters[-1].title == "Addenda"
    told = list(words_of(document.chapters[-1]))
    assert told.index("The bus station is the old one.") < told.index("Item 1: The visit was on Monday.")
    read_pdf(await pdf_of(document, made_at=printed.opened_at))
