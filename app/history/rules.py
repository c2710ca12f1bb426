"""The chain of seals: a keyed hash over a batch of entries and over the seal before it. Pure."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

MOST_IN_A_SEAL = 1000


@dataclass(frozen=True)
class Entry:
    """One entry of the record, as it is stored."""

    id: int
    happened_at: datetime
    person_id: int | None
    kind: str
    about: str
    about_ids: list[int]
    child_ids: list[int]
    details: dict[str, Any]
    submission_key: str | None


@dataclass(frozen=True)
class Seal:
    """One link: the ids it covers, in order, and its keyed hash in hexadecimal."""

    id: int
    entry_ids: list[int]
    seal: str


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold; `entry_id` is the first entry concerned, where that can be told."""

    entry_id: int | None
    sentence: str


def key_for_seals(secret_key: str) -> bytes:
    return hashlib.sha256(b"seals:" + secret_key.encode()).digest()


def seal_of(key: bytes, before: str, entries: Sequence[Entry]) -> str:
    """The keyed hash over the seal before and these entries, each in one canonical line."""
    chain = hmac.new(key, before.encode(), "sha256")
    for entry in entries:
        chain.update(_canonical(entry))
    return chain.hexdigest()


def _canonical(entry: Entry) -> bytes:
    values = [
        entry.id,
        entry.happened_at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.person_id,
        entry.kind,
        entry.about,
        entry.about_ids,
        entry.child_ids,
        entry.details,
        entry.submission_key,
    ]
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def first_break(key: bytes, before: str, seal: Seal, entries: Sequence[Entry]) -> Break | None:
    """What is wrong with this link, or None. `entries` are those of its ids that are still there, in order."""
    there = {entry.id for entry in entries}
    for entry_id in seal.entry_ids:
        if entry_id not in there:
            return Break(entry_id, f"Entry {entry_id} is missing.")
    if not hmac.compare_digest(seal_of(key, before, entries), seal.seal):
        first = seal.entry_ids[0] if seal.entry_ids else None
        return Break(
            first, f"Seal {seal.id} does not fit: an entry from {first} on, or the seal itself, was changed."
        )
    return None


def copies_break(copies: Sequence[str], seals: Sequence[str]) -> Break | None:
    """The copies kept outside the database must be the beginning of its chain: else it was cut or replaced."""
    for number, copy in enumerate(copies, start=1):
        if number > len(seals):
            return Break(None, f"Seal {number} is in the copy outside the database but no longer in it.")
        if copy != seals[number - 1]:
            return Break(None, f"Seal {number} is not the one that was copied outside the database.")
    return None
