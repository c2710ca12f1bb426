"""Reads of files on an action that was loaded for the person. The bytes are read apart: they are large."""

from app import database
from app.actions.evidence.rules import EvidenceFacts
from app.actions.queries import ListedAction
from app.lifecycle import Invisible

EVIDENCE = """
SELECT e.id, e.action AS action_id, e.name, e.kind, e.size, e.sha256, e.added_at, p.name AS by, g.name AS by_agency,
    w.withdrawn_at, coalesce(q.name, '') AS withdrawn_by, coalesce(w.reason, '') AS withdrawn_reason
FROM action_evidence e JOIN person p ON p.id = e.person JOIN agency g ON g.id = p.agency
LEFT JOIN action_evidence_withdrawal w ON w.evidence = e.id LEFT JOIN person q ON q.id = w.person
"""


async def evidence_of(action: ListedAction) -> list[EvidenceFacts]:
    """The files of an action that were not taken away, the latest first."""
    return await database.fetch_as(
        EvidenceFacts,
        f"{EVIDENCE} WHERE e.action = $1 AND w.id IS NULL ORDER BY e.added_at DESC, e.id DESC",
        action.id,
    )


async def one_file(action: ListedAction, evidence_id: int) -> EvidenceFacts:
    """One file, also one that was taken away. Raises Invisible."""
    found = await database.fetch_as(
        EvidenceFacts, f"{EVIDENCE} WHERE e.id = $1 AND e.action = $2", evidence_id, action.id
    )
    if not found:
        raise Invisible
    return found[0]


async def content_of(evidence: EvidenceFacts) -> bytes:
    content: bytes = await database.fetch_value(
        "SELECT content FROM action_evidence WHERE id = $1", evidence.id
    )
    return content
