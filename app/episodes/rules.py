"""What is true of children and their episodes: whose child, clocks, windows, outcomes, scales. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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

STRATEGY_DISCUSSION_HOURS = 12
HIGH_RISK_NOTIFICATION_HOURS = 24
INTERVIEW_HOURS = 72
INTERVIEW_CLOCK_DAYS = 90
"""How long an interview that nobody recorded stays among a child's clocks; figures count it for ever."""


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
    high_risk_notified_at: datetime | None = None
    immediate_concern: bool = False
    version: int = 1


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


# Clocks


@dataclass(frozen=True)
class Clock:
    """Something that falls due. `kind` is its slug; `from_date`: counted from a day whose hour is not known."""

    kind: str
    words: str
    counts_from: datetime
    due_at: datetime
    episode_id: int
    from_date: bool = False
    done_at: datetime | None = None

    def is_overdue(self, now: datetime) -> bool:
        return self.done_at is None and now > self.due_at


def open_clocks(
    episode: EpisodeFacts, outcome: str | None, offered_at: datetime | None, in_care: bool, now: datetime
) -> list[Clock]:
    """What runs for an episode now: while the child is away, and from the return until an interview is settled.

    `outcome` and `offered_at` are the final outcome of its interviews and the first offer. Only missing episodes
    have clocks.
    """
    if episode.category != "missing" or episode.end_unknown_after is not None:
        return []
    if episode.returned_at is None:
        return _clocks_while_away(episode, in_care)
    settled = outcome not in (None, "pending")
    if settled or episode.returned_at < now - timedelta(days=INTERVIEW_CLOCK_DAYS):
        return []
    return _clocks_after_return(episode, episode.returned_at, offered_at)


def _clocks_while_away(episode: EpisodeFacts, in_care: bool) -> list[Clock]:
    hours = 0 if episode.immediate_concern else STRATEGY_DISCUSSION_HOURS
    words = (
        "Strategy discussion, at once" if episode.immediate_concern else "Strategy discussion within 12 hours"
    )
    start, from_date = episode.started_at, "started_at" in episode.date_only
    clocks = [
        Clock(
            "strategy-discussion",
            words,
            start,
            start + timedelta(hours=hours),
            episode.id,
            from_date,
            episode.strategy_discussion_at,
        )
    ]
    if in_care:
        clocks.append(
            Clock(
                "high-risk-notification",
                "High-Risk Notification within 24 hours",
                start,
                start + timedelta(hours=HIGH_RISK_NOTIFICATION_HOURS),
                episode.id,
                from_date,
                episode.high_risk_notified_at,
            )
        )
    return clocks


def _clocks_after_return(
    episode: EpisodeFacts, returned_at: datetime, offered_at: datetime | None
) -> list[Clock]:
    hours = timedelta(hours=INTERVIEW_HOURS)
    clocks = [
        Clock(
            "interview",
            "Return home interview within 72 hours of the return",
            returned_at,
            returned_at + hours,
            episode.id,
            "returned_at" in episode.date_only,
            offered_at,
        )
    ]
    if episode.la_notified_at:
        told = max(returned_at, episode.la_notified_at)
        clocks.append(
            Clock(
                "interview-told",
                "The same, from when the council was told",
                told,
                told + hours,
                episode.id,
                bool({"la_notified_at", "returned_at"} & set(episode.date_only)),
                offered_at,
            )
        )
    return clocks


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
