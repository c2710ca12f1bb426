"""What agenda tests do again and again: a weekly meeting tomorrow with children who were missing this week."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app import database
from app.access import Identity
from app.panels.agenda.queries import items_of
from app.panels.agenda.rules import ItemFacts
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from tests import builders

SLUG = "missing-children-panel"
TOMORROW = datetime(2026, 6, 11, 9, 0, tzinfo=UTC)
THIS_WEEK = datetime(2026, 6, 8, 20, 0, tzinfo=UTC)


async def missing_child(started_at: datetime = THIS_WEEK, **columns: Any) -> int:
    child = await builders.a_child(**columns)
    await builders.an_episode(child, started_at)
    return child


async def meeting_tomorrow(**columns: Any) -> int:
    return await builders.a_meeting(SLUG, columns.pop("starts_at", TOMORROW), **columns)


async def held_last_week(items: list[int], **columns: Any) -> tuple[int, list[int]]:
    """A held meeting of the week before with these children on its agenda; its id and the items'."""
    starts_at = TOMORROW - timedelta(days=7)
    meeting = await builders.a_meeting(SLUG, starts_at, status="held", agenda_issued_at=starts_at, **columns)
    made = [await builders.an_item(meeting, child, first_issued_in=1) for child in items]
    return meeting, made


async def facts(who: Identity, meeting: int) -> MeetingFacts:
    return await meeting_for(who, meeting)


async def on_agenda(meeting: int) -> list[ItemFacts]:
    return [item for item in await items_of(meeting) if item.is_on_agenda]


async def children_on(meeting: int) -> list[int | None]:
    return [item.child_id for item in await on_agenda(meeting)]


async def count(sql: str, *values: Any) -> int:
    found: int = await database.fetch_value(f"SELECT count(*) FROM {sql}", *values)
    return found
