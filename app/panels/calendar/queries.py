"""Reads for calendars: who is invited, to what, and what a person's feed holds."""

from dataclasses import dataclass
from datetime import datetime

from app import database
from app.panels.calendar.rules import Entry, meeting_entry, slot_entry
from app.panels.guests.queries import slots_of_person
from app.panels.meetings.queries import MEETING
from app.panels.meetings.rules import MeetingFacts

MOST_MEETINGS = 1000


@dataclass(frozen=True)
class Invitee:
    """Somebody with a seat who can sign in; `answer` is the status of their reply."""

    person_id: int
    name: str
    email: str
    answer: str


@dataclass(frozen=True)
class Feed:
    """A private calendar address that works. `last_read_at`: to the hour; None while no program has fetched it."""

    id: int
    person_id: int
    made_at: datetime
    last_read_at: datetime | None


async def invitees_of(meeting_id: int, panel_id: int) -> list[Invitee]:
    """Everybody who holds a seat and can sign in, with what they answered."""
    return await database.fetch_as(
        Invitee,
        "SELECT p.id AS person_id, p.name, p.email, coalesce(a.status, 'invited') AS answer "
        "FROM seat s JOIN person p ON p.id = s.person "
        "LEFT JOIN attendance a ON a.meeting = $1 AND a.person = p.id "
        "WHERE s.panel = $2 AND s.ended_at IS NULL AND p.disabled_at IS NULL ORDER BY p.id",
        meeting_id,
        panel_id,
    )


async def seated_person(panel_id: int, person_id: int) -> Invitee | None:
    """A person whose address an invitation may go to, whether or not the seat still stands."""
    rows = await database.fetch_as(
        Invitee,
        "SELECT id AS person_id, name, email, 'invited' AS answer FROM person "
        "WHERE id = $1 AND disabled_at IS NULL",
        person_id,
    )
    return rows[0] if rows else None


async def meetings_invited_to(panel_id: int, now: datetime) -> list[MeetingFacts]:
    """The coming meetings of a panel for which invitations went out.

    Those that a rhythm made are announced together; each has its own invitation once its agenda is issued.
    """
    return await database.fetch_as(
        MeetingFacts,
        MEETING + "WHERE m.panel = $1 AND m.starts_at > $2 "
        "AND (m.status = 'agenda-issued' OR (m.status = 'planned' AND m.series IS NULL)) ORDER BY m.starts_at, m.id",
        panel_id,
        now,
    )


async def feed_of(token_hash: str) -> Feed | None:
    """The feed with this token, if it was not revoked and its owner may still sign in."""
    rows = await database.fetch_as(
        Feed,
        "SELECT f.id, f.person AS person_id, f.made_at, f.last_read_at "
        "FROM calendar_feed f JOIN person p ON p.id = f.person "
        "WHERE f.token_hash = $1 AND f.revoked_at IS NULL AND p.disabled_at IS NULL",
        token_hash,
    )
    return rows[0] if rows else None


async def living_feed(person_id: int) -> Feed | None:
    """The address that a person made and has not revoked."""
    rows = await database.fetch_as(
        Feed,
        "SELECT id, person AS person_id, made_at, last_read_at FROM calendar_feed "
        "WHERE person = $1 AND revoked_at IS NULL",
        person_id,
    )
    return rows[0] if rows else None


async def entries_of(person_id: int, address: str, since: datetime) -> list[Entry]:
    """What a person's pages show of coming meetings: those of the panels they sit on now, and their guest slots."""
    meetings = await database.fetch(
        MEETING.replace("SELECT ", "SELECT greatest(m.recorded_at, m.agenda_issued_at) AS stamped_at, ", 1)
        + "WHERE m.panel IN (SELECT panel FROM seat WHERE person = $1 AND ended_at IS NULL) AND m.starts_at > $2 "
        "ORDER BY m.starts_at, m.id LIMIT $3",
        person_id,
        since,
        MOST_MEETINGS,
    )
    entries = []
    for row in meetings:
        stamped_at = row.pop("stamped_at")
        entries.append(meeting_entry(MeetingFacts(**row), address, stamped_at))
    for slot in await slots_of_person(person_id, since):
        if slot.time is not None:
            entries.append(
                slot_entry(slot.id, slot.meeting, slot.time[0], slot.time[1], address, slot.invited_at)
            )
    return entries
