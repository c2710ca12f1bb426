"""Records problems between services, what is said of them later, and how they end."""

from datetime import datetime

from app import database
from app.access import Identity, Permission
from app.history.changes import record, refuse_second
from app.lifecycle import Invisible, MovedOn, Refused
from app.london import london_date
from app.panels.agenda.queries import item_facts, panel_of
from app.panels.meetings.queries import meeting_for
from app.panels.problems.queries import agency_on_panel, meetings_since, owners_of, problem_for
from app.panels.problems.rules import (
    PROBLEM,
    Found,
    MoveFacts,
    ProblemFacts,
    ProblemStatus,
    found_problems,
    needs_words,
    passing_problems,
    records_problems,
    why_not_recorded,
)
from app.panels.restricting.queries import require_seen_item


async def record_problem(
    who: Identity,
    meeting_id: int,
    item_id: int,
    found: Found,
    *,
    now: datetime,
    submission_key: str | None = None,
) -> int:
    """A problem that an item of a running or held meeting brought to light. Returns its id.

    Raises Refused by field or before the meeting, Invisible, Forbidden, AlreadySubmitted.
    """
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id, Permission.RECORD_PROBLEM)
        item = await item_facts(meeting.id, item_id)
        await require_seen_item(who, item.id)
        if not records_problems((await panel_of(meeting)).kind):
            raise Invisible
        sentence = why_not_recorded(meeting, now)
        if sentence:
            raise Refused(sentence)
        problems = found_problems(found, [key for key, _ in await owners_of(meeting.panel_id)])
        if problems:
            raise Refused(next(iter(problems.values())), problems)
        await refuse_second(submission_key)
        person_id, agency_id = await _owner(meeting.panel_id, found.owner)
        made: int = await database.fetch_value(
            "INSERT INTO service_problem (panel, agenda_item, service, problem, owner, agency, found_on) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            meeting.panel_id,
            item.id,
            " ".join(found.service.split()),
            found.problem.strip(),
            person_id,
            agency_id,
            london_date(meeting.starts_at),
        )
        await record(
            who.person_id,
            "service problem recorded",
            "service problem",
            [made],
            now=now,
            children=[item.child_id] if item.child_id else [],
            details={"item": item.id, "meeting": meeting.id},
            submission_key=submission_key,
        )
    return made


async def say_of_problem(
    who: Identity,
    problem_id: int,
    *,
    words: str,
    meeting_id: int | None = None,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Adds what was said of an open problem, at one of the panel's meetings or between them; nothing is replaced.

    Raises Refused, MovedOn when it has been resolved, Invisible, Forbidden, AlreadySubmitted.
    """
    async with database.transaction():
        problem = await problem_for(who, problem_id, Permission.RECORD_PROBLEM)
        sentence = needs_words(MoveFacts(words))
        if sentence:
            raise Refused(sentence, {"words": sentence})
        await database.execute("SELECT FROM service_problem WHERE id = $1 FOR UPDATE", problem.id)
        await refuse_second(submission_key)
        if problem.status == ProblemStatus.RESOLVED:
            raise MovedOn("This problem has been resolved. Reopen it to add to it.")
        if meeting_id is not None and meeting_id not in {
            one.id for one in await meetings_since(problem, now)
        }:
            raise Refused("Choose the meeting from the list", {"meeting": "Choose the meeting from the list"})
        await _add_words(who, problem, words.strip(), meeting_id, now)
        await _note(who, "service problem spoken of", problem, now, submission_key)


async def move_problem(
    who: Identity,
    problem_id: int,
    move: str,
    *,
    words: str,
    seen: int,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """`resolve`, with how it ended, or `reopen`, with why; the words stay among what was said of it.

    Raises Refused without words, MovedOn when somebody was first, Invisible, Forbidden, AlreadySubmitted.
    """
    async with database.transaction():
        problem = await problem_for(who, problem_id, Permission.RECORD_PROBLEM)
        await refuse_second(submission_key)
        step = PROBLEM.check(move, problem.status, who, problem.scope, MoveFacts(words))
        ends = step.target == ProblemStatus.RESOLVED
        changed = await database.fetch_value(
            "UPDATE service_problem SET resolved_on = $2, resolution = $3, version = version + 1 "
            "WHERE id = $1 AND version = $4 AND (resolved_on IS NULL) = $5 RETURNING id",
            problem.id,
            london_date(now) if ends else None,
            words.strip() if ends else "",
            seen,
            ends,
        )
        if changed is None:
            raise MovedOn("Somebody changed this problem just now. Nothing was changed; look at it again.")
        said = f"{'Resolved' if ends else 'Reopened'}: {words.strip()}"
        await _add_words(who, problem, said, None, now)
        kind = "service problem resolved" if ends else "service problem reopened"
        await _note(who, kind, problem, now, submission_key)


async def pass_problem_on(
    who: Identity,
    problem_id: int,
    *,
    owner: str,
    words: str,
    seen: int,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Somebody else takes an open problem on; why stays among what was said of it, with both names.

    Raises Refused by field, MovedOn when somebody was first or it is resolved, Invisible, Forbidden, AlreadySubmitted.
    """
    async with database.transaction():
        problem = await problem_for(who, problem_id, Permission.RECORD_PROBLEM)
        await refuse_second(submission_key)
        if problem.status == ProblemStatus.RESOLVED:
            raise MovedOn("This problem has been resolved. Reopen it to give it to somebody else.")
        owners = dict(await owners_of(problem.panel_id))
        problems = passing_problems(problem, owner, words, owners)
        if problems:
            raise Refused(next(iter(problems.values())), problems)
        person_id, agency_id = await _owner(problem.panel_id, owner)
        changed = await database.fetch_value(
            "UPDATE service_problem SET owner = $2, agency = $3, version = version + 1 "
            "WHERE id = $1 AND version = $4 AND resolved_on IS NULL RETURNING id",
            problem.id,
            person_id,
            agency_id,
            seen,
        )
        if changed is None:
            raise MovedOn("Somebody changed this problem just now. Nothing was changed; look at it again.")
        said = f"Passed from {problem.owner or 'nobody'} to {owners[owner]}: {words.strip()}"
        await _add_words(who, problem, said, None, now)
        await _note(who, "service problem passed on", problem, now, submission_key)


async def _owner(panel_id: int, key: str) -> tuple[int | None, int | None]:
    """Person and agency of `person-12` or `agency-3`; a person takes it on for the agency of their seat."""
    kind, _, number = key.partition("-")
    if kind == "person":
        return int(number), await agency_on_panel(panel_id, int(number))
    return None, int(number)


async def _add_words(
    who: Identity, problem: ProblemFacts, words: str, meeting_id: int | None, now: datetime
) -> None:
    await database.execute(
        "INSERT INTO service_problem_word (service_problem, meeting, words, person, said_at) "
        "VALUES ($1, $2, $3, $4, $5)",
        problem.id,
        meeting_id,
        words,
        who.person_id,
        now,
    )


async def _note(
    who: Identity, kind: str, problem: ProblemFacts, now: datetime, submission_key: str | None
) -> None:
    await record(
        who.person_id,
        kind,
        "service problem",
        [problem.id],
        now=now,
        children=[problem.child_id] if problem.child_id else [],
        submission_key=submission_key,
    )
