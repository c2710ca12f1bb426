"""Every change to people, agencies, invitations and sessions: one verb, one transaction, one history entry."""

import asyncio
import secrets
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

import argon2
import asyncpg

from app import database
from app.access import Identity
from app.history.changes import record, refuse_second
from app.lifecycle import Refused
from app.people import queries
from app.people.agencies.changes import leave_behind
from app.people.rules import (
    INVITATION_HOURS,
    LAST_SEEN_EVERY,
    MOST_TRIES,
    TRIES_WINDOW,
    SessionLimits,
    clean_email,
    is_session_alive,
    needs_a_good_password,
)
from app.web.sessions import SignedIn, hash_token

HASHER = argon2.PasswordHasher()
# checked when nobody has the address, so that the answer takes as long as for somebody
NOBODYS_HASH = HASHER.hash(secrets.token_urlsafe(16))
_TURNS: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
"""One try after the other for each account, so that many at once can't pass the count together."""


async def add_agency(
    who: Identity | None, name: str, kind: str, *, now: datetime, key: str | None = None
) -> int:
    """Raises Refused when an agency has this name already."""
    try:
        async with database.transaction():
            agency_id: int = await database.fetch_value(
                "INSERT INTO agency (name, kind) VALUES ($1, $2) RETURNING id", name, kind
            )
            await record(_id(who), "agency added", "agency", [agency_id], now=now, submission_key=key)
    except asyncpg.UniqueViolationError as problem:
        await refuse_second(key)
        raise Refused(
            "There is an agency of this name already.", {"name": "Choose another name"}
        ) from problem
    return agency_id


async def add_person(
    who: Identity | None,
    *,
    email: str,
    name: str,
    agency_id: int,
    roles: list[str],
    now: datetime,
    key: str | None = None,
) -> int:
    """Raises Refused when somebody has this e-mail address already."""
    try:
        async with database.transaction():
            person_id: int = await database.fetch_value(
                "INSERT INTO person (email, name, agency, roles) VALUES ($1, $2, $3, $4) RETURNING id",
                clean_email(email),
                name,
                agency_id,
                roles,
            )
            await record(
                _id(who),
                "person added",
                "person",
                [person_id],
                now=now,
                details={"roles": roles},
                submission_key=key,
            )
    except asyncpg.UniqueViolationError as problem:
        await refuse_second(key)
        sentence = "Somebody with this e-mail address is here already."
        raise Refused(sentence, {"email": sentence}) from problem
    except asyncpg.ForeignKeyViolationError as problem:
        raise _no_such_agency() from problem
    return person_id


def _no_such_agency() -> Refused:
    return Refused("Choose an agency from the list.", {"agency_id": "Choose an agency from the list"})


async def change_person(
    who: Identity, person_id: int, *, name: str, agency_id: int, roles: list[str], now: datetime
) -> None:
    """Changes a person and ends their sessions when their privileges changed. Raises Refused.

    Posts and lines stay with the agency: whoever goes to another one leaves them behind.
    """
    before = await queries.person_for(person_id)
    if person_id == who.person_id and set(before.roles) != set(roles):
        raise Refused(
            "Another administrator has to change your own roles.", {"roles": "You can’t change these"}
        )
    try:
        async with database.transaction():
            await database.execute(
                "UPDATE person SET name = $2, agency = $3, roles = $4 WHERE id = $1",
                person_id,
                name,
                agency_id,
                roles,
            )
            details: dict[str, object] = {"roles_before": before.roles, "roles": roles}
            if before.agency_id != agency_id and (posts := await leave_behind(person_id, agency_id)):
                details["posts_left"] = posts
            if set(before.roles) != set(roles) or before.agency_id != agency_id:
                await database.execute("DELETE FROM session WHERE person = $1", person_id)
            await record(
                who.person_id,
                "person changed",
                "person",
                [person_id],
                now=now,
                details=details,
            )
    except asyncpg.ForeignKeyViolationError as problem:
        raise _no_such_agency() from problem


async def disable_person(who: Identity, person_id: int, *, now: datetime) -> None:
    """From the next request on this person is signed out and can't come back. Raises Refused for oneself."""
    if person_id == who.person_id:
        raise Refused("You can’t disable yourself. Ask another administrator.")
    async with database.transaction():
        await database.execute(
            "UPDATE person SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL", person_id, now
        )
        await database.execute("DELETE FROM session WHERE person = $1", person_id)
        await database.execute(
            "UPDATE invitation SET used_at = $2 WHERE person = $1 AND used_at IS NULL", person_id, now
        )
        await record(who.person_id, "person disabled", "person", [person_id], now=now)


async def enable_person(who: Identity, person_id: int, *, now: datetime) -> None:
    async with database.transaction():
        await database.execute("UPDATE person SET disabled_at = NULL WHERE id = $1", person_id)
        await record(who.person_id, "person enabled", "person", [person_id], now=now)


async def invite(who: Identity | None, person_id: int, *, now: datetime) -> str:
    """Makes the one-time link's token to set a password; an earlier unused one stops working."""
    token = secrets.token_urlsafe(32)
    async with database.transaction():
        await database.execute(
            "UPDATE invitation SET used_at = $2 WHERE person = $1 AND used_at IS NULL", person_id, now
        )
        await database.execute(
            "INSERT INTO invitation (person, token_hash, made_at, expires_at) VALUES ($1, $2, $3, $4)",
            person_id,
            hash_token(token),
            now,
            now + timedelta(hours=INVITATION_HOURS),
        )
        await record(_id(who), "invitation made", "person", [person_id], now=now)
    return token


async def accept_invitation(token: str, password: str, *, now: datetime) -> None:
    """Sets the password of the invited person, once. Raises Refused."""
    invitation = await queries.invitation_of(hash_token(token), now)
    if invitation is None:
        raise Refused("This link was used before or has run out. Ask an administrator for a new one.")
    sentence = needs_a_good_password(password, invitation.email)
    if sentence:
        raise Refused(sentence, {"password": sentence})
    hashed = await asyncio.to_thread(HASHER.hash, password)
    async with database.transaction():
        used = await database.execute(
            "UPDATE invitation SET used_at = $2 WHERE id = $1 AND used_at IS NULL", invitation.id, now
        )
        if used != "UPDATE 1":
            raise Refused("This link was used before. Ask an administrator for a new one.")
        await _set_password(invitation.person_id, hashed, now)


async def change_password(who: Identity, old: str, new: str, *, now: datetime) -> None:
    """Changes one's own password and signs every browser out. Raises Refused."""
    sentence = needs_a_good_password(new, who.email)
    if sentence:
        raise Refused(sentence, {"new_password": sentence})
    if not await _is_right(await queries.password_hash_of(who.person_id), old):
        raise Refused(
            "That is not your present password.", {"old_password": "That is not your present password."}
        )
    hashed = await asyncio.to_thread(HASHER.hash, new)
    async with database.transaction():
        await _set_password(who.person_id, hashed, now)


async def _set_password(person_id: int, hashed: str, now: datetime) -> None:
    await database.execute("UPDATE person SET password_hash = $2 WHERE id = $1", person_id, hashed)
    await database.execute("DELETE FROM session WHERE person = $1", person_id)
    await record(person_id, "password set", "person", [person_id], now=now)


async def sign_in(email: str, password: str, address: str, *, now: datetime) -> str:
    """Checks the password and returns the token of a new session.

    Raises Refused with the same sentence, after the same time, whoever does not exist.
    """
    email_hash = hash_token(email.strip().lower())
    async with _TURNS.setdefault(email_hash, asyncio.Lock()):
        return await _try_to_sign_in(email, password, email_hash, address, now)


async def _try_to_sign_in(email: str, password: str, email_hash: str, address: str, now: datetime) -> str:
    if await queries.failed_tries(email_hash, address, now - TRIES_WINDOW) >= MOST_TRIES:
        raise Refused("Too many wrong tries. Wait five minutes, then try again.")
    person = await queries.person_by_email(email.strip().lower())
    stored = await queries.password_hash_of(person.id) if person and not person.disabled_at else None
    if not await _is_right(stored, password) or person is None:
        await database.execute(
            "INSERT INTO sign_in_attempt (email_hash, address, tried_at) VALUES ($1, $2, $3)",
            email_hash,
            address,
            now,
        )
        raise Refused("The e-mail address or the password is wrong.")
    token = secrets.token_urlsafe(32)
    async with database.transaction():
        await database.execute(
            "DELETE FROM sign_in_attempt WHERE email_hash = $1 OR tried_at < $2",
            email_hash,
            now - TRIES_WINDOW,
        )
        await database.execute(
            "INSERT INTO session (token_hash, person, began_at, last_seen_at) VALUES ($1, $2, $3, $3)",
            hash_token(token),
            person.id,
            now,
        )
        await record(person.id, "signed in", "person", [person.id], now=now)
    return token


async def _is_right(stored: str | None, password: str) -> bool:
    try:
        matches: bool = await asyncio.to_thread(HASHER.verify, stored or NOBODYS_HASH, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return matches and stored is not None


async def sign_out(who: Identity, session_hash: str, *, now: datetime) -> None:
    async with database.transaction():
        await database.execute("DELETE FROM session WHERE token_hash = $1", session_hash)
        await record(who.person_id, "signed out", "person", [who.person_id], now=now)


async def identify(
    token: str, now: datetime, limits: SessionLimits, seats_of: queries.SeatsOf, *, touch: bool = True
) -> SignedIn | None:
    """The living session behind a cookie, or None. Notes that it was seen (`touch`); never makes a session."""
    session_hash = hash_token(token)
    session = await queries.session_of(session_hash)
    if session is None or not is_session_alive(session.began_at, session.last_seen_at, now, limits):
        return None
    identity = session.identity(await seats_of(session.person_id))
    last_seen_at = session.last_seen_at
    if touch and now - last_seen_at >= LAST_SEEN_EVERY:
        # an update, never an upsert: a request in flight at sign-out must not bring the session back
        await database.execute(
            "UPDATE session SET last_seen_at = $2 WHERE token_hash = $1", session_hash, now
        )
        last_seen_at = now
    idle_ends, all_ends = last_seen_at + limits.idle, session.began_at + limits.absolute
    return SignedIn(identity, session_hash, min(idle_ends, all_ends), all_ends <= idle_ends)


def _id(who: Identity | None) -> int | None:
    return who.person_id if who else None
