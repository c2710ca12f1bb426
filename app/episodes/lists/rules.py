"""What the lists of missing children hold: who is on them, under whose name, in which order, and their file. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.episodes.rules import (
    CATEGORIES,
    COHORT_WORDS,
    LEGAL_STATUSES,
    Cohort,
    EpisodeFacts,
    touches,
)
from app.london import LONDON, day_start
from app.windows import Window

COUNTED = "missing"
NOT_COUNTED = tuple(category for category in CATEGORIES if category != COUNTED)
DAYS_OF_A_WEEK = 7
MOST_DAYS = 31


class ListKind(StrEnum):
    MISSING_NOW = "missing-now"
    MISSING_THIS_WEEK = "missing-this-week"


LIST_NAMES = {
    ListKind.MISSING_NOW: "Missing now",
    ListKind.MISSING_THIS_WEEK: "Missing this week",
}


@dataclass(frozen=True)
class ListedEpisode:
    """An episode with whose child it is, as told with it or, where nothing was, as the child's record says."""

    child_id: int
    known_as: str
    child_ref: str
    born_on: date | None
    cohort: Cohort
    authority: str
    placed_in: str
    legal_status: str
    episode: EpisodeFacts


@dataclass(frozen=True)
class ListedChild:
    """A child with all its episodes of one category on a list, the latest first; `latest` says whose child it is.

    `away_since` is set while the child has not come back.
    """

    latest: ListedEpisode
    episodes: tuple[EpisodeFacts, ...]
    away_since: datetime | None
    since_date_only: bool = False

    @property
    def category(self) -> str:
        return self.latest.episode.category


@dataclass(frozen=True)
class CohortCounts:
    """How many children of one cohort, or of all, are on a list, by category.

    `episodes` and `still_missing` are of those counted as missing.
    """

    words: str
    cohort: Cohort | None
    children: dict[str, int]
    episodes: int
    still_missing: int


def last_week(today: date) -> Window:
    """Today and the six London days before it."""
    return Window(today - timedelta(days=DAYS_OF_A_WEEK - 1), today + timedelta(days=1))


def needs_a_short_time(window: Window) -> str | None:
    if (window.last - window.first).days > MOST_DAYS:
        return f"Ask for {MOST_DAYS} days or fewer: the figures count longer times"
    return None


def as_at_of(window: Window, now: datetime) -> datetime:
    """The moment at which a list of these days stands: now, or the end of days that have passed."""
    return min(now, day_start(window.last))


def is_away_at(episode: EpisodeFacts, as_at: datetime) -> bool:
    """Whether the child had left by then and not come back. An end that a statutory table left blank is unknown."""
    if episode.started_at > as_at or episode.end_unknown_after is not None:
        return False
    return episode.returned_at is None or episode.returned_at > as_at


def is_listed(kind: ListKind, episode: EpisodeFacts, first: datetime, as_at: datetime) -> bool:
    """Missing now: away at that moment. This week: away at any time from `first` until then."""
    if kind is ListKind.MISSING_NOW:
        return is_away_at(episode, as_at)
    return touches(episode, first, as_at + timedelta(microseconds=1))


def children_listed(listed: Iterable[ListedEpisode], as_at: datetime) -> list[ListedChild]:
    """One line for each child and category: who is away first, the longest away on top; then who came back last."""
    by_child: dict[tuple[int, str], list[ListedEpisode]] = defaultdict(list)
    for one in listed:
        by_child[one.child_id, one.episode.category].append(one)
    return sorted((_child(found, as_at) for found in by_child.values()), key=_in_order)


def _child(found: list[ListedEpisode], as_at: datetime) -> ListedChild:
    found = sorted(found, key=lambda one: (one.episode.started_at, one.episode.id), reverse=True)
    away = [one.episode for one in found if is_away_at(one.episode, as_at)]
    first = min(away, key=lambda episode: episode.started_at, default=None)
    return ListedChild(
        latest=found[0],
        episodes=tuple(one.episode for one in found),
        away_since=first.started_at if first else None,
        since_date_only=first is not None and "started_at" in first.date_only,
    )


def _in_order(child: ListedChild) -> tuple[bool, float, str, int]:
    back = max((e.returned_at.timestamp() for e in child.episodes if e.returned_at), default=0.0)
    at = child.away_since.timestamp() if child.away_since else -back
    return child.away_since is None, at, child.latest.known_as, child.latest.child_id


def counts(children: Sequence[ListedChild]) -> list[CohortCounts]:
    """One line for each cohort and one for all. A child counts under its latest episode of the category."""
    of_cohorts = [
        _counts(COHORT_WORDS[cohort], cohort, [child for child in children if child.latest.cohort is cohort])
        for cohort in Cohort
    ]
    return [*of_cohorts, _counts("All", None, children)]


def _counts(words: str, cohort: Cohort | None, children: Sequence[ListedChild]) -> CohortCounts:
    missing = [child for child in children if child.category == COUNTED]
    return CohortCounts(
        words=words,
        cohort=cohort,
        children={name: sum(child.category == name for child in children) for name in CATEGORIES},
        episodes=sum(len(child.episodes) for child in missing),
        still_missing=sum(child.away_since is not None for child in missing),
    )


def time_away(since: datetime, as_at: datetime) -> str:
    """`3 days`, `14 hours`, `25 minutes`: whole ones that have passed."""
    minutes = max(0, int((as_at - since).total_seconds() // 60))
    for name, length in (("day", 24 * 60), ("hour", 60)):
        if minutes >= 2 * length or (name == "hour" and minutes >= length):
            number = minutes // length
            return f"{number} {name}{'' if number == 1 else 's'}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


# The file

COLUMNS = (
    "child_ref",
    "name",
    "whose",
    "responsible_authority",
    "placed_in",
    "legal_status",
    "category",
    "counted_as_missing",
    "started",
    "returned",
    "state",
    "missing_from",
    "found_at",
    "as_at",
)


def file_rows(children: Iterable[ListedChild], as_at: datetime) -> Iterable[list[str]]:
    """One row for each episode, under COLUMNS; times are London's, a day alone where no time was told."""
    for child in children:
        one = child.latest
        for episode in child.episodes:
            yield [
                one.child_ref,
                one.known_as if one.known_as != one.child_ref else "",
                COHORT_WORDS[one.cohort],
                one.authority,
                one.placed_in,
                LEGAL_STATUSES.get(one.legal_status, ""),
                CATEGORIES[episode.category],
                "yes" if episode.category == COUNTED else "no",
                _written(episode.started_at, "started_at" in episode.date_only),
                _written(episode.returned_at, "returned_at" in episode.date_only),
                state_words(episode, as_at),
                episode.missing_from,
                episode.found_at,
                _written(as_at, False),
            ]


def state_words(episode: EpisodeFacts, as_at: datetime) -> str:
    if is_away_at(episode, as_at):
        return "still missing" if episode.category == COUNTED else "still away"
    return "returned" if episode.returned_at else "end not known"


def _written(at: datetime | None, date_only: bool) -> str:
    if at is None:
        return ""
    return at.astimezone(LONDON).strftime("%Y-%m-%d" if date_only else "%Y-%m-%d %H:%M")
