"""Gathers from the live rows what the minutes print. Nothing is written here."""

from app.minutes.acceptance.queries import verdicts_at
from app.minutes.discussion.queries import discussions_of
from app.minutes.fixed_text.rules import MinutedItem, MinutesHead, PrintedAttendee
from app.minutes.marking.queries import names_in
from app.minutes.queries import Came, MinutesRecord
from app.panels.attendance.rules import STATUS_NAMES
from app.panels.meetings.rules import MeetingFacts


async def gathered(
    meeting: MeetingFacts, minutes: MinutesRecord, came: Came
) -> tuple[MinutesHead, list[MinutedItem]]:
    """The head and the items of the minutes as they stand now."""
    head = MinutesHead(
        meeting_id=meeting.id,
        panel=meeting.panel_name,
        panel_kind=meeting.panel_kind,
        starts_at=meeting.starts_at,
        date_only=meeting.date_only,
        ended_at=meeting.ended_at,
        place=meeting.place,
        chair=meeting.chair_name,
        minute_taker=minutes.taker_name or meeting.minute_taker_name,
        quorum=came.quorum.words,
        attendance=tuple(
            PrintedAttendee(one.name, one.agency_name, STATUS_NAMES[one.status], one.deputy_name)
            for one in came.attendees
        ),
    )
    discussions = [(one, one.said) for one in await discussions_of(meeting.id)]
    names = await names_in(mark for _, said in discussions for mark in said.marks.values())
    verdicts = await verdicts_at(meeting.id)
    items = [
        MinutedItem(
            id=discussion.item_id,
            number=number,
            kind=discussion.kind,
            title=discussion.title,
            child_id=discussion.child_id,
            child_ref=discussion.child_ref,
            child_name=discussion.child_name,
            reason=discussion.reason,
            said=said,
            names=names,
            earlier=tuple((one.heading, one.words) for one in verdicts.get(discussion.item_id, [])),
        )
        for number, (discussion, said) in enumerate(discussions, start=1)
    ]
    return head, items
