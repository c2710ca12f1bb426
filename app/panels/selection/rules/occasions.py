"""The occasion a proposal is made for, the drafts of a rule, and the windows that follow from the two."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app.london import LONDON, day_end, london_date, month_start, months_between
from app.panels.selection.rules.proposals import ProposedPlace, Window
from app.panels.selection.rules.scales import Scales
from app.panels.terms.rules import StandingPanel, Terms

MOST_NEAR_MISSES = 50


@dataclass(frozen=True)
class HeldMeeting:
    starts_at: datetime
    date_only: bool = False

    @property
    def covers_until(self) -> datetime:
        """Until when what had happened was before the meeting; one without a time covers its day."""
        return day_end(london_date(self.starts_at)) if self.date_only else self.starts_at


@dataclass(frozen=True)
class Occasion:
    """A meeting, or the end of a day without one. What begins at `at` or later has not happened.

    `on`: the London date. `last_held`: the panel's latest held meeting before; those for one child do not count.
    `next_on`: the London date of the panel's next meeting after this one, planned or by its rhythm. `only_child`: whom
    a meeting for one child alone is about; a rule may read less for it.
    """

    panel: StandingPanel
    terms: Terms
    scales: Scales
    at: datetime
    on: date
    now: datetime
    next_on: date
    meeting_id: int | None = None
    only_child: int | None = None
    last_held: HeldMeeting | None = None

    @property
    def categories(self) -> list[str]:
        return list(self.terms.categories)

    @property
    def known_at(self) -> datetime:
        """Until when clocks run: the meeting, or now where that is yet to come."""
        return min(self.at, self.now)


@dataclass(frozen=True)
class Told:
    """What a rule has read of the episodes already: references, and whose child the latest says it is."""

    refs: tuple[str, ...]
    responsible_authority: str | None
    placed_in: str | None


@dataclass(frozen=True)
class Draft:
    """A child that a rule puts on the agenda. `order`: its place, smallest first.

    References are added later, unless the rule has `told` them; then `episode_ids` stand in the order of their starts.
    """

    child_id: int
    reason: str
    order: tuple[Any, ...]
    episode_ids: tuple[int, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    case_id: int | None = None
    told: Told | None = None


@dataclass(frozen=True)
class NearDraft:
    child_id: int
    reason: str
    order: tuple[Any, ...]
    missed: bool = False


@dataclass(frozen=True)
class Drafts:
    window: Window
    items: tuple[Draft, ...] = ()
    places: tuple[ProposedPlace, ...] = ()
    near: tuple[NearDraft, ...] = ()


def days_earlier(at: datetime, days: int) -> datetime:
    """The same London wall-clock time so many days before, so that weeks join without gap when the clocks change."""
    local = at.astimezone(LONDON)
    return datetime.combine(local.date() - timedelta(days=days), local.time(), LONDON).astimezone(at.tzinfo)


def last_days(on: date, days: int) -> Window:
    """So many London dates, the last of them `on`."""
    return Window(on - timedelta(days=days - 1), on + timedelta(days=1))


def months_to_look_at(on: date, last_held: HeldMeeting | None) -> list[date]:
    """The first days of the complete calendar months since the last held meeting, at least the month before.

    The month in which that meeting was held was not complete then, so it is looked at now.
    """
    this_month = month_start(on)
    month_before = month_start(this_month - timedelta(days=1))
    if last_held is None:
        return [month_before]
    return months_between(min(london_date(last_held.starts_at), month_before), this_month)


def since_last(occasion: Occasion, first_days: int) -> Window:
    """From the start of the last held meeting to this one's; without one, so many days."""
    if occasion.last_held is not None:
        return Window(occasion.last_held.starts_at, occasion.at)
    return Window(days_earlier(occasion.at, first_days), occasion.at)
