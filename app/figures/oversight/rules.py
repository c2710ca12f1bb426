"""Of each repeatedly missing child: its cases, what is on file and since when, as the tables of a report. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.episodes.rules import Cohort
from app.figures.arithmetic import whole_percent
from app.figures.listed.rules import child_words, moment_words, whose_words
from app.figures.sections import Cell, Part, Table
from app.london import age_on, short_day_words
from app.panels.cases.checklist.rules import OLD_AFTER, SHORT, Checklist, is_old
from app.panels.words import counted

OVERSIGHT = "management-oversight"
POINTS = (OVERSIGHT, "exploitation-tool", "risk-assessment", "safety-plan", "nrm-referral")
"""What Wolverhampton's audits of case files looked for."""
WEEKS = OLD_AFTER.days // 7
NOT_ON_FILE = "not on file"
LONG_WORDS = len("Risk assessment")
"""From here on a word of a point's name needs a wider column on paper."""


@dataclass(frozen=True)
class RepeatChild:
    """A child who was missing so often in the window. `assessed_on`: its latest risk assessment, on a panel or not."""

    id: int
    known_as: str
    child_ref: str
    born_on: date | None
    cohort: Cohort
    authority: str
    placed_in: str
    legal_status: str
    episodes: int
    latest_at: datetime
    latest_date_only: bool
    assessed_on: date | None


@dataclass(frozen=True)
class CaseOfChild:
    """A case on a panel, open or closed by the day of the report."""

    id: int
    child_id: int
    panel: str
    accepted_on: date
    closed_on: date | None

    @property
    def words(self) -> str:
        if self.closed_on:
            return f"{self.panel}, closed {short_day_words(self.closed_on)}"
        return f"{self.panel}, open since {short_day_words(self.accepted_on)}"


@dataclass(frozen=True)
class Overseen:
    """A child with the cases that count and the latest date of each point on their files."""

    child: RepeatChild
    cases: tuple[CaseOfChild, ...]
    on_file: Mapping[str, date]

    @property
    def has_oversight(self) -> bool:
        return OVERSIGHT in self.on_file


def cases_that_count(cases: Sequence[CaseOfChild]) -> tuple[CaseOfChild, ...]:
    """The open ones; where none is open, the one closed last."""
    still_open = tuple(case for case in cases if case.closed_on is None)
    closed = sorted(cases, key=lambda case: (case.closed_on or date.min, case.id))
    return still_open or tuple(closed[-1:])


def overseen(child: RepeatChild, cases: Sequence[CaseOfChild], files: Iterable[Checklist]) -> Overseen:
    """`files` are the checklists of these cases: the latest date of each point counts, on whichever case it is."""
    found = [
        (point.kind, point.latest.done_on)
        for file in files
        for point in file.points
        if point.latest is not None
    ]
    if child.assessed_on:
        found.append(("risk-assessment", child.assessed_on))
    on_file = {kind: max(day for one, day in found if one == kind) for kind in dict(found) if kind in POINTS}
    return Overseen(child, tuple(cases), on_file)


def in_order(children: Iterable[Overseen]) -> list[Overseen]:
    """Most often missing first, then who was missing last."""
    return sorted(
        children,
        key=lambda one: (
            -one.child.episodes,
            -one.child.latest_at.timestamp(),
            one.child.known_as,
            one.child.id,
        ),
    )


def words_of(children: Sequence[Overseen], repeats: int, as_at: date) -> tuple[str, ...]:
    """What the report says in sentences."""
    number = len(children)
    if not number:
        return (f"No child was missing {repeats} times or more in this time.",)
    seen = [one for one in children if one.has_oversight]
    old = sum(is_old(OVERSIGHT, one.on_file[OVERSIGHT], as_at) for one in seen)
    alone = sum(not one.cases for one in children)
    were = "was" if number == 1 else "were"
    first = (
        f"{counted(number, 'child', 'children')} {were} missing {repeats} times or more. {len(seen)} of {number} "
        f"({whole_percent(len(seen), number)} %) have management oversight on file"
    )
    first += f"; of these it is more than {WEEKS} weeks old for {old}." if old else "."
    if not alone:
        return (first,)
    return first, f"{counted(alone, 'child', 'children')} never had a case on any panel, so there is no file."


def tables_of(children: Sequence[Overseen], as_at: date) -> tuple[Table, ...]:
    """What is on file in all, then child by child: those without management oversight first."""
    without = [one for one in children if not one.has_oversight]
    having = [one for one in children if one.has_oversight]
    return (
        _points_table(children, as_at),
        _children_table(
            "Without management oversight on file",
            without,
            POINTS[1:],
            as_at,
            "Every child has management oversight on file.",
        ),
        _children_table(
            "With management oversight on file",
            having,
            POINTS,
            as_at,
            "No child has management oversight on file.",
        ),
    )


def _points_table(children: Sequence[Overseen], as_at: date) -> Table:
    rows = []
    for kind in POINTS:
        days = [one.on_file[kind] for one in children if kind in one.on_file]
        old = sum(is_old(kind, day, as_at) for day in days)
        rows.append((SHORT[kind], Part(len(days), len(children)), old, len(children) - len(days)))
    return Table(
        "What is on file",
        ("Point", "On file", f"Older than {WEEKS} weeks", "Not on file"),
        tuple(rows),
        widths=(4, 3, 2, 2),
        note="Of all cases that are open on a panel, else of the one closed last. A referral to the NRM stays good.",
    )


def _children_table(
    caption: str, children: Sequence[Overseen], points: Sequence[str], as_at: date, empty: str
) -> Table:
    return Table(
        caption,
        ("Child", "Whose", "Missing", "Case", *(SHORT[kind] for kind in points)),
        tuple(_row(one, points, as_at) for one in children),
        widths=(4, 5, 4, 5, *(3 if len(SHORT[kind]) < LONG_WORDS else 4 for kind in points)),
        empty=empty,
    )


def _row(one: Overseen, points: Sequence[str], as_at: date) -> tuple[Cell, ...]:
    child = one.child
    age = f", {age_on(child.born_on, as_at)} years" if child.born_on else ""
    return (
        f"{child_words(child.known_as, child.child_ref)}{age}",
        whose_words(child.cohort, child.authority, child.placed_in, child.legal_status),
        f"{child.episodes} times, last on {moment_words(child.latest_at, child.latest_date_only)}",
        "; ".join(case.words for case in one.cases) or "No case on any panel",
        *(_dated(kind, one.on_file.get(kind), as_at) for kind in points),
    )


def _dated(kind: str, day: date | None, as_at: date) -> str:
    if day is None:
        return NOT_ON_FILE
    return f"{short_day_words(day)}, old" if is_old(kind, day, as_at) else short_day_words(day)
