"""What the chairs of the example decided about a rule itself: terms of reference written anew, one case swapped."""

from datetime import datetime

from app.example.calendar import OPERATIONAL
from app.example.queries import meetings_to_come
from app.example.stage import Stage
from app.london import london_date
from app.panels.meetings.queries import meeting_for
from app.panels.standing.queries import versions_of_terms
from app.panels.swapping.changes import swap_cases
from app.panels.swapping.queries import preparation_of
from app.panels.swapping.rules import Swap, choices_of
from app.panels.terms.changes import terms_mark, write_terms

SWAPPED = (
    "Met on Thursday by the core group; the other child’s placement ends next week and nobody has a plan."
)


async def write_terms_anew(stage: Stage, now: datetime) -> None:
    """The Missing Operational Group looks at fewer children, and declined interviews count for more."""
    panel = stage.cast.panels[OPERATIONAL]
    await write_terms(
        stage.cast.officer,
        panel,
        holds_from=london_date(now),
        given={"rule.top": 5, "rule.weights.declined": 6, "quorum": 4},
        seen=terms_mark(await versions_of_terms(panel.id)),
        now=now,
        submission_key=None,
    )


async def swap_one(stage: Stage, now: datetime) -> None:
    """On the next agenda of the Missing Operational Group, which is still to be issued."""
    chair = stage.cast.chair
    for meeting_id in await meetings_to_come(stage.cast.panels[OPERATIONAL].id, now, 0, 1):
        meeting = await meeting_for(chair, meeting_id)
        choices = choices_of(await preparation_of(chair, meeting, now))
        if choices.are_any:
            (off, _), (on, _) = choices.off[-1], choices.on[0]
            await swap_cases(chair, meeting, Swap(off, on, SWAPPED), now=now)
