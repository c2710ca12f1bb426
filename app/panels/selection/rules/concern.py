"""The concern score: its parts for one child, what they add up to, and who could still overtake whom. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.panels.selection_rules import ConcernWeights
from app.panels.words import counted


@dataclass(frozen=True)
class ConcernParts:
    """What is known of a child's concern. `declined`: return interviews declined in a row, up to the latest one."""

    child: int
    child_ref: str = ""
    episode_ids: tuple[int, ...] = ()
    full_days: int = 0
    at_level: bool = False
    top_level: bool = False
    risk_level: str = ""
    young: bool = False
    declined: int = 0
    overdue_actions: int = 0
    case_change: bool = False
    latest_start: datetime | None = None

    def points(self, weights: ConcernWeights) -> list[tuple[str, int, str]]:
        """Each part that counts: its name, its points, and what they are for."""
        episodes = len(self.episode_ids)
        parts = [
            ("episodes", weights.episode * episodes, counted(episodes, "episode")),
            ("full_days", weights.full_day * self.full_days, f"{self.full_days} full 24 hours missing"),
            ("risk", weights.at_level * self.at_level, f"{self.risk_level} risk"),
            ("top_risk", weights.top_level * self.top_level, "the top risk level"),
            ("young", weights.young * self.young, "age"),
            (
                "declined",
                weights.declined * self.declined,
                f"{counted(self.declined, 'return interview')} declined in a row",
            ),
            (
                "overdue_actions",
                weights.overdue_action * self.overdue_actions,
                _overdue(self.overdue_actions),
            ),
            ("case_change", weights.case_change * self.case_change, "a case recalled or closed"),
        ]
        return [part for part in parts if part[1]]

    def score(self, weights: ConcernWeights) -> int:
        return sum(points for _, points, _ in self.points(weights))

    def is_a_case(self, weights: ConcernWeights) -> bool:
        """Whether anything but the child's age gives cause for concern."""
        return any(name != "young" for name, _, _ in self.points(weights))

    def facts(self, weights: ConcernWeights) -> dict[str, Any]:
        return {
            "score": self.score(weights),
            "parts": {name: points for name, points, _ in self.points(weights)},
            "episodes": len(self.episode_ids),
            "full_days_missing": self.full_days,
            "interviews_declined_in_a_row": self.declined,
            "overdue_actions": self.overdue_actions,
        }

    def reason(self, weights: ConcernWeights) -> str:
        """concern score 27: 12 for 4 episodes, 10 for medium risk, 5 for age"""
        shown = ", ".join(f"{points} for {what}" for _, points, what in self.points(weights))
        return f"concern score {self.score(weights)}: {shown}"


def _overdue(actions: int) -> str:
    return counted(actions, "overdue action")


def order_of(parts: ConcernParts, weights: ConcernWeights) -> tuple[int, float, str]:
    """Highest score first, then the latest episode start, then the reference."""
    latest = parts.latest_start.timestamp() if parts.latest_start else float("-inf")
    return (-parts.score(weights), -latest, parts.child_ref)


def leading(points: Mapping[int, int], most: int) -> tuple[list[int], int]:
    """The first `most` children of those given in the order of their points, and who has as many points as the last.

    Second: the most points of any other child; 0 where all are among them.
    """
    children = list(points)
    if len(children) <= most:
        return children, 0
    last = points[children[most - 1]]
    end = next(
        (place for place in range(most, len(children)) if points[children[place]] < last), len(children)
    )
    return children[:end], points[children[end]] if end < len(children) else 0


def least_to_overtake(weights: ConcernWeights, scores: Sequence[int], wanted: int) -> int:
    """The points without which, before its age counts, no child comes among the `wanted` first of these scores."""
    if len(scores) < wanted:
        return 1
    return max(1, sorted(scores, reverse=True)[wanted - 1] - weights.young)
