"""Repeat missing meetings of the example: convened from the list of those who are due, now and then left off."""

from datetime import datetime, timedelta

from app.example.calendar import CONVENED_A_WEEK, REPEAT, Pace, Sitting
from app.example.held import Held
from app.example.rules import london
from app.example.stage import Stage
from app.london import add_working_days, is_working_day, london_date
from app.panels.convening.changes import leave_trigger_off
from app.panels.convening.queries import called_for, to_convene
from app.panels.convening.rules import Called

STAY_DUE = 7
LEFT_OFF = (
    "The core group of the child protection plan meets this week and takes the episodes as its first item."
)


def enter_convening(stage: Stage, opening: datetime) -> None:
    """Every Tuesday somebody looks at the list; the first has to wait, and some are always due."""
    day = london_date(opening) + timedelta(days=2)

    async def convene(now: datetime) -> None:
        due = await _due(stage, now)
        for number, called in enumerate(due[1 : min(CONVENED_A_WEEK, len(due) - STAY_DUE)]):
            draft = 2 + (called.child_id + number) % 4
            pace = Pace(draft, draft + 2, draft + 3, draft + 5)
            starts_at = london(add_working_days(london_date(now), 4 + number // 2), 11 + 3 * (number % 2))
            Held(stage, Sitting(REPEAT, starts_at, 60, pace), called=called).enter(now + timedelta(minutes=5))
        if len(due) > STAY_DUE and now > stage.present.now - timedelta(weeks=2):
            panel = stage.cast.panels[REPEAT]
            at = now + timedelta(minutes=3)
            await leave_trigger_off(stage.cast.chair, panel, due[-2], reason=LEFT_OFF, now=at)

    while day < stage.present.day:
        if is_working_day(day) and day.weekday() == 1:
            stage.diary.at(london(day, 9, 15), convene)
        day += timedelta(days=1)

    async def convene_for_tomorrow(now: datetime) -> None:
        """One more, whose agenda nobody has issued yet."""
        for called in (await _due(stage, now))[:1]:
            starts_at = london(stage.present.next_working_day, 16)
            Held(stage, Sitting(REPEAT, starts_at, 60, prepared=False), called=called).enter(now)

    stage.diary.at(stage.present.last_night, convene_for_tomorrow)


async def _due(stage: Stage, now: datetime) -> tuple[Called, ...]:
    panel = stage.cast.panels[REPEAT]
    today = london_date(now)
    due = [one.child_id for one in (await to_convene(panel, today, now)).due]
    called = await called_for(panel, due, today, now)
    return tuple(called[child] for child in due)
