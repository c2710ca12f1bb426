"""Referrals to MACE and what became of them: met or not, open, closed, recalled. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from app.example.children import ExampleChild
from app.example.rules import Present, chance, choose
from app.london import add_working_days, age_on

PANEL = "mace"
REACH_DAYS = 1100
REFERRED_SHARE = 0.44
WORRYING_SHARE = 0.08
CLOSURES = (("reduced-risk", 78), ("moved", 9), ("transferred", 7), ("other", 6))


@dataclass(frozen=True)
class ExampleCase:
    """One referral and, where it met the threshold, its case."""

    child: ExampleChild
    referred_on: date
    threshold: str
    first_meeting_on: date | None = None
    closed_on: date | None = None
    closure_reason: str = ""
    risk_at_start: str = ""
    risk_at_close: str = ""

    def as_row(self) -> dict[str, str]:
        return {
            "panel": PANEL,
            "child_ref": self.child.ref,
            "referred_on": self.referred_on.isoformat(),
            "threshold": self.threshold,
            "first_meeting_on": self.first_meeting_on.isoformat() if self.first_meeting_on else "",
            "closed_on": self.closed_on.isoformat() if self.closed_on else "",
            "closure_reason": self.closure_reason,
            "risk_at_start": self.risk_at_start,
            "risk_at_close": self.risk_at_close,
        }


def cases_of(children: Sequence[ExampleChild], present: Present, told_until: date) -> list[ExampleCase]:
    """Up to a day all that an older list tells; after it referrals alone, for the meetings since decide the rest."""
    luck = chance("cases")
    by_strain = sorted(children, key=lambda child: (-child.strain * luck.uniform(0.8, 1.2), child.ref))
    found: list[ExampleCase] = []
    for place, child in enumerate(by_strain[: round(len(children) * REFERRED_SHARE)]):
        found += _of_child(luck, child, present, told_until, place < len(children) * WORRYING_SHARE)
    found += _new_ones(by_strain[round(len(children) * REFERRED_SHARE) :], present)
    return sorted(found, key=lambda case: (case.referred_on, case.child.ref))


def _new_ones(children: Sequence[ExampleChild], present: Present) -> list[ExampleCase]:
    """Referrals of the last days, for the meetings to come; one of a young adult, two that nobody has decided on."""
    adult = next((child for child in children if age_on(child.born_on, present.day) >= 18), children[0])
    others = [child for child in children if child is not adult]
    said = (
        (10, "met"),
        (8, "met"),
        (6, "not-met"),
        (2, "met"),
        (2, "diverted"),
        (1, "met"),
        (1, ""),
        (0, ""),
    )
    made = [
        ExampleCase(
            child, present.days_ago(days), threshold, risk_at_start="medium" if threshold == "met" else ""
        )
        for child, (days, threshold) in zip(others, said, strict=False)
    ]
    return [*made, ExampleCase(adult, present.days_ago(9), "met", risk_at_start="high")]


def _of_child(
    luck: Random, child: ExampleChild, present: Present, told_until: date, is_worrying: bool
) -> list[ExampleCase]:
    """Those who worry people most were referred lately, so that the open cases are mostly theirs."""
    referred = present.days_ago(luck.randrange(16, 260) if is_worrying else luck.randrange(150, REACH_DAYS))
    if age_on(child.born_on, referred) < 10:
        referred = present.days_ago(luck.randrange(16, 300))
    threshold = choose(luck, (("met", 90 if is_worrying else 62), ("not-met", 22), ("diverted", 10)))
    if threshold != "met":
        return [ExampleCase(child, referred, threshold)]
    case = _run(luck, ExampleCase(child, referred, threshold), told_until)
    found = [case]
    if case.closed_on is None:
        return found
    # sooner or later some come back; a referral while a case is open would only join it
    days = round(luck.triangular(25, 420, 90))
    again = case.closed_on + timedelta(days=days)
    recalled = case.closure_reason == "reduced-risk" and luck.random() < 0.24
    if recalled and again < present.days_ago(16):
        found.append(_run(luck, ExampleCase(child, again, "met"), told_until))
    elif luck.random() < 0.06 and again < present.days_ago(16):
        found.append(ExampleCase(child, again, "not-met"))
    return found


def _run(luck: Random, case: ExampleCase, told_until: date) -> ExampleCase:
    """First meeting mostly within ten working days, reviews every twelve weeks, closed after one to four of them."""
    first = add_working_days(
        case.referred_on, choose(luck, ((4, 2), (6, 3), (8, 4), (10, 3), (13, 2), (17, 1)))
    )
    start = choose(luck, (("high", 4), ("medium", 6)))
    started = replace(case, risk_at_start=start)
    if first > told_until:
        return started
    started = replace(started, first_meeting_on=first)
    closed = first + timedelta(days=84 * choose(luck, ((1, 6), (2, 4), (3, 1))))
    if closed > told_until:
        return started
    birthday = _eighteenth(case.child)
    if case.referred_on < birthday < closed:
        return replace(started, closed_on=birthday, closure_reason="turned-18", risk_at_close="medium")
    reason = choose(luck, CLOSURES)
    risk = "low" if reason == "reduced-risk" else choose(luck, (("medium", 3), ("low", 1)))
    return replace(started, closed_on=closed, closure_reason=reason, risk_at_close=risk)


def _eighteenth(child: ExampleChild) -> date:
    born = child.born_on
    return (
        date(born.year + 18, 3, 1) if (born.month, born.day) == (2, 29) else born.replace(year=born.year + 18)
    )
