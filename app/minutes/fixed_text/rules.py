"""The minutes as one value: gathered from facts, written the same way every time, named by its hash. Pure."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.minutes.discussion.rules import CASE_DECIDED, MARKED_FIELDS, OUTCOMES, Said, sections_for
from app.minutes.marking.rules import Names, Sees, mark_from_print
from app.minutes.reviewed.rules import ReviewedAction, printed_review, without_reviews
from app.panels.cases.rules import CLOSURE_REASONS
from app.panels.restricting.rules import HIDDEN_KIND

FORMAT = "homeward-minutes-1"
ROUTINE = "routine"
RESTRICTED = "Restricted"
"""What stands for the outcome of an item that the reader may not see."""


@dataclass(frozen=True)
class AgreedAction:
    """An action as the minutes print it, handed in by actions. `item_id` None = of the whole meeting.

    `owner` is a person's or a post's name, blank where the agency alone was named.
    """

    id: int
    item_id: int | None
    text: str
    owner: str
    agency: str
    due_on: str
    strand: str = ""
    why: str = ""
    priority: str = ROUTINE


@dataclass(frozen=True)
class MinutedItem:
    """One item as the minutes print it. `names`: of those whom its marks name. `earlier`: heading and words of what
    was said there of earlier minutes."""

    id: int
    number: int
    kind: str
    title: str
    child_id: int | None
    child_ref: str
    child_name: str
    reason: str
    said: Said
    names: Names = field(default_factory=Names)
    earlier: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PrintedAttendee:
    """One line of the attendance; `status` in words."""

    name: str
    agency: str
    status: str
    deputy: str = ""


@dataclass(frozen=True)
class MinutesHead:
    """What stands above the items."""

    meeting_id: int
    panel: str
    panel_kind: str
    starts_at: datetime
    date_only: bool
    ended_at: datetime | None
    place: str
    chair: str
    minute_taker: str
    quorum: str
    attendance: tuple[PrintedAttendee, ...]


def content_of(
    head: MinutesHead,
    items: Sequence[MinutedItem],
    actions: Sequence[AgreedAction],
    approved: Mapping[str, str] | None,
    reviews: Sequence[ReviewedAction] = (),
) -> dict[str, Any]:
    """The whole minutes as plain values in reading order; `approved` says by whom and when, once it is.

    `reviews` are there only where earlier actions were looked at: minutes without any read as they always did.
    """
    apart = [printed_review(one) for one in reviews if one.item_id not in {item.id for item in items}]
    return {
        "format": FORMAT,
        "panel": {"name": head.panel, "kind": head.panel_kind},
        "meeting": {
            "id": head.meeting_id,
            "starts_at": head.starts_at.isoformat(),
            "date_only": head.date_only,
            "ended_at": head.ended_at.isoformat() if head.ended_at else None,
            "place": head.place,
            "chair": head.chair,
            "minute_taker": head.minute_taker,
        },
        "quorum": head.quorum,
        "attendance": [
            {"name": one.name, "agency": one.agency, "status": one.status, "deputy": one.deputy}
            for one in head.attendance
        ],
        "items": [
            printed_item(
                head.panel_kind,
                item,
                [a for a in actions if a.item_id == item.id],
                [one for one in reviews if one.item_id == item.id],
            )
            for item in items
        ],
        "actions": [
            _action(action) for action in actions if action.item_id not in {item.id for item in items}
        ],
        "approved": dict(approved) if approved else None,
        **({"reviews": apart} if apart else {}),
    }


def printed_item(
    panel_kind: str,
    item: MinutedItem,
    actions: Sequence[AgreedAction],
    reviews: Sequence[ReviewedAction] = (),
) -> dict[str, Any]:
    """One item as plain values: its sections in the order of the template, empty ones left out.

    `marks` by section and `reviews` are there only where there are any: minutes without read as they always did.
    """
    printed = _printed(panel_kind, item, actions)
    shown = {section["key"] for section in printed["sections"]} | {
        key for key in MARKED_FIELDS if printed[key]
    }
    marks = {
        key: item.names.printed(mark)
        for key, mark in sorted(item.said.marks.items())
        if key in shown and not mark.is_empty
    }
    told = [printed_review(one) for one in reviews]
    return printed | ({"marks": marks} if marks else {}) | ({"reviews": told} if told else {})


def _printed(panel_kind: str, item: MinutedItem, actions: Sequence[AgreedAction]) -> dict[str, Any]:
    said = item.said
    discussed = said.outcome != "not-reached"
    return {
        "id": item.id,
        "number": item.number,
        "kind": item.kind,
        "title": item.title,
        "child": {"id": item.child_id, "ref": item.child_ref, "name": item.child_name}
        if item.child_id
        else None,
        "reason": item.reason,
        "outcome": OUTCOMES.get(said.outcome, ""),
        "sections": [
            {"key": section.key, "group": section.group, "heading": section.label, "text": text}
            for section in sections_for(panel_kind, item.kind)
            if discussed and (text := said.sections.get(section.key, ""))
        ]
        + [
            {"key": "earlier_minutes", "group": "", "heading": heading, "text": text}
            for heading, text in item.earlier
            if discussed
        ],
        "risk_before": said.risk_before if discussed else "",
        "risk_after": said.risk_after if discussed else "",
        "risk_rationale": said.risk_rationale if discussed else "",
        "decision": said.decision if discussed else "",
        "rationale": said.rationale if discussed else "",
        "case_decision": CASE_DECIDED.get(said.case_decision, "") if discussed else "",
        "closure_reason": CLOSURE_REASONS.get(said.closure_reason, "")
        if discussed and said.case_decision == "close"
        else "",
        "closed_despite": said.closed_despite if discussed and said.case_decision == "close" else "",
        "next_review_on": said.next_review_on.isoformat() if said.next_review_on and discussed else None,
        "actions": [_action(action) for action in actions],
    }


def _action(action: AgreedAction) -> dict[str, Any]:
    """Why and how urgent are there only where they were said: minutes without read as they always did."""
    more = {"why": action.why} if action.why else {}
    more |= {"priority": action.priority} if action.priority != ROUTINE else {}
    return more | {
        "id": action.id,
        "text": action.text,
        "owner": action.owner,
        "agency": action.agency,
        "due_on": action.due_on,
        "strand": action.strand,
    }


def readable(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same content with its dates and instants as values, for a page to show."""
    read: dict[str, Any] = {}
    for key, value in content.items():
        if isinstance(value, Mapping):
            read[key] = readable(value)
        elif isinstance(value, list):
            read[key] = [readable(one) if isinstance(one, Mapping) else one for one in value]
        elif value and key in ("due_on", "next_review_on"):
            read[key] = date.fromisoformat(value)
        elif value and key in ("starts_at", "ended_at", "at"):
            read[key] = datetime.fromisoformat(value)
        else:
            read[key] = value
    return read


def without(
    content: Mapping[str, Any],
    hidden: Mapping[int, str],
    actions: Sequence[AgreedAction],
    sees: Sees,
    closed_sources: Collection[int] = (),
) -> dict[str, Any]:
    """The content for somebody who may not see these items: an open title by the item's id stands for each.

    Of the sections of other items that are marked for readers of whom this one is none (`sees` tells) nothing stays,
    not even that there are any. `actions` are the meeting's: one of an item that was taken off since stands apart, and
    goes with it all the same. Nor does what was said of earlier actions that were agreed under items of other
    meetings that this reader may not see (`closed_sources`).
    """
    theirs = {action.id for action in actions if action.item_id in hidden}
    open_content = without_reviews(content, closed_sources)
    return {
        **open_content,
        "items": [
            _closed(item, hidden[item["id"]])
            if item["id"] in hidden
            else without_reviews(without_marked(item, sees), closed_sources)
            for item in content["items"]
        ],
        "actions": [action for action in content["actions"] if action["id"] not in theirs],
    }


def without_marked(item: Mapping[str, Any], sees: Sees) -> Mapping[str, Any]:
    """A printed item as if the sections that are for others had never been written."""
    marks = item.get("marks") or {}
    seen = {key: mark for key, mark in marks.items() if sees(mark_from_print(mark))}
    gone = marks.keys() - seen.keys()
    if not gone:
        return item
    return {
        **{key: value for key, value in item.items() if key != "marks"},
        "sections": [section for section in item["sections"] if section["key"] not in gone],
        **dict.fromkeys(gone.intersection(MARKED_FIELDS), ""),
        **({"marks": seen} if seen else {}),
    }


def _closed(item: Mapping[str, Any], open_title: str) -> Mapping[str, Any]:
    blank = {
        key: "" if isinstance(value, str) else None
        for key, value in item.items()
        if key not in ("marks", "reviews")
    }
    kept = {"id": item["id"], "number": item["number"], "title": open_title}
    return {**blank, **kept, "kind": HIDDEN_KIND, "outcome": RESTRICTED, "sections": [], "actions": []}


def canonical(content: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spare blanks: equal content gives equal text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(text: str) -> str:
    """SHA-256 of the canonical text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_unaltered(text: str, sha256: str) -> bool:
    return fingerprint(text) == sha256


def in_groups(digits: str) -> str:
    """A fingerprint in groups of eight, to compare a print with a screen by eye."""
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))
