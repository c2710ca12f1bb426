"""Recording by hand: each verb checks, writes one row and the history in one transaction."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import asyncpg

from app import database
from app.access import Identity
from app.episodes import queries
from app.episodes.rules import ChildFacts, EpisodeFacts, InterviewFacts, interview_key
from app.history.changes import record, refuse_second
from app.lifecycle import Refused, Stale


async def record_child(who: Identity, values: Mapping[str, Any], *, now: datetime, key: str | None) -> int:
    """Adds a child; `values` are columns of its table. Raises Refused where the reference is taken."""
    names = list(values)
    marks = ", ".join(f"${number}" for number in range(1, len(names) + 1))
    try:
        async with database.transaction():
            child_id: int = await database.fetch_value(
                f"INSERT INTO child ({', '.join(names)}) VALUES ({marks}) RETURNING id", *values.values()
            )
            await record(
                who.person_id,
                "child recorded",
                "child",
                [child_id],
                now=now,
                children=[child_id],
                submission_key=key,
            )
    except asyncpg.UniqueViolationError as problem:
        await refuse_second(key)
        sentence = "A child with this reference is recorded already"
        raise Refused(sentence, {"child_ref": sentence}) from problem
    return child_id


async def record_episode(
    who: Identity, child: ChildFacts, values: Mapping[str, Any], *, now: datetime, key: str | None
) -> int:
    """Adds an episode; `values` are columns of its table. Raises Refused for a second one with the same start."""
    names = list(values)
    marks = ", ".join(f"${number}" for number in range(3, len(names) + 3))
    try:
        async with database.transaction():
            episode_id: int = await database.fetch_value(
                f"INSERT INTO episode (child, first_recorded_at, {', '.join(names)}) "
                f"VALUES ($1, $2, {marks}) RETURNING id",
                child.id,
                now,
                *values.values(),
            )
            await record(
                who.person_id,
                "episode recorded",
                "episode",
                [episode_id],
                now=now,
                children=[child.id],
                submission_key=key,
            )
    except asyncpg.UniqueViolationError as problem:
        await refuse_second(key)
        sentence = "An episode of this child with this start is recorded already"
        if await _is_withdrawn(child.id, values):
            sentence = (
                "This episode was withdrawn as recorded by mistake. Put it back from the chronology instead"
            )
        raise Refused(sentence, {"started_at_date": sentence}) from problem
    return episode_id


async def _is_withdrawn(child_id: int, values: Mapping[str, Any]) -> bool:
    found: bool = await database.fetch_value(
        "SELECT EXISTS (SELECT FROM episode WHERE child = $1 AND started_at = $2 AND category = $3 "
        "AND merged_into = id)",
        child_id,
        values["started_at"],
        values["category"],
    )
    return found


async def record_return(
    who: Identity,
    child: ChildFacts,
    episode: EpisodeFacts,
    values: Mapping[str, Any],
    *,
    version: int,
    now: datetime,
    key: str | None,
) -> None:
    """Writes the return, or corrects it. Raises Stale when the episode was changed since `version`."""
    await _change(
        who, child, episode, {**values, "end_unknown_after": None}, "return recorded", version, now, key
    )


async def record_steps(
    who: Identity,
    child: ChildFacts,
    episode: EpisodeFacts,
    values: Mapping[str, Any],
    *,
    version: int,
    now: datetime,
    key: str | None,
) -> None:
    """Writes what was done while the child was away. Raises Stale when the episode was changed since `version`."""
    await _change(who, child, episode, values, "steps recorded", version, now, key)


async def _change(
    who: Identity,
    child: ChildFacts,
    episode: EpisodeFacts,
    values: Mapping[str, Any],
    kind: str,
    version: int,
    now: datetime,
    key: str | None,
) -> None:
    sets = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, 3))
    async with database.transaction():
        saved = await database.fetch_value(
            f"UPDATE episode SET {sets}, version = version + 1 WHERE id = $1 AND version = $2 RETURNING version",
            episode.id,
            version,
            *values.values(),
        )
        if saved is None:
            await refuse_second(key)
            _, stored = await queries.episode_for(who, episode.id)
            raise Stale(
                {name: getattr(stored, name) for name in values if hasattr(stored, name)}
                | {"date_only": stored.date_only},
                await queries.last_changed_by("episode", episode.id),
                stored.version,
            )
        await record(
            who.person_id,
            kind,
            "episode",
            [episode.id],
            now=now,
            children=[child.id],
            details={"version": saved},
            submission_key=key,
        )


async def record_risk(
    who: Identity,
    child: ChildFacts,
    *,
    assessed_on: date,
    level: str,
    tool: str,
    flags: list[str],
    next_review_on: date | None,
    now: datetime,
    key: str | None,
) -> int:
    """Adds an assessment. Raises Refused when one of this day and tool is recorded already."""
    try:
        async with database.transaction():
            risk_id: int = await database.fetch_value(
                "INSERT INTO risk_assessment (child, assessed_on, level, tool, flags, next_review_on) "
                "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
                child.id,
                assessed_on,
                level,
                tool,
                flags,
                next_review_on,
            )
            await record(
                who.person_id,
                "risk assessment recorded",
                "risk assessment",
                [risk_id],
                now=now,
                children=[child.id],
                submission_key=key,
            )
    except asyncpg.UniqueViolationError as problem:
        await refuse_second(key)
        sentence = "An assessment of this day with this tool is recorded already"
        raise Refused(sentence, {"assessed_on": sentence}) from problem
    return risk_id


async def record_interview(
    who: Identity,
    child: ChildFacts,
    episode_ids: Iterable[int],
    values: Mapping[str, Any],
    *,
    now: datetime,
    key: str | None,
) -> int:
    """Adds an interview, or an offer of one, for these episodes. Raises Refused for the same offer again."""
    episodes = sorted(set(episode_ids))
    names = list(values)
    marks = ", ".join(f"${number}" for number in range(3, len(names) + 3))
    try:
        async with database.transaction():
            interview_id: int = await database.fetch_value(
                f"INSERT INTO interview (child, interview_key, {', '.join(names)}) "
                f"VALUES ($1, $2, {marks}) RETURNING id",
                child.id,
                interview_key(episodes, values["offered_at"], values["held_at"]),
                *values.values(),
            )
            await _cover(interview_id, episodes)
            await record(
                who.person_id,
                "interview recorded",
                "interview",
                [interview_id],
                now=now,
                children=[child.id],
                submission_key=key,
            )
    except asyncpg.UniqueViolationError as problem:
        await refuse_second(key)
        raise _same_offer() from problem
    return interview_id


async def change_interview(
    who: Identity,
    child: ChildFacts,
    interview: InterviewFacts,
    episode_ids: Iterable[int],
    values: Mapping[str, Any],
    *,
    version: int,
    reason: str = "",
    now: datetime,
    key: str | None,
) -> None:
    """Writes an interview anew. Raises Stale when it was changed since `version`, Refused for a doubled offer."""
    episodes = sorted(set(episode_ids))
    sets = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, 4))
    try:
        async with database.transaction():
            saved = await database.fetch_value(
                f"UPDATE interview SET interview_key = $3, {sets}, version = version + 1 "
                "WHERE id = $1 AND version = $2 RETURNING version",
                interview.id,
                version,
                interview_key(episodes, values["offered_at"], values["held_at"]),
                *values.values(),
            )
            if saved is None:
                await refuse_second(key)
                _, stored = await queries.interview_for(who, interview.id)
                raise Stale(
                    {name: getattr(stored, name) for name in values},
                    await queries.last_changed_by("interview", interview.id),
                    stored.version,
                )
            await _cover(interview.id, episodes)
            await record(
                who.person_id,
                "interview corrected" if reason else "interview changed",
                "interview",
                [interview.id],
                now=now,
                children=[child.id],
                details={"version": saved, "reason": reason},
                submission_key=key,
            )
    except asyncpg.UniqueViolationError as problem:
        await refuse_second(key)
        raise _same_offer() from problem


async def _cover(interview_id: int, episodes: list[int]) -> None:
    await database.execute(
        "DELETE FROM interview_episode WHERE interview = $1 AND episode <> ALL($2::bigint[])",
        interview_id,
        episodes,
    )
    await database.execute(
        "INSERT INTO interview_episode (interview, episode) SELECT $1, e FROM unnest($2::bigint[]) e "
        "ON CONFLICT DO NOTHING",
        interview_id,
        episodes,
    )


def _same_offer() -> Refused:
    sentence = "An interview of these episodes with this offer is recorded already"
    return Refused(sentence, {"offered_at_date": sentence})
