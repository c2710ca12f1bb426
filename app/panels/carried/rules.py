"""What comes forward to a panel's next meeting, and in which words. Nothing is read or written here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from app.episodes.rules import folded
from app.panels.handed_in import CarriedAction, OpenAction
from app.panels.restricting.rules import HIDDEN_KIND
from app.panels.words import counted, day_and_month

KEY_MARK = "from-"
"""What an item's key begins with while it is not yet a row of this meeting."""


@dataclass(frozen=True)
class Carried:
    """An item of an earlier meeting that is not settled. `because` completes "brought forward from 3 November: …"."""

    source_item_id: int
    from_meeting_id: int
    from_starts_at: datetime
    kind: str
    child_id: int | None
    case_id: int | None
    title: str
    minutes: int
    because: str
    standing_key: str = ""
    restricted: bool = False
    open_title: str = ""
    allowed_people: Sequence[int] = ()
    allowed_agencies: Sequence[int] = ()

    @property
    def key(self) -> str:
        return f"{KEY_MARK}{self.source_item_id}"

    @property
    def words(self) -> str:
        from_when = f"Brought forward from {day_and_month(self.from_starts_at)}"
        return f"{from_when}: {self.because}" if self.because else from_when


def closed(one: Carried) -> Carried:
    """What is left of a restricted item for whoever may not see it."""
    return replace(one, kind=HIDDEN_KIND, child_id=None, case_id=None, title=one.open_title, because="")


def because_of_actions(actions: Sequence[OpenAction]) -> str:
    """2 open actions, 1 of them overdue"""
    overdue = sum(action.is_overdue for action in actions)
    words = counted(len(actions), "open action")
    if not overdue:
        return words
    if overdue < len(actions):
        return f"{words}, {overdue} of them overdue"
    return f"{words}, overdue" if overdue == 1 else f"{words}, all overdue"


def actions_of_panel(
    actions: Sequence[OpenAction], panel_id: int, restricted: bool = False
) -> list[OpenAction]:
    """Those that this panel issued; where nobody told whose they are, they count.

    An open item is told only of actions agreed in the open; a restricted one of all.
    """
    return [
        action
        for action in actions
        if action.panel_id in (0, panel_id) and (restricted or not action.restricted)
    ]


OPEN_ACTIONS = "open-actions"
"""The key of the standing item under which actions come that stand under no child or place of the agenda."""


class Earlier(Protocol):
    """An earlier action, as far as it tells what it is about. `place_names` are folded."""

    @property
    def child_id(self) -> int | None: ...
    @property
    def place_names(self) -> frozenset[str]: ...
    @property
    def restricted(self) -> bool: ...


Key = TypeVar("Key", int, str)
Told = TypeVar("Told", bound=Earlier)


@dataclass(frozen=True)
class Heading(Generic[Key]):
    """A line of an agenda under which earlier actions may come. `key` is whatever names the line."""

    key: Key
    kind: str
    child_id: int | None
    title: str
    standing_key: str = ""
    restricted: bool = False


@dataclass(frozen=True)
class EarlierActions(Generic[Key]):
    """The earlier actions of an agenda by the line under which they come; `rest`: those under no line."""

    by_line: Mapping[Key, Sequence[CarriedAction]] = field(default_factory=dict)
    rest: Sequence[CarriedAction] = ()

    def of(self, key: Key) -> Sequence[CarriedAction]:
        return self.by_line.get(key, ())

    @property
    def child_ids(self) -> set[int]:
        """Every child that they are about."""
        told = [*self.rest, *(one for found in self.by_line.values() for one in found)]
        return {one.child_id for one in told if one.child_id is not None}


def earlier_actions(
    carried: Iterable[CarriedAction], headings: Sequence[Heading[Key]]
) -> EarlierActions[Key]:
    under = under_headings(carried, headings)
    rest = under.pop(None, [])
    return EarlierActions({key: found for key, found in under.items() if key is not None}, rest)


def under_headings(actions: Iterable[Told], headings: Sequence[Heading[Key]]) -> dict[Key | None, list[Told]]:
    """The actions by the line under which each comes; None for those without any line.

    Under the child or the place they are about, where that is on the agenda (of two lines about one child the
    restricted one takes what was agreed behind the closed door); else under the standing item of open actions.
    """
    found: dict[Key | None, list[Told]] = {}
    for action in actions:
        found.setdefault(_heading_of(action, headings), []).append(action)
    return found


def _heading_of(action: Earlier, headings: Sequence[Heading[Key]]) -> Key | None:
    about = [
        line
        for line in headings
        if (line.child_id is not None and line.child_id == action.child_id)
        or (action.child_id is None and line.kind == "place" and folded(line.title) in action.place_names)
    ]
    about.sort(key=lambda line: line.restricted != action.restricted)
    about += [line for line in headings if line.standing_key == OPEN_ACTIONS]
    return about[0].key if about else None
