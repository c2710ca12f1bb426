"""Problems between services: what must be said of one, how it is resolved, how long it stands. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby

from app.access import Permission, Scope
from app.lifecycle import Lifecycle, Move
from app.london import london_date
from app.panels.kinds import PanelKind
from app.panels.meetings.rules import MeetingFacts, MeetingStatus
from app.panels.sections import PROBLEM_SECTIONS
from app.panels.words import counted

LONGEST_WORDS = 5_000
LONGEST_SERVICE = 100
PROBLEM_SECTION = PROBLEM_SECTIONS[0].key


class ProblemStatus(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class ProblemFacts:
    """One problem, the item that brought it to light, and what was said of it last. A place or item has no child."""

    id: int
    panel_id: int
    panel_slug: str
    panel_name: str
    item_id: int
    meeting_id: int
    starts_at: datetime
    child_id: int | None
    child_name: str
    child_ref: str
    title: str
    service: str
    problem: str
    owner_id: int | None
    owner_name: str
    agency_id: int | None
    agency_name: str
    found_on: date
    resolved_on: date | None
    resolution: str
    version: int
    last_words: str
    last_said_at: datetime | None

    @property
    def scope(self) -> Scope:
        return Scope(panel_ids=frozenset({self.panel_id}))

    @property
    def status(self) -> str:
        return ProblemStatus.RESOLVED.value if self.resolved_on else ProblemStatus.OPEN.value

    @property
    def owner(self) -> str:
        return ", ".join(part for part in (self.owner_name, self.agency_name) if part)

    @property
    def owner_key(self) -> str:
        """Who took it on, as forms name them: `person-12` or `agency-3`; empty for nobody."""
        if self.owner_id is not None:
            return f"person-{self.owner_id}"
        return f"agency-{self.agency_id}" if self.agency_id is not None else ""

    @property
    def about(self) -> str:
        return self.child_name or self.child_ref or self.title

    def days_open(self, today: date) -> int:
        return max(0, ((self.resolved_on or today) - self.found_on).days)


@dataclass(frozen=True)
class WordFacts:
    """What was said of a problem, at a meeting or between two. `meeting_at` is None between meetings."""

    words: str
    by: str
    said_at: datetime
    meeting_id: int | None
    meeting_at: datetime | None


@dataclass(frozen=True)
class Found:
    """A problem as it is recorded. `owner` names who takes it on, as `person-12` or `agency-3`."""

    service: str
    problem: str
    owner: str


@dataclass(frozen=True)
class MoveFacts:
    words: str = ""


def needs_words(facts: MoveFacts) -> str | None:
    if not facts.words.strip():
        return "Enter in a few words how it stands"
    return None if len(facts.words) <= LONGEST_WORDS else f"Use {LONGEST_WORDS:,} characters or fewer"


PROBLEM = Lifecycle(
    statuses=tuple(status.value for status in ProblemStatus),
    moves=(
        Move(
            "resolve",
            frozenset({ProblemStatus.OPEN.value}),
            ProblemStatus.RESOLVED.value,
            Permission.RECORD_PROBLEM,
            (needs_words,),
        ),
        Move(
            "reopen",
            frozenset({ProblemStatus.RESOLVED.value}),
            ProblemStatus.OPEN.value,
            Permission.RECORD_PROBLEM,
            (needs_words,),
        ),
    ),
)


def records_problems(kind: PanelKind) -> bool:
    """Whether panels of this kind minute problems between services."""
    return any(section.key == PROBLEM_SECTION for section in kind.sections)


def why_not_recorded(meeting: MeetingFacts, now: datetime) -> str | None:
    """Why no problem can be recorded from this meeting, or None: it must be running or held."""
    if meeting.status == MeetingStatus.CANCELLED:
        return "This meeting was cancelled, so nothing was found in it."
    if meeting.status == MeetingStatus.HELD:
        return None
    if meeting.status == MeetingStatus.PLANNED or now < meeting.starts_at:
        return "A problem can be recorded once the meeting has started."
    return None


def found_problems(found: Found, owners: Iterable[str]) -> dict[str, str]:
    """Sentences by field for what is missing or can't be used."""
    problems = {}
    if not found.service.strip():
        problems["service"] = "Enter the service in which the problem lies"
    elif len(found.service) > LONGEST_SERVICE:
        problems["service"] = f"Use {LONGEST_SERVICE} characters or fewer"
    if not found.problem.strip():
        problems["problem"] = "Enter what the problem is"
    elif len(found.problem) > LONGEST_WORDS:
        problems["problem"] = f"Use {LONGEST_WORDS:,} characters or fewer"
    if found.owner not in set(owners):
        problems["owner"] = "Choose who takes it on"
    return problems


def passing_problems(problem: ProblemFacts, owner: str, words: str, owners: Iterable[str]) -> dict[str, str]:
    """Sentences by field for what stands against somebody else taking a problem on."""
    problems = {}
    if owner not in set(owners):
        problems["owner"] = "Choose who takes it on"
    elif owner == problem.owner_key:
        problems["owner"] = f"{problem.owner} has it already. Choose somebody else"
    if not words.strip():
        problems["owner-words"] = "Enter why somebody else takes it on"
    elif len(words) > LONGEST_WORDS:
        problems["owner-words"] = f"Use {LONGEST_WORDS:,} characters or fewer"
    return problems


def age_in_words(days: int) -> str:
    """12 days, 5 weeks, 3 months: rounded down."""
    if days < 14:
        return counted(days, "day")
    if days < 61:
        return counted(days // 7, "week")
    return counted(int(days / 30.4375), "month")


@dataclass(frozen=True)
class ServiceGroup:
    """The problems of one service; written with small or capital letters it is the same one."""

    service: str
    problems: Sequence[ProblemFacts]

    @property
    def open(self) -> int:
        return sum(problem.resolved_on is None for problem in self.problems)

    @property
    def words(self) -> str:
        resolved = len(self.problems) - self.open
        parts = ([f"{self.open} open"] if self.open else []) + ([f"{resolved} resolved"] if resolved else [])
        return ", ".join(parts)


def by_service(problems: Iterable[ProblemFacts]) -> list[ServiceGroup]:
    """The services with most open problems first; within one the open ones first, then the oldest."""
    ordered = sorted(
        problems, key=lambda one: (key_of(one.service), one.resolved_on is not None, one.found_on, one.id)
    )
    groups = [ServiceGroup(rows[0].service, rows) for _, rows in _grouped(ordered)]
    return sorted(groups, key=lambda group: (-group.open, key_of(group.service)))


def _grouped(ordered: Sequence[ProblemFacts]) -> list[tuple[str, list[ProblemFacts]]]:
    return [(key, list(rows)) for key, rows in groupby(ordered, key=lambda one: key_of(one.service))]


def key_of(service: str) -> str:
    return " ".join(service.split()).casefold()


EXPORT_COLUMNS = (
    "service", "problem", "owner", "agency", "found on", "state", "resolved on", "resolution", "days open",
    "last words", "last said on", "meeting",
)  # fmt: skip


def export_row(problem: ProblemFacts, today: date) -> list[str]:
    """One problem as a file tells it; the meeting by its reference, no child."""
    said = london_date(problem.last_said_at).isoformat() if problem.last_said_at else ""
    return [
        problem.service,
        problem.problem,
        problem.owner_name,
        problem.agency_name,
        problem.found_on.isoformat(),
        problem.status,
        problem.resolved_on.isoformat() if problem.resolved_on else "",
        problem.resolution,
        str(problem.days_open(today)),
        problem.last_words,
        said,
        f"meeting {problem.meeting_id}",
    ]
