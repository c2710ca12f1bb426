"""Text that a PDF can show: what its fonts have no sign for is told as a box, and long runs may break. Pure."""

import re
import unicodedata
from collections.abc import Collection
from functools import cache
from typing import Any

BOX = "□"
"""Stands for a sign that the document's fonts do not have."""

LONGEST_RUN = 20
PIECE = 10
"""Characters without a blank that stay together, and after how many a longer run may break."""
ZERO_WIDTH_SPACE = "\u200b"
_RUN = re.compile(rf"\S{{{LONGEST_RUN + 1},}}")
_OLD_MAC = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_TURNS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufe0e\ufe0f")
"""Marks that turn the direction of what follows, so that text reads otherwise, or that ask for a coloured picture."""


def printable(value: Any, refused: Collection[str] = ()) -> Any:
    """Every text within plain values made printable. `refused`: what the compiler found no sign for."""
    if isinstance(value, str):
        return _printable(value, tuple(refused))
    if isinstance(value, dict):
        return {key: one if key == "url" else printable(one, refused) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [printable(one, refused) for one in value]
    return value


def _printable(text: str, refused: tuple[str, ...]) -> str:
    for cluster in refused:
        text = text.replace(cluster, BOX)
    if not (text.isascii() and text.isprintable()):  # most texts are, and need no look at every sign
        text = "".join(map(_sign, _OLD_MAC.sub("\n", text)))
    return _RUN.sub(_breakable, text)


@cache
def _sign(sign: str) -> str:
    """The sign itself, nothing for a mark without a shape of its own, a box for what no text font has."""
    if sign in "\n\t" or (sign.isascii() and sign.isprintable()):
        return sign
    if sign in _TURNS or unicodedata.category(sign) == "Cc":
        return ""
    if unicodedata.category(sign) in ("Cs", "Co", "Cn") or ord(sign) >= 0x1F000:
        return BOX
    return BOX if unicodedata.east_asian_width(sign) in ("W", "F") else sign


def _breakable(found: re.Match[str]) -> str:
    run = found[0]
    return ZERO_WIDTH_SPACE.join(run[at : at + PIECE] for at in range(0, len(run), PIECE))
