"""How minutes read as a document, in the words that stand on paper. Pure: PDF and Word are made from the same value."""

from collections.abc import Iterable

from app.minutes.documents.items import actions_of, chapter_of, day_of, reviews_of
from app.minutes.documents.rules import ALTERED, DRAFT, Addendum, Printed
from app.panels.words import clock_time, counted, long_day, long_moment
from app.web.documents.shapes import Block, Chapter, Document, Table


def document_of(printed: Printed) -> Document:
    """The whole minutes: the head with its contents, who attended, one heading for each item, and what follows."""
    content = printed.content
    return Document(
        title=f"Minutes of {long_day(content['meeting']['starts_at'])}",
        kicker=content["panel"]["name"],
        authority=printed.authority,
        running=running_of(printed),
        reference=printed.reference,
        foot=printed.foot,
        reader=printed.reader,
        opened=long_moment(printed.opened_at),
        notice=" ".join(_notices(printed)),
        cover=(Block(facts=tuple(facts_of(printed))),),
        chapters=tuple(_chapters(printed)),
    )


def running_of(printed: Printed) -> str:
    meeting = printed.content["meeting"]
    return f"{printed.content['panel']['name']}, minutes of {day_of(meeting['starts_at'])}"


def facts_of(printed: Printed) -> Iterable[tuple[str, str]]:
    """What stands above the text: where and when, who led, and how far it is approved."""
    meeting, approved = printed.content["meeting"], printed.content["approved"]
    when = long_day(meeting["starts_at"])
    if not meeting["date_only"]:
        when += f", {clock_time(meeting['starts_at'])}"
        when += f" to {clock_time(meeting['ended_at'])}" if meeting["ended_at"] else ""
    yield "When", when
    if meeting["place"]:
        yield "Where", meeting["place"]
    if meeting["chair"]:
        yield "Chair", meeting["chair"]
    if meeting["minute_taker"]:
        yield "Minutes", meeting["minute_taker"]
    yield "Status", f"Approved by {approved['by']}, {long_moment(approved['at'])}" if approved else DRAFT
    if printed.version:
        yield "Version", _version_words(printed)


def _version_words(printed: Printed) -> str:
    if not printed.addenda:
        return "1, as approved"
    return f"{printed.version}, with {counted(len(printed.addenda), 'addendum', 'addenda')} after the text"


def _notices(printed: Printed) -> Iterable[str]:
    if not printed.is_unaltered:
        yield ALTERED
    yield (
        "Confidential. These minutes name children and tell what agencies know of them. This copy was made for "
        f"{printed.reader} alone, and that it was opened is recorded."
    )
    if printed.left_out:
        one = printed.left_out == 1
        yield (
            f"{'One item is' if one else f'{printed.left_out} items are'} restricted and not told here."
            + (
                f" The text that was approved holds {'it' if one else 'them'}, and its fingerprint is of the whole."
                if printed.sha256
                else ""
            )
        )


def _chapters(printed: Printed) -> Iterable[Chapter]:
    content = printed.content
    rows = tuple(
        (one["name"], one["agency"], one["status"] + (f" ({one['deputy']})" if one["deputy"] else ""))
        for one in content["attendance"]
    )
    came = Table(("Name", "Agency", "Attendance"), rows, (5, 5, 4)) if rows else None
    yield Chapter(
        "attendance", "Attendance", blocks=(Block(text=content["quorum"], table=came),), own_page=False
    )
    yield from (chapter_of(item) for item in content["items"])
    if content["actions"]:
        yield Chapter(
            "other-actions", "Other actions", blocks=(actions_of(content["actions"], ""),), own_page=False
        )
    if content.get("reviews"):
        yield Chapter(
            "earlier-actions", "Earlier actions", blocks=(reviews_of(content["reviews"], ""),), own_page=False
        )
    if printed.addenda:
        yield addenda_of(printed.addenda)


def addenda_of(addenda: Iterable[Addendum]) -> Chapter:
    """Corrections that were accepted later, oldest first; the text before them stays as it was approved."""
    blocks = [
        Block(
            f"{day_of(one.at)}, accepted by {one.by}",
            text=f"{one.about}: {one.text}" if one.about else one.text,
        )
        for one in sorted(addenda, key=lambda one: one.at)
    ]
    return Chapter("addenda", "Addenda", blocks=tuple(blocks), own_page=False)
