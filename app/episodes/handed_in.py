"""What later rooms hand in, wired by the house: kinds of import, who lists a child, further moments."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.access import Identity
from app.episodes.imports.kinds import ImportKind
from app.episodes.schedules.kinds import Scheduled


@dataclass(frozen=True)
class ChronologyMoment:
    """One entry of a child's timeline. `words` holds no name of a child; `url` leads to the page behind it.

    `kind` is the word of its tag: panel, action, minutes. `date_only`: the time of day is not known.
    """

    at: datetime
    kind: str
    title: str
    words: str = ""
    url: str = ""
    date_only: bool = False


class ScopesOfChildren(Protocol):
    async def __call__(
        self, child_ids: Collection[int], who: Identity | None = None, /
    ) -> dict[int, frozenset[int]]: ...


class ChildrenOfPanels(Protocol):
    async def __call__(self, panel_ids: Collection[int], who: Identity | None = None, /) -> set[int]: ...


Moments = Callable[[Identity, int], Awaitable[list[ChronologyMoment]]]
PlaceMoments = Callable[[Identity, Sequence[int], Sequence[str]], Awaitable[list[ChronologyMoment]]]
"""Of a place, by the ids of its records and its folded names."""


async def on_no_panel(child_ids: Collection[int], who: Identity | None = None) -> dict[int, frozenset[int]]:
    return {}


class PeopleSeated(Protocol):
    async def __call__(self) -> set[int]: ...


async def nobody(panel_ids: Collection[int], who: Identity | None = None) -> set[int]:
    return set()


async def nobody_seated() -> set[int]:
    return set()


def nothing_more() -> Sequence[Scheduled]:
    return ()


Moved = dict[str, list[int]]
"""By table, the ids of the rows that a merge moved from the merged record to the kept one."""


@dataclass(frozen=True)
class Mover:
    """How a later room's rows follow a merge. Both run inside the merge's transaction.

    `move(kept, merged)` raises Refused, with a way out, where the two records cannot become one as they stand; what
    may stay with the merged record stays. `move_back(kept, merged, moved)` takes back what `move` returned, as far as
    it is with the kept record still.
    """

    move: Callable[[int, int], Awaitable[Moved]]
    move_back: Callable[[int, int, Moved], Awaitable[None]]


@dataclass
class HandedIn:
    """`scopes_of_children`: the panels that list each child; `children_of_panels`: the children that these list.

    Both leave out what this person may not see of a panel's agenda; without a person, all that is restricted.
    `people_seated`: who holds a seat on any panel now.
    `scheduled`: what later rooms let go out by schedule, asked for when a job looks what is due.
    `moments` of a child and `place_moments`: one provider per later room.
    """

    scopes_of_children: ScopesOfChildren = on_no_panel
    children_of_panels: ChildrenOfPanels = nobody
    people_seated: PeopleSeated = nobody_seated
    moments: list[Moments] = field(default_factory=list)
    place_moments: list[PlaceMoments] = field(default_factory=list)
    child_movers: list[Mover] = field(default_factory=list)
    episode_movers: list[Mover] = field(default_factory=list)
    import_kinds: list[ImportKind] = field(default_factory=list)
    scheduled: Callable[[], Sequence[Scheduled]] = nothing_more


handed_in = HandedIn()
