"""What the example's panels say of earlier actions at their next meetings."""

from datetime import datetime, timedelta
from random import Random

from app.actions.reviewing.changes import review_action
from app.actions.reviewing.queries import actions_to_review
from app.actions.reviewing.rules import Said, ToReview
from app.actions.reviewing.views.rules import View
from app.actions.rules import is_open
from app.example.rules import chance, choose
from app.example.sayings import REVIEWS
from app.example.stage import Stage
from app.london import add_working_days
from app.panels.meetings.rules import MeetingFacts

IN_TIME = ((View.ACCEPTED, 12), (View.LEFT, 1))
OVERDUE = ((View.CHASED, 6), (View.RE_SET, 4), (View.ACCEPTED, 2))
LONG_OVERDUE = ((View.CHASED, 2), (View.RE_SET, 2), (View.DROPPED, 3))
LONG = timedelta(days=30)
PASSED_OVER = 0.05


async def review_earlier(stage: Stage, meeting: MeetingFacts, now: datetime, *, all_of_them: bool) -> None:
    """Nearly everything that came is looked at; where the minutes are still being written, the first half."""
    luck = chance(f"earlier actions at {meeting.panel_slug} on {meeting.starts_at}")
    found = await actions_to_review(stage.cast.taker, meeting)
    for one in found if all_of_them else found[: (len(found) + 1) // 2]:
        if luck.random() >= PASSED_OVER:
            said = _said(luck, one, meeting)
            await review_action(
                stage.cast.taker, meeting.id, one.action.id, said, 0, now=now, base_url=stage.address
            )


def _said(luck: Random, one: ToReview, meeting: MeetingFacts) -> Said:
    if not is_open(one.action.status):
        return Said(View.ACCEPTED)
    late = meeting.on - one.action.due_on
    views = LONG_OVERDUE if late > LONG else OVERDUE if late > timedelta() else IN_TIME
    view = choose(luck, views)
    due_on = add_working_days(meeting.on, luck.randrange(5, 11)) if view == View.RE_SET else None
    return Said(view, luck.choice(REVIEWS[view]), due_on)
