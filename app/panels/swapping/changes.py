"""Leaves one case off and puts another on, both or neither."""

from datetime import datetime

from app import database
from app.access import Identity
from app.history.changes import refuse_second
from app.panels.agenda.changes import add_child, leave_off_proposed, move_item
from app.panels.agenda.placing import open_agenda
from app.panels.meetings.rules import MeetingFacts
from app.panels.swapping.queries import preparation_of
from app.panels.swapping.rules import Swap, check_swap, choices_of


async def swap_cases(
    who: Identity,
    meeting: MeetingFacts,
    swap: Swap,
    *,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Swaps a case for a near miss with one reason, which stands with both of them.

    Raises Refused by field, MovedOn, Forbidden, AlreadySubmitted; then nothing is changed.
    """
    async with database.transaction():
        await open_agenda(meeting)
        await refuse_second(submission_key)
        preparation = await preparation_of(who, meeting, now)
        check_swap(swap, choices_of(preparation))
        near = next(one for one in preparation.near_misses if str(one.child_id) == swap.on)
        field, _, value = swap.off.partition(":")
        if field == "key":
            await move_item(who, meeting, "leave off", key=value, reason=swap.reason, now=now)
        else:
            await leave_off_proposed(who, meeting, field=field, value=value, reason=swap.reason, now=now)
        await add_child(
            who,
            meeting,
            child_id=near.child_id,
            reason=f"{swap.reason.strip()} (swapped in; near miss of the rule: {near.reason})",
            now=now,
            submission_key=submission_key,
        )
