"""What recurs for actions: reminders and the climb of overdue ones, hour by hour of a working day."""

from app.actions.digests.changes import send_digests
from app.door import Door, Job


async def remind_of_actions(door: Door) -> int:
    """Returns how many digests were written."""
    return await send_digests(door.clock(), door.settings.base_url)


JOBS: list[Job] = [remind_of_actions]
