"""The work on an uploaded file beside the pages: its check, and once confirmed its import, with signs of life."""

import asyncio
import contextvars
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from app.door import Clock
from app.episodes.imports.catalogue import import_kind
from app.episodes.imports.kinds import ImportKind, Unusable
from app.episodes.imports.reading import rejected_rows
from app.episodes.imports.running import Progress, Ran, run_import
from app.episodes.uploads import changes
from app.lifecycle import MovedOn

log = logging.getLogger("homeward")

BETWEEN_BEATS = 0.5

_at_work: set[asyncio.Task[None]] = set()


def start_work(upload_id: int, clock: Clock) -> None:
    """Begins the work on a file and returns at once."""
    # a task inherits its starter's open transaction, unless it gets a context of its own
    task = asyncio.get_running_loop().create_task(work_on(upload_id, clock), context=contextvars.Context())
    _at_work.add(task)
    task.add_done_callback(_work_ended)


def _work_ended(task: asyncio.Task[None]) -> None:
    _at_work.discard(task)
    if not task.cancelled() and (problem := task.exception()):
        # the database went away; a job takes the file up again
        log.error("work on a file was cut off: %s", type(problem).__name__)


async def stop_work() -> None:
    """Ends all work of this process, before its database closes; what was begun is taken up after the next start."""
    for task in list(_at_work):
        task.cancel()
    await asyncio.gather(*_at_work, return_exceptions=True)


async def finish_work() -> None:
    """Waits for all work of this process."""
    while _at_work:
        await asyncio.gather(*_at_work, return_exceptions=True)


async def work_on(upload_id: int, clock: Clock) -> None:
    """Checks the file or brings it in, as its status says; does nothing when another process is at it."""
    upload = await changes.claim_upload(upload_id)
    if upload is None:
        return
    kind = import_kind(upload["kind"], upload["layout"])
    progress = Progress()
    async with _signs_of_life(upload_id, progress):
        try:
            if kind is None:
                raise Unusable("This kind of file can no longer be brought. Choose another kind.")
            await _run(upload, kind, clock, progress)
        except Unusable as problem:
            await changes.store_failure(upload_id, str(problem), keep_content=False)
        except MovedOn:
            pass  # dropped by somebody while the work went on; nothing of it stays
        except Exception as problem:  # whatever it was, nothing was written, and a person must be told
            log.error("import %s failed: %s", upload_id, type(problem).__name__)
            sentence = "Something went wrong and nothing was imported. Check the file again in a minute."
            await changes.store_failure(upload_id, sentence, keep_content=True)
        finally:
            del upload
            gc.collect()  # a large file leaves hundreds of megabytes behind that would stay for long


async def _run(upload: dict[str, Any], kind: ImportKind, clock: Clock, progress: Progress) -> None:
    upload_id, now = upload["id"], clock()
    if upload["status"] == "checking":
        ran = await run_import(
            kind, upload["content"], who_id=upload["person_id"], now=now, dry_run=True, progress=progress
        )
        await changes.store_check(upload_id, ran.result, _rejected(ran))
        return

    async def note(ran: Ran) -> None:
        await changes.store_import(upload_id, ran.result, _rejected(ran), now=now)

    await run_import(
        kind,
        upload["content"],
        who_id=upload["person_id"],
        now=now,
        progress=progress,
        also=note,
        import_id=upload_id,
    )


def _rejected(ran: Ran) -> bytes | None:
    return rejected_rows(ran.sheet, ran.result.rejected) if ran.result.rejected else None


@asynccontextmanager
async def _signs_of_life(upload_id: int, progress: Progress) -> AsyncIterator[None]:
    async def keep_beating() -> None:
        while True:
            await changes.beat(upload_id, progress.percent)
            await asyncio.sleep(BETWEEN_BEATS)

    beating = asyncio.get_running_loop().create_task(keep_beating(), context=contextvars.Context())
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
