"""Children missing often in one calendar month, and the places that recur in those months."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from app import database
from app.episodes.places.queries import all_places, places_by_name, spellings_between
from app.episodes.places.rules import HOME, Mentioned, PlaceFacts, mentions_by_place
from app.episodes.rules import folded
from app.london import day_start, london_date, next_month
from app.panels.selection.rules import reasons
from app.panels.selection.rules.occasions import (
    MOST_NEAR_MISSES,
    Draft,
    Drafts,
    NearDraft,
    Occasion,
    months_to_look_at,
)
from app.panels.selection.rules.proposals import ProposedPlace, Window
from app.panels.selection.rules.reasons import Spell
from app.panels.selection_rules import MissingInMonth, RecurringPlaces
from app.panels.words import counted, listed

COUNTED = "merged_into IS NULL AND category = ANY($1::text[])"

OFTEN = f"""
    SELECT child, count(*) AS episodes FROM episode
    WHERE {COUNTED} AND started_at >= ($2::timestamptz[])[1] AND started_at < $3
    GROUP BY child, width_bucket(started_at, $2::timestamptz[]) HAVING count(*) >= $4
"""

CHILDREN = f"SELECT count(DISTINCT child) FROM ({OFTEN}) often"

SPELLS = f"""
    SELECT id, child, started_at FROM episode
    WHERE {COUNTED} AND child = ANY($4::bigint[]) AND started_at >= $2 AND started_at < $3 ORDER BY started_at, id
"""


async def by_months(rule: MissingInMonth, occasion: Occasion) -> Drafts:
    months, end, window = _looked_at(occasion)
    often = await database.fetch(
        OFTEN, occasion.categories, [day_start(month) for month in months], window[1], max(rule.count - 1, 1)
    )
    spells = await database.fetch_as(
        Spell, SPELLS, occasion.categories, *window, sorted({row["child"] for row in often})
    )
    items, near = _children(rule, occasion.terms.counted, spells)
    places = await recurring_places(rule.places, occasion.categories, *window)
    return Drafts(Window(months[0], end), items, tuple(places), near)


async def recurring_places(
    rule: RecurringPlaces, categories: list[str], start: datetime, end: datetime
) -> list[ProposedPlace]:
    """The places that recur in episodes that started in [start, end), the most frequent first."""
    return _recurring(rule, await _places(categories, start, end))


async def count_by_months(rules: Sequence[MissingInMonth], occasion: Occasion) -> list[tuple[int, int]]:
    """How many children and places `by_months` lists under each of these rules."""
    months, _, window = _looked_at(occasion)
    places = await _places(occasion.categories, *window)
    asked = (occasion.categories, [day_start(month) for month in months], window[1])
    return [
        (await database.fetch_value(CHILDREN, *asked, rule.count), len(_recurring(rule.places, places)))
        for rule in rules
    ]


def _looked_at(occasion: Occasion) -> tuple[list[date], date, tuple[datetime, datetime]]:
    """The months, the day after them, and the instants between which they lie."""
    months = months_to_look_at(occasion.on, occasion.last_held)
    end = next_month(months[-1])
    return months, end, (day_start(months[0]), day_start(end))


def _children(
    rule: MissingInMonth, counted_as: str, spells: Iterable[Spell]
) -> tuple[tuple[Draft, ...], tuple[NearDraft, ...]]:
    by_child: dict[int, dict[date, list[Spell]]] = defaultdict(lambda: defaultdict(list))
    for spell in spells:
        by_child[spell.child][london_date(spell.started_at).replace(day=1)].append(spell)
    items, near = [], []
    for child, months in by_child.items():
        most = max(len(found) for found in months.values())
        shown = {
            month: found for month, found in sorted(months.items()) if len(found) >= min(most, rule.count)
        }
        reason = listed([_month_words(counted_as, month, found) for month, found in shown.items()], "; and")
        latest = max(spell.started_at for found in shown.values() for spell in found)
        if most < rule.count:
            near.append(NearDraft(child, reason, (-latest.timestamp(),)))
            continue
        items.append(
            Draft(
                child,
                reason,
                (-most, -latest.timestamp()),
                tuple(spell.id for found in shown.values() for spell in found),
                {
                    "months": [
                        {"month": f"{month:%Y-%m}", "episodes": len(found)} for month, found in shown.items()
                    ]
                },
            )
        )
    return tuple(items), tuple(sorted(near, key=lambda n: n.order)[:MOST_NEAR_MISSES])


def _month_words(counted_as: str, month: date, spells: list[Spell]) -> str:
    return reasons.missing_in_month(counted_as, month, [london_date(spell.started_at) for spell in spells])


async def _places(categories: list[str], start: datetime, end: datetime) -> list[ProposedPlace]:
    """Places of concern under all their names, and names that no place has."""
    records = {place.id: place for place in await all_places()}
    mentioned = mentions_by_place(await spellings_between(categories, start, end), await places_by_name())
    return [_place(one, records.get(one.place_id or 0)) for one in mentioned]


def _recurring(rule: RecurringPlaces, places: Iterable[ProposedPlace]) -> list[ProposedPlace]:
    """Those that recur, the most frequent first."""
    recurring = [place for place in places if _recurs(rule, place)]
    return sorted(recurring, key=lambda p: (-p.episodes, -p.children, p.place.casefold()))


def _recurs(rule: RecurringPlaces, place: ProposedPlace) -> bool:
    if place.is_home:
        return place.children >= rule.home_children
    return place.episodes >= rule.episodes or place.children >= rule.children


def _place(mentioned: Mentioned, record: PlaceFacts | None) -> ProposedPlace:
    """A record's kind says whether it is a home; a mere name is one where any episode says so."""
    episodes, children = mentioned.episodes, mentioned.children
    return ProposedPlace(
        place=record.name if record else mentioned.said,
        episodes=episodes,
        children=children,
        reason=f"{reasons.episodes(episodes)} of {counted(children, 'child', 'children')}",
        episode_ids=tuple(sorted(mentioned.episode_ids)),
        is_home=record.kind == HOME if record else mentioned.is_home,
        place_id=mentioned.place_id,
        names=frozenset(folded(name) for name in (*mentioned.spellings, *([record.name] if record else []))),
    )
