"""Gathers the minutes that one reader takes along, with the addenda to them. Nothing is written here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.access import Identity
from app.lifecycle import Refused
from app.minutes.corrections.queries import addenda_of
from app.minutes.documents.rules import Addendum, Printed
from app.minutes.page import text_of
from app.minutes.queries import MinutesRecord, who_came
from app.panels.meetings.rules import MeetingFacts


async def printed_for(
    who: Identity, meeting: MeetingFacts, minutes: MinutesRecord, authority: str, now: datetime
) -> Printed:
    """What this reader is given, of minutes that the reader may read. Raises Refused where their text is not here."""
    text = await text_of(who, meeting, minutes, await who_came(meeting))
    if text is None:
        raise Refused(
            "These minutes were written elsewhere. Only when they reached each stage is known here."
        )
    numbers = {item["id"]: item["number"] for item in text.content["items"]}
    return Printed(
        meeting_id=meeting.id,
        content=text.content,
        sha256=text.sha256,
        is_unaltered=text.is_unaltered,
        authority=authority,
        reader=who.name,
        opened_at=now,
        left_out=text.left_out,
        addenda=tuple(_addendum(one, numbers) for one in await addenda_of(minutes.id, who)),
    )


def _addendum(told: Mapping[str, Any], numbers: Mapping[int, int]) -> Addendum:
    number = numbers.get(told["item_id"]) if told["item_id"] else None
    return Addendum(
        told["at"], told["by"], told["words"], told["item_id"], f"Item {number}" if number else ""
    )
