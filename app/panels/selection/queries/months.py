"""Children missing often in one calendar month, and the places that recur in those months."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from app import database
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

SPELLS = f"""
    SELECT id, child, started_at FROM episode
    WHERE {COUNTED} AND child = ANY($4::bigint[]) AND started_at >= $2 AND started_at < $3 ORDER BY started_at, id
"""

# One row for each spelling; `_places` brings the spellings of one place together.
MENTIONS = f"""
    SELECT said, bool_or(is_home) AS is_home, array_agg(id) AS episodes, array_agg(child) AS children
    FROM episode CROSS JOIN LATERAL (VALUES (missing_from, missing_from_kind = 'home'), (found_at, false))
      AS mentioned(said, is_home)
    WHERE {COUNTED} AND started_at >= $2 AND started_at < $3 AND said <> '' GROUP BY said
"""


async def by_months(rule: MissingInMonth, occasion: Occasion) -> Drafts:
    months = months_to_look_at(occasion.on, occasion.last_held)
    end = next_month(months[-1])
    window = (day_start(months[0]), day_start(end))
    often = await database.fetch(
        OFTEN, occasion.categories, [day_start(month) for month in months], window[1], max(rule.count - 1, 1)
    )
    spells = await database.fetch_as(
        Spell, SPELLS, occasion.categories, *window, sorted({row["child"] for row in often})
    )
    items, near = _children(rule, occasion.terms.counted, spells)
    return Drafts(
        Window(months[0], end), items, tuple(await _places(rule.places, occasion.categories, *window)), near
    )


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


@dataclass
class _Mentions:
    """What was said of one place: its spellings, and whose episodes began or ended there."""

    spellings: list[str] = field(default_factory=list)
    episodes: set[int] = field(default_factory=set)
    children: set[int] = field(default_factory=set)
    is_home: bool = False


async def _places(
    rule: RecurringPlaces, categories: list[str], start: object, end: object
) -> list[ProposedPlace]:
    """Places by their names in small letters and with single spaces, the most frequent first."""
    mentioned: dict[str, _Mentions] = defaultdict(_Mentions)
    for row in await database.fetch(MENTIONS, categories, start, end):
        spelling = " ".join(row["said"].split())
        if spelling:
            place = mentioned[spelling.casefold()]
            place.spellings.append(spelling)
            place.episodes.update(row["episodes"])
            place.children.update(row["children"])
            place.is_home |= row["is_home"]
    found = [_place(place) for place in mentioned.values() if _recurs(rule, place)]
    return sorted(found, key=lambda p: (-p.episodes, -p.children, p.place.casefold()))


def _recurs(rule: RecurringPlaces, place: _Mentions) -> bool:
    if place.is_home:
        return len(place.children) >= rule.home_children
    return len(place.episodes) >= rule.episodes or len(place.children) >= rule.children


def _place(place: _Mentions) -> ProposedPlace:
    episodes, children = len(place.episodes), len(place.children)
    return ProposedPlace(
        place=min(place.spellings),
        episodes=episodes,
        children=children,
        reason=f"{reasons.episodes(episodes)} of {counted(children, 'child', 'children')}",
        episode_ids=tuple(sorted(place.episodes)),
        is_home=place.is_home,
    )
