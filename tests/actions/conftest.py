"""An agenda item that was issued, as the actions' tests find it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app import database
from tests import builders
from tests.conftest import Cast


@dataclass(frozen=True)
class Room:
    """A MACE meeting on 9 June 2026, the day before "now", with one child on its agenda."""

    meeting: int
    item: int
    child: int
    address: str


@pytest.fixture
async def room(cast: Cast) -> Room:
    child = await builders.a_child()
    meeting = await builders.a_meeting("mace", datetime(2026, 6, 9, 9, 0, tzinfo=UTC), status="agenda-issued")
    item = await builders.an_item(meeting, child)
    return Room(meeting, item, child, f"/meetings/{meeting}/items/{item}/actions")


MakeAction = Callable[..., Awaitable[int]]


@pytest.fixture
async def police_action(cast: Cast, room: Room) -> MakeAction:
    """An action that the police member owes, issued in the room."""

    async def make(due_on: date = date(2026, 6, 20), **columns: Any) -> int:
        chosen: dict[str, Any] = {
            "agency": cast.police.agency_id,
            "owner": cast.police.person_id,
            "meeting": room.meeting,
            "agenda_item": room.item,
            "child": room.child,
            "issued_on": date(2026, 6, 9),
        }
        return await builders.an_action("mace", due_on=due_on, **(chosen | columns))

    return make


async def stored(action: int) -> dict[str, Any]:
    found = await database.fetch_one("SELECT * FROM action WHERE id = $1", action)
    assert found is not None
    return found
