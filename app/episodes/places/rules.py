"""What is true of places: names, kinds, counts by month, times of day. Nothing is read or written here.

A mention is an episode that began at a place (*missing from*) or ended at it (*found at*).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.episodes.rules import folded
from app.london import LONDON, add_months, london_date, month_start, months_between

KINDS = {
    "home": "Home",
    "foster": "Foster home",
    "residential": "Residential home",
    "semi-independent": "Semi-independent home",
    "school": "School",
    "transport": "Station or stop",
    "open-space": "Park or open space",
    "shop": "Shop, café or takeaway",
    "hotel": "Hotel or short let",
    "other": "Somewhere else",
}

HOME = "home"

COUNTED = ("missing",)
"""The category that places are counted from, as panels do."""

MONTHS_LISTED = 3
MONTHS_SHOWN = 12

TIMES_OF_DAY = {
    "night": "Night (10pm to 6am)",
    "morning": "Morning (6am to noon)",
    "afternoon": "Afternoon (noon to 6pm)",
    "evening": "Evening (6pm to 10pm)",
    "unknown": "Time not known",
}

LONGEST_NAME = 200


@dataclass(frozen=True)
class PlaceFacts:
    """A place of concern. `merged_into`: the place it turned out to be the same as."""

    id: int
    name: str
    kind: str
    ward: str
    postcode: str
    note: str
    merged_into: int | None
    version: int


@dataclass(frozen=True)
class NameFacts:
    """A name, folded, under which episodes know a place; `place_id` is the record it was given to."""

    id: int
    place_id: int
    name: str


def kept_places(places: Iterable[PlaceFacts]) -> dict[int, int]:
    """By place, the one that stands for it after all merges; itself where it was not merged."""
    into = {place.id: place.merged_into for place in places}

    def kept(place: int) -> int:
        seen = {place}
        while (further := into.get(place)) is not None and further not in seen:
            seen.add(further)
            place = further
        return place

    return {place: kept(place) for place in into}


def by_name(names: Iterable[NameFacts], kept: Mapping[int, int]) -> dict[str, int]:
    """By folded name, the place that it means now."""
    return {name.name: kept[name.place_id] for name in names}


@dataclass(frozen=True)
class Spelling:
    """One way in which episodes name a place, as it was written, with whose episodes mention it so.

    `episode_ids` and `child_ids` go together; an episode that began and ended there is told twice.
    """

    said: str
    is_home: bool
    episode_ids: Sequence[int]
    child_ids: Sequence[int]


@dataclass
class Mentioned:
    """What was said of one place under all its names. `place_id` is None for a name that no place has.

    `spellings`: with how many mentions each has.
    """

    place_id: int | None
    spellings: Counter[str] = field(default_factory=Counter)
    episode_ids: set[int] = field(default_factory=set)
    child_ids: set[int] = field(default_factory=set)
    is_home: bool = False

    @property
    def episodes(self) -> int:
        return len(self.episode_ids)

    @property
    def children(self) -> int:
        return len(self.child_ids)

    @property
    def said(self) -> str:
        """How it is mostly written, for a place without a record."""
        return min(self.spellings, key=lambda spelling: (-self.spellings[spelling], spelling))


def mentions_by_place(spellings: Iterable[Spelling], places: Mapping[str, int]) -> list[Mentioned]:
    """Brings the spellings of one place together: under its record, else by the folded name.

    `places`: by folded name, the place that has it.
    """
    found: dict[tuple[int | None, str], Mentioned] = {}
    for one in spellings:
        spelling = " ".join(one.said.split())
        if not spelling:
            continue
        name = folded(spelling)
        place_id = places.get(name)
        key = (place_id, "" if place_id else name)
        mentioned = found.setdefault(key, Mentioned(place_id))
        mentioned.spellings[spelling] += len(one.episode_ids)
        mentioned.episode_ids.update(one.episode_ids)
        mentioned.child_ids.update(one.child_ids)
        mentioned.is_home |= one.is_home
    return list(found.values())


@dataclass(frozen=True)
class Mention:
    """An episode that began at a place (`how` from) or ended at it (found). `at`: when; None where not known."""

    episode_id: int
    child_id: int
    started_at: datetime
    how: str
    at: datetime | None


def time_of_day(at: datetime | None) -> str:
    """Its key in TIMES_OF_DAY, by the London clock."""
    if at is None:
        return "unknown"
    hour = at.astimezone(LONDON).hour
    if hour < 6 or hour >= 22:
        return "night"
    return "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


@dataclass(frozen=True)
class MonthOf:
    """One calendar month of a place: distinct episodes that started in it, and distinct children."""

    month: date
    episodes: int
    children: int


@dataclass(frozen=True)
class TimeOf:
    """How many children left, and how many were found, at one time of day."""

    words: str
    left: int
    found: int


@dataclass(frozen=True)
class ChildThere:
    """A child behind a place: how many episodes, and the latest start."""

    child_id: int
    episodes: int
    last_at: datetime


@dataclass(frozen=True)
class ChildLine:
    """A child behind a place whom this person may see."""

    id: int
    name: str
    child_ref: str
    episodes: int
    last_at: datetime


@dataclass(frozen=True)
class Behind:
    """Who is behind a place: the children shown, how many more this person may see, and how many not."""

    children: tuple[ChildLine, ...] = ()
    more: int = 0
    others: int = 0


@dataclass(frozen=True)
class PlaceStory:
    """What a place's mentions tell. Episodes and children are distinct, over the whole time and in each month."""

    episodes: int
    children: int
    left: int
    found: int
    months: tuple[MonthOf, ...]
    times: tuple[TimeOf, ...]
    there: tuple[ChildThere, ...]


def story_of(mentions: Collection[Mention], months: Sequence[date]) -> PlaceStory:
    """`months`: the first days of those to show side by side; mentions outside them count in no month."""
    return PlaceStory(
        episodes=len({one.episode_id for one in mentions}),
        children=len({one.child_id for one in mentions}),
        left=len({one.episode_id for one in mentions if one.how == "from"}),
        found=len({one.episode_id for one in mentions if one.how == "found"}),
        months=tuple(_months(mentions, months)),
        times=tuple(_times(mentions)),
        there=tuple(_children(mentions)),
    )


def _months(mentions: Collection[Mention], months: Sequence[date]) -> Iterable[MonthOf]:
    for month in months:
        there = [one for one in mentions if month_start(london_date(one.started_at)) == month]
        yield MonthOf(month, len({one.episode_id for one in there}), len({one.child_id for one in there}))


def _times(mentions: Collection[Mention]) -> Iterable[TimeOf]:
    for key, words in TIMES_OF_DAY.items():
        then = [one for one in mentions if time_of_day(one.at) == key]
        left = len({one.episode_id for one in then if one.how == "from"})
        found = len({one.episode_id for one in then if one.how == "found"})
        if left or found or key != "unknown":
            yield TimeOf(words, left, found)


def _children(mentions: Collection[Mention]) -> list[ChildThere]:
    """The most often mentioned first, then the latest."""
    by_child: dict[int, dict[int, datetime]] = defaultdict(dict)
    for one in mentions:
        by_child[one.child_id][one.episode_id] = one.started_at
    found = [ChildThere(child, len(starts), max(starts.values())) for child, starts in by_child.items()]
    return sorted(found, key=lambda one: (-one.episodes, -one.last_at.timestamp(), one.child_id))


def months_shown(today: date, count: int = MONTHS_SHOWN) -> list[date]:
    """The first days of this London month and those before it, the earliest first."""
    first = add_months(month_start(today), 1 - count)
    return [*months_between(first, month_start(today)), month_start(today)]


@dataclass(frozen=True)
class Details:
    """What is told of a place by hand."""

    name: str
    kind: str = "other"
    ward: str = ""
    postcode: str = ""
    note: str = ""


def detail_problems(details: Details) -> dict[str, str]:
    """Sentences by field."""
    problems = {}
    if not details.name.strip():
        problems["name"] = "Enter what the place is called"
    elif len(details.name) > LONGEST_NAME:
        problems["name"] = f"Use {LONGEST_NAME} characters or fewer"
    if details.kind not in KINDS:
        problems["kind"] = "Choose what kind of place it is"
    return problems


def found_by(words: str, name_of: Callable[[int], Iterable[str]], place_ids: Iterable[int]) -> list[int]:
    """The places with a name that holds the words, whatever their case."""
    wanted = folded(words)
    return [place for place in place_ids if any(wanted in folded(name) for name in name_of(place))]
