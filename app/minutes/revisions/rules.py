"""When a save goes through, what becomes of two texts, and how one text differs from another. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from app.minutes.discussion.rules import CHOICES, IN_ORDER, Said, heading_of, in_words, same_words
from app.minutes.marking.rules import Mark, merged_mark

MOST_COMPARED = 2_000
"""Beyond so many differing words or lines two texts stay whole: comparing costs the square of them."""


@dataclass(frozen=True)
class Attempt:
    """A save as it arrives. `editing` names the open page it comes from, `edits` counts that page's changes
    so far (None from a page without JavaScript)."""

    base_version: int
    said: Said
    person_id: int
    editing: str = ""
    edits: int | None = None


@dataclass(frozen=True)
class Revision:
    """One saved text; the page and the person it came from."""

    version: int
    said: Said
    saved_by: int | None
    editing: str = ""
    edits: int | None = None


class Verdict(StrEnum):
    SAVE = "save"
    ALREADY_SAVED = "already saved"
    STALE = "stale"


def judge(attempt: Attempt, since: Sequence[Revision], stored_version: int) -> tuple[Verdict, int]:
    """What to do with a save, and the version it stands at (or builds on).

    `since` are the revisions from the attempt's base on, oldest first. A person never conflicts with the page
    they are typing on: a save whose answer was lost, doubled or delayed is recognised by its words, or by its
    page and that page's count of changes.
    """
    if attempt.base_version == stored_version:
        unchanged = bool(since) and same_words(attempt.said, since[-1].said)
        return (Verdict.ALREADY_SAVED if unchanged else Verdict.SAVE), stored_version
    newer = [revision for revision in since if revision.version > attempt.base_version]
    if not newer:
        return Verdict.STALE, stored_version
    if same_words(attempt.said, newer[-1].said):
        return Verdict.ALREADY_SAVED, stored_version
    own = [revision for revision in newer if _same_page(attempt, revision)]
    for revision in own:
        if same_words(attempt.said, revision.said):
            return Verdict.ALREADY_SAVED, revision.version
    if len(own) == len(newer) and attempt.edits is not None:
        latest = max(revision.edits or 0 for revision in own)
        return (Verdict.SAVE if attempt.edits > latest else Verdict.ALREADY_SAVED), stored_version
    return Verdict.STALE, stored_version


def _same_page(attempt: Attempt, revision: Revision) -> bool:
    return bool(attempt.editing) and (revision.saved_by, revision.editing) == (
        attempt.person_id,
        attempt.editing,
    )


@dataclass(frozen=True)
class Difference:
    """One field in which two texts differ. `clash`: both were changed, so a person decides."""

    key: str
    heading: str
    theirs: str
    mine: str
    clash: bool
    suggestion: str

    @property
    def pieces(self) -> "list[Piece]":
        """Theirs and mine word by word: `gone` is only in theirs, `new` only in mine."""
        return compared(self.theirs_in_words, self.mine_in_words)

    @property
    def theirs_in_words(self) -> str:
        return in_words(self.key, self.theirs)

    @property
    def mine_in_words(self) -> str:
        return in_words(self.key, self.mine)


def differences(base: Said, theirs: Said, mine: Said) -> list[Difference]:
    """Every field in which mine and theirs differ, with a suggestion that misses no words of either."""
    base_texts, their_texts, my_texts = base.flat(), theirs.flat(), mine.flat()
    found = []
    for key in IN_ORDER:
        was, there, here = base_texts.get(key, ""), their_texts.get(key, ""), my_texts.get(key, "")
        if there == here:
            continue
        clash = was not in (there, here)
        found.append(Difference(key, heading_of(key), there, here, clash, _suggestion(key, was, there, here)))
    return found


@dataclass(frozen=True)
class MarkDifference:
    """A section that two texts mark for different readers. Nobody is asked: `kept` is the one that is saved."""

    key: str
    heading: str
    theirs: Mark
    mine: Mark
    kept: Mark


def mark_differences(base: Said, theirs: Said, mine: Said) -> list[MarkDifference]:
    return [
        MarkDifference(
            key,
            heading_of(key),
            theirs.mark(key),
            mine.mark(key),
            merged_mark(base.mark(key), theirs.mark(key), mine.mark(key)),
        )
        for key in IN_ORDER
        if theirs.mark(key) != mine.mark(key)
    ]


def _suggestion(key: str, was: str, theirs: str, mine: str) -> str:
    if mine == was:
        return theirs
    if theirs == was or key in CHOICES:
        return mine
    return merged(theirs, mine)


def merged(theirs: str, mine: str) -> str:
    """Both texts as one: shared lines once, every other line of either kept in its place, theirs first."""
    if theirs in mine:
        return mine
    if mine in theirs:
        return theirs
    first, second = theirs.split("\n"), mine.split("\n")
    if max(len(first), len(second)) > MOST_COMPARED:
        return f"{theirs}\n\n{mine}"
    kept: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        kept += first[a:b]
        if tag != "equal":
            kept += second[c:d]
    return "\n".join(kept)


@dataclass(frozen=True)
class Piece:
    """A stretch of a comparison: `same`, `gone` (only in the older) or `new` (only in the newer)."""

    kind: str
    text: str


def compared(older: str, newer: str) -> list[Piece]:
    """Word by word; very long changes as two whole texts."""
    if older == newer:
        return [Piece("same", older)] if older else []
    first, second = _words(older), _words(newer)
    head = _shared(first, second)
    tail = _shared(first[head:][::-1], second[head:][::-1])
    was, now = first[head : len(first) - tail], second[head : len(second) - tail]
    pieces = [Piece("same", "".join(first[:head]))]
    if max(len(was), len(now)) > MOST_COMPARED:
        pieces += [Piece("gone", "".join(was)), Piece("new", "".join(now))]
    else:
        for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
            if tag == "equal":
                pieces.append(Piece("same", "".join(was[a:b])))
            else:
                pieces += [Piece("gone", "".join(was[a:b])), Piece("new", "".join(now[c:d]))]
    pieces.append(Piece("same", "".join(first[len(first) - tail :])))
    return [piece for piece in pieces if piece.text]


def _words(text: str) -> list[str]:
    return re.findall(r"\S+\s*|\s+", text)


def _shared(first: Sequence[str], second: Sequence[str]) -> int:
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count
