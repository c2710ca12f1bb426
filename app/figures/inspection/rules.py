"""What is drawn for an inspection, and what is told of each case: interviews by episode, actions in time. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.episodes.clocks.rules import interview_due_at
from app.episodes.rules import ChildFacts, EpisodeFacts, InterviewFacts, final_interview
from app.london import age_on, day_words, london_date
from app.minutes.sampling.rules import Drawn, Draws

OF_CASES = Draws("cases", largest=30, usual=6)
STILL_OPEN = frozenset({"issued", "acknowledged", "in-progress"})


@dataclass(frozen=True)
class Sample(Drawn):
    """A sample of cases, and how many it holds."""

    cases: int

    @property
    def reference(self) -> str:
        return f"Inspection sample {self.id}"


@dataclass(frozen=True)
class SampledCase:
    """A case of a sample, as the list of its cases tells it."""

    position: int
    case_id: int
    child_id: int
    child_ref: str
    child_name: str
    panel_name: str
    accepted_on: date
    first_meeting_on: date | None
    closed_on: date | None
    closure_reason: str
    is_recall: bool
    risk_at_start: str
    risk_now: str

    @property
    def known_as(self) -> str:
        return self.child_name or self.child_ref

    @property
    def reference(self) -> str:
        """Our own, for whoever talks of a case without naming the child."""
        return f"Case {self.case_id}"


# Return home interviews


@dataclass(frozen=True)
class InterviewStatus:
    """What followed one missing episode. `offered_at` None with `is_offered`: offered, and nobody noted when.

    `in_72h` None: it cannot be told. `outcome`: of the interview that counts; "" where none is recorded.
    """

    episode: EpisodeFacts
    is_offered: bool
    offered_at: datetime | None
    offer_date_only: bool
    in_72h: bool | None
    outcome: str
    held_at: datetime | None
    is_due: bool

    @property
    def in_72h_words(self) -> str:
        if self.in_72h is not None:
            return "Yes" if self.in_72h else "No"
        if self.is_offered:
            return "Cannot be told: a time is missing"
        if self.episode.returned_at is None:
            return "Not back yet" if self.episode.end_unknown_after is None else "Return not known"
        return "No" if self.is_due else "Not due yet"

    @property
    def offered_code(self) -> str:
        """As an inspection's list has it: Y or N."""
        return "Y" if self.is_offered else "N"

    @property
    def accepted_code(self) -> str:
        """Y once an interview was held; blank while an offer waits for its answer."""
        if self.outcome == "completed":
            return "Y"
        return "" if self.is_offered and self.outcome == "pending" else "N"


OFFER_IMPLIED = ("completed", "declined-child", "declined-carer")


def interview_status(
    episode: EpisodeFacts, interviews: Sequence[InterviewFacts], now: datetime
) -> InterviewStatus:
    """`interviews`: those about this episode. Completed or declined implies offered; 72 hours need both times."""
    final = final_interview(interviews)
    offers = [one for one in interviews if one.offered_at]
    first = min(offers, key=lambda one: one.offered_at or now, default=None)
    offered_at = first.offered_at if first else None
    return InterviewStatus(
        episode=episode,
        is_offered=bool(offers) or any(one.outcome in OFFER_IMPLIED for one in interviews),
        offered_at=offered_at,
        offer_date_only=first is not None and "offered_at" in first.date_only,
        in_72h=_in_72h(episode, first),
        outcome=final.outcome if final else "",
        held_at=final.held_at if final else None,
        is_due=episode.returned_at is not None
        and interview_due_at(episode.returned_at, "returned_at" in episode.date_only) <= now,
    )


def _in_72h(episode: EpisodeFacts, offer: InterviewFacts | None) -> bool | None:
    """The statutory clock, from the return; None where a time of day is missing."""
    if offer is None or offer.offered_at is None or episode.returned_at is None:
        return None
    if "offered_at" in offer.date_only or "returned_at" in episode.date_only:
        return None
    return offer.offered_at <= interview_due_at(episode.returned_at, date_only=False)


# Actions


def timeliness(
    status: str, original_due_on: date, due_on: date, finished_on: date | None, today: date
) -> tuple[str, bool]:
    """How an action stands against its first due date, and whether that is late. More time given is said."""
    more = "" if due_on == original_due_on else f"; more time was given, to {day_words(due_on)}"
    if status == "completed" and finished_on:
        late = (finished_on - original_due_on).days
        return (f"{_days(late)} late{more}", True) if late > 0 else ("In time", False)
    if status in STILL_OPEN:
        over = (today - original_due_on).days
        return (f"Overdue by {_days(over)}{more}", True) if over > 0 else (f"Not due yet{more}", False)
    return f"Ended{' ' + day_words(finished_on) if finished_on else ''}{more}", False


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"


# Minutes


@dataclass(frozen=True)
class MinutedMeeting:
    """What the minutes of one meeting say of this child. `state`: why there is no text; `items` as they are printed."""

    meeting_id: int
    at: datetime
    date_only: bool
    state: str
    items: tuple[Mapping[str, Any], ...] = ()
    addenda: tuple[tuple[datetime, str], ...] = ()


SAFETY_PLAN = "Safety plan"


def safety_plan_of(meetings: Sequence[MinutedMeeting]) -> tuple[MinutedMeeting | None, list[tuple[str, str]]]:
    """The meeting whose minutes hold the latest plan, and its strands with their words."""
    for meeting in sorted(meetings, key=lambda one: one.at, reverse=True):
        strands = [
            (section["heading"], section["text"])
            for item in meeting.items
            for section in item["sections"]
            if section["group"] == SAFETY_PLAN and section["text"].strip()
        ]
        if strands:
            return meeting, strands
    return None, []


# The list that inspections ask for

MISSING_COLUMNS = (
    *("Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"),
    *("Missing Episode Start Date", "Missing Episode End Date", "RHI offered", "RHI accepted"),
)


def missing_rows(
    child: ChildFacts, statuses: Sequence[InterviewStatus], first: date, last: date
) -> list[tuple[object, ...]]:
    """The missing episodes of one child that began in [first, last), the earliest first. Age: at the start."""
    rows: list[tuple[object, ...]] = []
    for status in sorted(statuses, key=lambda one: (one.episode.started_at, one.episode.id)):
        start = london_date(status.episode.started_at)
        if not first <= start < last:
            continue
        back = status.episode.returned_at
        born = child.born_on
        rows.append(
            (
                *(child.child_ref, child.sex, child.ethnicity, f"{born:%d/%m/%Y}" if born else ""),
                *(age_on(born, start) if born else "", f"{start:%d/%m/%Y}"),
                *(f"{london_date(back):%d/%m/%Y}" if back else "", status.offered_code, status.accepted_code),
            )
        )
    return rows
