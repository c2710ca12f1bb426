"""How a report moves from draft to fixed, who may read it, and how two people's words become one. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from app.access import Identity, Permission, permits
from app.lifecycle import Lifecycle, Move
from app.windows import Window, WindowRead, read_window

MOST_CHARACTERS = 20_000
MOST_YEARS = 2
FIELD = "words-"
"""Before the key of a section, the name of its field in the form."""


class ReportStatus(StrEnum):
    DRAFT = "draft"
    FIXED = "fixed"
    DISCARDED = "discarded"


REPORTS = Lifecycle(
    tuple(ReportStatus),
    (
        Move("write", frozenset({ReportStatus.DRAFT}), ReportStatus.DRAFT, Permission.MAKE_REPORT),
        Move("fix", frozenset({ReportStatus.DRAFT}), ReportStatus.FIXED, Permission.MAKE_REPORT),
        Move("discard", frozenset({ReportStatus.DRAFT}), ReportStatus.DISCARDED, Permission.MAKE_REPORT),
        Move(
            "make a new version", frozenset({ReportStatus.FIXED}), ReportStatus.FIXED, Permission.MAKE_REPORT
        ),
    ),
)


@dataclass(frozen=True)
class ReportFacts:
    """One report as it is stored. People by name, blank where a schedule acted or nobody has yet."""

    id: int
    kind: str
    audience: str
    from_on: date
    to_on: date
    panel_slug: str | None
    panel_name: str | None
    status: str
    number: int
    follows: int | None
    followed_by: int | None
    made_by: str
    made_at: datetime
    fixed_by: str
    fixed_at: datetime | None
    written_by: str
    written_by_id: int | None
    written_at: datetime | None
    sha256: str | None
    version: int
    narrative: dict[str, str] = field(default_factory=dict)
    content: str | None = None

    @property
    def window(self) -> Window:
        return Window(self.from_on, self.to_on)

    @property
    def is_fixed(self) -> bool:
        return self.status == ReportStatus.FIXED


def may_read(who: Identity, status: str, audience: str) -> bool:
    """Who makes reports reads all of them; whoever sees figures but no children, what a committee was given."""
    if permits(who, Permission.MAKE_REPORT):
        return True
    return permits(who, Permission.SEE_REPORT) and status == ReportStatus.FIXED and audience == "committee"


def read_period(given: Mapping[str, str], default: Window, today: date) -> WindowRead:
    """The period of a new report: it has ended, at the latest today."""
    read = read_window(given, default, most_years=MOST_YEARS)
    if read.window and read.window.last > today + timedelta(days=1):
        sentence = "This time has not ended yet. Choose one that ends today or earlier"
        return WindowRead(None, {"to": sentence}, read.given)
    return read


def words_in(given: Mapping[str, Any], keys: Collection[str]) -> dict[str, str]:
    """The officer's words of a form by section, blank ones left out."""
    found = {key: str(given.get(f"{FIELD}{key}", "")).strip() for key in keys}
    return {key: words for key, words in found.items() if words}


def too_long(words: Mapping[str, str]) -> dict[str, str]:
    """A sentence for each field that holds more than can be printed."""
    return {
        f"{FIELD}{key}": f"Write {MOST_CHARACTERS:,} characters or fewer: this has {len(text):,}"
        for key, text in words.items()
        if len(text) > MOST_CHARACTERS
    }


@dataclass(frozen=True)
class Together:
    """Two people's words as one: `words` where they agree or one of them changed nothing, else `apart` by section."""

    words: dict[str, str]
    apart: tuple[str, ...]


def together(base: Mapping[str, str], theirs: Mapping[str, str], mine: Mapping[str, str]) -> Together:
    """`base` is what both began with. A section that both changed otherwise is told apart; its words stay theirs."""
    words: dict[str, str] = {}
    apart = []
    for key in sorted({*base, *theirs, *mine}):
        was, stored, written = base.get(key, ""), theirs.get(key, ""), mine.get(key, "")
        if was not in (stored, written) and stored != written:
            apart.append(key)
        chosen = written if stored == was else stored
        if chosen:
            words[key] = chosen
    return Together(words, tuple(apart))


def as_one(theirs: str, mine: str) -> str:
    """Both texts, one after the other, for a person to make one of."""
    if theirs in mine or mine in theirs:
        return max(theirs, mine, key=len)
    return f"{theirs}\n\n{mine}"


def reference_of(report_id: int, number: int) -> str:
    """What names a report on paper; file names carry no more than that."""
    return f"Report {report_id}" + (f", version {number}" if number > 1 else "")
