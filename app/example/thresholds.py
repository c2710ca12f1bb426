"""What the example's panels decided beside their rules: terms written anew, a case swapped, places put on by hand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.example.calendar import HIGH_RISK, HOTSPOTS, MACE, OPERATIONAL
from app.example.queries import meetings_to_come
from app.example.stage import Stage
from app.london import london_date
from app.panels.agenda.changes import accept_proposed
from app.panels.agenda.queries import proposal_of
from app.panels.meetings.queries import meeting_for
from app.panels.standing.queries import versions_of_terms
from app.panels.swapping.changes import swap_cases
from app.panels.swapping.queries import preparation_of
from app.panels.swapping.rules import Swap, choices_of
from app.panels.terms.changes import terms_mark, write_terms

Given = Mapping[str, Mapping[str, Any]]
"""By panel, what its terms of reference set otherwise than its kind."""

FROM_THE_FIRST: Given = {
    # who is missing in the week is at school or should be
    HIGH_RISK: {"required_agencies": ("social-care", "police", "health", "education")},
}
ANEW: Given = {
    # fewer children, and declined interviews count for more
    OPERATIONAL: {"rule.top": 5, "rule.weights.declined": 6, "quorum": 4},
    MACE: {"minutes_per_item": 10},
}
SWAPPED = (
    "Met on Thursday by the core group; the other child’s placement ends next week and nobody has a plan."
)


async def write_first_terms(stage: Stage, now: datetime) -> None:
    await _write(stage, FROM_THE_FIRST, now)


async def write_terms_anew(stage: Stage, now: datetime) -> None:
    """What two panels learned in their first weeks."""
    await _write(stage, ANEW, now)


async def _write(stage: Stage, terms: Given, now: datetime) -> None:
    for slug, given in terms.items():
        panel = stage.cast.panels[slug]
        await write_terms(
            stage.cast.officer,
            panel,
            holds_from=london_date(now),
            given=given,
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


async def put_places_on(stage: Stage, now: datetime) -> None:
    """The places of the next hotspots agenda are accepted already, its children are still proposed."""
    chair = stage.cast.chair
    for meeting_id in await meetings_to_come(stage.cast.panels[HOTSPOTS].id, now, 0, 1):
        meeting = await meeting_for(chair, meeting_id)
        places = [place.place for place in (await proposal_of(meeting, now)).places]
        if places:
            await accept_proposed(chair, meeting, places=places, now=now)
