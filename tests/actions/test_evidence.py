"""Files as evidence: what is taken, what they are called, who is given them."""

import io
import zipfile
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app import database
from app.actions.evidence.rules import LARGEST_FILE, LONGEST_NAME, clean_name
from tests.actions.conftest import MakeAction, Room
from tests.conftest import Browser, Cast, SignIn

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
HTML = b"<!doctype html><script>alert(1)</script>"


def word(*more: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            made.writestr(name, "<x/>")
    return packed.getvalue()


async def send(browser: Browser, action: int, name: str, content: bytes, **more: str) -> Any:
    return await browser.post(f"/actions/{action}/evidence", more, files={"file": (name, content)})


TAKEN = [
    ("Visit.pdf", PDF, "pdf"),
    ("door.PNG", PNG, "png"),
    ("door.jpeg", b"\xff\xd8\xff\xe0" + b"\0" * 20, "jpeg"),
    ("door.webp", b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
    ("Letter.docx", word(), "docx"),
]


async def test_a_file_is_kept_and_given_out_as_a_download_alone(
    sign_in: SignIn, cast: Cast, police_action: MakeAction, room: Room
) -> None:
    action = await police_action()
    police, health = await sign_in("police"), await sign_in("health")
    for name, content, kind in TAKEN:
        assert (await send(police, action, name, content)).status_code == 303
        file = await database.fetch_one("SELECT * FROM action_evidence ORDER BY id DESC LIMIT 1")
        assert file is not None
        assert (file["kind"], file["size"], file["content"]) == (kind, len(content), content)
        assert name in (await health.get(f"/actions/{action}")).text
        answer = await health.get(f"/actions/{action}/evidence/{file['id']}")
        assert answer.content == content
        headers = answer.headers
        reference = f'attachment; filename="action-{action}-file-{file["id"]}.'
        assert headers["content-disposition"].startswith(reference)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "sandbox" in headers["content-security-policy"]
    read = await database.fetch("SELECT * FROM history_entry WHERE kind = 'action file read'")
    assert [(one["person_id"], one["child_ids"]) for one in read] == [
        (cast.health.person_id, [room.child])
    ] * len(TAKEN)


REFUSED = [
    ("report.pdf", HTML, "called .pdf but its content is something else"),
    ("report.pdf", PNG, "called .pdf but it is a PNG picture"),
    ("report.html", HTML, "Choose a PDF"),
    ("report", PDF, "Choose a PDF"),
    ("macros.docx", word("word/vbaProject.bin"), "its content is something else"),
    ("broken.docx", b"PK\x03\x04 and no more", "its content is something else"),
    ("empty.pdf", b"", "empty"),
    ("large.pdf", PDF + b"\0" * LARGEST_FILE, "10 MB or less"),
]


async def test_what_is_not_taken_is_refused_with_a_sentence_and_fifty_megabytes_before_they_are_read(
    sign_in: SignIn, police_action: MakeAction
) -> None:
    action, police = await police_action(), await sign_in("police")
    for name, content, sentence in REFUSED:
        answer = await send(police, action, name, content)
        assert answer.status_code == 422, name
        assert sentence in answer.text
    answer = await send(police, action, "large.pdf", PDF + b"\0" * 50_000_000)
    assert answer.status_code == 413
    assert "10 MB or less" in answer.text
    assert await database.fetch_value("SELECT count(*) FROM action_evidence") == 0


async def test_only_those_who_see_the_action_are_given_its_files_and_only_owners_add_them(
    sign_in: SignIn, police_action: MakeAction
) -> None:
    action, other = await police_action(), await police_action()
    await send(await sign_in("police"), action, "a.pdf", PDF)
    file = await database.fetch_value("SELECT id FROM action_evidence")
    for name in ("admin", "outsider"):
        browser = await sign_in(name)
        assert (await browser.get(f"/actions/{action}/evidence/{file}")).status_code in (403, 404)
        assert (await send(browser, action, "b.png", PNG)).status_code == 404
    health = await sign_in("health")
    assert (await send(health, action, "b.png", PNG)).status_code == 403
    assert (await health.get(f"/actions/{other}/evidence/{file}")).status_code == 404


async def test_a_file_added_by_mistake_is_taken_away_with_its_reason_and_stays_on_record(
    sign_in: SignIn, police_action: MakeAction
) -> None:
    action = await police_action()
    police = await sign_in("police")
    await send(police, action, "wrong.pdf", PDF)
    file = await database.fetch_value("SELECT id FROM action_evidence")
    address = f"/actions/{action}/evidence/{file}/withdrawal"
    assert (await police.post(address, {"reason": " "})).status_code == 422
    assert (await police.post(address, {"reason": "Wrong child"})).status_code == 303
    assert (await police.post(address, {"reason": "Again"})).status_code == 409
    assert (await police.get(f"/actions/{action}/evidence/{file}")).status_code == 404
    shown = (await police.get(f"/actions/{action}")).text
    assert "File taken away: wrong.pdf" in shown
    assert "Wrong child" in shown
    entry = await database.fetch_one("SELECT * FROM history_entry WHERE kind = 'action file taken away'")
    assert entry is not None
    assert "wrong.pdf" not in str(entry["details"])


NAMES = {
    "../../etc/passwd.pdf": "passwd.pdf",
    "C:\\Users\\me\\visit.pdf": "visit.pdf",
    "a\r\nSet-Cookie: x.pdf": "aSet-Cookie: x.pdf",
    "in\u202egnp.exe.pdf": "ingnp.exe.pdf",
    "..pdf": "pdf",
    "": "file",
}


@given(st.text(max_size=400) | st.sampled_from(sorted(NAMES)))
def test_no_name_leads_anywhere_breaks_a_line_or_turns_the_writing_round(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned == NAMES.get(name, cleaned)
    assert 0 < len(cleaned) <= LONGEST_NAME + 1
    assert cleaned.isprintable()
    assert not {"/", "\\"} & set(cleaned)
    assert clean_name(cleaned) == cleaned
