"""What stands around a found word: which stretches of a text, and the marks on the words in them. Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

OPENING, CLOSING = "\x02", "\x03"
"""Stand around a found word on its way from the database; no text that was saved holds them."""


@dataclass(frozen=True)
class Passage:
    """A stretch of text under its heading."""

    heading: str
    text: str


@dataclass(frozen=True)
class Shown:
    """What a hit leads to: its title, its address, a word on it, the texts in which to look for the words."""

    title: str
    url: str
    about: str = ""
    status: str = ""
    panel: str = ""
    child_id: int | None = None
    passages: Sequence[Passage] = ()


@dataclass(frozen=True)
class Piece:
    """A stretch of a shown text; `found` where it is one of the words asked for."""

    text: str
    found: bool = False


@dataclass(frozen=True)
class Excerpt:
    heading: str
    pieces: Sequence[Piece]

    @property
    def words(self) -> set[str]:
        """The words found in it."""
        return {piece.text.casefold() for piece in self.pieces if piece.found}


@dataclass(frozen=True)
class Result:
    """A hit as the page shows it."""

    kind: str
    url: str
    about: str
    status: str
    title: Sequence[Piece]
    excerpts: Sequence[Excerpt]


@dataclass(frozen=True)
class Group:
    """What was found of one meeting; without `url` the actions of one day that came without their meeting."""

    url: str
    panel: str
    on: datetime
    results: list[Result] = field(default_factory=list)


MOST_EXCERPTS = 2
MOST_CANDIDATES = 6
REACH = 120
"""Characters shown on either side of a word."""


def excerpts_of(passages: Sequence[Passage], stems: Collection[str]) -> list[Passage]:
    """A few stretches around words that look like those asked for; else the beginning of the first text."""
    found: list[Passage] = []
    words = _like(stems)
    for passage in passages:
        if words and (match := words.search(passage.text)):
            found.append(Passage(passage.heading, _around(passage.text, match.start(), match.end())))
        if len(found) == MOST_CANDIDATES:
            break
    if not found and passages:
        found = [Passage(passages[0].heading, _around(passages[0].text, 0, 0))]
    return found


def best_of(excerpts: Sequence[Excerpt]) -> list[Excerpt]:
    """Those in which a word was found indeed, two at most, as different words as there are; else the first."""
    found = [one for one in excerpts if one.words]
    chosen: list[Excerpt] = []
    for one in found:
        if one.words - {word for other in chosen for word in other.words}:
            chosen.append(one)
    rest = [one for one in found if one not in chosen]
    return [*chosen, *rest][:MOST_EXCERPTS] or list(excerpts[:1])


def _like(stems: Collection[str]) -> "re.Pattern[str] | None":
    """Words that may have one of these stems, whose last letter can differ (polici: policy; hope: hoping)."""
    roots = sorted({re.escape(re.sub(r"(?<=..)[eiy]$", "", stem)) for stem in stems if stem})
    return re.compile(rf"(?<!\w)(?:{'|'.join(roots)})\w*", re.IGNORECASE) if roots else None


def _around(text: str, start: int, end: int) -> str:
    """The text from some words before to some words after a stretch, on one line."""
    first, last = max(0, start - REACH), min(len(text), max(end, start + 1) + REACH)
    if first > 0 and (blank := text.find(" ", first, start)) >= 0:
        first = blank + 1
    if last < len(text) and (blank := text.rfind(" ", end, last)) > 0:
        last = blank
    stretch = " ".join(text[first:last].split())
    return f"{'… ' if first > 0 else ''}{stretch}{' …' if last < len(text) else ''}"


def pieces_of(marked: str) -> list[Piece]:
    """A text with the marks around found words, as pieces without them."""
    pieces: list[Piece] = []
    for number, part in enumerate(marked.split(OPENING)):
        inside, closed, after = part.partition(CLOSING) if number else ("", "", part)
        if inside:
            pieces.append(Piece(inside, bool(closed)))
        if after:
            pieces.append(Piece(after))
    return pieces
