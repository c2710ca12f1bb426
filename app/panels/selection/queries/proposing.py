"""The way to a proposal: reads the occasion, lets the panel's rule draft, and adds references and whose child it is."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

from app import database
from app.episodes.rules import Cohort, cohort_of, told_or_childs
from app.london import day_end, london_date
from app.panels.handed_in import handed_in
from app.panels.selection.queries.cases import by_case_flow
from app.panels.selection.queries.concern import by_concern
from app.panels.selection.queries.months import by_months
from app.panels.selection.queries.occasions import Meeting, first_meeting, meeting_by_id, occasion_of
from app.panels.selection.queries.risks import by_missing_and_risk, by_risk
from app.panels.selection.queries.since_last import since_last_meeting
from app.panels.selection.queries.triggers import (
    Outlined,
    by_triggers,
    outline_triggers,
    triggers_due,
)
from app.panels.selection.rules.occasions import Draft, Drafts, NearDraft, Occasion, Told, last_days
from app.panels.selection.rules.proposals import NearMiss, Proposal, ProposedItem
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
from app.panels.terms.rules import StandingPanel, Terms

NOTHING_TOLD = Told((), None, None)


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


async def proposal_on(panel: StandingPanel, day: date, *, now: datetime) -> Proposal:
    """What the rule puts on an agenda that day: up to the start of the panel's first meeting of the day.

    Without one, or where its time is not known, up to the end of the London day. Meetings for one child alone do not
    count.
    """
    meeting = await first_meeting(panel, day)
    return await _proposal(panel, meeting.begins if meeting else day_end(day), day, now, meeting)


async def triggers_on(panel: StandingPanel, day: date, *, now: datetime) -> dict[int, datetime]:
    """By child, the start that calls for a meeting of its own; those of `proposal_on`, without what it says of them.

    Empty for a panel whose rule has no triggers.
    """
    rule, occasion = await _triggering(panel, day, now)
    if rule is None:
        return {}
    async with database.planned_for_its_values():
        return await triggers_due(rule, occasion)


async def triggers_outlined(panel: StandingPanel, day: date, *, now: datetime) -> Outlined:
    """As `triggers_on`, with those whose older triggers were missed, in the order of `proposal_on`."""
    rule, occasion = await _triggering(panel, day, now)
    if rule is None:
        return Outlined({}, ())
    async with database.planned_for_its_values():
        found = await outline_triggers(rule, occasion)
    children = await _children(missed.child_id for missed in found.missed)
    return replace(found, missed=tuple(_in_order(found.missed, children)))


async def triggers_told(
    panel: StandingPanel, day: date, children: Collection[int], *, now: datetime
) -> tuple[Draft, ...]:
    """What `proposal_on` says of those of these children whose episodes call for a meeting."""
    rule, occasion = await _triggering(panel, day, now)
    if rule is None or not children:
        return ()
    async with database.planned_for_its_values():
        return (await by_triggers(rule, occasion, children)).items


async def _triggering(
    panel: StandingPanel, day: date, now: datetime
) -> tuple[MissingInDays | None, Occasion]:
    """The occasion of that day, and the panel's rule if it has triggers."""
    meeting = await first_meeting(panel, day)
    occasion = await occasion_of(panel, meeting.begins if meeting else day_end(day), day, now, meeting)
    rule = occasion.terms.rule
    return rule if isinstance(rule, MissingInDays) else None, occasion


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
    meeting = await meeting_by_id(meeting_id)
    return await _proposal(panel, meeting.begins, london_date(meeting.starts_at), now, meeting, under)


async def _proposal(
    panel: StandingPanel,
    at: datetime,
    on: date,
    now: datetime,
    meeting: Meeting | None,
    under: Terms | None = None,
) -> Proposal:
    occasion = await occasion_of(panel, at, on, now, meeting, under)
    rule = occasion.terms.rule
    async with database.planned_for_its_values():
        drafts = await SELECTIONS[type(rule)](rule, occasion)
    only = occasion.only_child
    items = [draft for draft in drafts.items if only in (None, draft.child_id)]
    near = [draft for draft in drafts.near if only in (None, draft.child_id)]
    children = await _children({*(draft.child_id for draft in items), *(close.child_id for close in near)})
    episodes = await _episodes([id for draft in items if draft.told is None for id in draft.episode_ids])
    items.sort(key=lambda draft: (draft.order, children[draft.child_id]["child_ref"]))
    near = _in_order(near, children)
    level = occasion.scales.word(on, rule) if isinstance(rule, HasLevel) else ""
    whose = cache(_whose)
    return Proposal(
        panel=panel.slug,
        on=on,
        window=drafts.window,
        rule=occasion.terms.words(level),
        rule_version=occasion.terms.rule_version,
        items=tuple(_item(draft, children[draft.child_id], episodes, whose) for draft in items),
        places=drafts.places if only is None else (),
        near_misses=tuple(
            NearMiss(close.child_id, children[close.child_id]["child_ref"], close.reason, close.missed)
            for close in near
        ),
    )


def _in_order(near: Iterable[NearDraft], children: dict[int, dict[str, Any]]) -> list[NearDraft]:
    return sorted(near, key=lambda close: (close.order, children[close.child_id]["child_ref"]))


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
        return (), NOTHING_TOLD
    latest = episodes[ids[-1]]
    return ids, Told(
        tuple(episodes[id]["ref"] for id in ids), latest["responsible_authority"], latest["placed_in"]
    )


def _item(
    draft: Draft,
    child: dict[str, Any],
    episodes: dict[int, dict[str, Any]],
    whose: Callable[[str, str], dict[str, str]],
) -> ProposedItem:
    """The draft with its references; where the latest episode tells whose child it was then, that is what counts."""
    ids, told = _told(draft, episodes)
    responsible = told_or_childs(told.responsible_authority, child["responsible_authority"])
    return ProposedItem(
        child_id=draft.child_id,
        child_ref=child["child_ref"],
        reason=draft.reason,
        episode_ids=ids,
        episode_refs=told.refs,
        facts={**draft.facts, **whose(responsible, told_or_childs(told.placed_in, child["placed_in"]))},
        panel_case_id=draft.case_id,
    )


def _whose(responsible: str, placed_in: str) -> dict[str, str]:
    """Whose child it is, and the other authority or area where there is one."""
    whose = cohort_of(responsible, placed_in, handed_in.own_names)
    if whose is Cohort.PLACED_BY_OTHERS:
        return {"whose": str(whose), "responsible_authority": responsible}
    return {"whose": str(whose)} | ({"placed_in": placed_in} if whose is Cohort.OWN_AWAY else {})
