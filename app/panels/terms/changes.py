"""Writes terms of reference: a new version from a day, the old ones kept."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app import database
from app.access import Identity, Permission, permits
from app.episodes.queries import levels_on
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, Refused, Stale
from app.london import london_date
from app.panels.standing.queries import TermsRow, last_held_start, versions_of_terms
from app.panels.standing.rules import scope_of, terms_day_problem
from app.panels.terms.rules import StandingPanel, read_overrides


async def write_terms(
    who: Identity,
    panel: StandingPanel,
    *,
    holds_from: date,
    given: Mapping[str, Any],
    seen: str,
    now: datetime,
    submission_key: str | None,
) -> None:
    """New terms of reference from a day; `given` is by path, `seen` the mark of the terms the form was filled from.

    Raises Forbidden, Refused with sentences by path, or Stale when others wrote terms meanwhile.
    """
    if not permits(who, Permission.MANAGE_PANEL, scope_of(panel.id)):
        raise Forbidden(Permission.MANAGE_PANEL)
    async with database.transaction():
        await database.execute("SELECT FROM panel WHERE id = $1 FOR UPDATE", panel.id)
        await refuse_second(submission_key)
        versions = await versions_of_terms(panel.id)
        if terms_mark(versions) != seen:
            raise Stale({"holds_from": versions[0].holds_from} if versions else {}, "", len(versions))
        overrides, problems = read_overrides(panel.kind, given, await levels_on(holds_from))
        held = await last_held_start(panel.id)
        problem = terms_day_problem(
            holds_from, versions[0].holds_from if versions else None, london_date(held) if held else None
        )
        if problem:
            problems = {"holds_from": problem, **problems}
        if problems:
            raise Refused("Check the terms of reference.", problems)
        await database.execute(
            "INSERT INTO terms_of_reference (panel, holds_from, overrides) VALUES ($1, $2, $3) "
            "ON CONFLICT (panel, holds_from) DO UPDATE SET overrides = excluded.overrides",
            panel.id,
            holds_from,
            overrides,
        )
        await record(
            who.person_id,
            "terms of reference written",
            "panel",
            [panel.id],
            now=now,
            details={"holds_from": holds_from, "overrides": overrides},
            submission_key=submission_key,
        )


def terms_mark(versions: Sequence[TermsRow]) -> str:
    """What a form carries to show which terms it was filled from."""
    return max((row.recorded_at.isoformat() for row in versions), default="")
