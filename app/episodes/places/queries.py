"""Reads of places: records, their names, what episodes mention them. Nothing is written here."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app import database
from app.access import Identity, Permission, Scope, permits
from app.episodes.handed_in import handed_in
from app.episodes.places.rules import (
    COUNTED,
    MONTHS_LISTED,
    Behind,
    ChildLine,
    ChildThere,
    Mention,
    Mentioned,
    NameFacts,
    PlaceFacts,
    Spelling,
    by_name,
    found_by,
    kept_places,
    mentions_by_place,
    months_shown,
)
from app.episodes.rules import folded
from app.lifecycle import Forbidden, Invisible
from app.london import day_end, day_start

PLACE = "SELECT id, name, kind, ward, postcode, note, merged_into, version FROM place"
NAME = "SELECT id, place AS place_id, name FROM place_name"


async def place_for(who: Identity, place_id: int, doing: Permission = Permission.SEE_PLACE) -> PlaceFacts:
    """The place, also one that was merged into another. Raises Invisible, or Forbidden where not to do this."""
    rows = await database.fetch_as(PlaceFacts, f"{PLACE} WHERE id = $1", place_id)
    if not rows or not permits(who, Permission.SEE_PLACE):
        raise Invisible
    if not permits(who, doing):
        raise Forbidden(doing)
    return rows[0]


async def all_places() -> list[PlaceFacts]:
    """Every record, those merged into others among them."""
    return await database.fetch_as(PlaceFacts, f"{PLACE} ORDER BY name, id")


async def all_names() -> list[NameFacts]:
    return await database.fetch_as(NameFacts, f"{NAME} ORDER BY name")


async def places_by_name() -> dict[str, int]:
    """By folded name, the place that it means after all merges."""
    return by_name(await all_names(), kept_places(await all_places()))


# Merged duplicates are left out: the episode that was kept mentions the place.
SPELLINGS = """
    SELECT said, bool_or(is_home) AS is_home, array_agg(id) AS episode_ids, array_agg(child) AS child_ids
    FROM episode CROSS JOIN LATERAL (VALUES (missing_from, missing_from_kind = 'home'), (found_at, false))
      AS mentioned(said, is_home)
    WHERE merged_into IS NULL AND category = ANY($1::text[]) AND started_at >= $2 AND started_at < $3 AND said <> ''
    GROUP BY said
"""


async def spellings_between(categories: Collection[str], start: datetime, end: datetime) -> list[Spelling]:
    """Every way in which episodes that started in [start, end) name a place."""
    return await database.fetch_as(Spelling, SPELLINGS, list(categories), start, end)


@dataclass(frozen=True)
class PlaceLine:
    """A place in the list, with its other names and the episodes and children of the last months."""

    place: PlaceFacts
    names: tuple[str, ...]
    episodes: int
    children: int


@dataclass(frozen=True)
class UnknownName:
    """A name that no place has yet. `episode_id` and `end` name one mention of it, so that no address holds it."""

    said: str
    episodes: int
    children: int
    is_home: bool
    episode_id: int
    end: str


async def places_listed(today: date, words: str = "") -> tuple[list[PlaceLine], list[UnknownName]]:
    """Every place, the most often mentioned first, and the names that have none, within the last months.

    `words`: only those with a name that holds them.
    """
    start = day_start(months_shown(today, MONTHS_LISTED)[0])
    places, names = await all_places(), await all_names()
    kept = kept_places(places)
    spellings = await spellings_between(COUNTED, start, day_end(today))
    mentioned = mentions_by_place(spellings, by_name(names, kept))
    unknown = [one for one in mentioned if one.place_id is None and folded(words) in folded(one.said)]
    return _lines(places, names, kept, mentioned, words), await _unknown(unknown)


def _lines(
    places: Iterable[PlaceFacts],
    names: Iterable[NameFacts],
    kept: dict[int, int],
    mentioned: Iterable[Mentioned],
    words: str,
) -> list[PlaceLine]:
    counts = {one.place_id: one for one in mentioned}
    shown = {place.id: place for place in places if place.merged_into is None}
    called: dict[int, list[str]] = {place_id: [place.name] for place_id, place in shown.items()}
    for name in names:
        called[kept[name.place_id]].append(name.name)
    lines = []
    for place_id in found_by(words, lambda one: called[one], shown):
        place, count = shown[place_id], counts.get(place_id)
        others = tuple(name for name in called[place_id][1:] if name != folded(place.name))
        lines.append(PlaceLine(place, others, count.episodes if count else 0, count.children if count else 0))
    return sorted(lines, key=lambda one: (-one.episodes, -one.children, one.place.name.casefold()))


async def _unknown(mentioned: Collection[Mentioned]) -> list[UnknownName]:
    """Each with one episode that uses the name, and at which of its ends."""
    latest = {max(one.episode_ids) for one in mentioned}
    rows = await database.fetch(
        "SELECT id, missing_from FROM episode WHERE id = ANY($1::bigint[])", sorted(latest)
    )
    began = {row["id"]: folded(row["missing_from"]) for row in rows}
    unknown = [
        UnknownName(
            one.said,
            one.episodes,
            one.children,
            one.is_home,
            episode := max(one.episode_ids),
            "began" if began[episode] == folded(one.said) else "ended",
        )
        for one in mentioned
    ]
    return sorted(unknown, key=lambda one: (-one.episodes, -one.children, one.said.casefold()))


async def name_in_episode(episode_id: int, end: str) -> str | None:
    """What an episode says of where it `began` or `ended`, with single blanks; None for nothing."""
    row = await database.fetch_one(
        "SELECT missing_from AS began, found_at AS ended FROM episode WHERE id = $1 AND merged_into IS NULL",
        episode_id,
    )
    return " ".join(row[end].split()) or None if row and end in row else None


async def own_names(place_id: int) -> tuple[list[NameFacts], list[PlaceFacts]]:
    """The names of a place and of those merged into it, and these places."""
    places = await all_places()
    kept = kept_places(places)
    family = {one for one, root in kept.items() if root == place_id}
    names = [name for name in await all_names() if name.place_id in family]
    return names, [place for place in places if place.id in family and place.id != place_id]


# How places are written, and no more: who mentions them is asked of the few spellings that are wanted.
WRITTEN = """
    SELECT DISTINCT said FROM episode CROSS JOIN LATERAL (VALUES (missing_from), (found_at)) AS mentioned(said)
    WHERE merged_into IS NULL AND category = ANY($1::text[]) AND started_at >= $2 AND started_at < $3 AND said <> ''
"""

# A time that came as a date alone tells no time of day.
MENTIONS = """
    SELECT e.id AS episode_id, e.child AS child_id, e.started_at, m.how, m.at
    FROM episode e CROSS JOIN LATERAL (VALUES
        ('from', e.missing_from, CASE WHEN NOT 'started_at' = ANY(e.date_only) THEN e.started_at END),
        ('found', e.found_at, CASE WHEN NOT 'returned_at' = ANY(e.date_only) THEN e.returned_at END))
      AS m(how, said, at)
    WHERE e.merged_into IS NULL AND e.category = ANY($1::text[]) AND e.started_at >= $2 AND e.started_at < $3
      AND (e.missing_from = ANY($4::text[]) OR e.found_at = ANY($4::text[])) AND m.said = ANY($4::text[])
    ORDER BY e.started_at, e.id, m.how
"""


async def mentions_of(
    names: Collection[str], start: datetime, end: datetime, categories: Collection[str] = COUNTED
) -> list[Mention]:
    """The mentions of a place under any of these folded names, by episodes that started in [start, end)."""
    written = await database.fetch(WRITTEN, list(categories), start, end)
    wanted = set(names)
    said = [row["said"] for row in written if folded(row["said"]) in wanted]
    if not said:
        return []
    return await database.fetch_as(Mention, MENTIONS, list(categories), start, end, said)


async def children_there(who: Identity, there: Sequence[ChildThere], most: int | None = None) -> Behind:
    """The children this person may see, in this order; with `most`, no more than so many are named."""
    seen = {one.child_id for one in there}
    if not permits(who, Permission.SEE_CHILD, Scope()):
        panels = await handed_in.scopes_of_children(seen, who)
        seen = {child for child in seen if panels.get(child, frozenset()) & who.seat_panels()}
    known = [one for one in there if one.child_id in seen]
    named = known[:most]
    rows = await database.fetch(
        "SELECT id, name, child_ref FROM child WHERE id = ANY($1)", [one.child_id for one in named]
    )
    by_id: dict[int, dict[str, Any]] = {row["id"]: row for row in rows}
    lines = [ChildLine(**by_id[one.child_id], episodes=one.episodes, last_at=one.last_at) for one in named]
    return Behind(tuple(lines), len(known) - len(named), len(there) - len(known))
