"""How a sample is drawn by its seed, and what somebody asks for who wants one. Pure; what is drawn is for others."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.windows import Window, read_window

LONGEST_SEED = 60


@dataclass(frozen=True)
class Draws:
    """What samples are made of, how many at most, and how many where nobody says."""

    noun: str
    largest: int
    usual: int

    def form(self, window: Window) -> dict[str, str]:
        """The form as it is first shown."""
        return {
            "from": window.first.isoformat(),
            "to": window.last.isoformat(),
            "size": str(self.usual),
        }


@dataclass(frozen=True)
class Drawn:
    """A sample as it was drawn. `last` is not included; `panel_slug` is empty for all panels."""

    id: int
    seed: str
    first: date
    last: date
    panel_slug: str
    panel_name: str
    size: int
    population: int
    drawn_by: str
    drawn_at: datetime

    @property
    def window(self) -> Window:
        return Window(self.first, self.last)


@dataclass(frozen=True)
class Wish:
    """What somebody asked to be drawn; with `errors`, sentences by field, nothing is."""

    window: Window
    panel: str | None
    size: int
    seed: str
    errors: Mapping[str, str]


def drawn(seed: str, ids: Collection[int], size: int) -> list[int]:
    """The sample: the ids ordered by the SHA-256 of `seed:id` in UTF-8, as hexadecimal digits; the first `size`.

    The same seed and ids give the same sample, and an id keeps its place when others join.
    """
    return sorted(ids, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).hexdigest())[:size]


def read_wish(given: Mapping[str, Any], draws: Draws, usual: Window, panels: Collection[str]) -> Wish:
    """Reads the form of a sample; `panels` are the slugs that may be asked for."""
    read = read_window({name: str(given.get(name, "")) for name in ("from", "to")}, usual)
    size, seed = (
        str(given.get(name, default)).strip() for name, default in (("size", draws.usual), ("seed", ""))
    )
    panel = str(given.get("panel", ""))
    errors = dict(read.errors)
    is_number = size.isdecimal() and len(size) <= 4 and 1 <= int(size) <= draws.largest
    if not is_number:
        errors["size"] = f"Enter how many {draws.noun} to draw, from 1 to {draws.largest}"
    if len(seed) > LONGEST_SEED:
        errors["seed"] = f"Use {LONGEST_SEED} characters or fewer"
    if panel and panel not in panels:
        errors["panel"] = "Choose a panel from the list"
    return Wish(read.window or usual, panel or None, int(size) if is_number else 0, seed, errors)
