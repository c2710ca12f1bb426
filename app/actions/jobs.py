"""What recurs for actions: news of them, reminders and the climb of overdue ones, hour by hour of a working day."""

from app.actions.digests.changes import send_digests
from app.actions.telling.changes import release_told
from app.door import Door, Job


async def let_news_of_actions_go(door: Door) -> int:
    """Returns how many mails about new actions went on their way before their few minutes were over."""
    return await release_told(door.clock())


async def remind_of_actions(door: Door) -> int:
    """Returns how many digests were written."""
    return await send_digests(door.clock(), door.settings.base_url)


JOBS: list[Job] = [let_news_of_actions_go, remind_of_actions]
