"""What is asked of a search, and how what was found is ordered and listed. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.access import Identity, Permission, Scope, permits

PER_PAGE = 25
MOST_FOUND = 500
"""So many of the newest are listed; whoever finds more does better to narrow the search than to leaf on."""
LONGEST_WORDS = 200

MINUTES, AGENDA, ACTION = "minutes", "agenda", "action"
KINDS = {MINUTES: "Minutes", AGENDA: "Agendas", ACTION: "Actions"}
NEWEST, BEST = "newest", "best"
ORDERS = {NEWEST: "Newest meeting first", BEST: "Best match first"}


@dataclass(frozen=True)
class Asked:
    """A search as it was typed. `child`: a number or a name; `kinds` empty means all of them."""

    words: str = ""
    panel: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    child: str = ""
    kinds: tuple[str, ...] = ()
    order: str = NEWEST

    def as_kept(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "words": self.words,
            "panel": self.panel,
            "from_on": self.from_on.isoformat() if self.from_on else None,
            "to_on": self.to_on.isoformat() if self.to_on else None,
            "child": self.child,
            "kinds": list(self.kinds),
            "order": self.order,
        }

    def wants(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the words decides what is found."""
        return bool(self.panel or self.from_on or self.to_on or self.child or self.kinds)


def asked_from_kept(kept: Mapping[str, Any]) -> Asked:
    """The reverse of `Asked.as_kept`."""
    return Asked(
        words=kept["words"],
        panel=kept["panel"],
        from_on=date.fromisoformat(kept["from_on"]) if kept["from_on"] else None,
        to_on=date.fromisoformat(kept["to_on"]) if kept["to_on"] else None,
        child=kept["child"],
        kinds=tuple(kept["kinds"]),
        order=kept["order"],
    )


def problems_of(asked: Asked) -> dict[str, str]:
    """Sentences by field for what can't be searched for, before any word is looked at."""
    problems = {}
    if not asked.words and not asked.child:
        problems["words"] = "Enter what to look for, or name a child"
    elif len(asked.words) > LONGEST_WORDS:
        problems["words"] = f"Use {LONGEST_WORDS} characters or fewer: a few words find more than many"
    if len(asked.child) > LONGEST_WORDS:
        problems["child"] = f"Use {LONGEST_WORDS} characters or fewer"
    if asked.from_on and asked.to_on and asked.from_on > asked.to_on:
        problems["to_on"] = "The last day comes before the first"
    return problems


@dataclass(frozen=True)
class Query:
    """What the database made of the words. `any_of` finds a text with any of them; `stems`: as they are looked up.

    None for `wanted` where no words were asked for.
    """

    wanted: str | None = None
    any_of: str = ""
    stems: tuple[str, ...] = ()
    is_common: bool = False
    """Every word is one that every text holds, so they are looked up among names alone."""


EVERYTHING = Query()


def stems_in(tree: str) -> tuple[str, ...]:
    """The words of a query as PostgreSQL writes it: 'meet' & 'o''neil'."""
    found = re.findall(r"'((?:[^']|'')*)'", tree)
    return tuple(sorted({word.replace("''", "'").replace("\\\\", "\\") for word in found}))


@dataclass(frozen=True)
class Limits:
    """What a search is narrowed to: a panel, instants from (inclusive) and until (exclusive), ids of children and of
    meetings; None in each: not narrowed.

    `panels`: all there are. `among`: meetings that began from `begins` on.
    """

    panels: Sequence[int]
    panel: int | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    children: list[int] | None = None
    among: list[int] | None = None


def panels_where(who: Identity, permission: Permission, panels: Iterable[int]) -> list[int]:
    """Those of the panels on which this person holds a permission by a seat or a role."""
    # owner and agency of nobody: what somebody owes is no seat
    return [
        panel
        for panel in panels
        if permits(who, permission, Scope(frozenset({panel}), owner_id=0, agency_id=0))
    ]


@dataclass(frozen=True)
class Hit:
    """Something found. `id`: of the agenda item, or of the action. `at`: when its meeting began, or its day.

    `meeting_id` None: an action that came without its meeting; such stand together by panel and day.
    """

    kind: str
    id: int
    panel_id: int
    meeting_id: int | None
    at: datetime
    rank: float = 0.0
    position: int = 0

    @property
    def group(self) -> tuple[int, int, datetime]:
        return self.meeting_id or 0, self.panel_id, self.at


@dataclass(frozen=True)
class Found:
    """Everything found, in the order of the pages. `is_cut`: there is more, older than all of these."""

    hits: Sequence[Hit] = ()
    is_cut: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.hits) // PER_PAGE))

    def page(self, number: int) -> Sequence[Hit]:
        return self.hits[(number - 1) * PER_PAGE : number * PER_PAGE]


def put_together(hits: Iterable[Hit], order: str) -> Found:
    """One list of what every room found, what belongs to one meeting together, in its agenda's order.

    A hit that was found twice (in what all may read, and in what is marked for the reader) stands once.
    """
    once: dict[tuple[str, int], Hit] = {}
    for hit in hits:
        known = once.get((hit.kind, hit.id))
        if known is None or hit.rank > known.rank:
            once[hit.kind, hit.id] = hit
    newest = sorted(once.values(), key=lambda hit: (hit.at, hit.group), reverse=True)[:MOST_FOUND]
    best: dict[tuple[int, int, datetime], float] = {}
    if order == BEST:
        for hit in newest:
            best[hit.group] = max(best.get(hit.group, 0.0), hit.rank)
    kinds = list(KINDS)
    listed = sorted(
        newest, key=lambda hit: (-hit.rank if best else 0, hit.position, kinds.index(hit.kind), hit.id)
    )
    listed = sorted(listed, key=lambda hit: (best.get(hit.group, 0.0), hit.at, hit.group), reverse=True)
    return Found(listed, is_cut=len(once) > MOST_FOUND)
