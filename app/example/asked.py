"""Between an agenda and its meeting: who replies, which agency answers what it knows, who is still silent."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.access import Identity
from app.example.answers import known_of
from app.example.calendar import MONTHLY
from app.example.diary import Work
from app.example.rules import chance, choose, london
from app.example.stage import Stage
from app.lifecycle import Refused
from app.london import add_working_days
from app.panels.agenda.queries import items_of
from app.panels.agenda.rules import ItemFacts
from app.panels.contributions.changes import remind_agencies, say_nothing_known, write_contribution
from app.panels.contributions.rules import Written
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.replies.changes import keep_confidentiality, reply_to
from app.panels.restricting.rules import may_see_item

LOOKED_AT_DAYS = 16
MONTHLY_LOOKED_AT_DAYS = 45
"""Of earlier meetings nobody looks up any more who replied when; of a monthly panel's, the latest one at least."""

MOST_KNOWN = 5
DRAFTING = "health@example.org"
DEPUTY = "Dee Stepping-Inwell"
ANSWERS = (("accept", 66), ("apologies", 9), ("deputy", 8), ("", 17))


@dataclass(frozen=True)
class Habit:
    """How an agency answers: how many working days before, at which hour, about how many of the children at all, and
    for how many of these it has more to say than that nothing is known.
    """

    days: int
    hour: int
    answered: float
    known: float


HABITS = {
    "police@example.org": Habit(3, 11, 1, 0.5),
    "health@example.org": Habit(3, 15, 0.8, 0.25),
    "robin.homely@example.org": Habit(3, 12, 1, 0.4),
    "sky.learnwell@example.org": Habit(0, 8, 1, 0.4),
    "jules.fairplay@example.org": Habit(3, 13, 0.6, 0.1),
}
"""The schools’ partnership is late, and the charity never answers."""


def ask_around(stage: Stage, meeting: MeetingFacts, asked_at: datetime) -> None:
    """Enters replies and contributions in the diary, all before the meeting."""
    days = MONTHLY_LOOKED_AT_DAYS if meeting.panel_slug in MONTHLY else LOOKED_AT_DAYS
    if meeting.starts_at < stage.present.now - timedelta(days=days):
        return
    _enter_replies(stage, meeting, asked_at)
    if meeting.agenda_issued_at is not None:
        _enter_contributions(stage, meeting, asked_at)


def _enter_replies(stage: Stage, meeting: MeetingFacts, asked_at: datetime) -> None:
    luck = chance(f"replies to {meeting.panel_slug} on {meeting.starts_at}")
    leads = {stage.cast.chair.person_id, stage.cast.taker.person_id}
    for number, who in enumerate(stage.cast.seated_on(meeting.panel_slug)):
        answer = "accept" if who.person_id in leads else choose(luck, ANSWERS)
        has_read = answer == "accept" and luck.random() < 0.85
        at = asked_at + timedelta(minutes=25 + 50 * number)
        if answer and at < meeting.starts_at:
            stage.diary.at(at, _reply(who, meeting.id, answer, has_read))


def _reply(who: Identity, meeting_id: int, answer: str, has_read: bool) -> Work:
    async def reply(now: datetime) -> None:
        deputy = DEPUTY if answer == "deputy" else ""
        await reply_to(who, meeting_id, answer=answer, deputy_name=deputy, now=now)
        if has_read:
            await keep_confidentiality(who, meeting_id, now=now + timedelta(minutes=1))

    return reply


def _enter_contributions(stage: Stage, meeting: MeetingFacts, asked_at: datetime) -> None:
    for number, (email, habit) in enumerate(HABITS.items()):
        usual = london(add_working_days(meeting.on, -habit.days), habit.hour)
        at = max(usual, asked_at + timedelta(minutes=40 + 20 * number))
        if at < meeting.starts_at:
            stage.diary.at(at, _answer(stage, meeting.id, email, habit))
    reminded_at = london(add_working_days(meeting.on, -3), 16, 30)
    if asked_at < reminded_at:
        stage.diary.at(reminded_at, _remind(stage, meeting.id))


def _remind(stage: Stage, meeting_id: int) -> Work:
    async def remind(now: datetime) -> None:
        # nobody is left to remind where no agenda item asks anybody anything
        with suppress(Refused):
            await remind_agencies(stage.cast.chair, meeting_id, address=stage.address, now=now)

    return remind


def _answer(stage: Stage, meeting_id: int, email: str, habit: Habit) -> Work:
    async def answer(now: datetime) -> None:
        who = stage.cast.people[email]
        meeting = await meeting_for(who, meeting_id)
        luck = chance(f"{email} answers {meeting.panel_slug} on {meeting.starts_at}")
        items = [item for item in await items_of(meeting_id) if _asks(who, meeting, item)]
        items = items[: max(1, round(len(items) * habit.answered))]
        known = {
            item.id
            for item in luck.sample(items, min(round(len(items) * habit.known + 0.4), MOST_KNOWN, len(items)))
        }
        silent = [item.id for item in items if item.id not in known]
        if silent:
            await say_nothing_known(who, meeting_id, silent, now=now)
        for number, item in enumerate(item for item in items if item.id in known):
            is_draft = number == 1 and email == DRAFTING
            written = Written(known_of(luck, email, item.kind), sends=not is_draft)
            at = now + timedelta(minutes=3 * number)
            await write_contribution(who, meeting_id, item.id, written, seen=0, now=at)

    return answer


def _asks(who: Identity, meeting: MeetingFacts, item: ItemFacts) -> bool:
    is_issued = item.is_on_agenda and item.first_issued_in is not None
    return is_issued and item.kind != "standing" and may_see_item(who, meeting.panel_id, item)
