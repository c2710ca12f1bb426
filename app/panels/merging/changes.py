"""Referrals, cases, meetings and agenda items follow the kept record; what was said and approved stays as it is."""

from typing import Any

from app import database
from app.episodes.handed_in import Moved, Mover
from app.lifecycle import Refused
from app.london import london_date
from app.panels.merging.queries import (
    cases_open_on_both,
    items_on_one_agenda,
    meetings_at_one_time,
)

# An item stays with the merged record where the kept one has its like: one a meeting. Of two referrals that can be
# there once a day, the merged record's remembers whose it was.
_MOVES = {
    "referral": """UPDATE referral r SET child = $1, of_record = CASE WHEN r.of_record IS NULL AND EXISTS (
            SELECT FROM referral k WHERE k.child = $1 AND k.referred_on = r.referred_on AND k.of_record IS NULL
            AND CASE WHEN r.received_at IS NULL THEN k.received_at IS NULL AND k.panel = r.panel
                ELSE k.received_at IS NOT NULL AND k.agency IS NOT DISTINCT FROM r.agency
                    AND k.asked_panel IS NOT DISTINCT FROM r.asked_panel END
        ) THEN $2 ELSE r.of_record END WHERE r.child = $2 RETURNING id""",
    "panel_case": "UPDATE panel_case SET child = $1 WHERE child = $2 RETURNING id",
    "meeting": "UPDATE meeting SET child = $1 WHERE child = $2 RETURNING id",
    "agenda_item": """UPDATE agenda_item i SET child = $1 WHERE i.child = $2 AND NOT EXISTS (SELECT FROM agenda_item k
        WHERE k.child = $1 AND k.meeting = i.meeting AND k.kind = i.kind AND k.title = i.title) RETURNING id""",
}


async def move_child(kept: int, merged: int) -> Moved:
    """Raises Refused while both have an open case on one panel, or stand on one agenda that is still to come."""
    await _refuse_conflicts(kept, merged)
    return {table: await _ids(sql, kept, merged) for table, sql in _MOVES.items()}


async def move_child_back(kept: int, merged: int, moved: Moved) -> None:
    for table in _MOVES:
        await database.execute(
            f"UPDATE {table} SET child = $2 WHERE child = $1 AND id = ANY($3::bigint[])",
            kept,
            merged,
            moved.get(table, []),
        )
    await database.execute("UPDATE referral SET of_record = NULL WHERE child = $1 AND of_record = $1", merged)


async def move_episode(kept: int, merged: int) -> Moved:
    """The meeting that an episode called for, and what a briefing decided about it."""
    return {
        "trigger": await _ids(
            "UPDATE meeting SET trigger_episode = $1 WHERE trigger_episode = $2 RETURNING id", kept, merged
        ),
        "briefing_decision": await _ids(
            "UPDATE briefing_decision SET episode = $1 WHERE episode = $2 "
            "AND NOT EXISTS (SELECT FROM briefing_decision WHERE episode = $1) RETURNING id",
            kept,
            merged,
        ),
    }


async def move_episode_back(kept: int, merged: int, moved: Moved) -> None:
    await database.execute(
        "UPDATE meeting SET trigger_episode = $2 WHERE trigger_episode = $1 AND id = ANY($3::bigint[])",
        kept,
        merged,
        moved.get("trigger", []),
    )
    await database.execute(
        "UPDATE briefing_decision SET episode = $2 WHERE episode = $1 AND id = ANY($3::bigint[])",
        kept,
        merged,
        moved.get("briefing_decision", []),
    )


async def _refuse_conflicts(kept: int, merged: int) -> None:
    for panel in await cases_open_on_both(kept, merged):
        raise Refused(f"Both have an open case on {panel}. Close one of the cases first, then merge.")
    for panel, starts_at in await items_on_one_agenda(kept, merged):
        raise Refused(
            f"Both are on the agenda of {panel} on {_day(starts_at)}. Leave one of them off first, then merge."
        )
    for panel, starts_at in await meetings_at_one_time(kept, merged):
        raise Refused(
            f"Both have a meeting of their own with {panel} on {_day(starts_at)}. Cancel one first, then merge."
        )


def _day(at: Any) -> str:
    day = london_date(at)
    return f"{day.day} {day:%B %Y}"


async def _ids(sql: str, *values: Any) -> list[int]:
    return sorted(row["id"] for row in await database.fetch(sql, *values))


OF_CHILDREN = Mover(move_child, move_child_back)
OF_EPISODES = Mover(move_episode, move_episode_back)
