"""A sample of the example's minutes, and how the safeguarding manager graded most of it."""

from datetime import datetime, timedelta

from app.example.rules import chance
from app.example.stage import Stage
from app.lifecycle import Refused
from app.london import london_date
from app.minutes.quality.changes import draw_sample, grade_item
from app.minutes.quality.queries import items_of
from app.minutes.quality.rules import BY_KEY, Mark
from app.windows import Window

SIZE = 12
LEFT_OPEN = 3
REMARKS = {
    "clarity": "Abbreviations that only the police use.",
    "voice": "Nobody says whether the child was asked.",
    "rationale": "Says what was decided, not why.",
    "actions": "“Keep in touch” has no date and no end.",
    "risk": "The level stays without a word on what changed.",
    "language": "“Places themselves at risk” blames the child.",
}


async def grade_minutes(stage: Stage, now: datetime) -> None:
    """Drawn from the last half year; a few items are left for whoever tries it."""
    manager, today = stage.cast.people["manager@example.org"], london_date(now)
    window = Window(today - timedelta(days=182), today + timedelta(days=1))
    try:
        sample = await draw_sample(manager, window, None, SIZE, "first round", now=now)
    except Refused:
        return  # a small example may have nothing circulated yet
    luck = chance("grades of minutes")
    for item in (await items_of(sample))[:-LEFT_OPEN]:
        marks = {}
        for key in BY_KEY:
            value = luck.choices((1, 2, 3, 4), (1, 4, 8, 5))[0]
            if key == "voice" and item.kind == "place":
                marks[key] = Mark(None)
            else:
                marks[key] = Mark(value, REMARKS[key] if value < 3 else "")
        now += timedelta(seconds=20)
        await grade_item(manager, sample, item.position, marks, item.version, now=now)
