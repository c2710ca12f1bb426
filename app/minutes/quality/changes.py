"""Draws a sample and keeps the grades of its items. One verb each."""

import json
import secrets
from datetime import datetime

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import record
from app.lifecycle import Forbidden, Refused, Stale
from app.minutes.quality.queries import can_be_drawn, item_for, sample_for
from app.minutes.quality.rules import Marks, as_stored, is_complete
from app.minutes.sampling.rules import drawn
from app.windows import Window

ABOUT = "quality sample"


async def draw_sample(
    who: Identity,
    window: Window,
    panel: str | None,
    size: int,
    seed: str,
    *,
    now: datetime,
    submission_key: str | None = None,
) -> int:
    """Draws items of circulated minutes and returns the sample's id; with a blank seed one is made up and kept.

    Raises Refused where there is nothing to draw, Forbidden, AlreadySubmitted.
    """
    _require_grader(who)
    seed = seed or secrets.token_hex(4)
    async with database.transaction():
        items = await can_be_drawn(window.first, window.last, panel)
        if not items:
            sentence = (
                "No circulated minutes of this time hold an item to grade. Choose another time or panel"
            )
            raise Refused(sentence, {"from": sentence})
        chosen = drawn(seed, items, size)
        sample: int = await database.fetch_value(
            "INSERT INTO quality_sample (seed, from_on, to_on, panel, size, population, drawn_by, drawn_at) "
            "VALUES ($1, $2, $3, (SELECT id FROM panel WHERE slug = $4), $5, $6, $7, $8) RETURNING id",
            seed,
            window.first,
            window.last,
            panel,
            size,
            len(items),
            who.person_id,
            now,
        )
        await database.execute(
            "INSERT INTO quality_grade (sample, position, agenda_item) "
            "SELECT $1, place, item FROM unnest($2::bigint[]) WITH ORDINALITY AS t(item, place)",
            sample,
            chosen,
        )
        await record(
            who.person_id,
            "quality sample drawn",
            ABOUT,
            [sample],
            now=now,
            details={"seed": seed, "size": len(chosen), "population": len(items)},
            submission_key=submission_key,
        )
    return sample


async def grade_item(
    who: Identity,
    sample_id: int,
    position: int,
    marks: Marks,
    version: int,
    *,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Keeps the marks of one item; it counts as graded once every criterion has one.

    `version`: of the grade as it was on screen. Raises Stale with the other's marks, Invisible, Forbidden,
    AlreadySubmitted.
    """
    _require_grader(who)
    async with database.transaction():
        await sample_for(sample_id)
        item = await item_for(sample_id, position)
        updated = await database.fetch_value(
            "UPDATE quality_grade SET marks = $4, graded_by = $5, graded_at = $6, version = version + 1 "
            "WHERE sample = $1 AND position = $2 AND version = $3 RETURNING version",
            sample_id,
            position,
            version,
            json.dumps(as_stored(marks)),
            who.person_id,
            now if is_complete(marks) else None,
        )
        await record(
            who.person_id,
            "item graded" if is_complete(marks) else "item graded in part",
            ABOUT,
            [sample_id],
            now=now,
            children=[item.child_id] if item.child_id else [],
            details={"position": position, "item": item.item_id, "version": updated or 0},
            submission_key=submission_key,
        )
        if updated is None:
            theirs = await item_for(sample_id, position)
            raise Stale(as_stored(theirs.marks), theirs.graded_by, theirs.version)


def _require_grader(who: Identity) -> None:
    if not permits(who, Permission.GRADE_MINUTES):
        raise Forbidden(Permission.GRADE_MINUTES)
