"""Earlier actions against a plain oracle: whatever meetings, moves and views in whatever order, each agenda has its own."""

import asyncio
import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import asyncpg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app import database
from app.access import Identity, SeatHeld
from app.actions.reviewing.changes import review_action
from app.actions.reviewing.queries import actions_to_review
from app.actions.reviewing.rules import Said, View
from app.actions.updates.changes import Word, update_action
from app.lifecycle import Invisible, MovedOn, Refused
from app.panels.meetings.queries import meeting_for
from tests import builders
from tests.conftest import SEATED, Server

BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
OPEN = ("planned", "agenda-issued")
MOST_MEETINGS = 7
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
    """An action as the oracle knows it; `settled_at`: the meetings that settled it."""

    meeting: int
    child: int | None
    open: bool = True
    said: dict[int, str] = field(default_factory=dict)
    settled_at: set[int] = field(default_factory=set)


def test_each_agenda_has_exactly_its_actions(server: Server, house) -> None:
    """One database for all examples; each begins with a panel of its own."""
    with asyncio.Runner() as runner:
        people = runner.run(_prepare(server))

        class Machine(ReviewMachine):
            cast = people
            run = staticmethod(runner.run)

        try:
            run_state_machine_as_test(
                Machine,
                settings=settings(
                    max_examples=12,
                    stateful_step_count=20,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                    database=None,
                ),
            )
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


class ReviewMachine(RuleBasedStateMachine):
    cast: dict[str, Identity]

    @initialize()
    def begin(self) -> None:
        self.meetings: dict[int, Sitting] = {}
        self.actions: dict[int, Owed] = {}
        self.run(self._begin())
        self.plan(0, False)
        self.plan(1, False)
        self.agree(0, 0)
        self.end(0, False)

    async def _begin(self) -> None:
        number = next(numbers)
        self.panel = await builders.insert(
            "panel", slug=f"panel-{number}", name=f"Panel {number}", kind="mace"
        )
        chair = self.cast["chair"]
        self.chair = replace(chair, seats=(SeatHeld(self.panel, "chair", chair.agency_id),))
        self.children = [await builders.a_child(), await builders.a_child(), None]

    @rule(weeks=st.integers(0, 3), alone=st.booleans())
    def plan(self, weeks: int, alone: bool) -> None:
        """A meeting after all others, or squeezed in between; now and then for one child alone."""
        if len(self.meetings) == MOST_MEETINGS:
            return
        # the minutes tell them apart: a panel does not meet twice at one instant
        at = BEGAN + timedelta(weeks=weeks, days=len(self.meetings) * 3, minutes=len(self.meetings))
        child = self.children[0] if alone else None
        made = builders.insert("meeting", panel=self.panel, starts_at=at, status="agenda-issued", child=child)
        self.meetings[self.run(made)] = Sitting(at, child)

    @rule(which=st.integers(0, 9), about=st.integers(0, 2))
    def agree(self, which: int, about: int) -> None:
        meeting, sitting = self.pick(self.meetings, which)
        child = self.children[about]
        if sitting.status == "cancelled" or not sitting.takes(child):
            return
        police = self.cast["police"]
        columns = {"panel": self.panel, "meeting": meeting, "child": child, "owner": police.person_id}
        due_on = date(2026, 6, 1)
        made = builders.an_action("mace", police.agency_id, due_on, **columns, issued_on=sitting.at.date())
        self.actions[self.run(made)] = Owed(meeting, child)

    @rule(which=st.integers(0, 9), cancelled=st.booleans())
    def end(self, which: int, cancelled: bool) -> None:
        meeting, sitting = self.pick(self.meetings, which)
        if sitting.status in OPEN:
            sitting.status = "cancelled" if cancelled else "held"
            change = "UPDATE meeting SET status = $2, ended_at = starts_at WHERE id = $1"
            self.run(database.execute(change, meeting, sitting.status))

    @rule(
        which=st.integers(0, 9),
        move=st.sampled_from(["complete", "find-not-possible", "leave-undone", "start"]),
    )
    def owner_says(self, which: int, move: str) -> None:
        if not self.actions:
            return
        action, owed = self.pick(self.actions, which)
        version = self.run(database.fetch_value("SELECT version FROM action WHERE id = $1", action))
        word = Word(move, "said", version)
        try:
            self.run(update_action(self.cast["police"], action, word, now=BEGAN))
        except MovedOn:
            assert not owed.open
        else:
            assert owed.open
            owed.open = move == "start"

    @rule(which=st.integers(0, 9), at=st.integers(0, 9), view=st.sampled_from(list(View)))
    def panel_says(self, which: int, at: int, view: str) -> None:
        if not self.actions:
            return
        (action, owed), (meeting, sitting) = self.pick(self.actions, which), self.pick(self.meetings, at)
        came = action in self.coming(meeting)
        version = self.run(
            database.fetch_value(
                "SELECT version FROM action_review WHERE action = $1 AND meeting = $2", action, meeting
            )
        )
        due_on = self.run(database.fetch_value("SELECT due_on FROM action WHERE id = $1", action))
        said = Said(view, "why", due_on + timedelta(days=1) if view == View.RE_SET else None)
        now = datetime(2027, 1, 1, tzinfo=UTC)
        doing = review_action(self.chair, meeting, action, said, version or 0, now=now, base_url="")
        try:
            self.run(doing)
        except (Invisible, MovedOn, Refused):
            elsewhere = {m for m in owed.settled_at - {meeting} if self.meetings[m].status != "cancelled"}
            was_dropped = owed.said.get(meeting) == View.DROPPED
            finished = not owed.open and view not in (View.ACCEPTED, View.LEFT)
            assert not came or elsewhere or was_dropped or finished or sitting.status == "cancelled"
            return
        assert came
        owed.said[meeting] = view
        owed.settled_at.discard(meeting)
        if view == View.DROPPED or (view == View.ACCEPTED and not owed.open):
            owed.settled_at.add(meeting)
            owed.open = False

    @invariant()
    def each_meeting_meets_exactly_its_actions(self) -> None:
        found = {meeting: self.coming(meeting) for meeting in self.meetings}
        assert found == {m: {a for a in self.actions if self.comes(a, m)} for m in self.meetings}
        self.nothing_vanishes_and_nothing_reappears(found)

    def nothing_vanishes_and_nothing_reappears(self, found: dict[int, set[int]]) -> None:
        at_open = {m: found[m] for m, sitting in self.meetings.items() if sitting.status in OPEN}
        for action, owed in self.actions.items():
            agreed = self.meetings[owed.meeting].at
            ahead = [
                m for m in at_open if self.meetings[m].at > agreed and self.meetings[m].takes(owed.child)
            ]
            settled = {m for m in owed.settled_at if self.meetings[m].status != "cancelled"}
            on = {m for m, coming in at_open.items() if action in coming}
            if not settled and ahead:
                assert min(ahead, key=lambda m: self.meetings[m].at) in on
            if settled:
                assert all(m in owed.said for m in on)

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
        return not (
            is_open
            and any(
                one.status in OPEN and agreed < one.at < sitting.at and one.takes(owed.child)
                for one in self.meetings.values()
            )
        )

    def coming(self, meeting: int) -> set[int]:
        return self.run(self._coming(meeting))

    async def _coming(self, meeting: int) -> set[int]:
        found = await actions_to_review(self.chair, await meeting_for(self.chair, meeting))
        return {one.action.id for one in found}

    @staticmethod
    def pick(among: dict, which: int):
        return list(among.items())[which % len(among)]
