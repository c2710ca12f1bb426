"""What recurs for circulated minutes: whoever has not opened them is reminded once."""

from app.door import Door, Job
from app.minutes.circulation.changes import remind_after_days


async def remind_who_has_not_opened(door: Door) -> int:
    """Returns how many recipients were reminded."""
    return await remind_after_days(door.clock(), door.settings.base_url)


JOBS: list[Job] = [remind_who_has_not_opened]
