"""What recurs for rhythms: keeping their meetings a year ahead."""

from app.door import Door, Job
from app.panels.rhythm.changes import continue_rhythms


async def plan_meetings_ahead(door: Door) -> int:
    """Makes what is due and returns how many meetings that were; nothing on most days."""
    return await continue_rhythms(door.clock())


JOBS: list[Job] = [plan_meetings_ahead]
