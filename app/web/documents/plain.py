"""A document as plain text, to be pasted where nothing else goes. Pure."""

from collections.abc import Iterable

from app.web.documents.prose import plain_lines
from app.web.documents.shapes import Block, Document, Table


def plain_of(document: Document) -> str:
    """Title, facts and chapters in reading order; what runs along pages and warns on paper is left out."""
    parts = [f"{document.kicker}\n{document.title}", *_blocks(document.cover)]
    for chapter in document.chapters:
        under = "-" * len(chapter.title)
        parts.append("\n".join(part for part in (chapter.title, under, *chapter.tags, chapter.lead) if part))
        parts += _blocks(chapter.blocks)
    return "\n\n".join(parts) + "\n"


def _blocks(blocks: Iterable[Block]) -> Iterable[str]:
    for block in blocks:
        lines = [block.heading] if block.heading else []
        lines += [block.text] if block.text else []
        lines += plain_lines(block.prose)
        lines += [f"{label}: {words}" for label, words in block.facts]
        lines += [f"- {point}" for point in block.points]
        lines += _rows(block.table) if block.table else []
        if lines:
            yield "\n".join(lines)


def _rows(table: Table) -> Iterable[str]:
    for row in table.rows:
        rest = "; ".join(
            f"{label}: {', '.join(words.splitlines())}"
            for label, words in zip(table.columns[1:], row[1:], strict=True)
        )
        yield f"- {row[0]} ({rest})" if rest else f"- {row[0]}"
