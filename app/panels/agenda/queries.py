"""Reads of a meeting's agenda: its items, what stands beside each child, and what the rule proposes for it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from app import database
from app.access import Identity, Permission, Scope, permits
from app.episodes.children.queries import FINAL_FIRST
from app.lifecycle import Invisible
from app.london import london_date
from app.panels.agenda.rules import (
    MOST_DIGITS,
    ChildFacts,
    ItemFacts,
    age_in_words,
    in_agenda_order,
    interview_state,
    outcome_in_words,
    split_words,
)
from app.panels.carried.rules import KEY_MARK
from app.panels.cases.queries import cases_on_panel
from app.panels.chronology.queries import scopes_of_children
from app.panels.handed_in import handed_in
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import seer, sees_item
from app.panels.selection.queries import proposal_for
from app.panels.selection.rules import Proposal
from app.panels.terms.queries import standing_panel_by_id, terms_at
from app.panels.terms.rules import StandingPanel, Terms

ITEM = """
    SELECT i.id, i.meeting AS meeting_id, i.kind, i.child AS child_id, coalesce(c.name, '') AS child_name,
           i.panel_case AS case_id, i.title, i.status, i.position, i.minutes, i.reason, i.rule_version, i.episode_ids,
           i.facts, i.added_by, i.left_off_reason, i.brought_forward_from, i.first_issued_in, i.version,
           i.standing_key, i.restricted, i.open_title, i.allowed_people, i.allowed_agencies,
           (SELECT min(n.id) FROM agenda_item n WHERE n.brought_forward_from = i.id) AS successor_id
    FROM agenda_item i LEFT JOIN child c ON c.id = i.child
"""


async def items_of(meeting_id: int) -> list[ItemFacts]:
    """Every item of a meeting in order, those left off and deferred among them."""
    return await database.fetch_as(
        ItemFacts, ITEM + "WHERE i.meeting = $1 ORDER BY i.position, i.id", meeting_id
    )


async def item_facts(meeting_id: int, item_id: int) -> ItemFacts:
    """An item of this meeting. Raises Invisible for another meeting's."""
    rows = await database.fetch_as(
        ItemFacts, ITEM + "WHERE i.id = $1 AND i.meeting = $2", item_id, meeting_id
    )
    if not rows:
        raise Invisible
    return rows[0]


async def item_by_key(meeting: MeetingFacts, key: str) -> ItemFacts:
    """An item of this meeting by its id, or by the item of an earlier meeting that it comes from."""
    number = key.removeprefix(KEY_MARK)
    if not number.isdecimal() or len(number) > MOST_DIGITS:
        raise Invisible
    item_id: int | None = int(number)
    if key.startswith(KEY_MARK):
        item_id = await database.fetch_value(
            "SELECT id FROM agenda_item WHERE meeting = $1 AND brought_forward_from = $2", meeting.id, item_id
        )
    if item_id is None:
        raise Invisible
    return await item_facts(meeting.id, item_id)


async def panel_of(meeting: MeetingFacts) -> StandingPanel:
    panel = await standing_panel_by_id(meeting.panel_id)
    assert panel is not None, "a meeting is always of a panel"
    return panel


async def terms_of(meeting: MeetingFacts) -> Terms:
    """The terms of reference that hold on the day of the meeting."""
    return await terms_at(await panel_of(meeting), london_date(meeting.starts_at))


async def previous_minutes(who: Identity, meeting: MeetingFacts) -> int | None:
    """The panel's latest meeting held before this one: whose minutes its agenda leads to."""
    found: int | None = await database.fetch_value(
        "SELECT id FROM meeting WHERE panel = $1 AND status = 'held' AND starts_at < $2 AND child IS NULL "
        "ORDER BY starts_at DESC LIMIT 1",
        meeting.panel_id,
        meeting.starts_at,
    )
    return found if permits(who, Permission.SEE_MINUTES, meeting.scope) else None


async def proposal_of(meeting: MeetingFacts, now: datetime) -> Proposal:
    """What the panel's rule proposes for this meeting as the records stand, in the order of an agenda."""
    panel = await panel_of(meeting)
    proposal = await proposal_for(panel, meeting.starts_at, now=now, meeting_id=meeting.id)
    return await ordered_for_agenda(panel, proposal, london_date(meeting.starts_at))


async def ordered_for_agenda(panel: StandingPanel, proposal: Proposal, on: date) -> Proposal:
    """The proposal with its children in the order of an agenda on that day."""
    if panel.kind.keeps_rank or len(proposal.items) < 2:
        return proposal
    risks = await _risks([item.child_id for item in proposal.items], on)
    return replace(proposal, items=in_agenda_order(proposal.items, risks))


async def _risks(child_ids: Collection[int], on: date) -> dict[int, float]:
    """By child, how high the latest risk assessment on or before a day stands in the scale of its day: above 0 to 1."""
    rows = await database.fetch(
        "SELECT c.id, r.level, s.levels FROM unnest($1::bigint[]) AS c(id) CROSS JOIN LATERAL ("
        " SELECT level, assessed_on FROM risk_assessment WHERE child = c.id AND assessed_on <= $2"
        " ORDER BY assessed_on DESC, id DESC LIMIT 1) r CROSS JOIN LATERAL ("
        " SELECT levels FROM risk_scale WHERE holds_from <= greatest(r.assessed_on, DATE '2000-01-01')"
        " ORDER BY holds_from DESC LIMIT 1) s",
        list(child_ids),
        on,
    )
    return {row["id"]: _position(row["level"], row["levels"]) / len(row["levels"]) for row in rows}


BESIDE = f"""
    SELECT c.id, c.child_ref, c.name, c.born_on,
           coalesce(e.responsible_authority, c.responsible_authority) AS responsible_authority,
           coalesce(e.placed_in, c.placed_in) AS placed_in,
           r.level, r.assessed_on, s.levels, e.started_at, e.returned_at, e.end_unknown_after,
           coalesce('returned_at' = ANY(e.date_only), false) AS no_time_of_return, v.outcome,
           l.starts_at AS listed_at
    FROM child c
    LEFT JOIN LATERAL (
        SELECT level, assessed_on FROM risk_assessment WHERE child = c.id AND assessed_on <= $2
        ORDER BY assessed_on DESC, id DESC LIMIT 1) r ON true
    LEFT JOIN LATERAL (
        SELECT levels FROM risk_scale
        ORDER BY holds_from <= r.assessed_on DESC, abs(holds_from - r.assessed_on) LIMIT 1) s ON true
    LEFT JOIN LATERAL (
        SELECT id, started_at, returned_at, end_unknown_after, date_only, responsible_authority, placed_in
        FROM episode
        WHERE child = c.id AND category = 'missing' AND merged_into IS NULL AND started_at < $3
        ORDER BY started_at DESC LIMIT 1) e ON true
    LEFT JOIN LATERAL (
        SELECT n.outcome FROM interview_episode ie JOIN interview n ON n.id = ie.interview WHERE ie.episode = e.id
        ORDER BY {FINAL_FIRST}
        LIMIT 1) v ON true
    LEFT JOIN LATERAL (
        SELECT m.starts_at FROM agenda_item i JOIN meeting m ON m.id = i.meeting
        WHERE i.child = c.id AND m.panel = $4 AND m.status = 'held' AND i.status = 'on-agenda' AND m.starts_at < $3
          AND {sees_item(5)}
        ORDER BY m.starts_at DESC LIMIT 1) l ON true
    WHERE c.id = ANY($1)
"""


async def beside_children(
    meeting: MeetingFacts, child_ids: Collection[int], now: datetime, who: Identity | None = None
) -> dict[int, ChildFacts]:
    """What stands beside each child on an agenda. Nothing that happened after the meeting began is told.

    Nor what comes from a restricted item that `who` may not see; without a person from none at all.
    """
    ids = list(child_ids)
    if not ids:
        return {}
    on = london_date(meeting.starts_at)
    known_at = min(now, meeting.starts_at)
    rows = await database.fetch(BESIDE, ids, on, known_at, meeting.panel_id, *seer(who))
    cases = await cases_on_panel(meeting.panel_id, ids)
    outcomes = await handed_in.last_outcomes(meeting.panel_id, ids, meeting.starts_at, who)
    actions = await handed_in.open_actions(ids, who)
    return {
        row["id"]: ChildFacts(
            id=row["id"],
            child_ref=row["child_ref"],
            name=row["name"],
            age=age_in_words(row["born_on"], on),
            split=split_words(row["responsible_authority"], row["placed_in"], handed_in.own_names),
            risk_level=row["level"] or "",
            risk_position=_position(row["level"], row["levels"]),
            risk_levels=len(row["levels"] or ()) or 3,
            risk_on=row["assessed_on"],
            missing_since=_missing_since(row, known_at),
            interview=interview_state(row["returned_at"], row["outcome"], known_at, row["no_time_of_return"]),
            last_outcome=outcome_in_words(
                outcomes.get(row["id"], ""), cases.get(row["id"]), row["listed_at"], on
            ),
            open_actions=tuple(actions.get(row["id"], ())),
        )
        for row in rows
    }


def _position(level: str | None, levels: Sequence[str] | None) -> int:
    return list(levels).index(level) + 1 if level and levels and level in levels else 0


def _missing_since(row: dict[str, Any], known_at: datetime) -> datetime | None:
    """When an episode that has not ended began; a blank end of a statutory file means unknown, not missing."""
    is_open = row["started_at"] and row["end_unknown_after"] is None
    if is_open and (row["returned_at"] is None or row["returned_at"] > known_at):
        found: datetime = row["started_at"]
        return found
    return None


async def children_matching(who: Identity, text: str, limit: int = 20) -> list[dict[str, Any]]:
    """Children by name among those this person may see, and by their whole reference among all.

    Whoever knows the council's reference of a child has it from the council.
    """
    sees_all = permits(who, Permission.SEE_CHILD, Scope())
    wanted = text.strip()
    return await database.fetch(
        "SELECT c.id, c.child_ref, c.name, c.born_on FROM child c WHERE c.merged_into IS NULL "
        # the reference of a merged record is one of the kept child's
        "AND (c.id IN (SELECT coalesce(m.merged_into, m.id) FROM child m WHERE lower(m.child_ref) = lower($1)) "
        "OR (length($1) > 1 AND c.name ILIKE $2 AND ($3 OR c.id IN ("
        "SELECT i.child FROM agenda_item i JOIN meeting m ON m.id = i.meeting "
        "WHERE m.panel = ANY($4) AND m.status IN ('agenda-issued', 'held') AND i.status = 'on-agenda' "
        f"AND {sees_item(6)} UNION SELECT k.child FROM panel_case k WHERE k.panel = ANY($4))))) "
        "ORDER BY lower(c.child_ref) = lower($1) DESC, c.name, c.id LIMIT $5",
        wanted,
        f"%{_plain(wanted)}%",
        sees_all,
        sorted(who.seat_panels()),
        limit,
        *seer(who),
    )


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def children_by_id(child_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Id, reference and name of children, by id."""
    rows = await database.fetch("SELECT id, child_ref, name FROM child WHERE id = ANY($1)", list(child_ids))
    return {row["id"]: row for row in rows}


async def require_pickable(who: Identity, child_id: int, wanted: str, proposed: Collection[int]) -> None:
    """Raises Invisible unless the child is proposed here, found by what was typed, or visible to this person anyway.

    Without this a form sent by hand could bring any child of the authority into sight.
    """
    if child_id in proposed:
        return
    if wanted and child_id in {row["id"] for row in await children_matching(who, wanted)}:
        return
    scopes = await scopes_of_children([child_id], who)
    if not permits(who, Permission.SEE_CHILD, Scope(panel_ids=scopes.get(child_id, frozenset()))):
        raise Invisible


async def child_exists(child_id: int) -> bool:
    found: bool = await database.fetch_value("SELECT EXISTS (SELECT FROM child WHERE id = $1)", child_id)
    return found


async def open_case_of(panel_id: int, child_id: int) -> int | None:
    found: int | None = await database.fetch_value(
        "SELECT id FROM panel_case WHERE panel = $1 AND child = $2 AND closed_on IS NULL", panel_id, child_id
    )
    return found
