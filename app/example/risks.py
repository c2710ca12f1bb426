"""Risk assessments of the example's children: levels that move, flags, and when the next look is due. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.example.children import ExampleChild
from app.example.names import TOOLS
from app.example.rules import DAYS_BACK, Present, chance, choose

HIGH_SHARE = 0.03
MEDIUM_SHARE = 0.05
FLAGGED_SHARE = 0.13
LEVELS = ("low", "medium", "high")
FLAGS = (("cse", 4), ("cce", 5), ("county-lines", 4), ("gang", 2), ("self-harm", 3), ("trafficking", 1))


@dataclass(frozen=True)
class ExampleRisk:
    child: ExampleChild
    assessed_on: date
    level: str
    tool: str
    flags: tuple[str, ...]
    next_review_on: date

    def as_row(self) -> dict[str, str]:
        return {
            "child_ref": self.child.ref,
            "assessed_on": self.assessed_on.isoformat(),
            "level": self.level,
            "tool": self.tool,
            "flags": ";".join(self.flags),
            "next_review_on": self.next_review_on.isoformat(),
        }


def risks_of(children: Sequence[ExampleChild], present: Present) -> list[ExampleRisk]:
    """The most strained children stand at the top of the scale today; many others were assessed as low."""
    by_strain = sorted(children, key=lambda child: (-child.strain, child.ref))
    high, medium = round(len(children) * HIGH_SHARE), round(len(children) * (HIGH_SHARE + MEDIUM_SHARE))
    flagged = round(len(children) * FLAGGED_SHARE)
    found: list[ExampleRisk] = []
    for place, child in enumerate(by_strain):
        level = 2 if place < high else 1 if place < medium else 0
        luck = chance(f"risks of {child.ref}")
        if level or place < flagged or child.episodes >= 3 or luck.random() < 0.2:
            found += _of_child(luck, child, level, place < flagged and luck.random() < 0.8, present)
    return sorted(found, key=lambda risk: (risk.assessed_on, risk.child.ref))


def _of_child(
    luck: Random, child: ExampleChild, level: int, flagged: bool, present: Present
) -> list[ExampleRisk]:
    count = 1 + min(5, child.episodes // 6) + (1 if level else 0)
    days = sorted(luck.sample(range(6, DAYS_BACK - 20), count), reverse=True)
    flags: tuple[str, ...] = ()
    if flagged:
        flags = tuple(dict.fromkeys((choose(luck, FLAGS), choose(luck, FLAGS))))
    found = []
    for number, days_ago in enumerate(days):
        is_last = number == len(days) - 1
        then = level if is_last else max(0, min(2, level + luck.choice((-1, 0, 0, 1))))
        on = present.days_ago(days_ago)
        next_review = on + timedelta(weeks=(24, 12, 6)[then])
        found.append(ExampleRisk(child, on, LEVELS[then], TOOLS[number % 2], flags, next_review))
    return found
