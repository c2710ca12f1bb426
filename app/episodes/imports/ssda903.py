"""The statutory SSDA903 table of missing episodes: dates only, a blank end is unknown after the year's end."""

from datetime import date, datetime

from app.episodes.imports.episode_rows import StagedEpisode, bring_in_episodes
from app.episodes.imports.kinds import Column, ImportContext, ImportKind, Outcome, Row
from app.episodes.imports.rules import day, one_of, text
from app.london import day_start, london_date


def statutory_year_end(started_on: date) -> date:
    """The 31 March that ends the statutory year (April to March) of a day."""
    return date(started_on.year + (started_on.month >= 4), 3, 31)


def is_possible_row(row: Row, now: datetime) -> tuple[str, str] | None:
    """Rules 567 and 586 of the statutory return, and dates that have not come yet."""
    start, end, today = row["MIS_START"], row["MIS_END"], london_date(now)
    if start > today:
        return "MIS_START", "This start lies in the future."
    if end and end < start:
        return "MIS_END", "The end is before the start (rule 567)."
    if end and end > today:
        return "MIS_END", "This end lies in the future."
    if row["DOB"] > start:
        return "DOB", "The episode starts before this date of birth (rule 586)."
    return None


async def import_ssda903(rows: list[Row], context: ImportContext) -> Outcome:
    """As the episodes' own layout; a blank end never undoes a return that is stored."""
    return await bring_in_episodes(
        rows, [_staged(row) for row in rows], ["category", "returned_at"], context, source="ssda903"
    )


def _staged(row: Row) -> StagedEpisode:
    start, end = row["MIS_START"], row["MIS_END"]
    return StagedEpisode(
        row=row,
        episode_ref=None,
        child_ref=row["CHILD"],
        child_name="",
        born_on=row["DOB"],
        category=_CATEGORIES[row["MISSING"]],
        started_at=day_start(start),
        date_only=["returned_at", "started_at"] if end else ["started_at"],
        values={"category": _CATEGORIES[row["MISSING"]], "returned_at": day_start(end) if end else None},
        end_unknown_after=None if end else statutory_year_end(start),
    )


_CODES = one_of("M", "A")
_CATEGORIES = {"M": "missing", "A": "away"}

SSDA903 = ImportKind(
    slug="episodes",
    label="Missing episodes",
    layout="ssda903",
    columns=(
        Column("CHILD", text, required=True),
        Column("DOB", day, required=True),
        Column("MISSING", _CODES, required=True),
        Column("MIS_START", day, required=True),
        Column("MIS_END", day, expected=True),
    ),
    check=is_possible_row,
    apply=import_ssda903,
)
