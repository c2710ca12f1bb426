"""Reads of contributions: what agencies are asked about, who is asked, what was written. Nothing is written here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app import database
from app.access import Identity
from app.lifecycle import Invisible
from app.panels.agenda.queries import terms_of
from app.panels.contributions.rules import (
    ANSWERING_ROLES,
    AskedAgency,
    AskedItem,
    ContributionFacts,
    Progress,
    Speaker,
    agency_asked_through,
    due_at,
    lines_of,
    progress_of,
    sees_progress,
    why_closed,
)
from app.panels.contributions.words import owed_words, waiting_words
from app.panels.meetings.rules import MeetingFacts, MeetingStatus
from app.panels.restricting.rules import may_see_item

REMINDED = "agencies reminded of contributions"
"""The history entry of a reminder; when an agency was last reminded is read from it."""

ASKED_ITEMS = """
    SELECT i.id, i.meeting AS meeting_id, i.kind, i.child AS child_id, coalesce(c.child_ref, '') AS child_ref,
           coalesce(c.name, '') AS child_name, i.title, i.reason, i.restricted, i.allowed_people, i.allowed_agencies,
           f.issued_at
    FROM unnest($1::bigint[]) AS wanted(meeting)
    CROSS JOIN LATERAL (
        SELECT items FROM agenda_version v WHERE v.meeting = wanted.meeting ORDER BY number DESC LIMIT 1) latest
    CROSS JOIN LATERAL jsonb_array_elements(latest.items) WITH ORDINALITY AS row(item, place)
    JOIN agenda_item i ON i.id = (row.item ->> 'item')::bigint
    LEFT JOIN agenda_version f ON f.meeting = i.meeting AND f.number = i.first_issued_in
    LEFT JOIN child c ON c.id = i.child
    WHERE i.kind IN ('child', 'place')
    ORDER BY i.meeting, row.place
"""


async def items_asked_about(meeting_ids: Collection[int]) -> dict[int, list[AskedItem]]:
    """The children and places of each meeting's agenda as last issued, in its order."""
    found: dict[int, list[AskedItem]] = {meeting: [] for meeting in meeting_ids}
    for item in await database.fetch_as(AskedItem, ASKED_ITEMS, list(meeting_ids)):
        found[item.meeting_id].append(item)
    return found


async def items_for(who: Identity, meeting: MeetingFacts) -> list[AskedItem]:
    """The items agencies are asked about, without those that this person may not know of."""
    items = (await items_asked_about([meeting.id]))[meeting.id]
    return [item for item in items if may_see_item(who, meeting.panel_id, item)]


async def item_for(who: Identity, meeting: MeetingFacts, item_id: int) -> AskedItem:
    """One of them. Raises Invisible for another meeting's, a standing item, or one that is kept from this person."""
    for item in await items_for(who, meeting):
        if item.id == item_id:
            return item
    raise Invisible


CONTRIBUTION = """
    SELECT c.id, c.agenda_item AS item_id, c.agency AS agency_id, a.name AS agency_name, c.nothing_known, c.known,
           c.known_since, c.risks, c.strengths, c.actions_taken, p.name AS written_by, c.written_at, c.submitted_at,
           c.version, c.guest AS guest_id,
           coalesce((SELECT g.capacity FROM guest_slot g
                     WHERE g.agenda_item = c.agenda_item AND g.person = c.guest ORDER BY g.id DESC LIMIT 1), '')
               AS capacity
    FROM contribution c JOIN agency a ON a.id = c.agency JOIN person p ON p.id = c.written_by
"""
BY_AGENCIES = "AND c.guest IS NULL"
BY_GUESTS = "AND c.guest IS NOT NULL"


async def contributions_to(
    meeting: MeetingFacts, items: Sequence[AskedItem]
) -> dict[tuple[int, int], ContributionFacts]:
    """What agencies wrote about these items, drafts among it, by item and agency; each marked where it came late."""
    return {(row.item_id, row.agency_id): row for row in await _written(meeting, items, BY_AGENCIES)}


async def told_by_guests(meeting: MeetingFacts, items: Sequence[AskedItem]) -> list[ContributionFacts]:
    """What guests sent about these items; each marked where it came late. Their drafts are nobody's but theirs."""
    return [row for row in await _written(meeting, items, BY_GUESTS) if row.is_sent]


async def _written(
    meeting: MeetingFacts, items: Sequence[AskedItem], by: str = ""
) -> list[ContributionFacts]:
    rows = await database.fetch_as(
        ContributionFacts,
        CONTRIBUTION + f"WHERE c.agenda_item = ANY($1) {by} ORDER BY c.guest IS NOT NULL, a.name, c.id",
        [item.id for item in items],
    )
    due = {item.id: due_at(meeting.starts_at, item.issued_at) for item in items}
    return [
        replace(row, is_late=row.submitted_at is not None and row.submitted_at >= due[row.item_id])
        for row in rows
    ]


async def contribution_of(item_id: int, agency_id: int) -> ContributionFacts | None:
    """What this agency wrote about the item so far; lateness is not told."""
    rows = await database.fetch_as(
        ContributionFacts,
        CONTRIBUTION + f"WHERE c.agenda_item = $1 AND c.agency = $2 {BY_AGENCIES}",
        item_id,
        agency_id,
    )
    return rows[0] if rows else None


async def contribution_of_guest(item_id: int, person_id: int) -> ContributionFacts | None:
    """What this guest wrote about the item so far; lateness is not told."""
    rows = await database.fetch_as(
        ContributionFacts, CONTRIBUTION + "WHERE c.agenda_item = $1 AND c.guest = $2", item_id, person_id
    )
    return rows[0] if rows else None


async def contributions_for(
    who: Identity, meeting: MeetingFacts, item_id: int | None = None
) -> dict[int, list[ContributionFacts]]:
    """What was sent about each item of the agenda that this person may see, by item: agencies by name, then guests.

    Drafts are nobody's but their writer's agency's, and are left out. `item_id`: of this item alone.
    """
    if meeting.status == MeetingStatus.PLANNED:
        return {}
    items = [item for item in await items_for(who, meeting) if item_id in (None, item.id)]
    sent: dict[int, list[ContributionFacts]] = {}
    for one in await _written(meeting, items):
        if one.is_sent:
            sent.setdefault(one.item_id, []).append(one)
    return sent


ASKED_AGENCIES = """
    SELECT s.agency AS id, a.name, a.kind, a.kind = ANY($3) AS is_required,
           jsonb_agg(jsonb_build_object('person_id', p.id, 'email', p.email, 'role', s.role) ORDER BY p.id) AS speakers,
           (SELECT max(h.happened_at) FROM history_entry h
            WHERE h.about = 'meeting' AND h.about_ids @> ARRAY[$2::bigint] AND h.kind = $4
            AND h.details -> 'agencies' @> to_jsonb(s.agency)) AS reminded_at
    FROM seat s JOIN agency a ON a.id = s.agency JOIN person p ON p.id = s.person
    WHERE s.panel = $1 AND s.ended_at IS NULL AND p.disabled_at IS NULL AND s.role = ANY($5)
    GROUP BY s.agency, a.name, a.kind
    ORDER BY is_required DESC, a.name
"""


async def agencies_asked(meeting: MeetingFacts, required: Sequence[str]) -> list[AskedAgency]:
    """The agencies that somebody on the panel speaks for, the required ones first."""
    rows = await database.fetch(
        ASKED_AGENCIES, meeting.panel_id, meeting.id, list(required), REMINDED, list(ANSWERING_ROLES)
    )
    return [
        AskedAgency(**(row | {"speakers": tuple(Speaker(**speaker) for speaker in row["speakers"])}))
        for row in rows
    ]


async def progress_for(who: Identity, meeting: MeetingFacts) -> list[Progress]:
    """How far each agency has come with the items that this person may see."""
    terms = await terms_of(meeting)
    items = await items_for(who, meeting)
    return progress_of(
        await agencies_asked(meeting, terms.required_agencies), items, await contributions_to(meeting, items)
    )


@dataclass(frozen=True)
class Standing:
    """How contributions to a meeting stand for a person, in words; each is empty where it is not theirs to know.

    `waiting`: which agencies have not answered. `owed`: what the person's own agency has still to research.
    """

    waiting: str = ""
    owed: str = ""


async def standing_of(who: Identity, meeting: MeetingFacts) -> Standing:
    if why_closed(meeting):
        return Standing()
    items = await items_for(who, meeting)
    written = await contributions_to(meeting, items)
    agency_id = agency_asked_through(who, meeting.panel_id)
    owed = owed_words(lines_of(meeting, items, written, agency_id)) if agency_id else ""
    if not sees_progress(who, meeting):
        return Standing(owed=owed)
    terms = await terms_of(meeting)
    agencies = await agencies_asked(meeting, terms.required_agencies)
    return Standing(waiting_words(progress_of(agencies, items, written)), owed)


async def earlier_contribution(
    meeting: MeetingFacts, item: AskedItem, agency_id: int
) -> tuple[datetime, ContributionFacts] | None:
    """What this agency last sent about the same child to this panel, and when that meeting was."""
    if item.child_id is None:
        return None
    rows = await database.fetch(
        "SELECT c.agenda_item AS item_id, m.starts_at FROM contribution c "
        "JOIN agenda_item i ON i.id = c.agenda_item JOIN meeting m ON m.id = i.meeting "
        f"WHERE c.agency = $1 {BY_AGENCIES} AND i.child = $2 AND m.panel = $3 AND m.id <> $4 AND m.starts_at < $5 "
        "AND c.submitted_at IS NOT NULL AND NOT c.nothing_known AND NOT i.restricted "
        "ORDER BY m.starts_at DESC LIMIT 1",
        agency_id,
        item.child_id,
        meeting.panel_id,
        meeting.id,
        meeting.starts_at,
    )
    found = await contribution_of(rows[0]["item_id"], agency_id) if rows else None
    return (rows[0]["starts_at"], found) if found else None
