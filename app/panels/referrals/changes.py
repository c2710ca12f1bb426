"""Receiving, correcting and deciding referrals. Each verb is one transaction with its history entry."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from app import database
from app.access import Identity, Permission, permits
from app.episodes.children.changes import record_child
from app.episodes.queries import last_changed_by
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, MovedOn, Refused, Stale
from app.london import london_date
from app.panels.casebook.changes import write_casebooks
from app.panels.casebook.queries import casebooks
from app.panels.casebook.rules import StoredReferral
from app.panels.referrals.decisions.rules import REFERRAL, Decision, DecisionFacts, deciding_scope
from app.panels.referrals.queries import last_closed_at, panels_decided_by, referral_facts, risk_told
from app.panels.referrals.rules import NewChild, ReferralFacts, Threshold, Told

BRIEFING = 2026_904
"""The advisory lock: decisions share it, closing a briefing takes it alone."""

TWICE = (
    "This agency’s referral of this child on this day, asking for the same panel, is recorded already. "
    "Open it and correct it there."
)
TAKEN_UP = (
    "The panel has begun to work on this case, so it can’t be taken back here. Close it on its own page."
)


async def receive_referral(
    who: Identity, child: int | NewChild, told: Told, *, now: datetime, submission_key: str | None = None
) -> int:
    """Records a referral that has passed `rules.problem_of`; it waits for the next briefing. Returns its id.

    Raises Forbidden, or Refused where this agency's referral of the day, or the new child's reference, is there
    already.
    """
    if not permits(who, Permission.REFER_CHILD):
        raise Forbidden(Permission.REFER_CHILD)
    values = told.columns() | {"panel": told.asked_panel_id, "received_at": now, "received_by": who.person_id}
    try:
        async with database.transaction():
            await refuse_second(submission_key)
            child_id = (
                child
                if isinstance(child, int)
                else await record_child(
                    who, child_ref=child.child_ref, name=child.name, born_on=child.born_on, now=now
                )
            )
            referral_id = await insert_referral(child_id, values)
            await record(
                who.person_id,
                "referral received",
                "referral",
                [referral_id],
                now=now,
                children=[child_id],
                submission_key=submission_key,
            )
    except asyncpg.UniqueViolationError as problem:
        await refuse_second(submission_key)
        raise Refused(TWICE, {"referred_on": TWICE}) from problem
    except Refused:
        await refuse_second(submission_key)
        raise
    return referral_id


async def insert_referral(child_id: int, values: Mapping[str, Any]) -> int:
    """One row in the caller's transaction; `values` by column."""
    names = list(values)
    marks = ", ".join(f"${number}" for number in range(2, len(names) + 2))
    made: int = await database.fetch_value(
        f"INSERT INTO referral (child, {', '.join(names)}) VALUES ($1, {marks}) RETURNING id",
        child_id,
        *values.values(),
    )
    return made


async def correct_referral(
    who: Identity,
    referral: ReferralFacts,
    told: Told,
    *,
    version: int,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Writes what the referral says anew; what was decided stays. Raises Stale with what is stored, or Refused."""
    values = told.columns()
    if not referral.threshold:
        values["panel"] = told.asked_panel_id
    sets = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, 3))
    try:
        async with database.transaction():
            saved = await database.fetch_value(
                f"UPDATE referral SET {sets}, version = version + 1 WHERE id = $1 AND version = $2 RETURNING id",
                referral.id,
                version,
                *values.values(),
            )
            if saved is None:
                await refuse_second(submission_key)
                await _refuse_stale(referral.id)
            await record(
                who.person_id,
                "referral corrected",
                "referral",
                [referral.id],
                now=now,
                children=[referral.child_id],
                submission_key=submission_key,
            )
    except asyncpg.UniqueViolationError as problem:
        raise Refused(TWICE, {"referred_on": TWICE}) from problem


async def _refuse_stale(referral_id: int) -> None:
    stored = await referral_facts(referral_id)
    assert stored is not None, "referrals are never deleted"
    theirs = {field.name: getattr(stored, field.name) for field in fields(stored)}
    raise Stale(theirs, await last_changed_by("referral", referral_id), stored.version)


async def decide_referral(
    who: Identity,
    referral: ReferralFacts,
    decision: Decision,
    *,
    version: int,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Decides the threshold, or changes the decision while the briefing is open.

    With the threshold met the child's case on the panel begins, or the open one is joined. Raises Forbidden, Refused
    with a sentence by field, MovedOn when somebody decided first.
    """
    panels = [panel.id for panel in await panels_decided_by(who)]
    problems = decision.problems(panels)
    if problems:
        raise Refused("Check the decision.", problems)
    async with database.transaction():
        closed_at = await join_briefing()
        await refuse_second(submission_key)
        await decide(who, referral, decision, version=version, now=now, closed_at=closed_at)
        await note_decision(who, referral, decision, now, submission_key)


async def join_briefing() -> datetime | None:
    """Keeps the present briefing open until the transaction ends; returns when the last one closed."""
    await database.execute("SELECT pg_advisory_xact_lock_shared($1)", BRIEFING)
    return await last_closed_at()


def moment_of(now: datetime, closed_at: datetime | None) -> datetime:
    """The instant of a decision: after the briefing before it closed, also when that happened since the request."""
    return now if closed_at is None else max(now, closed_at + timedelta(microseconds=1))


async def decide(
    who: Identity,
    referral: ReferralFacts,
    decision: Decision,
    *,
    version: int,
    now: datetime,
    closed_at: datetime | None,
) -> None:
    """The statements of a decision, in the caller's transaction, which writes the history. Raises as above."""
    facts = DecisionFacts(bool(referral.threshold), referral.decided_at, closed_at)
    scope = deciding_scope(who, referral.scope, not referral.is_for_any_panel)
    REFERRAL.check(decision.threshold, referral.status, who, scope, facts)
    # one decision at a time about a child, so that two referrals cannot open two cases
    await database.execute("SELECT FROM child WHERE id = $1 FOR NO KEY UPDATE", referral.child_id)
    is_met = decision.threshold == Threshold.MET
    saved = await database.fetch_value(
        "UPDATE referral SET threshold = $3, panel = coalesce($4, panel), diverted_to = $5, rationale = $6, "
        "decided_at = $7, decided_by = $8, version = version + 1 WHERE id = $1 AND version = $2 RETURNING id",
        referral.id,
        version,
        decision.threshold,
        decision.panel_id if is_met else None,
        decision.diverted_to.strip() if decision.threshold == Threshold.DIVERTED else "",
        decision.rationale.strip(),
        moment_of(now, closed_at),
        who.person_id,
    )
    if saved is None:
        raise MovedOn(await _who_was_first(referral.id))
    if referral.threshold == Threshold.MET and (not is_met or decision.panel_id != referral.panel_id):
        await _take_back(referral)
    if is_met and (referral.threshold != Threshold.MET or decision.panel_id != referral.panel_id):
        assert decision.panel_id is not None, "Decision.problems asks for it"
        await _accept(referral, decision.panel_id, now)


async def _accept(referral: ReferralFacts, panel_id: int, now: datetime) -> None:
    """Opens the child's case on the panel, joins the open one, or recalls."""
    today = london_date(now)
    book = (await casebooks([(panel_id, referral.child_id)], 1))[panel_id, referral.child_id]
    stored = StoredReferral(referral.id, panel_id, referral.child_id, referral.referred_on, Threshold.MET)
    risk = referral.risk_level or await risk_told(referral.child_id, today)
    _, is_new = book.accept(stored, today, risk)
    if is_new:
        await write_casebooks([book])


async def _take_back(referral: ReferralFacts) -> None:
    """Takes the case away that the referral opened, as long as nothing has happened to it. Raises Refused."""
    case = await database.fetch_one(
        "SELECT id, version FROM panel_case WHERE referral = $1 AND panel = $2",
        referral.id,
        referral.panel_id,
    )
    if case is None:
        return  # it had joined another referral's case
    heir = await database.fetch_value(
        "SELECT min(id) FROM referral WHERE panel = $1 AND child = $2 AND threshold = 'met' AND id <> $3 "
        "AND decided_at >= $4",
        referral.panel_id,
        referral.child_id,
        referral.id,
        referral.decided_at,
    )
    if heir is not None:
        # another referral joined since and keeps the case
        await database.execute(
            "UPDATE panel_case SET referral = $2, version = version + 1 WHERE id = $1", case["id"], heir
        )
        return
    try:
        gone = await database.fetch_value(
            "DELETE FROM panel_case WHERE id = $1 AND first_meeting_on IS NULL AND last_reviewed_on IS NULL "
            "AND closed_on IS NULL RETURNING id",
            case["id"],
        )
    except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError) as problem:
        raise Refused(TAKEN_UP) from problem
    if gone is None:
        raise Refused(TAKEN_UP)


async def _who_was_first(referral_id: int) -> str:
    stored = await referral_facts(referral_id)
    assert stored is not None, "referrals are never deleted"
    by = stored.decided_by_name or await last_changed_by("referral", referral_id) or "Somebody"
    did = "decided this" if stored.threshold else "changed this referral"
    return f"{by} {did} first. Nothing was changed; read what stands now."


async def note_decision(
    who: Identity,
    referral: ReferralFacts,
    decision: Decision,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """The history entry of a decision, in its transaction."""
    await record(
        who.person_id,
        "threshold decided",
        "referral",
        [referral.id],
        now=now,
        children=[referral.child_id],
        details={"threshold": decision.threshold, "panel": decision.panel_id, "before": referral.threshold},
        submission_key=submission_key,
    )
