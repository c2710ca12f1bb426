"""What later rooms hand in to the minutes: a meeting’s actions, and the search among all. Set by the house."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.access import Identity
from app.minutes.fixed_text.rules import AgreedAction
from app.minutes.reviewed.rules import ReviewedAction
from app.minutes.search.rules import Asked, Hit, Limits, Query
from app.minutes.search.texts.rules import Shown


async def _no_actions(meeting_id: int) -> list[AgreedAction]:
    return []


async def _no_reviews(meeting_id: int) -> list[ReviewedAction]:
    return []


async def _nothing_issued(meeting_ids: Sequence[int]) -> dict[int, datetime]:
    return {}


async def _no_hits(who: Identity, asked: Asked, query: Query, limits: Limits) -> list[Hit]:
    return []


async def _nothing_shown(who: Identity, action_ids: Sequence[int]) -> dict[int, Shown]:
    return {}


@dataclass
class HandedIn:
    """`actions_of(meeting_id)`: every action issued from the meeting, in the order it was issued.

    `reviews_of(meeting_id)`: what the meeting said of each earlier action, each under its item.
    `actions_issued_at(meeting_ids)`: when the actions of each held meeting had all been issued.
    `find_actions`: the newest actions with the words asked for that a person may see; `show_actions`: their texts.
    """

    actions_of: Callable[[int], Awaitable[list[AgreedAction]]] = _no_actions
    reviews_of: Callable[[int], Awaitable[list[ReviewedAction]]] = _no_reviews
    actions_issued_at: Callable[[Sequence[int]], Awaitable[dict[int, datetime]]] = _nothing_issued
    find_actions: Callable[[Identity, Asked, Query, Limits], Awaitable[list[Hit]]] = _no_hits
    show_actions: Callable[[Identity, Sequence[int]], Awaitable[dict[int, Shown]]] = _nothing_shown


handed_in = HandedIn()
