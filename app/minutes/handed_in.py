"""What later rooms hand in to the minutes: the actions agreed in a meeting. Set by the house."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.minutes.fixed_text.rules import AgreedAction


async def _no_actions(meeting_id: int) -> list[AgreedAction]:
    return []


async def _nothing_issued(meeting_ids: Sequence[int]) -> dict[int, datetime]:
    return {}


@dataclass
class HandedIn:
    """`actions_of(meeting_id)`: every action issued from the meeting, in the order it was issued.

    `actions_issued_at(meeting_ids)`: when the actions of each held meeting had all been issued.
    """

    actions_of: Callable[[int], Awaitable[list[AgreedAction]]] = _no_actions
    actions_issued_at: Callable[[Sequence[int]], Awaitable[dict[int, datetime]]] = _nothing_issued


handed_in = HandedIn()
