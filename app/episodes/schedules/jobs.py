"""What recurs for lists: the link to one that is due goes out."""

from app.door import Door, Job
from app.episodes.schedules.changes import send_due_lists


async def send_lists(door: Door) -> int:
    """Returns how many people were told."""
    return await send_due_lists(door.clock(), door.settings.base_url)


JOBS: list[Job] = [send_lists]
