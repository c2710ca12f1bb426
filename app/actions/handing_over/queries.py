"""Whom an action may be handed over to."""

from app import database
from app.actions.handing_over.rules import Colleague
from app.actions.queries import ListedAction

# A restricted item stays with those it is open to: handing over must not widen it
COLLEAGUES = """
SELECT p.id, p.name, p.email, g.name AS agency_name,
    CASE WHEN p.id IN (t.holder, t.cover) THEN t.name ELSE '' END AS covers
FROM action a JOIN person p ON p.disabled_at IS NULL AND p.id IS DISTINCT FROM a.owner
JOIN agency g ON g.id = p.agency
LEFT JOIN post t ON t.id = a.post AND t.ended_at IS NULL
LEFT JOIN agenda_item i ON i.id = a.agenda_item AND i.restricted
WHERE a.id = $1 AND (p.agency = a.agency OR p.id IN (t.holder, t.cover) OR EXISTS (
        SELECT FROM seat s WHERE s.person = p.id AND s.agency = a.agency AND s.panel = a.panel
        AND s.ended_at IS NULL))
    AND (i.id IS NULL OR p.id = ANY(i.allowed_people) OR p.id IN (t.holder, t.cover) OR EXISTS (
        SELECT FROM seat s WHERE s.person = p.id AND s.panel = a.panel AND s.ended_at IS NULL
        AND (s.role IN ('chair', 'vice-chair') OR s.agency = ANY(i.allowed_agencies))))
"""


async def colleagues_for(action: ListedAction) -> list[Colleague]:
    """Those who may be given it, who covers its post first; never its owner, nor somebody who has left."""
    return await database.fetch_as(
        Colleague, f"{COLLEAGUES} ORDER BY (p.id IN (t.holder, t.cover)) IS NOT TRUE, p.name, p.id", action.id
    )
