"""Which files are taken as evidence: what they are by their content, what they may be called, how large. Pure."""

import io
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime

LARGEST_MEGABYTES = 10
LARGEST_FILE = LARGEST_MEGABYTES * 1024 * 1024
"""Bytes of one file."""

MOST_FILES = 20
LONGEST_NAME = 120


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: its words on screen, its media type, and how names of it end."""

    name: str
    media_type: str
    endings: tuple[str, ...]


KINDS = {
    "pdf": Kind("PDF", "application/pdf", (".pdf",)),
    "png": Kind("PNG picture", "image/png", (".png",)),
    "jpeg": Kind("JPEG picture", "image/jpeg", (".jpg", ".jpeg")),
    "webp": Kind("WebP picture", "image/webp", (".webp",)),
    "docx": Kind(
        "Word document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (".docx",),
    ),
}
ACCEPTED = ",".join(ending for kind in KINDS.values() for ending in kind.endings)
"""For the file field: what a browser offers first."""

TAKEN = "Choose a PDF, a picture (PNG, JPEG or WebP) or a Word document (.docx)"
TOO_LARGE = f"Choose a file of {LARGEST_MEGABYTES} MB or less"


@dataclass(frozen=True)
class EvidenceFacts:
    """A file without its bytes. `withdrawn_…` tell who took it away, when and why."""

    id: int
    action_id: int
    name: str
    kind: str
    size: int
    sha256: str
    added_at: datetime
    by: str
    by_agency: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_reason: str

    @property
    def kind_name(self) -> str:
        return KINDS[self.kind].name

    @property
    def size_words(self) -> str:
        if self.size < 1_000_000:
            return f"{max(1, round(self.size / 1000))} kB"
        return f"{self.size / 1_000_000:.1f} MB"

    @property
    def download_name(self) -> str:
        """Our own reference: a name that somebody chose might be a child's."""
        return f"action-{self.action_id}-file-{self.id}{KINDS[self.kind].endings[0]}"


def kind_of(content: bytes) -> str | None:
    """What a file is by its first bytes, whatever it is called; None for everything that is not taken."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"PK\x03\x04") and _is_word(content):
        return "docx"
    return None


def _is_word(content: bytes) -> bool:
    """Word's newer format without macros; only the list of contents is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        # all that Python's reader raises for what is damaged, or packed in a way it does not know: not Word's
        return False
    return {"[Content_Types].xml", "word/document.xml"} <= names and not any(
        name.lower().endswith("vbaproject.bin") for name in names
    )


def file_problem(name: str, content: bytes) -> str | None:
    """Why a file is not taken, as a sentence; None when it is. Content and the name's ending must agree."""
    if not content:
        return "This file is empty. Choose another"
    if len(content) > LARGEST_FILE:
        return TOO_LARGE
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    called = next((kind for key, kind in KINDS.items() if ending in kind.endings), None)
    if called is None:
        return TAKEN
    found = kind_of(content)
    if found is None or KINDS[found] is not called:
        really = f"it is a {KINDS[found].name}" if found else "its content is something else"
        return f"This file is called {ending} but {really}. Save it anew as a {called.name} and choose that"
    return None


def clean_name(given: str) -> str:
    """A file's name to show: without folders, line ends, control marks and marks that turn the writing round."""
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(
        " " if unicodedata.category(mark) in ("Zl", "Zp", "Zs") else mark
        for mark in unicodedata.normalize("NFC", last)
        if unicodedata.category(mark) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    name = " ".join(shown.split()).lstrip(". ")
    stem, dot, ending = name.rpartition(".")
    if len(name) > LONGEST_NAME:
        name = f"{stem[: LONGEST_NAME - len(ending) - 2]}…{dot}{ending[: LONGEST_NAME // 2]}"
    return name or "file"
