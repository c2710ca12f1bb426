"""Writes the digests of an hour, with what they tell in the same transaction; and how a person wants theirs."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime

from app import database
from app.access import Identity
from app.actions.digests.queries import (
    has_run,
    last_hour_run,
    preferences,
    recommended_by,
    told_of_recommendations,
)
from app.actions.digests.rules import (
    USUAL,
    Preference,
    RecommendationNotice,
    digest_mail,
    digests_of,
    is_turn,
    recommendations_to_tell,
    slot_of,
)
from app.actions.reminding.changes import keep_notices, keep_steps
from app.actions.reminding.queries import board_on
from app.actions.reminding.rules import Board, Notice, Rung, Step, day_of
from app.history.changes import record, refuse_second
from app.lifecycle import MovedOn
from app.outbox.changes import write_message

ONE_AT_A_TIME = 0x686F6D65_7265_6D
"""The advisory lock under which a run is made; another process waits, and then finds it made."""


async def send_digests(now: datetime, base_url: str) -> int:
    """Lets overdue actions climb and writes the digests of whose hour has come; returns how many.

    Once an hour on working days. What a run that did not happen would have said is said by the next one, once.
    """
    slot = slot_of(now)
    if slot is None or await has_run(*slot):
        return 0
    today, hour = slot
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1)", ONE_AT_A_TIME)
        if await has_run(today, hour):
            return 0
        since = await last_hour_run(today)
        await database.execute(
            "INSERT INTO reminder_run (day, hour, ran_at) VALUES ($1, $2, $3)", today, hour, now
        )
        return await _run(today, since, hour, now, base_url)


async def _run(today: date, since: int | None, hour: int, now: datetime, base_url: str) -> int:
    wanted = await preferences()
    board = await board_on(today)
    turn = {
        person: preference
        for person in board.everybody.people
        if is_turn(preference := wanted.get(person, USUAL), since, hour)
    }
    turn = await _without_a_digest(turn, today)

    def wants(person: int, rung: Rung) -> bool:
        return person in turn and turn[person].wants(rung)

    # a run over many actions takes a while of thinking: pages are answered meanwhile
    steps, notices = await asyncio.to_thread(day_of, board, today, wants)
    await keep_steps(steps, today)
    recommendations = await recommended_by(today)
    recommended = [
        notice
        for notice in recommendations_to_tell(recommendations, await told_of_recommendations(), today)
        if wants(notice.person_id, notice.rung)
    ]
    digests = digests_of(board.actions, notices, recommendations, recommended)
    await _keep_digests(sorted(digests), today, now)
    await keep_notices(notices, today, now)
    await _keep_recommended(recommended, today, now)
    for person_id, digest in sorted(digests.items()):
        subject, body = digest_mail(digest, today, base_url)
        recipient = board.everybody.people[person_id].email
        await write_message(person_id=person_id, recipient=recipient, subject=subject, body=body, now=now)
    if steps or digests:
        await _record(board, steps, notices, len(digests), now)
    return len(digests)


async def _without_a_digest(turn: dict[int, Preference], today: date) -> dict[int, Preference]:
    """Who has had no digest today: an hour that was changed since does not bring a second one."""
    rows = await database.fetch("SELECT person FROM digest WHERE day = $1", today)
    had = {row["person"] for row in rows}
    return {person: preference for person, preference in turn.items() if person not in had}


async def _keep_digests(people: Sequence[int], today: date, now: datetime) -> None:
    await database.execute(
        "INSERT INTO digest (person, day, written_at) SELECT *, $2::date, $3::timestamptz FROM unnest($1::bigint[])",
        list(people),
        today,
        now,
    )


async def _keep_recommended(notices: Sequence[RecommendationNotice], today: date, now: datetime) -> None:
    await database.execute(
        "INSERT INTO recommendation_reminder (recommendation, person, due_on, rung, told_on, told_at) "
        "SELECT *, $5::date, $6::timestamptz FROM unnest($1::bigint[], $2::bigint[], $3::date[], $4::text[])",
        [notice.recommendation_id for notice in notices],
        [notice.person_id for notice in notices],
        [notice.due_on for notice in notices],
        [notice.rung.value for notice in notices],
        today,
        now,
    )


async def _record(
    board: Board, steps: Sequence[Step], notices: Sequence[Notice], digests: int, now: datetime
) -> None:
    """One entry for the run: which actions, how many messages; who was told of which stands beside the actions."""
    reached = {rung.value: sum(step.rung is rung for step in steps) for rung in Rung}
    await record(
        None,
        "actions reminded of",
        "action",
        sorted({step.action_id for step in steps} | {notice.action_id for notice in notices}),
        now=now,
        details={"digests": digests, "reached": {rung: count for rung, count in reached.items() if count}},
    )


async def choose_digest(
    who: Identity, preference: Preference, *, version: int, now: datetime, submission_key: str | None
) -> None:
    """Keeps how this person wants to be reminded. Raises MovedOn when they changed it elsewhere meanwhile."""
    async with database.transaction():
        await refuse_second(submission_key)
        kept = await database.fetch_value(
            "INSERT INTO digest_preference AS d (person, wanted, hour) VALUES ($1, $2, $3) ON CONFLICT (person) "
            "DO UPDATE SET wanted = excluded.wanted, hour = excluded.hour, version = d.version + 1 "
            "WHERE d.version = $4 RETURNING d.id",
            who.person_id,
            preference.wanted,
            preference.hour,
            version,
        )
        if kept is None:
            raise MovedOn("You changed this elsewhere meanwhile. It stands as you chose there.")
        await record(
            who.person_id,
            "reminders chosen",
            "person",
            [who.person_id],
            now=now,
            details={"wanted": preference.wanted, "hour": preference.hour},
            submission_key=submission_key,
        )
