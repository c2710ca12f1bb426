"""Reads held meetings with their stages and whose turn it is. Stamps and standards are timeliness's."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from app import database
from app.minutes.promptness.rules import Minuted
from app.minutes.timeliness.queries import MeetingStamps, stamps_of_meetings
from app.minutes.timeliness.rules import waiting_stages
from app.minutes.turns.queries import holders
from app.minutes.turns.rules import Holder, part_in, whose_turn


async def minuted_meetings(first: date, last: date, now: datetime, unfinished: bool = False) -> list[Minuted]:
    """The meetings held in [first, last) by London date, oldest first, as they stand now.

    `unfinished`: those alone that are not filed on the children's records.
    """
    until = now + timedelta(microseconds=1)  # what is stamped now has happened, as in the figure
    held = await stamps_of_meetings(first, last, unfinished, until)
    named = {one for meeting in held for one in (meeting.chair_id, meeting.minute_taker_id) if one}
    able = await holders(named)
    return [_minuted(meeting, able, until) for meeting in held]


def _minuted(meeting: MeetingStamps, able: Sequence[Holder], until: datetime) -> Minuted:
    stages = tuple(meeting.stages(until))
    waiting = waiting_stages(stages)
    turn = None
    if waiting:
        turn = whose_turn(
            part_in(waiting[0].stage, meeting.returned_on is not None),
            meeting.panel_id,
            meeting.chair_id,
            meeting.minute_taker_id,
            able,
        )
    return Minuted(
        meeting_id=meeting.meeting_id,
        panel_slug=meeting.panel_slug,
        panel_name=meeting.panel_name,
        held_on=meeting.held_on,
        chair=meeting.chair,
        minute_taker=meeting.minute_taker,
        stamps=meeting.stamps,
        timescales=meeting.timescales,
        stages=stages,
        returned_on=meeting.returned_on,
        is_from_a_file=meeting.is_from_a_file,
        turn=turn,
    )


async def first_held_on() -> date | None:
    """The London date of the first meeting that was held."""
    found: date | None = await database.fetch_value(
        "SELECT (min(starts_at) AT TIME ZONE 'Europe/London')::date FROM meeting WHERE status = 'held'"
    )
    return found
