"""What a recommendation needs, how its status moves, which ones a list shows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from app.access import Permission
from app.actions.rules import LIFECYCLE, STATUSES
from app.lifecycle import Lifecycle
from app.london import add_months
from app.panels.words import long_day

SOURCES = (
    ("audit", "Audit"),
    ("scrutiny", "Scrutiny committee"),
    ("inspection", "Inspection"),
    ("review", "Serious case or child safeguarding practice review"),
    ("other", "Other"),
)
SOURCE_WORDS = dict(SOURCES)

LONGEST_TITLE = 200
LONGEST_REFERENCE = 60
LONGEST_TEXT = 4000
FURTHEST_MONTHS = 120

MOVES = ("acknowledge", "start", "complete", "find-not-possible", "leave-undone")
"""No panel drops it, and who leads on it is changed by whoever looks after all of them."""

RECOMMENDATION_LIFECYCLE = Lifecycle(
    statuses=STATUSES,
    moves=tuple(replace(LIFECYCLE.move(name), permission=Permission.UPDATE_RECOMMENDATION) for name in MOVES),
)
"""The moves of an action, for whoever leads the recommendation or looks after all of them."""


@dataclass(frozen=True)
class Recommended:
    """A recommendation as it is written down. `lead` is `person-12`, `post-4` or `agency-3`."""

    source: str
    source_title: str
    source_on: date
    reference: str
    text: str
    lead: str
    due_on: date


def recommended_problems(one: Recommended, leads: set[str], today: date) -> dict[str, str]:
    """Sentences by field for what is missing or cannot be used."""
    problems = {}
    if one.source not in SOURCE_WORDS:
        problems["source"] = "Choose where it comes from"
    if not one.source_title.strip():
        problems["source_title"] = "Enter the title of the audit, meeting or report"
    elif len(one.source_title) > LONGEST_TITLE:
        problems["source_title"] = f"Use {LONGEST_TITLE} characters or fewer"
    if one.source_on > today:
        problems["source_on"] = "The date of the source must be today or earlier"
    elif one.source_on.year < 1990:
        problems["source_on"] = "Enter a date from 1990 on"
    if len(one.reference) > LONGEST_REFERENCE:
        problems["reference"] = f"Use {LONGEST_REFERENCE} characters or fewer"
    if not one.text.strip():
        problems["text"] = "Enter what is recommended"
    elif len(one.text) > LONGEST_TEXT:
        problems["text"] = f"Use {LONGEST_TEXT:,} characters or fewer"
    if one.lead not in leads:
        problems["lead"] = "Choose who leads on it: a person, a post or an agency"
    if one.due_on < one.source_on:
        problems["due_on"] = "The timescale ends before the date of the source"
    elif one.due_on > add_months(today, FURTHEST_MONTHS):
        problems["due_on"] = "The timescale must end within ten years"
    return problems


OPEN = "open"
OVERDUE = "overdue"
FINISHED = "finished"
ALL = "all"
STATES = ((OPEN, "Open"), (OVERDUE, "Overdue"), (FINISHED, "Finished"), (ALL, "All"))
PER_PAGE = 50


@dataclass(frozen=True)
class RecommendationFilters:
    """`lead` is the number of an agency. Which recommendations a list shows, and which page of them."""

    source: str = ""
    lead: str = ""
    state: str = OPEN
    page: int = 1

    def query(self, **changed: str | int) -> str:
        one, default = replace(self, **changed), RecommendationFilters()  # type: ignore[arg-type]
        return urlencode(
            {
                name: getattr(one, name)
                for name in ("source", "lead", "state", "page")
                if getattr(one, name) != getattr(default, name)
            }
        )

    def address(self, **changed: str | int) -> str:
        query = self.query(**changed)
        return f"/recommendations?{query}" if query else "/recommendations"


def read_filters(given: Mapping[str, str]) -> RecommendationFilters:
    """The filters of an address; what cannot be read falls back to the open ones."""
    lead, page, state = given.get("lead", ""), given.get("page", ""), given.get("state", "")
    return RecommendationFilters(
        source=given.get("source", "") if given.get("source", "") in SOURCE_WORDS else "",
        lead=lead if lead.isdecimal() and len(lead) < 10 else "",
        state=state if state in dict(STATES) else OPEN,
        page=max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1,
    )


def timescale_words(before: date, after: date) -> str:
    """What the recommendation's own story says of a moved timescale."""
    return f"Timescale moved from {before:%-d %B %Y} to {after:%-d %B %Y}."


def lead_mail(recommendation_id: int, due_on: date, base_url: str) -> tuple[str, str]:
    """Subject and body for whoever leads on it from now on."""
    return (
        f"Recommendation {recommendation_id}, due {long_day(due_on)}",
        f"You or your agency lead on recommendation {recommendation_id}. Its timescale ends on {long_day(due_on)}."
        f"\n\nRead it, and say there how it stands:\n{base_url}/recommendations/{recommendation_id}\n",
    )
