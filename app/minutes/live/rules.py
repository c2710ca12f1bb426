"""What an open page is told of the others at work: names by item, and how far each item is. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

LAPSE = timedelta(seconds=30)
"""A page that has not been heard of for so long is no longer there."""
FORGOTTEN = timedelta(minutes=10)
"""After so long its row is swept away."""
LONGEST_PAGE = 64


@dataclass(frozen=True)
class Present:
    """Somebody who has an item open; `item_id` is None on the overview."""

    person_id: int
    name: str
    item_id: int | None


@dataclass(frozen=True)
class Mark:
    """How far an item is: the version that stands (0: no word yet), and its outcome as the side shows it."""

    item_id: int
    version: int
    outcome: str
    shown: str
    restricted: bool = False


def told(
    person_id: int,
    present: Sequence[Present],
    marks: Sequence[Mark],
    hidden: Collection[int],
) -> dict[str, Any]:
    """What this person's pages show: the others by item, and every item they may see.

    Nobody is named at an item that is hidden from this person, nor anywhere else: that would tell that it exists.
    """
    names: dict[int, list[str]] = {}
    for one in present:
        if one.person_id != person_id and one.item_id is not None and one.item_id not in hidden:
            names.setdefault(one.item_id, []).append(one.name)
    return {
        "items": [_item(mark, names) for mark in marks if mark.item_id not in hidden],
        "done": sum(1 for mark in marks if mark.outcome),
        "total": len(marks),
    }


def _item(mark: Mark, names: Mapping[int, Collection[str]]) -> dict[str, Any]:
    return {
        "id": mark.item_id,
        "version": mark.version,
        "outcome": mark.outcome,
        "shown": mark.shown,
        "here": sorted(set(names.get(mark.item_id, ()))),
    }
