"""How referrals make cases: which open one, join one, or recall a child. Pure; what is stored is handed in.

Two ways in: `take` a row of a tracker, which tells of the past, and `accept` what a briefing decides today.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from app.panels.words import day_and_month


@dataclass(frozen=True)
class StoredReferral:
    id: int
    panel: int
    child: int
    referred_on: date
    threshold: str
    decided_here: bool = False
    """A briefing here has decided on it, so a tracker no longer does."""


@dataclass(frozen=True)
class StoredCase:
    """A case; `referral` is the one that opened it."""

    id: int
    panel: int
    child: int
    referral: int
    accepted_on: date
    first_meeting_on: date | None = None
    closed_on: date | None = None
    closure_reason: str = ""
    risk_at_start: str = ""
    risk_at_close: str = ""
    recall_of: int | None = None
    met_here: bool = False
    """A meeting kept here has looked at it, so a tracker no longer changes it."""


@dataclass(frozen=True)
class Told:
    """What a row tells of a referral and, where the threshold was met, of its case. `columns`: those the file has."""

    panel: int
    child: int
    referred_on: date
    threshold: str
    columns: frozenset[str]
    first_meeting_on: date | None = None
    closed_on: date | None = None
    closure_reason: str = ""
    risk_at_start: str = ""
    risk_at_close: str = ""


CASE_COLUMNS = ("first_meeting_on", "closed_on", "closure_reason", "risk_at_start", "risk_at_close")


class Taken(StrEnum):
    """What became of a row. Kept: the case has been met about here, or (decided) the threshold was decided here, and
    what is stored stays.
    """

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    DECIDED = "decided"


class Impossible(Exception):
    """A row cannot be true beside the others; names the column and says why."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column
        self.sentence = sentence


class Ids:
    """Ids set aside for new rows."""

    def __init__(self, referrals: Iterable[int], cases: Iterable[int]) -> None:
        self._referrals = iter(referrals)
        self._cases = iter(cases)

    def referral(self) -> int:
        return next(self._referrals)

    def case(self) -> int:
        return next(self._cases)


@dataclass
class Casebook:
    """The referrals and cases of one child on one panel. `ids` gives those that nothing else has."""

    referrals: dict[date, StoredReferral]
    cases: list[StoredCase]
    ids: Ids
    changed_referrals: set[int] = field(default_factory=set)
    changed_cases: set[int] = field(default_factory=set)

    def take(self, told: Told) -> Taken:
        """Takes a row in and says what became of it. Raises Impossible."""
        known = self.referrals.get(told.referred_on)
        own = next((case for case in self.cases if known and case.referral == known.id), None)
        threshold = told.threshold if "threshold" in told.columns or known is None else known.threshold
        if known is not None and known.decided_here:
            if threshold not in ("", known.threshold):
                return Taken.DECIDED
            threshold = known.threshold
        if own is not None and threshold != "met":
            raise Impossible(
                "threshold",
                "This referral met the threshold and opened a case, so it can’t be changed to this.",
            )
        opens = threshold == "met" and own is None and not self._joins(told.referred_on)
        planned = self._planned(told, own) if own is not None or opens else None
        if own is not None and own.met_here and planned != own:
            return Taken.KEPT
        if planned is not None:
            self._check(planned)
        before = len(self.changed_referrals), len(self.changed_cases)
        referral = known or StoredReferral(
            self.ids.referral(), told.panel, told.child, told.referred_on, threshold
        )
        if known is None or known.threshold != threshold:
            self.referrals[told.referred_on] = replace(referral, threshold=threshold)
            self.changed_referrals.add(referral.id)
        if planned is not None:
            self._keep(replace(planned, referral=referral.id), own)
        if known is None or opens:
            return Taken.ADDED
        after = len(self.changed_referrals), len(self.changed_cases)
        return Taken.UNCHANGED if before == after else Taken.UPDATED

    def accept(
        self, referral: StoredReferral, accepted_on: date, risk_at_start: str
    ) -> tuple[StoredCase, bool]:
        """The case that a referral comes to whose threshold is met today, and whether it was opened for it.

        An open case is joined. Otherwise a new one begins, and where there was a case before it is a recall.
        """
        open_case = next((case for case in self.cases if case.closed_on is None), None)
        if open_case is not None:
            return open_case, False
        before = max(self.cases, key=lambda case: (case.accepted_on, case.id), default=None)
        case = StoredCase(
            self.ids.case(),
            referral.panel,
            referral.child,
            referral.id,
            accepted_on,
            risk_at_start=risk_at_start,
            recall_of=before.id if before else None,
        )
        self.cases.append(case)
        self.changed_cases.add(case.id)
        return case, True

    def _joins(self, referred_on: date) -> bool:
        """Whether a case is open on the day; one that closed on that day is."""
        return any(
            case.accepted_on <= referred_on and (case.closed_on is None or referred_on <= case.closed_on)
            for case in self.cases
        )

    def _planned(self, told: Told, own: StoredCase | None) -> StoredCase:
        base = own or StoredCase(0, told.panel, told.child, 0, told.referred_on)
        brought = {name: getattr(told, name) for name in CASE_COLUMNS if name in told.columns}
        planned = replace(base, **brought)
        reason = (planned.closure_reason or "other") if planned.closed_on else ""
        return replace(planned, closure_reason=reason)

    def _check(self, planned: StoredCase) -> None:
        others = [case for case in self.cases if case.id != planned.id]
        later = min((c.accepted_on for c in others if c.accepted_on > planned.accepted_on), default=None)
        if later is not None and planned.closed_on is None:
            raise Impossible(
                "closed_on",
                f"A later case of this child on this panel began on {_full(later)}. Give the day this one was closed.",
            )
        if later is not None and planned.closed_on is not None and planned.closed_on >= later:
            raise Impossible(
                "closed_on",
                f"The next case of this child on this panel began on {_full(later)}, before this one was closed.",
            )

    def _keep(self, planned: StoredCase, own: StoredCase | None) -> None:
        if own is None:
            planned = replace(planned, id=self.ids.case())
            self.cases.append(planned)
            self.changed_cases.add(planned.id)
        elif planned != own:
            self.cases[self.cases.index(own)] = planned
            self.changed_cases.add(planned.id)
        self._link()

    def _link(self) -> None:
        """Each case recalls the one before it."""
        self.cases.sort(key=lambda case: (case.accepted_on, case.id))
        before: StoredCase | None = None
        for number, case in enumerate(self.cases):
            recall_of = before.id if before else None
            if case.recall_of != recall_of:
                self.cases[number] = case = replace(case, recall_of=recall_of)
                self.changed_cases.add(case.id)
            before = case


def _full(day: date) -> str:
    return f"{day_and_month(day)} {day.year}"
