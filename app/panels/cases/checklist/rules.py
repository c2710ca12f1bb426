"""What belongs on a case's file, when a line of it is old, and what is missing. Nothing is read here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

KINDS = {
    "management-oversight": "Management oversight",
    "exploitation-tool": "Exploitation tool",
    "risk-assessment": "Risk assessment",
    "safety-plan": "Safety plan",
    "nrm-referral": "National Referral Mechanism (NRM) referral",
    "social-worker-contact": "Social worker’s contact",
}
SHORT = KINDS | {"nrm-referral": "NRM referral"}
OLD_AFTER = timedelta(weeks=12)
STAYS_GOOD = frozenset({"nrm-referral"})
"""Made once: a date long ago is no reason to do it again."""
LONGEST_NOTE = 500


@dataclass(frozen=True)
class CheckLine:
    """A dated line of a case's file. `from_records`: the child's record tells it, nobody typed it here."""

    case_id: int
    kind: str
    done_on: date
    note: str = ""
    by: str = ""
    from_records: bool = False
    id: int = 0


@dataclass(frozen=True)
class Point:
    """One point of the checklist with its latest line; without one it is a gap."""

    kind: str
    latest: CheckLine | None
    is_old: bool = False

    @property
    def label(self) -> str:
        return KINDS[self.kind]

    @property
    def short(self) -> str:
        return SHORT[self.kind]

    @property
    def is_gap(self) -> bool:
        return self.latest is None

    @property
    def state(self) -> str:
        """`gap`, `old` or `good`."""
        return "gap" if self.is_gap else "old" if self.is_old else "good"


@dataclass(frozen=True)
class Checklist:
    """All six points of one case, in their order."""

    points: tuple[Point, ...]

    @property
    def gaps(self) -> list[str]:
        return [point.short for point in self.points if point.is_gap]

    @property
    def old(self) -> list[str]:
        return [point.short for point in self.points if point.is_old]


def checklist(lines: Iterable[CheckLine], today: date) -> Checklist:
    """The latest line of each kind counts; lines dated after today have not happened."""
    latest: dict[str, CheckLine] = {}
    for line in lines:
        if line.done_on <= today and (
            line.kind not in latest
            or (line.done_on, line.id) > (latest[line.kind].done_on, latest[line.kind].id)
        ):
            latest[line.kind] = line
    return Checklist(tuple(_point(kind, latest.get(kind), today) for kind in KINDS))


def _point(kind: str, line: CheckLine | None, today: date) -> Point:
    return Point(kind, line, line is not None and is_old(kind, line.done_on, today))


def is_old(kind: str, done_on: date, today: date) -> bool:
    """Older than twelve weeks; what is done once never is."""
    return kind not in STAYS_GOOD and done_on < today - OLD_AFTER


def line_problems(kind: str, done_on: date | None, note: str, today: date) -> Mapping[str, str]:
    """A sentence for each field that is wrong."""
    problems = {}
    if kind not in KINDS:
        problems["kind"] = "Choose what was done"
    if done_on is None:
        problems["done_on"] = "Enter the day on which it was done"
    elif done_on > today:
        problems["done_on"] = "This day is still to come. Enter today or an earlier day."
    elif done_on.year < 2000:
        problems["done_on"] = "Check the year"
    if len(note) > LONGEST_NOTE:
        problems["note"] = f"Use {LONGEST_NOTE} characters or fewer"
    return problems
