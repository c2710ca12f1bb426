"""What a row behind a number shows, by the noun that is counted: its facts, under which columns. Pure; no SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Protocol

from app.episodes.rules import INTERVIEW_OUTCOMES, LEGAL_STATUSES
from app.figures.arithmetic import one_decimal
from app.figures.behind.cells import Cell, Column, Moment, on_the_page, shown
from app.london import age_on, london_date, working_days_between
from app.panels.cases.rules import CLOSURE_REASONS

REFERENCE = Column("Child’s reference", under=True)


class RowBehind(Protocol):
    """A record behind a number. The first cell leads to `href`; `child_id` is whom it is about."""

    @property
    def id(self) -> int: ...
    @property
    def child_id(self) -> int | None: ...
    @property
    def href(self) -> str: ...
    @property
    def cells(self) -> tuple[Cell, ...]: ...


@dataclass(frozen=True)
class ShownRow:
    """A row as the page has it: the link, what stands under it, the other cells."""

    href: str
    first: str
    under: str
    cells: list[str]


def shown_row(
    row: RowBehind, cells: Sequence[Cell], columns: Sequence[Column], cases_at: str = "/cases/"
) -> ShownRow:
    """`cases_at` is where a row about a case leads."""
    pairs = list(zip(columns, cells, strict=True))
    first = shown(pairs[0][1])
    under = [str(cell) for column, cell in pairs if column.under and cell and str(cell) != first]
    return ShownRow(
        row.href.replace("/cases/", cases_at, 1),
        first,
        " · ".join(under),
        [shown(cell) for column, cell in pairs[1:] if column in on_the_page(columns)],
    )


def _moment(at: datetime | None, field: str, date_only: Sequence[str]) -> Moment | None:
    return None if at is None else Moment(at, field in date_only)


@dataclass(frozen=True)
class EpisodeBehind:
    """`offered_at` is the first offer of an interview whose time was noted; `outcome` what came of it."""

    COLUMNS: ClassVar = (
        *(Column("Child"), REFERENCE, Column("Episode’s reference", under=True)),
        *(Column(name) for name in ("Started", "Reported", "Returned")),
        Column("Hours until the return", numeric=True),
        Column("Social worker’s contact"),
        Column("Interview"),
        Column("Offered, hours after the return", numeric=True),
    )
    id: int
    child_id: int
    known_as: str
    child_ref: str
    episode_ref: str
    started_at: datetime
    reported_at: datetime | None
    returned_at: datetime | None
    sw_contact_at: datetime | None
    date_only: Sequence[str]
    end_unknown_after: date | None
    outcome: str
    offered_at: datetime | None

    @property
    def href(self) -> str:
        return f"/children/{self.child_id}?all#episode-{self.id}"

    @property
    def cells(self) -> tuple[Cell, ...]:
        returned: Cell = _moment(self.returned_at, "returned_at", self.date_only)
        if returned is None:
            returned = "Not known" if self.end_unknown_after else "Not returned"
        return (
            self.known_as,
            self.child_ref,
            self.episode_ref,
            _moment(self.started_at, "started_at", self.date_only),
            _moment(self.reported_at, "reported_at", self.date_only),
            returned,
            self._hours_away,
            _moment(self.sw_contact_at, "sw_contact_at", self.date_only),
            INTERVIEW_OUTCOMES.get(self.outcome, ""),
            self._hours_to_offer,
        )

    @property
    def _hours_away(self) -> Cell:
        """From the report, or the start where nobody noted it; words where a time is missing."""
        clock_from = "reported_at" if self.reported_at else "started_at"
        if self.returned_at is None:
            return None
        if {clock_from, "returned_at"} & set(self.date_only):
            return "No time noted"
        return _hours(self.reported_at or self.started_at, self.returned_at)

    @property
    def _hours_to_offer(self) -> Cell:
        if self.offered_at is None or self.returned_at is None or "returned_at" in self.date_only:
            return None
        return _hours(self.returned_at, self.offered_at)


def _hours(first: datetime, last: datetime) -> float:
    """One decimal; negative where the second came before the first."""
    hours = (last - first).total_seconds() / 3600
    return one_decimal(hours) if hours >= 0 else -one_decimal(-hours)


@dataclass(frozen=True)
class ChildBehind:
    """`episodes` are the missing episodes that started in the window; ages are read on `aged_on`."""

    COLUMNS: ClassVar = (
        *(Column("Child"), REFERENCE),
        Column("Age", numeric=True),
        *(Column(name) for name in ("Legal status", "Responsible authority", "Placed in")),
        Column("Missing episodes in this time", numeric=True),
        *(Column(name) for name in ("First", "Last")),
    )
    id: int
    known_as: str
    child_ref: str
    born_on: date | None
    legal_status: str
    responsible_authority: str
    placed_in: str
    episodes: int
    first_at: datetime | None
    last_at: datetime | None
    aged_on: date

    @property
    def child_id(self) -> int:
        return self.id

    @property
    def href(self) -> str:
        return f"/children/{self.id}"

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (
            self.known_as,
            self.child_ref,
            age_on(self.born_on, self.aged_on) if self.born_on else None,
            LEGAL_STATUSES.get(self.legal_status, ""),
            self.responsible_authority or "Ours",
            self.placed_in or "Here",
            self.episodes,
            london_date(self.first_at) if self.first_at else None,
            london_date(self.last_at) if self.last_at else None,
        )


@dataclass(frozen=True)
class CaseBehind:
    """`back_on`: the first referral after the closure that met the threshold on the same panel."""

    COLUMNS: ClassVar = (
        *(Column("Child"), REFERENCE),
        *(Column(name) for name in ("Panel", "Accepted", "Initial meeting", "Closed")),
        *(Column(name, gives_way=True) for name in ("Why closed", "Referred again, threshold met")),
    )
    id: int
    child_id: int
    known_as: str
    child_ref: str
    panel_name: str
    accepted_on: date
    first_meeting_on: date | None
    closed_on: date | None
    closure_reason: str
    back_on: date | None

    @property
    def href(self) -> str:
        return f"/cases/{self.id}"

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (
            *(self.known_as, self.child_ref, self.panel_name, self.accepted_on, self.first_meeting_on),
            self.closed_on or "Open",
            CLOSURE_REASONS.get(self.closure_reason, "") if self.closed_on else "",
            self.back_on,
        )


THRESHOLDS = {"met": "Met", "not-met": "Not met", "diverted": "Diverted"}


@dataclass(frozen=True)
class ReferralBehind:
    """`earlier_on`: the one before it, of the same child to the same panel."""

    COLUMNS: ClassVar = (
        *(Column("Child"), REFERENCE),
        *(Column(name) for name in ("Panel", "Referred", "Threshold", "Earlier referral")),
    )
    id: int
    child_id: int
    known_as: str
    child_ref: str
    panel_name: str
    referred_on: date
    threshold: str
    earlier_on: date | None

    @property
    def href(self) -> str:
        return f"/referrals/{self.id}"

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (
            *(self.known_as, self.child_ref, self.panel_name, self.referred_on),
            THRESHOLDS.get(self.threshold, "Not decided"),
            self.earlier_on,
        )


@dataclass(frozen=True)
class ActionBehind:
    """`due_on` is later than `original_due_on` where more time was given; `status` is that of the day asked for."""

    COLUMNS: ClassVar = (
        *(Column(name) for name in ("Action", "Child", "Panel", "Agency", "Person", "Issued", "First due")),
        *(Column(name) for name in ("Due now", "How it stands", "Settled")),
    )
    id: int
    child_id: int | None
    known_as: str
    text: str
    panel_name: str
    agency_name: str
    owner_name: str
    issued_on: date
    original_due_on: date
    due_on: date
    status: str
    finished_on: date | None

    @property
    def href(self) -> str:
        return f"/actions/{self.id}"

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (
            *(self.text, self.known_as, self.panel_name, self.agency_name, self.owner_name, self.issued_on),
            *(self.original_due_on, self.due_on if self.due_on != self.original_due_on else None),
            self.status.replace("-", " ").capitalize(),
            self.finished_on,
        )


@dataclass(frozen=True)
class MeetingBehind:
    """`present`: how many came themselves or sent a deputy, of those asked for an agency."""

    COLUMNS: ClassVar = (
        *(Column(name) for name in ("Meeting", "Panel")),
        *(Column("State", gives_way=True), Column("Chair"), Column("Minute taker")),
        *(Column(name, gives_way=True) for name in ("Draft to the chair", "Approved", "Circulated")),
        Column("Working days until circulated", numeric=True, gives_way=True),
        Column("Present or by deputy", numeric=True),
        Column("Asked", numeric=True),
    )
    id: int
    panel_name: str
    starts_at: datetime
    date_only: bool
    status: str
    chair_name: str
    minute_taker_name: str
    ended_at: datetime | None
    sent_to_chair_at: datetime | None
    approved_at: datetime | None
    circulated_at: datetime | None
    present: int
    asked: int
    child_id: int | None = None

    @property
    def href(self) -> str:
        return f"/meetings/{self.id}"

    @property
    def cells(self) -> tuple[Cell, ...]:
        sent, approved, circulated = (
            london_date(at) if at else None
            for at in (self.sent_to_chair_at, self.approved_at, self.circulated_at)
        )
        began = london_date(self.ended_at or self.starts_at)
        return (
            *(Moment(self.starts_at, self.date_only), self.panel_name),
            self.status.replace("-", " ").capitalize(),
            *(self.chair_name, self.minute_taker_name, sent, approved, circulated),
            working_days_between(began, circulated) if circulated else None,
            *(self.present, self.asked),
        )
