"""What a daily briefing lists and how its lines read. Nothing is read or written here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.access import Identity, Permission, Scope, permits
from app.london import day_start
from app.panels.referrals.rules import ReferralFacts, Threshold

FIRST_DAYS = timedelta(days=7)
"""How far the very first briefing looks back."""

NOTIFIED_WITHIN = timedelta(days=28)
"""An episode that began longer before it was recorded is history that a file brought, not a notification."""

BRIEFING_NAME = "Daily exploitation briefing"


@dataclass(frozen=True)
class BriefingFacts:
    """A closed briefing; it reaches from the one before it (`since`, None for the first) to `closed_at`."""

    id: int
    closed_at: datetime
    closed_by_name: str
    note: str
    since: datetime | None


@dataclass(frozen=True)
class NotificationFacts:
    """An episode that came in as a notification, with what a briefing decided about it; `version` 0: nothing yet."""

    episode_id: int
    child_id: int
    child_ref: str
    child_name: str
    responsible_authority: str
    placed_in: str
    category: str
    started_at: datetime
    returned_at: datetime | None
    date_only: tuple[str, ...]
    missing_from: str
    police_risk: str
    first_recorded_at: datetime
    threshold: str
    panel_id: int | None
    panel_name: str
    diverted_to: str
    rationale: str
    decided_at: datetime | None
    decided_by_name: str
    referral_id: int | None
    version: int


@dataclass(frozen=True)
class Line:
    """One line of a briefing. `key` names it in addresses of the page; `kind`: referral, missing or curfew."""

    kind: str
    id: int
    child_id: int
    child_ref: str
    child_name: str
    came_at: datetime
    is_earlier: bool
    may_decide: bool
    threshold: str
    panel_id: int | None
    panel_name: str
    diverted_to: str
    rationale: str
    decided_at: datetime | None
    decided_by_name: str
    version: int
    referral: ReferralFacts | None = None
    notification: NotificationFacts | None = None

    @property
    def key(self) -> str:
        return f"{'referral' if self.kind == 'referral' else 'episode'}-{self.id}"

    @property
    def known_as(self) -> str:
        return self.child_name or self.child_ref

    @property
    def action(self) -> str:
        """Where the line's form goes."""
        return f"/briefing/{'referrals' if self.kind == 'referral' else 'episodes'}/{self.id}"


@dataclass(frozen=True)
class Counts:
    """What a briefing decided and left. Curfew is counted apart and waits for nobody."""

    met: int = 0
    not_met: int = 0
    diverted: int = 0
    waiting: int = 0
    curfew: int = 0

    @property
    def decided(self) -> int:
        return self.met + self.not_met + self.diverted

    @property
    def to_decide(self) -> int:
        return self.decided + self.waiting


def counts_of(lines: Iterable[Line]) -> Counts:
    """A decided line counts whatever its kind; a curfew line that nobody decided on only as curfew."""
    told = list(lines)
    of = [line.threshold for line in told]
    return Counts(
        of.count(Threshold.MET),
        of.count(Threshold.NOT_MET),
        of.count(Threshold.DIVERTED),
        sum(not line.threshold and line.kind != "curfew" for line in told),
        sum(line.kind == "curfew" for line in told),
    )


def may_run(who: Identity, panel_id: int | None) -> bool:
    """Whether this person may decide on a line; on one that a panel took, only whoever leads that panel."""
    if panel_id is None:
        return permits(who, Permission.RUN_BRIEFING)
    return permits(who, Permission.RUN_BRIEFING, Scope(panel_ids=frozenset({panel_id})))


def line_of_referral(who: Identity, referral: ReferralFacts, since: datetime | None) -> Line:
    # a tracker tells no other time than the day of the referral
    came_at = referral.received_at or day_start(referral.referred_on)
    return Line(
        "referral",
        referral.id,
        referral.child_id,
        referral.child_ref,
        referral.child_name,
        came_at,
        since is not None and came_at <= since,
        may_run(who, referral.panel_id or referral.asked_panel_id),
        referral.threshold,
        referral.panel_id,
        referral.panel_name,
        referral.diverted_to,
        referral.rationale,
        referral.decided_at,
        referral.decided_by_name,
        referral.version,
        referral=referral,
    )


def line_of_notification(who: Identity, told: NotificationFacts, since: datetime | None) -> Line:
    return Line(
        told.category,
        told.episode_id,
        told.child_id,
        told.child_ref,
        told.child_name,
        told.first_recorded_at,
        since is not None and told.first_recorded_at <= since,
        may_run(who, told.panel_id if told.threshold == Threshold.MET else None),
        told.threshold,
        told.panel_id,
        told.panel_name,
        told.diverted_to,
        told.rationale,
        told.decided_at,
        told.decided_by_name,
        told.version,
        notification=told,
    )
