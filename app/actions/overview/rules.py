"""What may be chosen on the overview of actions, its addresses, and whose actions somebody oversees. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from app.access import Identity, Permission, Scope, permits
from app.actions.rules import STRANDS
from app.london import day_in

BASE = "/actions/overview"
PER_PAGE = 50
LONGEST_TEXT = 100

OPEN = "open"
OVERDUE = "overdue"
UNACKNOWLEDGED = "unacknowledged"
MORE_TIME = "more-time"

STATES = {
    OPEN: "Open",
    OVERDUE: "Overdue",
    UNACKNOWLEDGED: "Not acknowledged",
    MORE_TIME: "Waiting for more time",
    "escalated": "Escalated",
    "acknowledged": "Acknowledged",
    "in-progress": "In progress",
    "finished": "Finished",
    "completed": "Completed",
    "not-possible": "Not possible",
    "not-done": "Not done",
    "all": "Open and finished",
}
COUNTED = (OPEN, OVERDUE, UNACKNOWLEDGED, MORE_TIME)
"""The states whose numbers stand above the list; all of them are of open actions."""

AGES = {
    "late-1": "1 to 7 days overdue",
    "late-2": "8 to 28 days overdue",
    "late-3": "More than 28 days overdue",
    "open-1": "Open for up to 7 days",
    "open-2": "Open for 8 to 28 days",
    "open-3": "Open for 29 to 84 days",
    "open-4": "Open for more than 84 days",
}
AGE_DAYS: dict[str, tuple[int, int | None]] = {
    "late-1": (1, 7),
    "late-2": (8, 28),
    "late-3": (29, None),
    "open-1": (0, 7),
    "open-2": (8, 28),
    "open-3": (29, 84),
    "open-4": (85, None),
}
"""The first and last day of each band. Late: since an open action's due date. Open: since it was issued, up to today
or to the day it was finished.
"""

PRIORITIES = {"urgent": "Urgent", "routine": "Routine"}
STRAND_WORDS = {strand: strand.capitalize() for strand in STRANDS}
NOBODY = "nobody"
"""In place of an owner: actions that name an agency alone."""

SORTS = ("due", "issued", "panel", "agency", "owner", "status")
GROUPINGS = {"": "Actions", "agency": "By agency", "owner": "By owner", "panel": "By panel"}


@dataclass(frozen=True)
class ActionChoice:
    """What is shown. `panel`: a slug; `agency`: an id; `owner`: `person-12`, `post-3` or `nobody`; blank means any.

    `due_to` and `issued_to` are the last day. `by` groups the actions instead of listing them.
    """

    state: str = OPEN
    panel: str = ""
    agency: str = ""
    owner: str = ""
    age: str = ""
    priority: str = ""
    strand: str = ""
    due_from: date | None = None
    due_to: date | None = None
    issued_to: date | None = None
    text: str = ""
    by: str = ""
    sort: str = "due"
    down: bool = False
    page: int = 1

    def query(self, **changed: Any) -> str:
        """The query of this choice with some of it changed, what is usual left out. Another choice begins at page 1."""
        chosen = replace(self, **({"page": 1} | changed)) if changed else self
        return urlencode(
            {
                name: "yes" if value is True else str(value)
                for name, value in ((field.name, getattr(chosen, field.name)) for field in fields(chosen))
                if value != getattr(USUAL, name)
            }
        )

    def address(self, **changed: Any) -> str:
        query = self.query(**changed)
        return f"{BASE}?{query}" if query else BASE

    @property
    def page_address(self) -> str:
        """The address to be completed with a page's number."""
        plain = self.address(page=1)
        return f"{plain}{'&' if '?' in plain else '?'}page="

    @property
    def file_address(self) -> str:
        query = self.query(by="", page=1)
        return f"{BASE}.csv?{query}" if query else f"{BASE}.csv"

    def sorted_by(self, sort: str) -> str:
        """The address of the same sorted by a column; pressed again, the other way round."""
        return self.address(sort=sort, down=not self.down and sort == self.sort)

    def direction(self, sort: str) -> str:
        """As `aria-sort` has it; blank where another column sorts."""
        return "" if sort != self.sort else "descending" if self.down else "ascending"

    @property
    def kept(self) -> str:
        """The query as a saved view keeps it: without the page."""
        return self.query(page=1)


USUAL = ActionChoice()
FILTERS = (
    "panel", "agency", "owner", "state", "age", "priority", "strand", "due_from", "due_to", "issued_to", "text",
)  # fmt: skip
"""What a person sets on the form, in its order; the rest is how the list stands."""


def read_choice(given: Mapping[str, str]) -> ActionChoice:
    """What an address asks for; whatever is unknown or makes no sense falls back to what is usual."""

    def one_of(name: str, known: Collection[str]) -> str:
        value = given.get(name, "")
        return value if value in known else str(getattr(USUAL, name))

    page, agency, owner = given.get("page", ""), given.get("agency", ""), given.get("owner", "")
    return ActionChoice(
        state=one_of("state", STATES),
        panel=given.get("panel", "")[:100],
        agency=agency if _is_number(agency) else "",
        owner=owner if owner == NOBODY or owner_named(owner) else "",
        age=one_of("age", AGES),
        priority=one_of("priority", PRIORITIES),
        strand=one_of("strand", STRANDS),
        due_from=_day(given.get("due_from", "")),
        due_to=_day(given.get("due_to", "")),
        issued_to=_day(given.get("issued_to", "")),
        text=" ".join(given.get("text", "").replace("\0", "").split())[:LONGEST_TEXT],
        by=one_of("by", GROUPINGS),
        sort=one_of("sort", SORTS),
        down=given.get("down") == "yes",
        page=max(1, int(page)) if _is_number(page) and len(page) < 6 else 1,
    )


def read_query(query: str) -> ActionChoice:
    """The same from a query as text, such as a saved one."""
    return read_choice(dict(parse_qsl(query[:4000])))


def owner_named(key: str) -> tuple[str, int] | None:
    """`person` or `post` and its id; None of anything else."""
    kind, _, number = key.partition("-")
    return (kind, int(number)) if kind in ("person", "post") and _is_number(number) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _day(text: str) -> date | None:
    day = day_in(text)
    return day if day is not None and 1990 <= day.year <= 2100 else None


@dataclass(frozen=True)
class Reach:
    """Whose actions somebody oversees: everybody's, those of some panels, and those of an agency on any panel."""

    everywhere: bool = False
    panels: frozenset[int] = frozenset()
    agency: int | None = None


def reach_of(who: Identity) -> Reach:
    def oversees(scope: Scope) -> bool:
        return permits(who, Permission.OVERSEE_ACTIONS, scope)

    return Reach(
        everywhere=oversees(Scope()),
        panels=frozenset(panel for panel in who.seat_panels() if oversees(Scope(frozenset({panel})))),
        agency=who.agency_id if oversees(Scope(agency_id=who.agency_id)) else None,
    )


@dataclass(frozen=True)
class Choices:
    """What the filters offer this person: panels by slug, agencies by id, owners by key, each with the name."""

    panels: Mapping[str, str]
    agencies: Mapping[str, str]
    owners: Mapping[str, str]


def settled(choice: ActionChoice, choices: Choices) -> ActionChoice:
    """The choice without a panel, agency or owner that this person is not offered."""
    return replace(
        choice,
        panel=choice.panel if choice.panel in choices.panels else "",
        agency=choice.agency if choice.agency in choices.agencies else "",
        owner=choice.owner if choice.owner in choices.owners else "",
    )


def chips(choice: ActionChoice, choices: Choices, day_words: Any = str) -> list[dict[str, str]]:
    """The filters in force in words, each with the address that leaves it out."""
    words = {
        "panel": choices.panels.get(choice.panel, ""),
        "agency": choices.agencies.get(choice.agency, ""),
        "owner": choices.owners.get(choice.owner, ""),
        "state": STATES[choice.state],
        "age": AGES.get(choice.age, ""),
        "priority": PRIORITIES.get(choice.priority, ""),
        "strand": STRAND_WORDS.get(choice.strand, ""),
        "due_from": f"Due from {day_words(choice.due_from)}",
        "due_to": f"Due up to {day_words(choice.due_to)}",
        "issued_to": f"Issued up to {day_words(choice.issued_to)}",
        "text": f"“{choice.text}”",
    }
    return [
        {"text": words[name], "href": choice.address(**{name: getattr(USUAL, name)})}
        for name in FILTERS
        if getattr(choice, name) != getattr(USUAL, name)
    ]
