"""Reads of whom minutes concern, whom they were sent to and who has opened them. Nothing is written here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app import database
from app.access import Identity, SeatHeld
from app.minutes.circulation.rules import Recipient
from app.minutes.rules import MinutesStatus, may_read
from app.panels.meetings.queries import MEETING
from app.panels.meetings.rules import MeetingFacts

RECIPIENTS = """
    WITH reads AS MATERIALIZED (
        SELECT person_id, happened_at FROM history_entry
        WHERE about = 'minutes' AND kind = 'minutes read' AND about_ids @> ARRAY[$1::bigint]
          AND happened_at >= coalesce((SELECT circulated_at FROM minutes WHERE meeting = $1), 'infinity')
          AND NOT details ? 'as_seen_by'
    ), came AS (
        SELECT a.person, min(a.status) AS status, bool_or(g.person IS NOT NULL) AS is_guest
        FROM attendance a LEFT JOIN guest_slot g ON g.meeting = a.meeting AND g.person = a.person
        WHERE a.meeting = $1 AND a.person IS NOT NULL GROUP BY a.person
    ), seated AS (
        SELECT person, min(role) AS role FROM seat WHERE panel = $2 AND ended_at IS NULL GROUP BY person
    ), written AS (
        SELECT r.* FROM minutes_recipient r JOIN minutes n ON n.id = r.minutes WHERE n.meeting = $1
    )
    SELECT p.id AS person_id, p.name, p.email, g.name AS agency_name, p.disabled_at IS NOT NULL AS is_disabled,
           coalesce(s.role, '') AS seat, coalesce(c.status, '') AS attended,
           coalesce(c.is_guest, false) AND s.person IS NULL AS is_guest,
           coalesce(w.status, '') AS status, coalesce(w.reason, '') AS reason, w.told_at, w.reminded_at,
           (SELECT min(happened_at) FROM reads
            WHERE reads.person_id = p.id AND reads.happened_at >= w.told_at) AS opened_at
    FROM person p JOIN agency g ON g.id = p.agency
    LEFT JOIN came c ON c.person = p.id LEFT JOIN seated s ON s.person = p.id LEFT JOIN written w ON w.person = p.id
    WHERE c.person IS NOT NULL OR s.person IS NOT NULL OR w.person IS NOT NULL
    ORDER BY array_position(ARRAY['chair', 'vice-chair', 'minute-taker', 'member', 'observer'], s.role::text),
             p.name, p.id
"""


async def any_meeting(meeting_id: int) -> MeetingFacts:
    """The meeting, for what recurs by itself and for nobody in particular."""
    return (await database.fetch_as(MeetingFacts, MEETING + "WHERE m.id = $1", meeting_id))[0]


async def recipients_of(meeting: MeetingFacts) -> list[Recipient]:
    """Everybody who was asked to the meeting, has a seat on its panel, or was chosen by hand, with what was sent."""
    found = await database.fetch_as(Recipient, RECIPIENTS, meeting.id, meeting.panel_id)
    identities = await identities_of([one.person_id for one in found])
    return [replace(one, may_open=_may_open(one, identities[one.person_id], meeting)) for one in found]


def _may_open(one: Recipient, who: Identity, meeting: MeetingFacts) -> bool:
    return not one.is_disabled and may_read(who, MinutesStatus.CIRCULATED, meeting.scope)


async def identities_of(person_ids: Collection[int]) -> dict[int, Identity]:
    """These people as the rules know them, with the seats they hold now."""
    rows = await database.fetch(
        "SELECT p.id, p.name, p.email, p.agency, g.name AS agency_name, p.roles, "
        "array_agg(s.panel) FILTER (WHERE s.id IS NOT NULL) AS panels, "
        "array_agg(s.role) FILTER (WHERE s.id IS NOT NULL) AS seat_roles, "
        "array_agg(s.agency) FILTER (WHERE s.id IS NOT NULL) AS agencies "
        "FROM person p JOIN agency g ON g.id = p.agency "
        "LEFT JOIN seat s ON s.person = p.id AND s.ended_at IS NULL WHERE p.id = ANY($1::bigint[]) "
        "GROUP BY p.id, g.id",
        sorted(set(person_ids)),
    )
    return {
        row["id"]: Identity(
            row["id"],
            row["name"],
            row["email"],
            row["agency"],
            row["agency_name"],
            frozenset(row["roles"]),
            tuple(
                SeatHeld(*seat)
                for seat in zip(
                    row["panels"] or (), row["seat_roles"] or (), row["agencies"] or (), strict=True
                )
            ),
        )
        for row in rows
    }


async def who_else(meeting: MeetingFacts, listed: Collection[int]) -> Sequence[tuple[int, str]]:
    """Whoever could open these minutes by their role and is not listed: id, and name with agency."""
    rows = await database.fetch(
        "SELECT p.id, p.name, g.name AS agency FROM person p JOIN agency g ON g.id = p.agency "
        "WHERE p.disabled_at IS NULL AND cardinality(p.roles) > 0 AND p.id <> ALL($1::bigint[]) ORDER BY p.name, p.id",
        sorted(listed),
    )
    identities = await identities_of([row["id"] for row in rows])
    return [
        (row["id"], f"{row['name']}, {row['agency']}")
        for row in rows
        if may_read(identities[row["id"]], MinutesStatus.CIRCULATED, meeting.scope)
    ]


@dataclass(frozen=True)
class Opened:
    """How far circulated minutes were opened."""

    told: int
    opened: int


async def opened_by(meeting_id: int) -> Opened:
    """How many were told of a meeting's minutes, and how many of them opened them since."""
    rows = await database.fetch_as(
        Opened,
        "SELECT count(*)::int AS told, count(*) FILTER (WHERE EXISTS (SELECT FROM history_entry h "
        "WHERE h.about = 'minutes' AND h.kind = 'minutes read' AND h.about_ids @> ARRAY[$1::bigint] "
        "AND h.person_id = r.person AND h.happened_at >= r.told_at AND NOT h.details ? 'as_seen_by'))::int AS opened "
        "FROM minutes_recipient r JOIN minutes n ON n.id = r.minutes "
        "WHERE n.meeting = $1 AND r.told_at IS NOT NULL",
        meeting_id,
    )
    return rows[0]


async def was_sent_to(meeting_id: int, person_id: int) -> bool:
    """Whether this person was told of a meeting's minutes."""
    return bool(
        await database.fetch_value(
            "SELECT EXISTS (SELECT FROM minutes_recipient r JOIN minutes n ON n.id = r.minutes "
            "WHERE n.meeting = $1 AND r.person = $2 AND r.told_at IS NOT NULL)",
            meeting_id,
            person_id,
        )
    )


async def meetings_never_reminded(told_before: datetime, told_after: datetime) -> list[int]:
    """Meetings with recipients told in (told_after, told_before] whom nobody has reminded."""
    rows = await database.fetch(
        "SELECT DISTINCT n.meeting FROM minutes_recipient r JOIN minutes n ON n.id = r.minutes "
        "WHERE r.told_at <= $1 AND r.told_at > $2 AND r.reminded_at IS NULL ORDER BY n.meeting",
        told_before,
        told_after,
    )
    return [row["meeting"] for row in rows]
