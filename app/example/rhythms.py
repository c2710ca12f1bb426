"""The rhythms of the example's panels: set when the service opened, one meeting moved since and one cancelled."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime

from app.example.calendar import HIGH_RISK, HOTSPOTS, MISSING, PLACES, VIDEO_LINK, Rhythm
from app.example.queries import meetings_to_come
from app.example.stage import Stage
from app.london import LONDON, add_working_days
from app.panels.meetings.changes import Plan, cancel_meeting, change_meeting
from app.panels.meetings.queries import meeting_for
from app.panels.rhythm.changes import RhythmChange, RhythmPlan, continue_rhythms, set_rhythm
from app.panels.rhythm.queries import series_of
from app.panels.rhythm.rules.series import mark_of

MOVED_AHEAD, CANCELLED_AHEAD = 4, 5
"""How many meetings from now: far enough that nobody has prepared them."""


def set_rhythms(stage: Stage, told: list[Rhythm], opening: date) -> Callable[[datetime], Awaitable[None]]:
    async def set_all(now: datetime) -> None:
        cast = stage.cast
        for number, rhythm in enumerate(told):
            panel = cast.panels[rhythm.slug]
            asked = RhythmChange(
                cast.officer,
                panel,
                seen=mark_of(await series_of(panel.id), opening),
                with_work="keep",
                address=stage.address,
                now=now,
            )
            plan = RhythmPlan(
                rhythm.from_day(opening),
                rhythm.length,
                PLACES[number % len(PLACES)],
                VIDEO_LINK,
                cast.chair.person_id,
                cast.taker.person_id,
            )
            await set_rhythm(asked, plan)

    return set_all


async def look_ahead(stage: Stage, now: datetime) -> None:
    """The rhythms reach a year ahead again; one weekly meeting is moved by a day, one is cancelled."""
    await continue_rhythms(now)
    chair = stage.cast.chair
    (moved,) = await meetings_to_come(stage.cast.panels[MISSING].id, now, MOVED_AHEAD, 1)
    meeting = await meeting_for(chair, moved)
    local = meeting.starts_at.astimezone(LONDON)
    await change_meeting(
        chair,
        meeting,
        Plan(
            add_working_days(local.date(), 1),
            local.time().replace(hour=13),
            meeting.length_minutes,
            "Lantern House",
            VIDEO_LINK,
            meeting.chair_id,
            meeting.minute_taker_id,
        ),
        seen=meeting.version,
        address=stage.address,
        now=now,
    )
    for slug in (HIGH_RISK, HOTSPOTS):
        (cancelled,) = await meetings_to_come(stage.cast.panels[slug].id, now, CANCELLED_AHEAD, 1)
        meeting = await meeting_for(chair, cancelled)
        await cancel_meeting(
            chair,
            meeting,
            reason="Most members are at the annual partnership day",
            seen=meeting.version,
            address=stage.address,
            now=now,
        )
