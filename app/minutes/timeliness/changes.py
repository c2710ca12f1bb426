"""Keeps the stamps of minutes that were written elsewhere, as a file of past meetings tells them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from app import database
from app.panels.handed_in import MinuteStamps

STAGES = ("actions_issued_at", "sent_to_chair_at", "approved_at", "circulated_at", "filed_at")

KEEP = """
    WITH told AS (
        SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[],
            $6::timestamptz[]) AS t(meeting, actions_issued_at, sent_to_chair_at, approved_at, circulated_at, filed_at)
    ), stamps AS (
        SELECT t.meeting, n.id,
            CASE WHEN $7 THEN t.actions_issued_at ELSE n.actions_issued_at END AS actions_issued_at,
            CASE WHEN $8 THEN t.sent_to_chair_at ELSE n.sent_to_chair_at END AS sent_to_chair_at,
            CASE WHEN $9 THEN t.approved_at ELSE n.approved_at END AS approved_at,
            CASE WHEN $10 THEN t.circulated_at ELSE n.circulated_at END AS circulated_at,
            CASE WHEN $11 THEN t.filed_at ELSE n.filed_at END AS filed_at
        FROM told t LEFT JOIN minutes n ON n.meeting = t.meeting
        WHERE n.id IS NULL OR (n.taker IS NULL AND n.content IS NULL)
    )
    INSERT INTO minutes (meeting, status, actions_issued_at, sent_to_chair_at, approved_at, circulated_at, filed_at)
    SELECT meeting,
        CASE WHEN coalesce(circulated_at, filed_at) IS NOT NULL THEN 'circulated'
             WHEN approved_at IS NOT NULL THEN 'approved'
             WHEN sent_to_chair_at IS NOT NULL THEN 'with-chair' ELSE 'draft' END,
        actions_issued_at, sent_to_chair_at, approved_at, circulated_at, filed_at
    FROM stamps
    WHERE id IS NOT NULL
       OR coalesce(actions_issued_at, sent_to_chair_at, approved_at, circulated_at, filed_at) IS NOT NULL
    ORDER BY meeting
    ON CONFLICT (meeting) DO UPDATE SET
        status = excluded.status, actions_issued_at = excluded.actions_issued_at,
        sent_to_chair_at = excluded.sent_to_chair_at, approved_at = excluded.approved_at,
        circulated_at = excluded.circulated_at, filed_at = excluded.filed_at, version = minutes.version + 1
    WHERE (minutes.status, minutes.actions_issued_at, minutes.sent_to_chair_at, minutes.approved_at,
           minutes.circulated_at, minutes.filed_at)
        IS DISTINCT FROM (excluded.status, excluded.actions_issued_at, excluded.sent_to_chair_at,
           excluded.approved_at, excluded.circulated_at, excluded.filed_at)
    RETURNING meeting
"""


async def record_stamps(stamps: Sequence[MinuteStamps], now: datetime) -> set[int]:
    """Keeps the stamps that a file tells; the furthest stage gives the status. Returns the meetings that changed.

    Minutes written here keep their own stamps. Joins the import's transaction, whose verb writes the history.
    """
    by_columns: dict[frozenset[str], list[MinuteStamps]] = defaultdict(list)
    for told in stamps:
        by_columns[told.columns].append(told)
    changed: set[int] = set()
    for columns, group in by_columns.items():
        rows = await database.fetch(
            KEEP,
            [told.meeting_id for told in group],
            *([getattr(told, stage) for told in group] for stage in STAGES),
            *(stage in columns for stage in STAGES),
        )
        changed |= {row["meeting"] for row in rows}
    return changed
