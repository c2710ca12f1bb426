"""Reads the episodes that the statutory table is made of, and counts those that are not for it. Nothing is written."""

from collections.abc import Collection
from dataclasses import dataclass

from app import database
from app.episodes.queries import is_ours_in_sql
from app.episodes.rules import names_of_ours
from app.figures.ssda903.mending import StatutoryTable, ToldEpisode, table_of
from app.figures.ssda903.rules import CODES, StatutoryYear
from app.london import day_end, day_start

AUTHORITY = "coalesce(e.responsible_authority, c.responsible_authority)"
LEGAL_STATUS = "coalesce(e.legal_status, c.legal_status)"
"""As told with the episode, else as the child's record has it."""

IN_THE_YEAR = """
    e.merged_into IS NULL AND e.started_at < $1 AND (
        e.returned_at >= $2
        OR (e.returned_at IS NULL AND (e.end_unknown_after IS NULL OR e.end_unknown_after >= $3::date)))
"""

# What ended before the year can only decide when something began that goes on from before it into it: of children
# with such an episode every earlier one is read as well.
EPISODES = f"""
SELECT e.id, e.child AS child_id, c.child_ref, c.born_on, e.category, e.started_at, e.returned_at,
       e.end_unknown_after
FROM episode e JOIN child c ON c.id = e.child
WHERE e.merged_into IS NULL AND e.started_at < $1 AND e.category = ANY($4::text[])
  AND {LEGAL_STATUS} = 'cla' AND {is_ours_in_sql(AUTHORITY, "$5::text[]")}
  AND (({IN_THE_YEAR}) OR e.child IN (SELECT e.child FROM episode e WHERE e.started_at < $2 AND ({IN_THE_YEAR})))
ORDER BY e.id
"""


async def statutory_table(year: StatutoryYear, own_names: Collection[str]) -> StatutoryTable:
    """The table of a year as the records stand now."""
    episodes = await database.fetch_as(
        ToldEpisode,
        EPISODES,
        day_end(year.last),
        day_start(year.first),
        # open when the year before ended, and nobody knows what followed: to be told of
        year.before.last,
        list(CODES),
        names_of_ours(own_names),
    )
    return table_of(episodes, year)


@dataclass(frozen=True)
class NotForIt:
    """How many episodes of the year are not for the table: each counts under the first that holds."""

    curfew: int
    of_others: int
    without_status: int
    not_looked_after: int


async def not_for_it(year: StatutoryYear, own_names: Collection[str]) -> NotForIt:
    """Episodes away at any time in the year that are rightly not in its table."""
    is_ours = is_ours_in_sql("authority", "$4::text[]")
    found = await database.fetch_as(
        NotForIt,
        f"SELECT count(*) FILTER (WHERE category = 'curfew')::int AS curfew, "
        f"count(*) FILTER (WHERE category <> 'curfew' AND NOT {is_ours})::int AS of_others, "
        f"count(*) FILTER (WHERE category <> 'curfew' AND {is_ours} AND status = '')::int AS without_status, "
        f"count(*) FILTER (WHERE category <> 'curfew' AND {is_ours} AND status NOT IN ('', 'cla'))::int "
        f"AS not_looked_after FROM (SELECT e.category, {AUTHORITY} AS authority, {LEGAL_STATUS} AS status "
        f"FROM episode e JOIN child c ON c.id = e.child WHERE {IN_THE_YEAR}) told",
        day_end(year.last),
        day_start(year.first),
        year.first,
        names_of_ours(own_names),
    )
    return found[0]


async def first_year_with_episodes() -> StatutoryYear | None:
    """The statutory year in which the earliest episode began; None without any."""
    began = await database.fetch_value(
        "SELECT (min(started_at) AT TIME ZONE 'Europe/London' - interval '3 months')::date FROM episode "
        "WHERE merged_into IS NULL"
    )
    return None if began is None else StatutoryYear(began.year)
