"""Who may see a restricted item, and what stands in its place for others. Nothing is read or written here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.access import Identity, SeatRole

LEADS = frozenset({SeatRole.CHAIR.value, SeatRole.VICE_CHAIR.value})
LONGEST_TITLE = 150
HIDDEN_KIND = "restricted"
"""The kind under which others are shown an item: it tells nothing of what the item is about."""


class Restrictable(Protocol):
    """Whatever carries an agenda item's restriction; `allowed_…` are ids."""

    @property
    def restricted(self) -> bool: ...
    @property
    def allowed_people(self) -> Collection[int]: ...
    @property
    def allowed_agencies(self) -> Collection[int]: ...


def may_see_item(who: Identity, panel_id: int, item: Restrictable) -> bool:
    """An open item is for whoever sees its page; a restricted one for the panel's leads, the people named, and the
    seats held on the panel for an agency named.

    No role opens a restricted item. The same rule in SQL is `queries.sees_item`.
    """
    if not item.restricted:
        return True
    if who.person_id in item.allowed_people:
        return True
    return any(
        seat.panel_id == panel_id and (seat.role in LEADS or seat.agency_id in item.allowed_agencies)
        for seat in who.seats
    )


@dataclass(frozen=True)
class Restriction:
    """What a chair sets: the title that everybody sees, and who sees more. `people` and `agencies` are ids."""

    open_title: str
    people: tuple[int, ...] = ()
    agencies: tuple[int, ...] = ()


@dataclass(frozen=True)
class MaySee:
    """Who can be named: by id, the people and the agencies with a seat on the panel."""

    people: Collection[int]
    agencies: Collection[int]


def restriction_problems(wanted: Restriction, may: MaySee, child: Mapping[str, str]) -> dict[str, str]:
    """Sentences by field. `child`: name and `child_ref` of the child the item is about; empty for other items."""
    problems = {}
    if not wanted.open_title.strip():
        problems["open_title"] = "Enter the title that everybody else sees"
    elif len(wanted.open_title) > LONGEST_TITLE:
        problems["open_title"] = f"Use {LONGEST_TITLE} characters or fewer"
    elif told := told_of_child(wanted.open_title, child):
        problems["open_title"] = f"Everybody on the panel reads this title: leave out “{told}”"
    if not set(wanted.people) <= set(may.people):
        problems["people"] = "Choose people with a seat on this panel"
    if not set(wanted.agencies) <= set(may.agencies):
        problems["agencies"] = "Choose agencies with a seat on this panel"
    return problems


def told_of_child(title: str, child: Mapping[str, str]) -> str:
    """The first word of a title that gives the child away: a part of the name, or the council's reference."""
    given_away = {
        word.casefold() for word in child.get("name", "").replace("-", " ").split() if len(word) > 1
    }
    reference = child.get("child_ref", "").casefold()
    if reference and reference in title.casefold():
        return child["child_ref"]
    words = "".join(mark if mark.isalnum() else " " for mark in title).split()
    return next((word for word in words if word.casefold() in given_away), "")


def tells_of(details: Mapping[str, Any], hidden: Collection[int]) -> bool:
    """Whether a history entry is about a hidden item: its reason may say what the item is about."""
    items = details.get("items")
    return isinstance(items, list) and any(item in hidden for item in items)


def as_seen(rows: Sequence[Mapping[str, Any]], hidden: Mapping[int, str]) -> list[dict[str, Any]]:
    """An issued agenda's rows with only the open title of each hidden item; its place and minutes stay."""
    return [_closed(row, hidden[row["item"]]) if row["item"] in hidden else dict(row) for row in rows]


def _closed(row: Mapping[str, Any], open_title: str) -> dict[str, Any]:
    return {
        "item": row["item"],
        "kind": HIDDEN_KIND,
        "child": None,
        "title": open_title,
        "minutes": row["minutes"],
        "reason": "",
        "brought_forward": "",
        "episode_ids": [],
    }
