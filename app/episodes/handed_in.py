"""What later rooms hand in, wired by the house: kinds of import, who lists a child, further moments."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from app.access import Identity
from app.episodes.imports.kinds import ImportKind


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


ScopesOfChildren = Callable[[Collection[int]], Awaitable[dict[int, frozenset[int]]]]
ChildrenOfPanels = Callable[[Collection[int]], Awaitable[set[int]]]
Moments = Callable[[Identity, int], Awaitable[list[ChronologyMoment]]]


async def on_no_panel(child_ids: Collection[int]) -> dict[int, frozenset[int]]:
    return {}


async def nobody(panel_ids: Collection[int]) -> set[int]:
    return set()


@dataclass
class HandedIn:
    """`scopes_of_children`: the panels that list each child; `children_of_panels`: the children that these list.

    `moments`: one provider per later room.
    """

    scopes_of_children: ScopesOfChildren = on_no_panel
    children_of_panels: ChildrenOfPanels = nobody
    moments: list[Moments] = field(default_factory=list)
    import_kinds: list[ImportKind] = field(default_factory=list)


handed_in = HandedIn()
