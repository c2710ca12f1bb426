"""What recurs by schedule: what is due goes out, lists and what later rooms hand in."""

from app.door import Door, Job
from app.episodes.handed_in import handed_in
from app.episodes.schedules.changes import send_due
from app.episodes.schedules.kinds import LISTS


async def send_scheduled(door: Door) -> int:
    """Returns how many people were told."""
    return await send_due((*LISTS, *handed_in.scheduled()), door.clock(), door.settings.base_url)


JOBS: list[Job] = [send_scheduled]
