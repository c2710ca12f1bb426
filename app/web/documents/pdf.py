"""A document as tagged PDF (PDF/UA-1 and PDF/A-2a), set by typst from `templates/pdf`.

The texts reach typst as a value, never as its markup.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any, cast

import typst

from app.web.documents.printable import printable
from app.web.documents.shapes import Document
from app.web.templating import ROOT, STATIC

TEMPLATES = ROOT / "templates" / "pdf"
FONTS = STATIC / "fonts"
MOST_TRIES = 20

# one at a time: the compiler keeps what it has set before, and two packs at once would only share the processor
_PRESS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pdf")
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_FORBIDDEN = re.compile(r'the codepoint `"(.+?)"`', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


async def pdf_of(document: Document, *, made_at: datetime) -> bytes:
    """The document as PDF, set in a thread of its own so that pages are answered meanwhile."""
    made = await asyncio.get_running_loop().run_in_executor(_PRESS, _set_document, document, made_at)
    _PRESS.submit(_forget)
    return made


def _set_document(document: Document, made_at: datetime) -> bytes:
    return set_pdf(asdict(document), made_at)


def set_pdf(values: Mapping[str, Any], made_at: datetime, template: str = "document.typ") -> bytes:
    """Sets plain values with a template of `templates/pdf`. A sign that no font has becomes a box."""
    refused: set[str] = set()
    for _ in range(MOST_TRIES):
        try:
            return _compile(template, printable(dict(values), refused), made_at)
        except typst.TypstError as problem:
            found = _MISSING.findall(str(problem)) + _FORBIDDEN.findall(str(problem))
            new = {_read(one) for one in found} - refused
            if not new:
                raise
            refused |= new
    return _compile(template, printable(_plain(dict(values))), made_at)


def _compile(template: str, values: Any, made_at: datetime) -> bytes:
    made = _compiler().compile(
        input=str(TEMPLATES / template),
        format="pdf",
        sys_inputs={"document": json.dumps(values, ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=made_at.replace(microsecond=0),
    )
    return cast(bytes, made)  # one file; several come only of pictures


def _forget() -> None:
    """Lets go of what the last document left in memory, 20 MB each: the compiler drops what ten runs did not use."""
    for _ in range(11):
        _compiler().compile(input=b"", format="pdf")


@cache
def _compiler() -> typst.Compiler:
    if not any(FONTS.glob("*.ttf")):
        raise RuntimeError(f"There are no fonts in {FONTS}: run `make install`")
    return typst.Compiler(root=str(TEMPLATES), font_paths=[str(FONTS)], ignore_system_fonts=True)


def _read(shown: str) -> str:
    """The sign that a message of the compiler names."""
    return _ESCAPE.sub(lambda code: chr(int(code[1], 16)), shown)


def _plain(value: Any) -> Any:
    """The last resort for a text with very many strange signs: Latin letters alone."""
    if isinstance(value, str):
        return "".join(sign if ord(sign) < 0x250 or sign in "–—‘’“”•…□" else "□" for sign in value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
