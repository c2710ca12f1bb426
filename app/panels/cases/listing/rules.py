"""What may be chosen on a panel's list of cases, and its addresses. Nothing is read here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from app.episodes.rules import COHORT_WORDS, Cohort

PER_PAGE = 50
SHOWN = {
    "open": "Open",
    "overdue": "Review overdue",
    "recalled": "Recalled, open",
    "closed": "Closed",
    "all": "Open and closed",
}
SORTS = ("child", "since", "risk", "review")
FIRST_DOWN = frozenset({"risk"})
"""Sorted from the top down at the first press."""


@dataclass(frozen=True)
class CaseChoice:
    """What is shown. `cohort`: '' or a Cohort; `down` turns the order round."""

    show: str = "open"
    cohort: str = ""
    sort: str = "review"
    down: bool = False
    page: int = 1

    def address(self, base: str) -> str:
        """The address of this choice, what is usual left out."""
        usual = CaseChoice()
        chosen = {
            name: ("yes" if value is True else value)
            for name, value in (
                ("show", self.show),
                ("cohort", self.cohort),
                ("sort", self.sort),
                ("down", self.down),
                ("page", self.page),
            )
            if value != getattr(usual, name)
        }
        return f"{base}?{urlencode(chosen)}" if chosen else base

    def page_address(self, base: str) -> str:
        """The address to be completed with a page's number."""
        plain = replace(self, page=1).address(base)
        return f"{plain}{'&' if '?' in plain else '?'}page="

    def sorted_by(self, sort: str) -> "CaseChoice":
        """The same sorted by a column; pressed again, the other way round."""
        down = not self.down if sort == self.sort else sort in FIRST_DOWN
        return replace(self, sort=sort, down=down, page=1)

    def direction(self, sort: str) -> str:
        """As `aria-sort` has it; blank where another column sorts."""
        return "" if sort != self.sort else "descending" if self.down else "ascending"


def read_choice(query: Mapping[str, str]) -> CaseChoice:
    """Unknown values fall back to what is usual."""
    page = query.get("page", "")
    cohort = query.get("cohort", "")
    show, sort = query.get("show", ""), query.get("sort", "")
    return CaseChoice(
        show=show if show in SHOWN else "open",
        cohort=cohort if cohort in tuple(Cohort) else "",
        sort=sort if sort in SORTS else "review",
        down=query.get("down") == "yes",
        page=max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < 7 else 1,
    )


def chips(choice: CaseChoice, base: str) -> list[dict[str, str]]:
    """The filters in force, each with the address that leaves it out."""
    found = []
    if choice.show != "open":
        found.append({"text": SHOWN[choice.show], "href": replace(choice, show="open", page=1).address(base)})
    if choice.cohort:
        found.append(
            {
                "text": COHORT_WORDS[Cohort(choice.cohort)],
                "href": replace(choice, cohort="", page=1).address(base),
            }
        )
    return found
