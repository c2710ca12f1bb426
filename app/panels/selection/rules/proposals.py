"""What a proposal is: items with reasons, places, near misses. How they are found is not known here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from app.london import LONDON


@dataclass(frozen=True)
class Window:
    """The half-open time a proposal looks at. Each end is a London date, or an instant where a meeting sets it."""

    start: date | datetime
    end: date | datetime

    def as_json(self) -> dict[str, str]:
        """Dates where both ends are London midnights, else London instants with their offset."""
        ends = [_as_local(self.start), _as_local(self.end)]
        if all(end.time() == time.min for end in ends):
            return {"from": ends[0].date().isoformat(), "to": ends[1].date().isoformat()}
        return {"from": ends[0].isoformat(), "to": ends[1].isoformat()}


def _as_local(end: date | datetime) -> datetime:
    return end.astimezone(LONDON) if isinstance(end, datetime) else datetime.combine(end, time.min, LONDON)


@dataclass(frozen=True)
class ProposedItem:
    """A child that the rule puts on the agenda. `facts` are plain JSON values; `whose` says how the placing stands.

    `episode_refs` go with `episode_ids`, in the order of their starts; an episode without a reference of its own
    source bears ours, `E` and its id.
    """

    child_id: int
    child_ref: str
    reason: str
    episode_ids: tuple[int, ...] = ()
    episode_refs: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    panel_case_id: int | None = None


@dataclass(frozen=True)
class ProposedPlace:
    """A place that recurs; counts are of distinct episodes and children in the window.

    `place_id`: its record; None for a mere name. `names`: the folded ones that were used for it, its own among them.
    """

    place: str
    episodes: int
    children: int
    reason: str
    episode_ids: tuple[int, ...] = ()
    is_home: bool = False
    place_id: int | None = None
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class NearMiss:
    """A child that the rule just does not list, or listed and nobody met about (`missed`)."""

    child_id: int
    child_ref: str
    reason: str
    missed: bool = False


@dataclass(frozen=True)
class Proposal:
    """What a panel's rule proposes for a meeting at an instant; items and places stand as the agenda would."""

    panel: str
    on: date
    window: Window
    rule: str
    rule_version: str
    items: tuple[ProposedItem, ...] = ()
    places: tuple[ProposedPlace, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The contract of `homeward propose --json`."""
        return {
            "panel": self.panel,
            "on": self.on.isoformat(),
            "window": self.window.as_json(),
            "rule": self.rule,
            "rule_version": self.rule_version,
            "items": [
                {
                    "child_ref": item.child_ref,
                    "reason": item.reason,
                    "episode_refs": list(item.episode_refs),
                    "facts": dict(item.facts),
                }
                for item in self.items
            ],
            "places": [
                {"place": place.place, "episodes": place.episodes, "children": place.children}
                for place in self.places
            ],
            "near_misses": [
                {"child_ref": near.child_ref, "reason": near.reason} for near in self.near_misses
            ],
        }
