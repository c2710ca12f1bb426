"""Reads the whole history of actions: issued, every word, more time, handed over, what meetings said. No writes."""

from collections.abc import Sequence

from app import database
from app.actions.reviewing.history.rules import Happened, Histories, happened
from app.actions.reviewing.views.rules import view_words

FIRST_OWED = """
SELECT a.id, coalesce(p.name, t.name, '') AS named, g.name AS agency FROM action a
LEFT JOIN LATERAL (
    SELECT * FROM (
        SELECT made_at AS at, from_owner AS owner, from_post AS post FROM action_handover WHERE action = a.id
        UNION ALL
        SELECT reviewed_at, (changed #>> '{owed_before,owner}')::bigint, (changed #>> '{owed_before,post}')::bigint
            FROM action_review WHERE action = a.id AND changed ? 'owed_before'
    ) moved ORDER BY at LIMIT 1
) f ON true
LEFT JOIN LATERAL (
    SELECT (changed #>> '{owed_before,agency}')::bigint AS agency FROM action_review
    WHERE action = a.id AND changed ? 'owed_before' ORDER BY reviewed_at LIMIT 1
) r ON true
LEFT JOIN person p ON p.id = CASE WHEN f.at IS NULL THEN a.owner ELSE f.owner END
LEFT JOIN post t ON t.id = CASE WHEN f.at IS NULL THEN a.post ELSE f.post END
JOIN agency g ON g.id = coalesce(r.agency, a.agency)
"""
"""Whose each action was when it was agreed, before anybody handed it over or a later meeting gave it to another.

A handover stays within the agency; only a meeting gives an action to another. Add WHERE for the actions meant.
"""

HAPPENED = f"""
SELECT h.action, h.at, h.what, h.note, coalesce(p.name, '') AS by, h.day, h.whom, h.changed FROM (
    SELECT a.id AS action, coalesce(a.issued_at, a.issued_on::timestamp AT TIME ZONE 'Europe/London') AS at,
        'issued' AS what, '' AS note, NULL::bigint AS person, a.original_due_on AS day,
        concat_ws(', ', nullif(o.named, ''), o.agency) AS whom, '{{}}'::jsonb AS changed
        FROM action a JOIN ({FIRST_OWED} WHERE a.id = ANY($1::bigint[])) o ON o.id = a.id
    UNION ALL SELECT action, made_at, CASE status WHEN 'issued' THEN 'amended' ELSE status END, note, person, NULL,
        '', '{{}}' FROM action_update WHERE action = ANY($1) AND (status <> 'issued' OR note <> '')
    UNION ALL SELECT action, asked_at, 'asked', why, asked_by, asked_for, '', '{{}}'
        FROM action_extension WHERE action = ANY($1)
    UNION ALL SELECT action, answered_at, answer, note, answered_by, granted_for, '', '{{}}'
        FROM action_extension WHERE action = ANY($1) AND answer <> ''
    UNION ALL SELECT v.action, v.made_at, 'handed-over', v.reason, v.person, NULL, t.name, '{{}}'
        FROM action_handover v JOIN person t ON t.id = v.to_owner WHERE v.action = ANY($1)
    UNION ALL SELECT r.action, m.starts_at, r.view, r.note, r.reviewed_by, NULL, 'meeting', r.changed
        FROM action_review r JOIN meeting m ON m.id = r.meeting
        WHERE r.action = ANY($1) AND m.status <> 'cancelled' AND r.meeting IS DISTINCT FROM $2
) h LEFT JOIN person p ON p.id = h.person
"""


async def histories_of(action_ids: Sequence[int], but_not: int | None = None) -> Histories:
    """What happened to actions; what the meeting `but_not` said of them is left out."""
    if not action_ids:
        return Histories()
    found: dict[int, list[Happened]] = {}
    for row in await database.fetch(HAPPENED, list(action_ids), but_not):
        said = f"Meeting: {view_words(row['what'], row['changed'])}" if row["whom"] == "meeting" else ""
        found.setdefault(row["action"], []).append(happened(row, said))
    return Histories(found)
