"""How one minuted item reads on paper: its heading, then what was said, decided and agreed. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.london import london_date
from app.panels.restricting.rules import HIDDEN_KIND
from app.web.documents.prose import prose_of
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
    return _child(item["child"]) if item["child"] else item["title"] or "Item"


def _child(child: Item) -> str:
    return f"{child['name']}, {child['ref']}" if child["name"] else child["ref"]


def blocks_of(item: Item) -> Iterable[Block]:
    """The parts of an item in the order of the page."""
    keys = [section["key"] for section in item["sections"]]
    if item["reason"] and "why_listed" not in keys:
        yield Block("Why listed", text=item["reason"][:1].upper() + item["reason"][1:])
    for section in item["sections"]:
        if section["key"] != "dissent":
            yield _said(item, section["key"], _heading(section), section["text"])
    if item["risk_before"] or item["risk_after"]:
        levels = (
            f"Before: {item['risk_before'] or 'not known'}. After: {item['risk_after'] or 'not decided'}."
        )
        yield Block("Risk", text=levels)
        if item["risk_rationale"]:
            yield _said(item, "risk_rationale", "", item["risk_rationale"])
    yield from _decided(item)
    if item["rationale"]:
        yield _said(item, "rationale", "Rationale", item["rationale"])
    for section in item["sections"]:
        if section["key"] == "dissent":
            yield _said(item, "dissent", "Dissent", section["text"])
    if item["actions"]:
        yield actions_of(item["actions"])
    if item.get("reviews"):
        yield reviews_of(item["reviews"])


def _said(item: Item, key: str, heading: str, text: str) -> Block:
    """What was typed, after whose words these are and for whom, where the reader may know."""
    return Block(heading, text=_marked_for((item.get("marks") or {}).get(key)), prose=prose_of(text))


def _marked_for(mark: Item | None) -> str:
    if not mark:
        return ""
    source = f"Source: {mark['source']['name']}. " if mark["source"] else ""
    readers = ", ".join(one["name"] for one in (*mark["agencies"], *mark["people"]))
    return source + (f"Restricted to the chairs, {readers}. Do not pass it on." if readers else "")


def _heading(section: Item) -> str:
    if section["group"]:
        return f"{section['group']}: {section['heading'].lower()}"
    return str(section["heading"])


def _decided(item: Item) -> Iterable[Block]:
    heading = "Decision"
    if item["decision"]:
        yield _said(item, "decision", heading, item["decision"])
        heading = ""
    if item["case_decision"]:
        reason = f": {item['closure_reason'].lower()}" if item["closure_reason"] else ""
        yield Block(heading, text=f"{item['case_decision']}{reason}.")
        heading = ""
    if item.get("closed_despite"):
        yield Block(text="Closed in spite of what was still open:")
        yield _said(item, "closed_despite", "", item["closed_despite"])
    if item["next_review_on"]:
        yield Block(heading, text=f"Next review: {day_of(item['next_review_on'])}.")


def actions_of(actions: Sequence[Item], heading: str = "Actions") -> Block:
    """What was agreed, with who owes it by when."""
    rows = tuple(
        (
            _agreed(one),
            f"{one['owner']}, {one['agency']}" if one["owner"] else one["agency"],
            day_of(one["due_on"]),
        )
        for one in actions
    )
    return Block(heading, table=Table(("Action", "Who", "By"), rows, (8, 5, 3)))


def _agreed(action: Item) -> str:
    """The action's text, with why and that it is urgent where that was said."""
    urgent = "Urgent: " if action.get("priority") == "urgent" else ""
    why = f" Why: {action['why']}" if action.get("why") else ""
    return f"{urgent}{action['text']}{why}"


def reviews_of(reviews: Sequence[Item], heading: str = "Earlier actions") -> Block:
    """What the meeting said of actions of earlier ones, as they stood when it looked at them."""
    rows = tuple(
        (
            f"{_child(one['child'])}: {one['text']}" if one.get("child") else one["text"],
            f"{one['whose']}, due {day_of(one['due_on'])}",
            f"{one['view']}. {one['note']}".strip() if one["note"] else one["view"],
        )
        for one in reviews
    )
    return Block(heading, table=Table(("Action", "Who, by when", "What the panel said"), rows, (7, 4, 6)))


def day_of(value: date | datetime | str) -> str:
    """3 December 2026"""
    if isinstance(value, str):
        return value
    day = london_date(value) if isinstance(value, datetime) else value
    return f"{day.day} {day:%B %Y}"
