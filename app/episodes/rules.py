"""What is true of children and their episodes: whose child, windows, outcomes, scales. Pure; clocks have their own."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.london import day_end, london_date

LEGAL_STATUSES = {
    "cla": "Looked after",
    "cp": "Child protection plan",
    "cin": "Child in need",
    "none": "None",
}
CATEGORIES = {
    "missing": "Missing",
    "away": "Away without authorisation",
    "absent": "Absent",
    "curfew": "Missing from curfew",
}
PLACE_KINDS = {
    "home": "Home",
    "foster": "Foster home",
    "residential": "Residential home",
    "semi-independent": "Semi-independent home",
    "school": "School",
    "other": "Somewhere else",
}
POLICE_RISKS = {"no-apparent": "No apparent risk", "low": "Low", "medium": "Medium", "high": "High"}
INTERVIEW_OUTCOMES = {
    "completed": "Completed",
    "declined-child": "Declined by the child",
    "declined-carer": "Declined by the carer",
    "unable": "Unable to contact",
    "not-required": "Not required",
    "pending": "Pending",
}
INTERVIEW_MODES = {"face-to-face": "Face to face", "virtual": "By video", "phone": "By telephone"}
FOLLOW_UP_MODES = {"visit": "A visit", "virtual": "By video", "phone": "By telephone"}


# Whose child


class Cohort(StrEnum):
    """Own children here, own children placed elsewhere, and children that others placed here."""

    OWN_HERE = "own-here"
    OWN_AWAY = "own-away"
    PLACED_BY_OTHERS = "ola-here"


COHORT_WORDS = {
    Cohort.OWN_HERE: "Our child, here",
    Cohort.OWN_AWAY: "Our child, placed away",
    Cohort.PLACED_BY_OTHERS: "Placed here by others",
}


def is_ours(authority: str, own_names: Collection[str]) -> bool:
    """Blank, or one of the own authority's names, whatever its case."""
    return folded(authority) in names_of_ours(own_names)


def names_of_ours(own_names: Iterable[str]) -> list[str]:
    """What a folded name is looked up among; `queries.is_ours_in_sql` uses the same list."""
    return ["", *map(folded, own_names)]


def folded(name: str) -> str:
    """Small letters, single spaces."""
    return " ".join(name.split()).casefold()


def cohort_of(responsible_authority: str, placed_in: str, own_names: Collection[str]) -> Cohort:
    """Placed in: blank, or the own name, is here."""
    if not is_ours(responsible_authority, own_names):
        return Cohort.PLACED_BY_OTHERS
    return Cohort.OWN_HERE if is_ours(placed_in, own_names) else Cohort.OWN_AWAY


def told_or_childs(of_episode: str | None, of_child: str) -> str:
    """What came with the episode, even when blank; where nothing came, the child's own value."""
    return of_child if of_episode is None else of_episode


@dataclass(frozen=True)
class ChildFacts:
    """A child as stored."""

    id: int
    child_ref: str
    name: str
    born_on: date | None
    sex: str
    ethnicity: str
    disability: str
    social_worker: str
    social_worker_email: str
    team: str
    school: str
    placement: str
    provider: str
    placed_in: str
    legal_status: str
    responsible_authority: str
    version: int
    other_refs: tuple[str, ...] = ()

    @property
    def known_as(self) -> str:
        """The name, or where none is known the reference."""
        return self.name or self.child_ref


# Episodes


@dataclass(frozen=True)
class EpisodeFacts:
    """One episode as it is stored. `date_only` names the instants that came without a time of day."""

    id: int
    category: str
    started_at: datetime
    returned_at: datetime | None
    reported_at: datetime | None = None
    la_notified_at: datetime | None = None
    date_only: tuple[str, ...] = ()
    end_unknown_after: date | None = None
    episode_ref: str | None = None
    missing_from: str = ""
    missing_from_kind: str = ""
    found_at: str = ""
    legal_status: str | None = None
    responsible_authority: str | None = None
    placed_in: str | None = None
    police_risk: str = ""
    sw_contact_at: datetime | None = None
    strategy_discussion_at: datetime | None = None
    strategy_discussion_by: str = ""
    high_risk_notified_at: datetime | None = None
    high_risk_notified_by: str = ""
    media_consent_at: datetime | None = None
    media_consent_by: str = ""
    confirmed_missing_at: datetime | None = None
    immediate_concern: bool = False
    merged_into: int | None = None
    version: int = 1

    @property
    def is_withdrawn(self) -> bool:
        """Recorded by mistake: it counts nowhere."""
        return self.merged_into == self.id


def is_open(episode: EpisodeFacts) -> bool:
    """Still away. An end that a statutory table left blank is unknown, never open."""
    return episode.returned_at is None and episode.end_unknown_after is None


def touches(episode: EpisodeFacts, first: datetime, last: datetime) -> bool:
    """Whether the episode overlaps [first, last). A return without a time counts to the end of its London day."""
    if episode.started_at >= last:
        return False
    if episode.started_at >= first or is_open(episode):
        return True
    end = ended_by(episode)
    return end is not None and end > first


def ended_by(episode: EpisodeFacts) -> datetime | None:
    """The instant by which the child was back; None where that is not known."""
    if episode.returned_at is None:
        return None
    if "returned_at" in episode.date_only:
        return day_end(london_date(episode.returned_at))
    return episode.returned_at


# Interviews


@dataclass(frozen=True)
class InterviewFacts:
    id: int
    outcome: str
    offered_at: datetime | None
    held_at: datetime | None
    episode_ids: tuple[int, ...] = ()
    offer_method: str = ""
    date_only: tuple[str, ...] = ()
    mode: str = ""
    interviewer: str = ""
    independent: bool | None = None
    followed_up_at: datetime | None = None
    offered_by: str = ""
    push_factors: str = ""
    pull_factors: str = ""
    child_said: str = ""
    follow_up_mode: str = ""
    version: int = 1


def final_interview(interviews: Iterable[InterviewFacts]) -> InterviewFacts | None:
    """Of several interviews on one episode a completed one wins, else the latest by the day it was held or offered.

    `children.queries.FINAL_FIRST` says the same in SQL.
    """
    found = list(interviews)
    completed = [one for one in found if one.outcome == "completed"]
    return max(completed or found, key=_age, default=None)


def _age(interview: InterviewFacts) -> tuple[bool, float, int]:
    at = interview.held_at or interview.offered_at
    return at is not None, at.timestamp() if at else 0.0, interview.id


def interview_key(
    episode_ids: Iterable[int], offered_at: datetime | None, held_at: datetime | None = None
) -> str:
    """What makes an interview the same one: its episodes, and the offer, or where none is known, when it was held."""
    episodes = "+".join(str(one) for one in sorted(episode_ids))
    at = (
        f"offered {offered_at.isoformat()}"
        if offered_at
        else f"held {held_at.isoformat()}"
        if held_at
        else ""
    )
    return f"{episodes} {at}".strip()


# Risk


@dataclass(frozen=True)
class RiskFacts:
    id: int
    assessed_on: date
    level: str
    tool: str = ""
    flags: tuple[str, ...] = ()
    next_review_on: date | None = None
    version: int = 1


@dataclass(frozen=True)
class RiskScaleHeld:
    """The authority's levels, lowest first, and the date from which they hold."""

    holds_from: date
    levels: tuple[str, ...]


def scale_on(scales: Sequence[RiskScaleHeld], day: date) -> tuple[str, ...]:
    """The levels that held on a day; before the first scale, the first one's."""
    held = [scale for scale in scales if scale.holds_from <= day] or sorted(
        scales, key=lambda scale: scale.holds_from
    )[:1]
    return max(held, key=lambda scale: scale.holds_from).levels if held else ()
