"""What may be swapped for what on an agenda. Nothing is read or written here."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.lifecycle import Refused
from app.panels.agenda.preparing import Preparation

LONGEST_REASON = 2000


@dataclass(frozen=True)
class Swap:
    """`off`: a line by its key (`key:12`) or a proposed child (`child:34`); `on`: a near miss by its child."""

    off: str
    on: str
    reason: str


@dataclass(frozen=True)
class Choices:
    """What a form offers: what may come off and what may come on, each as its value and the child's id."""

    off: tuple[tuple[str, int], ...]
    on: tuple[tuple[str, int], ...]

    @property
    def are_any(self) -> bool:
        return bool(self.off and self.on)


def choices_of(preparation: Preparation) -> Choices:
    """Children on the agenda or proposed for it, against the near misses."""
    lines = [(f"key:{line.key}", line.child_id) for line in preparation.lines if line.kind == "child"]
    proposed = [(f"child:{one.value}", one.child_id) for one in preparation.proposed if one.field == "child"]
    return Choices(
        off=tuple((value, child) for value, child in (*lines, *proposed) if child is not None),
        on=tuple((str(near.child_id), near.child_id) for near in preparation.near_misses),
    )


def check_swap(swap: Swap, choices: Choices) -> None:
    """Raises Refused with a sentence by field."""
    problems = {}
    if swap.off not in _values(choices.off):
        problems["off"] = "Choose the case that comes off the agenda"
    if swap.on not in _values(choices.on):
        problems["on"] = "Choose the case that comes on instead"
    if not swap.reason.strip():
        problems["reason"] = "Enter why they are swapped"
    elif len(swap.reason) > LONGEST_REASON:
        problems["reason"] = f"Use {LONGEST_REASON:,} characters or fewer for the reason"
    if problems:
        raise Refused(next(iter(problems.values())), problems)


def _values(choices: Iterable[tuple[str, int]]) -> set[str]:
    return {value for value, _ in choices}
