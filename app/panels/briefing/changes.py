"""Deciding a missing notification, and closing a briefing. Referrals are decided by their own verb."""

from datetime import datetime

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, MovedOn, Refused
from app.london import london_date
from app.panels.briefing.queries import (
    last_briefing,
    met_elsewhere,
    notification_facts,
    referral_of_the_day,
)
from app.panels.briefing.rules import BRIEFING_NAME, Counts, NotificationFacts, may_run
from app.panels.referrals.changes import (
    BRIEFING,
    decide,
    insert_referral,
    join_briefing,
    moment_of,
    note_decision,
)
from app.panels.referrals.decisions.rules import Decision, DecisionFacts, needs_the_briefing_open
from app.panels.referrals.queries import panels_decided_by, referral_facts
from app.panels.referrals.rules import ReferralFacts, Threshold
from app.panels.words import day_and_month


async def decide_notification(
    who: Identity,
    told: NotificationFacts,
    decision: Decision,
    *,
    version: int,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Decides on a missing notification, or changes the decision while the briefing is open.

    With the threshold met it makes a referral, which opens, joins or recalls as any other. `version` is the one the
    page showed, 0 for none. Raises Forbidden, Refused with a sentence by field, MovedOn when somebody was first.
    """
    if not may_run(who, told.panel_id if told.threshold == Threshold.MET else None):
        raise Forbidden(Permission.RUN_BRIEFING)
    problems = decision.problems([panel.id for panel in await panels_decided_by(who)])
    if problems:
        raise Refused("Check the decision.", problems)
    async with database.transaction():
        closed_at = await join_briefing()
        await refuse_second(submission_key)
        stands = needs_the_briefing_open(DecisionFacts(bool(told.threshold), told.decided_at, closed_at))
        if stands:
            raise Refused(stands)
        decision_id = await _keep(who, told, decision, version, moment_of(now, closed_at))
        was_met = told.threshold == Threshold.MET
        moves = was_met and (decision.threshold, decision.panel_id) != (told.threshold, told.panel_id)
        if moves:
            await _release(who, told, decision, now, closed_at)
        if decision.threshold == Threshold.MET and (moves or not was_met):
            referral_id = await _refer(who, told, decision, now, closed_at)
            await _point(decision_id, referral_id)
        elif moves:
            await _point(decision_id, None)
        await record(
            who.person_id,
            "notification decided",
            "episode",
            [told.episode_id],
            now=now,
            children=[told.child_id],
            details={"threshold": decision.threshold, "panel": decision.panel_id, "before": told.threshold},
            submission_key=submission_key,
        )


async def _point(decision_id: int, referral_id: int | None) -> None:
    await database.execute(
        "UPDATE briefing_decision SET referral = $2 WHERE id = $1", decision_id, referral_id
    )


async def _keep(
    who: Identity, told: NotificationFacts, decision: Decision, version: int, decided_at: datetime
) -> int:
    """Writes the decision's row; raises MovedOn when somebody wrote it since the page was shown."""
    values = (
        told.episode_id,
        decision.threshold,
        decision.panel_id if decision.threshold == Threshold.MET else None,
        decision.diverted_to.strip() if decision.threshold == Threshold.DIVERTED else "",
        decision.rationale.strip(),
        who.person_id,
        decided_at,
    )
    if version == 0:
        kept = await database.fetch_value(
            "INSERT INTO briefing_decision (episode, threshold, panel, diverted_to, rationale, decided_by, decided_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (episode) DO NOTHING RETURNING id",
            *values,
        )
    else:
        kept = await database.fetch_value(
            "UPDATE briefing_decision SET threshold = $2, panel = $3, diverted_to = $4, rationale = $5, "
            "decided_by = $6, decided_at = $7, version = version + 1 WHERE episode = $1 AND version = $8 RETURNING id",
            *values,
            version,
        )
    if kept is None:
        stored = await notification_facts(told.episode_id)
        by = stored.decided_by_name or "Somebody"
        raise MovedOn(f"{by} decided this first. Nothing was changed; read what stands now.")
    found: int = kept
    return found


async def _refer(
    who: Identity, told: NotificationFacts, decision: Decision, now: datetime, closed_at: datetime | None
) -> int:
    """The referral that a met notification makes; one a day for each child and panel. Returns its id."""
    assert decision.panel_id is not None, "Decision.problems asks for it"
    today = london_date(now)
    await database.execute("SELECT FROM child WHERE id = $1 FOR NO KEY UPDATE", told.child_id)
    referral_id = await referral_of_the_day(told.child_id, today, decision.panel_id)
    if referral_id is None:
        referral_id = await insert_referral(
            told.child_id,
            {
                "panel": decision.panel_id,
                "asked_panel": decision.panel_id,
                "referred_on": today,
                "referrer": BRIEFING_NAME,
                "concerns": ["missing"],
                "wanted": f"From the notification of the episode that began on {day_and_month(told.started_at)}",
                "received_at": now,
                "received_by": who.person_id,
            },
        )
        await record(
            who.person_id, "referral received", "referral", [referral_id], now=now, children=[told.child_id]
        )
    referral = await _stored(referral_id)
    if referral.threshold != Threshold.MET:
        await decide(who, referral, decision, version=referral.version, now=now, closed_at=closed_at)
        await note_decision(who, referral, decision, now)
    return referral_id


async def _release(
    who: Identity, told: NotificationFacts, decision: Decision, now: datetime, closed_at: datetime | None
) -> None:
    """The referral that the earlier decision made meets the threshold no longer, unless another one leans on it."""
    if told.referral_id is None or await met_elsewhere(told.referral_id, told.episode_id):
        return
    referral = await _stored(told.referral_id)
    if referral.threshold != Threshold.MET:
        return
    met_elsewhere_now = decision.threshold == Threshold.MET
    instead = Decision(Threshold.NOT_MET, rationale=decision.rationale) if met_elsewhere_now else decision
    await decide(who, referral, instead, version=referral.version, now=now, closed_at=closed_at)
    await note_decision(who, referral, instead, now)


async def _stored(referral_id: int) -> ReferralFacts:
    referral = await referral_facts(referral_id)
    assert referral is not None, "referrals are never deleted"
    return referral


async def close_briefing(
    who: Identity,
    *,
    last_id: int,
    counts: Counts,
    note: str,
    now: datetime,
    submission_key: str | None = None,
) -> int:
    """Ends the briefing; what comes later belongs to the next one. Returns its id.

    `last_id`: the briefing that was the last one when the page was shown, 0 for none. Raises Forbidden, or MovedOn
    when somebody closed this one first.
    """
    if not permits(who, Permission.RUN_BRIEFING):
        raise Forbidden(Permission.RUN_BRIEFING)
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1)", BRIEFING)
        await refuse_second(submission_key)
        last = await last_briefing()
        if last is not None and last.id != last_id:
            raise MovedOn(
                f"{last.closed_by_name} closed this briefing first. What came since is on the next one."
            )
        briefing_id: int = await database.fetch_value(
            "INSERT INTO briefing (closed_at, closed_by, note) VALUES ($1, $2, $3) RETURNING id",
            moment_of(now, last.closed_at if last else None),
            who.person_id,
            note.strip(),
        )
        await record(
            who.person_id,
            "briefing closed",
            "briefing",
            [briefing_id],
            now=now,
            details={
                "met": counts.met,
                "not met": counts.not_met,
                "diverted": counts.diverted,
                "left": counts.waiting,
                "curfew": counts.curfew,
            },
            submission_key=submission_key,
        )
    return briefing_id
