"""The parts of a concern score as they were kept with an item: how many, by what weight, how many points. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

PARTS = {
    "episodes": ("Episodes in the window", "episodes"),
    "full_days": ("Full 24 hours missing", "full_days_missing"),
    "risk": ("At or above the panel’s risk level", ""),
    "top_risk": ("At the top risk level", ""),
    "young": ("Age under the panel’s limit", ""),
    "declined": ("Return interviews declined in a row", "interviews_declined_in_a_row"),
    "overdue_actions": ("Overdue actions", "overdue_actions"),
    "case_change": ("Case recalled or lately closed", ""),
}
"""By part: how it is called, and where its count is kept; what is so or not so counts once."""


@dataclass(frozen=True)
class ConcernLine:
    """One part of a score: count × weight = points."""

    part: str
    count: int
    weight: int
    points: int


def concern_lines(facts: Mapping[str, Any]) -> tuple[ConcernLine, ...]:
    """The parts that made up the score when it was counted; none where an item was not listed for its score."""
    points = facts.get("parts")
    if not isinstance(points, Mapping):
        return ()
    lines = []
    for name, (part, counted_in) in PARTS.items():
        if points.get(name):
            count = max(1, int(facts.get(counted_in, 1))) if counted_in else 1
            lines.append(ConcernLine(part, count, points[name] // count, points[name]))
    return tuple(lines)


class Scored(Protocol):
    """A proposed child or an item of an agenda, with what was counted when it was proposed."""

    @property
    def child_id(self) -> int | None: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


def concern_by_child(scored: Iterable[Scored]) -> dict[int, tuple[ConcernLine, ...]]:
    """The parts of each child's score; of several for one child the last that has any counts."""
    found = {
        one.child_id: concern_lines(one.facts) for one in scored if one.child_id and concern_lines(one.facts)
    }
    return {child: lines for child, lines in found.items() if child is not None}
