"""Reads of corrections and addenda, each for one reader: of a restricted item for whoever sees the item alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import database
from app.access import Identity, Permission, Scope, permits
from app.minutes.corrections.rules import Correction, CorrectionStatus, Window, window_of
from app.minutes.queries import MinutesRecord
from app.panels.agenda.queries import terms_of
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import seer, sees_item

CORRECTIONS = f"""
    SELECT c.id, c.agenda_item AS item_id, c.stands, c.should_say, c.asked_by, a.name AS asker, c.asked_at, c.status,
           c.number, c.words, coalesce(d.name, '') AS decided_by, c.decided_at
    FROM minutes_correction c JOIN minutes n ON n.id = c.minutes JOIN meeting m ON m.id = n.meeting
    JOIN person a ON a.id = c.asked_by LEFT JOIN person d ON d.id = c.decided_by
    LEFT JOIN agenda_item i ON i.id = c.agenda_item
    WHERE c.minutes = $1 AND {sees_item(2)}
"""


async def corrections_for(who: Identity, minutes_id: int, *, all_of_them: bool) -> list[Correction]:
    """The corrections that this person may see: accepted ones and their own, or `all_of_them`."""
    return await database.fetch_as(
        Correction,
        CORRECTIONS + "AND ($6 OR c.status = 'accepted' OR c.asked_by = $7) "
        "ORDER BY c.status <> 'asked', c.number, c.asked_at, c.id",
        minutes_id,
        *seer(who),
        all_of_them,
        who.person_id,
    )


async def correction_of(who: Identity, minutes_id: int, correction_id: int) -> Correction | None:
    """One correction, if this person sees its item."""
    rows = await database.fetch_as(
        Correction, CORRECTIONS + "AND c.id = $6", minutes_id, *seer(who), correction_id
    )
    return rows[0] if rows else None


async def addenda_of(minutes_id: int, who: Identity) -> list[dict[str, Any]]:
    """The accepted corrections that this person may see, by number, as plain values.

    Each has `number`, `item_id` (None: of the minutes as a whole), `words`, `by` (a name) and `at` (an instant).
    """
    rows = await database.fetch_as(
        Correction,
        CORRECTIONS + "AND c.status = $6 ORDER BY c.number",
        minutes_id,
        *seer(who),
        CorrectionStatus.ACCEPTED.value,
    )
    return [row.addendum for row in rows]


async def addenda_by_item(who: Identity, item_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """By agenda item, heading and words of the addenda under which search finds it, by number.

    An addendum to the minutes as a whole counts to their first item that everybody sees.
    """
    rows = await database.fetch(
        "SELECT i.id, c.number, c.words, c.agenda_item IS NULL AS of_the_whole FROM agenda_item i "
        "JOIN minutes n ON n.meeting = i.meeting JOIN minutes_correction c ON c.minutes = n.id "
        "JOIN meeting m ON m.id = i.meeting WHERE i.id = ANY($1::bigint[]) AND c.status = 'accepted' "
        f"AND i.id = coalesce(c.agenda_item, item_of_whole_addenda(i.meeting)) AND {sees_item(2)} "
        "ORDER BY c.number",
        list(item_ids),
        *seer(who),
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        whole = ", to the minutes as a whole" if row["of_the_whole"] else ""
        found.setdefault(row["id"], []).append((f"Addendum {row['number']}{whole}", row["words"]))
    return found


async def count_to_decide(who: Identity, minutes_id: int) -> int:
    """How many requests wait for a decision, of those that this person may see."""
    found = await database.fetch(CORRECTIONS + "AND c.status = 'asked'", minutes_id, *seer(who))
    return len(found)


@dataclass(frozen=True)
class ToDecide:
    """Requests about one meeting's minutes that wait for a decision; `since` the first was made."""

    meeting_id: int
    panel_name: str
    held_at: datetime
    requests: int
    since: datetime


async def waiting_for(who: Identity) -> list[ToDecide]:
    """The minutes whose corrections this person decides on and that wait, the longest first."""
    decides_on = [
        panel_id
        for panel_id in sorted(who.seat_panels())
        if permits(who, Permission.APPROVE_MINUTES, Scope(frozenset({panel_id})))
    ]
    return await database.fetch_as(
        ToDecide,
        "SELECT m.id AS meeting_id, p.name AS panel_name, m.starts_at AS held_at, count(*)::int AS requests, "
        "min(c.asked_at) AS since FROM minutes_correction c JOIN minutes n ON n.id = c.minutes "
        "JOIN meeting m ON m.id = n.meeting JOIN panel p ON p.id = m.panel "
        "LEFT JOIN agenda_item i ON i.id = c.agenda_item "
        f"WHERE c.status = 'asked' AND m.panel = ANY($1::bigint[]) AND {sees_item(2)} "
        "GROUP BY m.id, p.name ORDER BY since, m.id",
        decides_on,
        *seer(who),
    )


async def window_for(meeting: MeetingFacts, minutes: MinutesRecord) -> Window:
    """How long corrections of these minutes may be asked for, by the terms that held at the meeting."""
    days = (await terms_of(meeting)).timescales.corrections
    return window_of(minutes.circulated_at, days, meeting.chair_name)
