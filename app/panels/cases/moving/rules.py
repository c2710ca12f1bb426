"""The words and choices of passing a case on. Nothing is read or written here."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.panels.cases.rules import Target, steps_down_to

WAYS = {"step-down": "step down", "transfer": "transfer"}
"""How a case may be passed on, each with the move of its lifecycle."""


@dataclass(frozen=True)
class Choices:
    """The panels where a case may go on, and those that have one of this child already."""

    lower: tuple[Target, ...]
    others: tuple[Target, ...]
    taken: tuple[Target, ...]


def choices(from_kind: str, targets: Sequence[Target]) -> Choices:
    free = [target for target in targets if not target.has_open_case]
    lower = tuple(target for target in free if steps_down_to(from_kind, target.kind))
    return Choices(
        lower,
        tuple(target for target in free if target not in lower),
        tuple(target for target in targets if target.has_open_case),
    )


def came_mail(panel: str, case_id: int, base_url: str, stepped_down: bool) -> tuple[str, str]:
    """Subject and body for who leads the panel that a case comes to. Never a name."""
    how = "stepped down" if stepped_down else "transferred"
    return (
        f"A case was {how} to {panel}",
        f"A case is now under the oversight of {panel}.\n\nRead it, and plan its first review:\n"
        f"{base_url}/cases/{case_id}\n\nThis message holds no details on purpose. Sign in to read them.\n",
    )
