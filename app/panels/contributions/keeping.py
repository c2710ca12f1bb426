"""The one way a contribution is stored, an agency's and a guest's alike. Who may write one is checked before."""

from datetime import datetime

from app import database
from app.access import Identity
from app.lifecycle import Refused, Stale
from app.panels.contributions.queries import contribution_of, contribution_of_guest
from app.panels.contributions.rules import TEXT_FIELDS, ContributionFacts, Written, problems_of

FIRST = """
    INSERT INTO contribution (agenda_item, agency, guest, nothing_known, known, known_since, risks, strengths,
                              actions_taken, written_by, written_at, submitted_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, CASE WHEN $12 THEN $11::timestamptz END)
    ON CONFLICT DO NOTHING RETURNING version
"""
NEXT = """
    UPDATE contribution SET nothing_known = $3, known = $4, known_since = $5, risks = $6, strengths = $7,
           actions_taken = $8, written_by = $9, written_at = $10,
           submitted_at = CASE WHEN $11 THEN coalesce(submitted_at, $10::timestamptz) ELSE submitted_at END,
           version = version + 1
    WHERE id = $1 AND version = $2 RETURNING version
"""


async def keep(
    item_id: int,
    agency_id: int,
    stored: ContributionFacts | None,
    written: Written,
    *,
    who: Identity,
    seen: int,
    now: datetime,
    as_guest: bool = False,
) -> str | None:
    """Stores what was written over `stored`; the kind of its history entry, or None where it stands so already.

    `seen`: the version the form was based on, 0 for none. Raises Refused by field, or Stale with the stored texts.
    """
    if stored is not None and stored.version != seen and written.says_the_same_as(stored):
        return None
    problems = problems_of(written)
    if problems:
        raise Refused(next(iter(problems.values())), problems)
    if seen == 0:
        kept = await keep_first(item_id, agency_id, written, who=who, now=now, as_guest=as_guest)
    elif stored is not None:
        values = (*_values(written), who.person_id, now, written.sends)
        kept = await database.fetch_value(NEXT, stored.id, seen, *values) is not None
    else:
        kept = False
    if not kept:
        theirs = await (
            contribution_of_guest(item_id, who.person_id) if as_guest else contribution_of(item_id, agency_id)
        )
        if theirs is None:
            raise Stale({}, "", 0)
        raise Stale(theirs.texts | {"nothing_known": theirs.nothing_known}, theirs.written_by, theirs.version)
    if stored is not None and stored.is_sent:
        return "contribution corrected"
    return "contribution sent" if written.sends else "contribution drafted"


async def keep_first(
    item_id: int,
    agency_id: int,
    written: Written,
    *,
    who: Identity,
    now: datetime,
    as_guest: bool = False,
) -> bool:
    """Stores the first words about an item; False where somebody has begun before."""
    guest_id = who.person_id if as_guest else None
    values = (*_values(written), who.person_id, now, written.sends)
    return await database.fetch_value(FIRST, item_id, agency_id, guest_id, *values) is not None


def _values(written: Written) -> tuple[bool | str, ...]:
    return (written.nothing_known, *(written.text(name) for name in TEXT_FIELDS))
