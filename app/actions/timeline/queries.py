"""The timeline of one action, gathered from the tables of what may happen to it."""

from app import database
from app.actions.timeline.rules import Moment, first_words

# More time that was given unasked is answered in the moment it is written
MOMENTS = """
SELECT m.made_at, m.what, m.note, coalesce(p.name, '') AS by, coalesce(g.name, '') AS by_agency, m.day, m.whom FROM (
    SELECT made_at, status AS what, note, person, NULL::date AS day, '' AS whom, 0 AS rank, id
        FROM action_update WHERE action = $1
    UNION ALL SELECT asked_at, 'asked', why, asked_by, asked_for, '', 1, id
        FROM action_extension
        WHERE action = $1 AND (asked_at, asked_by) IS DISTINCT FROM (answered_at, answered_by)
    UNION ALL SELECT answered_at, answer, note, answered_by, granted_for, '', 2, id
        FROM action_extension WHERE action = $1 AND answer <> ''
    UNION ALL SELECT h.made_at, 'handed-over', h.reason, h.person, NULL, t.name, 3, h.id
        FROM action_handover h JOIN person t ON t.id = h.to_owner WHERE h.action = $1
    UNION ALL SELECT e.added_at, 'file-added', '', e.person, NULL, e.name, 4, e.id
        FROM action_evidence e WHERE e.action = $1
    UNION ALL SELECT w.withdrawn_at, 'file-withdrawn', w.reason, w.person, NULL, e.name, 5, w.id
        FROM action_evidence_withdrawal w JOIN action_evidence e ON e.id = w.evidence WHERE e.action = $1
    UNION ALL SELECT r.reviewed_at, 'panel-' || r.view, r.note, r.reviewed_by, (r.changed ->> 'due_on')::date,
        coalesce(r.changed #>> '{owed,words}', ''), 3, r.id
        FROM action_review r JOIN meeting t ON t.id = r.meeting AND t.status <> 'cancelled' WHERE r.action = $1
) m LEFT JOIN person p ON p.id = m.person LEFT JOIN agency g ON g.id = p.agency
"""


async def moments_of_action(action_id: int) -> list[Moment]:
    """All that happened to an action, the latest first."""
    return await database.fetch_as(
        Moment, f"{MOMENTS} ORDER BY m.made_at DESC, m.rank DESC, m.id DESC", action_id
    )


async def who_was_first(action_id: int) -> str:
    """The sentence for somebody whose move came second: who did what before, and when.

    Files stay out of it: adding one moves nothing.
    """
    found = await database.fetch_as(
        Moment,
        f"{MOMENTS} WHERE m.rank < 4 ORDER BY m.made_at DESC, m.rank DESC, m.id DESC LIMIT 1",
        action_id,
    )
    return first_words(found[0] if found else None)
