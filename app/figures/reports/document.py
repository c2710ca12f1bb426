"""A report as a document for paper and as a file for spreadsheets, from its content alone. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.figures.reports.content import (
    CSV_COLUMNS,
    SUPPRESSED,
    cell_words,
    children_in,
    csv_rows,
    has_hidden,
    known_at,
)
from app.figures.reports.rules import reference_of
from app.minutes.fixed_text.rules import in_groups
from app.panels.words import long_moment
from app.web.documents.prose import prose_of
from app.web.documents.shapes import Block, Chapter, Document, Table
from app.web.documents.spreadsheets import csv_bytes

DRAFT = "Draft – not fixed"
"""Stands at the foot of every page, instead of the fingerprint, while what the report says may still change."""
ALTERED = "This text is not the one that was fixed: its fingerprint does not match. Tell your administrator."
NOBODYS = "A schedule"
KICKERS = {"committee": "Report to committee", "managers": "Report for managers"}


@dataclass(frozen=True)
class Printed:
    """A report as one reader is given it. `sha256` is blank for a draft."""

    content: Mapping[str, Any]
    sha256: str
    is_unaltered: bool
    reader: str
    opened_at: datetime

    @property
    def reference(self) -> str:
        return reference_of(self.content["id"], self.content["number"])

    @property
    def foot(self) -> str:
        """What tells this text from any other: its fingerprint in groups, or that it is a draft."""
        if not self.sha256:
            return DRAFT
        groups = f"SHA-256 {in_groups(self.sha256)}"
        return groups if self.is_unaltered else f"{groups} – does not match"

    @property
    def file_name(self) -> str:
        """Without its ending; file names carry our own references, never whom a report is about."""
        return f"report-{self.content['id']}{'' if self.sha256 else '-draft'}"

    @property
    def names_children(self) -> bool:
        return bool(children_in(self.content))

    @property
    def is_for_everybody(self) -> bool:
        """A committee's papers are public: nobody's name stands across them."""
        return bool(self.sha256) and self.content["audience"] == "committee"


def document_of(printed: Printed) -> Document:
    content = printed.content
    title = content["title"]
    return Document(
        title=title,
        kicker=KICKERS[content["audience"]],
        authority=content["authority"],
        running=f"{title}, {content['period']['words']}",
        reference=printed.reference,
        reader="" if printed.is_for_everybody else printed.reader,
        opened=long_moment(printed.opened_at),
        foot=printed.foot,
        marking="" if printed.is_for_everybody else "Confidential",
        notice=" ".join(_notices(printed)),
        cover=(Block(facts=tuple(facts_of(content))),),
        chapters=(*_chapters(content), _definitions(content)),
    )


def facts_of(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What stands above a report: the time, for whom, when it was counted, who fixed it."""
    yield "Time", content["period"]["words"]
    if content["panel"]:
        yield "Panel", content["panel"]
    yield "Counted", f"{long_moment(known_at(content))}, from what had been recorded by then"
    if content["fixed"]:
        by = content["fixed"]["by"] or NOBODYS
        yield "Fixed", f"{long_moment(datetime.fromisoformat(content['fixed']['at']))} by {by}"
    if content["number"] > 1:
        yield "Version", str(content["number"])


def _notices(printed: Printed) -> Iterator[str]:
    if not printed.is_unaltered:
        yield ALTERED
    if not printed.sha256:
        yield "This is a draft. Its numbers and words may still change."
    if printed.names_children:
        yield "Confidential. This report names children; that it was opened is recorded."
    if has_hidden(printed.content):
        yield SUPPRESSED


def _chapters(content: Mapping[str, Any]) -> Iterator[Chapter]:
    for section in content["sections"]:
        if section["narrative"] or section["tables"] or section["words"]:
            yield Chapter(
                f"section-{section['key']}",
                section["title"],
                lead=section["window"],
                blocks=tuple(_blocks(section)),
                own_page=False,
            )


def _blocks(section: Mapping[str, Any]) -> Iterator[Block]:
    for words in section["words"]:
        yield Block(text=words)
    if section["narrative"]:
        yield Block(prose=prose_of(section["narrative"]))
    for table in section["tables"]:
        heading = table["caption"] if table["caption"] != section["title"] else ""
        if not table["rows"]:
            yield Block(heading, text=table["empty"])
            continue
        rows = tuple(tuple(cell_words(cell) for cell in row) for row in table["rows"])
        yield Block(heading, table=Table(tuple(table["columns"]), rows, tuple(table["widths"])))
        if table["note"]:
            yield Block(text=table["note"])


def _definitions(content: Mapping[str, Any]) -> Chapter:
    blocks = []
    for one in content["definitions"]:
        heading = f"{one['title']} ({one['reference']})"
        facts = tuple((label, words) for label, words in one["keys"])
        blocks.append(Block(heading, text="\n".join(one["words"]), facts=facts))
    return Chapter("definitions", "How this is counted", blocks=tuple(blocks), own_page=False)


def csv_of(printed: Printed) -> bytes:
    """Every cell as a row; the last column tells the fingerprint, or that it is a draft. Formulas made harmless."""
    mark = printed.sha256 or DRAFT
    return csv_bytes((*CSV_COLUMNS, "fingerprint"), ((*row, mark) for row in csv_rows(printed.content)))
