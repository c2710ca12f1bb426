"""How one minuted item reads on paper: its heading, then what was said, decided and agreed. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.london import london_date
from app.panels.restricting.rules import HIDDEN_KIND
from app.web.documents.shapes import Block, Chapter, Table

Item = Mapping[str, Any]


def chapter_of(item: Item) -> Chapter:
    """One item under its own heading; of one that is closed to the reader its open title alone."""
    is_hidden = item["kind"] == HIDDEN_KIND
    told = "This item is restricted: what was said is for the people named by the chair."
    return Chapter(
        key=f"item-{item['id']}",
        title=f"{item['number']}. {_name(item)}",
        tags=() if item["outcome"] == "Discussed" else (item["outcome"] or "No outcome yet",),
        lead=told if is_hidden else "",
        blocks=() if is_hidden else tuple(blocks_of(item)),
        own_page=False,
    )


def _name(item: Item) -> str:
    child = item["child"]
    if not child:
        return item["title"] or "Item"
    return f"{child['name']}, {child['ref']}" if child["name"] else child["ref"]


def blocks_of(item: Item) -> Iterable[Block]:
    """The parts of an item in the order of the page."""
    keys = [section["key"] for section in item["sections"]]
    if item["reason"] and "why_listed" not in keys:
        yield Block("Why listed", text=item["reason"])
    for section in item["sections"]:
        if section["key"] != "dissent":
            yield Block(_heading(section), text=section["text"])
    if item["risk_before"] or item["risk_after"]:
        levels = (
            f"Before: {item['risk_before'] or 'not known'}. After: {item['risk_after'] or 'not decided'}."
        )
        yield Block("Risk", text="\n".join(part for part in (levels, item["risk_rationale"]) if part))
    decided = [*_decided(item)]
    if decided:
        yield Block("Decision", text="\n".join(decided))
    if item["rationale"]:
        yield Block("Rationale", text=item["rationale"])
    for section in item["sections"]:
        if section["key"] == "dissent":
            yield Block("Dissent", text=section["text"])
    if item["actions"]:
        yield actions_of(item["actions"])


def _heading(section: Item) -> str:
    if section["group"]:
        return f"{section['group']}: {section['heading'].lower()}"
    return str(section["heading"])


def _decided(item: Item) -> Iterable[str]:
    if item["decision"]:
        yield item["decision"]
    if item["case_decision"]:
        reason = f": {item['closure_reason'].lower()}" if item["closure_reason"] else ""
        yield f"{item['case_decision']}{reason}."
    if item.get("closed_despite"):
        yield f"Closed in spite of what was still open: {item['closed_despite']}"
    if item["next_review_on"]:
        yield f"Next review: {day_of(item['next_review_on'])}."


def actions_of(actions: Sequence[Item], heading: str = "Actions") -> Block:
    """What was agreed, with who owes it by when."""
    rows = tuple(
        (
            one["text"],
            f"{one['owner']}, {one['agency']}" if one["owner"] else one["agency"],
            day_of(one["due_on"]),
        )
        for one in actions
    )
    return Block(heading, table=Table(("Action", "Who", "By"), rows, (8, 5, 3)))


def day_of(value: date | datetime | str) -> str:
    """3 December 2026"""
    if isinstance(value, str):
        return value
    day = london_date(value) if isinstance(value, datetime) else value
    return f"{day.day} {day:%B %Y}"
