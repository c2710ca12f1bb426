"""What later rooms hand in to this one, wired by the house: actions and minutes of what panels discuss."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from app.access import Identity
from app.panels.cases.rules import CaseFacts


@dataclass(frozen=True)
class OpenAction:
    """An unfinished action about a child. `url` leads to its page; `text` may name people, so it stays on pages."""

    id: int
    text: str
    owner: str
    agency: str
    due_on: date
    status: str
    is_overdue: bool
    url: str
    panel_id: int = 0
    """The panel whose meeting issued it; 0 where that is not told."""
    restricted: bool = False
    """Agreed under a restricted item."""
    escalated: bool = False
    """Overdue for so long that its panel’s next agenda marks it."""


@dataclass(frozen=True)
class CarriedAction:
    """An earlier action of a panel as a later meeting of it meets it, with its history in lines, oldest first.

    `not_looked_at` names the meetings since that passed it over, `said` tells what this meeting said of it already.
    """

    id: int
    text: str
    whose: str
    due_on: date
    status: str
    is_overdue: bool
    is_finished: bool
    url: str
    child_id: int | None
    child_name: str
    place_names: frozenset[str]
    restricted: bool
    history: tuple[str, ...] = ()
    not_looked_at: str = ""
    said: str = ""
    escalated: bool = False
    """Overdue for so long that the agenda marks it."""


@dataclass(frozen=True)
class CaseLine:
    """One thing that the figures say of a case: what it is called, and the words."""

    label: str
    words: str


@dataclass(frozen=True)
class CaseInFigures:
    """What the figures say of one case, for those who may see them. `url` leads to the page that draws it."""

    lines: list[CaseLine]
    caption: str
    url: str


@dataclass(frozen=True)
class MinuteStamps:
    """When the minutes of a meeting held in the past reached each stage, as a file told; None: the file is silent.

    `columns` names the stages that the file has: a stage outside it leaves a stored stamp alone.
    """

    meeting_id: int
    actions_issued_at: datetime | None = None
    sent_to_chair_at: datetime | None = None
    approved_at: datetime | None = None
    circulated_at: datetime | None = None
    filed_at: datetime | None = None
    columns: frozenset[str] = frozenset()


class OpenActions(Protocol):
    async def __call__(
        self, child_ids: Collection[int], who: Identity | None = None, *, all_of_them: bool = False
    ) -> dict[int, list[OpenAction]]: ...


CarriedActions = Callable[[Identity, int], Awaitable[list[CarriedAction]]]
OpenActionsOfItems = Callable[[Collection[int]], Awaitable[dict[int, list[OpenAction]]]]


class LastOutcomes(Protocol):
    async def __call__(
        self, panel_id: int, child_ids: Collection[int], before: datetime, who: Identity | None = None, /
    ) -> dict[int, str]: ...


async def no_overdue_actions(as_of: date) -> dict[int, int]:
    return {}


async def no_open_actions(
    child_ids: Collection[int], who: Identity | None = None, *, all_of_them: bool = False
) -> dict[int, list[OpenAction]]:
    return {}


async def no_actions_of_items(item_ids: Collection[int]) -> dict[int, list[OpenAction]]:
    return {}


async def no_carried_actions(who: Identity, meeting_id: int) -> list[CarriedAction]:
    return []


async def none_looked_at(who: Identity, meeting_id: int) -> str:
    return ""


async def every_item_reached(meeting_id: int) -> set[int]:
    return set()


async def no_outcomes(
    panel_id: int, child_ids: Collection[int], before: datetime, who: Identity | None = None
) -> dict[int, str]:
    return {}


async def no_minutes(meeting_ids: Collection[int]) -> dict[int, str]:
    return {}


async def no_extracts(who: Identity, meeting_id: int, /) -> str:
    return ""


async def no_stamps(stamps: Sequence[MinuteStamps], now: datetime) -> set[int]:
    return set()


async def not_in_figures(who: Identity, case: CaseFacts, now: datetime) -> CaseInFigures | None:
    return None


@dataclass
class HandedIn:
    """`overdue_actions`: by child, those unfinished whose due date has passed as of the day.

    `open_actions`: by child; of those agreed under restricted items the ones that `who` may see, or all of them.
    `open_actions_of_items`: by the agenda item that agreed them.
    `carried_actions`: the earlier actions that come to a meeting of their panel, as far as the person may see them;
    `actions_looked_at`: in words, of how many of them it said something; empty where none came.
    `items_not_reached`: agenda items of a meeting that were not discussed. `minutes_status`: by meeting.
    `extracts_words`: how many extracts of a meeting's minutes are delivered, of those that the person may see.
    `last_outcomes`: by child, what the panel's latest meeting before an instant decided, in one short phrase,
    restricted items as above. `record_stamps`: keeps stages of minutes told by a file, returns the meetings that
    changed; runs inside the import's transaction.
    `case_in_figures`: what the figures say of one case; None for whoever may not see them.
    """

    overdue_actions: Callable[[date], Awaitable[dict[int, int]]] = no_overdue_actions
    open_actions: OpenActions = no_open_actions
    open_actions_of_items: OpenActionsOfItems = no_actions_of_items
    carried_actions: CarriedActions = no_carried_actions
    actions_looked_at: Callable[[Identity, int], Awaitable[str]] = none_looked_at
    items_not_reached: Callable[[int], Awaitable[set[int]]] = every_item_reached
    minutes_status: Callable[[Collection[int]], Awaitable[dict[int, str]]] = no_minutes
    extracts_words: Callable[[Identity, int], Awaitable[str]] = no_extracts
    last_outcomes: LastOutcomes = no_outcomes
    record_stamps: Callable[[Sequence[MinuteStamps], datetime], Awaitable[set[int]]] = no_stamps
    case_in_figures: Callable[[Identity, CaseFacts, datetime], Awaitable[CaseInFigures | None]] = (
        not_in_figures
    )
    own_names: tuple[str, ...] = ()
    """The own authority's name and its aliases, from the settings."""
    organizer: str = "homeward@localhost"
    """The address that invites to meetings: the one that e-mails come from."""


handed_in = HandedIn()
