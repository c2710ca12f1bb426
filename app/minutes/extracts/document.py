"""How an extract reads as a document: one child's items with the head and who attended by agency. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from app.minutes.documents.document import addenda_of, facts_of
from app.minutes.documents.items import chapter_of, day_of
from app.minutes.documents.rules import ALTERED, Printed
from app.minutes.fixed_text.rules import in_groups
from app.panels.words import long_moment
from app.web.documents.shapes import Block, Chapter, Document, Table


def extract_document(printed: Printed, child_ref: str) -> Document:
    """`printed`: already of this child alone, with the fingerprint of the whole."""
    meeting = printed.content["meeting"]
    panel = printed.content["panel"]["name"]
    return Document(
        title=f"Extract from the minutes of {day_of(meeting['starts_at'])}",
        kicker=panel,
        authority=printed.authority,
        running=f"{panel}, extract from the minutes of {day_of(meeting['starts_at'])}",
        reference=f"Extract for {child_ref}, {printed.reference[0].lower()}{printed.reference[1:]}",
        foot=printed.foot,
        reader=printed.reader,
        opened=long_moment(printed.opened_at),
        notice=" ".join(_notices(printed)),
        has_contents=False,
        cover=(Block(facts=(*facts_of(printed), ("Taken from", _source(printed)))),),
        chapters=tuple(_chapters(printed)),
    )


def _source(printed: Printed) -> str:
    return f"{printed.reference}. Fingerprint of the whole (SHA-256): {in_groups(printed.sha256)}"


def _notices(printed: Printed) -> Iterable[str]:
    if not printed.is_unaltered:
        yield ALTERED
    yield (
        "Confidential. This extract holds what the panel minuted about one child, for that child’s own record. It was "
        f"made for {printed.reader}, and that it was opened is recorded."
    )


def _chapters(printed: Printed) -> Iterable[Chapter]:
    yield from (chapter_of(item) for item in printed.content["items"])
    yield Chapter(
        "attendance",
        "Attendance by agency",
        blocks=(Block(text=printed.content["quorum"], table=_by_agency(printed.content["attendance"])),),
        own_page=False,
    )
    if printed.addenda:
        yield addenda_of(printed.addenda)


def _by_agency(attendance: Sequence[dict[str, Any]]) -> Table | None:
    people: dict[str, list[str]] = defaultdict(list)
    for one in attendance:
        deputy = f", {one['deputy']}" if one["deputy"] else ""
        people[one["agency"]].append(f"{one['name']} ({one['status'].lower()}{deputy})")
    rows = tuple((agency, "\n".join(names)) for agency, names in sorted(people.items()))
    return Table(("Agency", "People"), rows, (5, 9)) if rows else None
