"""What recurs for uploaded files: taking up work that was cut off, and forgetting files that nobody confirmed."""

from app.door import Door, Job
from app.episodes.uploads.changes import empty_outlived
from app.episodes.uploads.queries import left_over_uploads, outlived_uploads
from app.episodes.uploads.work import work_on


async def take_up_left_over_imports(door: Door) -> int:
    left_over = await left_over_uploads()
    for upload_id in left_over:
        await work_on(upload_id, door.clock)
    return len(left_over)


async def empty_outlived_uploads(door: Door) -> int:
    outlived = await outlived_uploads(door.clock())
    for upload_id in outlived:
        await empty_outlived(upload_id, now=door.clock())
    return len(outlived)


JOBS: list[Job] = [take_up_left_over_imports, empty_outlived_uploads]
