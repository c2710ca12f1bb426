"""What not everybody may see of the example's MACE meetings: a restricted item, and a guest who sees one item alone."""

from datetime import datetime, timedelta

from app.example.calendar import MACE
from app.example.people import ACADEMY
from app.example.queries import schools_of
from app.example.stage import Stage
from app.minutes.discussion.rules import Said
from app.minutes.marking.rules import Mark
from app.panels.agenda.queries import items_of
from app.panels.agenda.rules import ItemFacts
from app.panels.guests.changes import Guest, ask_guest
from app.panels.meetings.rules import MeetingFacts
from app.panels.replies.changes import keep_confidentiality, reply_to
from app.panels.restricting.changes import restrict_item
from app.panels.restricting.rules import Restriction

RECENT_DAYS = 20
MARKED = 4
"""Which item of the agenda holds a section for some readers, counted from 0."""
OPEN_TITLE = "Item for police and social care: an operation is under way"


async def restrict_one(stage: Stage, meeting: MeetingFacts, now: datetime) -> None:
    """On the next MACE and on the one before: the police, the minute taker and those who lead see more of it."""
    if meeting.panel_slug != MACE or meeting.starts_at < stage.present.now - timedelta(days=RECENT_DAYS):
        return
    children = await _children(meeting)
    if not children:
        return
    cast = stage.cast
    wanted = Restriction(OPEN_TITLE, (cast.taker.person_id,), (cast.agencies["police"],))
    await restrict_item(cast.chair, meeting, children[-2:][0].key, wanted, now=now)


def for_the_police(stage: Stage, meeting: MeetingFacts, number: int, said: Said) -> Said:
    """On every MACE what is said of one child's places and people is the police's, for them and the minute taker."""
    if meeting.panel_slug != MACE or number != MARKED or not said.sections.get("places_and_people"):
        return said
    police = stage.cast.agencies["police"]
    return said.with_marks({"places_and_people": Mark(police, (police,), (stage.cast.taker.person_id,))})


async def ask_the_school(stage: Stage, meeting: MeetingFacts, now: datetime) -> None:
    """The safeguarding lead of a school comes to one item of the next MACE, and has accepted."""
    if meeting.panel_slug != MACE or meeting.starts_at < stage.present.now:
        return
    children = [item for item in await _children(meeting) if not item.restricted]
    schools = await schools_of([item.child_id for item in children if item.child_id])
    pupils = [item for item in children if schools.get(item.child_id or 0) == ACADEMY] or children
    if not pupils:
        return
    guest = Guest(stage.cast.guest.email, capacity="School or college")
    await ask_guest(stage.cast.chair, meeting, guest, item_id=pupils[0].id, address=stage.address, now=now)

    async def accept(at: datetime) -> None:
        await reply_to(stage.cast.guest, meeting.id, answer="accept", now=at)
        await keep_confidentiality(stage.cast.guest, meeting.id, now=at)

    stage.diary.at(now + timedelta(hours=3), accept)


async def _children(meeting: MeetingFacts) -> list[ItemFacts]:
    return [item for item in await items_of(meeting.id) if item.is_on_agenda and item.child_id]
