"""Asks the figures about one case, for whoever may see the figures of its panel. Nothing is written here."""

from datetime import datetime, timedelta

from app import database
from app.access import Identity, Permission, permits
from app.actions.queries import not_hidden
from app.figures.cases.rules import (
    ActionsOf,
    actions_line,
    before_and_after,
    initial_meeting,
    minutes_line,
    recall_line,
)
from app.figures.minutes.queries import meetings_held
from app.figures.queries import standards_known
from app.figures.recall.queries import recall_of
from app.figures.recall.rules import Recall
from app.figures.reduction.queries import away_of_child
from app.figures.reduction.rules import CAPTION
from app.figures.rules import Question
from app.london import london_date
from app.minutes.timeliness.rules import HEADLINE
from app.panels.cases.queries import case_head, discussed_at
from app.panels.cases.rules import CaseFacts
from app.panels.handed_in import CaseInFigures, CaseLine
from app.panels.restricting.queries import seer


async def case_in_figures(who: Identity, case: CaseFacts, now: datetime) -> CaseInFigures | None:
    """None for whoever may not see the figures of the case's panel."""
    if not permits(who, Permission.SEE_FIGURES, case.scope):
        return None
    today = london_date(now)
    head = await case_head(case.id, today)
    during = Question(
        case.accepted_on, (case.closed_on or today) + timedelta(days=1), now, panel=head.panel_slug
    )
    known = await standards_known(during)
    within = known.of(case.panel_id, head.panel_kind, case.accepted_on).timescales.initial_meeting
    return CaseInFigures(
        [
            *before_and_after(case, await away_of_child(case.child_id, today), today),
            *recall_line(case, await _recall(case, now), today),
            initial_meeting(case, within, today),
            await _minutes(who, case, during),
            actions_line(await _actions(who, case, during)),
        ],
        CAPTION,
        f"/figures/reduction/cases/{case.id}",
    )


async def _recall(case: CaseFacts, now: datetime) -> Recall:
    if case.closed_on is None:
        return Recall()
    return await recall_of(case.id, case.child_id, case.closed_on, now)


async def _minutes(who: Identity, case: CaseFacts, during: Question) -> CaseLine:
    """Of the held meetings about the child that this person may know of."""
    met = {one.meeting_id for one in await discussed_at(who, case) if one.status == "held"}
    held = await meetings_held(during) if met else []
    facts = [
        next(fact for fact in meeting.stages if fact.stage is HEADLINE)
        for meeting in held
        if meeting.id in met
    ]
    due = [fact for fact in facts if fact.is_due]
    return minutes_line(sum(fact.within_standard for fact in due), len(due), len(facts) - len(due))


async def _actions(who: Identity, case: CaseFacts, during: Question) -> ActionsOf:
    """Agreed by the panel about the child while the case was open, by the date first agreed."""
    rows = await database.fetch_as(
        ActionsOf,
        "SELECT count(*) FILTER (WHERE is_over) AS due, count(*) FILTER (WHERE on_time) AS on_time, "
        "count(*) FILTER (WHERE is_over AND finished_on IS NULL) AS overdue, "
        "count(*) FILTER (WHERE NOT is_over) AS not_due FROM ("
        "SELECT a.finished_on, a.finished_on IS NOT NULL OR a.original_due_on < $5 AS is_over, "
        "a.status = 'completed' AND a.finished_on <= a.original_due_on AS on_time FROM action a "
        "WHERE a.panel = $1 AND a.child = $2 AND a.issued_on >= $3 AND a.issued_on < $4 AND a.status <> 'withdrawn' "
        f"AND {not_hidden(6)}) AS counted",
        case.panel_id,
        case.child_id,
        during.from_on,
        during.to_on,
        london_date(during.now),
        *seer(who),
    )
    return rows[0]
