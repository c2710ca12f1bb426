"""Choosing when something goes out and to whom, and sending it."""

from collections.abc import Iterable
from datetime import datetime

from app import database
from app.access import Identity
from app.episodes.queries import last_changed_by
from app.episodes.schedules.kinds import Occasion, Scheduled
from app.episodes.schedules.queries import last_sent_for, readers_told, schedule_of
from app.episodes.schedules.rules import Schedule, due_day, needs_days, needs_somebody, same_times
from app.history.changes import record, refuse_second
from app.lifecycle import Refused, Stale
from app.outbox.changes import write_message

ABOUT = "schedule"


async def set_schedule(
    who: Identity, kind: Scheduled, chosen: Schedule, now: datetime, key: str | None = None
) -> None:
    """Saves what somebody chose. Raises Refused by field, Stale where somebody was quicker."""
    errors = {"weekdays": needs_days(chosen), "roles": needs_somebody(chosen)}
    found = {name: sentence for name, sentence in errors.items() if sentence}
    if found:
        raise Refused(next(iter(found.values())), found)
    async with database.transaction():
        await refuse_second(key)
        before = await schedule_of(kind)
        made = await database.fetch_value(
            "INSERT INTO schedule AS s (kind, is_on, weekdays, hour, roles, people, holds_from) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (kind) DO UPDATE SET is_on = $2, weekdays = $3, "
            "hour = $4, roles = $5, people = $6, holds_from = $7, version = s.version + 1 WHERE s.version = $8 "
            "RETURNING id",
            kind.slug,
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
            raise Stale({}, await _last_changed_by(kind), before.version)
        await record(
            who.person_id,
            "schedule changed",
            ABOUT,
            [made],
            now=now,
            details=_told_of(chosen),
            submission_key=key,
        )


async def _last_changed_by(kind: Scheduled) -> str:
    held = await database.fetch_value("SELECT id FROM schedule WHERE kind = $1", kind.slug)
    return await last_changed_by(ABOUT, held)


def _told_of(chosen: Schedule) -> dict[str, object]:
    return {
        "of": chosen.kind,
        "on": chosen.is_on,
        "weekdays": sorted(chosen.weekdays),
        "hour": chosen.hour,
        "roles": sorted(chosen.roles),
        "people": sorted(chosen.people),
    }


async def send_due(kinds: Iterable[Scheduled], now: datetime, base_url: str) -> int:
    """Sends whatever is due, once for its day. Returns how many people were told."""
    told = 0
    for kind in kinds:
        schedule = await schedule_of(kind)
        due_on = due_day(schedule, now)
        last_for = await last_sent_for(kind) if due_on else None
        if due_on and (last_for is None or due_on > last_for):
            told += await _send(kind, Occasion(schedule, due_on, last_for, now, base_url))
    return told


async def _send(kind: Scheduled, occasion: Occasion) -> int:
    async with database.transaction():
        readers = await readers_told(kind, occasion.schedule)
        ids = [reader.id for reader in readers]
        # another process may be at the same: the row is the right to send it
        made = await database.fetch_value(
            "INSERT INTO scheduled_message (kind, due_on, sent_at, told) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT DO NOTHING RETURNING id",
            kind.slug,
            occasion.due_on,
            occasion.now,
            ids,
        )
        if made is None:
            return 0
        mail = await kind.prepare(occasion)
        for reader in readers:
            await write_message(
                person_id=reader.id,
                recipient=reader.email,
                subject=mail.subject,
                body=mail.body,
                now=occasion.now,
            )
        await record(
            None,
            "scheduled message sent",
            "scheduled message",
            [made],
            now=occasion.now,
            details={"of": kind.slug, "for": occasion.due_on.isoformat(), "to": ids},
        )
    return len(ids)
