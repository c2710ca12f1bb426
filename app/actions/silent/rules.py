"""When an agency is silent on a panel, and what is said of it. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.actions.overview.rules import OVERDUE, UNACKNOWLEDGED, ActionChoice
from app.london import add_working_days
from app.panels.contributions.rules import Progress, due_at
from app.panels.meetings.rules import MeetingFacts, MeetingStatus
from app.panels.terms.rules import StandingPanel


@dataclass(frozen=True)
class Owed:
    """What an agency owes a panel: open actions not acknowledged in time, and overdue ones."""

    panel_id: int
    agency_id: int
    agency_name: str
    agency_kind: str
    unacknowledged: int
    overdue: int


def last_day_to_have_acknowledged(today: date, within: int) -> date:
    """The last day of issue whose actions should be acknowledged by now: `within` working days have ended since."""
    day = today - timedelta(days=1)
    while add_working_days(day, within) >= today:
        day -= timedelta(days=1)
    return day


@dataclass(frozen=True)
class Silence:
    """How an agency stands with a panel. `asked` and `answered` are items of the agenda looked at."""

    agency_id: int
    agency_name: str
    is_required: bool
    asked: int
    answered: int
    contributions_due: bool
    unacknowledged: int
    overdue: int

    @property
    def has_not_contributed(self) -> bool:
        """Nothing at all was sent, and the time for it is over."""
        return self.contributions_due and self.asked > 0 and self.answered == 0

    @property
    def signs(self) -> int:
        return self.has_not_contributed + (self.unacknowledged > 0) + (self.overdue > 0)

    @property
    def is_silent(self) -> bool:
        return self.signs > 0


@dataclass(frozen=True)
class PanelSilence:
    """A panel with its agencies. `meeting`: the next whose agenda is issued, else the last one, if any.

    `nobody`: kinds of agency that its terms require and nobody on it speaks for.
    """

    panel: StandingPanel
    meeting: MeetingFacts | None
    within: int
    issued_to: date
    agencies: tuple[Silence, ...]
    nobody: tuple[str, ...]

    @property
    def silent(self) -> list[Silence]:
        return [agency for agency in self.agencies if agency.is_silent]

    def unacknowledged_address(self, agency: Silence) -> str:
        return ActionChoice(
            panel=self.panel.slug,
            agency=str(agency.agency_id),
            state=UNACKNOWLEDGED,
            issued_to=self.issued_to,
        ).address()

    def overdue_address(self, agency: Silence) -> str:
        return ActionChoice(panel=self.panel.slug, agency=str(agency.agency_id), state=OVERDUE).address()


def contributions_are_due(meeting: MeetingFacts, now: datetime) -> bool:
    return meeting.status == MeetingStatus.HELD or due_at(meeting.starts_at, meeting.agenda_issued_at) <= now


def silences(
    progress: Sequence[Progress], owed: Iterable[Owed], required_kinds: Collection[str], are_due: bool
) -> tuple[Silence, ...]:
    """Agencies asked for contributions and those that owe something: required ones first, the most silent of each."""
    by_agency = {one.agency_id: one for one in owed}
    found = [
        _silence(
            one.agency.id, one.agency.name, one.agency.is_required, one, by_agency.get(one.agency.id), are_due
        )
        for one in progress
    ]
    asked = {one.agency.id for one in progress}
    found += [
        _silence(one.agency_id, one.agency_name, one.agency_kind in required_kinds, None, one, are_due)
        for one in by_agency.values()
        if one.agency_id not in asked
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_required, -one.signs, one.agency_name.lower())))


def _silence(
    agency_id: int, name: str, is_required: bool, progress: Progress | None, owed: Owed | None, are_due: bool
) -> Silence:
    return Silence(
        agency_id=agency_id,
        agency_name=name,
        is_required=is_required,
        asked=progress.asked if progress else 0,
        answered=progress.answered if progress else 0,
        contributions_due=are_due,
        unacknowledged=owed.unacknowledged if owed else 0,
        overdue=owed.overdue if owed else 0,
    )
