"""An issued agenda to contribute to."""

from datetime import UTC, datetime
from typing import Any

from tests import builders

STARTS = datetime(2026, 6, 17, 9, 0, tzinfo=UTC)
"""A Wednesday, 10am in London."""


async def issued(
    *items: dict[str, Any], starts_at: datetime = STARTS, slug: str = "mace"
) -> tuple[int, list[int]]:
    """A meeting whose agenda is out, with one child for each of these columns; returns it and its items."""
    meeting = await builders.a_meeting(slug, starts_at, status="agenda-issued")
    made = []
    for columns in items or ({},):
        child = await builders.a_child()
        made.append(await builders.an_item(meeting, child, first_issued_in=1, **columns))
    await issue(meeting, 1, made)
    return meeting, made


async def issue(
    meeting: int, number: int, items: list[int], at: datetime = datetime(2026, 6, 8, 9, tzinfo=UTC)
) -> None:
    await builders.insert(
        "agenda_version",
        meeting=meeting,
        number=number,
        issued_at=at,
        items=[
            {
                "item": item,
                "kind": "child",
                "child": None,
                "title": "",
                "minutes": 10,
                "reason": "",
                "brought_forward": "",
            }
            for item in items
        ],
    )
