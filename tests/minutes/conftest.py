"""Meetings to minute: an agenda of children, a place and a standing item, with people who came."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from app import database
from app.minutes.discussion.changes import save_discussion
from app.minutes.discussion.rules import Said, said_from_text
from app.minutes.revisions.rules import Attempt
from tests import builders
from tests.conftest import Cast

STARTS = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)
ENDED = datetime(2026, 6, 10, 8, 50, tzinfo=UTC)


@dataclass
class Minuted:
    """A meeting of a panel and what stands on its agenda."""

    id: int
    items: list[int]
    children: list[int]

    @property
    def path(self) -> str:
        return f"/meetings/{self.id}/minutes"

    def item_path(self, index: int = 0) -> str:
        return f"{self.path}/items/{self.items[index]}"


MakeMeeting = Callable[..., Awaitable[Minuted]]


@pytest.fixture
def make_meeting(cast: Cast) -> MakeMeeting:
    """A held meeting with attendance, unless told otherwise."""

    async def make(
        items: int = 2, *, slug: str = "mace", attended: bool = True, **columns: object
    ) -> Minuted:
        meeting = await builders.a_meeting(
            slug,
            **{
                "starts_at": STARTS,
                "status": "held",
                "ended_at": ENDED,
                "agenda_issued_at": datetime(2026, 6, 1, tzinfo=UTC),
            }
            | columns,
        )
        children = [await builders.a_child(name=f"Testname Surname{n}") for n in range(items)]
        made = [
            await builders.an_item(meeting, child, position=n) for n, child in enumerate(children, start=1)
        ]
        if attended:
            for person in (cast.chair, cast.police):
                await builders.insert(
                    "attendance",
                    meeting=meeting,
                    person=person.person_id,
                    agency=person.agency_id,
                    name=person.name,
                    status="present",
                )
        return Minuted(meeting, made, children)

    return make


@pytest.fixture
def discuss(cast: Cast, clock) -> Callable[..., Awaitable[int]]:
    """Saves a discussion of an item as the minute taker, on whatever is stored; returns the version."""

    async def save(meeting: Minuted, index: int = 0, text: str = "Seen and heard.", **fields: object) -> int:
        stored = await database.fetch_value(
            "SELECT version FROM discussion WHERE agenda_item = $1", meeting.items[index]
        )
        said = Said(sections={"child_views": text}, **{"outcome": "discussed"} | fields)
        saved = await save_discussion(
            cast.minute_taker,
            meeting.id,
            meeting.items[index],
            Attempt(stored or 0, said, cast.minute_taker.person_id),
            now=clock.now,
        )
        return saved.version

    return save


@pytest.fixture
def complete(discuss) -> Callable[..., Awaitable[None]]:
    """Every item discussed."""

    async def every(meeting: Minuted, **fields: object) -> None:
        for index in range(len(meeting.items)):
            await discuss(meeting, index, **fields)

    return every


async def version_of(meeting: Minuted) -> int:
    found: int = await database.fetch_value("SELECT version FROM minutes WHERE meeting = $1", meeting.id)
    return found


async def assessed(child: int) -> list[tuple[date, str, str]]:
    rows = await database.fetch(
        "SELECT assessed_on, level, tool FROM risk_assessment WHERE child = $1 ORDER BY assessed_on, id",
        child,
    )
    return [(row["assessed_on"], row["level"], row["tool"]) for row in rows]


async def stored_text() -> dict[str, str]:
    """The filled fields of the only discussion, as its latest revision holds them."""
    text = await database.fetch_value(
        "SELECT r.text FROM discussion_revision r JOIN discussion d ON d.id = r.discussion AND d.version = r.version"
    )
    return {key: words for key, words in said_from_text(text).flat().items() if words}
