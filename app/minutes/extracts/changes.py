"""Marks extracts as delivered, and takes that back. With the last one the minutes count as filed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app import database
from app.access import Identity, Permission, permits
from app.episodes.handed_in import Moved, Mover
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused
from app.minutes.extracts.queries import extract_lines, not_delivered
from app.minutes.extracts.rules import NOT_YET, ExtractLine, delivery_problems
from app.minutes.queries import MinutesRecord, minutes_of
from app.minutes.rules import MinutesStatus
from app.panels.meetings.queries import meeting_for
from app.panels.restricting.queries import hidden_items

ABOUT = "minutes of meeting"


@dataclass(frozen=True)
class Delivered:
    """How many extracts were marked, and whether the minutes count as filed with them."""

    count: int
    is_filed: bool


async def deliver(
    who: Identity,
    meeting_id: int,
    child_ids: Sequence[int],
    way: str,
    note: str = "",
    *,
    now: datetime,
    submission_key: str | None = None,
) -> Delivered:
    """Notes that the extracts of these children are on the children's own records; those that were stay as noted.

    Raises Refused with sentences by field, MovedOn where all of them were delivered before, Invisible for a child
    without an extract for this person, Forbidden and AlreadySubmitted.
    """
    async with database.transaction():
        minutes, lines = await _ready(who, meeting_id, submission_key)
        if set(child_ids) - set(lines):
            raise Invisible
        problems = delivery_problems(child_ids, way, note)
        if problems:
            raise Refused(next(iter(problems.values())), problems)
        waiting = [child for child in child_ids if lines[child].delivery is None]
        if not waiting:
            raise MovedOn(_who_was_first([lines[child] for child in child_ids]))
        for child in waiting:
            await database.execute(
                "INSERT INTO extract (minutes, child, way, note, delivered_at, delivered_by) "
                "VALUES ($1, $2, $3, $4, $5, $6)",
                minutes.id,
                child,
                way,
                note,
                now,
                who.person_id,
            )
        await _record(who, "extracts delivered", meeting_id, [lines[c] for c in waiting], now, submission_key)
        return Delivered(len(waiting), await _file_if_complete(who, meeting_id, minutes, now))


async def take_back(
    who: Identity,
    meeting_id: int,
    child_id: int,
    reason: str,
    *,
    now: datetime,
    submission_key: str | None = None,
) -> bool:
    """Notes that a child's extract is not on the child's record after all; returns whether the minutes were filed.

    Minutes that counted as filed with their extracts do so no longer. Raises Refused without a reason, MovedOn where
    nothing is delivered, Invisible, Forbidden and AlreadySubmitted.
    """
    async with database.transaction():
        minutes, lines = await _ready(who, meeting_id, submission_key)
        if child_id not in lines:
            raise Invisible
        if not reason:
            raise Refused("Say why, so that others can follow it.", {"reason": "Say why it is taken back"})
        was_filed = minutes.filed_at is not None and await not_delivered(meeting_id) == 0
        taken = await database.fetch_value(
            "UPDATE extract SET withdrawn_at = $3, withdrawn_by = $4, withdrawn_reason = $5 "
            "WHERE minutes = $1 AND child = $2 AND withdrawn_at IS NULL RETURNING id",
            minutes.id,
            child_id,
            now,
            who.person_id,
            reason,
        )
        if taken is None:
            raise MovedOn("This extract is not marked as delivered. Nothing was changed.")
        if was_filed:
            await _stamp(minutes.id, None)
        await _record(who, "extract taken back", meeting_id, [lines[child_id]], now, submission_key)
    return was_filed


async def _ready(
    who: Identity, meeting_id: int, submission_key: str | None
) -> tuple[MinutesRecord, dict[int, ExtractLine]]:
    """The circulated minutes, locked, and by child the extracts that this person may see."""
    meeting = await meeting_for(who, meeting_id, Permission.SEE_MINUTES)
    if not permits(who, Permission.CIRCULATE_MINUTES, meeting.scope):
        raise Forbidden(Permission.CIRCULATE_MINUTES)
    minutes = await minutes_of(meeting_id, lock=True)
    await refuse_second(submission_key)
    if minutes.status != MinutesStatus.CIRCULATED:
        raise Refused(NOT_YET)
    return minutes, {line.child_id: line for line in await extract_lines(who, meeting_id)}


def _who_was_first(lines: Sequence[ExtractLine]) -> str:
    by = next(line.delivery.delivered_by for line in lines if line.delivery)
    what = "This extract is" if len(lines) == 1 else "These extracts are"
    return f"{what} marked as delivered already, by {by}. Nothing was changed."


async def _file_if_complete(who: Identity, meeting_id: int, minutes: MinutesRecord, now: datetime) -> bool:
    """Only who may see every item fills the stamp: else it would tell whether a restricted one is about a child."""
    if minutes.filed_at or await hidden_items(who, meeting_id) or await not_delivered(meeting_id):
        return False
    await _stamp(minutes.id, now)
    await record(who.person_id, "minutes filed", ABOUT, [meeting_id], now=now)
    return True


async def _stamp(minutes_id: int, filed_at: datetime | None) -> None:
    await database.execute(
        "UPDATE minutes SET filed_at = $2, version = version + 1 WHERE id = $1", minutes_id, filed_at
    )


async def _record(
    who: Identity,
    kind: str,
    meeting_id: int,
    lines: Sequence[ExtractLine],
    now: datetime,
    submission_key: str | None,
) -> None:
    await record(
        who.person_id,
        kind,
        ABOUT,
        [meeting_id],
        now=now,
        children=[line.child_id for line in lines],
        details={"items": [item for line in lines for item in line.item_ids]},
        submission_key=submission_key,
    )


async def move_child(kept: int, merged: int) -> Moved:
    """An extract goes with the items of its child, which have moved before."""
    rows = await database.fetch(
        "UPDATE extract x SET child = $1 FROM minutes n WHERE n.id = x.minutes AND x.child = $2 "
        "AND NOT EXISTS (SELECT FROM agenda_item i WHERE i.meeting = n.meeting AND i.child = $2) "
        "AND NOT EXISTS (SELECT FROM extract k WHERE k.minutes = x.minutes AND k.child = $1) RETURNING x.id",
        kept,
        merged,
    )
    return {"extract": sorted(row["id"] for row in rows)}


async def move_child_back(kept: int, merged: int, moved: Moved) -> None:
    await database.execute(
        "UPDATE extract SET child = $2 WHERE child = $1 AND id = ANY($3::bigint[])",
        kept,
        merged,
        moved.get("extract", []),
    )


OF_CHILDREN = Mover(move_child, move_child_back)
