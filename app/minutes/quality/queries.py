"""Reads what can be drawn, samples with their items, and every grade. No words of minutes: the page asks for those."""

from collections.abc import Collection
from datetime import date
from typing import Any

from app import database
from app.lifecycle import Invisible
from app.london import day_start
from app.minutes.quality.rules import Sample, SampledItem, marks_from

POPULATION = """
    SELECT i.id FROM agenda_item i JOIN meeting m ON m.id = i.meeting JOIN panel p ON p.id = m.panel
    JOIN minutes n ON n.meeting = m.id JOIN discussion d ON d.agenda_item = i.id
    WHERE m.starts_at >= $1 AND m.starts_at < $2 AND ($3::text IS NULL OR p.slug = $3)
      AND n.status = 'circulated' AND n.content IS NOT NULL
      AND i.status = 'on-agenda' AND i.kind IN ('child', 'place') AND NOT i.restricted AND d.outcome = 'discussed'
"""


async def can_be_drawn(first: date, last: date, panel: str | None) -> list[int]:
    """The discussed children and places of circulated minutes of meetings held in [first, last).

    Restricted items are left out for everybody: managers may not read them, and one seed must draw one sample.
    """
    rows = await database.fetch(POPULATION, day_start(first), day_start(last), panel)
    return [row["id"] for row in rows]


SAMPLES = """
    SELECT s.id, s.seed, s.from_on AS first, s.to_on AS last, coalesce(p.slug, '') AS panel_slug,
           coalesce(p.name, '') AS panel_name, s.size, s.population, d.name AS drawn_by, s.drawn_at,
           count(g.id)::int AS items, count(g.graded_at)::int AS graded
    FROM quality_sample s JOIN person d ON d.id = s.drawn_by LEFT JOIN panel p ON p.id = s.panel
    LEFT JOIN quality_grade g ON g.sample = s.id
"""


async def samples(most: int = 50) -> list[Sample]:
    """The latest samples first."""
    return await database.fetch_as(
        Sample, f"{SAMPLES} GROUP BY s.id, p.id, d.id ORDER BY s.drawn_at DESC, s.id DESC LIMIT $1", most
    )


async def sample_for(sample_id: int) -> Sample:
    """One sample; every safeguarding manager may see each. Raises Invisible where there is none."""
    found = await database.fetch_as(Sample, f"{SAMPLES} WHERE s.id = $1 GROUP BY s.id, p.id, d.id", sample_id)
    if not found:
        raise Invisible
    return found[0]


ITEMS = """
    SELECT g.sample AS sample_id, s.seed, g.position, g.agenda_item AS item_id, i.meeting AS meeting_id,
           p.slug AS panel_slug, p.name AS panel_name,
           (m.starts_at AT TIME ZONE 'Europe/London')::date AS held_on,
           (SELECT count(*)::int FROM agenda_item o WHERE o.meeting = i.meeting AND o.status = 'on-agenda'
            AND (o.position, o.id) <= (i.position, i.id)) AS number,
           i.kind, i.child AS child_id, g.marks, coalesce(b.name, '') AS graded_by, g.graded_at, g.version
    FROM quality_grade g JOIN quality_sample s ON s.id = g.sample JOIN agenda_item i ON i.id = g.agenda_item
    JOIN meeting m ON m.id = i.meeting JOIN panel p ON p.id = m.panel LEFT JOIN person b ON b.id = g.graded_by
"""


async def items_of(sample_id: int) -> list[SampledItem]:
    """The items of a sample in the order in which they were drawn."""
    return _items(await database.fetch(f"{ITEMS} WHERE g.sample = $1 ORDER BY g.position", sample_id))


async def item_for(sample_id: int, position: int) -> SampledItem:
    """One item of a sample. Raises Invisible where there is none."""
    found = _items(
        await database.fetch(f"{ITEMS} WHERE g.sample = $1 AND g.position = $2", sample_id, position)
    )
    if not found:
        raise Invisible
    return found[0]


async def graded_items(panel: str | None = None) -> list[SampledItem]:
    """Every item graded in full, once: by its latest grade. Of one panel, or of all; restricted since are left out."""
    rows = await database.fetch(
        f"SELECT DISTINCT ON (item_id) * FROM ({ITEMS} WHERE g.graded_at IS NOT NULL AND NOT i.restricted "
        "AND ($1::text IS NULL OR p.slug = $1)) one ORDER BY item_id, graded_at DESC, sample_id DESC",
        panel,
    )
    return _items(rows)


def _items(rows: Collection[dict[str, Any]]) -> list[SampledItem]:
    return [SampledItem(**{**row, "marks": marks_from(row["marks"])}) for row in rows]
