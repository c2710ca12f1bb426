"""What recurs for minutes that are due: reminders by working day, the summary by week."""

from app.door import Door, Job
from app.minutes.reminding.changes import remind_of_standards, sum_up_the_week


async def remind_of_minutes(door: Door) -> int:
    """Returns how many reminders went."""
    return await remind_of_standards(door.clock(), door.settings.base_url)


async def sum_up_promptness(door: Door) -> int:
    """Returns how many managers were told; nothing on most days."""
    return await sum_up_the_week(door.clock(), door.settings.base_url)


JOBS: list[Job] = [remind_of_minutes, sum_up_promptness]
