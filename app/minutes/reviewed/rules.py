"""What was said of earlier actions as plain values in the minutes, and for whom it is there. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ReviewedAction:
    """What the meeting said of an earlier action, as its minutes print it, handed in by actions.

    `item_id`: the item under which it stood here, None where it had none; `source_item_id`: the one that agreed it.
    `text`, `whose` and `due_on` (ISO) are as they stood when the meeting looked at it. `child`: id, reference and name
    of whom it is about, where the item is not the child's own.
    """

    id: int
    item_id: int | None
    source_item_id: int | None
    text: str
    whose: str
    due_on: str
    view: str
    note: str = ""
    child: tuple[int, str, str] | None = None


def printed_review(one: ReviewedAction) -> dict[str, Any]:
    return {
        "id": one.id,
        "item": one.source_item_id,
        "text": one.text,
        "whose": one.whose,
        "due_on": one.due_on,
        "view": one.view,
        "note": one.note,
        "child": dict(zip(("id", "ref", "name"), one.child, strict=True)) if one.child else None,
    }


def sources_of_reviews(content: Mapping[str, Any]) -> set[int]:
    """The items of earlier meetings that agreed the actions of which these minutes tell what was said."""
    return {one["item"] for one in _told(content) if one["item"] is not None}


def children_of_reviews(content: Mapping[str, Any]) -> set[int]:
    """The children that are named with an earlier action alone."""
    return {one["child"]["id"] for one in _told(content) if one.get("child")}


def _told(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [
        *(content.get("reviews") or ()),
        *(one for item in content["items"] for one in item.get("reviews") or ()),
    ]


def without_reviews(told: Mapping[str, Any], closed_sources: Collection[int]) -> Mapping[str, Any]:
    """Minutes or an item as if the actions of these items had never been looked at."""
    reviews = [one for one in told.get("reviews", ()) if one["item"] not in closed_sources]
    rest = {key: value for key, value in told.items() if key != "reviews"}
    return {**rest, **({"reviews": reviews} if reviews else {})}
