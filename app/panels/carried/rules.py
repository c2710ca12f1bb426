"""What comes forward to a panel's next meeting, and in which words. Nothing is read or written here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.panels.handed_in import OpenAction
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
