"""Adding a file to an action, and taking away one that was added by mistake."""

import hashlib
from datetime import datetime

from app import database
from app.access import Identity
from app.actions.evidence.queries import evidence_of, one_file
from app.actions.evidence.rules import MOST_FILES, clean_name, file_problem, kind_of
from app.actions.queries import ListedAction, action_to_update
from app.actions.rules import LONGEST_NOTE
from app.history.changes import record, refuse_second
from app.lifecycle import MovedOn, Refused
from app.panels.words import clock_time, long_day


async def add_evidence(
    who: Identity,
    action_id: int,
    name: str,
    content: bytes,
    *,
    now: datetime,
    submission_key: str | None = None,
) -> int:
    """Keeps the file with the action, also with a finished one; returns the file's id.

    Raises Invisible, Forbidden, Refused with the sentence for the field `file`, and AlreadySubmitted.
    """
    async with database.transaction():
        action = await _taken(who, action_id, submission_key)
        name = clean_name(name)
        problem = file_problem(name, content)
        digest = hashlib.sha256(content).hexdigest()
        there = await evidence_of(action)
        if problem is None and any(one.sha256 == digest for one in there):
            problem = "This file is here already. Choose another"
        elif problem is None and len(there) >= MOST_FILES:
            problem = f"An action holds up to {MOST_FILES} files. Take one away first"
        if problem is not None:
            raise Refused(problem, {"file": problem})
        evidence_id: int = await database.fetch_value(
            "INSERT INTO action_evidence (action, person, added_at, name, kind, size, sha256, content) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            action.id,
            who.person_id,
            now,
            name,
            kind_of(content),
            len(content),
            digest,
            content,
        )
        details = {"file": evidence_id, "size": len(content), "sha256": digest}
        await _record(who, action, "action file added", details, now, submission_key)
        return evidence_id


async def withdraw_evidence(
    who: Identity,
    action_id: int,
    evidence_id: int,
    reason: str,
    *,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Takes a file away: nobody is given it any more; that it was there, and its fingerprint, stay.

    Raises Invisible, Forbidden, Refused (no reason), MovedOn (it is away already) and AlreadySubmitted.
    """
    async with database.transaction():
        action = await _taken(who, action_id, submission_key)
        file = await one_file(action, evidence_id)
        if file.withdrawn_at is not None:
            when = f"{long_day(file.withdrawn_at)} at {clock_time(file.withdrawn_at)}"
            raise MovedOn(f"{file.withdrawn_by} took this file away on {when}. Nothing was changed.")
        problem = None if reason.strip() else "Say why this file is taken away"
        if len(reason) > LONGEST_NOTE:
            problem = f"Use {LONGEST_NOTE} characters or fewer"
        if problem is not None:
            raise Refused(problem, {"reason": problem})
        await database.execute(
            "INSERT INTO action_evidence_withdrawal (evidence, person, withdrawn_at, reason) VALUES ($1, $2, $3, $4)",
            evidence_id,
            who.person_id,
            now,
            reason.strip(),
        )
        details = {"file": evidence_id, "sha256": file.sha256}
        await _record(who, action, "action file taken away", details, now, submission_key)


async def _taken(who: Identity, action_id: int, submission_key: str | None) -> ListedAction:
    """The action, its row held until the end, so that files come and go one by one."""
    action = await action_to_update(who, action_id)
    await database.execute("SELECT FROM action WHERE id = $1 FOR UPDATE", action_id)
    await refuse_second(submission_key)
    return action


async def _record(
    who: Identity,
    action: ListedAction,
    kind: str,
    details: dict[str, object],
    now: datetime,
    submission_key: str | None,
) -> None:
    await record(
        who.person_id,
        kind,
        "action",
        [action.id],
        now=now,
        children=[action.child_id] if action.child_id is not None else [],
        details=details,
        submission_key=submission_key,
    )
