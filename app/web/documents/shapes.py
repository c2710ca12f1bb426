"""What a document consists of, in words that are ready to print. Pure: both renderers take the same value."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.web.documents.prose import Item, Prose
from app.web.markdown import Run


@dataclass(frozen=True)
class Table:
    """`widths`: the share of each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True)
class Block:
    """Some words under a heading, facts with their labels, points, or a table; whichever are there, in this order.

    `prose`: text with light Markdown, after the plain `text`.
    """

    heading: str = ""
    text: str = ""
    prose: tuple[Prose, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    points: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Chapter:
    """One entry of the contents. `at` stands beside it there; `lead` is said in the first lines below the title.

    `own_page`: it begins a page, and so does what follows it.
    """

    key: str
    title: str
    at: str = ""
    tags: tuple[str, ...] = ()
    lead: str = ""
    blocks: tuple[Block, ...] = ()
    own_page: bool = True


@dataclass(frozen=True)
class Document:
    """A document for one reader. `reference` and who opened it when stand on every page.

    `running`: the line on top of every page after the first. `foot`: one more line at the foot of every page.
    `notice`: what a reader must heed, on the first page. `has_contents`: the chapters are listed there as well, and
    the first one begins on a page of its own. `marking` stands on top of every page after the first; a paper for
    everybody has none, and with a blank `reader` nobody's name across its pages.
    """

    title: str
    kicker: str
    authority: str
    running: str
    reference: str
    reader: str
    opened: str
    foot: str = ""
    marking: str = "Confidential"
    notice: str = ""
    has_contents: bool = True
    cover: tuple[Block, ...] = ()
    chapters: tuple[Chapter, ...] = field(default_factory=tuple)

    @property
    def opened_by(self) -> str:
        return f"Opened by {self.reader}, {self.opened}" if self.reader else f"Printed {self.opened}"


def words_of(value: object) -> Iterator[str]:
    """Every text of a document or a part of it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from words_of(one)
    elif isinstance(value, Document | Chapter | Block | Table | Prose | Item | Run):
        for one in vars(value).values():
            yield from words_of(one)
