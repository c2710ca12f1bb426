"""Confirming that a child is still missing: who said so and when; earlier confirmations stay in the history."""

from datetime import datetime

from app import database
from app.access import Identity
from app.episodes import queries
from app.episodes.rules import ChildFacts, EpisodeFacts, is_open
from app.history.changes import record, refuse_second
from app.lifecycle import MovedOn


async def confirm_missing(
    who: Identity, child: ChildFacts, episode: EpisodeFacts, *, version: int, now: datetime, key: str | None
) -> None:
    """Raises MovedOn when the episode was changed since `version`, or is not open any more."""
    async with database.transaction():
        saved = await database.fetch_value(
            "UPDATE episode SET confirmed_missing_at = $3, confirmed_missing_by = $4, version = version + 1 "
            "WHERE id = $1 AND version = $2 AND returned_at IS NULL AND end_unknown_after IS NULL "
            "AND merged_into IS NULL AND category = 'missing' RETURNING version",
            episode.id,
            version,
            now,
            who.person_id,
        )
        if saved is None:
            await refuse_second(key)
            _, stored = await queries.episode_for(who, episode.id)
            by = await queries.last_changed_by("episode", episode.id) or "Somebody else"
            raise MovedOn(
                f"{by} changed this episode before you confirmed it. Look at it again; nothing was changed."
                if is_open(stored)
                else f"{by} recorded the child’s return. Nothing was changed."
            )
        await record(
            who.person_id,
            "still missing confirmed",
            "episode",
            [episode.id],
            now=now,
            children=[child.id],
            details={"version": saved},
            submission_key=key,
        )
