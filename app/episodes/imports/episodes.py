"""The file of missing episodes: found again by its reference, else by child and start. Creates unknown children."""

import asyncio

from app.episodes.imports.children import LEGAL_STATUSES
from app.episodes.imports.episode_rows import StagedEpisode, bring_in_episodes
from app.episodes.imports.kinds import Column, ImportContext, ImportKind, Outcome, Row
from app.episodes.imports.possible import EPISODE_MOMENTS, is_possible_episode
from app.episodes.imports.rules import day, moment, one_of, text

CATEGORIES = ("missing", "away", "absent", "curfew")
PLACE_KINDS = ("home", "foster", "residential", "semi-independent", "school", "other")
POLICE_RISKS = ("no-apparent", "low", "medium", "high")

# an empty cell of these three says "our own", "here" and "not told"; a missing column lets the child's value hold
TOLD_WITH_EPISODE = ("legal_status", "responsible_authority", "placed_in")
PLAIN_TEXTS = ("missing_from", "missing_from_kind", "found_at", "police_risk")


async def import_episodes(rows: list[Row], context: ImportContext) -> Outcome:
    """Adds new episodes (and children) and updates, of those known, the columns that the file has.

    An empty `returned_at` means still missing: it opens a closed episode again, with a warning.
    """
    columns = context.columns
    brought = [
        name
        for name in (*EPISODE_MOMENTS, *PLAIN_TEXTS, *TOLD_WITH_EPISODE, "category", "episode_ref")
        if name in columns and name not in ("started_at", "episode_ref")
    ]
    staged = await asyncio.to_thread(lambda: [_staged(row, brought) for row in rows])
    return await bring_in_episodes(rows, staged, brought, context)


def _staged(row: Row, brought: list[str]) -> StagedEpisode:
    values: dict[str, object] = {}
    for name in brought:
        if name in EPISODE_MOMENTS:
            values[name] = row.at(name)
        elif name == "category":
            values[name] = row["category"] or "missing"
        else:
            values[name] = row[name] or ""
    return StagedEpisode(
        row=row,
        episode_ref=row["episode_ref"],
        child_ref=row["child_ref"],
        child_name=row["child_name"] or "",
        born_on=row["dob"],
        category=row["category"] or "missing",
        started_at=row["started_at"].at,
        date_only=sorted(row.date_only(*EPISODE_MOMENTS)),
        values=values,
    )


EPISODES = ImportKind(
    slug="episodes",
    label="Missing episodes",
    columns=(
        Column("episode_ref", text),
        Column("child_ref", text, required=True),
        Column("child_name", text),
        Column("dob", day),
        Column("category", one_of(*CATEGORIES, m="missing", a="away")),
        Column("started_at", moment, required=True),
        Column("reported_at", moment),
        Column("returned_at", moment),
        Column("la_notified_at", moment),
        Column("missing_from", text),
        Column("missing_from_kind", one_of(*PLACE_KINDS)),
        Column("found_at", text),
        Column("legal_status", one_of(*LEGAL_STATUSES)),
        Column("responsible_authority", text),
        Column("placed_in", text),
        Column("police_risk", one_of(*POLICE_RISKS, no_apparent_risk="no-apparent")),
        Column("sw_contact_at", moment),
    ),
    check=is_possible_episode,
    apply=import_episodes,
)
