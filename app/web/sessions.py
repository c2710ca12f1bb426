"""The session as every page sees it: its cookie, its form token, and the person behind it. Rows live with people."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from litestar.connection import ASGIConnection

from app.access import Identity
from app.settings import Settings


@dataclass(frozen=True)
class SignedIn:
    """A living session: who it belongs to and the hash that names it.

    `ends_at`: when it ends unless somebody goes on; `is_final`: it ends then whatever anybody does.
    """

    identity: Identity
    session_hash: str
    ends_at: datetime
    is_final: bool = False


class Identify(Protocol):
    """Finds the living session of a cookie's token, or None; handed in by people."""

    async def __call__(self, token: str, now: datetime, *, touch: bool = True) -> SignedIn | None:
        """`touch`: whether this is a sign of the person, from which the time until sign-out counts anew."""
        ...


def cookie_name(settings: Settings) -> str:
    return "__Host-homeward" if settings.is_https else "homeward"


def hash_token(token: str) -> str:
    """What is stored of a secret token."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_same(expected: str, given: str) -> bool:
    """Compares a secret with whatever came from outside, in a time that tells nothing."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def form_token(settings: Settings, session_hash: str) -> str:
    """The token that every form of this session carries."""
    return hmac.new(settings.secret_key.encode(), b"form:" + session_hash.encode(), "sha256").hexdigest()


def own_mark(settings: Settings, person_id: int) -> str:
    """By what a browser tells one person's pages from another's; says nothing about the person."""
    return hmac.new(settings.secret_key.encode(), b"person:%d" % person_id, "sha256").hexdigest()[:24]


def signed_in(connection: ASGIConnection) -> SignedIn | None:
    """Who was found by the guard, if anybody."""
    found = connection.scope.get("user")
    return found if isinstance(found, SignedIn) else None
