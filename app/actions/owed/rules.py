"""Which actions a list shows: the filters of its address, and how its pages are counted. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from app.access import Identity, Role, SeatRole

MINE = "mine"
AGENCY = "agency"
PANELS = "panels"
ESCALATED = "escalated"

OPEN = "open"
FINISHED = "finished"

PER_PAGE = 50
RECENT_DAYS = 14
"""How long a finished action stays in sight below the open ones."""

MORE_TIME = "more-time"
HANDED_OVER = "handed-over"
ISSUED = "issued"
"""Why an action waits for others: see `Waiting`."""

LEADING_SEATS = (SeatRole.CHAIR, SeatRole.VICE_CHAIR, SeatRole.MINUTE_TAKER)


@dataclass(frozen=True)
class OwedFilters:
    """Whose actions, of which panel, open or finished, which page of the list."""

    whose: str = MINE
    panel: str = ""
    state: str = OPEN
    page: int = 1

    def address(self, **changed: str | int) -> str:
        """The address of the list with these filters, defaults left out."""
        filters = replace(self, **changed)  # type: ignore[arg-type]
        default = OwedFilters()
        chosen = {
            name: getattr(filters, name)
            for name in ("whose", "panel", "state", "page")
            if getattr(filters, name) != getattr(default, name)
        }
        return f"/actions?{urlencode(chosen)}" if chosen else "/actions"


def asked_in(address: str) -> dict[str, str]:
    """What an address of the list asks for, to be read by `read_filters`. A form sends it back: it may be anything."""
    return dict(parse_qsl(address.partition("?")[2]))


def read_filters(given: Mapping[str, str], who: Identity) -> OwedFilters:
    """The filters of an address; what cannot be read, or is not for this person, falls back to their own actions."""
    whose = given.get("whose", MINE)
    page = given.get("page", "1")
    return OwedFilters(
        whose=whose if whose in (choice for choice, _ in whose_choices(who, True)) else MINE,
        panel=given.get("panel", "")[:60],
        state=FINISHED if given.get("state") == FINISHED else OPEN,
        page=min(max(1, int(page)), 10_000) if page.isdecimal() and len(page) < 6 else 1,
    )


def whose_choices(who: Identity, escalated: bool = False) -> list[tuple[str, str]]:
    """Whose actions this person may ask for, with the words on screen; `escalated`: some were escalated to them."""
    choices = [(MINE, "My actions"), (AGENCY, f"All of {who.agency_name}")]
    if sees_every_panel(who) or who.seat_panels(*LEADING_SEATS):
        choices.append((PANELS, "All actions of my panels" if not sees_every_panel(who) else "All panels"))
    if escalated:
        choices.append((ESCALATED, "Escalated to me"))
    return choices


def sees_every_panel(who: Identity) -> bool:
    return bool(who.roles & {Role.PANEL_OFFICER, Role.SAFEGUARDING_MANAGER})


def pages_of(total: int) -> int:
    return max(1, -(-total // PER_PAGE))
