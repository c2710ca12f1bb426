"""Many episodes into the tables at once, whatever layout they came in. One statement per step, none per row."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app import database
from app.episodes.imports.episode_writing import add, reopened, update
from app.episodes.imports.kinds import ImportContext, Outcome, Problem, Row
from app.episodes.imports.merged_reports import merged_reports, pass_on
from app.episodes.imports.overlaps import overlap_warnings
from app.episodes.imports.staging import keep_last, returned_ids, stage

_TYPES = {
    "row": "int",
    "episode_ref": "text",
    "child_ref": "text",
    "child_name": "text",
    "born_on": "date",
    "key_category": "text",
    "started_at": "timestamptz",
    "date_only": "text[]",
    "end_unknown_after": "date",
}
_VALUE_TYPES = {
    "category": "text",
    "reported_at": "timestamptz",
    "returned_at": "timestamptz",
    "la_notified_at": "timestamptz",
    "sw_contact_at": "timestamptz",
    "missing_from": "text",
    "missing_from_kind": "text",
    "found_at": "text",
    "police_risk": "text",
    "legal_status": "text",
    "responsible_authority": "text",
    "placed_in": "text",
}
_FOUND_TYPES = {"child": "bigint", "episode": "bigint", "refused": "text", "refused_field": "text"}


@dataclass(slots=True)
class StagedEpisode:
    """An episode as a file tells it. `values` holds what the file has of the table's columns, by their names."""

    row: Row
    episode_ref: str | None
    child_ref: str
    child_name: str
    born_on: date | None
    category: str
    started_at: datetime
    date_only: list[str]
    values: dict[str, object]
    end_unknown_after: date | None = None

    @property
    def start_key(self) -> tuple[str, datetime, str]:
        return self.child_ref, self.started_at, self.category


async def bring_in_episodes(
    rows: Sequence[Row],
    staged: Sequence[StagedEpisode],
    brought: Sequence[str],
    context: ImportContext,
    source: str = "homeward",
) -> Outcome:
    """Adds what is new and updates what is known; `brought` are the table's columns that the file sets.

    A row is found again by its reference, else by child, start and category, else by child and start alone.
    """
    kept, rejected, warnings = await asyncio.to_thread(_one_row_each, rows, staged)
    by_number = {episode.row.number: episode.row for episode in kept}
    await stage(
        "staged_episode",
        {**_TYPES, **{name: _VALUE_TYPES[name] for name in brought}, **_FOUND_TYPES},
        [
            (
                e.row.number,
                e.episode_ref,
                e.child_ref,
                e.child_name,
                e.born_on,
                e.category,
                e.started_at,
                e.date_only,
                e.end_unknown_after,
                *(e.values[name] for name in brought),
                *(None,) * len(_FOUND_TYPES),
            )
            for e in kept
        ],
    )
    await _refuse_other_childs_references()
    await _bring_in_children()
    await _find_again()
    start_column = "started_at" if source == "homeward" else "MIS_START"
    warnings += [by_number[number].problem(start_column, LEFT_OUT) for number in await _leave_out_withdrawn()]
    reports = await merged_reports()
    for problem in await _refusals():
        rejected.append(by_number[problem.row].problem(problem.field, problem.problem))
    open_again = await reopened() if "returned_at" in brought and source == "homeward" else []
    warnings += [by_number[number].problem("returned_at", REOPENED) for number in open_again]
    updated = await update(brought, source)
    taken, told_otherwise = await pass_on(reports)
    warnings += [by_number[n].problem(_column(name, source), told) for n, name, told in told_otherwise]
    added = await add(brought, source, context)
    warnings += [by_number[n].problem(*told) for n, told in await _other_birth_dates()]
    warnings += [by_number[n].problem(start_column, told) for n, told in await overlap_warnings()]
    children = await returned_ids("SELECT DISTINCT child FROM staged_episode WHERE refused IS NULL")
    return Outcome(len(added), len({*updated, *taken}), rejected, warnings, children)


REOPENED = (
    "A return is recorded, but this file says that the child is still missing: the episode is open again."
)


LEFT_OUT = (
    "This episode was withdrawn as recorded by mistake, and stays so. If the file is right, put it back from the "
    "child’s chronology first."
)


def _column(name: str, source: str) -> str:
    """What the file calls a column of the table that its layout has."""
    return {"returned_at": "MIS_END", "category": "MISSING"}[name] if source == "ssda903" else name


def _one_row_each(
    rows: Sequence[Row], staged: Sequence[StagedEpisode]
) -> tuple[list[StagedEpisode], list[Problem], list[Problem]]:
    """One row for each episode of the file; two references for one child, start and category are refused."""
    by_row = {id(episode.row): episode for episode in staged}
    last, warnings = keep_last(
        rows,
        lambda row: by_row[id(row)].episode_ref or by_row[id(row)].start_key,
        "started_at",
    )
    kept: list[StagedEpisode] = []
    rejected: list[Problem] = []
    taken: dict[tuple[str, datetime, str], Row] = {}
    for row in last:
        episode = by_row[id(row)]
        other = taken.setdefault(episode.start_key, row)
        if other is row:
            kept.append(episode)
        else:
            rejected.append(
                row.problem(
                    "episode_ref",
                    f"Row {other.number} has the same child, start and category under another reference.",
                )
            )
    return kept, rejected, warnings


async def _refuse_other_childs_references() -> None:
    await database.execute(
        "UPDATE staged_episode s SET refused_field = 'episode_ref', "
        "refused = 'This reference belongs to an episode of another child.' "
        "FROM episode e JOIN child c ON c.id = e.child "
        "WHERE e.episode_ref = s.episode_ref AND c.child_ref <> s.child_ref "
        # either child may have been merged since, into the other or both into a third
        "AND coalesce(c.merged_into, c.id) IS DISTINCT FROM "
        "(SELECT coalesce(n.merged_into, n.id) FROM child n WHERE n.child_ref = s.child_ref)"
    )


async def _bring_in_children() -> None:
    """Adds unknown children, and fills in a name or a date of birth that was not known before."""
    told = (
        "SELECT child_ref, max(child_name) AS name, "
        "(array_agg(born_on ORDER BY row) FILTER (WHERE born_on IS NOT NULL))[1] AS born_on "
        "FROM staged_episode WHERE refused IS NULL GROUP BY child_ref"
    )
    await database.execute(
        f"INSERT INTO child (child_ref, name, born_on) SELECT child_ref, name, born_on FROM ({told}) t "
        "WHERE NOT EXISTS (SELECT FROM child c WHERE c.child_ref = t.child_ref) ORDER BY child_ref"
    )
    await database.execute("ANALYZE child")
    await database.execute(
        "UPDATE child c SET name = CASE WHEN c.name = '' THEN t.name ELSE c.name END, "
        f"born_on = coalesce(c.born_on, t.born_on), version = version + 1 FROM ({told}) t "
        "WHERE c.child_ref = t.child_ref AND c.merged_into IS NULL "
        "AND ((c.name = '' AND t.name <> '') OR (c.born_on IS NULL AND t.born_on IS NOT NULL))"
    )
    await database.execute(
        "UPDATE staged_episode s SET child = coalesce(c.merged_into, c.id) FROM child c "
        "WHERE c.child_ref = s.child_ref AND s.refused IS NULL"
    )


async def _find_again() -> None:
    """Which stored episode each row is about, and which rows cannot be."""
    await database.execute(
        "UPDATE staged_episode s SET refused_field = 'started_at', "
        "refused = 'The episode starts before the child''s recorded date of birth.' FROM child c "
        "WHERE c.id = s.child AND c.born_on > (s.started_at AT TIME ZONE 'Europe/London')::date"
    )
    await database.execute(
        "UPDATE staged_episode s SET episode = e.id FROM episode e "
        "WHERE s.refused IS NULL AND e.episode_ref = s.episode_ref"
    )
    fits = "(s.episode_ref IS NULL OR e.episode_ref IS NULL)"
    await database.execute(
        "UPDATE staged_episode s SET episode = e.id FROM episode e "
        "WHERE s.refused IS NULL AND s.episode IS NULL AND e.child = s.child "
        f"AND e.started_at = s.started_at AND e.category = s.key_category AND {fits}"
    )
    # the category was mended since: the only episode of the child with this start that no other row is about
    await database.execute(
        "UPDATE staged_episode s SET episode = f.id FROM (SELECT s.row, min(e.id) AS id "
        "FROM staged_episode s JOIN episode e ON e.child = s.child AND e.started_at = s.started_at "
        f"WHERE s.refused IS NULL AND s.episode IS NULL AND {fits} "
        "AND NOT EXISTS (SELECT FROM staged_episode o WHERE o.episode = e.id) "
        "GROUP BY s.row HAVING count(*) = 1) f WHERE f.row = s.row"
    )
    await database.execute(
        "UPDATE staged_episode s SET refused_field = 'episode_ref', episode = NULL, "
        "refused = 'Another row of this file is about the same episode.' FROM "
        "(SELECT row, row_number() OVER (PARTITION BY episode ORDER BY row) AS nth "
        "FROM staged_episode WHERE episode IS NOT NULL) n WHERE n.row = s.row AND n.nth > 1"
    )
    await database.execute(
        "UPDATE staged_episode s SET refused_field = 'started_at', refused = "
        "'This child has another episode with this start, stored under another reference.' FROM episode e "
        "WHERE s.refused IS NULL AND e.child = s.child AND e.started_at = s.started_at "
        "AND e.category = s.key_category AND e.id IS DISTINCT FROM s.episode "
        # a report that was merged into this one is about the same episode
        "AND e.id IS DISTINCT FROM (SELECT m.merged_into FROM episode m WHERE m.id = s.episode)"
    )


async def _leave_out_withdrawn() -> list[int]:
    """The rows about episodes that were recorded by mistake, or about reports of them; they leave the staging."""
    return await returned_ids(
        "DELETE FROM staged_episode s USING episode e JOIN episode k ON k.id = e.merged_into "
        "WHERE s.refused IS NULL AND e.id = s.episode AND k.merged_into = k.id RETURNING s.row"
    )


async def _refusals() -> list[Problem]:
    found = await database.fetch(
        "SELECT row, refused_field, refused FROM staged_episode WHERE refused IS NOT NULL ORDER BY row"
    )
    return [Problem(f["row"], f["refused_field"], "", f["refused"]) for f in found]


async def _other_birth_dates() -> list[tuple[int, tuple[str, str]]]:
    found = await database.fetch(
        "SELECT s.row FROM staged_episode s JOIN child c ON c.id = s.child "
        "WHERE s.refused IS NULL AND s.born_on <> c.born_on ORDER BY s.row"
    )
    told = "The child is stored with another date of birth, which was kept. Mend it with a file of children."
    return [(row["row"], ("dob", told)) for row in found]
