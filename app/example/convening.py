"""Repeat missing meetings of the example: convened from the list of those who are due, now and then left off."""

from datetime import datetime, timedelta

from app.example.calendar import REPEAT, Pace, Sitting
from app.example.held import Held
from app.example.rules import london
from app.example.stage import Stage
from app.london import add_working_days, is_working_day, london_date
from app.panels.convening.changes import leave_trigger_off
from app.panels.convening.queries import to_convene
from app.panels.convening.rules import Called

LEFT_OFF = (
    "The core group of the child protection plan meets this week and takes the episodes as its first item."
)


def enter_convening(stage: Stage, opening: datetime) -> None:
    """Every Tuesday somebody looks at the list; never about all of them."""
    day = london_date(opening) + timedelta(days=2)
    last_left_off = False

    async def convene(now: datetime) -> None:
        nonlocal last_left_off
        due = await _due(stage, now)
        for number, called in enumerate(due[: min(3, len(due) // 3)]):
            draft = 2 + (called.child_id + number) % 4
            pace = Pace(draft, draft + 2, draft + 3, draft + 5)
            starts_at = london(add_working_days(london_date(now), 5 + number), 11)
            Held(stage, Sitting(REPEAT, starts_at, 60, pace), called=called).enter(now + timedelta(minutes=5))
        if len(due) > 6 and not last_left_off:
            panel = stage.cast.panels[REPEAT]
            at = now + timedelta(minutes=3)
            await leave_trigger_off(stage.cast.chair, panel, due[3], reason=LEFT_OFF, now=at)
            last_left_off = True

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
    return (await to_convene(panel, london_date(now), now)).due
