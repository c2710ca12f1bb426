"""Loads the example authority, all of it or nothing: files in, meetings held, minutes written, day by day."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from app import database
from app.door import Clock
from app.episodes.queries import levels_on
from app.example.agreed import owe_something
from app.example.briefings import BRIEFINGS, enter_briefings
from app.example.by_hand import (
    correct_records,
    look_after_the_missing,
    record_reports_twice,
    record_talks,
    split_records,
)
from app.example.calendar import MISSING, Sitting, rhythms, sittings
from app.example.cases import ExampleCase, cases_of
from app.example.casework import enter_casework
from app.example.children import ExampleChild, children_of
from app.example.convening import enter_convening
from app.example.diary import Diary
from app.example.episodes import ExampleEpisode, episodes_of
from app.example.files import bring_in
from app.example.graded import grade_minutes
from app.example.held import Held
from app.example.interviews import ExampleInterview, interviews_of
from app.example.people import seat_the_cast
from app.example.places import make_places
from app.example.posts import fill_posts
from app.example.problems import look_back
from app.example.queries import is_empty
from app.example.rhythms import look_ahead, set_rhythms
from app.example.risks import ExampleRisk, risks_of
from app.example.rules import FULL, Present, Size, london
from app.example.stage import Stage
from app.example.stories import STORY_DAYS, stories_of_now
from app.example.thresholds import put_places_on, swap_one, write_first_terms, write_terms_anew
from app.example.told import tell_meetings
from app.example.tracked import enter_tracking
from app.house import create_house
from app.london import add_working_days, day_start, london_date
from app.settings import Settings

NOT_EMPTY = (
    "People or children are there already. The example authority is loaded into an empty database only."
)
TABLES = (
    "child",
    "episode",
    "interview",
    "interview_episode",
    "risk_assessment",
    "referral",
    "panel_case",
    "meeting",
    "agenda_item",
    "contribution",
    "attendance",
    "action",
)


Desk = Callable[[Stage, datetime], Awaitable[None]]


class NotEmpty(Exception):
    """There are records; the message is a sentence."""


class Changing(Protocol):
    """A record of a file that has more to tell as time goes by."""

    def changes_at(self) -> Iterable[datetime]: ...

    def as_row(self, known_at: datetime) -> dict[str, str]: ...


@dataclass(frozen=True)
class _Records:
    """Everything that the example's files will tell, however late."""

    children: Sequence[ExampleChild]
    episodes: Sequence[ExampleEpisode]
    interviews: Sequence[ExampleInterview]
    risks: Sequence[ExampleRisk]
    cases: Sequence[ExampleCase]


async def load_example(settings: Settings, clock: Clock, size: Size = FULL) -> None:
    """One transaction. Raises NotEmpty where people or children are there."""
    present = Present(clock())
    opened_at = london(present.days_ago(7 * (size.told_weeks + 2)), 9)
    diary = Diary(opened_at)
    # what one room hands in to another asks for the time: while the diary is lived, it is the diary's
    create_house(settings, lambda: diary.now)
    try:
        async with database.transaction():
            if not await is_empty():
                raise NotEmpty(NOT_EMPTY)
            cast = await seat_the_cast(opened_at)
            await fill_posts(cast, opened_at, settings.base_url)
            levels = tuple(await levels_on(present.day))
            stage = Stage(size, present, cast, settings.base_url, levels, diary)
            example = _Example(stage, _records(size, present))
            example.enter(opened_at)
            await diary.live(until=example.last_night)
            await example.bring_in_news(present.now)
            # nobody waits for these messages: the meetings they speak of are over
            await database.execute("DELETE FROM outbox_message")
    finally:
        create_house(settings, clock)
    await database.execute(f"ANALYZE {', '.join(TABLES)}")


def _records(size: Size, present: Present) -> _Records:
    children = children_of(size, present)
    more_episodes, more_interviews = stories_of_now(children, present)
    cases = cases_of(children, present, opening_day(size, present))
    told_of, since = {one.child.ref for one in more_episodes}, day_start(present.days_ago(STORY_DAYS))
    episodes = [
        one
        for one in episodes_of(children, cases, present)
        if one.child.ref not in told_of or (one.returned_at and one.returned_at < since)
    ]
    interviews = interviews_of(episodes, present)
    return _Records(
        children,
        sorted([*episodes, *more_episodes], key=lambda one: one.started_at),
        [*interviews, *more_interviews],
        risks_of(children, present),
        cases,
    )


def opening_day(size: Size, present: Present) -> date:
    """From this day on meetings were held in this service; earlier ones come from lists."""
    return present.days_ago(7 * size.held_weeks)


class _Example:
    """Enters everything in the diary. Days end at midnight before today: only what is missing now is of today."""

    def __init__(self, stage: Stage, records: _Records) -> None:
        self.stage = stage
        self.records = records
        self.imported_until: datetime | None = None
        self.last_night = stage.present.last_night

    def enter(self, opened_at: datetime) -> None:
        stage, size = self.stage, self.stage.size
        opening = day_start(opening_day(size, stage.present))
        stage.diary.at(opened_at, self._bring_in_children)
        for at in self._import_times(opened_at, opening):
            stage.diary.at(at, self.bring_in_news)
        told: list[Sitting] = []
        held: list[Sitting] = []
        for sitting in sittings(size, stage.present):
            (told if sitting.starts_at < opening else held).append(sitting)

        opened = london_date(opening)

        async def tell(now: datetime) -> None:
            await self._analyze()
            await make_places(stage, now)
            await self._bring_in_cases(None, opening)
            await tell_meetings(stage, told, now)
            await look_back(stage, now)

        stage.diary.at(opening + timedelta(hours=5, minutes=30), tell)
        panels = rhythms(size, stage.present)
        stage.diary.at(opening + timedelta(hours=5, minutes=45), set_rhythms(stage, panels, opened))
        latest = max(one.starts_at for one in held if one.slug == MISSING and one.pace)
        for sitting in held:
            meeting = Held(stage, sitting)
            meeting.owes = owe_something if (sitting.slug, sitting.starts_at) == (MISSING, latest) else None
            first = opening + timedelta(hours=6)
            meeting.enter(min(max(first, sitting.starts_at - timedelta(days=40)), self.last_night))
        enter_convening(stage, opening)
        enter_briefings(
            stage, frozenset(case.child.ref for case in self.records.cases if case.referred_on > opened)
        )
        enter_casework(stage)
        enter_tracking(stage, opened_at)
        self._enter_office(opened_at, opening)

    def _enter_office(self, opened_at: datetime, opening: datetime) -> None:
        """What is done at a desk, between meetings."""
        stage, today = self.stage, self.stage.present.day
        for at, work in (
            (opened_at + timedelta(minutes=30), write_first_terms),
            (opening + timedelta(days=9, hours=10), write_terms_anew),
            (london(add_working_days(today, -7), 16), correct_records),
            (london(add_working_days(today, -6), 16), split_records),
            (london(add_working_days(today, -3), 16), record_talks),
            (london(add_working_days(today, -2), 16), record_reports_twice),
            (london(today - timedelta(days=1), 18), self._evening),
            (self.last_night - timedelta(minutes=30), look_ahead),
            (self.last_night - timedelta(minutes=20), swap_one),
            (self.last_night - timedelta(minutes=10), put_places_on),
            (self.last_night - timedelta(minutes=5), grade_minutes),
        ):

            async def do(now: datetime, work: Desk = work) -> None:
                await work(stage, now)

            stage.diary.at(at, do)

    async def _evening(self, stage: Stage, now: datetime) -> None:
        await self.bring_in_news(now)
        await look_after_the_missing(stage, now)

    def _import_times(self, opened_at: datetime, opening: datetime) -> list[datetime]:
        """Every week at first; once the service is open, on the mornings before weekly agendas and meetings."""
        present = self.stage.present
        at, times = opened_at + timedelta(hours=1), []
        while at < opening:
            times.append(at)
            at += timedelta(weeks=1)
        times.append(opening + timedelta(hours=5))
        for weeks in range(self.stage.size.held_weeks + 1):
            day = present.next_working_day - timedelta(weeks=weeks)
            for morning in (day, add_working_days(day, -1)):
                if opening + timedelta(hours=12) < london(morning, 6, 30) < self.last_night:
                    times.append(london(morning, 6, 30))
        # and on every morning before a briefing
        times += [london(add_working_days(present.day, -back), 6, 30) for back in range(1, BRIEFINGS + 1)]
        return sorted(set(times))

    async def _bring_in_children(self, now: datetime) -> None:
        await bring_in("children", [child.as_row() for child in self.records.children], self._officer, now)

    async def bring_in_news(self, now: datetime) -> None:
        """Whatever happened or was decided since the last file."""
        since, records = self.imported_until, self.records
        await bring_in("episodes", _news(records.episodes, since, now), self._officer, now)
        await bring_in("interviews", _news(records.interviews, since, now), self._officer, now)
        on, before = london_date(now), london_date(since) if since else date.min
        risks = [risk.as_row() for risk in records.risks if before < risk.assessed_on <= on]
        await bring_in("risks", risks, self._officer, now)
        if now > day_start(opening_day(self.stage.size, self.stage.present)) + timedelta(hours=12):
            await self._bring_in_cases(since, now)
        self.imported_until = now

    async def _bring_in_cases(self, since: datetime | None, now: datetime) -> None:
        before = london_date(since) if since else date.min
        rows = [case.as_row() for case in self.records.cases if before < case.referred_on <= london_date(now)]
        await bring_in("cases", rows, self._officer, now)

    @property
    def _officer(self) -> int:
        return self.stage.cast.officer.person_id

    async def _analyze(self) -> None:
        """Nothing is committed yet, so the planner has to be told what came in."""
        await database.execute(f"ANALYZE {', '.join(TABLES)}")


def _news(records: Sequence[Changing], since: datetime | None, now: datetime) -> list[dict[str, str]]:
    """The rows of a file with all that changed in (since, now], as it is known now."""
    return [
        one.as_row(now)
        for one in records
        if any((since is None or since < at) and at <= now for at in one.changes_at())
        and min(one.changes_at()) <= now
    ]
