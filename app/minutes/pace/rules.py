"""The time an item took, told by when its minutes were saved. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

LONGEST_PAUSE = timedelta(minutes=10)
"""A longer silence counts as this much of the item that is written on after it."""


def time_used(
    saves: Iterable[tuple[int, datetime]], begins: datetime, ends: datetime
) -> dict[int, timedelta]:
    """By item, the time used on it from one save of the meeting to the next; each goes to the item saved at its end.

    Only saves in [begins, ends) tell, in whatever order they come. Together the items never took longer than the
    meeting, however many people write at once.
    """
    used: dict[int, timedelta] = {}
    before = begins
    for saved_at, item_id in sorted((at, item) for item, at in saves if begins <= at < ends):
        used[item_id] = used.get(item_id, timedelta()) + min(saved_at - before, LONGEST_PAUSE)
        before = saved_at
    return used


def whole_minutes(length: timedelta) -> int:
    """Minutes begun: a moment is one minute, nothing is none."""
    return -(-length // timedelta(minutes=1))
