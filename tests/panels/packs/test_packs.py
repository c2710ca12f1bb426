"""The agenda pack: what is in it, for whom, that it is recorded first, and that it is accessible."""

import asyncio
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from docx import Document as read_word
from page import ValidationProfile, validate_pdf_bytes
from pypdf import PdfReader

from app import database
from app.access import Identity
from app.panels.agenda.queries import items_of
from app.panels.packs import routes
from app.panels.packs.document import document_of
from app.panels.packs.queries import pack_for
from app.panels.versions.rules import snapshot
from app.web.documents.pdf import pdf_of
from app.web.documents.word import write_word
from tests import builders
from tests.conftest import Browser, Cast, SignIn, TestClock
from tests.panels.agenda.steps import SLUG, TOMORROW, facts, held_last_week, meeting_tomorrow, missing_child


async def issued(meeting: int, clock: TestClock, number: int = 1) -> None:
    """Issues the meeting's agenda as it stands, without the mail."""
    await database.execute(
        "UPDATE meeting SET status = 'agenda-issued', agenda_issued_at = $2 WHERE id = $1", meeting, clock.now
    )
    await database.execute(
        "INSERT INTO agenda_version (meeting, number, issued_at, items) VALUES ($1, $2, $3, $4)",
        meeting,
        number,
        clock.now,
        snapshot(await items_of(meeting)),
    )
    await database.execute("UPDATE agenda_item SET first_issued_in = $2 WHERE meeting = $1", meeting, number)


async def words_in_pdf(browser: Browser, meeting: int) -> tuple[PdfReader, str]:
    answer = await browser.get(f"/meetings/{meeting}/agenda.pdf")
    assert answer.status_code == 200, answer.text
    return read_pdf(answer.content)


MISREAD_LENGTH = "PDFA2A-STREAM-LENGTH-001"
"""The checker takes the last byte of a stream for a line end where it happens to be the same."""


def read_pdf(content: bytes) -> tuple[PdfReader, str]:
    """What the file says, once a checker of another making agrees that it is what it claims to be."""
    for profile in (ValidationProfile.PDF_UA_1, ValidationProfile.PDF_A_2A):
        report = validate_pdf_bytes(content, profile=profile)
        assert {one.rule_id for one in report.failures} <= {MISREAD_LENGTH}, report.failures
    reader = PdfReader(io.BytesIO(content))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def parts_of(part: Any) -> Iterator[Any]:
    """Everything with a kind in the tree that a screen reader walks."""
    below = part.get("/K", [])
    for one in below if isinstance(below, list) else [below]:
        one = one.get_object()
        if hasattr(one, "get"):
            if "/S" in one:
                yield one
            yield from parts_of(one)


def words_in_word(content: bytes) -> str:
    """Every word of the file: paragraphs, tables, links, headers, footers."""
    file = read_word(io.BytesIO(content))
    parts = [file.element.body, file.sections[0].header._element, file.sections[0].footer._element]
    told = [
        "".join(node.text or "" for node in paragraph.iter() if node.tag.endswith("}t"))
        for part in parts
        for paragraph in part.iter()
        if paragraph.tag.endswith("}p")
    ]
    return " ".join(told)


async def test_a_pack_has_a_cover_its_contents_and_each_child_on_a_page(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    meeting = await meeting_tomorrow(place="Room 4", chair=cast.chair.person_id)
    await builders.an_item(meeting, None, kind="standing", title="Introductions", reason="", minutes=5)
    await builders.an_item(meeting, None, kind="standing", title="Minutes of last time", reason="", minutes=5)
    for name in ("Saffron Sampleworth", "Rowan Invented", "Indigo Madeup"):
        await builders.an_item(meeting, await missing_child(name=name))
    await issued(meeting, clock, number=2)
    reader, words = await words_in_pdf(await sign_in("police"), meeting)
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert len(pages) == 5, "cover, the standing items, three children"
    for expected in ("Missing Children Panel", "Room 4", "Carys Chairwell", "Version 2", "Contents"):
        assert expected in pages[0]
    assert "3. Saffron Sampleworth" in pages[0]
    assert "1. Introductions" in pages[1]
    assert "2. Minutes of last time" in pages[1]
    for page, name in zip(pages[2:], ("Saffron", "Rowan", "Indigo"), strict=True):
        assert name in page
        assert "missing 3 times in 90 days" in page.lower()
    for number, page in enumerate(pages, 1):
        assert f"Meeting {meeting}, agenda version 2" in page
        assert f"Page {number} of 5" in page
        assert "Opened by Polly Constable-Sample, 10 June 2026, 10am" in page
    assert words.count("Polly Constable-Sample") >= 10, "at the foot and across every page"


async def test_the_pdf_is_tagged_titled_and_says_that_it_is_accessible(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await missing_child(name="Saffron Sampleworth"))
    await issued(meeting, clock)
    reader, _ = await words_in_pdf(await sign_in("police"), meeting)
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert reader.metadata is not None
    assert reader.metadata.title == "Missing Children Panel: Agenda for Thursday 11 June 2026"
    assert "Saffron" not in metadata
    assert [entry.title for entry in reader.outline][-1].startswith("1. Saffron"), "bookmarks"  # type: ignore[union-attr]
    kinds = {str(part["/S"]) for part in parts_of(root["/StructTreeRoot"])}
    assert {"/TOC", "/TOCI", "/Link", "/H1", "/H2", "/Table", "/TH", "/TD"} <= kinds
    assert all(str(page["/Tabs"]) == "/S" for page in reader.pages), "the tab key follows the structure"


async def test_a_child_s_page_tells_what_the_panel_needs(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    child = await missing_child(name="Saffron Sampleworth", legal_status="cla")
    await held_last_week([child])
    await builders.an_episode(child, TOMORROW - timedelta(days=60), missing_from="Before last time")
    [late] = [
        row["id"] for row in await database.fetch("SELECT id FROM episode ORDER BY started_at DESC LIMIT 1")
    ]
    await database.execute(
        "UPDATE episode SET missing_from = 'Oak House', found_at = 'Bus station' WHERE id = $1", late
    )
    await builders.an_interview(child, [late], outcome="declined-child", offered_at=clock.now)
    await builders.a_risk(child, date(2026, 6, 1), "high")
    await builders.an_action(SLUG, cast.police.agency_id, date(2026, 6, 5), child=child)
    meeting = await meeting_tomorrow()
    item = await builders.an_item(meeting, child)
    await issued(meeting, clock)
    for agency, columns in (
        (cast.health.agency_id, {"nothing_known": True}),
        (cast.police.agency_id, {"known": "Seen with older boys", "risks": "County lines"}),
    ):
        await builders.insert(
            "contribution",
            agenda_item=item,
            agency=agency,
            written_by=cast.police.person_id,
            written_at=clock.now,
            submitted_at=clock.now,
            **columns,
        )
    _, words = await words_in_pdf(await sign_in("police"), meeting)
    for expected in (
        "15 years old",
        "Looked after",
        "High, assessed 1 June 2026",
        "Episodes since 4 June 2026, when last discussed here",
        "8 June 2026, 9pm",
        "9 June 2026, 3am",
        "Oak House",
        "Bus station",
        "Declined by the child",
        "Visit at the placement and agree a safety plan – Exampleshire Police, overdue since 5 June 2026",
        "Nothing known",
        "Seen with older boys",
        "County lines",
    ):
        assert expected in words, expected
    assert "Before last time" not in words


async def test_a_recalled_child_s_page_tells_of_the_case_before(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    child = await builders.a_child(name="Saffron Sampleworth")
    for day in (
        date(2025, 9, 20),
        date(2025, 10, 20),
        date(2026, 1, 10),
        date(2026, 5, 10),
        date(2026, 5, 20),
    ):
        await builders.an_episode(child, clock.now.replace(year=day.year, month=day.month, day=day.day))
    before = await builders.a_case(
        "mace",
        child,
        date(2025, 10, 1),
        closed_on=date(2026, 3, 1),
        closure_reason="reduced-risk",
        closure_rationale="No episode since January",
    )
    again = await builders.a_case("mace", child, date(2026, 6, 1), recall_of=before)
    meeting = await builders.a_meeting("mace")
    await builders.an_item(meeting, child, panel_case=again)
    await issued(meeting, clock)
    _, words = await words_in_pdf(await sign_in("chair"), meeting)
    assert "Recalled" in words
    assert "1 October 2025 to 1 March 2026" in words
    assert "Reduced risk. No episode since January" in words
    assert "1 in the 365 days before the case, 2 during it, 2 since its closure" in words


async def test_a_place_s_page_tells_its_months_hours_and_children(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    child = await builders.a_child(name="Saffron Sampleworth")
    await builders.a_case("mace", child, date(2026, 1, 1))
    await builders.an_episode(child, clock.now - timedelta(days=20, hours=12), found_at="bus STATION")
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, None, kind="place", title="Bus station", reason="3 episodes")
    await issued(meeting, clock)
    _, words = await words_in_pdf(await sign_in("police"), meeting)
    for expected in (
        "1. Bus station",
        "May 2026 1 1",
        "Morning (6am to noon) 0 0",
        "Night (10pm to 6am) 0 1",
    ):
        assert expected in words, expected
    assert "Saffron Sampleworth, CH-" in words
    [read] = await database.fetch("SELECT child_ids FROM history_entry WHERE kind = 'pack read'")
    assert read["child_ids"] == [child]


async def test_a_restricted_item_is_a_title_and_nothing_else_to_others(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    child = await missing_child(name="Saffron Sampleworth", child_ref="SAF-77")
    meeting = await meeting_tomorrow()
    item = await builders.an_item(
        meeting,
        child,
        reason="a secret reason",
        restricted=True,
        open_title="A matter for named agencies",
        allowed_agencies=[cast.police.agency_id],
    )
    await issued(meeting, clock)
    await builders.insert(
        "contribution",
        agenda_item=item,
        agency=cast.police.agency_id,
        known="Something only police know",
        written_by=cast.police.person_id,
        written_at=clock.now,
        submitted_at=clock.now,
    )
    secrets = ("Saffron", "SAF-77", "secret reason", "only police know")
    for who in ("health", "manager", "officer"):
        browser = await sign_in(who)
        _, words = await words_in_pdf(browser, meeting)
        word = words_in_word((await browser.get(f"/meetings/{meeting}/agenda.docx")).content)
        for told in (words, word):
            assert "A matter for named agencies" in told
            assert not [secret for secret in secrets if secret in told], who
    _, words = await words_in_pdf(await sign_in("police"), meeting)
    assert not [secret for secret in secrets if secret not in words]
    read = await database.fetch("SELECT person_id, child_ids FROM history_entry WHERE kind = 'pack read'")
    assert {tuple(row["child_ids"]) for row in read if row["person_id"] != cast.police.person_id} == {()}


async def test_that_a_pack_is_opened_is_recorded_before_it_is_made(
    cast: Cast, sign_in: SignIn, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    children = [await missing_child(), await missing_child()]
    meeting = await meeting_tomorrow()
    for child in children:
        await builders.an_item(meeting, child)
    await issued(meeting, clock)
    browser = await sign_in("police")
    seen: list[Any] = []

    async def look(*_: object, **__: object) -> bytes:
        seen.extend(await database.fetch("SELECT * FROM history_entry WHERE kind = 'pack read'"))
        return b"%PDF"

    monkeypatch.setattr(routes, "pdf_of", look)
    answer = await browser.get(f"/meetings/{meeting}/agenda.pdf")
    assert answer.headers["content-disposition"] == f'attachment; filename="agenda-{meeting}-v1.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    [entry] = seen
    assert (entry["person_id"], entry["about_ids"], entry["child_ids"]) == (
        cast.police.person_id,
        [meeting],
        children,
    )
    assert entry["details"] == {"version": 1, "form": "pdf"}


async def test_without_a_record_there_is_no_pack(cast: Cast, sign_in: SignIn, clock: TestClock) -> None:
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await missing_child(name="Saffron Sampleworth"))
    await issued(meeting, clock)
    browser = await sign_in("police")
    await database.execute("ALTER TABLE history_entry ADD CONSTRAINT none CHECK (kind <> 'pack read')")
    for form in ("pdf", "docx"):
        answer = await browser.get(f"/meetings/{meeting}/agenda.{form}")
        assert answer.status_code == 503
        assert b"Saffron" not in answer.content


async def test_before_an_agenda_is_issued_there_is_no_pack(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await missing_child(name="Saffron Sampleworth"))
    for form in ("pdf", "docx"):
        answer = await (await sign_in("chair")).get(f"/meetings/{meeting}/agenda.{form}")
        assert answer.status_code == 422
        assert "has not been issued yet" in answer.text
    assert await database.fetch_value("SELECT count(*) FROM history_entry WHERE kind = 'pack read'") == 0


async def test_a_pack_shows_the_agenda_as_issued_not_as_it_is_being_changed(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await missing_child(name="Saffron Sampleworth"))
    await issued(meeting, clock)
    await builders.an_item(meeting, await missing_child(name="Not Yettold"))
    _, words = await words_in_pdf(await sign_in("police"), meeting)
    assert "Saffron" in words
    assert "Yettold" not in words


HOSTILE = (
    "#panic() #sys.inputs $x^2$ *bold* _under_ = Heading <label> @cite `raw` // gone /* gone */ [b] {c}",
    "<script>alert(1)</script> & &amp; \"quotes\" 'single' \\ \\u{41} %s {{ 7*7 }}",
    "😀 👩‍👩‍👧 漢字 \ue000 \U000e0041 zero\u200bwidth",
    "\u202eesrever\u202c עברית العربية Ünïçødé Łukasz Nguyễn",
    "x" * 5000,
    "nul\x00 bell\x07 tab\t new\nline\r\nold\rmac\u2028sep",
)


@pytest.mark.parametrize("text", HOSTILE, ids=["typst", "html", "signs", "directions", "long", "control"])
async def test_hostile_text_is_printed_as_text(
    cast: Cast, sign_in: SignIn, clock: TestClock, text: str
) -> None:
    stored = text.replace("\x00", "")
    child = await missing_child(name=stored[:300])
    meeting = await meeting_tomorrow(place=stored)
    await builders.an_item(meeting, child, reason=stored)
    await builders.an_item(meeting, None, kind="standing", title=stored, reason="")
    await builders.an_action(SLUG, cast.police.agency_id, date(2026, 6, 5), child=child, text=stored)
    await issued(meeting, clock)
    browser = await sign_in("police")
    reader, words = await words_in_pdf(browser, meeting)
    file = words_in_word((await browser.get(f"/meetings/{meeting}/agenda.docx")).content)
    squeezed = "".join(words.split()).replace("\u200b", "")
    if text is HOSTILE[0]:
        for told in (squeezed, "".join(file.split())):
            assert "".join(text.split()) in told
    if text is HOSTILE[1]:
        assert "<script>alert(1)</script>&&amp;" in squeezed
        assert "<script>alert(1)</script> & &amp;" in file
    if text is HOSTILE[2]:
        assert "□" in words
        assert "zerowidth" in squeezed
        assert "漢字" in file, "Word brings its own fonts"
    if text is HOSTILE[3]:
        assert "\u202e" not in words + file
        assert "ŁukaszNguyễn" in squeezed
    if text is HOSTILE[4]:
        assert squeezed.count("x") >= 4 * 5000
        assert "x" * 5000 in file
    assert len(reader.pages) < 20


async def test_a_thin_and_an_empty_agenda_make_a_pack_too(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    """A meeting brought by a file: held, without an agenda of ours, a child without a name or a birth date."""
    child = await builders.a_child(name="", born_on=None)
    meeting = await builders.a_meeting(SLUG, clock.now - timedelta(days=3), status="held", date_only=True)
    await builders.an_item(meeting, child, reason="")
    empty = await builders.a_meeting(SLUG, clock.now - timedelta(days=10), status="held")
    browser = await sign_in("police")
    reader, words = await words_in_pdf(browser, meeting)
    assert "Name not recorded" in words
    assert "no agenda was issued" in words
    reader, _ = await words_in_pdf(browser, empty)
    assert len(reader.pages) == 1
    assert (await browser.get(f"/meetings/{empty}/agenda.docx")).status_code == 200


async def test_the_word_file_has_headings_a_title_a_language_and_the_reader_on_each_page(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, None, kind="standing", title="Introductions", reason="")
    await builders.an_item(meeting, await missing_child(name="Saffron Sampleworth"))
    await issued(meeting, clock)
    answer = await (await sign_in("police")).get(f"/meetings/{meeting}/agenda.docx")
    assert answer.headers["content-type"].startswith("application/vnd.openxmlformats-officedocument")
    assert f'filename="agenda-{meeting}-v1.docx"' in answer.headers["content-disposition"]
    file = read_word(io.BytesIO(answer.content))
    headings = [(p.style.name, p.text) for p in file.paragraphs if p.style and "Heading" in str(p.style.name)]
    assert ("Heading 1", "1. Introductions") in headings
    assert any(style == "Heading 1" and text.startswith("2. Saffron") for style, text in headings)
    assert ("Heading 2", "Why listed") in headings
    assert file.core_properties.title == "Missing Children Panel: Agenda for Thursday 11 June 2026"
    assert file.core_properties.language == "en-GB"
    assert 'w:val="en-GB"' in file.styles.element.xml
    foot = " ".join(p.text for p in file.sections[0].footer.paragraphs)
    assert f"Meeting {meeting}, agenda version 1" in foot
    assert "Opened by Polly Constable-Sample, 10 June 2026, 10am" in foot
    [table] = file.tables
    assert table.rows[0].cells[0].text == "Went missing"


async def test_pdf_and_word_tell_the_same(cast: Cast, clock: TestClock) -> None:
    meeting = await meeting_tomorrow()
    child = await missing_child(name="Saffron Sampleworth")
    await builders.an_action(SLUG, cast.police.agency_id, date(2026, 6, 5), child=child)
    await builders.an_item(meeting, child)
    await issued(meeting, clock)
    pack = await _pack(cast.police, meeting, clock)
    document = document_of(pack)
    pdf = "".join(read_pdf(await pdf_of(document, made_at=clock.now))[1].split())
    word = "".join(words_in_word(write_word(document, clock.now)).split())
    for chapter in document.chapters:
        for block in chapter.blocks:
            told = [*block.points, block.text, *(words for _, words in block.facts)]
            told += [cell for row in (block.table.rows if block.table else ()) for cell in row]
            for words in told:
                assert "".join(words.split()) in pdf
                assert "".join(words.split()) in word


async def _pack(who: Identity, meeting: int, clock: TestClock) -> Any:
    return await pack_for(who, await facts(who, meeting), "Exampleshire", clock.now)


async def test_a_pack_of_thirty_children_is_made_while_other_pages_are_answered(
    cast: Cast, sign_in: SignIn, clock: TestClock, anonymous: httpx.AsyncClient
) -> None:
    meeting = await meeting_tomorrow(length_minutes=600)
    for _ in range(30):
        child = await missing_child()
        for days in range(1, 7):
            await builders.an_episode(child, TOMORROW - timedelta(days=3 + days), missing_from="Oak House")
        await builders.an_item(meeting, child)
    await issued(meeting, clock)
    browser = await sign_in("police")
    answer, pulse = await asyncio.gather(
        browser.get(f"/meetings/{meeting}/agenda.pdf"), anonymous.get("/healthz")
    )
    assert pulse.status_code == 200
    assert len(PdfReader(io.BytesIO(answer.content)).pages) >= 31


async def test_a_person_without_a_seat_gets_no_pack(cast: Cast, sign_in: SignIn, clock: TestClock) -> None:
    meeting = await meeting_tomorrow()
    await builders.an_item(meeting, await missing_child())
    await issued(meeting, clock)
    for form in ("pdf", "docx"):
        assert (await (await sign_in("outsider")).get(f"/meetings/{meeting}/agenda.{form}")).status_code in (
            403,
            404,
        )
        assert (await (await sign_in("admin")).get(f"/meetings/{meeting}/agenda.{form}")).status_code in (
            403,
            404,
        )
