"""Changes to an agency's posts and lines: one verb, one transaction, one history entry."""

from datetime import datetime

import asyncpg

from app import database
from app.access import Identity
from app.history.changes import record, refuse_second
from app.lifecycle import MovedOn, Refused
from app.outbox.changes import write_message
from app.people.agencies.queries import agency_for, members_of, post_in
from app.people.agencies.rules import PostNamed, line_problem, post_mail, post_problems

SAME_NAME = {"name": "This agency has a post of this name already"}
FIRST = "Somebody changed this post while you were writing. Nothing of yours was saved; look at it again."


async def add_post(
    who: Identity, agency_id: int, post: PostNamed, *, now: datetime, base_url: str, key: str | None = None
) -> int:
    """Returns the post's id. Raises Invisible, Forbidden, Refused by field, AlreadySubmitted."""
    await _check(who, agency_id, post)
    try:
        async with database.transaction():
            post_id: int = await database.fetch_value(
                "INSERT INTO post (agency, name, holder, cover) VALUES ($1, $2, $3, $4) RETURNING id",
                agency_id,
                post.name.strip(),
                post.holder_id,
                post.cover_id,
            )
            await record(
                who.person_id,
                "post added",
                "post",
                [post_id],
                now=now,
                details=_people(post),
                submission_key=key,
            )
            await _tell(post, PostNamed("", None, None), who, now, base_url)
    except asyncpg.UniqueViolationError as problem:
        await refuse_second(key)
        raise Refused(SAME_NAME["name"], SAME_NAME) from problem
    return post_id


async def change_post(
    who: Identity,
    agency_id: int,
    post_id: int,
    post: PostNamed,
    version: int,
    *,
    now: datetime,
    base_url: str,
    key: str | None = None,
) -> None:
    """Whoever holds it from now on has its open actions.

    Raises Invisible, Forbidden, Refused by field, MovedOn, AlreadySubmitted.
    """
    await _check(who, agency_id, post)
    try:
        async with database.transaction():
            await _take(post_id, key)
            before = await post_in(agency_id, post_id)
            changed = await database.fetch_value(
                "UPDATE post SET name = $3, holder = $4, cover = $5, version = version + 1 "
                "WHERE id = $1 AND version = $2 AND ended_at IS NULL RETURNING id",
                post_id,
                version,
                post.name.strip(),
                post.holder_id,
                post.cover_id,
            )
            if changed is None:
                raise MovedOn(FIRST)
            await record(
                who.person_id,
                "post changed",
                "post",
                [post_id],
                now=now,
                details=_people(post),
                submission_key=key,
            )
            known = PostNamed(before.name, before.holder_id, before.cover_id)
            await _tell(post, known, who, now, base_url)
    except asyncpg.UniqueViolationError as problem:
        raise Refused(SAME_NAME["name"], SAME_NAME) from problem


async def end_post(
    who: Identity, agency_id: int, post_id: int, version: int, *, now: datetime, key: str | None = None
) -> None:
    """Its open actions are with the agency's people from now on.

    Raises Invisible, Forbidden, MovedOn, AlreadySubmitted.
    """
    await agency_for(who, agency_id)
    async with database.transaction():
        await _take(post_id, key)
        await post_in(agency_id, post_id)
        ended = await database.fetch_value(
            "UPDATE post SET ended_at = $3, version = version + 1 "
            "WHERE id = $1 AND version = $2 AND ended_at IS NULL RETURNING id",
            post_id,
            version,
            now,
        )
        if ended is None:
            raise MovedOn(FIRST)
        await record(who.person_id, "post ended", "post", [post_id], now=now, submission_key=key)


async def set_line_lead(
    who: Identity,
    agency_id: int,
    person_id: int,
    lead_id: int | None,
    *,
    now: datetime,
    key: str | None = None,
) -> None:
    """Raises Invisible, Forbidden, Refused by field (somebody of another agency, a circle), AlreadySubmitted."""
    await agency_for(who, agency_id)
    async with database.transaction():
        # two that are set at once must not close a circle together
        await database.execute("SELECT FROM person WHERE agency = $1 ORDER BY id FOR UPDATE", agency_id)
        await refuse_second(key)
        members = await members_of(agency_id)
        problems = line_problem(
            person_id,
            lead_id,
            {member.id: member.name for member in members if not member.disabled},
            {member.id: member.lead_id for member in members},
        )
        if problems:
            raise Refused(next(iter(problems.values())), problems)
        await database.execute("UPDATE person SET line_lead = $2 WHERE id = $1", person_id, lead_id)
        await record(
            who.person_id,
            "line lead set",
            "person",
            [person_id],
            now=now,
            details={"lead": lead_id},
            submission_key=key,
        )


async def leave_behind(person_id: int, agency_id: int) -> list[int]:
    """Frees the posts and lines of other agencies from somebody who is of this one now; returns the posts' ids.

    Else they would go on to see and update what those agencies owe. Within the change that moves them.
    """
    await database.execute(
        "UPDATE person p SET line_lead = NULL FROM person l WHERE l.id = p.line_lead AND l.agency <> p.agency "
        "AND $1 IN (p.id, l.id)",
        person_id,
    )
    left = await database.fetch(
        "UPDATE post SET holder = nullif(holder, $1), cover = nullif(cover, $1), version = version + 1 "
        "WHERE agency <> $2 AND $1 IN (holder, cover) AND ended_at IS NULL RETURNING id",
        person_id,
        agency_id,
    )
    return sorted(row["id"] for row in left)


async def _take(post_id: int, key: str | None) -> None:
    """Holds the post until the end, so that a form sent twice meets itself. Raises AlreadySubmitted."""
    await database.execute("SELECT FROM post WHERE id = $1 FOR UPDATE", post_id)
    await refuse_second(key)


async def _check(who: Identity, agency_id: int, post: PostNamed) -> None:
    await agency_for(who, agency_id)
    people = {member.id: member.name for member in await members_of(agency_id) if not member.disabled}
    problems = post_problems(post, people)
    if problems:
        raise Refused(next(iter(problems.values())), problems)


def _people(post: PostNamed) -> dict[str, int | None]:
    return {"holder": post.holder_id, "cover": post.cover_id}


async def _tell(post: PostNamed, before: PostNamed, who: Identity, now: datetime, base_url: str) -> None:
    """Whoever was newly named is told, but not by themselves."""
    for person_id, known, holds in (
        (post.holder_id, before.holder_id, True),
        (post.cover_id, before.cover_id, False),
    ):
        if person_id is None or person_id in (known, who.person_id):
            continue
        subject, body = post_mail(holds, base_url)
        email = await database.fetch_value("SELECT email FROM person WHERE id = $1", person_id)
        await write_message(person_id=person_id, recipient=email, subject=subject, body=body, now=now)
