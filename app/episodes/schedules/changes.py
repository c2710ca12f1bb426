"""Choosing when a list goes out and to whom, and sending it."""

from datetime import date, datetime

from app import database
from app.access import Identity
from app.episodes.lists.rules import ListKind
from app.episodes.queries import last_changed_by
from app.episodes.schedules.queries import last_sent_for, readers_told, schedules
from app.episodes.schedules.rules import (
    Schedule,
    due_day,
    list_mail,
    needs_days,
    needs_somebody,
    same_times,
)
from app.history.changes import record, refuse_second
from app.lifecycle import Refused, Stale
from app.london import london_date
from app.outbox.changes import write_message

ABOUT = "list schedule"


async def set_schedule(who: Identity, chosen: Schedule, now: datetime, key: str | None = None) -> None:
    """Saves what an administrator chose. Raises Refused by field, Stale where somebody was quicker."""
    errors = {"weekdays": needs_days(chosen), "roles": needs_somebody(chosen)}
    found = {name: sentence for name, sentence in errors.items() if sentence}
    if found:
        raise Refused(next(iter(found.values())), found)
    async with database.transaction():
        await refuse_second(key)
        before = (await schedules())[chosen.kind]
        made = await database.fetch_value(
            "INSERT INTO list_schedule AS s (kind, is_on, weekdays, hour, roles, people, holds_from) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (kind) DO UPDATE SET is_on = $2, weekdays = $3, "
            "hour = $4, roles = $5, people = $6, holds_from = $7, version = s.version + 1 WHERE s.version = $8 "
            "RETURNING id",
            chosen.kind.value,
            chosen.is_on,
            sorted(chosen.weekdays),
            chosen.hour,
            sorted(chosen.roles),
            sorted(chosen.people),
            before.holds_from if before.holds_from and same_times(before, chosen) else now,
            chosen.version,
        )
        if made is None:
            await refuse_second(key)  # it may be this very form that was quicker
            raise Stale({}, await _last_changed_by(chosen.kind), before.version)
        await record(
            who.person_id,
            "list schedule changed",
            ABOUT,
            [made],
            now=now,
            details=_told_of(chosen),
            submission_key=key,
        )


async def _last_changed_by(kind: ListKind) -> str:
    held = await database.fetch_value("SELECT id FROM list_schedule WHERE kind = $1", kind.value)
    return await last_changed_by(ABOUT, held)


def _told_of(chosen: Schedule) -> dict[str, object]:
    return {
        "list": chosen.kind.value,
        "on": chosen.is_on,
        "weekdays": sorted(chosen.weekdays),
        "hour": chosen.hour,
        "roles": sorted(chosen.roles),
        "people": sorted(chosen.people),
    }


async def send_due_lists(now: datetime, base_url: str) -> int:
    """Sends every list that is due, once for its day. Returns how many people were told."""
    told = 0
    for schedule in (await schedules()).values():
        due_on = due_day(schedule, now)
        last_for = await last_sent_for(schedule.kind) if due_on else None
        if due_on and (last_for is None or due_on > last_for):
            told += await _send(schedule, due_on, last_for, now, base_url)
    return told


async def _send(schedule: Schedule, due_on: date, last_for: date | None, now: datetime, base_url: str) -> int:
    async with database.transaction():
        readers = await readers_told(schedule)
        ids = [reader.id for reader in readers]
        # another process may be at the same list: the row is the right to send it
        made = await database.fetch_value(
            "INSERT INTO scheduled_message (kind, due_on, sent_at, told) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT DO NOTHING RETURNING id",
            schedule.kind.value,
            due_on,
            now,
            ids,
        )
        if made is None:
            return 0
        subject, body = list_mail(schedule, london_date(now), last_for, base_url)
        for reader in readers:
            await write_message(
                person_id=reader.id, recipient=reader.email, subject=subject, body=body, now=now
            )
        await record(
            None,
            "list sent",
            "scheduled message",
            [made],
            now=now,
            details={"list": schedule.kind.value, "for": due_on.isoformat(), "to": ids},
        )
    return len(ids)
