"""Gathers the minutes that one reader takes along. Nothing is written here."""

from collections.abc import Sequence
from datetime import datetime

from app.access import Identity
from app.lifecycle import Refused
from app.minutes.documents.rules import Addendum, Printed
from app.minutes.page import text_of
from app.minutes.queries import MinutesRecord, who_came
from app.panels.meetings.rules import MeetingFacts


async def printed_for(
    who: Identity,
    meeting: MeetingFacts,
    minutes: MinutesRecord,
    authority: str,
    now: datetime,
    addenda: Sequence[Addendum] = (),
) -> Printed:
    """What this reader is given, of minutes that the reader may read.

    `addenda`: those that the reader may see. Raises Refused for minutes whose text is not here.
    """
    text = await text_of(who, meeting, minutes, await who_came(meeting))
    if text is None:
        raise Refused(
            "These minutes were written elsewhere. Only when they reached each stage is known here."
        )
    return Printed(
        meeting_id=meeting.id,
        content=text.content,
        sha256=text.sha256,
        is_unaltered=text.is_unaltered,
        authority=authority,
        reader=who.name,
        opened_at=now,
        left_out=text.left_out,
        addenda=tuple(addenda),
    )
