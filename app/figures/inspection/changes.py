"""Draws a sample of cases. What was drawn never changes."""

import secrets
from datetime import datetime

from app import database
from app.access import Identity, Permission, permits
from app.figures.inspection.queries import can_be_drawn
from app.history.changes import record
from app.lifecycle import Forbidden, Refused
from app.london import london_date
from app.minutes.sampling.rules import drawn
from app.windows import Window

ABOUT = "inspection sample"


async def draw_cases(
    who: Identity,
    window: Window,
    panel: str | None,
    size: int,
    seed: str,
    *,
    now: datetime,
    submission_key: str | None = None,
) -> int:
    """Draws cases that were open in the window and returns the sample's id; a blank seed is made up and kept.

    The same seed, window and panel give the same cases while no other case of that time was added. Raises Refused
    where there is nothing to draw or the window is to come, Forbidden, AlreadySubmitted.
    """
    if not permits(who, Permission.INSPECT_CASES):
        raise Forbidden(Permission.INSPECT_CASES)
    if window.first > london_date(now):
        sentence = "This time has not begun yet. Enter an earlier day"
        raise Refused(sentence, {"from": sentence})
    seed = seed or secrets.token_hex(4)
    async with database.transaction():
        population = await can_be_drawn(window.first, window.last, panel)
        if not population:
            sentence = "No case was open in this time. Choose another time or panel"
            raise Refused(sentence, {"from": sentence})
        chosen = drawn(seed, population, size)
        sample: int = await database.fetch_value(
            "INSERT INTO inspection_sample (seed, from_on, to_on, panel, size, population, drawn_by, drawn_at) "
            "VALUES ($1, $2, $3, (SELECT id FROM panel WHERE slug = $4), $5, $6, $7, $8) RETURNING id",
            seed,
            window.first,
            window.last,
            panel,
            size,
            len(population),
            who.person_id,
            now,
        )
        await database.execute(
            "INSERT INTO inspection_case (sample, position, panel_case) "
            "SELECT $1, place, one FROM unnest($2::bigint[]) WITH ORDINALITY AS t(one, place)",
            sample,
            chosen,
        )
        await record(
            who.person_id,
            "inspection sample drawn",
            ABOUT,
            [sample],
            now=now,
            details={"seed": seed, "size": len(chosen), "population": len(population)},
            submission_key=submission_key,
        )
    return sample
