"""How a status moves: which moves there are, who may make them, what must hold first. Pure.

A room declares one Lifecycle in its `rules`. The same value lists the buttons, guards the change and drives the
exhaustive status x move test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.access import Identity, Permission, Scope, permits

Requirement = Callable[[Any], str | None]
"""Takes the room's facts; returns the sentence to show when the move must wait, or None."""


class Refused(Exception):
    """A rule says no; the message is a sentence for the person. `errors` maps fields to sentences."""

    def __init__(self, sentence: str, errors: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.errors = errors or {}


class Forbidden(Exception):
    """This person may see the thing but not do this with it (403)."""


class Invisible(Exception):
    """For this person the thing does not exist (404)."""


class MovedOn(Exception):
    """Someone else moved first (409); the message says who or what."""


class Stale(Exception):
    """An edit was based on an older version (409). `theirs` is what is stored now, `by` who stored it."""

    def __init__(self, theirs: dict[str, Any], by: str, version: int) -> None:
        super().__init__(f"{by or 'Someone'} changed this while you were writing.")
        self.theirs = theirs
        self.by = by
        self.version = version


@dataclass(frozen=True)
class Move:
    """One step: from any of `sources` to `target`, for whom `permission` permits, when every requirement holds."""

    name: str
    sources: frozenset[str]
    target: str
    permission: Permission
    requires: tuple[Requirement, ...] = ()


@dataclass(frozen=True)
class Lifecycle:
    statuses: tuple[str, ...]
    moves: tuple[Move, ...]

    def move(self, name: str) -> Move:
        return next(move for move in self.moves if move.name == name)

    def open_moves(self, status: str, who: Identity, scope: Scope) -> list[Move]:
        """The moves to offer as buttons: from this status, for this person."""
        return [m for m in self.moves if status in m.sources and permits(who, m.permission, scope)]

    def check(self, name: str, status: str, who: Identity, scope: Scope, facts: Any) -> Move:
        """The move, if it may be made now.

        Raises Forbidden, MovedOn (the status allows it no longer), or Refused with the first requirement's sentence.
        """
        move = self.move(name)
        if not permits(who, move.permission, scope):
            raise Forbidden(name)
        if status not in move.sources:
            raise MovedOn(f"This is already {status.replace('-', ' ')}. Nothing was changed.")
        for requirement in move.requires:
            sentence = requirement(facts)
            if sentence:
                raise Refused(sentence)
        return move
