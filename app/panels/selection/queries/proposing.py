"""The way to a proposal: reads the occasion, lets the panel's rule draft, and adds references and whose child it is."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from app import database
from app.episodes.rules import Cohort, cohort_of, told_or_childs
from app.london import day_end, day_start, london_date
from app.panels.handed_in import handed_in
from app.panels.selection.queries.cases import by_case_flow
from app.panels.selection.queries.concern import by_concern
from app.panels.selection.queries.months import by_months
from app.panels.selection.queries.risks import by_missing_and_risk, by_risk
from app.panels.selection.queries.since_last import since_last_meeting
from app.panels.selection.queries.triggers import by_triggers, triggers_due
from app.panels.selection.rules.occasions import Draft, Drafts, HeldMeeting, Occasion, Told, last_days
from app.panels.selection.rules.proposals import NearMiss, Proposal, ProposedItem
from app.panels.selection.rules.scales import Scale, Scales
from app.panels.selection_rules import (
    AnySinceLastMeeting,
    ByHand,
    CaseFlow,
    HasLevel,
    MissingAndAtRisk,
    MissingInDays,
    MissingInMonth,
    RiskAtOrAbove,
    TopByConcern,
)
from app.panels.terms.queries import terms_at
from app.panels.terms.rules import StandingPanel, Terms


async def by_hand(rule: ByHand, occasion: Occasion) -> Drafts:
    return Drafts(last_days(occasion.on, 1))


SELECTIONS: dict[type, Callable[[Any, Occasion], Awaitable[Drafts]]] = {
    CaseFlow: by_case_flow,
    MissingInMonth: by_months,
    AnySinceLastMeeting: since_last_meeting,
    TopByConcern: by_concern,
    RiskAtOrAbove: by_risk,
    MissingAndAtRisk: by_missing_and_risk,
    MissingInDays: by_triggers,
    ByHand: by_hand,
}


@dataclass(frozen=True)
class _Meeting:
    id: int
    starts_at: datetime
    date_only: bool
    child_id: int | None


MEETING = "SELECT id, starts_at, date_only, child AS child_id FROM meeting "


async def proposal_on(panel: StandingPanel, day: date, *, now: datetime) -> Proposal:
    """What the rule puts on an agenda that day: up to the start of the panel's first meeting of the day.

    Without one, or where its time is not known, up to the end of the London day. Meetings for one child alone do not
    count.
    """
    meeting = await _first_meeting(panel, day)
    return await _proposal(panel, _starts(meeting) if meeting else day_end(day), day, now, meeting)


async def triggers_on(panel: StandingPanel, day: date, *, now: datetime) -> dict[int, datetime]:
    """By child, the start that calls for a meeting of its own; those of `proposal_on`, without what it says of them.

    Empty for a panel whose rule has no triggers.
    """
    meeting = await _first_meeting(panel, day)
    occasion = await _occasion(panel, _starts(meeting) if meeting else day_end(day), day, now, meeting)
    rule = occasion.terms.rule
    if not isinstance(rule, MissingInDays):
        return {}
    async with database.planned_for_its_values():
        return await triggers_due(rule, occasion)


async def _first_meeting(panel: StandingPanel, day: date) -> _Meeting | None:
    rows = await database.fetch_as(
        _Meeting,
        MEETING + "WHERE panel = $1 AND starts_at >= $2 AND starts_at < $3 AND status <> 'cancelled' "
        "AND child IS NULL ORDER BY starts_at, id LIMIT 1",
        panel.id,
        day_start(day),
        day_end(day),
    )
    return rows[0] if rows else None


async def proposal_for(
    panel: StandingPanel,
    at: datetime,
    *,
    now: datetime,
    meeting_id: int | None = None,
    under: Terms | None = None,
) -> Proposal:
    """What the rule proposes for a meeting that starts at an instant; for one child alone, at most that child.

    `under`: other terms than those that hold that day.
    """
    if meeting_id is None:
        return await _proposal(panel, at, london_date(at), now, None, under)
    meeting = (await database.fetch_as(_Meeting, MEETING + "WHERE id = $1", meeting_id))[0]
    return await _proposal(panel, _starts(meeting), london_date(meeting.starts_at), now, meeting, under)


def _starts(meeting: _Meeting) -> datetime:
    """What has happened by then comes before the meeting; one without a time takes in its whole day."""
    return HeldMeeting(meeting.starts_at, meeting.date_only).covers_until


async def _proposal(
    panel: StandingPanel,
    at: datetime,
    on: date,
    now: datetime,
    meeting: _Meeting | None,
    under: Terms | None = None,
) -> Proposal:
    occasion = await _occasion(panel, at, on, now, meeting)
    occasion = replace(occasion, terms=under) if under else occasion
    rule = occasion.terms.rule
    async with database.planned_for_its_values():
        drafts = await SELECTIONS[type(rule)](rule, occasion)
    only = occasion.only_child
    items = [draft for draft in drafts.items if only in (None, draft.child_id)]
    near = [draft for draft in drafts.near if only in (None, draft.child_id)]
    children = await _children({*(draft.child_id for draft in items), *(close.child_id for close in near)})
    episodes = await _episodes([id for draft in items if draft.told is None for id in draft.episode_ids])
    items.sort(key=lambda draft: (draft.order, children[draft.child_id]["child_ref"]))
    near.sort(key=lambda close: (close.order, children[close.child_id]["child_ref"]))
    level = occasion.scales.word(on, rule) if isinstance(rule, HasLevel) else ""
    return Proposal(
        panel=panel.slug,
        on=on,
        window=drafts.window,
        rule=occasion.terms.words(level),
        rule_version=occasion.terms.rule_version,
        items=tuple(_item(draft, children[draft.child_id], episodes) for draft in items),
        places=drafts.places if only is None else (),
        near_misses=tuple(
            NearMiss(close.child_id, children[close.child_id]["child_ref"], close.reason, close.missed)
            for close in near
        ),
    )


async def _occasion(
    panel: StandingPanel, at: datetime, on: date, now: datetime, meeting: _Meeting | None
) -> Occasion:
    terms = await terms_at(panel, on)
    meeting_id = None if meeting is None else meeting.id
    row = await database.fetch_one(
        "SELECT held.starts_at, held.date_only, next.starts_at AS next_at, scales.eras FROM "
        "(SELECT array_agg(jsonb_build_object('levels', levels, 'from', holds_from) ORDER BY holds_from) AS eras "
        " FROM risk_scale) scales "
        "LEFT JOIN LATERAL (SELECT starts_at, date_only FROM meeting WHERE panel = $1 AND status = 'held' "
        " AND child IS NULL AND starts_at < $2 AND id IS DISTINCT FROM $3 ORDER BY starts_at DESC LIMIT 1) held "
        "ON true LEFT JOIN LATERAL (SELECT starts_at FROM meeting WHERE panel = $1 AND status <> 'cancelled' "
        " AND child IS NULL AND starts_at >= $2 AND id IS DISTINCT FROM $3 ORDER BY starts_at LIMIT 1) next ON true",
        panel.id,
        at,
        meeting_id,
    )
    assert row is not None
    eras = tuple(Scale(tuple(era["levels"]), date.fromisoformat(era["from"])) for era in row["eras"] or ())
    return Occasion(
        panel=panel,
        terms=terms,
        scales=Scales(eras or (Scale(("low", "medium", "high"), date.min),)),
        at=at,
        on=on,
        now=now,
        next_on=london_date(row["next_at"]) if row["next_at"] else terms.kind.rhythm.after(on),
        meeting_id=meeting_id,
        only_child=None if meeting is None else meeting.child_id,
        last_held=HeldMeeting(row["starts_at"], row["date_only"]) if row["starts_at"] else None,
    )


async def _children(child_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    rows = await database.fetch(
        "SELECT id, child_ref, responsible_authority, placed_in FROM child WHERE id = ANY($1::bigint[])",
        list(child_ids),
    )
    return {row["id"]: row for row in rows}


async def _episodes(episode_ids: list[int]) -> dict[int, dict[str, Any]]:
    """The episodes by id, in the order of their starts."""
    if not episode_ids:
        return {}
    rows = await database.fetch(
        "SELECT id, coalesce(episode_ref, 'E' || id) AS ref, responsible_authority, placed_in FROM episode "
        "WHERE id = ANY($1::bigint[]) ORDER BY started_at, id",
        episode_ids,
    )
    return {row["id"]: {**row, "order": number} for number, row in enumerate(rows)}


def _told(draft: Draft, episodes: dict[int, dict[str, Any]]) -> tuple[tuple[int, ...], Told]:
    """The draft's episodes in the order of their starts, and what is told of them."""
    if draft.told is not None:
        return draft.episode_ids, draft.told
    ids = tuple(sorted(draft.episode_ids, key=lambda id: episodes[id]["order"]))
    if not ids:
        return (), Told((), None, None)
    latest = episodes[ids[-1]]
    return ids, Told(
        tuple(episodes[id]["ref"] for id in ids), latest["responsible_authority"], latest["placed_in"]
    )


def _item(draft: Draft, child: dict[str, Any], episodes: dict[int, dict[str, Any]]) -> ProposedItem:
    """The draft with its references; where the latest episode tells whose child it was then, that is what counts."""
    ids, told = _told(draft, episodes)
    responsible = told_or_childs(told.responsible_authority, child["responsible_authority"])
    placed_in = told_or_childs(told.placed_in, child["placed_in"])
    whose = cohort_of(responsible, placed_in, handed_in.own_names)
    elsewhere = {"responsible_authority": responsible} if whose is Cohort.PLACED_BY_OTHERS else {}
    elsewhere |= {"placed_in": placed_in} if whose is Cohort.OWN_AWAY else {}
    return ProposedItem(
        child_id=draft.child_id,
        child_ref=child["child_ref"],
        reason=draft.reason,
        episode_ids=ids,
        episode_refs=told.refs,
        facts={**draft.facts, "whose": str(whose), **elsewhere},
        panel_case_id=draft.case_id,
    )
