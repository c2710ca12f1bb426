"""Text with light Markdown as parts of a document: paragraphs, and lists within lists. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from app.web.markdown import Line, Run, lines_of


@dataclass(frozen=True)
class Item:
    """A point of a list with the points below it; `number` where it is counted."""

    runs: tuple[Run, ...]
    number: int | None = None
    below: tuple["Prose", ...] = ()


@dataclass(frozen=True)
class Prose:
    """A paragraph of lines, or a list whose items are all counted or all not."""

    lines: tuple[tuple[Run, ...], ...] = ()
    items: tuple[Item, ...] = ()


def prose_of(text: str) -> tuple[Prose, ...]:
    """The parts of a text, as pages show them."""
    parts: list[Prose] = []
    for kind, lines in groupby(lines_of(text), key=lambda line: "list" if line.level else bool(line.runs)):
        if kind == "list":
            parts += _lists(list(lines))
        elif kind:
            parts.append(Prose(lines=tuple(line.runs for line in lines)))
    return tuple(parts)


def _lists(lines: Sequence[Line]) -> list[Prose]:
    """Lines of lists; those deeper than the first of them belong to the item before."""
    items: list[Item] = []
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and lines[end].level > lines[at].level:
            end += 1
        items.append(Item(lines[at].runs, lines[at].number, tuple(_lists(lines[at + 1 : end]))))
        at = end
    return [
        Prose(items=tuple(alike)) for _, alike in groupby(items, key=lambda item: item.number is not None)
    ]


def plain_lines(parts: Sequence[Prose], indent: str = "") -> list[str]:
    """The parts as lines of plain text; a link is followed by where it leads."""
    lines: list[str] = []
    for part in parts:
        lines += [indent + plain_words(line) for line in part.lines]
        for item in part.items:
            mark = "-" if item.number is None else f"{item.number}."
            lines.append(f"{indent}{mark} {plain_words(item.runs)}")
            lines += plain_lines(item.below, indent + "  ")
    return lines


def plain_words(runs: Sequence[Run]) -> str:
    return "".join(f"{run.text} ({run.url})" if run.url else run.text for run in runs)
