"""Reads what may be swapped on the agenda of a meeting. Nothing is written here."""

from datetime import datetime

from app.access import Identity
from app.panels.agenda.preparing import Preparation, prepared
from app.panels.agenda.queries import items_of, proposal_of
from app.panels.carried.queries import carried_to
from app.panels.meetings.rules import MeetingFacts


async def preparation_of(who: Identity, meeting: MeetingFacts, now: datetime) -> Preparation:
    """The agenda as it stands for this person, with what is proposed and the near misses."""
    items = await items_of(meeting.id)
    return prepared(who, meeting, items, await carried_to(meeting), await proposal_of(meeting, now))
