"""Reads what can be drawn, samples with their cases, and what no other room tells of a case. Nothing is written."""

from datetime import date

from app import database
from app.access import Identity
from app.actions.queries import LISTED, ListedAction, sees_action
from app.figures.inspection.rules import Sample, SampledCase
from app.lifecycle import Invisible
from app.panels.restricting.queries import seer, sees_item


async def can_be_drawn(first: date, last: date, panel: str | None) -> list[int]:
    """The cases open at any time in [first, last), of one panel or of all."""
    rows = await database.fetch(
        "SELECT k.id FROM panel_case k JOIN panel p ON p.id = k.panel "
        "WHERE k.accepted_on < $2 AND (k.closed_on IS NULL OR k.closed_on >= $1) "
        "AND ($3::text IS NULL OR p.slug = $3)",
        first,
        last,
        panel,
    )
    return [row["id"] for row in rows]


SAMPLES = """
    SELECT s.id, s.seed, s.from_on AS first, s.to_on AS last, coalesce(p.slug, '') AS panel_slug,
           coalesce(p.name, '') AS panel_name, s.size, s.population, d.name AS drawn_by, s.drawn_at,
           (SELECT count(*)::int FROM inspection_case c WHERE c.sample = s.id) AS cases
    FROM inspection_sample s JOIN person d ON d.id = s.drawn_by LEFT JOIN panel p ON p.id = s.panel
"""


async def samples(most: int = 50) -> list[Sample]:
    """The latest samples first."""
    return await database.fetch_as(Sample, f"{SAMPLES} ORDER BY s.drawn_at DESC, s.id DESC LIMIT $1", most)


async def sample_for(sample_id: int) -> Sample:
    """One sample; every safeguarding manager may see each. Raises Invisible where there is none."""
    found = await database.fetch_as(Sample, f"{SAMPLES} WHERE s.id = $1", sample_id)
    if not found:
        raise Invisible
    return found[0]


CASES = """
    SELECT s.position, k.id AS case_id, c.id AS child_id, c.child_ref, c.name AS child_name, p.name AS panel_name,
           k.accepted_on, k.first_meeting_on, k.closed_on, k.closure_reason, k.recall_of IS NOT NULL AS is_recall,
           k.risk_at_start, coalesce(r.level, '') AS risk_now
    FROM inspection_case s JOIN panel_case k ON k.id = s.panel_case JOIN child c ON c.id = k.child
    JOIN panel p ON p.id = k.panel
    LEFT JOIN LATERAL (
        SELECT level FROM risk_assessment WHERE child = k.child AND assessed_on <= $2
        ORDER BY assessed_on DESC, id DESC LIMIT 1) r ON true
    WHERE s.sample = $1 ORDER BY s.position
"""


async def cases_of(sample_id: int, today: date) -> list[SampledCase]:
    """The cases of a sample in the order in which they were drawn."""
    return await database.fetch_as(SampledCase, CASES, sample_id, today)


async def actions_about(who: Identity, child_id: int) -> list[ListedAction]:
    """Every action about a child that this person may see, the earliest first; those issued by mistake are left out."""
    return await database.fetch_as(
        ListedAction,
        f"{LISTED} WHERE a.child = $1 AND a.status <> 'withdrawn' AND {sees_action(2)} ORDER BY a.issued_on, a.id",
        child_id,
        *seer(who),
    )


async def restricted_items(who: Identity, child_id: int) -> int:
    """How many items about a child, of meetings held, are closed to this person."""
    count: int = await database.fetch_value(
        "SELECT count(*) FROM agenda_item i JOIN meeting m ON m.id = i.meeting "
        f"WHERE i.child = $1 AND i.status = 'on-agenda' AND m.status = 'held' AND NOT {sees_item(2)}",
        child_id,
        *seer(who),
    )
    return count
