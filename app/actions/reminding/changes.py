"""Keeps what actions have reached and who was told of them. Both stand once, whatever runs twice."""

from collections.abc import Sequence
from datetime import date, datetime

from app import database
from app.actions.reminding.rules import Notice, Step


async def keep_steps(steps: Sequence[Step], today: date) -> None:
    await database.execute(
        "INSERT INTO action_rung (action, due_on, rung, vacant, reached_on) "
        "SELECT *, $5::date FROM unnest($1::bigint[], $2::date[], $3::text[], $4::boolean[]) ON CONFLICT DO NOTHING",
        [step.action_id for step in steps],
        [step.due_on for step in steps],
        [step.rung.value for step in steps],
        [step.vacant for step in steps],
        today,
    )


async def keep_notices(notices: Sequence[Notice], today: date, now: datetime) -> None:
    """In the transaction of the messages that tell of them."""
    await database.execute(
        "INSERT INTO action_reminder (action, person, due_on, rung, told_on, told_at) "
        "SELECT *, $5::date, $6::timestamptz FROM unnest($1::bigint[], $2::bigint[], $3::date[], $4::text[]) "
        "ON CONFLICT DO NOTHING",
        [notice.action_id for notice in notices],
        [notice.person_id for notice in notices],
        [notice.due_on for notice in notices],
        [notice.rung.value for notice in notices],
        today,
        now,
    )
