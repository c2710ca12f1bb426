"""Minutes at each of their stages, and reading what is printed of them."""

import httpx

from app import database
from app.minutes.changes import approve_minutes, circulate_minutes, send_to_chair
from tests.conftest import Cast, TestClock

from .conftest import Minuted, version_of

BASE = "http://testserver"


async def approved(cast: Cast, clock: TestClock, meeting: Minuted) -> str:
    """Sends the draft to the chair and approves it; returns the fingerprint."""
    await send_to_chair(
        cast.minute_taker, meeting.id, await version_of(meeting), now=clock.now, base_url=BASE
    )
    return await approve_minutes(cast.chair, meeting.id, await version_of(meeting), now=clock.now)


async def circulated(cast: Cast, clock: TestClock, meeting: Minuted) -> str:
    sha256 = await approved(cast, clock, meeting)
    await circulate_minutes(
        cast.minute_taker, meeting.id, await version_of(meeting), now=clock.now, base_url=BASE
    )
    return sha256


async def restrict(meeting: Minuted, index: int = 0, agencies: tuple[int, ...] = ()) -> None:
    """Leaves an item to the chair and these agencies; everybody else reads an open title."""
    await database.execute(
        "UPDATE agenda_item SET restricted = true, open_title = 'A matter for named agencies', "
        "allowed_agencies = $2 WHERE id = $1",
        meeting.items[index],
        list(agencies),
    )


def good(answer: httpx.Response) -> bytes:
    assert answer.status_code == 200, answer.text
    return answer.content
