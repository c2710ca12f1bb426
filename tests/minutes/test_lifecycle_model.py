"""The lifecycle of minutes as a machine against the database: whatever is tried in whatever order, the promises hold."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import asyncpg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app import database
from app.access import Identity
from app.history.changes import AlreadySubmitted
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused
from app.minutes.acceptance.changes import record_acceptance
from app.minutes.changes import approve_minutes, circulate_minutes, return_to_taker, send_to_chair
from app.minutes.circulation.changes import leave_out, remind_unread
from app.minutes.corrections.changes import accept_correction, ask_for_correction, decline_correction
from app.minutes.corrections.queries import addenda_of
from app.minutes.corrections.rules import Request
from app.minutes.discussion.changes import save_discussion
from app.minutes.discussion.rules import Said
from app.minutes.fixed_text.rules import fingerprint
from app.minutes.revisions.rules import Attempt
from tests import builders
from tests.conftest import SEATED, Server

BASE = "http://testserver"
HELD = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)
PEOPLE = st.sampled_from(["chair", "minute_taker", "police", "health", "officer", "manager", "outsider"])
NO = (Forbidden, Invisible, MovedOn, Refused, AlreadySubmitted)
keys = itertools.count()


def test_the_promises_hold_whatever_is_tried(server: Server, house):
    """One database for all examples; each begins with a meeting of its own."""
    with asyncio.Runner() as runner:
        people = runner.run(_prepare(server))

        class Machine(MinutesMachine):
            cast = people
            run = staticmethod(runner.run)

        try:
            run_state_machine_as_test(
                Machine,
                settings=settings(
                    max_examples=10,
                    stateful_step_count=15,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                    database=None,
                ),
            )
        finally:
            runner.run(database.close_pool())


async def _prepare(server: Server) -> dict[str, Identity]:
    name = f"machine_{next(builders.numbers)}_{id(server)}"
    admin = await asyncpg.connect(server.dsn)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {server.template}")
    await admin.close()
    database.DB.config = {"dsn": server.dsn_of(name)}
    await database.open_pool(most=2)
    return await builders.the_cast(SEATED)


class MinutesMachine(RuleBasedStateMachine):
    cast: dict[str, Identity]

    @initialize(restricted=st.booleans(), stage=st.integers(0, 5))
    def begin(self, restricted: bool, stage: int) -> None:
        """`stage`: how far the minutes came before anybody tries anything, so that late stages are met as often."""
        self.now = HELD + timedelta(hours=2)
        self.status, self.fixed, self.returned, self.corrections, self.addenda = "draft", None, 0, [], 0
        self.run(self._begin(restricted))
        steps = (
            lambda: self.write("minute_taker", 0, "a"),
            lambda: self.write("minute_taker", 1, "b"),
            lambda: self.send("minute_taker"),
            lambda: self.approve("chair", False),
            lambda: self.circulate("minute_taker"),
        )
        for step in steps[:stage]:
            step()

    async def _begin(self, restricted: bool) -> None:
        child = await builders.a_child()
        day = HELD + timedelta(days=next(keys) * 2)  # earlier meetings of other examples are others'
        self.now = day + timedelta(hours=2)
        self.meeting = await builders.a_meeting("mace", starts_at=day, status="held", ended_at=day)
        self.later = await builders.a_meeting(
            "mace", starts_at=day + timedelta(days=1), status="agenda-issued"
        )
        await builders.an_item(
            self.later, None, kind="standing", title="Last", standing_key="previous-minutes"
        )
        self.items = [
            await builders.an_item(self.meeting, child, position=1, restricted=restricted, open_title="Open")
        ]
        self.items.append(
            await builders.an_item(self.meeting, None, kind="standing", title="Other", position=2)
        )
        self.outcomes = set()
        for name in ("chair", "police"):
            one = self.cast[name]
            await builders.insert(
                "attendance",
                meeting=self.meeting,
                person=one.person_id,
                agency=one.agency_id,
                status="present",
            )

    def tries(self, act) -> bool:
        """Whether it was done; every refusal is one of those that a page can show."""
        try:
            self.run(act)
        except NO:
            return False
        return True

    @property
    def told(self) -> dict[str, object]:
        return {"now": self.now, "base_url": BASE, "submission_key": f"machine-{next(keys)}"}

    def row(self) -> dict:
        found = self.run(database.fetch_one("SELECT * FROM minutes WHERE meeting = $1", self.meeting))
        return found or {"id": 0, "version": 1, "status": "draft", "content": None, "sha256": None}

    @rule(
        name=st.sampled_from(["minute_taker", "officer"]),
        index=st.integers(0, 1),
        text=st.text("ab", max_size=5),
    )
    def write(self, name: str, index: int, text: str) -> None:
        item = self.items[index]
        version = self.run(
            database.fetch_value("SELECT version FROM discussion WHERE agenda_item = $1", item)
        )
        attempt = Attempt(
            version or 0, Said(sections={"child_views": text}, outcome="discussed"), self.cast[name].person_id
        )
        if self.tries(save_discussion(self.cast[name], self.meeting, item, attempt, now=self.now)):
            assert self.status == "draft"
            self.outcomes.add(index)

    @rule(name=PEOPLE)
    def send(self, name: str) -> None:
        if self.tries(send_to_chair(self.cast[name], self.meeting, self.row()["version"], **self.told)):
            assert self.status == "draft"
            assert self.outcomes == {0, 1}, "an item without an outcome went to the chair"
            assert name in ("minute_taker", "officer")
            self.status, self.taker = "with-chair", name

    @rule(name=PEOPLE, remarks=st.sampled_from(["", "  ", "Name the school"]))
    def give_back(self, name: str, remarks: str) -> None:
        version = self.row()["version"]
        if self.tries(return_to_taker(self.cast[name], self.meeting, version, remarks, **self.told)):
            assert (self.status, name, remarks) == ("with-chair", "chair", "Name the school")
            self.status = "draft"

    @rule(name=PEOPLE, late=st.booleans())
    def approve(self, name: str, late: bool) -> None:
        told = {key: value for key, value in self.told.items() if key != "base_url"}
        version = self.row()["version"] - late
        if self.tries(approve_minutes(self.cast[name], self.meeting, version, **told)):
            assert (self.status, name, late) == ("with-chair", "chair", False)
            self.status = "approved"
            row = self.row()
            self.fixed = (row["content"], row["sha256"])

    @rule(name=PEOPLE)
    def circulate(self, name: str) -> None:
        if self.tries(circulate_minutes(self.cast[name], self.meeting, self.row()["version"], **self.told)):
            assert self.status == "approved"
            assert name in ("chair", "minute_taker", "officer")
            self.status, self.circulated_at = "circulated", self.now

    @rule(name=PEOPLE, other=PEOPLE)
    def leave_somebody_out(self, name: str, other: str) -> None:
        told = {key: value for key, value in self.told.items() if key != "base_url"}
        person = self.cast[other].person_id
        if self.tries(leave_out(self.cast[name], self.meeting, person, "A reason", **told)):
            assert self.status != "circulated"

    @rule(name=PEOPLE)
    def remind(self, name: str) -> None:
        if self.tries(remind_unread(self.cast[name], self.meeting, **self.told)):
            assert self.status == "circulated"

    @rule(days=st.integers(1, 6))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(name=PEOPLE, index=st.integers(0, 1))
    def ask(self, name: str, index: int) -> None:
        asked = Request(self.items[index], "x", "y")
        if self.tries(ask_for_correction(self.cast[name], self.meeting, asked, **self.told)):
            assert self.status == "circulated"
            assert name not in ("outsider", "manager")
            assert self.now - self.circulated_at < timedelta(days=8)
            self.corrections = self._stored()

    @rule(name=PEOPLE, accepts=st.booleans(), words=st.sampled_from(["", "So it was"]))
    def decide(self, name: str, accepts: bool, words: str) -> None:
        for correction in self.corrections[-1:]:
            verb = accept_correction if accepts else decline_correction
            if self.tries(verb(self.cast[name], self.meeting, correction["id"], words, **self.told)):
                assert (name, words, correction["status"]) == ("chair", "So it was", "asked")
                self.addenda += accepts
                self.corrections = self._stored()

    def _stored(self) -> list[dict]:
        return self.run(
            database.fetch(
                "SELECT * FROM minutes_correction WHERE minutes = $1 ORDER BY id", self.row()["id"]
            )
        )

    @rule(name=PEOPLE, verdict=st.sampled_from(["accepted", "with-corrections", "not-accepted", "?"]))
    def accept(self, name: str, verdict: str) -> None:
        told = {key: value for key, value in self.told.items() if key != "base_url"}
        done = record_acceptance(self.cast[name], self.later, self.row()["id"], verdict, "", 0, **told)
        if self.tries(done):
            assert self.status == "circulated"
            assert name in ("minute_taker", "officer")
            assert verdict in ("accepted", "with-corrections")

    @invariant()
    def the_promises_hold(self) -> None:
        if not hasattr(self, "meeting"):
            return
        row = self.row()
        assert row["status"] == self.status
        assert (row["content"] is not None) == (self.status in ("approved", "circulated"))
        if self.fixed:
            assert (row["content"], row["sha256"]) == self.fixed
            assert fingerprint(row["content"]) == row["sha256"]
            assert row["approver"] != row["taker"]
        numbers = [one["number"] for one in self.run(addenda_of(row["id"], self.cast["chair"]))]
        assert numbers == list(range(1, self.addenda + 1))
        told = self.run(
            database.fetch_value("SELECT count(told_at) FROM minutes_recipient WHERE minutes = $1", row["id"])
        )
        assert not told or self.status == "circulated"
