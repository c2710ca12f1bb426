"""Actions agreed in the example's meetings, and what their owners said of them since."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from app.access import Identity
from app.actions.due.rules import Due
from app.actions.issuing.changes import issue_action
from app.actions.issuing.rules import Agreed
from app.actions.queries import action_for
from app.actions.rules import ROUTINE, URGENT, is_open
from app.actions.updates.changes import Word, update_action
from app.example.calendar import HIGH_RISK, HOTSPOTS, MACE, MISSING, OPERATIONAL, REPEAT, TRACKING, WEEKLY
from app.example.queries import post_of
from app.example.rules import chance, choose, london
from app.example.sayings import ACTIONS, PLACE_ACTIONS, UPDATES, WHYS
from app.example.stage import Stage
from app.london import add_working_days
from app.panels.agenda.rules import ItemFacts
from app.panels.meetings.rules import MeetingFacts

SHARES = {
    MISSING: 0.05,
    HIGH_RISK: 0.12,
    MACE: 0.25,
    TRACKING: 0.08,
    HOTSPOTS: 0.2,
    OPERATIONAL: 0.8,
    REPEAT: 0.5,
}
"""How many of a panel's items end with an action."""

FATES = (
    ("in time", 61),
    ("late", 12),
    ("not possible", 4),
    ("not done", 4),
    ("under way", 9),
    ("silent", 10),
)

WEIGHTS = {"police@example.org": 4, "health@example.org": 4, "robin.homely@example.org": 5}
OWED_BY = ("chair", "minutes", "police", "health", "manager", "officer")
"""Each of these finds something overdue and something due this week under My actions."""


async def agree_actions(
    stage: Stage, luck: Random, meeting: MeetingFacts, item: ItemFacts, now: datetime
) -> None:
    """Now and then one or two actions under an item, live at once; their owners' words go into the diary."""
    if item.kind == "standing" or luck.random() > SHARES[meeting.panel_slug]:
        return
    choices = PLACE_ACTIONS if item.kind == "place" else ACTIONS
    for text, strand in luck.sample(choices, 2 if luck.random() < 0.2 else 1):
        owner = owner_among(luck, stage.cast.members_of(meeting.panel_slug))
        due_on = due_after(luck, now.date(), meeting.panel_slug)
        await _issue(stage, luck, meeting, item, (text, strand), owner, due_on, now)


async def owe_something(
    stage: Stage, meeting: MeetingFacts, items: Sequence[ItemFacts], now: datetime
) -> None:
    """From the latest weekly meeting: for each of the example's sign-ins one action overdue today and two due soon."""
    today = stage.present.day
    about = [item for item in items if item.child_id][:6]
    if not about:
        return
    luck = chance("owed")
    overdue_on = max(now.date(), today - timedelta(days=2))
    for number, name in enumerate(OWED_BY):
        owner = stage.cast.people[f"{name}@example.org"]
        for step, due_on in enumerate((overdue_on, today + timedelta(days=1), today + timedelta(days=5))):
            words = ACTIONS[(number * 3 + step) % len(ACTIONS)]
            item = about[(number + step) % len(about)]
            # the police have one that cannot wait
            urgent = (name, step) == ("police", 1)
            # and health one that is with whoever is on call
            to_post = (name, step) == ("health", 2)
            await _issue(
                stage, luck, meeting, item, words, owner, due_on, now,
                follow=False, urgent=urgent, to_post=to_post,
            )  # fmt: skip


async def _issue(
    stage: Stage,
    luck: Random,
    meeting: MeetingFacts,
    item: ItemFacts,
    words: tuple[str, str],
    owner: Identity,
    due_on: date,
    now: datetime,
    follow: bool = True,
    urgent: bool = False,
    to_post: bool = False,
) -> None:
    text, strand = words
    to_agency = follow and luck.random() < 0.07
    post_id = await post_of(owner.person_id) if to_post else None
    action_id = await issue_action(
        stage.cast.taker,
        meeting.id,
        item.id,
        Agreed(
            text,
            None if to_agency or to_post else owner.person_id,
            owner.agency_id if to_agency else None,
            Due(due_on),
            strand,
            WHYS.get(text, ""),
            URGENT if urgent else ROUTINE,
            post_id,
        ),
        now=now,
        base_url=stage.address,
    )
    if follow:
        _enter_words(stage, luck, action_id, owner, now.date(), due_on)


def _enter_words(
    stage: Stage, luck: Random, action_id: int, owner: Identity, issued_on: date, due_on: date
) -> None:
    """What the owner will say, and when, in the diary."""
    for move, day in moves_of(choose(luck, FATES), issued_on, due_on, luck):
        note = luck.choice(UPDATES[move])

        async def say(now: datetime, move: str = move, note: str = note) -> None:
            action = await action_for(owner, action_id)
            if not is_open(action.status):
                return  # the panel dropped it meanwhile
            await update_action(owner, action_id, Word(move, note, action.version), now=now)

        hour = 10 if move == "acknowledge" else 16
        stage.diary.at(london(day, hour, luck.randrange(0, 60, 5)), say)


def moves_of(fate: str, issued_on: date, due_on: date, luck: Random) -> list[tuple[str, date]]:
    """The moves of an action's owner with their days, in order."""
    if fate == "silent":
        return []
    soon = add_working_days(issued_on, 1)
    room = max(1, (due_on - soon).days)
    end = {
        "in time": ("complete", soon + timedelta(days=luck.randrange(0, room + 1))),
        "late": ("complete", due_on + timedelta(days=luck.randrange(1, 16))),
        "not possible": ("find-not-possible", due_on - timedelta(days=1)),
        "not done": ("leave-undone", due_on + timedelta(days=2)),
        "under way": ("start", due_on - timedelta(days=1)),
    }[fate]
    last = (end[0], max(end[1], soon))
    return [("acknowledge", soon), last] if luck.random() < 0.6 or fate == "under way" else [last]


def owner_among(luck: Random, members: Sequence[Identity]) -> Identity:
    return choose(luck, tuple((one, WEIGHTS.get(one.email, 2)) for one in members))


def due_after(luck: Random, day: date, slug: str) -> date:
    return add_working_days(day, luck.randrange(3, 9) if slug in WEEKLY else luck.randrange(6, 22))
