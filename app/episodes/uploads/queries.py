"""Reads of uploaded files, for those who may run imports. The content is read apart: it is large."""

from datetime import datetime

from app import database
from app.access import Identity, Permission, permits
from app.episodes.uploads.rules import KEEP_REJECTED, KEEP_UNCONFIRMED, SIGN_OF_LIFE, Upload
from app.lifecycle import Invisible

_UPLOAD = """
    SELECT f.id, f.kind, f.layout, f.status, f.progress, f.problem, f.uploaded_at, f.finished_at, f.uploaded_by,
           coalesce(p.name, '') AS uploader, f.content IS NOT NULL AS has_content,
           f.rejected_rows IS NOT NULL AS has_rejected, {result} AS result
    FROM import_file f LEFT JOIN person p ON p.id = f.uploaded_by
"""
_COUNTS = "f.result - 'rejected' - 'warnings'"


async def upload_for(who: Identity, upload_id: int) -> Upload:
    """Raises Invisible where there is none, or the person may not run imports."""
    if not permits(who, Permission.RUN_IMPORT):
        raise Invisible
    found = await database.fetch_as(Upload, _UPLOAD.format(result="f.result") + "WHERE f.id = $1", upload_id)
    if not found:
        raise Invisible
    return found[0]


async def latest_uploads() -> list[Upload]:
    """The latest twenty that were not dropped, without their problems and warnings."""
    return await database.fetch_as(
        Upload,
        _UPLOAD.format(result=_COUNTS)
        + "WHERE f.status <> 'dropped' ORDER BY f.uploaded_at DESC, f.id DESC LIMIT 20",
    )


async def rejected_rows_of(upload_id: int) -> bytes | None:
    found: bytes | None = await database.fetch_value(
        "SELECT rejected_rows FROM import_file WHERE id = $1", upload_id
    )
    return found


async def left_over_uploads() -> list[int]:
    """Files at work whose worker gives no sign of life."""
    found = await database.fetch(
        "SELECT id FROM import_file WHERE status IN ('checking', 'importing') AND content IS NOT NULL "
        "AND (beat_at IS NULL OR beat_at < now() - $1::interval) ORDER BY id",
        SIGN_OF_LIFE,
    )
    return [row["id"] for row in found]


async def outlived_uploads(now: datetime) -> list[int]:
    """Files that nobody confirmed in time, and imported ones whose rejected rows have been kept long enough."""
    found = await database.fetch(
        "SELECT id FROM import_file WHERE (status IN ('checked', 'failed') AND uploaded_at < $1) "
        "OR (status = 'imported' AND rejected_rows IS NOT NULL AND finished_at < $2) ORDER BY id",
        now - KEEP_UNCONFIRMED,
        now - KEEP_REJECTED,
    )
    return [row["id"] for row in found]
