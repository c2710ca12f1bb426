"""The session as every page sees it: its cookie, its form token, and the person behind it. Rows live with people."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from litestar.connection import ASGIConnection

from app.access import Identity
from app.settings import Settings


@dataclass(frozen=True)
class SignedIn:
    """A living session: who it belongs to and the hash that names it."""

    identity: Identity
    session_hash: str


Identify = Callable[[str, datetime], Awaitable[SignedIn | None]]
"""Finds the living session of a cookie's token, or None; handed in by people."""


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


def signed_in(connection: ASGIConnection) -> SignedIn | None:
    """Who was found by the guard, if anybody."""
    found = connection.scope.get("user")
    return found if isinstance(found, SignedIn) else None
