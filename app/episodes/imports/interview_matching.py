"""Which stored interview a row of a file is about. Pure: an updated export must update, never double."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.episodes.imports.kinds import Problem, Row
from app.episodes.imports.staging import keep_last
from app.episodes.rules import interview_key

Episodes = tuple[int, ...]


@dataclass(frozen=True)
class Told:
    """An interview as a row tells it; `episodes` are ids in order."""

    row: Row
    child: int
    episodes: Episodes
    offered_at: datetime | None
    held_at: datetime | None

    @property
    def key(self) -> str:
        return interview_key(self.episodes, self.offered_at, self.held_at)


@dataclass(frozen=True)
class Known:
    """An interview as it is stored."""

    id: int
    episodes: Episodes
    offered_at: datetime | None
    held_at: datetime | None
    outcome: str
    values: dict[str, Any]

    @property
    def key(self) -> str:
        return interview_key(self.episodes, self.offered_at, self.held_at)


Fits = Callable[[Told, Known], bool]


def match_interviews(
    told: Sequence[Told], known: Sequence[Known], offers_told: bool
) -> tuple[list[tuple[Told, Known | None]], list[Problem]]:
    """Each interview of the file with the stored one it is about, or None for a new one; and warnings.

    A stored interview is taken once. In this order: the same episodes and offer; the same interview held; the
    same episodes where the stored one is pending or has no offer yet; one pending for some of the episodes;
    and, where the file does not tell offers at all, the last one of the same episodes.
    """
    by_row = {id(one.row): one for one in told}
    rows, warnings = keep_last([one.row for one in told], lambda row: by_row[id(row)].key, "episode_refs")
    waiting = [by_row[id(row)] for row in rows]
    of_episode: dict[int, list[Known]] = {}
    for stored in known:
        for episode in stored.episodes:
            of_episode.setdefault(episode, []).append(stored)
    taken: set[int] = set()
    found: dict[int, Known] = {}
    passes: list[Fits] = [_is_same, _was_held_then, _was_open, _was_open_for_some]
    if not offers_told:
        passes.append(_has_same_episodes)
    for fits in passes:
        for one in waiting:
            if id(one) in found:
                continue
            around = {stored.id: stored for episode in one.episodes for stored in of_episode.get(episode, ())}
            free = [stored for stored in around.values() if stored.id not in taken and fits(one, stored)]
            if free:
                found[id(one)] = max(free, key=lambda stored: stored.id)
                taken.add(found[id(one)].id)
    return [(one, found.get(id(one))) for one in waiting], warnings


def _is_same(one: Told, stored: Known) -> bool:
    return one.key == stored.key


def _was_held_then(one: Told, stored: Known) -> bool:
    return (
        one.held_at is not None
        and one.held_at == stored.held_at
        and one.episodes == stored.episodes
        and (one.offered_at is None or stored.offered_at is None)
    )


def _was_open(one: Told, stored: Known) -> bool:
    nothing_yet = stored.offered_at is None and stored.held_at is None
    return one.episodes == stored.episodes and (nothing_yet or stored.outcome == "pending")


def _was_open_for_some(one: Told, stored: Known) -> bool:
    return stored.outcome == "pending" and set(stored.episodes) <= set(one.episodes)


def _has_same_episodes(one: Told, stored: Known) -> bool:
    return one.episodes == stored.episodes
