"""Reads of people, agencies, sessions and invitations, as frozen facts."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app import database
from app.access import Identity, SeatHeld
from app.lifecycle import Invisible


@dataclass(frozen=True)
class PersonFacts:
    id: int
    email: str
    name: str
    agency_id: int
    agency_name: str
    roles: list[str]
    disabled_at: datetime | None
    has_password: bool


@dataclass(frozen=True)
class AgencyFacts:
    id: int
    name: str
    kind: str
    people: int


@dataclass(frozen=True)
class SessionFacts:
    person_id: int
    name: str
    email: str
    agency_id: int
    agency_name: str
    roles: list[str]
    began_at: datetime
    last_seen_at: datetime

    def identity(self, seats: Sequence[SeatHeld]) -> Identity:
        """Who this is to the rules; the seats are handed in by the panels' room."""
        return Identity(
            person_id=self.person_id,
            name=self.name,
            email=self.email,
            agency_id=self.agency_id,
            agency_name=self.agency_name,
            roles=frozenset(self.roles),
            seats=tuple(seats),
        )


@dataclass(frozen=True)
class InvitationFacts:
    id: int
    person_id: int
    email: str
    name: str


PERSON = """
    SELECT p.id, p.email, p.name, p.agency AS agency_id, a.name AS agency_name, p.roles, p.disabled_at,
           p.password_hash IS NOT NULL AS has_password
    FROM person p JOIN agency a ON a.id = p.agency
"""

SeatsOf = Callable[[int], Awaitable[Sequence[SeatHeld]]]


async def people(search: str = "") -> list[PersonFacts]:
    return await database.fetch_as(
        PersonFacts,
        PERSON
        + " WHERE $1 = '' OR p.name ILIKE $2 OR p.email ILIKE $2 ORDER BY p.disabled_at IS NOT NULL, p.name",
        search,
        f"%{search}%",
    )


async def person_for(person_id: int) -> PersonFacts:
    """Raises Invisible when there is no such person."""
    rows = await database.fetch_as(PersonFacts, PERSON + " WHERE p.id = $1", person_id)
    if not rows:
        raise Invisible
    return rows[0]


async def person_by_email(email: str) -> PersonFacts | None:
    rows = await database.fetch_as(PersonFacts, PERSON + " WHERE p.email = $1", email)
    return rows[0] if rows else None


async def agencies() -> list[AgencyFacts]:
    return await database.fetch_as(
        AgencyFacts,
        "SELECT a.id, a.name, a.kind, count(p.id) AS people FROM agency a "
        "LEFT JOIN person p ON p.agency = a.id AND p.disabled_at IS NULL WHERE a.active GROUP BY a.id ORDER BY a.name",
    )


async def password_hash_of(person_id: int) -> str | None:
    found: str | None = await database.fetch_value(
        "SELECT password_hash FROM person WHERE id = $1", person_id
    )
    return found


async def session_of(token_hash: str) -> SessionFacts | None:
    """The session with this hash, whose person is not disabled."""
    rows = await database.fetch_as(
        SessionFacts,
        "SELECT p.id AS person_id, p.name, p.email, p.agency AS agency_id, a.name AS agency_name, p.roles, "
        "s.began_at, s.last_seen_at FROM session s JOIN person p ON p.id = s.person "
        "JOIN agency a ON a.id = p.agency WHERE s.token_hash = $1 AND p.disabled_at IS NULL",
        token_hash,
    )
    return rows[0] if rows else None


async def invitation_of(token_hash: str, now: datetime) -> InvitationFacts | None:
    """An unused invitation that has not run out, of a person who is not disabled."""
    rows = await database.fetch_as(
        InvitationFacts,
        "SELECT i.id, i.person AS person_id, p.email, p.name FROM invitation i JOIN person p ON p.id = i.person "
        "WHERE i.token_hash = $1 AND i.used_at IS NULL AND i.expires_at > $2 AND p.disabled_at IS NULL",
        token_hash,
        now,
    )
    return rows[0] if rows else None


async def failed_tries(email_hash: str, address: str, since: datetime) -> int:
    """The larger of the failed tries for the account and from the address since then."""
    found: int = await database.fetch_value(
        "SELECT greatest("
        "(SELECT count(*) FROM sign_in_attempt WHERE email_hash = $1 AND tried_at > $3), "
        "(SELECT count(*) FROM sign_in_attempt WHERE address = $2 AND tried_at > $3))",
        email_hash,
        address,
        since,
    )
    return found


async def example_people_exist(emails: Sequence[str]) -> bool:
    """Whether one of these sign-ins, whose password everybody knows, can be used here."""
    found: bool = await database.fetch_value(
        "SELECT EXISTS (SELECT FROM person WHERE email = ANY($1) AND disabled_at IS NULL)", list(emails)
    )
    return found
