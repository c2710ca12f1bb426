"""Meetings that were held in this service: planned, prepared, issued, held and minuted by the rooms' own changes."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from app.example.agreed import agree_actions
from app.example.asked import ask_around
from app.example.calendar import MISSING, OPERATIONAL, VIDEO_LINK, WEEKLY, Pace, Sitting
from app.example.delicate import ask_the_school, for_the_police, restrict_one
from app.example.problems import find_problems
from app.example.queries import planned_at
from app.example.reviewed import review_earlier
from app.example.rules import chance, choose, london
from app.example.sayings import said_of_case, said_of_child, said_of_place, said_of_standing
from app.example.stage import Stage
from app.london import LONDON, add_working_days
from app.minutes.changes import approve_minutes, circulate_minutes, mark_filed, return_to_taker, send_to_chair
from app.minutes.discussion.changes import save_discussion
from app.minutes.discussion.rules import Said
from app.minutes.extracts.changes import deliver
from app.minutes.extracts.queries import extract_lines
from app.minutes.queries import minutes_of
from app.minutes.revisions.rules import Attempt
from app.panels.agenda.changes import accept_proposed, leave_off_proposed
from app.panels.agenda.placing import accepted_items
from app.panels.agenda.queries import beside_children, items_of, proposal_of
from app.panels.agenda.rules import ChildFacts, ItemFacts
from app.panels.attendance.changes import record_attendance
from app.panels.attendance.queries import attendees_of
from app.panels.attendance.rules import Attendee, Mark
from app.panels.convening.changes import convene
from app.panels.convening.rules import Called
from app.panels.meetings.changes import Plan, cancel_meeting, hold_meeting, plan_meeting
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import hidden_items
from app.panels.versions.changes import issue_agenda

LEFT_OFF = "Discussed by another panel this week; the notes are shared"


Owing = Callable[[Stage, MeetingFacts, Sequence[ItemFacts], datetime], Awaitable[None]]
"""What else is agreed at the end of a meeting."""


class Held:
    """One meeting from its planning to the filing of its minutes, entered in the diary step by step."""

    def __init__(self, stage: Stage, sitting: Sitting, called: Called | None = None) -> None:
        """`called`: the child about whom alone the meeting is held, as the list of those to convene names it."""
        self.stage = stage
        self.sitting = sitting
        self.called = called
        self.luck: Random = chance(f"{sitting.slug} on {sitting.starts_at}")
        self.meeting_id = 0
        self.owes: Owing | None = None

    def enter(self, planned_at: datetime) -> None:
        """Makes the entries up to the meeting itself; what follows it is entered when it has been held."""
        diary, sitting = self.stage.diary, self.sitting
        diary.at(planned_at, self.plan)
        if sitting.cancelled_reason:
            diary.at(max(self._working_day(-1, 12), planned_at + timedelta(hours=1)), self.cancel)
        elif sitting.prepared:
            ahead = 1 if sitting.slug in WEEKLY or self.called else 5
            diary.at(max(self._working_day(-ahead, 15), planned_at + timedelta(hours=1)), self.issue)
            if sitting.slug in WEEKLY:
                diary.at(sitting.starts_at - timedelta(minutes=75), self.issue_again)
            if sitting.pace:
                diary.at(sitting.ends_at + timedelta(minutes=5), self.hold)
        else:
            # its agenda waits, but people know the day
            last_evening = self.stage.present.last_night - timedelta(hours=14)
            diary.at(
                max(min(self._working_day(-3, 9), last_evening), planned_at + timedelta(hours=1)), self.ask
            )

    def _working_day(self, count: int, hour: int) -> datetime:
        return london(add_working_days(self.sitting.day, count), hour, self.luck.randrange(0, 60, 5))

    async def _meeting(self) -> MeetingFacts:
        return await meeting_for(self.stage.cast.chair, self.meeting_id)

    async def plan(self, now: datetime) -> None:
        cast, sitting = self.stage.cast, self.sitting
        local = sitting.starts_at.astimezone(LONDON)
        place = choose(self.luck, tuple((place, 1) for place in sitting.places))
        plan = Plan(
            day=local.date(),
            clock=local.time(),
            length=sitting.length,
            place=place,
            video_link="" if place and self.luck.random() < 0.5 else VIDEO_LINK,
            chair_id=cast.chair.person_id,
            minute_taker_id=cast.taker.person_id,
        )
        panel = cast.panels[sitting.slug]
        if self.called is not None:
            self.meeting_id = await convene(
                cast.chair, panel, self.called, plan, address=self.stage.address, now=now
            )
            return
        by_rhythm = await planned_at(panel.id, sitting.starts_at)
        self.meeting_id = by_rhythm or await plan_meeting(cast.chair, panel, plan, now=now)

    async def cancel(self, now: datetime) -> None:
        meeting = await self._meeting()
        await cancel_meeting(
            self.stage.cast.chair,
            meeting,
            reason=self.sitting.cancelled_reason,
            seen=meeting.version,
            address=self.stage.address,
            now=now,
        )

    async def issue(self, now: datetime) -> None:
        chair, meeting = self.stage.cast.chair, await self._meeting()
        if self.called is None:
            await self._leave_one_off(now)
            await accept_proposed(chair, await self._meeting(), everything=True, now=now)
            await restrict_one(self.stage, await self._meeting(), now)
        meeting = await self._meeting()
        await issue_agenda(chair, meeting, seen=meeting.version, address=self.stage.address, now=now)
        await ask_the_school(self.stage, await self._meeting(), now)
        await self.ask(now)

    async def ask(self, now: datetime) -> None:
        ask_around(self.stage, await self._meeting(), now)

    async def _leave_one_off(self, now: datetime) -> None:
        """One child now and then, with the chair's reason."""
        meeting = await self._meeting()
        known = {item.child_id for item in await items_of(meeting.id)}
        proposed = [one for one in (await proposal_of(meeting, now)).items if one.child_id not in known]
        if len(proposed) > 4 and self.luck.random() < 0.4:
            await leave_off_proposed(
                self.stage.cast.chair,
                meeting,
                field="child",
                value=str(self.luck.choice(proposed).child_id),
                reason=LEFT_OFF,
                now=now,
            )

    async def issue_again(self, now: datetime) -> None:
        """On the morning of the meeting, with whatever has come up since."""
        meeting = await self._meeting()
        new = await accepted_items(meeting, await proposal_of(meeting, now), everything=True)
        known = {item.child_id for item in await items_of(meeting.id)}
        if any(item.child_id not in known for item in new):
            await issue_agenda(
                self.stage.cast.chair,
                meeting,
                seen=meeting.version,
                address=self.stage.address,
                with_new=True,
                now=now,
            )

    async def hold(self, now: datetime) -> None:
        cast, sitting, pace = self.stage.cast, self.sitting, self.sitting.pace
        assert pace is not None
        await hold_meeting(cast.taker, self.meeting_id, now=now, ended_at=sitting.ends_at)
        meeting = await self._meeting()
        marks = [_mark(self.luck, one) for one in await attendees_of(meeting)]
        await record_attendance(cast.taker, meeting, marks, now=now)
        await review_earlier(self.stage, meeting, sitting.ends_at, all_of_them=pace.draft is not None)
        await self._minute(meeting, pace)
        if sitting.slug == OPERATIONAL:
            await find_problems(self.stage, meeting, now)
        self._enter_minutes(pace)

    def _enter_minutes(self, pace: Pace) -> None:
        steps = (
            (pace.draft, 16, self.send),
            (pace.draft if pace.returned else None, 17, self.send_back),
            (pace.approved, 11, self.approve),
            (pace.circulated, 14, self.circulate),
            (pace.filed, 15, self.file),
        )
        for days, hour, step in steps:
            if days is not None:
                self.stage.diary.at(self._working_day(days, hour), step)

    async def _minute(self, meeting: MeetingFacts, pace: Pace) -> None:
        """What was said of each item, in order; of minutes that are still being written only the first half."""
        items = [item for item in await items_of(meeting.id) if item.is_on_agenda]
        children = {item.child_id for item in items if item.child_id}
        beside = await beside_children(meeting, children, meeting.starts_at)
        written = items if pace.draft is not None else items[: len(items) // 2 + 1]
        now = meeting.starts_at
        for number, item in enumerate(written):
            now = min(now + timedelta(minutes=4), self.sitting.ends_at)
            if len(items) - number <= pace.unreached and len(items) > 3:
                await self._save(item, Said(outcome="not-reached"), now)
                continue
            said = self._said(meeting, item, beside.get(item.child_id or 0))
            await self._save(item, for_the_police(self.stage, meeting, number, said), now)
            if not item.restricted:
                await agree_actions(self.stage, self.luck, meeting, item, now)
        if self.owes:
            await self.owes(self.stage, meeting, written, now)

    async def _save(self, item: ItemFacts, said: Said, now: datetime) -> None:
        taker = self.stage.cast.taker
        await save_discussion(taker, self.meeting_id, item.id, Attempt(0, said, taker.person_id), now=now)

    def _said(self, meeting: MeetingFacts, item: ItemFacts, beside: ChildFacts | None) -> Said:
        if item.kind == "place":
            return said_of_place(self.luck, item.reason)
        if item.kind == "standing" or beside is None:
            return said_of_standing(self.luck)
        said = said_of_child(
            self.luck,
            meeting.panel_kind,
            beside.risk_level,
            self.stage.levels,
            short=meeting.panel_slug == MISSING,
            why=item.reason,
        )
        if item.case_id is None:
            return said
        weeks = 6 if said.risk_after == self.stage.levels[-1] else 12
        review_on = self.sitting.day + timedelta(weeks=weeks)
        return said_of_case(said, self.luck, review_on, may_close="review" in item.reason.lower())

    async def send(self, now: datetime) -> None:
        await send_to_chair(
            self.stage.cast.taker,
            self.meeting_id,
            await self._version(),
            now=now,
            base_url=self.stage.address,
        )

    async def send_back(self, now: datetime) -> None:
        pace = self.sitting.pace
        assert pace is not None
        await return_to_taker(
            self.stage.cast.chair,
            self.meeting_id,
            await self._version(),
            pace.returned,
            now=now,
            base_url=self.stage.address,
        )

    async def approve(self, now: datetime) -> None:
        await approve_minutes(self.stage.cast.chair, self.meeting_id, await self._version(), now=now)

    async def circulate(self, now: datetime) -> None:
        await circulate_minutes(
            self.stage.cast.taker,
            self.meeting_id,
            await self._version(),
            now=now,
            base_url=self.stage.address,
        )

    async def file(self, now: datetime) -> None:
        """With every child's extract on the child's record; who does it may see every item."""
        cast = self.stage.cast
        who = cast.chair if await hidden_items(cast.taker, self.meeting_id) else cast.taker
        children = [line.child_id for line in await extract_lines(who, self.meeting_id)]
        if children:
            await deliver(who, self.meeting_id, children, "document", now=now)
        else:
            await mark_filed(who, self.meeting_id, now=now)

    async def _version(self) -> int:
        return (await minutes_of(self.meeting_id)).version


def came(luck: Random, role: str, agency_kind: str) -> str:
    """How somebody answered an invitation; whoever leads or writes nearly always comes."""
    if role in ("chair", "minute-taker"):
        return "present"
    unsure = 3 if agency_kind in ("health", "education") else 1
    return choose(
        luck,
        (
            ("present", 78),
            ("deputy", 8),
            ("apologies", 7 * unsure),
            ("information-sent", 4 * unsure),
            ("absent", 2 * unsure),
        ),
    )


def _mark(luck: Random, attendee: Attendee) -> Mark:
    status = came(luck, attendee.seat_role, attendee.agency_kind)
    deputy = "Dee Stepping-Inwell" if status == "deputy" else ""
    return Mark(attendee.key, status, deputy, attendee.status, attendee.deputy_name)
