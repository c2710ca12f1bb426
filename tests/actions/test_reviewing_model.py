"""Earlier actions against a plain oracle: whatever meetings, moves and views in whatever order, each agenda has its own."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import database
from app.access import Identity, SeatHeld
from app.actions.reviewing.changes import review_action
from app.actions.reviewing.queries import actions_to_review
from app.actions.reviewing.rules import Said
from app.actions.reviewing.views.rules import View
from app.actions.updates.changes import Word, update_action
from app.lifecycle import Invisible, MovedOn, Refused
from app.panels.meetings.queries import meeting_for
from tests import builders
from tests.conftest import SEATED, Server

BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
OPEN = ("planned", "agenda-issued")
MOST_MEETINGS = 7
MIX = (1, 2, 2, 2, 6)
"""How often what is tried: a meeting, an action, the end of a meeting, the owner's word, the panel's."""
numbers = itertools.count()


@dataclass
class Sitting:
    """A meeting as the oracle knows it."""

    at: datetime
    child: int | None
    status: str = "agenda-issued"

    def takes(self, child: int | None) -> bool:
        return self.child is None or self.child == child


@dataclass
class Owed:
    """An action as the oracle knows it: what each meeting said, and the meetings that settled it."""

    meeting: int
    child: int | None
    open: bool = True
    said: dict[int, str] = field(default_factory=dict)
    settled_at: set[int] = field(default_factory=set)


def test_each_agenda_has_exactly_its_actions(server: Server, house: object) -> None:
    """One database for all examples; each begins with a panel of its own, where two dozen things happen by chance."""
    with asyncio.Runner() as runner:
        cast = runner.run(_prepare(server))

        @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(st.integers(0, 2**32))
        def whatever_happens(seed: int) -> None:
            luck = Random(seed)
            panel = Panel(cast, runner.run, luck)
            steps = (panel.plan, panel.agree, panel.end, panel.owner_says, panel.panel_says)
            for step in luck.choices(steps, MIX, k=24):
                step(luck)
                panel.check()

        try:
            whatever_happens()
        finally:
            runner.run(database.close_pool())


async def _prepare(server: Server) -> dict[str, Identity]:
    name = f"reviews_{next(builders.numbers)}_{id(server)}"
    admin = await asyncpg.connect(server.dsn)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {server.template}")
    await admin.close()
    database.DB.config = {"dsn": server.dsn_of(name)}
    await database.open_pool(most=2)
    return await builders.the_cast(SEATED)


class Panel:
    """A panel with its meetings and actions, in the database and as plain values."""

    def __init__(self, cast: dict[str, Identity], run: Callable[..., Any], luck: Random) -> None:
        self.cast, self.run = cast, run
        self.meetings: dict[int, Sitting] = {}
        self.actions: dict[int, Owed] = {}
        self.run(self._begin())
        for _ in range(4):
            self.plan(luck)
        for _ in range(8):
            self.agree(luck)

    async def _begin(self) -> None:
        number = next(numbers)
        self.id = await builders.insert("panel", slug=f"panel-{number}", name=f"Panel {number}", kind="mace")
        chair = self.cast["chair"]
        self.chair = replace(chair, seats=(SeatHeld(self.id, "chair", chair.agency_id),))
        self.children = [await builders.a_child(), await builders.a_child(), None]

    def plan(self, luck: Random) -> None:
        """A meeting after others, or squeezed in between; now and then for one child alone."""
        if len(self.meetings) == MOST_MEETINGS:
            return
        # the minutes tell them apart: a panel does not meet twice at one instant
        count = len(self.meetings)
        at = BEGAN + timedelta(weeks=luck.randrange(4), days=count * 3, minutes=count)
        child = self.children[0] if luck.random() < 0.2 else None
        made = builders.insert("meeting", panel=self.id, starts_at=at, status="agenda-issued", child=child)
        self.meetings[self.run(made)] = Sitting(at, child)

    def agree(self, luck: Random) -> None:
        # mostly early ones, so that there are meetings after them
        in_order = sorted(self.meetings, key=lambda m: self.meetings[m].at)
        meeting = in_order[int(len(in_order) * luck.random() ** 3)]
        sitting, child = self.meetings[meeting], luck.choice(self.children)
        if sitting.status == "cancelled" or not sitting.takes(child):
            return
        police = self.cast["police"]
        columns = {"panel": self.id, "meeting": meeting, "child": child, "owner": police.person_id}
        made = builders.an_action("mace", police.agency_id, date(2026, 6, 1), **columns)
        self.actions[self.run(made)] = Owed(meeting, child)

    def end(self, luck: Random) -> None:
        meeting, sitting = luck.choice(list(self.meetings.items()))
        if sitting.status in OPEN:
            sitting.status = luck.choice(["cancelled", "held", "held"])
            change = "UPDATE meeting SET status = $2, ended_at = starts_at WHERE id = $1"
            self.run(database.execute(change, meeting, sitting.status))

    def owner_says(self, luck: Random) -> None:
        if not self.actions:
            return
        move = luck.choice(["complete", "find-not-possible", "leave-undone", "start"])
        action, owed = luck.choice(list(self.actions.items()))
        version = self.run(database.fetch_value("SELECT version FROM action WHERE id = $1", action))
        word = Word(move, "said", version)
        try:
            self.run(update_action(self.cast["police"], action, word, now=BEGAN))
        except MovedOn:
            assert not owed.open
        else:
            assert owed.open
            owed.open = move == "start"

    def panel_says(self, luck: Random) -> None:
        if not self.actions:
            return
        view = luck.choice(list(View))
        with_some = [m for m in self.meetings if self.coming(m)]
        meeting = luck.choice(with_some if with_some and luck.random() < 0.9 else list(self.meetings))
        here = self.coming(meeting)
        # mostly one that came: what did not is refused anyhow
        action = luck.choice(sorted(here) if here and luck.random() < 0.8 else list(self.actions))
        owed = self.actions[action]
        try:
            self.run(self._review(meeting, action, view))
        except (Invisible, MovedOn, Refused):
            elsewhere = {m for m in owed.settled_at - {meeting} if self.meetings[m].status != "cancelled"}
            was_dropped = owed.said.get(meeting) == View.DROPPED
            finished = not owed.open and view not in (View.ACCEPTED, View.LEFT)
            # what one meeting re-set and another moved since cannot be taken back
            moved_since = owed.said.get(meeting) == View.RE_SET and len(owed.said) > 1
            assert action not in here or elsewhere or was_dropped or finished or moved_since
            return
        assert action in here
        owed.said[meeting] = view
        owed.settled_at.discard(meeting)
        if view == View.DROPPED or (view == View.ACCEPTED and not owed.open):
            owed.settled_at.add(meeting)
            owed.open = False

    async def _review(self, meeting: int, action: int, view: str) -> None:
        asked = "SELECT version FROM action_review WHERE action = $1 AND meeting = $2"
        version = await database.fetch_value(asked, action, meeting) or 0
        due_on = await database.fetch_value("SELECT due_on FROM action WHERE id = $1", action)
        said = Said(view, "why", due_on + timedelta(days=1) if view == View.RE_SET else None)
        now = datetime(2027, 1, 1, tzinfo=UTC)
        await review_action(self.chair, meeting, action, said, version, now=now, base_url="")

    def check(self) -> None:
        found = {meeting: self.coming(meeting) for meeting in self.meetings}
        assert found == {m: {a for a in self.actions if self.comes(a, m)} for m in self.meetings}
        at_open = {m: found[m] for m, sitting in self.meetings.items() if sitting.status in OPEN}
        for action, owed in self.actions.items():
            agreed = self.meetings[owed.meeting].at
            ahead = [
                m for m in at_open if self.meetings[m].at > agreed and self.meetings[m].takes(owed.child)
            ]
            settled = {m for m in owed.settled_at if self.meetings[m].status != "cancelled"}
            on = {m for m, coming in at_open.items() if action in coming}
            if not settled and ahead:
                assert min(ahead, key=lambda m: self.meetings[m].at) in on, "it vanished"
            if settled:
                assert all(m in owed.said for m in on), "it came again"

    def comes(self, action: int, meeting: int) -> bool:
        """The plain words of the rule."""
        owed, sitting = self.actions[action], self.meetings[meeting]
        if sitting.status == "cancelled":
            return False
        if meeting in owed.said:
            return True
        agreed, is_open = self.meetings[owed.meeting].at, sitting.status in OPEN
        if owed.meeting == meeting or agreed >= sitting.at or not sitting.takes(owed.child):
            return False
        for other in owed.settled_at:
            counts = is_open or self.meetings[other].at <= sitting.at
            if self.meetings[other].status != "cancelled" and counts:
                return False
        return not is_open or not any(
            one.status in OPEN and agreed < one.at < sitting.at and one.takes(owed.child)
            for one in self.meetings.values()
        )

    def coming(self, meeting: int) -> set[int]:
        return self.run(self._coming(meeting))

    async def _coming(self, meeting: int) -> set[int]:
        found = await actions_to_review(self.chair, await meeting_for(self.chair, meeting))
        return {one.action.id for one in found}
