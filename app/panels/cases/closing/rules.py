"""The safe-closure check: what is still open when a case is to be closed, in words. Nothing is read here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.london import LONDON, day_start
from app.panels.handed_in import OpenAction
from app.panels.words import counted, day_and_month, listed

RECENT_DAYS = 30
"""London dates that end with the day of closing: an episode that reached into one of them is recent."""


def recent_from(closed_on: date) -> datetime:
    """The first instant of the thirty dates."""
    return day_start(closed_on - timedelta(days=RECENT_DAYS - 1))


@dataclass(frozen=True)
class RecentEpisode:
    """A missing episode in the last thirty days. `returned_at` None: still missing, or `end_unknown`."""

    id: int
    child_id: int
    started_at: datetime
    returned_at: datetime | None
    end_unknown: bool

    @property
    def words(self) -> str:
        began = f"missing from {_full(self.started_at)}"
        if self.returned_at is None:
            return f"{began}, end not known" if self.end_unknown else f"{began}, not returned"
        if _full(self.returned_at) == _full(self.started_at):
            return f"missing on {_full(self.started_at)}, returned the same day"
        return f"{began} to {_full(self.returned_at)}"


@dataclass(frozen=True)
class Unheard:
    """A return home interview that was declined, and since then nobody has heard the child."""

    id: int
    child_id: int
    by_carer: bool
    declined_at: datetime | None

    @property
    def words(self) -> str:
        by = "the carer" if self.by_carer else "the child"
        when = f" on {_full(self.declined_at)}" if self.declined_at else ""
        return f"interview declined by {by}{when}; no interview or follow-up since"


@dataclass(frozen=True)
class OpenMatters:
    """What stands against closing a case quietly; closing in spite of it takes a reason."""

    actions: tuple[OpenAction, ...] = ()
    unheard: tuple[Unheard, ...] = ()
    episodes: tuple[RecentEpisode, ...] = ()
    hidden: int = 0
    """Open actions agreed under restricted items that the reader may not see: they count, and stay untold."""

    @property
    def count(self) -> int:
        return len(self.actions) + self.hidden + len(self.unheard) + len(self.episodes)

    @property
    def words(self) -> str:
        """2 open actions and 1 missing episode in the last 30 days; blank where there is nothing."""
        parts: list[str] = []
        if self.actions or self.hidden:
            parts.append(counted(len(self.actions) + self.hidden, "open action"))
        if self.unheard:
            parts.append(counted(len(self.unheard), "declined interview") + " not followed up")
        if self.episodes:
            parts.append(counted(len(self.episodes), "missing episode") + f" in the last {RECENT_DAYS} days")
        return listed(parts)


NOTHING_OPEN = OpenMatters()


def of_panel(actions: Sequence[OpenAction], panel_id: int) -> tuple[OpenAction, ...]:
    """The panel's own: another panel's actions go on there."""
    return tuple(action for action in actions if action.panel_id in (0, panel_id))


def _full(instant: datetime) -> str:
    return f"{day_and_month(instant)} {instant.astimezone(LONDON).year}"
