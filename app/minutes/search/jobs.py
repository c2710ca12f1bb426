"""What recurs for the search: looking through what was saved, forgetting what was asked a day ago."""

from app.door import Door, Job
from app.minutes.search.changes import AT_ONCE, catch_up, forget_searches


async def make_words_searchable(door: Door) -> int:
    """Looks through everything that waits and returns how many items that were."""
    done = 0
    while batch := await catch_up():
        done += batch
        if batch < AT_ONCE:
            break
    return done


async def forget_old_searches(door: Door) -> int:
    """Forgets what was asked more than a day ago and returns how many searches that were."""
    return await forget_searches(door.clock())


JOBS: list[Job] = [make_words_searchable, forget_old_searches]
