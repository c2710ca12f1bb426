"""From the names in a log to ids: panel, child, meeting, item, owner, agency. What cannot be placed is rejected."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.actions.imports.queries import (
    Owner,
    agencies_by_name,
    items_of_children,
    meetings_by_day,
    owners_by_email,
    panels_by_name,
)
from app.actions.imports.rules import Told, against_the_dates, issued_on_of, told_of
from app.actions.rules import is_open
from app.episodes.imports.kinds import Problem, Row
from app.episodes.imports.staging import UNKNOWN_CHILD, child_ids_of, keep_last
from app.london import london_date
from app.people.changes import add_agency


@dataclass(frozen=True)
class Placed:
    """A row whose names have become ids."""

    row: Row
    panel_id: int
    child_id: int | None
    meeting_id: int | None
    item_id: int | None
    owner_id: int | None
    agency_id: int
    told: Told


@dataclass
class Said:
    """What is said about rows on the way."""

    rejected: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What the names of a file stand for."""

    panels: dict[str, int]
    owners: dict[str, Owner]
    children: dict[str, int]
    meetings: dict[tuple[int, date], list[int]]
    items: dict[tuple[int, int], int]


async def place_rows(rows: Sequence[Row], now: datetime, said: Said) -> list[Placed]:
    """The rows whose names are known, each record once; what is said about the others goes into `said`."""
    meetings = await meetings_by_day(row["meeting_on"] for row in rows if row["meeting_on"])
    known = Known(
        panels=await panels_by_name(),
        owners=await owners_by_email(row["owner_email"] for row in rows if row["owner_email"]),
        children=await child_ids_of(row["child_ref"] for row in rows if row["child_ref"]),
        meetings=meetings,
        items=await items_of_children(meeting for found in meetings.values() for meeting in found),
    )
    good: list[Row] = []
    for row in rows:
        problem = _unknown(row, known)
        if problem:
            said.rejected.append(problem)
        else:
            good.append(row)
    kept, replaced = keep_last(good, lambda row: _key(row, known.panels), "action_ref")
    said.warnings.extend(replaced)
    agencies = await _agencies_with_new_ones(kept, known.owners, now, said)
    return [_place(row, known, agencies, london_date(now), said) for row in kept]


def _unknown(row: Row, known: Known) -> Problem | None:
    if row["panel"].casefold() not in known.panels:
        return row.problem("panel", "No panel has this name. Use its name or its short name, such as mace.")
    if row["child_ref"] and row["child_ref"] not in known.children:
        return row.problem("child_ref", UNKNOWN_CHILD)
    if row["owner_email"] and row["owner_email"].casefold() not in known.owners and not row["agency"]:
        return row.problem("owner_email", "Nobody has this email address. Add the person, or fill in agency.")
    return None


def _place(row: Row, known: Known, agencies: dict[str, int], today: date, said: Said) -> Placed:
    panel_id = known.panels[row["panel"].casefold()]
    child_id = known.children[row["child_ref"]] if row["child_ref"] else None
    meeting_id, item_id = _meeting_of(row, panel_id, child_id, known, said)
    owner = known.owners.get((row["owner_email"] or "").casefold())
    if row["owner_email"] and owner is None:
        said.warnings.append(
            row.problem("owner_email", "Nobody has this email address; the action was given to the agency.")
        )
    told = told_of(row, today)
    if owner is not None and owner.left and is_open(told.status):
        said.warnings.append(
            row.problem(
                "owner_email",
                f"This person can no longer sign in; the open action is with {owner.agency_name}.",
            )
        )
    sentence = against_the_dates(row, told, today)
    if sentence:
        said.warnings.append(row.problem("tracking", sentence))
    return Placed(
        row=row,
        panel_id=panel_id,
        child_id=child_id,
        meeting_id=meeting_id,
        item_id=item_id,
        owner_id=owner.id if owner else None,
        agency_id=owner.agency_id if owner else agencies[row["agency"].casefold()],
        told=told,
    )


def _key(row: Row, panels: dict[str, int]) -> tuple[object, ...]:
    if row["action_ref"]:
        return ("ref", row["action_ref"])
    return (panels[row["panel"].casefold()], row["child_ref"], row["action"], issued_on_of(row))


def _meeting_of(
    row: Row, panel_id: int, child_id: int | None, known: Known, said: Said
) -> tuple[int | None, int | None]:
    """The meeting of that day, where there are several the one that lists the child, and the child's item in it."""
    if row["meeting_on"] is None:
        return None, None
    held = known.meetings.get((panel_id, row["meeting_on"]), [])
    if not held:
        said.warnings.append(
            row.problem(
                "meeting_on", "No meeting of this panel is known on that day; the action stands without one."
            )
        )
        return None, None
    if child_id is not None:
        for meeting in held:
            if (meeting, child_id) in known.items:
                return meeting, known.items[(meeting, child_id)]
    return held[0], None


async def _agencies_with_new_ones(
    rows: Sequence[Row], owners: dict[str, Owner], now: datetime, said: Said
) -> dict[str, int]:
    """Agencies by name; one that only the log names is added, for old logs name agencies freely."""
    agencies = await agencies_by_name()
    for row in rows:
        name = row["agency"]
        owned = (row["owner_email"] or "").casefold() in owners
        if name and not owned and name.casefold() not in agencies:
            agencies[name.casefold()] = await add_agency(None, name, "other", now=now)
            said.warnings.append(
                row.problem("agency", "This agency was not known; it was added. Set its kind under People.")
            )
    return agencies
