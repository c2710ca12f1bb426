"""Every change to an uploaded file. What the file itself changes is written by the import's own runner."""

import hashlib
from datetime import datetime
from typing import Any

from app import database
from app.access import Identity, Scope
from app.episodes.imports.kinds import ImportKind, ImportResult
from app.episodes.uploads.queries import upload_for
from app.episodes.uploads.rules import MOST_PROBLEMS, SIGN_OF_LIFE, UPLOAD
from app.history.changes import record
from app.lifecycle import MovedOn


async def keep_upload(
    who: Identity, kind: ImportKind, content: bytes, *, now: datetime, key: str | None
) -> int:
    """Keeps the file until its check is done and somebody decides. Returns its id."""
    async with database.transaction():
        upload_id: int = await database.fetch_value(
            "INSERT INTO import_file (kind, layout, content, sha256, status, uploaded_by, uploaded_at) "
            "VALUES ($1, $2, $3, $4, 'checking', $5, $6) RETURNING id",
            kind.slug,
            kind.layout,
            content,
            hashlib.sha256(content).hexdigest(),
            who.person_id,
            now,
        )
        await record(
            who.person_id, "import file uploaded", "import", [upload_id], now=now, submission_key=key
        )
    return upload_id


async def confirm_upload(who: Identity, upload_id: int, *, now: datetime, key: str | None) -> None:
    """Lets the file in; the work is done in the background. Raises MovedOn when somebody decided before."""
    await _move(who, upload_id, "confirm", "import confirmed", now=now, key=key)


async def check_upload_again(who: Identity, upload_id: int, *, now: datetime, key: str | None) -> None:
    """Takes a file that was checked, or failed, back to its check. Raises MovedOn."""
    await _move(who, upload_id, "check again", "import checked again", now=now, key=key)


async def drop_upload(who: Identity, upload_id: int, *, now: datetime, key: str | None) -> None:
    """Removes the content, the rejected rows and the problems of a file. Raises MovedOn."""
    await _move(who, upload_id, "drop", "import file dropped", now=now, key=key)


async def _move(
    who: Identity, upload_id: int, name: str, kind: str, *, now: datetime, key: str | None
) -> None:
    upload = await upload_for(who, upload_id)
    move = UPLOAD.check(name, upload.status, who, Scope(), upload)
    emptied = ", content = NULL, rejected_rows = NULL, result = '{}'" if move.target == "dropped" else ""
    async with database.transaction():
        moved = await database.fetch_value(
            f"UPDATE import_file SET status = $2, progress = 0, problem = '', beat_at = NULL, "
            f"confirmed_by = $4{emptied} "
            "WHERE id = $1 AND status = ANY($3::text[]) RETURNING id",
            upload_id,
            move.target,
            sorted(move.sources),
            who.person_id,
        )
        if moved is None:
            raise MovedOn("Somebody else has decided about this file already. Nothing was changed.")
        await record(who.person_id, kind, "import", [upload_id], now=now, submission_key=key)


async def empty_outlived(upload_id: int, *, now: datetime) -> None:
    """Removes what a file that nobody needs any more still holds of children."""
    async with database.transaction():
        await database.execute(
            "UPDATE import_file SET content = NULL, rejected_rows = NULL, "
            "result = result - 'rejected' - 'warnings', "
            "status = CASE WHEN status = 'imported' THEN status ELSE 'dropped' END WHERE id = $1",
            upload_id,
        )
        await record(None, "import file emptied", "import", [upload_id], now=now)


# Work on a file, by whichever process has it


async def claim_upload(upload_id: int) -> dict[str, Any] | None:
    """The file to work on, with its content; None when somebody is at it or it needs no work."""
    return await database.fetch_one(
        "UPDATE import_file SET beat_at = now() WHERE id = $1 AND status IN ('checking', 'importing') "
        "AND content IS NOT NULL AND (beat_at IS NULL OR beat_at < now() - $2::interval) "
        "RETURNING id, kind, layout, status, content, coalesce(confirmed_by, uploaded_by) AS person_id",
        upload_id,
        SIGN_OF_LIFE,
    )


async def beat(upload_id: int, progress: int) -> None:
    await database.execute(
        "UPDATE import_file SET beat_at = now(), progress = $2 "
        "WHERE id = $1 AND status IN ('checking', 'importing')",
        upload_id,
        progress,
    )


async def store_check(upload_id: int, result: ImportResult, rejected: bytes | None) -> None:
    """Keeps what the file would do, for the person to decide; nothing when the file was dropped meanwhile."""
    await database.execute(
        "UPDATE import_file SET status = 'checked', progress = 100, result = $2, rejected_rows = $3 "
        "WHERE id = $1 AND status = 'checking'",
        upload_id,
        _kept(result),
        rejected,
    )


async def store_import(
    upload_id: int, result: ImportResult, rejected: bytes | None, *, now: datetime
) -> None:
    """Notes that the file is in, within the transaction that brings it in. Raises MovedOn when it was dropped."""
    moved = await database.fetch_value(
        "UPDATE import_file SET status = 'imported', progress = 100, result = $2, rejected_rows = $3, "
        "finished_at = $4, content = NULL WHERE id = $1 AND status = 'importing' RETURNING id",
        upload_id,
        _kept(result),
        rejected,
        now,
    )
    if moved is None:
        raise MovedOn("This file is no longer waiting to be imported.")


async def store_failure(upload_id: int, sentence: str, keep_content: bool) -> None:
    """Notes why the file could not be used; what cannot be used at all is not kept."""
    emptied = "" if keep_content else ", content = NULL"
    await database.execute(
        f"UPDATE import_file SET status = 'failed', problem = $2{emptied} "
        "WHERE id = $1 AND status IN ('checking', 'importing')",
        upload_id,
        sentence,
    )


def _kept(result: ImportResult) -> dict[str, Any]:
    told = result.as_json()
    told["rejected_count"], told["warnings_count"] = len(result.rejected), len(result.warnings)
    told["rejected"], told["warnings"] = told["rejected"][:MOST_PROBLEMS], told["warnings"][:MOST_PROBLEMS]
    return told
